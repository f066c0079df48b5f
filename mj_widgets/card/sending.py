"""A card's news before it has a task: what it orders is on its way, refused, or tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mj_widgets.card.watching import Watch
from mj_widgets.errors import MjError, QueueFull
from mj_widgets.service.follower import Update

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.models import Submission
    from mj_widgets.service.orders import Order

PAUSE = 30.0
"""Seconds between two tries while the service's queue is full."""


@dataclass(frozen=True)
class Start:
    """What a card is to submit, and what it says of it."""

    order: Order
    origin: str
    """How it was started, and its parameters."""
    prompt: str = ""
    new: bool = False
    """Send it even if it was sent before."""
    retry: bool = False
    """Send it again later while the queue is full."""


class Sending(Watch):
    """Sends one order for one card, then watches the task that came of it; see ``Watch``."""

    def __init__(
        self, session: Account, take: Callable[[Update], None], interval: float | None
    ) -> None:
        super().__init__(session, take, interval)
        self._again = asyncio.Event()
        self.is_on = True

    async def send(self, start: Start) -> Submission:
        """Return what the service answered, and tell of each try that a full queue refused.

        It is sent once. Only where the queue is full, so that nothing was submitted, it is sent
        again after a pause: if *start* asks for it, and until it is stopped.

        Raises:
            MjError: it was refused, its answer was lost, or it was stopped before it was taken.
        """
        while True:
            try:
                submission = await self._session.submit(start.order, new=start.new)
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

    def ask(self) -> None:
        """Send it again at once, or ask about the task; on the background thread only."""
        self._again.set()
        super().ask()

    def unfollow(self) -> None:
        """Ask no more, and send no more; on the background thread only."""
        self._again.set()
        super().unfollow()

    async def _pause(self, error: QueueFull) -> None:
        self._again.clear()
        if self.is_on:
            pause = max(PAUSE, error.retry_after or 0.0)
            self._take(Update(None, error, retry_in=pause))
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._again.wait()
        if not self.is_on:
            raise MjError("Stopped: nothing was submitted")
