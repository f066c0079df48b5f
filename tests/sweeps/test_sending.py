"""A sweep on its way: each cell once, a few at a time, whatever happens."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jobs.support import listening
from services import CANARY
from sketches import sketching

import mj_widgets as mj

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox

SECONDS = 60
LINE = "a {red, blue, green} fox --s {50, 250} --r 2"
CELLS = 12

on = pytest.mark.parametrize


def prompts_sent(sandbox: Sandbox) -> list[str]:
    return [request.body["prompt"] for request in sandbox.posts]  # type: ignore[index,call-overload]


def prompts_made(sandbox: Sandbox) -> list[str]:
    """The prompts of all tasks that came of it, sorted."""
    return sorted(t.prompt for t in sandbox.studio.tasks.values() if "fox -" in t.prompt)


def most_under_way(done: list[mj.Task]) -> int:
    """How many tasks were submitted and not finished, at the worst moment."""
    changes = []
    for task in done:
        changes += [(task.submit_time, 1), (task.finish_time, -1)]
    ordered = sorted(changes)  # type: ignore[type-var]
    return max(itertools.accumulate(change for _, change in ordered))


@contextmanager
def chosen(speed: float = 60.0, **how: object) -> Iterator[Sandbox]:
    """A service whose tasks take some half a second, chosen for all that follows."""
    with sketching(speed=speed, **how).in_thread() as sandbox:  # type: ignore[arg-type]
        mj.configure(sandbox.url, CANARY)
        yield sandbox


def ended(tasks: mj.Sweep) -> list[str]:
    """Wait until nothing changes any more; return what went wrong, in order."""
    said = []
    for job in tasks:
        try:
            job.wait(SECONDS)
        except mj.MjError as error:
            said.append(str(error))
    return said


def test_each_cell_is_sent_once_and_three_are_under_way() -> None:
    with chosen() as sandbox:
        tasks = mj.sweep(LINE, confirm=False)
        done = tasks.wait(SECONDS)
        assert sorted(prompts_sent(sandbox)) == sorted(mj.expand(LINE))
        assert [task.prompt for task in done] == mj.expand(LINE)
        assert len({task.id for task in done}) == CELLS
        assert most_under_way(done) == 3
        assert tasks.standing.words == "12 of 12 done"


@on("flavour", ["plus", "novicezk"])
def test_a_cell_whose_answer_was_lost_is_found_where_the_service_lists_it(flavour: str) -> None:
    with sketching(flavour, speed=60).in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        sandbox.faults.next("cut", count=3, path="submit/imagine")
        tasks = mj.sweep(LINE, confirm=False)
        tasks.wait(SECONDS)
        assert tasks.standing.words == "12 of 12 done"
        assert sorted(prompts_sent(sandbox)) == sorted(mj.expand(LINE))


@on("at_once", [1, 5])
def test_so_many_are_under_way_as_a_person_says(at_once: int) -> None:
    with chosen() as sandbox:
        done = mj.sweep(LINE, at_once=at_once, confirm=CELLS).wait(SECONDS)
        assert len(sandbox.posts) == CELLS
        assert most_under_way(done) == at_once
        if at_once == 1:
            assert prompts_sent(sandbox) == mj.expand(LINE)


def test_the_same_line_again_sends_nothing_and_gives_the_same_tasks(
    session: mj.Session, sandbox: Sandbox
) -> None:
    first = mj.sweep(LINE, confirm=False).wait(SECONDS)
    again = mj.sweep(LINE)
    assert [task.id for task in again.wait(SECONDS)] == [task.id for task in first]
    assert again.standing.known == CELLS
    assert len(sandbox.posts) == CELLS


def test_a_longer_line_pays_for_what_is_new_in_it(session: mj.Session, sandbox: Sandbox) -> None:
    mj.imagine("a red fox").wait(SECONDS)
    mj.sweep("a {red, blue} fox --r 2", confirm=False).wait(SECONDS)
    tasks = mj.sweep("a {red, blue, green} fox --r 3", confirm=False)
    tasks.wait(SECONDS)
    assert len(sandbox.posts) == 9
    assert tasks.standing.known == 4


def test_a_full_queue_is_waited_out_and_said() -> None:
    with chosen(slots=1, queue_size=1) as sandbox:
        tasks = mj.sweep(LINE, at_once=4, confirm=False)
        waiting = threading.Event()
        ends = [
            job.on_change(lambda state: waiting.set() if state.retry_at is not None else None)
            for job in tasks
        ]
        tasks.wait(SECONDS)
        for end in ends:
            end()
        assert waiting.is_set()
        assert prompts_made(sandbox) == sorted(mj.expand(LINE))


def test_a_service_that_is_gone_for_a_while_is_waited_for() -> None:
    with sketching().in_thread() as sandbox:
        port = sandbox.port
    mj.configure(f"http://127.0.0.1:{port}", CANARY)
    tasks = mj.sweep("a {red, blue} fox", confirm=False)
    with listening(tasks[0]) as told:
        told.until(lambda state: state.retry_at is not None)
        assert tasks.standing.running == 2
        back = sketching()
        with back.in_thread(port=port):
            for job in tasks:
                job.check_now()
            tasks.wait(SECONDS)
            assert sorted(prompts_sent(back)) == ["a blue fox", "a red fox"]


def test_a_cell_that_is_refused_says_why_and_the_others_go_on(
    session: mj.Session, sandbox: Sandbox
) -> None:
    tasks = mj.sweep("a {red, banned, blue} fox", confirm=False)
    (said,) = ended(tasks)
    assert "可能包含敏感词" in said
    assert tasks.standing.words == "2 of 3 done, 1 failed"
    with pytest.raises(mj.PromptRejected):
        tasks.wait(SECONDS)


def test_on_quota_the_sweep_stops_and_says_how_many_are_left(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("402", count=99, path="/submit/", skip=4)
    tasks = mj.sweep(LINE, at_once=1, confirm=False)
    said = ended(tasks)
    assert len(sandbox.posts) == 5
    assert tasks.standing.words == "4 of 12 done, 1 failed, 7 not sent"
    assert all("Not sent, as the sweep has stopped" in each for each in said[1:])
    sandbox.faults.clear()
    mj.sweep(LINE, confirm=False).wait(SECONDS)
    assert prompts_made(sandbox) == sorted(mj.expand(LINE))


def test_where_several_are_refused_at_once_each_is_sent_once_and_none_after_that(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("402", count=99, path="/submit/")
    tasks = mj.sweep(LINE, confirm=False)
    ended(tasks)
    assert 1 <= len(sandbox.posts) <= 3
    refused = len(sandbox.posts)
    assert tasks.standing.words == f"0 of 12 done, {refused} failed, {CELLS - refused} not sent"


def test_stop_ends_what_was_not_sent() -> None:
    with chosen(speed=20) as sandbox:
        tasks = mj.sweep(LINE, confirm=False)
        for number in range(3):
            with listening(tasks[number]) as told:
                told.until(lambda state: state.task_id)
        tasks.stop()
        said = ended(tasks)
        assert len(sandbox.posts) == 3
        assert tasks.standing.words == "3 of 12 done, 9 not sent"
        assert set(said) == {"Not sent: the sweep was stopped. Run it again to send it."}


def test_a_cell_whose_answer_was_lost_says_so_and_is_not_sent_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.next("cut", path="/submit/", skip=1)
    for _ in range(2):
        tasks = mj.sweep("a {red, blue, green} fox", confirm=False)
        (said,) = ended(tasks)
        assert "may have been submitted" in said
        assert tasks.standing.unclear == 1
        assert len(sandbox.posts) == 3


def test_nobody_there_to_ask_sends_nothing(session: mj.Session, sandbox: Sandbox) -> None:
    with pytest.raises(mj.MjError, match=r"2 jobs are to be sent.*confirm=False"):
        mj.sweep("a {red, blue} fox")
    assert not sandbox.posts


def test_offline_shows_what_is_known_and_sends_nothing(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, CANARY)
    mj.sweep("a {red, blue} fox", confirm=False).wait(SECONDS)
    mj.configure(sandbox.url, CANARY, offline=True)
    tasks = mj.sweep("a {red, blue, green} fox")
    (said,) = ended(tasks)
    assert "offline" in said
    assert tasks.standing.done == 2
    assert len(sandbox.posts) == 2


# -- other processes -------------------------------------------------------------------------------

SCRIPT = """
import sys
import mj_widgets as mj

