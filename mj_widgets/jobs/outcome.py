"""How a job ends: known once, and waited for from a cell, a coroutine or a script."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from mj_widgets import background
from mj_widgets.errors import Interrupted, MjError, StillRunning, one_line
from mj_widgets.jobs.words import name_of, status_words
from mj_widgets.models.natives import is_number, native

if TYPE_CHECKING:
    from mj_widgets.jobs.state import JobState
    from mj_widgets.models import Task

    _Told = Task | BaseException
    _Waiter = Callable[[_Told], object]

_SLICE = 0.2


class Outcome:
    """The task that has ended, or the error with which it did; from any thread.

    Who waits takes no lock: interrupted, it would never give it back, and nothing could end.
    """

    __slots__ = ("_lock", "_told", "_waiters")

    def __init__(self) -> None:
        self._told: _Told | None = None
        self._waiters: list[_Waiter] = []
        self._lock = threading.Lock()

    @property
    def is_known(self) -> bool:
        """True once it is over, or cannot be followed any more."""
        return self._told is not None

    def forget(self) -> None:
        """Begin anew: it is followed once more."""
        with self._lock:
            self._told = None

    def tell(self, outcome: _Told | None) -> None:
        """Let those go on who wait; the first outcome counts, and None is none yet."""
        with self._lock:
            if self.is_known or outcome is None:
                return
            self._told = outcome
        # Who goes on may fork at once: the child would never get a lock that is taken here.
        self._let_go(outcome)

    def interrupt(self, error: BaseException) -> None:
        """Let those go on with *error* who wait now, while all goes on."""
        if not self.is_known:
            self._let_go(error)

    def wait(self, timeout: float | None) -> _Told | None:
        """Wait until it is known, and return it; it can be interrupted.

        Args:
            timeout: seconds until None is returned; None waits for ever.

        Raises:
            MjError: this is the background thread, which would wait for itself for ever.
        """
        background.refuse_to_wait_here()
        news: SimpleQueue[_Told] = SimpleQueue()
        self._waiters.append(news.put)
        try:
            return self._told or wait(news, timeout)
        finally:
            with suppress(ValueError):
                self._waiters.remove(news.put)

    async def reached(self) -> Task:
        """Wait without blocking; return the task, or raise its error."""
        loop = asyncio.get_running_loop()
        reached: asyncio.Future[_Told] = loop.create_future()

        def settle(told: _Told) -> None:
            if not reached.done():
                reached.set_result(told)

        def waiter(told: _Told) -> None:
            with suppress(RuntimeError):  # its loop was closed
                loop.call_soon_threadsafe(settle, told)

        self._waiters.append(waiter)
        try:
            with _kept_awake(loop):
                told = self._told or await reached
        finally:
            with suppress(ValueError):
                self._waiters.remove(waiter)
        if isinstance(told, BaseException):
            raise told
        return told

    def _let_go(self, told: _Told) -> None:
        for waiter in self._waiters.copy():
            waiter(told)


@contextmanager
def _kept_awake(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Wake a loop now and then: while it sleeps it hears of no interrupt.

    ipykernel cancels a cell in the handler of a signal, which does not wake its loop.
    """
    next_time: asyncio.TimerHandle

    def tick() -> None:
        nonlocal next_time
        next_time = loop.call_later(_SLICE, tick)

    tick()
    try:
        yield
    finally:
        next_time.cancel()


def wait(news: SimpleQueue[_Told], timeout: float | None) -> _Told | None:
    """Return the first that comes within *timeout* seconds, None where nothing does."""
    end = _end_of(timeout)
    while True:
        # In slices: an interrupt that comes just before a lock is taken would be lost,
        # and Windows does not end the waiting for a lock at all.
        left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
        with suppress(Empty):
            return news.get(timeout=max(0.0, left))
        if end is not None and time.monotonic() >= end:
            return None


def _end_of(timeout: object) -> float | None:
    """Return when so many seconds are over, None for never.

    Raises:
        MjError: that is no number of seconds.
    """
    seconds = native(timeout)
    if seconds is None:
        return None
    if not is_number(seconds) or math.isnan(seconds):
        said = one_line(repr(timeout), 40)
        advice = "Give a number, wait(60), or nothing to wait for ever."
        raise MjError(f"{said} is no number of seconds", advice=advice)
    return time.monotonic() + float(seconds)


def wait_for(outcome: Outcome, state: Callable[[], JobState], timeout: float | None) -> Task:
    """Wait for the outcome of a job, and return the task; see ``Job.wait``.

    Args:
        outcome: what is waited for.
        state: gives how the job stands.
        timeout: seconds; None waits for ever.
    """
    try:
        told = outcome.wait(timeout)
    except KeyboardInterrupt:
        raise Interrupted(f"Stopped waiting. {name_of(state())} is still followed.") from None
    if isinstance(told, BaseException):
        raise told
    if told is not None:
        return told
    now = state()
    said = status_words(now.task)[0] if now.task else "no answer yet"
    raise StillRunning(
        f"{name_of(now)} has not ended within {timeout:g} s ({said}, {now.progress} %)",
        words=now.trouble.sentence if now.trouble else "",
        advice="It is still followed.",
    )


class Waited(Protocol):
    """A job, or its card."""

    def wait(self, timeout: float | None = None) -> Task:
        """Wait until the task has ended, and return it."""


def wait_for_all(waited: Iterable[Waited], timeout: float | None) -> list[Task]:
    """Wait until all tasks have ended; return them, in order.

    Args:
        waited: their jobs or cards.
        timeout: seconds for all together; None waits for ever.

    Raises:
        MjError: one failed or cannot be followed (the first of them, when all have ended), or
            the time is over.
    """
    end = _end_of(timeout)
    tasks: list[Task] = []
    failures: list[MjError] = []
    for one in waited:
        try:
            tasks.append(one.wait(None if end is None else max(0.0, end - time.monotonic())))
        except MjError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return tasks
