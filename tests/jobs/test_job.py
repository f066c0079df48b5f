"""A task as it lives without a card: in a script, a thread, a coroutine, a process of its own."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from doors import door
from services import CANARY
from sketches import sketching

import mj_widgets as mj
from jobs.support import listening, until
from mj_widgets import background
from mj_widgets.jobs import JobState, Phase
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 30
GRID, FAILED = EXAMPLES["finished"], EXAMPLES["failed"]


def presses(sandbox: Sandbox) -> int:
    return sandbox.count("POST", "submit/action")


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Sandbox]:
    """A service whose tasks take as long as real ones: they do not end in a test."""
    with sketching(speed=1).in_thread() as running:
        yield running


# -- as a script -----------------------------------------------------------------------------------

SCRIPT = """
import sys
import mj_widgets as mj

session = mj.configure(sys.argv[1], "key")
job = session.imagine("a red fox --ar 16:9")
job.wait(30)
child = job.press("U2")
child.wait(30)
saved = child.save(sys.argv[2])
assert mj.read_metadata(saved)["parent"] == job.task_id
assert [step.button for step in child.path()] == ["", "U2"]
assert str(job.tree()).splitlines()[1].startswith("└─ U2  ")
jupyter = {"IPython", "anywidget", "ipywidgets", "traitlets"} & set(sys.modules)
assert not jupyter, jupyter
print(saved)
"""


def ran(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ)


def test_a_script_without_jupyter_imagines_waits_presses_saves_and_sees_the_tree(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    done = ran(SCRIPT, sandbox.url, str(tmp_path / "saved"))
    assert done.stderr == ""
    assert Path(done.stdout.strip()).is_file()


def test_a_script_with_running_jobs_ends_silently(slow: Sandbox) -> None:
    code = """
import sys, time
import mj_widgets as mj
session = mj.configure(sys.argv[1], "key")
jobs = [session.imagine(f"fox {n}") for n in range(3)]
while any(not job.task_id for job in jobs):
    time.sleep(0.01)
"""
    done = ran(code, slow.url)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_forked_process_goes_on_with_jobs_of_its_own(sandbox: Sandbox) -> None:
    code = """
import os, sys
import mj_widgets as mj
session = mj.configure(sys.argv[1], "key")
session.imagine("a fox").wait(30)
if child := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
code = 1
try:
    assert mj.configure(sys.argv[1], "key").imagine("an owl").wait(30).succeeded
    code = 0
finally:
    os._exit(code)
