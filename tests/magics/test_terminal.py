"""`%mjfetch` in plain IPython, in a terminal of its own: a text bar, then the object."""

from __future__ import annotations

import re
import sys
import threading
import time
from typing import TYPE_CHECKING

import pexpect  # IPython brings it along
import pytest
from sandbox.support import Clock

import mj_widgets as mj
from mj_widgets.magics.terminal import follow
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service import pace

if TYPE_CHECKING:
    from collections.abc import Iterator

PROMPT = r"In \[\d+\]: "
SECONDS = 30


class Terminal:
    """IPython in a terminal, spoken to as a person does."""

    def __init__(self, environment: dict[str, str]) -> None:
        flags = ["--simple-prompt", "--no-banner", "--colors=nocolor"]
        self.process = pexpect.spawn(
            sys.executable,
            ["-m", "IPython", *flags],
            env=environment,
            encoding="utf-8",
            timeout=SECONDS,
            dimensions=(40, 120),
        )
        self.process.expect(PROMPT)

    def start(self, line: str) -> None:
        """Type a line and press Enter."""
        self.process.sendline(line)

    def see(self, pattern: str) -> None:
        """Wait until something is on the screen."""
        self.process.expect(pattern)

    def seen(self) -> list[str]:
        """Wait for the next prompt; return the lines above it as they stand on the screen."""
        self.process.expect(PROMPT)
        written = self.process.before.replace("\r\n", "\n").split("\n")
        return [line for text in written if (line := overwritten(text))]

    def run(self, line: str) -> list[str]:
        """Type a line, and return what stands below it in the end."""
        self.start(line)
        return self.seen()[1:]


def overwritten(text: str) -> str:
    """Return a line as a terminal shows it: what follows a carriage return overwrites."""
    shown = ""
    for part in text.split("\r"):
        shown = part + shown[len(part) :]
    return shown.rstrip()


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The sandbox's clock: tasks move when a test says so."""
    return Clock(time.time())


@pytest.fixture(scope="module")
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock).in_thread() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def terminal(sandbox: Sandbox, clean_environment: dict[str, str]) -> Iterator[Terminal]:
    """An IPython whose environment names the sandbox, with the extension loaded."""
    terminal = Terminal(
        clean_environment | {"MJ_API_URL": sandbox.url, "MJ_API_TOKEN": "any", "TERM": "xterm"}
    )
    assert terminal.run("%load_ext mj_widgets") == []
    yield terminal
    terminal.process.close(force=True)


def test_a_bar_moves_to_its_end_and_the_object_is_returned(
    terminal: Terminal, sandbox: Sandbox, clock: Clock
) -> None:
    task_id = sandbox.add_task("a kite over the dunes")
    terminal.start(f"w = %mjfetch {task_id} --interval 0.4")
    terminal.see(rf"{task_id} +0 % \|")
    clock.forward(7)
    terminal.see(r" 46 % \|█+. +\| \d\d:\d\d, in progress")
    clock.forward(60)
    bar, kept = terminal.seen()
    assert re.search(r"100 % \|█{30}\| \d\d:\d\d, done$", bar)
    assert re.fullmatch(rf"kept as /.+/{task_id}\.png", kept)
    assert terminal.run("print(w)") == [f"TaskWidget('{task_id}', SUCCESS)"]
    assert terminal.run("print(*[picture.size for picture in w.quadrants])") == [
        "(1024, 1024) (1024, 1024) (1024, 1024) (1024, 1024)"
    ]


def test_several_tasks_get_a_bar_each(terminal: Terminal) -> None:
    ids = [EXAMPLES["finished"], EXAMPLES["described"]]
    first, file, second, *texts, described, cards = terminal.run(f"%mjfetch {' '.join(ids)}")
    assert first.startswith(f"{ids[0]} 100 % |")
    assert re.fullmatch(rf"kept as /.+/{ids[0]}( \(\d+\))?\.png", file)
    assert second.startswith(f"{ids[1]} 100 % |")
    assert [text[:3] for text in texts] == ["1. ", "2. ", "3. ", "4. "]
    assert described.startswith("kept as ")
    assert cards == "Out[5]: <TaskSet, 2 tasks>"


def test_a_failed_task_leaves_one_line(terminal: Terminal) -> None:
    assert terminal.run(f"%mjfetch {EXAMPLES['failed']}") == [
        f"TaskFailed: Task {EXAMPLES['failed']} failed (“Request blocked by content policy”)."
    ]


def test_an_unknown_task_leaves_one_line(terminal: Terminal) -> None:
    (line,) = terminal.run("%mjfetch 1700000000000000")
    assert line.startswith("TaskNotFound: ")


def test_ctrl_c_ends_the_waiting_and_the_task_is_still_followed(
    terminal: Terminal, sandbox: Sandbox, clock: Clock
) -> None:
    done = EXAMPLES["finished"]
    ids = [sandbox.add_task("a walk by the sea"), sandbox.add_task("a walk in the woods")]
    terminal.start(f"cards = %mjfetch {done} {' '.join(ids)} --interval 0.4")
    terminal.see(f"{ids[0]}.*accepted")
    terminal.process.sendintr()
    assert terminal.seen()[-1] == f"Stopped waiting; still running and followed: {', '.join(ids)}"
    clock.forward(60)
    assert terminal.run("print([w.wait().succeeded for w in cards])") == ["[True, True, True]"]


def test_ctrl_c_says_that_a_sweep_goes_on_sending(terminal: Terminal, sandbox: Sandbox) -> None:
    sent = len(sandbox.posts)
    terminal.start("tasks = %mjsweep --confirm 3 --at-once 1 a {red, blue, white} fox")
    terminal.see("accepted")
    terminal.process.sendintr()
    assert re.fullmatch(
        r"Stopped waiting; still running and followed: \d+; "
        r"2 more will be sent, stop\(\) keeps them back",
        terminal.seen()[-1],
    )
    said = terminal.run("tasks.stop(); print(tasks)")
    assert said == ["<Sweep, 0 of 3 done, 1 running, 2 not sent>"]
    assert len(sandbox.posts) == sent + 1


def test_ipython_ends_at_once_although_a_task_is_followed(
    terminal: Terminal, sandbox: Sandbox
) -> None:
    task_id = sandbox.add_task("a lighthouse --stuck 46")
    terminal.run(f"import mj_widgets as mj; w = mj.TaskWidget('{task_id}')")
    terminal.start("exit")
    terminal.process.expect(pexpect.EOF)
    terminal.process.wait()
    assert terminal.process.exitstatus == 0
    assert "Traceback" not in terminal.process.before


def test_a_task_that_looks_ended_is_said_to_do_so_beside_its_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pace, "SILENT", 0.0)  # a minute is long for a test
    with Sandbox().in_thread() as sandbox:
        sandbox.put("77", {"id": "77", "status": "PAINTED", "progress": "100%"})
        mj.configure(sandbox.url, "any")
        card = mj.TaskWidget("77", interval=0.05)
        over = threading.Event()
        end = card.job.on_change(lambda state: state.stalled and over.set())
        assert over.wait(SECONDS)
        with pytest.raises(mj.StillRunning):
            follow([card], timeout=0)
        end()
        card.close()
    assert "it looks ended" in capsys.readouterr().err
