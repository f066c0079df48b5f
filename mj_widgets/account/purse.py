"""What is known of the money and the rights of one account: asked once at a time, remembered."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from mj_widgets.service.actions import actions_of
from mj_widgets.service.balance import Balance

if TYPE_CHECKING:
    from mj_widgets.service.client import Client
    from mj_widgets.service.order import Order

_FRESH = 60.0
"""Seconds for which an answer does where something else is told: a sweep asks once."""
_IN_PASSING = 4.0
"""Seconds that a person waits at most for what is told in passing."""


class Purse:
    """Asks a service what is left and what its key may do; on the background thread.

    Args:
        client: the service.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._asking: asyncio.Task[Balance] | None = None
        self._told: tuple[float, Balance] | None = None

    async def ask(self) -> Balance:
        """Return what the service says now; whoever asks meanwhile gets the same."""
        loop = asyncio.get_running_loop()
        asking = self._asking
        if asking is None or asking.done() or asking.get_loop() is not loop:
            self._asking = asking = loop.create_task(self._ask())
        return await asyncio.shield(asking)

    async def in_passing(self) -> Balance | None:
        """Return what the service said a minute ago at most, None where it is too slow to say."""
        if self._told and time.monotonic() - self._told[0] < _FRESH:
            return self._told[1]
        try:
            async with asyncio.timeout(_IN_PASSING):
                return await self.ask()
        except TimeoutError:
            return None

    def doubt(self, order: Order) -> str:
        """Return why the service may refuse an order, on one line, or ""; nothing is asked.

        A reseller may call its actions otherwise: it is said, and the order is sent all the same,
        as nothing is paid for what is refused.
        """
        told = self._told[1] if self._told else Balance()
        forbidden = next(filter(told.forbids, actions_of(order)), "")
        no = f"the actions that this key allows have no {forbidden}"
        return f"The service may refuse this: {no}." if forbidden else ""

    async def _ask(self) -> Balance:
        told = await self._client.balance()
        if not told.silence:
            self._told = time.monotonic(), told
        return told
