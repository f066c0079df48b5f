"""A sweep as its gallery shows it: how it stands, and what its buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from card.page import browser_sends
from jobs.support import listening
from services import CANARY
from sketches import sketching

import mj_widgets as mj
from mj_widgets.sets.items import item_of
from mj_widgets.sets.members import MOST

from .wall_page import Page

if TYPE_CHECKING:
    from mj_widgets.gallery.gallery import Gallery
    from mj_widgets.sandbox import Sandbox

SECONDS = 60


def until_said(gallery: Gallery, words: str) -> dict[str, Any]:
    """Wait until something stands above the sheet, and return all that does."""
    wall: Any = gallery.wall
    page = Page(gallery)
    wall.observe(lambda _: page._take({"type": "sweep told"}), "sweep")
    page.until(lambda: any(words in line for line in wall.sweep["lines"]))
    told: dict[str, Any] = wall.sweep
    return told


def deeds(told: dict[str, Any]) -> list[str]:
    return [deed for deed, _ in told["buttons"]]


def press(gallery: Gallery, deed: str) -> None:
    browser_sends(gallery.wall, {"type": "sweep", "deed": deed})


def test_it_says_how_it_stands_until_all_is_done(session: mj.Session, sandbox: Sandbox) -> None:
    tasks = mj.sweep("a {red, blue} fox", confirm=False)
    gallery = tasks.gallery()
    told = until_said(gallery, "2 of 2 done.")
    assert told == {"lines": ["2 of 2 done."], "done": None, "buttons": []}
    assert repr(tasks) == "<Sweep, 2 of 2 done>"


def test_stop_and_send_the_rest_by_its_buttons() -> None:
    with sketching(speed=30).in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        tasks = mj.sweep("a {red, blue, green, white} fox", at_once=1, confirm=False)
        gallery = tasks.gallery()
        with listening(tasks[0]) as told:
            told.until(lambda state: state.task_id)
        assert deeds(until_said(gallery, "3 waiting")) == ["stop"]
        press(gallery, "stop")
        said = until_said(gallery, "1 of 4 done, 3 not sent")
        assert dict(said["buttons"]) == {"again": "Send the 3 left"}
        press(gallery, "again")
        until_said(gallery, "4 of 4 done.")
        assert len(sandbox.posts) == 4


def test_what_was_refused_is_sent_again_when_a_person_says_so(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("402", path="/submit/")
    tasks = mj.sweep("a {red, blue} fox", at_once=1, confirm=False)
    gallery = tasks.gallery()
    until_said(gallery, "1 failed, 1 not sent")
    press(gallery, "again")
    until_said(gallery, "2 of 2 done.")
    assert len(sandbox.posts) == 3
    assert [job.task.prompt for job in tasks if job.task] == ["a red fox", "a blue fox"]


def test_a_lost_answer_is_sent_again_only_by_a_button_of_its_own(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("cut", path="/submit/")
    tasks = mj.sweep("a {red, blue} fox", at_once=1, confirm=False)
    gallery = tasks.gallery()
    told = until_said(gallery, "1 may have been submitted: look at the service first.")
    assert dict(told["buttons"]) == {"anyway": "Send 1 all the same"}
    press(gallery, "again")
    press(gallery, "anyway")
    press(gallery, "anyway")
    until_said(gallery, "2 of 2 done.")
    assert len(sandbox.posts) == 3


def test_one_cell_that_failed_is_tried_again_as_a_new_task(
    session: mj.Session, sandbox: Sandbox
) -> None:
    tasks = mj.sweep("a {red, blue} fox --fail policy", confirm=False)
    gallery = tasks.gallery()
    until_said(gallery, "0 of 2 done, 2 failed")
    first, page = tasks[0], Page(gallery)
    browser_sends(gallery.wall, {"type": "again", "item": item_of(MOST)})
    page.until(lambda: tasks[0] is not first)
    with listening(tasks[0]) as told:
        told.until(lambda state: state.outcome is not None)
    assert tasks[0].task_id != first.task_id
    assert len(sandbox.posts) == 3
    browser_sends(gallery.wall, {"type": "again", "item": item_of(17)})  # none of it
