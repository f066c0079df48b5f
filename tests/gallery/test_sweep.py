"""A sweep as its gallery shows it: how it stands, and what its buttons do."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from aiohttp import web
from card.page import browser_sends
from doors import door
from jobs.support import listening, until
from services import CANARY, serving
from sketches import sketching, standing_still

import mj_widgets as mj
from mj_widgets.gallery import sweep as made_by
from mj_widgets.jobs import Phase
from mj_widgets.service.orders import imagine
from mj_widgets.session.settings import library as default_library
from mj_widgets.session.settings import session as default_session
from mj_widgets.sets.items import item_of
from mj_widgets.sets.members import MOST

from .wall_page import Page

if TYPE_CHECKING:
    from types import FrameType

    from mj_widgets.gallery.gallery import Gallery
    from mj_widgets.sandbox import Sandbox

SECONDS = 60
on = pytest.mark.parametrize


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
    with sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        with standing_still(sandbox):
            tasks = mj.sweep("a {red, blue, green, white} fox", at_once=1, confirm=False)
            gallery = tasks.gallery()
            until(tasks[0], lambda state: state.task_id)
            assert deeds(until_said(gallery, "3 waiting")) == ["stop"]
            press(gallery, "stop")
            until_said(gallery, "3 not sent")
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


# -- before anybody has said yes -------------------------------------------------------------------


@pytest.fixture
def in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be where a button can be pressed."""
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setattr(made_by, "get_ipython", lambda: shell)


@pytest.mark.usefixtures("in_a_notebook")
@on("confirm", [True, None])
def test_it_asks_first(session: mj.Session, sandbox: Sandbox, confirm: Any) -> None:
    gallery = mj.sweep("a {red, blue} fox", confirm=confirm).gallery()
    assert deeds(until_said(gallery, "2 jobs are to be sent")) == ["send", "stop"]
    assert not sandbox.posts
    press(gallery, "send")
    press(gallery, "send")
    until_said(gallery, "2 of 2 done.")
    assert len(sandbox.posts) == 2


@pytest.mark.usefixtures("in_a_notebook")
def test_a_slip_in_the_line_is_said_before_anything_is_paid_for(
    session: mj.Session, sandbox: Sandbox
) -> None:
    gallery = mj.sweep("a {red, blue} fox --s 2000").gallery()
    told = until_said(gallery, "2 jobs are to be sent")
    assert told["lines"][1] == "Look at the first prompt: --s takes 0 to 1000, not 2000."
    assert not sandbox.posts


DOUBTS = [
    (
        "a fox --s {50, 2000, 3000}",
        [
            "Look at “a fox --s 2000”: --s takes 0 to 1000, not 2000.",
            "Look at “a fox --s 3000”: --s takes 0 to 1000, not 3000.",
        ],
    ),
    ("a {red, red} fox", ["“red” stands twice in {red, red}, and each is a job of its own."]),
    ("a fox --s {50, 9, 50, 50}", ["“50” stands 3 times in --s, and each is a job of its own."]),
]


@pytest.mark.usefixtures("in_a_notebook")
@on(("line", "said"), DOUBTS)
def test_a_slip_in_any_of_its_prompts_is_said_in_the_question(
    session: mj.Session, sandbox: Sandbox, line: str, said: list[str]
) -> None:
    told = until_said(mj.sweep(line).gallery(), "jobs are to be sent")
    assert told["lines"][1:-2] == said
    assert not sandbox.posts


@on(("line", "said"), DOUBTS)
def test_where_nobody_is_asked_a_slip_is_logged_once(
    session: mj.Session, caplog: pytest.LogCaptureFixture, line: str, said: list[str]
) -> None:
    mj.sweep(line, confirm=False).wait(SECONDS)
    assert [record.getMessage() for record in caplog.records] == said
    mj.sweep(line, confirm=False).wait(SECONDS)
    assert len(caplog.records) == len(said)


