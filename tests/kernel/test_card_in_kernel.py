"""A card in a kernel: it lives while cells run, its buttons are pressed once, it can be waited for.

The sandbox is outside the kernel, and its clock stands still: a task moves when a test says so.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from cells import BUSY
from sandbox.support import Clock

from kernel.raw import RawKernel, is_idle
from mj_widgets.sandbox import EXAMPLES, Sandbox, Sketches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kernel.raw import Message

DONE, FAILED = EXAMPLES["finished"], EXAMPLES["failed"]
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SECONDS = 30


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The sandbox's clock."""
    return Clock(time.time())


@pytest.fixture(scope="module")
def service(clock: Clock) -> Iterator[Sandbox]:
    """The sandbox, in this process."""
    with Sandbox(clock=clock, kitchen=Sketches()).in_thread() as sandbox:
        yield sandbox


class CardKernel:
    """A kernel with the extension loaded, and the sandbox that it asks."""

    def __init__(self, raw: RawKernel, service: Sandbox) -> None:
        self.raw = raw
        self.service = service
        loaded = raw.run(
            f"import mj_widgets as mj, ipywidgets\nmj.configure({service.url!r}, 'any')\n"
            "%load_ext mj_widgets"
        )
        assert loaded.error is None

    def says(self, expression: str) -> str:
        """The value of an expression in the kernel."""
        result = self.raw.run(f"print({expression})")
        assert result.error is None, result.error
        return result.text.strip()

    def follow(self, prompt: str) -> str:
        """Follow a new task as `w`; return its id."""
        task_id = self.service.add_task(prompt)
        assert self.raw.run(f"w = %mjfetch {task_id} --interval 0.4").error is None
        return task_id

    def follow_finished(self, prompt: str, clock: Clock) -> str:
        """Follow a task as `w` to its end, and return its id."""
        task_id = self.service.add_task(prompt)
        clock.forward(60)
        assert self.raw.run(f"w = mj.TaskWidget('{task_id}'); w.wait()").error is None
        return task_id

    def part(self, kind: str) -> str:
        """The model id of the first part of the card `w` that is of a kind."""
        return self.says(
            f"next(c for c in w.children[0].children if type(c).__name__ == {kind!r}).model_id"
        )

    def button(self, name: str) -> str:
        return self.says(f"w.buttons[{name!r}].model_id")

    def submissions(self, task_id: str) -> list[Any]:
        """What was submitted for a task, in order."""
        bodies = [record.body for record in self.service.posts]
        return [body["customId"] for body in bodies if body["taskId"] == task_id]

    def until_child(self, origin: str, number: int = 1) -> None:
        """Wait until the service has accepted this many presses, and their cards say so."""
        seen: set[str] = set()

        def accepted(message: Message) -> bool:
            heading = state_of(message).get("heading", {})
            if heading.get("origin") == origin and heading.get("id"):
                seen.add(heading["id"])
            return len(seen) >= number

        self.raw.until(accepted)

    def sleep(self) -> str:
        """Start a cell that ends only when it is interrupted; return when it runs."""
        cell = self.raw.start(BUSY)
        self.raw.until(lambda m: parent(m) == cell and m["content"].get("text") == "busy\n")
        return cell

    def wake(self, cell: str) -> None:
        """Interrupt the cell that sleeps."""
        self.raw.interrupt()
        error = self.raw.wait(cell).error
        assert error is not None
        assert error.startswith("KeyboardInterrupt")


def parent(message: Message) -> str:
    return message["parent_header"].get("msg_id", "")


def state_of(message: Message, model_id: str | None = None) -> dict[str, Any]:
    """What a message changes in a widget model (or in this one), else nothing."""
    if message["msg_type"] != "comm_msg":
        return {}
    if model_id not in (None, message["content"]["comm_id"]):
        return {}
    return message["content"]["data"].get("state", {})


def displays(outputs: list[Message]) -> list[dict[str, Any]]:
    """The data of what was newly shown, in order."""
    return [m["content"]["data"] for m in outputs if m["msg_type"] == "display_data"]


@pytest.fixture(scope="module")
def card_kernel(
    kernel_python: str,
    service: Sandbox,
    clean_environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CardKernel]:
    """A kernel of each ipykernel for all tests here, with the extension loaded."""
    home = tmp_path_factory.mktemp("kernel") / "home"
    with RawKernel(kernel_python, home, clean_environment) as raw:
        yield CardKernel(raw, service)
        assert "Traceback" not in raw.log, raw.log


# Shown


def test_the_cell_returns_while_the_task_runs(card_kernel: CardKernel) -> None:
    task_id = card_kernel.service.add_task("a fox that takes its time")
    # else the service could answer before the cell has ended
    card_kernel.service.faults.next("slow", path=task_id)
    shown = card_kernel.raw.run(f"%mjfetch {task_id}")
    card, twin = displays(shown.outputs)
    assert WIDGET_VIEW in card
    assert card["text/plain"] == f"TaskWidget('{task_id}')"  # no state: it stays in the file
    assert "data-mj-static" in twin["text/html"]
    assert WIDGET_VIEW not in twin


