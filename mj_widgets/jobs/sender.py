"""Sending what a job begins with: once, or while the queue is full again and again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError, QueueFull, RateLimited, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mj_widgets.account import Account
    from mj_widgets.jobs.start import Start
    from mj_widgets.models import Submission

PAUSE = 30.0
"""Seconds between two tries while the service's queue is full."""
_FIRST_PAUSE = 2.0
"""Seconds before the second try where the service could not be reached; then twice as many."""


class Withdrawn(MjError):
    """It was not sent, as somebody has said so before its turn came."""


class Wish:
    """That something is sent: it can be taken back until it is on its way, or was refused.

    Args:
        on_withdrawn: called with the reason, at once, where it will not be sent any more.
    """

    def __init__(self, on_withdrawn: Callable[[Withdrawn], None]) -> None:
        self._on_withdrawn = on_withdrawn
        self._is_on_its_way = False
        self.why: Withdrawn | None = None
        """Why it is not to be sent, or not once more."""

    @property
    def is_over(self) -> bool:
        """True once it was taken back: whatever comes of it now is another's."""
        return self.why is not None and not self._is_on_its_way

    def holds(self) -> bool:
        """Tell whether it is to be sent, which is done now."""
        was_on_its_way, self._is_on_its_way = self._is_on_its_way, self.why is None
        if was_on_its_way and self.why is not None:  # such as the answer to a modal
            self._on_withdrawn(self.why)
        return self._is_on_its_way

    def rest(self) -> None:
        """Note that nothing was submitted; it waits for its next try."""
        self._is_on_its_way = False

    def withdraw(self, why: Withdrawn) -> None:
        """Take it back; what is on its way arrives, and is not tried again."""
        if self.why is None:
            self.why = why
            if self.is_over:
                self._on_withdrawn(why)


class Sender:
    """Sends one order; on the background thread.

    Args:
        account: the service.
        wish: that it is sent.
        on_pause: called with the refusal and the seconds until the next try.
    """

    def __init__(
        self, account: Account, wish: Wish, on_pause: Callable[[MjError, float], None]
    ) -> None:
        self._account, self._wish, self._on_pause = account, wish, on_pause
        self._again = asyncio.Event()

    async def send(self, start: Start) -> Submission:
        """Return what the service answered.

        It is sent once. Only where nothing was submitted and that may pass, as the queue is full,
        it is sent again after a pause: if *start* asks for it, and until it is stopped.

        Raises:
            MjError: it was refused, its answer was lost, or it was stopped before it was taken.
        """
        misses = 0
        while True:
            try:
                submission = await self._account.submit(
                    start.order, new=start.new, anyhow=start.anyhow, wanted=self._wish.holds
                )
            except QueueFull as error:
                if not start.retry:
                    error.advice = "Nothing was submitted: try later, or with --retry / retry=True."
                    raise
                error.advice = "Nothing was submitted yet."
                await self._pause(error, PAUSE)
            except (RateLimited, ServiceUnavailable) as error:
                if not start.is_patient or error.maybe_sent or error.lasting or not error.may_pass:
                    raise
                await self._pause(error, min(PAUSE, _FIRST_PAUSE * 2**misses))
                misses = min(misses + 1, 10)
            else:
                if not submission.task_ids:
                    words = submission.description
                    raise MjError("The service took it, but names no task", words=words)
                return submission

    def hurry(self) -> None:
        """Send it again at once, where it waits for that."""
        self._again.set()

    async def _pause(self, error: MjError, seconds: float) -> None:
        self._again.clear()
        if self._wish.why is None:
            self._wish.rest()
            pause = max(seconds, error.retry_after or 0.0)
            self._on_pause(error, pause)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._again.wait()
        if self._wish.why is not None:
            raise self._wish.why
