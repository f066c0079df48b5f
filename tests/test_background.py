"""The background thread: one for a process, of its own for each, alive whatever observers do."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.sandbox import EXAMPLES, Sandbox

SECONDS = 30
FORKED = """
import multiprocessing
import mj_widgets as mj
from mj_widgets.sandbox import EXAMPLES

def work():
    mj.configure("sandbox")
    task = mj.TaskWidget(EXAMPLES["finished"], refresh=True).wait(30)
    print(task.status, len(mj.library().search()), flush=True)

work()
child = multiprocessing.get_context("fork").Process(target=work)
child.start()
child.join()
"""


def test_a_forked_process_has_a_thread_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKED],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["SUCCESS 1", "SUCCESS 1"], done.stderr


def test_an_observer_that_exits_does_not_end_the_thread() -> None:
    with Sandbox(speed=20).in_thread() as sandbox:
        mj.configure(sandbox.url, "key")
        card = mj.TaskWidget(EXAMPLES["running"])
        card.observe(lambda _: sys.exit(0), ["progress", "status", "error"])
        assert card.wait(SECONDS).succeeded
        assert mj.TaskWidget(EXAMPLES["finished"]).wait(SECONDS).succeeded


# -- what is done there ----------------------------------------------------------------------------


def thread_name() -> str:
    return threading.current_thread().name


def test_what_is_done_there_is_done_on_that_one_thread_whoever_asks() -> None:
    with ThreadPoolExecutor(4) as threads:
        names = set(threads.map(lambda _: background.do(thread_name), range(20)))
    assert len(names) == 1
    assert thread_name() not in names


def test_what_several_threads_ask_for_is_done_one_after_the_other_each_in_its_order() -> None:
    done: list[tuple[int, int]] = []
    at_work: list[int] = []
    together = threading.Barrier(4)

    def one(thread: int, number: int) -> None:
        at_work.append(thread)
        assert at_work == [thread]  # nobody else is at it
        done.append((thread, number))
        at_work.clear()

    def ask(thread: int) -> None:
        together.wait(SECONDS)
        for number in range(50):
            background.do(partial(one, thread, number))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ask, range(4)))
    for thread in range(4):
        assert [number for who, number in done if who == thread] == list(range(50))


@pytest.mark.parametrize("error", [KeyError("id"), mj.MjError("no"), SystemExit(3)])
def test_what_goes_wrong_there_reaches_the_caller_and_nobody_else(error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        background.do(fail)
    assert caught.value is error
    assert background.do(lambda: "alive") == "alive"


def test_on_the_background_thread_itself_it_is_done_at_once() -> None:
    order: list[str] = []

    def outer() -> str:
        order.append("before")
        name = background.do(lambda: order.append("inside") or thread_name())
        order.append("after")
        return name

    assert background.do(outer) == background.do(thread_name)
    assert order == ["before", "inside", "after"]


def test_what_waits_on_the_background_thread_is_refused_and_never_begins() -> None:
    begun: list[str] = []

    async def work() -> None:
        begun.append("work")

    with pytest.raises(mj.MjError, match="An observer cannot wait"):
        background.do(lambda: background.run(work()))
    assert background.do(lambda: begun) == []


INTERRUPTED = """
import signal, threading
from mj_widgets import background

begun, may_end = threading.Event(), threading.Event()
done = []

def work():
    begun.set()
    may_end.wait(30)
    done.append("done")

def interrupt():
    begun.wait(30)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

threading.Thread(target=interrupt, daemon=True).start()
try:
    background.do(work)
except KeyboardInterrupt:
    print("interrupted", done)
may_end.set()
print(background.do(lambda: done))
"""


def test_an_interrupt_ends_the_waiting_and_the_work_is_done_all_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == ["interrupted []", "['done']"], done.stderr


def test_a_forked_process_that_leaves_by_itself_ends() -> None:
    code = """
import os, sys
from mj_widgets import background
background.do(lambda: 1)
if child := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
assert background.do(lambda: 2) == 2
sys.exit(3)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (3, b"")


def test_a_forked_process_that_needs_none_ends_too() -> None:
    code = """
import os, sys
from mj_widgets import background
background.do(lambda: 1)
if child := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
sys.exit(3)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (3, b"")