def test_an_assignment_shows_nothing(card_kernel: CardKernel) -> None:
    assert card_kernel.raw.run(f"w = %mjfetch {DONE}").outputs == []
    assert card_kernel.says("w.task_id") == DONE


def test_with_wait_the_card_is_shown_at_once_and_only_once(
    card_kernel: CardKernel, clock: Clock
) -> None:
    task_id = card_kernel.service.add_task("a fox to wait for")
    cell = card_kernel.raw.start(f"%mjfetch {task_id} --wait --interval 0.4")
    card_kernel.raw.until(lambda m: parent(m) == cell and m["msg_type"] == "display_data")
    clock.forward(60)
    waited = card_kernel.raw.wait(cell)
    assert waited.error is None
    assert [WIDGET_VIEW in data for data in displays(waited.outputs)] == [True, False]
    assert card_kernel.says("_.status") == "SUCCESS"


def test_a_setting_makes_waiting_the_rule(card_kernel: CardKernel, clock: Clock) -> None:
    task_id = card_kernel.service.add_task("a fox to wait for --fail")
    card_kernel.raw.run("%config MjMagics.wait = True")
    cell = card_kernel.raw.start(f"%mjfetch {task_id} --interval 0.4\nprint('never')")
    card_kernel.raw.until(lambda m: parent(m) == cell and m["msg_type"] == "display_data")
    clock.forward(60)
    waited = card_kernel.raw.wait(cell)
    card_kernel.raw.run("%config MjMagics.wait = False")
    assert waited.error is not None
    assert waited.error.startswith("TaskFailed")
    assert "never" not in waited.text


def test_with_wait_a_failure_is_one_line_and_stops_the_cell(card_kernel: CardKernel) -> None:
    failed = card_kernel.raw.run(f"%mjfetch {FAILED} --wait\nprint('never')")
    error = failed.outputs[-1]
    assert [WIDGET_VIEW in data for data in displays(failed.outputs)] == [True, False]
    assert error["content"]["ename"] == "TaskFailed"
    assert error["content"]["traceback"] == [
        f"TaskFailed: Task {FAILED} failed (“Request blocked by content policy”)."
    ]


# Alive while cells run


def test_the_card_moves_and_the_grid_arrives_while_the_next_cell_sleeps(
    card_kernel: CardKernel, clock: Clock
) -> None:
    card_kernel.follow("a fox that runs while others sleep")
    bar, pictures = (
        card_kernel.part("IntProgress"),
        card_kernel.says("w.presenter.view.tiles.model_id"),
    )
    cell = card_kernel.sleep()
    clock.forward(7)
    card_kernel.raw.until(lambda m: state_of(m, bar).get("value") == 46)
    clock.forward(60)
    grid = card_kernel.raw.until(lambda m: len(state_of(m, pictures).get("names", [])) == 4)
    assert [bytes(preview[:2]) for preview in grid["buffers"]] == [b"\xff\xd8"] * 4
    card_kernel.wake(cell)
    assert card_kernel.says("w.wait() and w.status") == "SUCCESS"


@pytest.mark.parametrize("ipykernel_major", [7], ids=["ipykernel7"], indirect=True)
def test_a_click_on_a_subshell_is_answered_while_a_cell_runs(
    card_kernel: CardKernel, clock: Clock
) -> None:
    task_id = card_kernel.follow_finished("a fox pressed in between", clock)
    button, subshell = card_kernel.button("U3"), card_kernel.raw.new_subshell()
    cell = card_kernel.sleep()
    card_kernel.raw.click(button, subshell=subshell)
    card_kernel.until_child(f"U3 of task {task_id}")
    assert len(card_kernel.submissions(task_id)) == 1
    card_kernel.wake(cell)


def test_a_click_on_the_main_shell_is_answered_when_the_cell_has_ended(
    card_kernel: CardKernel, clock: Clock
) -> None:
    task_id = card_kernel.follow_finished("a fox pressed too early", clock)
    button = card_kernel.button("U3")
    cell = card_kernel.sleep()
    click = card_kernel.raw.click(button, wait=False)
    card_kernel.wake(cell)
    card_kernel.until_child(f"U3 of task {task_id}")
    heard = card_kernel.raw.messages
    ended = next(i for i, message in enumerate(heard) if is_idle(message, cell))
    assert ended < next(i for i, message in enumerate(heard) if parent(message) == click)
    assert len(card_kernel.submissions(task_id)) == 1


# Pressed


def test_a_click_is_one_submission_and_one_card(card_kernel: CardKernel, clock: Clock) -> None:
    task_id = card_kernel.follow_finished("a fox to take alone", clock)
    card_kernel.raw.click(card_kernel.button("U2"))
    card_kernel.until_child(f"U2 of task {task_id}")
    (pressed,) = card_kernel.submissions(task_id)
    assert pressed.startswith("MJ::JOB::upsample::2::")
    clock.forward(60)
    assert card_kernel.says("len(w.followups), w.followups[0].wait().status") == "1 SUCCESS"


