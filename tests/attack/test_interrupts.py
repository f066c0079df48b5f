"""Ctrl-C at any line: a press is sent and followed, or not sent and free to be pressed."""

from __future__ import annotations

import gc
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import pytest
from jobs.support import FOX, SECONDS, finished

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.pictures.budget import Room
from mj_widgets.sandbox import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from mj_widgets.sandbox import Sandbox

# What waits and what wakes; a card's own making comes before or after that.
WHERE = ("mj_widgets", "asyncio", "concurrent", "threading.py", "queue.py")
# Reading a picture and a prompt comes before anything is handed over.
WHERE_IT_IS_SENT = ("job.py", "life.py", "mj_widgets/background", "new_cards.py", *WHERE[1:])


def interrupted_at(
    line: int, act: Callable[[], object], besides: str = "", where: tuple[str, ...] = WHERE
) -> bool:
    """Do something and interrupt it at its line with that number; False where it has fewer.

    Lines of the function called *besides* do not count, nor those that are not *where* it matters.
    """
    left = line

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., object] | None:
        nonlocal left
        if not any(part in frame.f_code.co_filename for part in where):
            return None
        if frame.f_code.co_name == besides:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return left <= 0


def at_every_line(
    act: Callable[[], object], besides: str = "", where: tuple[str, ...] = WHERE
) -> Iterator[int]:
    """Do something again and again, interrupted at each of its lines in turn."""
    line = 1
    while interrupted_at(line, act, besides, where):
        yield line
        line += 1
    assert line > 8  # else nothing was tried


@pytest.fixture(autouse=True)
def every_coroutine_is_awaited(recwarn: pytest.WarningsRecorder) -> Iterator[None]:
    warnings.simplefilter("always")
    yield
    gc.collect()
    assert [str(w.message) for w in recwarn if "never awaited" in str(w.message)] == []


def is_alive() -> None:
    """The background thread still does what it is told, and soon."""
    done = threading.Event()
    background.do(done.set)
    assert done.is_set()


@pytest.mark.parametrize("who", ["a job", "a card"])
def test_a_press_interrupted_at_any_line_is_sent_and_followed_or_free_to_be_pressed(
    session: mj.Session, sandbox: Sandbox, who: str
) -> None:
    job = finished(session)
    pressed = mj.TaskWidget(job) if who == "a card" else job
    count = 0
    for line in at_every_line(lambda: pressed.press("V1", new=True)):
        is_alive()
        if len(job.followups) == count:
            pressed.press("V1", new=True)
        count += 1
        assert len(job.followups) == count, line
        assert job.followups[-1].wait(SECONDS).succeeded, line
        assert len(sandbox.posts) == count, line
    job.followups[-1].wait(SECONDS)
    assert len(sandbox.posts) == count + 1


def test_a_prompt_interrupted_at_any_line_is_sent_and_known_or_not_sent(
    session: mj.Session, sandbox: Sandbox
) -> None:
    tried = 0

    def imagine() -> None:
        nonlocal tried
        tried += 1
        session.imagine(f"a red fox {tried}")

    for line in at_every_line(imagine):
        is_alive()
        assert session.imagine(f"a red fox {tried}").wait(SECONDS).succeeded, line
        assert len(sandbox.posts) == tried, line


WITH_PICTURES: dict[str, Callable[[str], mj.TaskWidget]] = {
    "imagine": lambda prompt: mj.imagine(prompt, style=FOX),
    "edit": lambda prompt: mj.edit(FOX, prompt, pad=(16, 0, 0, 0)),
    "animate": lambda prompt: mj.animate(FOX, prompt),
}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("what", WITH_PICTURES)
def test_a_cell_with_a_picture_interrupted_at_any_line_and_run_again_is_paid_for_once(
    sandbox: Sandbox, what: str
) -> None:
    begin, tried = WITH_PICTURES[what], 0
    begin("all that is imported, and made once").wait(SECONDS)

    def run() -> None:
        nonlocal tried
        tried += 1
        begin(f"a red fox {tried}")

    for line in at_every_line(run, where=WHERE_IT_IS_SENT):
        is_alive()
        card = begin(f"a red fox {tried}")
        assert card.wait(SECONDS).succeeded, line
        assert len(sandbox.posts) == tried + 1, line
        card.close()


def test_waiting_that_is_interrupted_at_any_line_leaves_the_task_followed(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.options.speed = 1  # it does not end by itself
    job = session.follow(EXAMPLES["running"])
    for _ in at_every_line(lambda: waits_in_vain(job)):
        is_alive()
    sandbox.options.speed = 1e6
    job.check_now()
    assert job.wait(SECONDS).succeeded


def test_opening_a_picture_that_is_interrupted_at_any_line_keeps_no_room_taken() -> None:
    room = Room(100, large=50)

    def visit() -> None:
        with room.of(100):
            pass

    # A lock in C is given back before Python looks for an interrupt; a trace comes before that.
    for line in at_every_line(visit, besides="_let_in"):
        entered = threading.Event()
        threading.Thread(target=lambda: enter(room, entered), daemon=True).start()  # noqa: B023
        assert entered.wait(SECONDS), line


def enter(room: Room, entered: threading.Event) -> None:
    with room.of(100):
        entered.set()


def waits_in_vain(job: mj.Job) -> None:
    with pytest.raises(mj.StillRunning):
        job.wait(0.001)
