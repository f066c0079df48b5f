"""A kitchen keeps what it made last, and never gives anything else than it would make."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from mj_widgets.sandbox.painting.kitchen import Kitchen
from mj_widgets.sandbox.painting.recipes import Grid, Quadrant
from mj_widgets.sandbox.painting.scene import scenes_for

FOX = Grid(scenes_for("a fox"), (64, 64))


def test_the_kitchen_forgets_what_it_has_no_room_for() -> None:
    kitchen = Kitchen(pictures=1, files=1)
    small = [Grid(scenes_for(p), (64, 64)) for p in ("a", "b", "c")]
    first = [kitchen.serve(recipe) for recipe in small]
    assert [kitchen.serve(recipe) for recipe in small] == first
    kept = [cache.cache_info().currsize for cache in (kitchen._files, kitchen._pictures)]
    assert kept == [1, 1]


def test_what_was_made_is_not_made_again() -> None:
    kitchen = Kitchen()
    assert kitchen.serve(FOX) is kitchen.serve(FOX)
    assert kitchen.draw(FOX) is kitchen.draw(FOX)


def test_each_kitchen_keeps_its_own() -> None:
    one, other = Kitchen(), Kitchen()
    assert one.serve(FOX) == other.serve(FOX)
    assert one.draw(FOX) is not other.draw(FOX)


def test_several_threads_are_served_the_same() -> None:
    kitchen = Kitchen(pictures=2, files=2)
    wanted = [FOX, *(Quadrant(FOX, n) for n in (1, 2, 3, 4))] * 20
    expected = {recipe: Kitchen().serve(recipe) for recipe in set(wanted)}
    with ThreadPoolExecutor(8) as cooks:
        assert list(cooks.map(kitchen.serve, wanted)) == [expected[recipe] for recipe in wanted]
