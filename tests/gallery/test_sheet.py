"""A sheet without a kernel: what the page is told, what it says, what is left in the notebook."""

from __future__ import annotations

import asyncio
from array import array
from typing import Any

import pytest
from archive.support import SERVICE, task
from card.page import Publisher, until
from libraries import FIRST, fill, look_at_all

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.card import twin as twins
from mj_widgets.gallery.chart import ChartStill, chart_of, plan_of
from mj_widgets.gallery.gallery import Gallery
from mj_widgets.gallery.task_set import TaskSet
from mj_widgets.sandbox import Sandbox
from mj_widgets.session.settings import library as the_library
from mj_widgets.sets.axes import Axis
from mj_widgets.sets.items import item_of
from mj_widgets.sets.members import Members

from .test_contact import jpeg, publisher, tile
from .wall_page import Page

__all__ = ["publisher"]
PROMPTS = [f"a {word} fox --s {s}" for word in ("red", "blue") for s in ("50", "250")]


@pytest.fixture
def page() -> Page:
    """Four tasks, one in each cell."""
    for number, prompt in enumerate(PROMPTS, 1):
        the_library().save(task(str(number), f"{prompt} --ar 1:{number % 2 + 1}"), service=SERVICE)
    return Page(mj.tasks().sort("time").sheet(rows="s", columns="ar"))


def values(page: Page) -> tuple[list[str], list[str]]:
    facets = page.wall.facets
    return facets["row"]["values"], facets["column"]["values"]


def test_the_page_gets_all_places_and_what_its_rows_and_columns_are(page: Page) -> None:
    assert page.order == [1, 3, 0, 0, 0, 0, 2, 4]
    assert values(page) == (["s 50", "s 250"], ["ar 1:2", "ar 1:1"])
    facets = page.wall.facets
    assert (facets["across"], facets["down"], facets["axes"]) == (2, [1, 1], ["s", "ar"])


def test_a_filter_leaves_holes_and_the_labels_and_a_sort_orders_what_is_in_a_cell(
    page: Page,
) -> None:
    before = values(page)
    page.wall.query = {"text": "red"}
    until(page.wall, "order", lambda _: page.order == [1, 0, 0, 0, 0, 0, 2, 0])
    assert values(page) == before
    page.wall.query = {"sort": "time", "reverse": True}
    until(page.wall, "order", lambda _: page.order == [3, 1, 0, 0, 0, 0, 4, 2])


def test_rows_and_columns_are_swapped_and_chosen_by_their_names(page: Page) -> None:
    page.says("facet", rows=["ar"], columns=["s"])
    until(page.wall, "facets", lambda _: values(page)[0] == ["ar 1:2", "ar 1:1"])
    assert page.order == [1, 3, 0, 0, 0, 0, 2, 4]
    page.says("facet", rows=[], columns=["s"])
    until(page.wall, "order", lambda _: page.order == [1, 3, 2, 4])
    assert values(page) == ([""], ["s 50", "s 250"])
    page.says("facet", rows=["none such"], columns=[])
    page.until(lambda: "have no axis 'none such'" in page.said)


def test_rows_and_columns_say_the_mean_of_what_has_stars(page: Page) -> None:
    means = lambda which: page.wall.facets[which]["ratings"]  # noqa: E731
    assert means("row") == [None, None]
    page.says("mark", items=[item_of(1)], rating=4)
    until(page.wall, "facets", lambda _: means("row") == [4, None])
    page.says("mark", items=[item_of(3)], rating=1)
    until(page.wall, "facets", lambda _: means("row") == [2.5, None])
    assert means("column") == [2.5, None]
    page.says("mark", items=[item_of(3)], rating=0)
    until(page.wall, "facets", lambda _: means("row") == [4, None])


def test_single_pictures_stand_in_the_cells_of_their_tasks() -> None:
    fill(the_library(), 6, side=64)
    page = Page(mj.tasks().sheet(rows="ar", columns=[]))
    page.wall.query = {"by": "picture"}
    until(page.wall, "order", lambda _: len([n for n in page.order if n]) == 24)
    assert page.wall.facets["across"] == 8
    assert {*page.order[:8]} == {6, 3}


