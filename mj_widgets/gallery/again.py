"""What has failed on a wall, and is sent again because somebody asks for it: once a click."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError
from mj_widgets.sets.items import parts_of

if TYPE_CHECKING:
    from mj_widgets.gallery.running import Running
    from mj_widgets.sets.members import Members

SendAgain = Callable[[int], Awaitable[None]]
"""Is called on the background thread with the number of a task that has ended without a picture,
and puts another job in its place in ``Members.followed``."""


class Again:
    """Has tasks sent again; its coroutines belong on the background thread.

    Args:
        members: the tasks.
        running: follows the new one.
        send: sends it; None where nothing can be.
    """

    def __init__(self, members: Members, running: Running, send: SendAgain | None) -> None:
        self._members, self._running, self._send = members, running, send
        self._under_way: set[int] = set()

    async def ask(self, item: int) -> int:
        """Have the task of an item sent again; return its number.

        Raises:
            MjError: it goes on, or was not sent from here; or it cannot be sent.
        """
        number = parts_of(item)[0]
        job = self._members.followed.get(number)
        if job is None or self._send is None:
            raise MjError("It cannot be sent again from here", advice="Submit its prompt again.")
        state = job.state
        # A double click comes twice.
        if number in self._under_way or state.outcome is None or state.result is not None:
            return number
        self._under_way.add(number)
        try:
            await self._send(number)
        finally:
            self._under_way.discard(number)
        self._running.watch(number)
        return number
