"""What an observer raises stays in it and is said once: no card, job or thread ends by it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from card.page import SECONDS

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Odd(BaseException):
    """What nobody expects."""


RAISED = [
    ValueError("no"),
    KeyboardInterrupt(),
    SystemExit(3),
    asyncio.CancelledError(),
    GeneratorExit(),
    Odd(),
]
EACH = pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)


@pytest.fixture
def slow() -> Iterator[Sandbox]:
    """A service whose task has several states before it ends."""
    with Sandbox(speed=20).in_thread() as sandbox:
        mj.configure(sandbox.url, "key")
        yield sandbox


def failing(error: BaseException) -> Callable[[object], None]:
    def fail(_: object) -> None:
        raise error

    return fail


def is_alive() -> bool:
    """Everything goes on for the cards to come."""
    card = mj.TaskWidget(EXAMPLES["finished"], refresh=True)
    return card.wait(SECONDS).succeeded and background.do(lambda: True)


@EACH
@pytest.mark.usefixtures("slow")
def test_an_observer_of_a_card(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    card = mj.TaskWidget(EXAMPLES["running"])
    card.observe(failing(error), ["progress", "status", "error", "task"])
    assert card.wait(SECONDS).succeeded
    assert len(card.quadrants) == 4
    assert is_alive()
    assert len([r for r in caplog.records if "observer" in r.getMessage()]) == 1


@EACH
@pytest.mark.usefixtures("slow")
def test_a_function_that_is_called_on_a_change(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    card = mj.TaskWidget(EXAMPLES["running"])
    states: list[object] = []
    card.job.on_change(failing(error))
    card.job.on_change(states.append)
    assert card.wait(SECONDS).succeeded
    assert card.job.wait(SECONDS).succeeded
    assert states[-1] is card.job.state
    assert is_alive()
    assert len([r for r in caplog.records if "observer" in r.getMessage()]) == 1


@EACH
def test_an_observer_of_a_part_of_a_card(grid: mj.TaskWidget, error: BaseException) -> None:
    grid.buttons["V1"].observe(failing(error), "disabled")
    assert grid.job.press("V1").wait(SECONDS).succeeded
    assert is_alive()
