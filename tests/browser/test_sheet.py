"""A sheet in a page of its own: names that stay in view, keys over holes, axes that are swapped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.test_accessibility import LEVELS
from browser.walls import WallPage
from mj_widgets.gallery.wall import packed
from mj_widgets.sets.items import item_of

if TYPE_CHECKING:
    from browser.front_end import FrontEnd

WORDS, STYLES = ["red", "blue", "in a very long description of a valley at dawn"], ["s 50", "s 250"]


def facets(
    rows: list[str], columns: list[str], across: int = 1, down: list[int] | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "row": {"name": "word", "axes": ["word"], "values": rows, "ratings": [None] * len(rows)},
        "column": {"name": "s", "axes": ["s"], "values": columns, "ratings": [3.5] * len(columns)},
        "across": across,
        "down": down or [1] * len(rows),
        "shape": 1,
        "axes": ["word", "s"],
    } | more


def order(*numbers: int) -> bytes:
    return packed([item_of(number) for number in numbers])


@pytest.fixture
def wall(front_end_page: FrontEnd) -> WallPage:
    """Three rows, two columns, two beside each other in a cell, with holes."""
    front_end_page.page.set_viewport_size({"width": 1100, "height": 800})
    shown = WallPage(
        front_end_page,
        order=order(1, 2, 3, 0, 4, 0, 5, 6, 0, 0, 7, 8),
        facets=facets(WORDS, STYLES, across=2),
        can_try_again=True,
        total=8,
    )
    shown.answer_all()
    return shown


def test_each_tile_says_its_row_and_its_column(wall: WallPage) -> None:
    expect(wall.tile(3)).to_have_accessible_name("red · s 250, a fox 3, in fog")
    expect(wall.tile(3)).to_have_attribute("title", "red · s 250 – a fox 3, in fog")
    expect(wall.tile(4)).to_have_attribute("aria-posinset", "4")
    expect(wall.tile(4)).to_have_attribute("aria-setsize", "8")
    assert wall.box.get_by_role("option").count() == 8


def test_tiles_of_a_cell_are_side_by_side_and_under_the_names_of_their_columns(
    wall: WallPage,
) -> None:
    boxes = {n: wall.tile(n).bounding_box() for n in (1, 2, 3, 5)}
    assert all(boxes.values())
    at = {n: (box["x"], box["y"]) for n, box in boxes.items() if box}
    assert at[1][1] == at[2][1] == at[3][1] < at[5][1]
    assert at[1][0] < at[2][0] < at[3][0] == at[5][0]
    assert at[3][0] - at[2][0] > at[2][0] - at[1][0]
    for name, first in (("s 50", 1), ("s 250", 3)):
        head = wall.front_end.view.locator(".mj-wall-heads .mj-wall-head", has_text=name)
        box = head.bounding_box()
        assert box is not None
        assert box["x"] == pytest.approx(at[first][0], abs=1)
    expect(wall.front_end.view.get_by_text("s 250")).to_be_visible()
    expect(wall.front_end.view.get_by_title(WORDS[2], exact=True)).to_have_text(WORDS[2])


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (["Home"], 1),
        (["End"], 8),
        (["Home", "ArrowRight", "ArrowRight", "ArrowRight"], 4),
        (["End", "ArrowLeft", "ArrowLeft", "ArrowLeft"], 5),
        (["Home", "ArrowDown", "ArrowDown"], 4),
        (["Home", "ArrowRight", "ArrowDown"], 2),
        (["End", "ArrowUp", "ArrowUp"], 6),
        (["Home", "PageDown"], 4),
        (["End", "PageUp"], 6),
    ],
)
def test_keys_go_over_holes(wall: WallPage, keys: list[str], at: int) -> None:
    wall.press(*keys)
    assert wall.current() == at


def test_holes_are_not_selected(wall: WallPage) -> None:
    wall.press("Home", "Control+a")
    assert wall.selected() == [1, 2, 3, 4, 5, 6, 7, 8]
    wall.press("Escape", "Home", "Shift+ArrowDown")
    assert wall.selected() == [1, 2, 3, 4]


def test_full_size_says_where_it_belongs_and_goes_on_over_holes(wall: WallPage) -> None:
    wall.press("Home", "ArrowRight", "ArrowRight", "z")
    dialog = wall.page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name("red · s 250, a fox 3, in fog")
    expect(dialog).to_contain_text("3 of 8 – red · s 250 – a fox 3, in fog")
    wall.press("ArrowRight")
    expect(dialog).to_contain_text("4 of 8 – blue · s 50 – a fox 4, in fog")


def test_names_stay_in_view_and_no_more_tiles_are_made_than_are_seen(
    front_end_page: FrontEnd,
) -> None:
    page = front_end_page.page
    page.set_viewport_size({"width": 700, "height": 800})
    rows, columns = [f"word {n}" for n in range(60)], [f"s {n}" for n in range(60)]
    wall = WallPage(
        front_end_page, order=order(*range(1, 3601)), facets=facets(rows, columns), total=3600
    )
    wall.answer_all()
    side = wall.tile(1).bounding_box()
    assert side is not None
    assert side["width"] == 72
    assert wall.box.get_by_role("option").count() < 150
    wall.press("End")
    wall.answer_all()
    scroller = wall.scroller.bounding_box()
    assert scroller is not None
    for name in ("word 59", "s 59"):
        label = front_end_page.view.get_by_text(name, exact=True)
        expect(label).to_be_visible()
        box = label.bounding_box()
        assert box is not None
        assert scroller["x"] <= box["x"] < scroller["x"] + scroller["width"]
        assert scroller["y"] <= box["y"] < scroller["y"] + scroller["height"]
    covered = """tile => {
        const box = tile.getBoundingClientRect();
        const middle = [box.x + box.width / 2, box.y + box.height / 2];
        return tile.contains(document.elementFromPoint(...middle));
    }"""
    last = front_end_page.view.get_by_role("option", name=re.compile("fox 3600,"))
    assert last.evaluate(covered)
    assert front_end_page.view.locator(".mj-wall-head").count() < 60
    wall.press("Home")
    wall.frames()
    assert wall.tile(1).evaluate(covered)


def test_rows_and_columns_are_swapped_by_a_click_and_by_a_key(wall: WallPage) -> None:
    swap = wall.front_end.view.get_by_role("button", name="Swap rows and columns")
    swap.click()
    swap.press("Enter")
    told = {"type": "facet", "rows": ["s"], "columns": ["word"]}
    assert wall.told("facet") == [told, told]
    wall.front_end.receive(
        facets=facets(STYLES, WORDS, across=2), order=order(1, 2, 4, 0, 0, 0, 3, 0, 5, 6, 7, 8)
    )
    expect(wall.tile(3)).to_have_accessible_name("s 250 · red, a fox 3, in fog")


def test_a_swap_leaves_the_current_one_in_view(wall: WallPage) -> None:
    wall.press("End")
    wall.front_end.view.get_by_role("button", name="Swap rows and columns").click()
    rows = [f"word {n}" for n in range(60)]
    wall.front_end.receive(
        facets=facets(rows, ["s 50"]), order=order(*range(101, 159), 8, 160), total=60
    )
    wall.frames()
    wall.answer_all()
    expect(wall.tile(8)).to_be_in_viewport()


def test_of_more_axes_two_are_chosen_and_one_that_is_taken_is_changed_for_the_other(
    wall: WallPage,
) -> None:
    wall.front_end.receive(facets=facets(WORDS, STYLES, across=2, axes=["word", "s", "ar"]))
    rows = wall.front_end.view.get_by_role("combobox", name="Rows", exact=True)
    columns = wall.front_end.view.get_by_role("combobox", name="Columns", exact=True)
    expect(rows.locator("option:checked")).to_have_text("word")
    rows.select_option("ar")
    columns.select_option("word")
    columns.select_option("nothing")
    assert [(told["rows"], told["columns"]) for told in wall.told("facet")] == [
        (["ar"], ["s"]),
        (["s"], ["word"]),
        (["word"], []),
    ]


def test_the_mean_of_the_stars_stands_in_the_names(wall: WallPage) -> None:
    heads = wall.front_end.view.locator(".mj-wall-heads .mj-wall-head")
    expect(heads.first).to_have_text("s 50★ 3.5")
    changed = facets(WORDS, STYLES, across=2)
    changed["column"]["ratings"] = [4.25, None]
    wall.front_end.receive(facets=changed)
    expect(heads).to_have_text(["s 50★ 4.3", "s 250"])


class TestAgain:
    """What has failed is sent again."""

    def test_by_the_mouse(self, wall: WallPage) -> None:
        again = wall.front_end.view.get_by_role("button", name="Try again")
        wall.give([3], words="failed: banned", tone="failed", image=b"")
        wall.tile(3).hover()
        expect(again).to_have_accessible_name(
            "Try again: red · s 250, a fox 3, in fog, failed: banned"
        )
        again.dblclick()
        expect(again).to_be_hidden()
        assert wall.told("again") == [{"type": "again", "item": item_of(3)}]

    def test_by_the_keyboard(self, wall: WallPage) -> None:
        wall.give([1], words="failed: banned", tone="failed", image=b"")
        wall.press("Home")
        expect(wall.front_end.view.get_by_role("button", name="Try again")).to_be_visible()
        wall.press("Tab", "Enter")
        assert wall.told("again") == [{"type": "again", "item": item_of(1)}]
        expect(wall.box).to_be_focused()
        wall.give([1], words="in the queue", tone="waiting", image=b"")
        wall.give([1], words="failed: banned", tone="failed", image=b"")
        expect(wall.front_end.view.get_by_role("button", name="Try again")).to_be_visible()

    def test_what_may_have_been_submitted_is_sent_under_another_name(self, wall: WallPage) -> None:
        told = [3, 0, 4, "", "a fox 3, in fog", "may have been submitted", "trouble", []]
        wall.front_end.message({"type": "tiles", "request": 0, "last": True, "tiles": [told]}, b"")
        wall.tile(3).hover()
        anyway = wall.front_end.view.get_by_role("button", name="Send all the same")
        expect(anyway).to_be_visible()
        expect(anyway).to_have_attribute("title", re.compile("look at the service first"))

    def test_only_where_it_has_failed_and_can_be_sent(self, wall: WallPage) -> None:
        again = wall.front_end.view.locator(".mj-wall-again")
        wall.tile(2).hover()
        expect(again).to_be_hidden()
        wall.front_end.receive(can_try_again=False)
        wall.give([3], words="failed: banned", tone="failed", image=b"")
        wall.tile(3).hover()
        wall.frames()
        expect(again).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1600, 700])
def test_axe_finds_nothing(wall: WallPage, width: int, scheme: Any) -> None:
    wall.page.set_viewport_size({"width": width, "height": 800})
    wall.page.emulate_media(color_scheme=scheme)
    wall.page.evaluate("document.documentElement.lang = 'en'")
    wall.page.add_style_tag(content="html { color-scheme: light dark; background: Canvas }")
    wall.front_end.receive(facets=facets(WORDS, STYLES, across=2, axes=["word", "s", "ar"]))
    wall.give([3], words="failed: banned", tone="failed", image=b"")
    wall.press("Home", "4", " ")
    wall.tile(3).hover()
    options = {"runOnly": {"type": "tag", "values": LEVELS}}
    response = Axe().run(wall.page, "#view", options).response
    assert [
        (rule["id"], node["failureSummary"], node["html"])
        for rule in response["violations"]
        for node in rule["nodes"]
    ] == []
