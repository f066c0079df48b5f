"""Sending what a job begins with: once, or while the queue is full again and again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError, QueueFull

if TYPE_CHECKING:
    from collections.abc import Callable

    from mj_widgets.account import Account
    from mj_widgets.jobs.start import Start
    from mj_widgets.models import Submission

PAUSE = 30.0
"""Seconds between two tries while the service's queue is full."""


class Sender:
    """Sends one order; on the background thread.

    Args:
        account: the service.
        on_full: called with the refusal and the seconds until the next try.
    """

    def __init__(self, account: Account, on_full: Callable[[QueueFull, float], None]) -> None:
        self._account, self._on_full = account, on_full
        self._again = asyncio.Event()
        self.is_on = True
        """False when it is not to be tried again."""

    async def send(self, start: Start) -> Submission:
        """Return what the service answered.

        It is sent once. Only where the queue is full, so that nothing was submitted, it is sent
        again after a pause: if *start* asks for it, and until it is stopped.

        Raises:
            MjError: it was refused, its answer was lost, or it was stopped before it was taken.
        """
        while True:
            try:
                submission = await self._account.submit(start.order, new=start.new)
            except QueueFull as error:
                if not start.retry:
                    error.advice = "Nothing was submitted: try later, or with --retry / retry=True."
                    raise
                error.advice = "Nothing was submitted yet."
                await self._pause(error)
            else:
                if not submission.task_ids:
                    words = submission.description
                    raise MjError("The service took it, but names no task", words=words)
                return submission

    def hurry(self) -> None:
        """Send it again at once, where it waits for that."""
        self._again.set()

    def stop(self) -> None:
        """Send it no more."""
        self.is_on = False
        self._again.set()

    async def _pause(self, error: QueueFull) -> None:
        self._again.clear()
        if self.is_on:
            pause = max(PAUSE, error.retry_after or 0.0)
            self._on_full(error, pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._again.wait()
        if not self.is_on:
            raise MjError("Stopped: nothing was submitted")