url, key, line = sys.argv[1:]
mj.configure(url, key)
print("ready", flush=True)
tasks = mj.sweep(line, confirm=False)
for job in tasks:
    try:
        job.wait()
    except mj.MjError as error:
        print(error, flush=True)
    print("one has ended", flush=True)
print(tasks.standing.words, flush=True)
"""


def started(sandbox: Sandbox, line: str) -> subprocess.Popen[str]:
    """Run a sweep in a process of its own, and return that once it is about to begin."""
    arguments = [sys.executable, "-c", SCRIPT, sandbox.url, CANARY, line]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def result_of(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=SECONDS)
    return out.splitlines()[-1]


def test_killed_in_the_middle_and_run_again_each_cell_is_sent_once(tmp_path: Path) -> None:
    line = "a {1, 2, 3, 4, 5, 6, 7, 8} fox --s {50, 100, 250, 500, 750}"
    with chosen(speed=40) as sandbox:
        process = started(sandbox, line)
        assert process.stdout is not None
        for _ in range(12):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=SECONDS)
        again = started(sandbox, line)
        assert result_of(again).startswith("40 of 40 done")
        assert sorted(prompts_sent(sandbox)) == sorted(mj.expand(line))
        tasks = mj.sweep(line)
        assert most_under_way(tasks.wait(SECONDS)) <= 3
        assert tasks.standing.known == 40
        assert len(sandbox.posts) == 40


def test_two_kernels_that_run_the_same_sweep_send_each_cell_once() -> None:
    with chosen(speed=40) as sandbox:
        both = [started(sandbox, LINE) for _ in range(2)]
        assert [result_of(each).partition(",")[0] for each in both] == ["12 of 12 done"] * 2
        assert sorted(prompts_sent(sandbox)) == sorted(mj.expand(LINE))


@on("faults", ["500=0.1,cut=0.05", "html=0.1", "429=0.1,slow=0.1"])
def test_with_faults_no_cell_is_made_twice(faults: str) -> None:
    with chosen(faults=faults, speed=1e6) as sandbox:
        for _ in range(3):
            ended(mj.sweep(LINE, confirm=False))
        made, wanted = prompts_made(sandbox), mj.expand(LINE)
        assert made
        for prompt in set(made):
            assert made.count(prompt) <= wanted.count(prompt), prompt
