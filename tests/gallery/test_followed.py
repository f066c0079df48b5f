"""Tasks that are fetched together: followed in one wall, each once, none that is kept already."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest
from card.page import SECONDS, until
from libraries import FIRST

import mj_widgets as mj
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.sets.items import item_of
from mj_widgets.sets.members import MOST

from .wall_page import Page

if TYPE_CHECKING:
    from mj_widgets.session.session import Session

pytestmark = pytest.mark.usefixtures("session")
DONE = EXAMPLES["finished"]


def test_each_is_there_once_and_in_order(sandbox: Sandbox) -> None:
    slow = sandbox.add_task("--stuck")
    tasks = mj.fetch([slow, DONE, f"'{slow}'", int(DONE)])
    assert [job.task_id for job in tasks] == [slow, DONE]
    assert repr(tasks) == "<TaskSet, 2 tasks>"


def test_what_the_library_has_finished_needs_no_request(sandbox: Sandbox) -> None:
    ids = [DONE, EXAMPLES["failed"], EXAMPLES["described"]]
    first = mj.fetch(ids)
    with pytest.raises(mj.TaskFailed, match=EXAMPLES["failed"]):
        first.wait(SECONDS)
    asked = len(sandbox.log)
    again = mj.fetch(ids)
    with pytest.raises(mj.TaskFailed):
        again.wait(SECONDS)
    gallery = again.gallery()
    page = Page(gallery)
    page.looks_at(*page.order)
    assert [page.tiles[n]["id"] for n in page.order] == ids
    assert all(number < MOST - 99 for number in page.order)
    assert len(sandbox.log) == asked
    gallery.close()
    assert mj.fetch(DONE, refresh=True).wait(SECONDS)[0].succeeded
    assert len(sandbox.log) > asked


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["no id", DONE], r"^'no id' is no task id \(.+\)\. Nothing is fetched\.$"),
        (["no id", 2.5, DONE], r"^'no id', 2\.5 are no task ids\. Nothing is fetched\.$"),
        (["a b"] * 9, "and 4 more are no task ids"),
    ],
)
def test_what_is_no_id_is_named_on_one_line(given: Any, said: str, sandbox: Sandbox) -> None:
    with pytest.raises(mj.MjError, match=said):
        mj.fetch(given)
    assert len(sandbox.log) == 0


def test_a_running_task_moves_in_the_wall_and_gets_its_picture_at_the_end(
    sandbox: Sandbox,
) -> None:
    task_id = sandbox.add_task("a slow fox")
    tasks = mj.fetch([task_id])
    gallery = tasks.gallery()
    page = Page(gallery)
    (number,) = page.order
    page.looks_at(number)
    page.says("view", numbers=[number])
    tasks.wait(SECONDS)

    def ticks() -> list[tuple[int, int, int]]:
        told = [b[0] for m, b in page.messages if m["type"] == "tick"]
        return [entry for data in told for entry in struct.iter_unpack("<IBB", data)]

    page.until(lambda: (number, 100, 3) in ticks())
    assert {n for n, _, _ in ticks()} == {number}
    page.until(lambda: page.tiles[number]["image"] and page.tiles[number]["tone"] == "")
    assert page.tiles[number]["id"] == task_id
    gallery.close()


def test_half_done_pictures_come_for_what_is_in_view_alone(sandbox: Sandbox) -> None:
    seen, unseen = (sandbox.add_task("a fox --stuck 46") for _ in range(2))
    gallery = mj.fetch([seen, unseen]).gallery()
    page = Page(gallery)
    first, second = page.order
    page.looks_at(first, second)
    page.says("view", numbers=[first])
    page.until(lambda: page.tiles[first]["image"])
    assert page.tiles[first]["tone"] == "running"
    assert not page.tiles[second]["image"]
    gallery.close()


def test_a_task_is_marked_before_it_has_ended(sandbox: Sandbox) -> None:
    task_id = sandbox.add_task("--stuck")
    gallery = mj.fetch([task_id]).gallery()
    page = Page(gallery)
    (number,) = page.order
    page.says("mark", items=[item_of(number)], flag="pick")
    page.until(lambda: page.marks == {number: [[0, 0, "pick"]]})
    page.looks_at(number)
    assert page.tiles[number]["marks"] == [[0, 0, "pick"]]
    gallery.close()


def test_the_card_of_a_running_task_is_closed_and_the_task_still_followed(
    sandbox: Sandbox,
) -> None:
    tasks = mj.fetch([sandbox.add_task("--stuck")])
    gallery = tasks.gallery()
    page = Page(gallery)
    page.says("open", item=item_of(page.order[0]))
    until(page.wall, "open_item", bool)
    page.says("open", item=0)
    until(page.wall, "open_item", 0)
    assert tasks[0].state.phase == "followed"
    gallery.close()


def test_without_a_library_pictures_are_there_and_marks_say_that_there_is_none(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key", library=None)
    tasks = mj.fetch([DONE])
    tasks.wait(SECONDS)
    gallery = tasks.gallery()
    page = Page(gallery)
    (number,) = page.order
    page.looks_at(number)
    assert page.tiles[number]["image"].startswith(b"\xff\xd8")
    page.says("mark", items=[item_of(number, 2)], rating=3)
    page.until(lambda: "There is no library" in page.said)
    page.until(lambda: page.marks == {number: [[2, 3, ""]]})
    with pytest.raises(mj.LibraryError, match="There is no library"):
        tasks.to_frame()
    gallery.close()


def test_a_press_on_a_task_of_another_service_says_whose_it_is(session: Session) -> None:
    from libraries import SERVICE, fill

    assert session.library is not None
    fill(session.library, 1, side=64)
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    page.says("open", item=page.wall.current_item or item_of(page.order[0]))
    until(page.wall, "open_item", bool)
    card = gallery.card
    assert card is not None
    assert card.task_id == str(FIRST)
    card.wait(SECONDS)
    pressed = card.upscale(1)
    with pytest.raises(mj.Offline, match=rf"{SERVICE}.*mj\.configure\("):
        pressed.wait(SECONDS)
    gallery.close()
