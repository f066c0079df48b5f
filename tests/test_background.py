"""The background thread: one for a process, of its own for each, alive whatever observers do."""

from __future__ import annotations

import subprocess
import sys

import mj_widgets as mj
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
