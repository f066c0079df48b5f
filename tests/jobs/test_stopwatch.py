"""How long a task waited and ran, where the service's clock and our own watching disagree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import mj_widgets as mj
from mj_widgets.jobs.stopwatch import UNWATCHED, Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterable

on = pytest.mark.parametrize

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AT = NOON.timestamp()
HOURS = 8 * 3600


def told(status: str, *moments: float) -> mj.Task:
    """A task whose service tells when it was submitted, began and ended, in seconds from noon."""
    names = ("submit_time", "start_time", "finish_time")
    times = {name: NOON + timedelta(seconds=s) for name, s in zip(names, moments, strict=False)}
    return mj.Task(id="17", status=status).model_copy(update=times)


def watched(*answers: tuple[str, float], submitted: float | None = 0) -> Stopwatch:
    """What was seen: each status with when its answer came, in seconds from noon."""
    watch = UNWATCHED if submitted is None else Stopwatch.of_one_submitted(AT + submitted)
    before: float | None = None
    for status, when in answers:
        watch = watch.saw(mj.Task(id="17", status=status), before, AT + when)
        before = AT + when
    return watch


WHOLE = watched(("SUBMITTED", 1), ("IN_PROGRESS", 10), ("SUCCESS", 50))


@on(
    ("moments", "queued", "ran"),
    [
        ((0, 9, 49), 9, 40),  # right
        ((0, 39, 79), 39, 40),  # within a minute: the service knows better than we do
        ((HOURS, HOURS + 9, HOURS + 49), 9, 40),  # off, but by the same: durations are right
        ((0, HOURS + 9, HOURS + 49), 10, 40),  # only its first clock is right
        ((0, 9, HOURS + 49), 9, 49),
        ((HOURS, 9, 49), 1, 40),
        ((0, 9, -HOURS), 9, 40),
    ],
)
def test_the_service_is_believed_as_far_as_what_was_seen_bears_it_out(
    moments: Iterable[float], queued: float, ran: float
) -> None:
    task = told("SUCCESS", *moments)
    assert WHOLE.queued(task) == pytest.approx(queued, abs=10)
    assert WHOLE.ran(task) == pytest.approx(ran, abs=10)


@on("off", [-HOURS, HOURS])
def test_what_still_goes_on_is_counted_by_this_computers_clock(off: float) -> None:
    queued, running = told("SUBMITTED", off), told("IN_PROGRESS", off, off + 9)
    watch = watched(("SUBMITTED", 1))
    assert watch.queued_since(queued) == AT
    watch = watched(("SUBMITTED", 1), ("IN_PROGRESS", 10))
    assert watch.running_since(running) == pytest.approx(AT + 5, abs=5)


def test_where_the_watching_had_a_gap_the_service_knows_better() -> None:
    gap = watched(("SUBMITTED", 1), ("SUCCESS", 3600))
    task = told("SUCCESS", 0, 900, 1000)
    assert (gap.queued(task), gap.ran(task)) == (900, 100)


def test_what_nobody_watched_is_as_the_service_tells_it() -> None:
    task = told("SUCCESS", 0, HOURS, HOURS + 40)
    assert (UNWATCHED.queued(task), UNWATCHED.ran(task)) == (HOURS, 40)
    joined = watched(("IN_PROGRESS", 100), submitted=None)
    running = told("IN_PROGRESS", -900, -800)
    assert joined.running_since(running) == AT - 800
    ahead = told("IN_PROGRESS", HOURS, HOURS)
    assert joined.running_since(ahead) == AT + 100


def test_what_the_service_does_not_tell_is_not_made_up() -> None:
    assert (WHOLE.queued(told("SUCCESS")), WHOLE.ran(told("SUCCESS", 0, 9))) == (None, None)
    assert WHOLE.queued_since(told("SUCCESS")) is None
