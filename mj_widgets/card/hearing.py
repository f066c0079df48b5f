"""What a page asks for, done in the background; what goes wrong is said where it was asked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from mj_widgets import background
from mj_widgets.errors import fault_of

Answer = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


class Hearing:
    """Does what a page asks of one widget.

    Args:
        say: says one line there; nobody else would ever see what goes wrong.
        is_closed: whether there is nobody any more to say it to.
    """

    def __init__(self, say: Callable[[str], object], is_closed: Callable[[], bool]) -> None:
        self._say, self._is_closed = say, is_closed

    def on(self, work: Answer) -> Callable[[dict[str, Any]], None]:
        """Return a handler of messages that begins *work*."""
        return lambda told: self.start(work(told))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin *work* on the background thread; from any thread."""
        background.start(self.guarded(work))

    async def guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work*, and say what goes wrong."""
        try:
            await work
        except BaseException as error:
            if background.is_cancelled(error):
                raise
            if not self._is_closed():
                self._say(str(fault_of(error)))