@pytest.mark.parametrize("name", ["U1", "V1"])
def test_a_double_click_is_one_submission(card_kernel: CardKernel, clock: Clock, name: str) -> None:
    task_id = card_kernel.follow_finished(f"a fox for a nervous hand on {name}", clock)
    button = card_kernel.button(name)
    card_kernel.raw.click(button, wait=False)
    card_kernel.raw.click(button)
    card_kernel.until_child(f"{name} of task {task_id}")
    assert len(card_kernel.submissions(task_id)) == 1
    assert card_kernel.says("len(w.followups)") == "1"


def test_a_variation_pressed_again_later_is_made_again(
    card_kernel: CardKernel, clock: Clock
) -> None:
    task_id = card_kernel.follow_finished("a fox to vary twice", clock)
    button = card_kernel.button("V1")
    card_kernel.raw.click(button)
    card_kernel.raw.until(lambda m: state_of(m, button).get("disabled") is False)
    clock.forward(60)
    assert card_kernel.says("w.followups[0].wait().status") == "SUCCESS"
    card_kernel.raw.click(button)
    card_kernel.until_child(f"V1 of task {task_id}", 2)
    first, second = card_kernel.submissions(task_id)
    assert first == second
    assert card_kernel.says("len(w.followups)") == "2"


def test_a_picture_taken_again_later_shows_the_card_that_is_there(
    card_kernel: CardKernel, clock: Clock
) -> None:
    task_id = card_kernel.follow_finished("a fox to take twice", clock)
    button = card_kernel.button("U4")
    card_kernel.raw.click(button)
    card_kernel.raw.until(lambda m: state_of(m, button).get("disabled") is False)
    clock.forward(60)
    assert card_kernel.says("w.followups[0].wait().status") == "SUCCESS"
    card_kernel.raw.click(button)
    card_kernel.raw.until(
        lambda m: (
            m["msg_type"] == "comm_msg" and m["content"]["data"].get("content") == {"type": "look"}
        )
    )
    assert len(card_kernel.submissions(task_id)) == 1
    assert card_kernel.says("len(w.followups)") == "1"


# Waited for

TELLING = """
from mj_widgets.jobs import outcome
really_wait = outcome.wait
def telling(*arguments, **options):
    outcome.wait = really_wait
    print("waiting", flush=True)
    return really_wait(*arguments, **options)
outcome.wait = telling
"""
"""Says when the waiting has begun."""


def test_an_interrupt_ends_the_waiting_and_not_the_task(
    card_kernel: CardKernel, clock: Clock
) -> None:
    card_kernel.follow("a fox waited for in vain")
    cell = card_kernel.raw.start(TELLING + "w.wait()")
    card_kernel.raw.until(lambda m: parent(m) == cell and m["content"].get("text") == "waiting\n")
    card_kernel.raw.interrupt()
    error = card_kernel.raw.wait(cell).error
    assert error is not None
    assert re.fullmatch(r"Interrupted: Stopped waiting\. Task \d+ is still followed\.", error)
    clock.forward(60)
    assert card_kernel.says("w.wait().status, len(w.quadrants)") == "SUCCESS 4"


def test_an_interrupt_ends_the_awaiting_although_nothing_else_happens(
    card_kernel: CardKernel, clock: Clock
) -> None:
    card_kernel.follow("a fox awaited in vain")
    cell = card_kernel.raw.start("print('waiting', flush=True); await w")
    card_kernel.raw.until(lambda m: parent(m) == cell and m["content"].get("text") == "waiting\n")
    card_kernel.raw.interrupt()
    error = card_kernel.raw.wait(cell).error
    assert error is not None
    assert error.startswith(("CancelledError", "KeyboardInterrupt"))
    clock.forward(60)
    assert card_kernel.says("w.wait().status") == "SUCCESS"


def test_a_card_can_be_awaited(card_kernel: CardKernel, clock: Clock) -> None:
    card_kernel.follow("a fox to await")
    cell = card_kernel.raw.start("print('waiting', flush=True); print((await w).status)")
    card_kernel.raw.until(lambda m: parent(m) == cell and m["content"].get("text") == "waiting\n")
    clock.forward(60)
    assert card_kernel.raw.wait(cell).text == "waiting\nSUCCESS\n"
    failed = card_kernel.raw.run(f"await mj.TaskWidget('{FAILED}')")
    assert failed.error is not None
    assert failed.error.startswith("TaskFailed: ")


def test_a_kernel_ends_although_it_follows_a_task(kernel: RawKernel, service: Sandbox) -> None:
    card_kernel = CardKernel(kernel, service)
    card_kernel.follow("a fox left alone --stuck 46")
    process = psutil.Process(int(card_kernel.says("__import__('os').getpid()")))
    kernel.client.shutdown()
    assert process.wait(timeout=SECONDS) in (0, None)
    assert "Traceback" not in kernel.log
