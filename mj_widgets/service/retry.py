"""Asking again, and asking for several things at once.

For requests that only ask. A submission is never sent by way of this.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.stop import stop_before_delay
from tenacity.wait import wait_random_exponential

from mj_widgets.errors import MjError

_log = logging.getLogger(__name__)
_PATIENCE = 10.0
_T = TypeVar("_T")
_back_off = wait_random_exponential(multiplier=0.7, max=4)


async def retried(ask: Callable[[], Awaitable[_T]], attempts: int) -> _T:
    """Return what *ask* comes to, after up to *attempts* tries where a further one may help.

    Raises:
        MjError: the last one's.
    """
    async for attempt in AsyncRetrying(
        retry=retry_if_exception(_may_pass),
        stop=stop_after_attempt(attempts) | stop_before_delay(_PATIENCE),
        wait=_pause,
        before_sleep=_say,
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


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, MjError) else None
    return asked if asked is not None else _back_off(state)


def _say(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _log.warning("%s Trying again in %.1f s.", error, state.upcoming_sleep)