@pytest.mark.usefixtures("in_a_notebook")
@on(
    "wait",
    [
        lambda tasks: tasks.wait(1),
        lambda tasks: tasks.gallery().wait(1),
        lambda tasks: tasks[:1].wait(1),
        lambda tasks: tasks[0].wait(1),
    ],
    ids=["sweep", "gallery", "some", "one"],
)
def test_nobody_waits_for_what_waits_for_a_yes(
    session: mj.Session, sandbox: Sandbox, wait: Callable[[mj.Sweep], object]
) -> None:
    tasks = mj.sweep("a {red, blue} fox")
    with pytest.raises(mj.MjError, match=r"2 jobs wait for a yes\. Press Send") as caught:
        wait(tasks)
    assert not isinstance(caught.value, TimeoutError)
    gallery = tasks.gallery()
    press(gallery, "send")
    until_said(gallery, "2 of 2 done.")
    wait(tasks)


@pytest.mark.usefixtures("in_a_notebook")
def test_stopped_before_the_yes_it_is_sent_only_when_asked_for_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    tasks = mj.sweep("a {red, blue} fox")
    gallery = tasks.gallery()
    tasks.stop()
    press(gallery, "send")
    told = until_said(gallery, "2 not sent")
    assert not sandbox.posts
    assert deeds(told) == ["again"]
    press(gallery, "again")
    until_said(gallery, "2 of 2 done.")
    assert len(sandbox.posts) == 2


@pytest.mark.usefixtures("in_a_notebook")
def test_what_another_kernel_is_sending_is_not_sent_from_here_without_a_yes(
    session: mj.Session, sandbox: Sandbox
) -> None:
    journal, order = default_library().journal, imagine("a red fox")
    journal.begin(session.account.service, order.path, order.identity)
    tasks = mj.sweep("a {red, blue} fox")
    assert [job.state.phase for job in tasks] == [Phase.PLANNED] * 2


@pytest.mark.usefixtures("in_a_notebook")
def test_what_is_refused_after_stop_is_not_tried_again() -> None:
    with sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        sandbox.studio.options.queue_full = True
        tasks = mj.sweep("a {red, blue} fox", at_once=1)
        first = tasks[0]
        with door(sandbox, "submit/imagine") as held:
            press(tasks.gallery(), "send")
            held.until_knocked()
            tasks.stop()
        with pytest.raises(mj.MjError, match="Not sent"):
            first.wait(SECONDS)
        assert tasks.standing.words == "0 of 2 done, 2 not sent"
        assert len(sandbox.posts) == 1