"""
    done = ran(code, sandbox.url)
    assert (done.returncode, done.stderr) == (0, "")


# -- what is known ---------------------------------------------------------------------------------


def test_all_that_is_known_is_one_value_that_never_changes(session: mj.Session) -> None:
    job = session.follow(GRID)
    job.wait(SECONDS)
    state = job.state
    assert (state.phase, state.task_id, state.status) == (Phase.ENDED, GRID, "SUCCESS")
    assert state.task is job.task
    assert [button.name for button in state.buttons][:2] == ["U1", "U2"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        state.error = "changed"  # type: ignore[misc]
    job.press("U1").wait(SECONDS)
    assert state.followups == ()
    assert job.state.followups == job.followups


def test_each_change_is_told_once_on_the_background_thread(session: mj.Session) -> None:
    told: list[tuple[JobState, str]] = []
    job = session.imagine("a red fox")
    job.on_change(lambda state: told.append((state, threading.current_thread().name)))
    job.wait(SECONDS)
    states = [state for state, _ in told]
    assert states[-1] is job.state
    assert all(one != other for one, other in pairwise(states))
    assert {name for _, name in told} == {background.do(lambda: threading.current_thread().name)}
    assert threading.current_thread().name not in {name for _, name in told}


def test_who_has_ended_it_is_told_no_more(session: mj.Session) -> None:
    told: list[JobState] = []
    job = session.follow(GRID)
    end = job.on_change(told.append)
    job.wait(SECONDS)
    end()
    count = len(told)
    job.press("U1").wait(SECONDS)
    assert len(told) == count


def test_an_observer_that_fails_stops_neither_the_job_nor_other_observers(
    session: mj.Session, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[JobState] = []
    job = session.imagine("a red fox")
    job.on_change(lambda _: 1 / 0)
    job.on_change(told.append)
    with caplog.at_level(logging.ERROR):
        assert job.wait(SECONDS).succeeded
    assert told[-1].phase is Phase.ENDED
    assert "An observer of task" in caplog.text


def test_a_task_that_succeeded_is_done_when_its_files_are_here(session: mj.Session) -> None:
    job = session.imagine("a red fox")
    files: list[tuple[str, int]] = []
    job.on_change(lambda _: files.append((job.status, len(job.files))))
    job.wait(SECONDS)
    assert all(count == 1 for status, count in files if status == "SUCCESS")


def test_a_failed_task_says_why(session: mj.Session) -> None:
    job = session.follow(FAILED)
    with pytest.raises(mj.TaskFailed) as caught:
        job.wait(SECONDS)
    assert caught.value.task == job.task
    assert job.error
    assert job.state.has_failed
    assert repr(job).startswith(f"Job('{FAILED}', FAILURE): ")


@pytest.mark.parametrize("arguments", [{"interval": 0}, {"interval": -1.0}, {"interval": "nan"}])
def test_an_interval_out_of_range_is_refused_before_anything_is_sent(
    session: mj.Session, sandbox: Sandbox, arguments: dict[str, object]
) -> None:
    interval = float(str(arguments["interval"]))
    with pytest.raises(ValueError, match="interval"):
        session.imagine("a fox", interval=interval)
    assert sandbox.posts == []


# -- waiting ---------------------------------------------------------------------------------------


def test_waiting_no_longer_than_that_leaves_the_task_followed(slow: Sandbox) -> None:
    job = mj.configure(slow.url, CANARY).imagine("a red fox")
    with pytest.raises(mj.StillRunning, match="has not ended within"):
        job.wait(0.1)
    assert job.state.outcome is None
    job.stop()


def test_a_coroutine_waits_and_sees_each_state_to_the_end(session: mj.Session) -> None:
    async def story() -> list[JobState]:
        job = session.imagine("a red fox")
        states = [state async for state in job]
        assert (await job).succeeded
        assert states[-1] == job.state
        return states

    states = asyncio.run(story())
    assert [state.phase for state in states][-1] is Phase.ENDED
    assert all(one is not other for one, other in pairwise(states))


def test_the_states_of_a_job_that_is_over_are_the_one_it_has(session: mj.Session) -> None:
    async def story() -> list[JobState]:
        job = session.follow(FAILED)
        with pytest.raises(mj.TaskFailed):
            await job
        return [state async for state in job]

    (state,) = asyncio.run(story())
    assert state.phase is Phase.ENDED


def test_an_observer_cannot_wait(session: mj.Session) -> None:
    errors: list[Exception] = []

    def wait(_: JobState) -> None:
        try:
            job.wait(1)
        except mj.MjError as error:
            errors.append(error)

    job = session.imagine("a red fox")
    job.on_change(wait)
    job.wait(SECONDS)
    assert "An observer cannot wait" in str(errors[0])


def test_a_job_that_was_stopped_goes_on_when_it_is_checked(slow: Sandbox) -> None:
    job = mj.configure(slow.url, CANARY).follow(GRID, refresh=True)
    job.wait(SECONDS)
    with door(slow, "submit/imagine") as held:
        running = mj.configure(slow.url, CANARY).imagine("a red fox")
        held.until_knocked()
        running.stop()
    with pytest.raises(mj.MjError, match="is not watched any more"):
        running.wait(SECONDS)
    assert running.state.phase is Phase.STOPPED
    running.check_now()
    with pytest.raises(mj.StillRunning):
        running.wait(0.05)
    running.stop()


# -- pressing --------------------------------------------------------------------------------------


def test_a_press_is_one_press_whatever_threads_call_it(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.follow(GRID)
    job.wait(SECONDS)
    together = threading.Barrier(8)

    def press(_: int) -> mj.Job:
        together.wait(SECONDS)
        return job.press("U2")

    with ThreadPoolExecutor(8) as threads:
        children = set(threads.map(press, range(8)))
    (child,) = children
    assert child.wait(SECONDS).succeeded
    assert presses(sandbox) == 1
    assert job.followups == (child,)
    assert (child.parent, child.parent_id, child.button, child.quadrant) == (job, GRID, "U2", 2)


def test_an_observer_may_press(session: mj.Session, sandbox: Sandbox) -> None:
    children: list[mj.Job] = []

    def press(state: JobState) -> None:
        if state.phase is Phase.ENDED and not children:
            children.append(job.press("U1"))

    job = session.imagine("a red fox")
    job.on_change(press)
    job.wait(SECONDS)
    assert children[0].wait(SECONDS).succeeded
    assert presses(sandbox) == 1


def test_an_observer_that_presses_leaves_the_news_of_all_others_in_order(
    session: mj.Session,
) -> None:
    job = session.follow(GRID)
    job.wait(SECONDS)

    def press(state: JobState) -> None:
        if state.phase is Phase.ENDED and not state.followups:
            job.press("U1")

    with listening(job) as earlier:
        end = job.on_change(press)
        with listening(job) as later:
            job.check_now()
            until(job, lambda state: state.followups and not any(b.is_busy for b in state.buttons))
            background.do(lambda: None)  # all have heard of it
    end()
    assert len(earlier.states) > 3
    assert list(map(id, later.states)) == list(map(id, earlier.states))
    assert later.states[-1] is job.state


def test_a_button_that_is_not_there_is_named_with_those_that_are(session: mj.Session) -> None:
    job = session.follow(GRID)
    job.wait(SECONDS)
    with pytest.raises(mj.MjError, match=r"There is no button “U9”.* U1, U2"):
        job.press("U9")
    with pytest.raises(mj.MjError, match="A grid has no picture 5"):
        job.upscale(5)


def test_a_press_that_was_refused_leaves_no_job_behind(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.follow(GRID)
    job.wait(SECONDS)
    sandbox.faults.next("403", path="submit/")
    child = job.press("V1")
    with pytest.raises(mj.MjError):
        child.wait(SECONDS)
    assert child.state.phase is Phase.UNSENT
    assert job.followups == ()
    assert job.error.startswith("V1 – ")


# -- bytes -----------------------------------------------------------------------------------------


def test_with_a_library_the_bytes_are_read_when_they_are_asked_for(session: mj.Session) -> None:
    job = session.follow(GRID)
    job.wait(SECONDS)
    (file,) = job.files
    assert job.image_bytes == file.read_bytes()
    file.unlink()
    with pytest.raises(mj.LibraryError, match="is missing"):
        _ = job.image_bytes


def test_without_a_library_the_bytes_are_held(sandbox: Sandbox) -> None:
    job = mj.configure(sandbox.url, CANARY, library=None).follow(GRID)
    job.wait(SECONDS)
    assert job.files == ()
    assert job.image is not None
    assert len(job.quadrants) == 4
    assert job.image_bytes
