"""The life of a job: sent, followed, fetched, ended; stopped and taken up again."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from doors import door
from sandbox.support import Clock
from services import CANARY, serving
from sketches import sketching

import mj_widgets as mj
from jobs.support import FAILED, GRID, RUNNING, SECONDS, finished, listening, until
from mj_widgets import background
from mj_widgets.jobs import JobState, Phase
from mj_widgets.service import pace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.sandbox import Sandbox

on = pytest.mark.parametrize


@contextmanager
def running(flavour: str = "dmx", **how: Any) -> Iterator[tuple[Sandbox, Clock, mj.Job]]:
    """A job of a task that has begun and goes on when the clock does."""
    clock = Clock(time.time())
    with sketching(flavour, speed=1, clock=clock, **how).in_thread() as still:
        job = mj.configure(still.url, "any").follow(RUNNING)
        until(job, lambda state: state.task)
        clock.forward(5)
        job.check_now()
        until(job, lambda state: state.status == "IN_PROGRESS")
        yield still, clock, job
        job.stop()


def phases(states: list[JobState]) -> list[Phase]:
    return [phase for phase, _ in groupby(state.phase for state in states)]


# -- from the beginning to the end -----------------------------------------------------------------


def test_a_job_is_sent_followed_fetched_and_ended_in_that_order(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.slow_seconds = 0.2
    sandbox.faults.next("slow", path="submit/imagine")
    job = session.imagine("a red fox")
    with listening(job) as told:
        job.wait(SECONDS)
    assert phases(told.states) == [Phase.SENDING, Phase.FOLLOWED, Phase.FETCHING, Phase.ENDED]
    fetching = next(state for state in told.states if state.phase is Phase.FETCHING)
    assert (fetching.arriving is None, fetching.result, fetching.buttons) == (False, None, ())
    assert (job.state.arriving, job.state.result is None) == (None, False)


def test_a_failed_task_has_no_files_to_fetch(session: mj.Session, sandbox: Sandbox) -> None:
    with door(sandbox, "/fetch") as held:
        job = session.follow(FAILED)
        with listening(job) as told:
            held.open()
            with pytest.raises(mj.TaskFailed):
                job.wait(SECONDS)
    assert phases(told.states) == [Phase.FOLLOWED, Phase.ENDED]
    assert (job.state.result, job.state.buttons) == (None, ())
    assert job.state.notice.text == job.error


def test_several_tasks_of_one_start_are_named_and_the_first_is_followed() -> None:
    async def answers(request: web.Request) -> web.Response:
        if request.path.endswith("/submit/imagine"):
            return web.json_response({"code": 1, "result": "101,102,103"})
        if request.method == "POST":
            return web.json_response([])
        return web.json_response({"id": "101", "status": "FAILURE", "failReason": "no"})

    async def story() -> None:
        async with serving(answers) as service:
            job = mj.Session(service.url, CANARY).imagine("a fox")
            with pytest.raises(mj.TaskFailed):
                await job
            assert job.task_id == "101"
            assert job.state.origin == "imagine · also started: 102, 103"
            assert not any("/102/" in path or "/103/" in path for path in service.paths)

    asyncio.run(story())


def test_an_ask_that_brought_nothing_is_said_until_the_next_one_brings_something() -> None:
    with running() as (sandbox, _, job):
        sandbox.faults.next("500", path="/fetch")
        job.check_now()
        state = until(job, lambda state: state.error)
        assert (state.phase, state.status) == (Phase.FOLLOWED, "IN_PROGRESS")
        assert isinstance(state.trouble, mj.ServiceUnavailable)
        assert state.retry_at is not None
        assert state.notice.tone == "trouble"
        job.check_now()
        state = until(job, lambda state: not state.error)
        assert (state.trouble, state.retry_at, state.notice.text) == (None, None, "")


def test_a_task_that_nobody_knows_is_lost_and_can_be_asked_for_once_more(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.follow("999999")
    with pytest.raises(mj.TaskNotFound):
        job.wait(SECONDS)
    assert job.state.phase is Phase.LOST
    assert job.state.has_failed
    sandbox.add_task("a late one", task_id="999999", age=10_000)
    job.check_now()
    assert job.wait(SECONDS).prompt == "a late one"
    assert (job.error, job.state.trouble) == ("", None)


def test_where_the_token_is_refused_a_check_goes_on_with_the_one_that_was_given_since() -> None:
    with sketching(token="sk-right").in_thread() as strict:
        job = mj.configure(strict.url, "sk-wrong").follow(GRID)
        with pytest.raises(mj.Unauthorized):
            job.wait(SECONDS)
        assert job.state.phase is Phase.LOST
        job.check_now()
        with pytest.raises(mj.Unauthorized):
            job.wait(SECONDS)
        session = mj.configure(strict.url, "sk-right")
        job.check_now()
        assert job.wait(SECONDS).succeeded
        assert job.account is session.account


@on("trouble", ["failed", "is gone"])
def test_what_came_to_nothing_says_how_to_submit_it_anew(
    session: mj.Session, sandbox: Sandbox, trouble: str
) -> None:
    task_id = session.imagine("a fox").wait(SECONDS).id
    mj.library().delete(task_id)
    if trouble == "failed":
        sandbox.put(task_id, {"id": task_id, "status": "FAILURE", "failReason": "tired"})
    else:
        del sandbox.studio.tasks[task_id]

    again = session.imagine("a fox")

    with pytest.raises(mj.MjError) as caught:
        again.wait(SECONDS)
    assert str(caught.value).endswith("--new / new=True submits it anew.")
    assert again.state.notice.text == again.error == str(caught.value)
    assert ("tired" if trouble == "failed" else "not know") in again.error
    assert session.imagine("a fox", new=True).wait(SECONDS).succeeded


# -- stopped and taken up again --------------------------------------------------------------------


def test_a_job_stopped_while_it_is_sent_knows_its_task_and_can_be_followed_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    with door(sandbox, "submit/imagine") as held:
        job = session.imagine("a fox")
        held.until_knocked()
        job.stop()
    with pytest.raises(mj.MjError, match=r"Task \d+ is not watched any more"):
        job.wait(SECONDS)
    assert job.task_id
    assert job.state.phase is Phase.STOPPED
    assert sandbox.count("GET", "/fetch") == 0
    job.check_now()
    assert job.wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_what_is_stopped_is_asked_for_no_more_and_its_state_stays() -> None:
    with running() as (sandbox, clock, job):
        before = job.state
        job.stop()
        asked = sandbox.count("GET", f"{RUNNING}/fetch")
        assert job.state.phase is Phase.STOPPED
        assert (job.state.task, job.state.task_id) == (before.task, before.task_id)
        clock.forward(60)
        background.do(job.life.ask)  # there is nobody left to ask
        finished(mj.configure(sandbox.url, "any"))  # time for an ask that is not to come
        assert sandbox.count("GET", f"{RUNNING}/fetch") == asked


def test_stopped_twice_or_when_it_is_over_is_the_same(session: mj.Session) -> None:
    job = finished(session)
    before = job.state
    job.stop()
    job.stop()
    assert job.state is before
    assert job.wait(0) == before.task


def test_a_job_that_is_over_is_asked_for_again_and_shows_what_is_new(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.put("77", {"id": "77", "status": "FAILURE", "failReason": "tired"})
    job = session.follow("77")
    with pytest.raises(mj.TaskFailed, match="tired"):
        job.wait(SECONDS)
    sandbox.studio.canned.clear()
    sandbox.add_task("of the second try", task_id="77", age=10_000)
    job.check_now()
    assert job.wait(SECONDS).prompt == "of the second try"
    assert not job.state.has_failed
    assert job.state.outcome is job.task


# -- cancelled -------------------------------------------------------------------------------------


@on("flavour", ["plus", "trueai"])
def test_a_cancelled_task_was_cancelled_whatever_the_service_calls_it(flavour: str) -> None:
    with running(flavour) as (_, _, job):
        job.cancel()
        with pytest.raises(mj.TaskFailed) as caught:
            job.wait(SECONDS)
        assert str(caught.value) == f"Task {job.task_id} was cancelled."
        assert job.state.has_failed


def test_a_cancel_that_is_answered_with_nothing_is_done() -> None:
    with running("trueai") as (sandbox, _, job):
        sandbox.faults.next("empty", path="/cancel")
        job.cancel()
        assert job.error == ""
        assert sandbox.count("POST", "/cancel") == 1


@on("fault", ["cut", "500", "html"])
def test_a_cancel_whose_answer_was_lost_is_sent_once_and_nobody_claims_that_the_task_goes_on(
    fault: str,
) -> None:
    with running("plus") as (sandbox, _, job):
        sandbox.faults.next(fault, path="/cancel")
        with pytest.raises(mj.MjError, match=r"may have been cancelled: Check now tells\.") as lost:
            job.cancel()
        assert "goes on" not in str(lost.value)
        assert sandbox.count("POST", "/cancel") == 1


@on("fault", ["403", "429"])
def test_a_cancel_that_was_turned_away_has_not_ended_the_task(fault: str) -> None:
    with running("plus") as (sandbox, _, job):
        sandbox.faults.next(fault, path="/cancel")
        with pytest.raises(mj.MjError, match=r"The task goes on\."):
            job.cancel()
        assert job.state.outcome is None


def test_a_job_that_was_stopped_is_followed_to_its_end_when_it_is_cancelled() -> None:
    with sketching(speed=1).in_thread() as slow:
        job = mj.configure(slow.url, CANARY).imagine("a red fox")
        until(job, lambda state: state.task)
        job.stop()
        job.cancel()
        with pytest.raises(mj.TaskFailed, match="was cancelled"):
            job.wait(SECONDS)


def test_before_there_is_a_task_cancel_and_seed_say_so_and_ask_nobody(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("slow", path="submit/imagine")
    job = session.imagine("a red fox")
    for ask in (job.cancel, job.seed):
        with pytest.raises(mj.MjError, match="There is no task yet"):
            ask()
    assert job.wait(SECONDS).succeeded
    assert sandbox.count("POST", "/cancel") == sandbox.count("GET", "/image-seed") == 0


# -- what a service may say ------------------------------------------------------------------------


def test_a_status_that_nobody_knows_is_said_to_look_ended_and_is_followed_on(
    session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "SILENT", 0.0)  # a minute is long for a test
    told = {"id": "77", "action": "IMAGINE", "status": "PAINTED", "progress": "100%"}
    sandbox.put("77", told)
    job = session.follow("77")
    until(job, lambda state: state.status)
    job.check_now()
    state = until(job, lambda state: state.notice.text)
    assert "“PAINTED” is no status that is known here" in state.notice.text
    assert "it looks ended. Stop ends the following" in state.notice.text
    assert state.notice.tone == "trouble"
    with pytest.raises(mj.StillRunning, match=r"\(painted, 100 %\)"):
        job.wait(0)
    sandbox.put("77", told | {"status": "FAILURE", "failReason": "no"})
    job.check_now()
    with pytest.raises(mj.TaskFailed):
        job.wait(SECONDS)


@on("off", [-8, 0, 8])
def test_a_services_clock_that_is_off_by_hours_makes_no_hours(off: int) -> None:
    begun = time.time()
    moments = [
        {"status": "SUBMITTED", "submitTime": begun + off * 3600},
        {"status": "IN_PROGRESS", "submitTime": begun + off * 3600, "startTime": begun},
        {"status": "FAILURE", "startTime": begun, "finishTime": begun + off * 3600},
    ]
    moments[2]["submitTime"] = moments[0]["submitTime"]

    async def answers(request: web.Request) -> web.Response:
        if request.path.endswith("/submit/imagine"):
            return web.json_response({"code": 1, "result": "101"})
        if request.method == "POST":
            return web.json_response([])
        told = moments.pop(0) if len(moments) > 1 else moments[0]
        return web.json_response({"id": "101", "action": "IMAGINE", **told})

    async def story() -> None:
        async with serving(answers) as service:
            job = mj.Session(service.url, CANARY).imagine("a fox", interval=0.05)
            with pytest.raises(mj.TaskFailed):
                await job
            watch, task = job.state.stopwatch, job.task
            assert task is not None
            seconds = (watch.queued(task), watch.ran(task))
            assert all(s is not None and s < SECONDS for s in seconds)

    asyncio.run(story())
