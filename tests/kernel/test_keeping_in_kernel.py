"""What outlives a kernel: presses and tasks, after a kill and beside another kernel.

The kernels of a test share one library, as those of one user do.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sandbox.support import Clock

from kernel.raw import RawKernel
from mj_widgets.sandbox import Sandbox, Sketches
from mj_widgets.sandbox.log import RequestLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kernel.raw import Message, Result
    from mj_widgets.sandbox import LoggedRequest

SECONDS = 30
FOR_EVER = 3600.0


@dataclass
class Doorbell(RequestLog):
    """Tells when a submission has arrived, answered or not."""

    arrived: threading.Event = field(default_factory=threading.Event)

    def add(self, record: LoggedRequest, weight: int = 0) -> None:
        super().add(record, weight)
        if record.is_submission:
            self.arrived.set()


class Kernel:
    """One kernel of a user's, with the extension loaded."""

    def __init__(self, raw: RawKernel) -> None:
        self.raw = raw
        self.does("%load_ext mj_widgets\nimport mj_widgets as mj")

    def does(self, code: str) -> str:
        """Run a cell that has to succeed, and return what it prints."""
        result = self.raw.run(code)
        assert result.error is None, result.error
        return result.text.strip()

    def says(self, expression: str) -> str:
        return self.does(f"print({expression})")

    def finish(self, task_id: str) -> None:
        """Show a task as `w`, and wait until its buttons are there."""
        self.does(f"w = %mjfetch {task_id} --wait")

    def click(self, name: str) -> None:
        """Press a button in the page, and wait until it can be pressed again."""
        button = self.says(f"w.buttons[{name!r}].model_id")
        before = len(self.raw.messages)
        self.raw.click(button)
        self.raw.until(lambda m: state_of(m, button).get("disabled") is False, after=before)

    def until_followed(self, origin: str) -> str:
        """Wait until the task of a press is known and followed, and return its id."""

        def is_followed(message: Message) -> bool:
            heading = state_of(message).get("heading", {})
            return bool(heading.get("id")) and heading["origin"].startswith(origin)

        task_id: str = state_of(self.raw.until(is_followed))["heading"]["id"]
        return task_id

    def until_progress(self, value: int) -> None:
        """Wait until a bar has moved to this value."""
        self.raw.until(lambda m: state_of(m).get("value") == value)


def state_of(message: Message, model_id: str | None = None) -> dict[str, Any]:
    """What a message changes in a widget model (or in this one), else nothing."""
    if message["msg_type"] != "comm_msg":
        return {}
    if model_id not in (None, message["content"]["comm_id"]):
        return {}
    state: dict[str, Any] = message["content"]["data"].get("state", {})
    return state


@dataclass
class User:
    """Someone with a service and a library, whose kernels come and go."""

    start: Callable[[], Any]
    """Gives a context with a new kernel."""
    service: Sandbox
    clock: Clock
    doorbell: Doorbell

    def finished(self, prompt: str) -> str:
        """A grid that is ready at the service."""
        return self.service.add_task(prompt, age=3600)

    def see_what_came(self, kernel: Kernel) -> None:
        """Wait until the last press has its pictures."""
        self.clock.forward(60)
        kernel.does("w.followups[-1].wait()")

    @property
    def buttons_sent(self) -> list[str]:
        """The button of each submission that arrived at the service."""
        names = {"upsample": "U", "variation": "V"}
        parts = [str(post.body["customId"]).split("::") for post in self.service.posts]
        return [f"{names[work]}{number}" for _, _, work, number, *_ in parts]


@pytest.fixture
def user(kernel_python: str, clean_environment: dict[str, str], tmp_path: Path) -> Iterator[User]:
    clock = Clock(time.time())
    sandbox = Sandbox(clock=clock, kitchen=Sketches())
    sandbox.log = doorbell = Doorbell()
    homes = (tmp_path / f"kernel-{number}" for number in range(1, 10))
    with sandbox.in_thread() as service:
        own = {
            "MJ_API_URL": service.url,
            "MJ_API_TOKEN": "any",
            "MJ_LIBRARY": str(tmp_path / "library"),
        }

        @contextmanager
        def start() -> Iterator[Kernel]:
            with RawKernel(kernel_python, next(homes), clean_environment | own) as raw:
                yield Kernel(raw)
                assert "Traceback" not in raw.log, raw.log

        yield User(start, service, clock, doorbell)


def assert_unclear(result: Result) -> None:
    """It ended because the press may have arrived in a kernel that is gone."""
    assert result.error is not None
    assert result.error.startswith("ServiceUnavailable: It may have been submitted on "), (
        result.error
    )
    assert "new=True" in result.error


# Killed


