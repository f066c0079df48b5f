"""Asking again: when that may help, how long to wait before it, and when to leave it.

For requests that only ask. A submission is never sent by way of this.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

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
