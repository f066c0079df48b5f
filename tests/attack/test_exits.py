"""A process that ends does so within seconds and in silence, whatever is at work just then."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sketches import sketching

import mj_widgets as mj
from mj_widgets.archive import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.sandbox import Sandbox

BEGIN = """
import os, sys, time, threading, sqlite3
import mj_widgets as mj
from mj_widgets import background
from mj_widgets.sandbox import EXAMPLES
mj.configure({url!r}, "key", library={library!r})
def leave(code=7):
    os.write(1, b"leaves")
    sys.exit(code)
"""
CARD = """
card = mj.TaskWidget(EXAMPLES["finished"], refresh=True)
card.wait(30)
"""
STORIES = {
    "a finished card": CARD + "leave()",
    "a task that is followed": "card = mj.TaskWidget(EXAMPLES['running'])\nleave()",
    "an observer that sleeps": CARD
    + """
begun = threading.Event()
def sleep(_):
    begun.set()
    time.sleep(60)
card.job.on_change(sleep)
threading.Thread(target=card.job.check_now, daemon=True).start()
begun.wait(30)
leave()
""",
    "a library that another program has locked": CARD
    + """
other = sqlite3.connect(mj.library().folder / "library.db", isolation_level=None)
other.execute("BEGIN IMMEDIATE")
for name in ("V1", "V2", "V3", "V4", "U1", "U2"):
    card.job.press(name)
leave()
""",
    "a submission under way": CARD + "card.press('V1')\nmj.imagine('a red fox')\nleave()",
    "a child that calls sys.exit": CARD
    + """
if child := os.fork():
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    leave(code)
sys.exit(7)
""",
    "a child with a card of its own": CARD
    + """
if child := os.fork():
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    leave(code)
assert mj.TaskWidget(EXAMPLES["finished"]).wait(30).succeeded
sys.exit(7)
""",
    "a child that goes on with a card of its parent's": CARD
    + """
if child := os.fork():
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    leave(code)
card.job.check_now()
assert card.wait(30).succeeded
sys.exit(7)
""",
    "a child that was forked while all was at work": CARD
    + """
cards = [mj.TaskWidget(EXAMPLES["finished"], refresh=True) for _ in range(5)]
for name in ("V1", "V2", "V3"):
    card.press(name)
if child := os.fork():
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    leave(code)
sys.exit(7)
""",
    "a child of multiprocessing": CARD
    + """
import multiprocessing
def work():
    sys.exit(7)
child = multiprocessing.get_context("fork").Process(target=work)
child.start()
child.join()
leave(child.exitcode)
""",
    "a worker that is stuck": CARD
    + """
import asyncio
async def stuck():
    await asyncio.to_thread(time.sleep, 60)
background.start(stuck())
background.do(lambda: None)
leave()
""",
}


@pytest.fixture
def hesitant() -> Iterator[Sandbox]:
    """A service that keeps every submission waiting."""
    with sketching().in_thread() as sandbox:
        sandbox.faults.slow_seconds = 60
        for _ in range(10):
            sandbox.faults.next("slow", path="/submit")
        yield sandbox


@pytest.mark.parametrize("story", STORIES)
def test_it_ends_at_once_and_says_nothing(hesitant: Sandbox, tmp_path: Path, story: str) -> None:
    begin = BEGIN.format(url=hesitant.url, library=str(tmp_path / "library"))
    process = subprocess.Popen(
        [sys.executable, "-c", begin + STORIES[story]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.read(6) == b"leaves"
        since = time.monotonic()
        _, said = process.communicate(timeout=20)
        took = time.monotonic() - since
    finally:
        process.kill()
    assert said.decode() == ""
    assert process.returncode == 7
    assert took < 10, took


def test_what_comes_after_the_end_is_told_so_and_sends_nothing(
    hesitant: Sandbox, tmp_path: Path
) -> None:
    later = """
import atexit
def press():
    for deed in (lambda: card.press("V1"), lambda: card.job.press("V2"), lambda: mj.imagine("a")):
        try:
            deed()
        except mj.MjError as error:
            os.write(1, f"{error} ".encode())
atexit.register(press)
"""
    begin = BEGIN.format(url=hesitant.url, library=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", later + begin + CARD], capture_output=True, timeout=60
    )
    assert done.stderr == b""
    assert done.stdout == b"The process ends. " * 3
    assert hesitant.posts == []


def test_what_was_being_sent_may_have_been_submitted(hesitant: Sandbox, tmp_path: Path) -> None:
    library = tmp_path / "library"
    begin = BEGIN.format(url=hesitant.url, library=str(library))
    code = begin + CARD + "card.press('V1')\nsys.stdin.read(1)\nleave()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        while not hesitant.posts:
            time.sleep(0.01)
        _, said = process.communicate(b".", timeout=30)
    assert (process.returncode, said) == (7, b"")
    mj.configure(hesitant.url, "key", library=library)
    (entry,) = mj.library().journal.entries()
    assert entry.state in (State.SENDING, State.UNCLEAR)
    assert len(hesitant.posts) == 1