@contextmanager
def a_service_that_hesitates() -> Iterator[tuple[str, threading.Event, threading.Event]]:
    """Give its address, what is set when it was asked a second time, and what lets it answer.

    At first its queue is full.
    """
    asked, may_answer, is_up, is_over = (threading.Event() for _ in range(4))
    answers = iter([{"code": 23, "description": "full"}, {"code": 1, "result": "1747132423020537"}])
    address = []

    async def handle(request: web.Request) -> web.Response:
        if request.method != "POST":
            return web.json_response({"id": "1747132423020537", "status": "IN_PROGRESS"})
        answer = next(answers)
        if answer["code"] == 1:
            asked.set()
            await asyncio.to_thread(may_answer.wait, SECONDS)
        return web.json_response(answer)

    async def serve() -> None:
        async with serving(handle) as service:
            address.append(service.url)
            is_up.set()
            await asyncio.to_thread(is_over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    is_up.wait(SECONDS)
    try:
        yield address[0], asked, may_answer
    finally:
        may_answer.set()
        is_over.set()
        thread.join()


def test_what_is_taken_after_stop_is_followed() -> None:
    with a_service_that_hesitates() as (url, asked, may_answer):
        mj.configure(url, CANARY)
        tasks = mj.sweep("a {red, blue} fox", at_once=1, confirm=False)
        with listening(tasks[0]) as told:
            told.until(lambda state: state.retry_at is not None)
            tasks[0].check_now()
            assert asked.wait(SECONDS)
            tasks.stop()
            may_answer.set()
            told.until(lambda state: state.status == "IN_PROGRESS")
        assert tasks.standing.words == "0 of 2 done, 1 running, 1 not sent"


def test_stop_when_all_is_done_says_nothing(session: mj.Session, sandbox: Sandbox) -> None:
    tasks = mj.sweep("a {red, blue} fox", confirm=False)
    tasks.wait(SECONDS)
    tasks.stop()
    assert tasks.gallery().wall.sweep["lines"] == ["2 of 2 done."]


def test_what_is_not_watched_any_more_is_not_done() -> None:
    with sketching(speed=1).in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        tasks = mj.sweep("a {red, blue} fox", confirm=False)
        for job in tasks:
            until(job, lambda state: state.task_id)
        tasks[0].stop()
        assert tasks.standing.words == "0 of 2 done, 1 running, 1 not watched any more"


def test_with_a_new_token_what_was_refused_is_sent_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("401", count=2, path="/submit/")  # the key is tried in two headers
    tasks = mj.sweep("a {red, blue} fox", at_once=1, confirm=False)
    gallery = tasks.gallery()
    until_said(gallery, "1 failed, 1 not sent")
    mj.configure(sandbox.url, f"{CANARY}-2")
    press(gallery, "again")
    until_said(gallery, "2 of 2 done.")
    assert {job.account for job in tasks} == {default_session().account}


def test_a_line_that_is_run_twice_is_stopped_as_one() -> None:
    with sketching().in_thread() as sandbox, standing_still(sandbox):
        mj.configure(sandbox.url, CANARY)
        line = "a {red, blue, green, white} fox"
        first = mj.sweep(line, at_once=1, confirm=False)
        second = mj.sweep(line, at_once=1, confirm=False)
        assert (first.standing.waiting, second.standing.waiting) == (3, 3)
        second.stop()
        assert (first.standing.waiting, second.standing.waiting) == (0, 0)


def test_a_gallery_that_was_closed_hears_nothing_of_what_is_sent_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("402", path="/submit/")
    tasks = mj.sweep("a {red, blue} fox", at_once=1, confirm=False)
    closed, gallery = tasks.gallery(), tasks.gallery()
    until_said(gallery, "1 failed, 1 not sent")
    closed.close()
    told = Page(closed).messages
    press(gallery, "again")
    until_said(gallery, "2 of 2 done.")
    assert not told


@contextmanager
def interrupted_once_it_waits() -> Iterator[None]:
    """Press Ctrl-C when what is called waits for news, not a moment before."""

    def hear(_: FrameType, event: str, called: Any) -> None:
        waits_in = getattr(called, "__self__", None) if event == "c_call" else None
        if isinstance(waits_in, SimpleQueue) and called.__name__ == "get":
            sys.setprofile(None)
            raise KeyboardInterrupt

    before = sys.getprofile()
    sys.setprofile(hear)
    try:
        yield
    finally:
        sys.setprofile(before)


def test_a_script_sends_again_what_failed_and_what_may_have_arrived_only_by_name(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("cut", path="/submit/")
    tasks = mj.sweep("a {red, blue --fail policy, green} fox", at_once=1, confirm=False)
    with pytest.raises(mj.MjError, match=r"service; tasks\.try_again\(job\), or the button above"):
        tasks.wait(SECONDS)
    unclear, failed, done = tasks
    assert tasks.try_again() == 1
    with pytest.raises(mj.MjError):
        tasks.wait(SECONDS)
    assert tasks.standing.words == "1 of 3 done, 1 failed, 1 may have been submitted"
    assert (len(sandbox.posts), tasks[1] is failed) == (4, False)

    assert tasks.try_again([unclear, done]) == 1
    tasks[0].wait(SECONDS)
    assert tasks.standing.words == "2 of 3 done, 1 failed"
    assert len(sandbox.posts) == 5
    with pytest.raises(mj.MjError, match="is no job of this sweep"):
        tasks.try_again(unclear)


def test_what_failed_before_says_how_a_script_sends_it_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    for _ in range(2):
        tasks = mj.sweep("a {red} fox --fail policy", confirm=False)
        with pytest.raises(mj.TaskFailed) as caught:
            tasks.wait(SECONDS)
    said = str(caught.value)
    assert said.endswith("tasks.try_again(job), or the button above the sheet, submits it anew.")
    assert len(sandbox.posts) == 1
    assert tasks.try_again(tasks[0]) == 1
    with pytest.raises(mj.TaskFailed):
        tasks.wait(SECONDS)
    assert len(sandbox.posts) == 2


@pytest.mark.usefixtures("in_a_notebook")
def test_nothing_is_sent_again_that_waits_for_a_yes(session: mj.Session, sandbox: Sandbox) -> None:
    tasks = mj.sweep("a {red, blue} fox")
    with pytest.raises(mj.MjError, match="2 jobs wait for a yes"):
        tasks.try_again()
    assert not sandbox.posts


def test_a_gallery_of_a_part_shows_what_is_sent_again_and_nothing_else(
    session: mj.Session, sandbox: Sandbox
) -> None:
    tasks = mj.sweep("a {red, blue, green} fox --fail policy", confirm=False)
    whole, part = tasks.gallery(), tasks[:2].where("blue").gallery()
    until_said(whole, "3 failed")
    before, page = tasks[1], Page(part)
    (blue,) = page.order
    page.looks_at(blue)
    assert page.tiles[blue]["id"] == before.task_id
    press(whole, "again")
    page.until(lambda: page.tiles[blue]["id"] not in ("", before.task_id))
    assert page.tiles[blue]["id"] == tasks[1].task_id
    assert page.tiles.keys() == {blue}


def test_a_part_is_rated_and_waited_for_by_itself() -> None:
    with sketching(speed=60).in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        tasks = mj.sweep("a {red --stuck 40, blue, green} fox", confirm=False)
        part = tasks[1:]
        part.wait(SECONDS)
        gallery = part.gallery()
        assert [task.id for task in gallery.wait(SECONDS)] == [job.task_id for job in part]
        assert gallery.is_told
        gallery.rate(4, part[0])
        gallery.rate(2, part[1])
        assert tasks[1:2].ratings == {(part[0].task_id, 0): 4}
        assert part.ratings == {(part[0].task_id, 0): 4, (part[1].task_id, 0): 2}
        tasks.stop()


@on(
    ("wanted", "found"),
    [
        ({"s": 50}, [0, 2]),
        ({"s": np.float64(50)}, [0, 2]),
        ({"s": [250, "7"]}, [1, 3]),
        ({"raw": True}, [0, 1, 2, 3]),
        ({"raw": 1}, [0, 1, 2, 3]),
        ({"ar": None, "s": "250"}, [1, 3]),
        ({"ar": True}, []),
        ({"no": "b"}, [2, 3]),
        ({"s": 50, "text": "a"}, [0, 2]),
    ],
)
def test_by_its_parameters_a_job_is_found_before_it_is_sent_and_after_it_is_kept(
    session: mj.Session, wanted: dict[str, Any], found: list[int]
) -> None:
    tasks = mj.sweep("a fox --no {a, b} --s {50, 250} --raw", at_once=1, confirm=False)
    jobs = list(tasks)
    assert [jobs.index(job) for job in tasks.where(**wanted)] == found
    tasks.wait(SECONDS)
    assert [jobs.index(job) for job in tasks.where(**wanted)] == found


def test_waiting_that_is_interrupted_says_that_the_sweep_goes_on() -> None:
    with sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        with standing_still(sandbox):
            tasks = mj.sweep("a {red, blue, green} fox", at_once=1, confirm=False)
            until(tasks[0], lambda state: state.task_id)
            with pytest.raises(KeyboardInterrupt) as caught, interrupted_once_it_waits():
                tasks.wait(SECONDS)
        assert str(caught.value) == (
            "Stopped waiting. The sweep stands at 0 of 3 done, 1 running, 2 waiting, "
            "and goes on; stop() keeps back what is not sent."
        )
        tasks.wait(SECONDS)
        assert len(sandbox.posts) == 3