def test_what_is_left_in_the_notebook_has_the_labels_as_words(publisher: Publisher) -> None:
    fill(the_library(), 2, side=64)
    look_at_all(the_library())
    words = ("红狐 <b>", "blue")
    braces = (Axis("words", words, {1: words[0], 2: words[1]}),)
    gallery = TaskSet(Members(the_library(), array("I", [1, 2]), braces=braces)).sheet(1, [])
    page = Page(gallery)
    gallery._ipython_display_()
    html = publisher.sent[0][0]
    assert ">红狐 &lt;b&gt;</th>" in html
    assert ">blue</th>" in html
    assert html.count("<img") == 2
    page.says("mark", items=[item_of(1)], rating=4)
    publisher.until(">红狐 &lt;b&gt; ★ 4.0</th>")
    gallery.close()


def test_two_hundred_busy_cells_with_their_labels_weigh_less_than_a_quarter_of_a_megabyte() -> None:
    noise = jpeg("noise")
    labels = [f"a rather long value, number {n}" for n in range(20)]
    facet: dict[str, Any] = {"values": labels, "ratings": [3.5] * 20}
    column = {"values": labels[:10], "ratings": [None] * 10}
    facets = {"row": facet, "column": column, "across": 1, "down": [1] * 20}
    plan = plan_of(facets)
    chart = chart_of(plan, facets, [(tile(n, noise), 0) for n in range(200)])
    still = ChartStill(200, 200, 200, "", "task", axes="word × s", chart=chart)
    made = twins.Twin(1024)
    made.fill(still)
    assert sum(map(len, made._bundle().values())) <= 250_000
    assert still.caption == "word × s: 200 of 200 tasks"
    assert len(chart.rows) == 20


def test_of_a_sheet_that_is_too_large_the_first_rows_and_columns_are_copied() -> None:
    facets = {"across": 3, "down": [90] * 9, "column": {"values": ["x"] * 50}}
    plan = plan_of(facets)
    assert plan.columns * 3 * 24 <= 1024
    assert len(plan.places) <= 300
    assert plan.places[0] == 0
    assert plan.places[plan.columns * 3] == 150


def test_what_has_failed_is_sent_again_once_however_often_it_is_clicked(
    sandbox: Sandbox, session: Any
) -> None:
    failed = sandbox.add_task("--fail")
    tasks = mj.fetch([failed])
    with pytest.raises(mj.TaskFailed):
        tasks.wait(30)
    members = tasks._members
    (number,) = members.numbers
    asked: list[int] = []
    went_on = asyncio.Event()

    async def again(which: int) -> None:
        asked.append(which)
        await went_on.wait()
        members.followed[which] = session.follow(sandbox.add_task("a fox"))  # type: ignore[index]

    gallery = Gallery(members, again=again)
    page = Page(gallery)
    assert page.wall.can_try_again
    page.looks_at(number)
    assert page.tiles[number]["tone"] == "failed"
    for _ in range(3):
        page.says("again", item=item_of(number))
    background.do(went_on.set)
    page.until(lambda: page.tiles[number]["image"])
    assert asked == [number]
    gallery.close()


def test_what_cannot_be_sent_again_says_so() -> None:
    fill(the_library(), 1, side=64)
    page = Page(mj.tasks().gallery())
    assert not page.wall.can_try_again
    page.says("again", item=item_of(1))
    page.until(lambda: "It cannot be sent again from here" in page.said)


def test_a_set_of_one_or_of_none_is_a_sheet_too() -> None:
    assert Page(mj.tasks().sheet()).wall.seen == []
    fill(the_library(), 1, side=64)
    assert Page(mj.tasks().sheet()).order == [1]
    with pytest.raises(mj.MjError, match="have no axis 'chaos'"):
        mj.tasks(str(FIRST)).sheet("chaos")
