"""How a card's task ends: known once, and waited for from a cell, a coroutine or a script."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING

from mj_widgets import background

if TYPE_CHECKING:
    from mj_widgets.models import Task

_SLICE = 0.2


class Outcome:
    """The task that has ended, or the error with which it did; from any thread."""

    def __init__(self) -> None:
        self._future: Future[Task] = Future()
        # Stop comes on another thread than the end.
        self._lock = threading.Lock()

    @property
    def is_known(self) -> bool:
        """True once it is over, or cannot be followed any more."""
        return self._future.done()

    @property
    def error(self) -> BaseException | None:
        """The error with which it ended, None for none or while it goes on."""
        future = self._future
        return future.exception() if future.done() else None

    def forget(self) -> None:
        """Begin anew: it is followed once more."""
        with self._lock:
            if self.is_known:
                self._future = Future()

    def tell(self, outcome: Task | BaseException | None) -> None:
        """Let those go on who wait; the first outcome counts, and None is none yet."""
        with self._lock:
            if self.is_known or outcome is None:
                return
            if isinstance(outcome, BaseException):
                self._future.set_exception(outcome)
            else:
                self._future.set_result(outcome)

    def wait(self, timeout: float | None) -> Future[Task]:
        """Wait until it is known, or for *timeout* seconds; it can be interrupted.

        Returns:
            What was waited for, which stays as it is when all begins anew.

        Raises:
            MjError: this is the background thread, which would wait for itself for ever.
        """
        background.refuse_to_wait_here()
        future = self._future
        end = None if timeout is None else time.monotonic() + timeout
        while not future.done() and (end is None or time.monotonic() < end):
            # In slices: an interrupt that comes just before a lock is taken would be lost,
            # and Windows does not end the waiting for a lock at all.
            left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
            wait([future], timeout=max(0.0, left))
        return future

    async def reached(self) -> Task:
        """Wait without blocking; return the task, or raise its error."""
        return await asyncio.shield(asyncio.wrap_future(self._future))
