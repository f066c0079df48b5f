"""A panel in which it is said what is to be made of a picture: its answer begins a new job."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mj_widgets import background
from mj_widgets.card.panel import Panel
from mj_widgets.errors import fault_of

if TYPE_CHECKING:
    from mj_widgets.jobs.start import Start


class StartPanel(Panel):
    """Asks for what a new job begins with; what was written stays until that is taken.

    Args:
        given: what a ``Panel`` is given.
        begin: begins what was asked for, in a card inside this one; on the background thread.
    """

    def __init__(self, *given: Any, begin: Callable[[Panel, Start], None], **named: Any) -> None:
        self._begin, self._is_closed = begin, False
        super().__init__(*given, takes_focus=True, **named)

    def _start(self, make: Callable[[], Start]) -> None:
        """Begin what *make* returns, which is made in a thread: pictures are big."""
        background.start(self._made(make))

    def close(self) -> None:
        """Remove it; what it has not begun yet is not sent."""
        self._is_closed = True
        super().close()

    async def _made(self, make: Callable[[], Start]) -> None:
        try:
            start = await asyncio.to_thread(make)
            if not self._is_closed:
                self._begin(self, start)
        except Exception as error:  # noqa: BLE001 - nobody would see it: the panel must say it
            self.say(str(fault_of(error)))
