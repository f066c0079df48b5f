"""The comparison below a wall: opened from the page, on through the order, closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from card.page import until
from comparisons.table_page import TablePage
from libraries import FIRST, fill

import mj_widgets as mj
from mj_widgets.archive import Library
from mj_widgets.comparisons.compare import Compare
from mj_widgets.gallery.gallery import Gallery
from mj_widgets.session.settings import library as the_library
from mj_widgets.sets.items import item_of

from .wall_page import Page

COUNT = 5


@pytest.fixture
def library() -> Library:
    made = the_library()
    fill(made, COUNT, side=64)
    return made


@pytest.fixture
def gallery(library: Library) -> Iterator[Gallery]:
    made = mj.tasks().sort("time").gallery()
    yield made
    made.close()


@pytest.fixture
def page(gallery: Gallery) -> Page:
    return Page(gallery)


def opened(gallery: Gallery, page: Page, *items: int) -> TablePage:
    """Compare items, and wait until they are."""
    page.says("compare", items=list(items))
    until(gallery, "children", lambda children: isinstance(children[-1], Compare))
    assert gallery.comparison is not None
    return TablePage(gallery.comparison)


def shown(table: TablePage) -> list[int]:
    return [each["key"] >> 5 for each in table.table.shown]


def test_it_opens_below_the_wall_and_closes(gallery: Gallery, page: Page) -> None:
    table = opened(gallery, page, item_of(1), item_of(2, 3))
    assert table.numbers()
    assert table.titles()[1].endswith(", picture 3")
    until(gallery.wall, "compares", wanted=True)
    assert gallery.children == (gallery.wall, gallery.comparison)
    table.says("leave")
    until(gallery, "children", (gallery.wall,))
    assert gallery.comparison is None
    assert not gallery.wall.compares


def test_b_goes_through_the_order_of_the_wall_and_never_becomes_a(
    gallery: Gallery, page: Page, library: Library
) -> None:
    record = library.get(str(FIRST + 3))
    assert record is not None
    record.files[0].path.unlink()
    table = opened(gallery, page, item_of(2), item_of(1))
    table.says("step", by=1)
    table.until(lambda: shown(table) == [2, 3])
    table.says("step", by=1)  # the picture of the fourth is gone
    table.until(lambda: shown(table) == [2, 5])
    table.says("step", by=1)
    table.until(lambda: table.messages)
    assert table.messages[-1][0] == {"type": "said", "text": "That was the last one."}
    table.says("step", by=-1)
    table.until(lambda: shown(table) == [2, 3])
    table.says("step", by=-1)
    table.until(lambda: shown(table) == [2, 1])
    assert table.numbers()


def test_each_of_several_quick_steps_goes_on_from_the_one_before(
    gallery: Gallery, page: Page
) -> None:
    table = opened(gallery, page, item_of(2), item_of(1), item_of(3))
    for _ in range(2):
        table.says("step", by=1, at=2)
    table.until(lambda: shown(table) == [2, 1, 5])
    table.says("step", by=-1, at=2)
    table.says("step", by=1, at=1)
    table.until(lambda: shown(table) == [2, 3, 4])


def test_a_card_and_a_comparison_stand_in_each_others_place(gallery: Gallery, page: Page) -> None:
    opened(gallery, page, item_of(1), item_of(2))
    page.says("open", item=item_of(1))
    until(gallery, "children", lambda children: isinstance(children[-1], mj.TaskWidget))
    assert gallery.comparison is None
    opened(gallery, page, item_of(1), item_of(2))
    assert gallery.card is None


def test_what_was_asked_for_last_stands_there(gallery: Gallery, page: Page) -> None:
    page.says("compare", items=[item_of(1), item_of(2)])
    page.says("open", item=item_of(1))
    until(page.wall, "open_item", item_of(1))
    page.looks_at(1, 2, 3)
    assert gallery.comparison is None
    assert gallery.children == (page.wall, gallery.card)


@pytest.mark.parametrize("count", [1, 10])
def test_too_few_and_too_many_are_refused_on_one_line(
    gallery: Gallery, page: Page, count: int
) -> None:
    page.says("compare", items=[item_of(1, n) for n in range(count)])
    page.until(lambda: page.said)
    assert page.said == f"{count} cannot be compared. Select two to nine."
    assert gallery.comparison is None


def test_one_without_a_picture_is_said_above_the_wall(
    gallery: Gallery, page: Page, library: Library
) -> None:
    library.delete(str(FIRST + 1))
    page.says("compare", items=[item_of(1), item_of(2)])
    page.until(lambda: page.said)
    assert "not in the library any more" in page.said


def test_closing_the_gallery_closes_the_comparison(gallery: Gallery, page: Page) -> None:
    opened(gallery, page, item_of(1), item_of(2))
    comparison: Any = gallery.comparison
    gallery.close()
    assert comparison.is_closed
