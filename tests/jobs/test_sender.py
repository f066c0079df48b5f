"""Sending what a job begins with: once, or while the queue is full again and again."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from doors import door
from PIL import Image
from services import CANARY, file_of, serving

import mj_widgets as mj
from jobs.support import SECONDS, STARTS, Told, listening
from mj_widgets.jobs import Phase
from mj_widgets.jobs.words import state_words

if TYPE_CHECKING:
    from mj_widgets.jobs import JobState
    from mj_widgets.sandbox import Sandbox

HEN = file_of(Image.new("RGB", (32, 32), "brown"))

on = pytest.mark.parametrize


def is_refused_for_now(state: JobState) -> bool:
    """Whether it was sent, refused, and is to be sent again."""
    return state.retry_at is not None


def refused(job: mj.Job, kind: type[mj.MjError]) -> mj.MjError:
    """Wait for a refusal, and look whether the job says it."""
    with pytest.raises(kind) as caught:
        job.wait(SECONDS)
    assert job.state.phase is Phase.UNSENT
    assert state_words(job.state) == ("not submitted", "failed")
    assert job.state.notice.text == job.error == str(caught.value)
    assert "\n" not in job.error
    assert job.state.retry_at is None
    return caught.value


# -- refused ---------------------------------------------------------------------------------------


def test_a_banned_word_is_said_in_the_services_words(session: mj.Session, sandbox: Sandbox) -> None:
    error = refused(session.imagine("a banned fox", retry=True), mj.PromptRejected)
    assert "可能包含敏感词" in str(error)
    assert len(sandbox.posts) == 1


def test_what_was_refused_can_be_sent_again(session: mj.Session, sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    refused(session.imagine("a fox"), mj.QueueFull)
    sandbox.options.queue_full = False
    assert session.imagine("a fox").wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2


def test_a_refusal_is_raised_by_await_too(session: mj.Session) -> None:
    async def use() -> None:
        await session.imagine("a banned fox")

    with pytest.raises(mj.PromptRejected):
        asyncio.run(use())


@on(
    ("answer", "kind", "words"),
    [
        ({"code": 4, "description": "quota_not_enough "}, mj.QuotaExceeded, "quota_not_enough"),
        ({"code": 4, "description": "unknown_action "}, mj.MjError, "unknown_action"),
    ],
)
def test_a_refusal_is_one_line_with_the_services_reason(
    answer: dict[str, object], kind: type[mj.MjError], words: str
) -> None:
    async def answers(_: web.Request) -> web.Response:
        return web.json_response(answer)

    async def story() -> None:
        async with serving(answers) as service:
            job = mj.Session(service.url, CANARY).imagine("a fox", retry=True)
            with pytest.raises(kind, match=words):
                await job
            assert refused(job, kind).words == words
            assert [p for p in service.paths if "submit" in p] == ["/mj/submit/imagine"]

    asyncio.run(story())


def test_what_was_refused_has_no_task_to_ask_for(session: mj.Session, sandbox: Sandbox) -> None:
    job = session.imagine("a banned fox")
    refused(job, mj.PromptRejected)
    job.check_now()
    job.stop()
    refused(job, mj.PromptRejected)
    assert len(sandbox.log) == 1


@on("fault", ["cut", "500", "html"])
def test_a_submission_whose_answer_is_lost_is_not_repeated(
    session: mj.Session, sandbox: Sandbox, fault: str
) -> None:
    sandbox.faults.next(fault, path="submit/imagine")
    for _ in range(2):
        job = session.imagine("a fox", retry=True)
        with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
            job.wait(SECONDS)
        assert caught.value.maybe_sent
        assert state_words(job.state) == ("may have been submitted", "trouble")
        said = job.state.notice.text
        assert "may have been submitted" in said
        assert said.endswith("Look at the service; --new / new=True submits it anew.")
        assert len(sandbox.posts) == 1


# -- a full queue ----------------------------------------------------------------------------------


@on(
    "answer",
    [
        {"code": 1, "description": "提交成功"},
        {"code": 1, "description": "提交成功", "result": None},
        {"code": 1, "description": "提交成功", "result": ""},
        {"code": 22, "description": "提交成功", "data": []},
    ],
)
def test_what_was_taken_without_an_id_may_have_been_submitted_and_is_not_sent_again(
    answer: dict[str, object],
) -> None:
    async def answers(_: web.Request) -> web.Response:
        return web.json_response(answer)

    async def story() -> None:
        async with serving(answers) as service:
            session = mj.Session(service.url, CANARY)
            for words in ("提交成功", "may have been submitted on"):
                job = session.imagine("a fox")
                with pytest.raises(mj.ServiceUnavailable, match=words) as caught:
                    await job
                assert caught.value.maybe_sent
                assert state_words(job.state) == ("may have been submitted", "trouble")
                assert "new=True" in job.error
            assert service.paths.count("/mj/submit/imagine") == 1

    asyncio.run(story())


def test_a_page_in_the_way_of_a_prompt_has_submitted_nothing() -> None:
    async def page(_: web.Request) -> web.Response:
        title = "<title>Just a moment</title>"
        return web.Response(text=title, status=403, content_type="text/html")

    async def story() -> None:
        async with serving(page) as service:
            job = mj.Session(service.url, CANARY).imagine("a fox", retry=True)
            with pytest.raises(mj.BadReply, match="Nothing was submitted"):
                await job
            assert refused(job, mj.BadReply).words == "Just a moment"
            assert service.paths == ["/mj/submit/imagine"]

    asyncio.run(story())


def test_without_retry_a_full_queue_is_said_once(session: mj.Session, sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    error = refused(session.imagine("a fox"), mj.QueueFull)
    assert str(error).endswith("Nothing was submitted: try later, or with --retry / retry=True.")
    assert len(sandbox.posts) == 1


@on("name", STARTS)
def test_with_retry_it_comes_through_when_the_queue_has_room(
    session: mj.Session, sandbox: Sandbox, name: str
) -> None:
    sandbox.options.queue_full = True
    job = STARTS[name](session, retry=True)
    with listening(job) as told:
        state = told.until(is_refused_for_now)
        assert state_words(state) == ("the queue is full", "trouble")
        assert state.retry_at is not None
        assert state.retry_at - time.time() == pytest.approx(30, abs=10)
        assert "Nothing was submitted yet." in state.error
        job.check_now()
        told.until(is_refused_for_now, 2)
    sandbox.options.queue_full = False
    job.check_now()
    assert job.wait(SECONDS).succeeded
    assert job.state.notice.text == job.error == ""
    assert len(sandbox.posts) == 3
    assert STARTS[name](session).wait(SECONDS).id == job.task_id
    assert len(sandbox.posts) == 3


def test_a_full_queue_is_tried_again_by_itself(
    session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mj_widgets.jobs.sender.PAUSE", 0.05)
    sandbox.options.queue_full = True
    job = session.imagine("a fox", retry=True)
    with listening(job) as told:
        told.until(is_refused_for_now, 3)
    sandbox.options.queue_full = False
    assert job.wait(SECONDS).succeeded


def test_what_the_queue_has_no_room_for_is_not_downloaded_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.options.queue_full = True
    job = session.describe(sandbox.put_file("hen.png", HEN), retry=True)
    told = Told(job)
    for times in (1, 2):
        told.until(is_refused_for_now, times)
        job.check_now()
    told.until(is_refused_for_now, 3)
    told.end()
    assert sandbox.count("GET", "/attachments") == 1
    sandbox.options.queue_full = False
    job.check_now()
    assert job.wait(SECONDS).succeeded
    url = f"data:image/png;base64,{base64.b64encode(HEN).decode()}"
    assert {post.body["base64"] for post in sandbox.posts} == {url}


def test_stop_ends_the_trying(session: mj.Session, sandbox: Sandbox) -> None:
    sandbox.options.queue_full = True
    job = session.imagine("a fox", retry=True)
    with listening(job) as told:
        told.until(is_refused_for_now)
    job.stop()
    error = refused(job, mj.MjError)
    assert str(error) == "Stopped: nothing was submitted."
    assert len(sandbox.posts) == 1


def test_what_was_stopped_before_the_refusal_came_is_not_tried_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.options.queue_full = True
    with door(sandbox, "submit/imagine") as held:
        job = session.imagine("a fox", retry=True)
        held.until_knocked()
        told = Told(job)
        job.stop()
        held.open()
        error = refused(job, mj.MjError)
    assert str(error) == "Stopped: nothing was submitted."
    told.end()
    assert not any(map(is_refused_for_now, told.states))
    assert len(sandbox.posts) == 1
