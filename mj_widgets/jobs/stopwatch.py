"""How long a task waited and ran, by the service's clock as far as what was seen bears it out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mj_widgets.models import Status

if TYPE_CHECKING:
    from mj_widgets.models import Task

_MOST_APART = 60.0
"""Seconds by which the service may differ from what was seen before it is not believed."""
_Span = tuple[float, float]
_ANY: _Span = (-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """When a task was submitted, began and ended, as far as it was watched from here.

    Each is the earliest and the latest moment that it can have been, as ``time.time()``: who asks
    now and then sees a change only at the next answer.
    """

    submitted: _Span = _ANY
    started: _Span = _ANY
    ended: _Span = _ANY

    @classmethod
    def of_one_submitted(cls, at: float) -> Stopwatch:
        """Return that of a task that was submitted from here."""
        return cls((at, at))

    def saw(self, task: Task, before: float | None, now: float) -> Stopwatch:
        """Return what is known after an answer.

        Args:
            task: as the answer tells it.
            before: when the last answer came that told something else, None for the first.
            now: when this one came.
        """
        since = self.submitted[0] if before is None else before
        found = replace(self, submitted=(self.submitted[0], min(self.submitted[1], now)))
        has_begun = not task.is_queued and task.status != Status.MODAL
        if has_begun and self.started == _ANY:
            found = replace(found, started=(since, now))
        if task.is_final and self.ended == _ANY:
            found = replace(found, ended=(since, now))
        return found

    def queued(self, task: Task) -> float | None:
        """Return the seconds before a task ran, None where the service does not tell."""
        return _seconds(task.submit_time, task.start_time, self.submitted, self.started)

    def ran(self, task: Task) -> float | None:
        """Return the seconds that it ran, None where the service does not tell."""
        return _seconds(task.start_time, task.finish_time, self.started, self.ended)

    def queued_since(self, task: Task) -> float | None:
        """Return when it was submitted, by this computer's clock."""
        return _moment(task.submit_time, self.submitted)

    def running_since(self, task: Task) -> float | None:
        """Return when it began, by this computer's clock."""
        return _moment(task.start_time, self.started)


UNWATCHED: Final = Stopwatch()
"""That of a task that nobody has watched."""


def _seconds(
    told_first: datetime | None, told_last: datetime | None, first: _Span, last: _Span
) -> float | None:
    """Return the seconds between two moments, as they are told or else as they were seen."""
    if told_first is None or told_last is None:
        return None
    told = (told_last - told_first).total_seconds()
    span = (last[0] - first[1], last[1] - first[0])
    return max(0.0, _borne_out(told, span, last[1] - first[1]))


def _borne_out(told: float, possible: _Span, seen: float) -> float:
    """Return what the service tells, or what was seen where it can by far not be that."""
    is_possible = possible[0] - _MOST_APART <= told <= possible[1] + _MOST_APART
    return told if is_possible or not math.isfinite(seen) else seen


def _moment(when: datetime | None, possible: _Span) -> float | None:
    return None if when is None else _borne_out(when.timestamp(), possible, possible[1])
