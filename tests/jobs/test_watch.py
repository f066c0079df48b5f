"""Where a job's news comes from: the library where its task has ended, else the service."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from service.support import unused_port
from services import answering, run, serving
from sketches import sketching

import mj_widgets as mj
from jobs.support import FAILED, GRID, SECONDS, until
from mj_widgets.archive import State
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.sandbox.buttons import grid_buttons
from mj_widgets.session import settings

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN = {"description": "task_no_found ", "type": "upstream_error", "code": 4}


def in_a_new_kernel(*arguments: Any, **options: Any) -> mj.Session:
    """Forget what this process knows, and choose a service as a new kernel does."""
    settings.reset()
    return mj.configure(*arguments, **options)


def follow(task_id: str = GRID, **options: Any) -> mj.Job:
    """The job of a task at the service that is chosen."""
    return settings.session().follow(task_id, **options)


def finished(task_id: str = GRID, **options: Any) -> mj.Job:
    """The same, when the task has ended."""
    job = follow(task_id, **options)
    job.wait(SECONDS)
    return job


def notice(job: mj.Job) -> str:
    """What is to be read last, on one line."""
    said = job.state.notice.text
    assert "\n" not in said
    return said


def is_from_library(job: mj.Job) -> bool:
    return job.state.kept_since is not None


def file_of(task_id: str = GRID) -> Path:
    record = mj.library().get(task_id)
    assert record is not None
    return record.files[0].path


# -- the library first -----------------------------------------------------------------------------


def test_a_task_that_has_ended_is_asked_for_once_in_a_lifetime(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    assert not is_from_library(finished())
    asked = len(sandbox.log)
    assert is_from_library(finished())
    in_a_new_kernel(sandbox.url, "key")
    assert is_from_library(finished())
    assert len(sandbox.log) == asked


def test_a_task_that_failed_is_kept_as_well(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    for is_known in (False, True):
        job = follow(FAILED)
        with pytest.raises(mj.TaskFailed, match="content policy"):
            job.wait(SECONDS)
        assert is_from_library(job) is is_known
    assert sandbox.count("GET", f"{FAILED}/fetch") == 1


def test_refresh_asks_the_service_and_takes_what_is_new(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    sandbox.task(GRID).prompt = "told anew"
    assert finished().task.prompt != "told anew"
    fresh = finished(refresh=True)
    assert not is_from_library(fresh)
    assert fresh.task.prompt == "told anew"
    assert finished().task.prompt == "told anew"


# -- the service forgets ---------------------------------------------------------------------------


def test_a_task_that_the_service_forgot_is_shown_from_the_library(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    sandbox.put(GRID, UNKNOWN, 400)
    requests = len(sandbox.log)
    in_a_new_kernel(sandbox.url, "key")

    job = finished()

    assert is_from_library(job)
    assert len(job.quadrants) == 4
    assert notice(job) == ""
    assert len(sandbox.log) == requests


@pytest.mark.parametrize("trouble", ["forgotten", "500"])
def test_refresh_says_what_the_service_said_and_still_shows_the_picture(
    sandbox: Sandbox, trouble: str
) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    if trouble == "forgotten":
        sandbox.put(GRID, UNKNOWN, 400)
    else:
        sandbox.faults.next("500", path="/fetch")

    job = finished(refresh=True)

    assert is_from_library(job)
    assert len(job.quadrants) == 4
    said = {"forgotten": "does not know task", "500": "cannot answer now"}[trouble]
    assert notice(job).startswith("Shown from the library. The service")
    assert said in notice(job)


def test_a_forgotten_task_that_was_never_kept_is_one_line(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    sandbox.put(GRID, UNKNOWN, 400)
    job = follow(GRID)
    with pytest.raises(mj.TaskNotFound, match="does not know task"):
        job.wait(SECONDS)
    assert "does not know task" in notice(job)


def test_a_dead_link_does_not_matter_to_a_task_that_was_kept(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    sandbox.faults.next("expired", count=100, path="/attachments")
    in_a_new_kernel(sandbox.url, "key")
    for refresh in (False, True):
        assert len(finished(refresh=refresh).quadrants) == 4


def test_for_a_dead_link_a_fresh_one_is_asked_once_and_then_one_line_says_so(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    old = sandbox.add_task("an old one", age=10_000)
    sandbox.faults.next("expired", count=100, path="/attachments")

    job = follow(old)
    with pytest.raises(mj.ImageError, match="link has expired"):
        job.wait(SECONDS)

    assert sandbox.count("GET", f"{old}/fetch") == 2
    assert sandbox.count("GET", "/attachments") == 1
    assert "link has expired" in notice(job)


def test_a_task_is_kept_although_its_picture_cannot_be_had_and_gets_it_later(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    sandbox.faults.next("expired", count=100, path="/attachments")
    with pytest.raises(mj.ImageError) as caught:
        finished()
    assert caught.value.task.succeeded
    record = mj.library().get(EXAMPLES["finished"])
    assert record is not None
    assert record.task.prompt
    assert record.files == ()

    sandbox.faults.clear()
    in_a_new_kernel(sandbox.url, "key")
    assert len(finished().quadrants) == 4
    (kept,) = mj.library().search()
    kept.wait(SECONDS)
    assert len(kept.files) == 1


# -- offline ---------------------------------------------------------------------------------------


def test_offline_before_any_service_was_chosen_known_tasks_and_presses_are_there(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    taken = finished().upscale(2)
    taken.wait(SECONDS)
    requests = len(sandbox.log)
    in_a_new_kernel(offline=True)

    job = finished()
    assert [each.name for each in job.state.buttons if each.used == "before"] == ["U2"]
    again = job.upscale(2)
    again.wait(SECONDS)

    assert is_from_library(job)
    assert again.task_id == taken.task_id
    assert again.image_bytes == taken.image_bytes
    assert len(sandbox.log) == requests


def test_offline_before_any_service_was_chosen_a_prompt_that_was_sent_finds_its_task(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    first = settings.session().imagine("a red fox").wait(SECONDS)
    in_a_new_kernel(offline=True)
    assert settings.session().imagine("a red fox").wait(SECONDS).id == first.id
    with pytest.raises(mj.Offline):
        settings.session().imagine("a blue fox").wait(SECONDS)
    assert len(sandbox.posts) == 1


def test_offline_an_unknown_task_is_one_line(sandbox: Sandbox) -> None:
    mj.configure(offline=True)
    job = follow("999999")
    with pytest.raises(mj.Offline, match="Task 999999 is not in the library"):
        job.wait(SECONDS)
    assert "mj.configure(offline=False)" in notice(job)


@pytest.mark.parametrize("service", ["the same", "none"])
def test_offline_a_new_press_is_refused_and_sent_when_there_is_a_service_again(
    sandbox: Sandbox, service: str
) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    if service == "the same":
        mj.configure(offline=True)
    else:
        in_a_new_kernel(offline=True)
    job = finished()

    with pytest.raises(mj.Offline, match="no request leaves this machine"):
        job.upscale(4).wait(SECONDS)

    assert notice(job).startswith("U4 – You are offline")
    assert job.followups == ()
    assert [entry.state for entry in mj.library().journal.entries()] == [State.REFUSED]
    mj.configure(sandbox.url, "key", offline=False)
    assert finished().upscale(4).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_going_offline_holds_for_jobs_that_are_there_until_it_ends(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    grid = finished()
    sandbox.put("77", {"id": "77", "action": "IMAGINE", "status": "IN_PROGRESS", "progress": "9%"})
    running = follow("77", interval=60)
    until(running, lambda state: state.status == "IN_PROGRESS")
    requests = len(sandbox.log)

    mj.configure(offline=True)
    running.check_now()
    until(running, lambda state: "you are offline" in state.error)
    with pytest.raises(mj.Offline):
        grid.upscale(1).wait(SECONDS)
    assert len(sandbox.log) == requests

    mj.configure(offline=False)
    until(running, lambda state: not state.error)
    assert grid.upscale(1).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_two_services_may_call_different_tasks_the_same(sandbox: Sandbox) -> None:
    with sketching().in_thread() as other:
        for service, prompt in ((sandbox, "of the first"), (other, "of the second")):
            service.add_task(prompt, task_id="77", age=10_000)
            task = service.task("77")
            task.message_hash = f"00000000-0000-4000-8000-{len(prompt):012}"
            task.buttons = grid_buttons(task.message_hash)
            mj.configure(service.url, "key")
            assert finished("77").upscale(1).wait(SECONDS).succeeded
        assert (len(sandbox.posts), len(other.posts)) == (1, 1)
        for service, prompt in ((sandbox, "of the first"), (other, "of the second")):
            mj.configure(service.url, "key", offline=True)
            job = finished("77")
            assert job.task is not None
            assert job.task.prompt == prompt
            assert job.upscale(1).wait(SECONDS).succeeded


@pytest.mark.parametrize("kind", ["describe", "shorten"])
def test_the_texts_of_a_describe_or_shorten_are_kept(sandbox: Sandbox, kind: str) -> None:
    mj.configure(sandbox.url, "key")
    if kind == "describe":
        task_id = EXAMPLES["described"]
    else:
        lines = "1️⃣ a fox\n\n2️⃣ a red fox"
        body = {"id": "78", "action": "SHORTEN", "status": "SUCCESS", "prompt": "a long text"}
        task_id = sandbox.put("78", {**body, "properties": {"finalPrompt": lines}})
    texts = finished(task_id).texts
    in_a_new_kernel(offline=True)

    job = finished(task_id)

    assert is_from_library(job)
    assert len(texts) >= 2
    assert job.texts == texts


def test_a_task_that_has_not_ended_is_not_kept(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    sandbox.put("79", {"id": "79", "action": "ACTION", "status": "MODAL"})
    job = follow("79")
    until(job, lambda state: state.question)
    assert job.state.outcome is None
    job.stop()
    assert mj.library().get("79") is None


def test_a_task_that_another_address_told_is_shown_where_this_one_does_not_know_it(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    task_id = sandbox.add_task("kept under another name", age=10_000)
    finished(task_id)
    with sketching().in_thread() as other:
        mj.configure(other.url, "key")
        job = finished(task_id)
        assert len(job.quadrants) == 4
        assert notice(job).startswith("Shown from the library. ")
        assert other.count("GET", "/attachments") == 0


@pytest.mark.parametrize("harm", ["newer", "no database", "a folder"])
def test_where_the_library_cannot_be_opened_no_press_is_paid_twice(
    sandbox: Sandbox, harm: str
) -> None:
    mj.configure(sandbox.url, "key")
    assert finished().upscale(1).wait(SECONDS).succeeded
    mj.library().close()
    index = mj.library().folder / "library.db"
    if harm == "newer":
        with closing(sqlite3.connect(index)) as connection:
            connection.execute("PRAGMA user_version = 99")
    else:
        index.unlink()
        index.write_text("no database") if harm == "no database" else index.mkdir()

    in_a_new_kernel(sandbox.url, "key")
    job = finished()
    assert len(job.quadrants) == 4
    with pytest.raises(mj.LibraryError, match=r"as it may have been before: new=True submits it"):
        job.upscale(1).wait(SECONDS)
    assert len(sandbox.posts) == 1
    assert job.upscale(1, new=True).wait(SECONDS).succeeded
    assert job.upscale(1).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2


def test_where_nobody_answers_it_is_said_what_to_look_at_and_who_waits_is_told() -> None:
    mj.configure(f"http://127.0.0.1:{unused_port()}", "key", library=None)
    job = follow("80")
    state = until(job, lambda state: state.error)
    assert "connection refused" in state.error
    assert "Check host and port in its address" in state.error
    assert state.retry_at is not None
    with pytest.raises(mj.StillRunning, match="connection refused"):
        job.wait(0)
    job.stop()


def test_at_a_wrong_address_who_waits_is_told_at_once_to_check_it() -> None:
    async def story() -> None:
        nothing = answering(lambda: web.Response(text="404 page not found", status=404))
        async with serving(nothing) as service:
            job = mj.Session(service.url, "key").follow("81")
            with pytest.raises(mj.BadReply, match="MJ_API_URL or base_url"):
                await job

    run(story())
