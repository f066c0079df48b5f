"""A gallery without a kernel: what it tells the page, and what Python says of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from card.page import until
from libraries import FIRST, SERVICE, fill

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.archive import Library
from mj_widgets.archive.marks import Mark, Spot
from mj_widgets.gallery.gallery import Gallery
from mj_widgets.session.settings import library as the_library
from mj_widgets.sets.items import item_of

from .wall_page import Page

ONE, TWO, THREE = (str(FIRST + n) for n in (2, 1, 0))
"""The ids of the tasks 3, 2 and 1, in the order in which they are seen."""


@pytest.fixture
def library() -> Library:
    made = the_library()
    fill(made, 3, side=64)
    return made


@pytest.fixture
def gallery(library: Library) -> Iterator[Gallery]:
    made = mj.tasks().gallery()
    yield made
    made.close()


@pytest.fixture
def page(gallery: Gallery) -> Page:
    return Page(gallery)


def test_tiles_come_with_their_pictures_and_the_last_one_says_so(page: Page) -> None:
    page.looks_at(1, 2, 3)
    assert {n: tile["id"] for n, tile in page.tiles.items()} == {1: THREE, 2: TWO, 3: ONE}
    assert all(tile["image"].startswith(b"\xff\xd8") for tile in page.tiles.values())


def test_what_is_not_kept_any_more_and_what_was_deleted_says_so(
    page: Page, library: Library
) -> None:
    library.delete(TWO)
    record = library.get(ONE)
    assert record is not None
    record.files[0].path.unlink()
    page.looks_at(1, 2, 3)
    assert "not in the library any more" in page.tiles[2]["words"]
    assert page.tiles[1]["image"]
    page.messages.clear()
    page.looks_at(2)
    assert "not in the library any more" in page.tiles[2]["words"]


def test_what_the_page_selects_is_known_in_python(page: Page, gallery: Gallery) -> None:
    page.selects(3, 1)
    until(gallery, "selected", [(ONE, 0), (THREE, 0)])
    until(gallery, "current", (THREE, 0))


def test_python_selects_by_ids_and_pictures(page: Page, gallery: Gallery) -> None:
    gallery.selected = [ONE, (TWO, 2)]
    assert gallery.selected == [(ONE, 0), (TWO, 2)]
    assert page.wall.selected_items == b"".join(
        item.to_bytes(4, "little") for item in (item_of(3), item_of(2, 2))
    )
    gallery.current = (TWO, 4)
    assert page.wall.current_item == item_of(2, 4)
    gallery.current = None
    assert page.wall.current_item == 0


def test_what_python_selects_is_never_taken_back(gallery: Gallery) -> None:
    for _ in range(100):
        gallery.selected = [ONE]
        gallery.rate(3)
        gallery.selected = [TWO]
        background.run(asyncio.sleep(0))
        assert gallery.selected == [(TWO, 0)]


def test_those_most_alike_come_first_until_the_query_is_another(
    page: Page, gallery: Gallery
) -> None:
    page.looks_at(1, 2, 3)
    before = page.wall.order
    page.says("like", item=item_of(1))
    until(page.wall, "order", lambda order: order[:4] == item_of(1).to_bytes(4, "little"))
    assert page.wall.query == {"like": item_of(1)}
    page.wall.query = {}
    until(page.wall, "order", before)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([(ONE, 5)], r"has no picture 5\. Give 1 to 4, or 0 for the whole"),
        ([(ONE, -1)], "has no picture -1"),
        (["99"], r"Task 99 is not in this gallery\. It has 3"),
        ([2.5], "2.5 is no task of a gallery"),
        ([(ONE, "2")], "is no task of a gallery"),
        ([None], "None is no task of a gallery"),
    ],
)
def test_what_is_none_is_refused_in_one_line(gallery: Gallery, given: Any, said: str) -> None:
    for refused in (
        lambda: setattr(gallery, "selected", given),
        lambda: gallery.rate(3, given),
        lambda: gallery.flag("pick", given),
    ):
        with pytest.raises(mj.MjError, match=said) as caught:
            refused()
        assert "\n" not in str(caught.value)
    assert gallery.selected == []


def test_keys_in_the_page_mark_and_take_back(page: Page, library: Library) -> None:
    page.says("mark", items=[item_of(3), item_of(2, 4)], rating=5)
    page.until(lambda: page.marks == {3: [[0, 5, ""]], 2: [[4, 5, ""]]})
    assert library.marks.since(0)[1] == {
        Spot(SERVICE, ONE): Mark(5),
        Spot(SERVICE, TWO, 4): Mark(5),
    }
    page.says("undo")
    page.until(lambda: page.marks == {3: [[0, 0, ""]], 2: [[4, 0, ""]]})


def test_keys_are_heard_in_the_order_in_which_they_were_pressed(
    page: Page, library: Library
) -> None:
    taken_back = [step for n in (1, 2, 3, 4) for step in (("mark", n), ("mark", 5), ("undo", 0))]
    with sqlite3.connect(library.folder / "library.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")  # all of them have to wait
        for turn, (kind, rating) in enumerate(taken_back):
            page.says(kind, turn=turn, items=[item_of(1)], rating=rating)
        other.execute("ROLLBACK")
    heard = list(range(len(taken_back)))
    page.until(lambda: sorted(turn for m in page.of("marks") for turn in m["heard"]) == heard)
    assert page.marks == {1: [[0, 4, ""]]}


def test_a_mark_that_is_no_news_is_said_to_be_heard_too(page: Page) -> None:
    page.says("mark", turn=7, items=[item_of(3)], rating=9)
    page.until(lambda: any(m["heard"] == [7] for m in page.of("marks")))
    assert page.marks == {}


def test_what_is_marked_while_a_tile_is_made_is_said_with_it(page: Page, library: Library) -> None:
    another, take = Library(library.folder), page.wall.send

    def take_and_mark(content: dict[str, Any], buffers: Any = None) -> None:
        if not page.of("tiles"):  # those that are at hand, which are none
            another.marks.change([Spot(SERVICE, THREE)], rating=4)
        take(content, buffers)

    page.wall.send = take_and_mark
    page.looks_at(1)
    assert page.tiles[1]["marks"] == [[0, 4, ""]]


def test_python_marks_what_is_selected_else_the_current_one(
    page: Page, gallery: Gallery, library: Library
) -> None:
    with pytest.raises(mj.MjError, match="Nothing is selected"):
        gallery.rate(4)
    gallery.current = ONE
    gallery.rate(4)
    gallery.selected = [TWO, THREE]
    gallery.flag("pick")
    gallery.rate(1, items=(ONE, 2))
    page.until(lambda: page.marks.get(3) == [[0, 4, ""], [2, 1, ""]] and 1 in page.marks)
    gallery.undo()
    gallery.undo()
    page.until(lambda: page.marks.get(2) == [[0, 0, ""]])
    assert mj.tasks().ratings == {(ONE, 0): 4}


def test_a_rating_or_a_flag_that_is_none_is_said_in_the_wall_and_in_python(
    page: Page, gallery: Gallery
) -> None:
    page.says("mark", items=[item_of(3)], rating=9)
    page.until(lambda: "9 is no rating. Give 1 to 5, or 0 for none." in page.said)
    with pytest.raises(mj.MjError, match="9 is no rating"):
        gallery.rate(9, ONE)
    with pytest.raises(mj.MjError, match="'maybe' is no flag"):
        gallery.flag("maybe", ONE)


def test_a_message_that_nobody_foresaw_is_said_in_the_wall(page: Page) -> None:
    page.says("mark", items=["x"], rating=1)
    page.until(lambda: "Something is wrong in mj-widgets itself" in page.said)


def test_marks_that_cannot_be_written_stay_in_the_wall_and_are_written_later(
    page: Page, gallery: Gallery, library: Library
) -> None:
    page.looks_at(3)
    with sqlite3.connect(library.folder / "library.db", isolation_level=None) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON marks BEGIN SELECT raise(ABORT, 'no room'); END"
        )
        page.says("mark", items=[item_of(3)], rating=4)
        page.until(lambda: page.marks == {3: [[0, 4, ""]]})
        page.until(lambda: "1 mark is kept in this gallery alone" in page.said)
        assert "no room" in page.said
        page.looks_at(3)
        assert page.tiles[3]["marks"] == [[0, 4, ""]]
        with pytest.raises(mj.LibraryError, match="2 marks are kept in this gallery alone"):
            gallery.flag("reject", TWO)
        assert library.marks.since(0) == (0, {})
        other.execute("DROP TRIGGER full")
    gallery.rate(1, THREE)
    assert library.marks.since(0)[1] == {
        Spot(SERVICE, ONE): Mark(4),
        Spot(SERVICE, TWO): Mark(0, "reject"),
        Spot(SERVICE, THREE): Mark(1),
    }


def test_what_another_notebook_marks_is_seen_while_the_wall_is(
    page: Page, library: Library
) -> None:
    page.looks_at(1, 2, 3)
    another = Library(library.folder)
    another.marks.change([Spot(SERVICE, TWO, 3)], rating=2, flag="pick")
    page.until(lambda: page.marks == {2: [[3, 2, "pick"]]})


def test_a_query_is_looked_up_and_its_faults_are_said(page: Page) -> None:
    assert page.order == [3, 2, 1]
    page.wall.query = {"text": "lighthouse nowhere"}
    until(page.wall, "order", b"")
    page.wall.query = {"sort": "time", "reverse": False}
    until(page.wall, "order", lambda _: page.order == [1, 2, 3])
    page.wall.query = {"sort": "size"}
    page.until(lambda: "Nobody knows the order 'size'" in page.said)
    page.wall.query = {}
    page.until(lambda: page.said == "")
    assert page.order == [3, 2, 1]


def test_another_mark_lets_a_filter_look_again_and_nothing_else_moves(page: Page) -> None:
    page.wall.query = {"sort": "rating", "reverse": True}
    until(page.wall, "order", lambda _: page.order == [3, 2, 1])
    orders: list[list[int]] = []
    page.wall.observe(lambda _: orders.append(page.order), "order")
    for number in (1, 3):
        page.says("mark", items=[item_of(number)], rating=6 - number)
        page.until(lambda number=number: number in page.marks)
    page.looks_at(1, 2, 3)
    assert orders == []
    page.wall.query = {"rating": 5}
    until(page.wall, "order", lambda _: page.order == [1])
    assert orders == [[1]]
    page.says("mark", items=[item_of(1)], rating=2)
    until(page.wall, "order", b"")


def test_one_card_is_open_at_a_time(page: Page, gallery: Gallery, library: Library) -> None:
    page.says("open", item=item_of(3))
    until(page.wall, "open_item", item_of(3))
    first = gallery.card
    assert first is not None
    assert first.task_id == ONE
    page.says("open", item=item_of(2))
    until(page.wall, "open_item", item_of(2))
    assert first.is_closed
    page.says("open", item=0)
    until(page.wall, "open_item", 0)
    assert gallery.card is None
    assert gallery.children == (page.wall,)
    library.delete(ONE)
    page.says("open", item=item_of(3))
    page.until(lambda: "not in the library any more" in page.said)


def test_a_size_that_is_none_is_refused(library: Library) -> None:
    for given in (0, -1, "big", 1e9, True):
        with pytest.raises(mj.MjError, match=r"is no size\. Give 1 to 4096 pixels"):
            mj.tasks().gallery(size=given)  # type: ignore[arg-type]
