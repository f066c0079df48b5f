"""How a job ends: known once, and waited for from a cell, a coroutine or a script."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING

from mj_widgets import background
from mj_widgets.errors import Interrupted, StillRunning
from mj_widgets.jobs.words import name_of, status_words

if TYPE_CHECKING:
    from mj_widgets.jobs.state import JobState
    from mj_widgets.models import Task

_SLICE = 0.2


class Outcome:
    """The task that has ended, or the error with which it did; from any thread."""

    __slots__ = ("_future", "_lock", "_told")

    def __init__(self) -> None:
        self._told: Task | BaseException | None = None
        # Made when somebody waits: most of a thousand jobs are never waited for.
        self._future: Future[Task] | None = None
        self._lock = threading.Lock()

    @property
    def is_known(self) -> bool:
        """True once it is over, or cannot be followed any more."""
        return self._told is not None

    def forget(self) -> None:
        """Begin anew: it is followed once more."""
        with self._lock:
            if self.is_known:
                self._told = None

    def tell(self, outcome: Task | BaseException | None) -> None:
        """Let those go on who wait; the first outcome counts, and None is none yet."""
        with self._lock:
            if self.is_known or outcome is None:
                return
            self._told = outcome
            # It weighs more than most of a job: it stays with those alone who wait for it.
            future, self._future = self._future, None
            if future is not None:
                _settle(future, outcome)

    def interrupt(self, error: BaseException) -> None:
        """Let those go on with *error* who wait now, while all goes on."""
        with self._lock:
            if self._future is not None and not self.is_known:
                self._future.set_exception(error)
                self._future = None

    def wait(self, timeout: float | None) -> Future[Task]:
        """Wait until it is known, or for *timeout* seconds; it can be interrupted.

        Returns:
            What was waited for, which stays as it is when all begins anew.

        Raises:
            MjError: this is the background thread, which would wait for itself for ever.
        """
        background.refuse_to_wait_here()
        future = self._awaited()
        end = None if timeout is None else time.monotonic() + timeout
        while not future.done() and (end is None or time.monotonic() < end):
            # In slices: an interrupt that comes just before a lock is taken would be lost,
            # and Windows does not end the waiting for a lock at all.
            left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
            wait([future], timeout=max(0.0, left))
        return future

    async def reached(self) -> Task:
        """Wait without blocking; return the task, or raise its error."""
        return await asyncio.shield(asyncio.wrap_future(self._awaited()))

    def _awaited(self) -> Future[Task]:
        with self._lock:
            future = self._future or Future()
            if self._told is None:
                self._future = future
            else:
                _settle(future, self._told)
            return future


def wait_for(outcome: Outcome, state: Callable[[], JobState], timeout: float | None) -> Task:
    """Wait for the outcome of a job, and return the task; see ``Job.wait``.

    Args:
        outcome: what is waited for.
        state: gives how the job stands.
        timeout: seconds; None waits for ever.
    """
    try:
        future = outcome.wait(timeout)
    except KeyboardInterrupt:
        raise Interrupted(f"Stopped waiting. {name_of(state())} is still followed.") from None
    try:
        return future.result(0)
    except TimeoutError:
        now = state()
        said = status_words(now.task)[0] if now.task else "no answer yet"
        raise StillRunning(
            f"{name_of(now)} has not ended within {timeout:g} s ({said}, {now.progress} %)",
            words=now.trouble.sentence if now.trouble else "",
            advice="It is still followed.",
        ) from None


def _settle(future: Future[Task], outcome: Task | BaseException) -> None:
    if isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
