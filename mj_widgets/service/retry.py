"""Asking again, and asking for several things at once.

For requests that only ask. A submission is never sent by way of this.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.stop import stop_before_delay
from tenacity.wait import wait_exponential_jitter, wait_random_exponential

from mj_widgets.errors import MjError

if TYPE_CHECKING:
    from tenacity.wait import WaitBaseT

_log = logging.getLogger(__name__)
_PATIENCE = 10.0
_T = TypeVar("_T")
_back_off = wait_random_exponential(multiplier=0.7, max=4)
_INSISTING_TRIES = 6
_INSISTING_PATIENCE = 60.0
# After 1, 2, 4, 8 and 16 seconds, and a little: many that wait do not all come back at once.
_growing = wait_exponential_jitter(initial=1, max=16, jitter=1)


async def retried(ask: Callable[[], Awaitable[_T]], attempts: int) -> _T:
    """Return what *ask* comes to, after up to *attempts* tries where a further one may help.

    Raises:
        MjError: the last one's.
    """
    return await _tried(ask, attempts, _PATIENCE, _back_off, lambda *_: None)


async def insisted(
    ask: Callable[[], Awaitable[_T]], tell: Callable[[MjError, float], object]
) -> _T:
    """Return what *ask* comes to, after up to six tries in half a minute, ever further apart.

    Args:
        ask: what is tried.
        tell: called with what went wrong, and the seconds until the next try.

    Raises:
        MjError: the last one's.
    """
    return await _tried(ask, _INSISTING_TRIES, _INSISTING_PATIENCE, _growing, tell)


async def _tried(
    ask: Callable[[], Awaitable[_T]],
    attempts: int,
    patience: float,
    back_off: WaitBaseT,
    tell: Callable[[MjError, float], object],
) -> _T:
    def say(state: RetryCallState) -> None:
        error = _error_of(state)
        _log.warning("%s Trying again in %.1f s.", error, state.upcoming_sleep)
        tell(error, state.upcoming_sleep)

    def pause(state: RetryCallState) -> float:
        asked = _error_of(state).retry_after
        return asked if asked is not None else back_off(state)

    async for attempt in AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        stop=stop_after_attempt(attempts) | stop_before_delay(patience),
        wait=pause,
        before_sleep=say,
        reraise=True,
    ):
        with attempt:
            return await ask()
    raise AssertionError("unreachable")


async def together(works: Iterable[Coroutine[Any, Any, _T]]) -> list[_T]:
    """Return what each comes to, in their order.

    Raises:
        Exception: the first error there was, as it is; whatever had not ended was cancelled.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except ExceptionGroup as failed:
        first = failed.exceptions[0]
    else:
        return [task.result() for task in tasks]
    raise first


def _may_pass(error: BaseException) -> bool:
    if not isinstance(error, MjError) or not error.may_pass:
        return False
    return (error.retry_after or 0) <= _PATIENCE


def _error_of(state: RetryCallState) -> MjError:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, MjError)  # noqa: S101 - no other is tried again
    return error
