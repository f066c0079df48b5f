"""Tasks by what their pictures look like, from the first time on that anybody asks."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from services import file_of

from mj_widgets import background
from mj_widgets.archive import Library
from mj_widgets.errors import MjError
from mj_widgets.models import Task
from mj_widgets.pictures.sheets import joined
from mj_widgets.sets.alike import (
    alike,
    by_colour,
    colours_of,
    complete,
    like,
    never_seen,
    packed_colours,
)
from mj_widgets.sets.looking import LookMaker
from mj_widgets.sets.members import Members
from mj_widgets.sets.supply import Supply

SERVICE = "host.example"
RAINBOW = ("red", "orange", "green", "blue", "purple")


def painted(colour: str) -> Image.Image:
    """A picture with a form of its own: a lighter bar, further down from colour to colour."""
    image = Image.new("RGB", (64, 64), colour)
    top = 10 * RAINBOW.index(colour) if colour in RAINBOW else 30
    image.paste(Image.linear_gradient("L").resize((40, 12)).convert("RGB"), (8, top))
    return image


def grid(*colours: str) -> bytes:
    return file_of(joined([painted(colour) for colour in colours]))


Keep = Callable[..., Members]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Keep grids by their ids, and give all that were kept, looked at unless they are *unseen*."""
    library = Library(tmp_path / "library")

    def keep_all(*, unseen: bool = False, **grids: bytes) -> Members:
        for task_id, data in grids.items():
            told = {"id": task_id, "action": "IMAGINE", "status": "SUCCESS"}
            library.save(
                Task.parse({**told, "imageUrl": "https://cdn.example/1.png"}),
                [data],
                service=SERVICE,
            )
        members = Members(library, array("I", sorted(library.catalogue.numbers())))
        if not unseen:
            complete(members)
        return members

    return keep_all


def ids(members: Members) -> list[str]:
    spots = members.library.catalogue.spots(members.numbers)
    return [spots[number].task_id for number in members.numbers]


def test_what_looks_most_like_a_whole_comes_first(keep: Keep) -> None:
    members = keep(
        warm=grid("red", "red", "orange", "orange"),
        cold=grid("blue", "blue", "green", "green"),
        also_warm=grid("red", "red", "orange", "red"),
    )
    assert ids(like(members, members.number_of("warm"))) == ["warm", "also_warm", "cold"]


def test_a_single_picture_is_compared_with_single_pictures(keep: Keep) -> None:
    members = keep(
        one=grid("red", "blue", "green", "purple"),
        far=grid("red", "orange", "red", "orange"),
        near=grid("orange", "red", "red", "blue"),
    )
    found = like(members, members.number_of("one"), 2)
    assert ids(found) == ["one", "near", "far"]


def test_a_picture_that_stands_in_two_tasks_brings_them_side_by_side(keep: Keep) -> None:
    members = keep(
        one=grid("red", "blue", "green", "purple"),
        none=grid("orange", "orange", "orange", "orange"),
        two=grid("purple", "white", "white", "white"),
    )
    assert ids(alike(members)) == ["one", "two"]


def test_colours_follow_the_rainbow_and_what_was_never_looked_at_comes_last(keep: Keep) -> None:
    keep(**{c: grid(c, c, c, c) for c in ("blue", "red", "green")})
    all_of_them = keep(new=grid("white", "white", "white", "white"), unseen=True)
    assert ids(by_colour(all_of_them)) == ["red", "green", "blue", "new"]
    assert ids(by_colour(all_of_them, reverse=True)) == ["blue", "green", "red", "new"]
    assert len(packed_colours(all_of_them)) == 52 * len(colours_of(all_of_them)) == 52 * 3


def test_what_is_not_there_is_said_in_one_line(keep: Keep) -> None:
    members = keep(one=grid("red", "blue", "green", "purple"), none=b"no picture")
    with pytest.raises(MjError, match=r"no picture 7\. Give 1 to 4, or 0 for the whole"):
        like(members, members.number_of("one"), 7)
    with pytest.raises(MjError, match=r"looks like\. It has no picture that can be opened"):
        like(members, members.number_of("none"))
    with pytest.raises(MjError, match="Task two is not among these 2"):
        members.number_of("two")
    with pytest.raises(MjError, match="Task None is not among these 2"):
        members.number_of(None)  # type: ignore[arg-type]


def test_what_was_never_seen_is_filled_up_behind_what_is_asked_for(keep: Keep) -> None:
    members = keep(one=grid("red", "blue", "green", "purple"), none=b"no picture", unseen=True)
    supply = Supply(members, LookMaker(members.library))
    assert background.run(supply.fill())
    assert len(colours_of(members)) == 1
    assert [file.read() for file in never_seen(members)] == [b"no picture"]