@pytest.mark.parametrize("fault", ["slow", "cut"])
def test_a_press_whose_kernel_was_killed_is_sent_again_only_on_demand(
    user: User, fault: str
) -> None:
    grid = user.finished("a fox whose kernel dies")
    user.service.faults.slow_seconds = FOR_EVER
    user.service.faults.next(fault, path="/submit/")
    with user.start() as first:
        first.finish(grid)
        first.does("child = w.upscale(2)")
        assert user.doorbell.arrived.wait(SECONDS)
        if fault == "cut":  # else there is no answer before the end of the kernel
            assert "lost" in (first.raw.run("child.wait()").error or "")
        first.raw.kill()

    with user.start() as second:
        second.finish(grid)
        assert_unclear(second.raw.run("w.upscale(2).wait()"))
        assert second.says("w.error").startswith("U2 – It may have been submitted on ")
        assert user.buttons_sent == ["U2"]

        second.does("child = w.upscale(2, new=True)")
        second.until_followed(f"U2 of task {grid}")
        user.clock.forward(60)
        assert second.says("child.wait().status, repr(w.error)") == "SUCCESS ''"
        assert user.buttons_sent == ["U2", "U2"]


def test_a_task_whose_kernel_was_killed_is_followed_by_the_next(user: User) -> None:
    task_id = user.service.add_task("a fox that survives")
    with user.start() as first:
        first.does(f"w = %mjfetch {task_id} --interval 0.4")
        user.clock.forward(7)
        first.until_progress(46)
        first.raw.kill()

    with user.start() as second:
        second.does(f"w = %mjfetch {task_id} --interval 0.4")
        second.until_progress(46)
        user.clock.forward(60)
        assert second.says("w.wait().status, len(w.quadrants)") == "SUCCESS 4"
        assert second.says("[file.problem for file in mj.library().get(w.task_id).files]") == "['']"
    assert user.buttons_sent == []


def test_a_pressed_task_whose_kernel_was_killed_is_followed_by_the_same_press(user: User) -> None:
    grid = user.finished("a fox varied once")
    with user.start() as first:
        first.finish(grid)
        first.does("child = w.vary(2)")
        child = first.until_followed(f"V2 of task {grid}")
        first.raw.kill()

    with user.start() as second:
        second.finish(grid)
        second.does("child = w.vary(2)")
        user.clock.forward(60)
        assert second.says("child.wait().id, len(child.quadrants)") == f"{child} 4"
    assert user.buttons_sent == ["V2"]


# Side by side


def test_two_kernels_that_press_at_once_send_one_press_and_show_its_task(user: User) -> None:
    grid = user.finished("a fox for two")
    user.service.faults.slow_seconds = 2.0  # the second finds the first without its answer
    user.service.faults.next("slow", path="/submit/")
    with user.start() as one, user.start() as other:
        for kernel in (one, other):
            kernel.finish(grid)
        cells = [(kernel, kernel.raw.start("child = w.upscale(1)")) for kernel in (one, other)]
        for kernel, cell in cells:
            assert kernel.raw.wait(cell).error is None
        followed = {kernel.until_followed(f"U1 of task {grid}") for kernel in (one, other)}
    assert len(followed) == 1
    assert user.buttons_sent == ["U1"]


# By hand and by program


def test_a_variation_is_made_again_by_a_click_and_not_by_a_program(user: User) -> None:
    grid = user.finished("a fox to vary")
    with user.start() as first:
        first.finish(grid)
        first.click("V1")
        user.see_what_came(first)
        first.click("V1")
        assert user.buttons_sent == ["V1", "V1"]
        assert first.says("len({card.task_id for card in w.followups})") == "2"

        first.does("cards = w.vary(3), w.vary(3)")
        assert first.says("cards[0] is cards[1], len(w.followups)") == "True 3"
        first.until_followed(f"V3 of task {grid}")  # its answer is written down

    with user.start() as second:
        second.finish(grid)
        second.does("card = w.vary(3)")
        second.until_followed(f"V3 of task {grid}")
    assert user.buttons_sent == ["V1", "V1", "V3"]


def test_a_click_shows_what_another_kernel_made_and_the_next_makes_it_again(user: User) -> None:
    grid = user.finished("a fox to see first")
    with user.start() as first:
        first.finish(grid)
        first.click("V1")
        known = first.says("w.followups[0].task_id")

    with user.start() as second:
        second.finish(grid)
        assert "pressed before" in second.says("w.buttons['V1'].tooltip")
        second.click("V1")
        assert second.says("[card.task_id for card in w.followups]") == f"['{known}']"
        assert user.buttons_sent == ["V1"]

        user.see_what_came(second)
        second.click("V1")
        assert second.says("len(w.followups)") == "2"
    assert user.buttons_sent == ["V1", "V1"]
