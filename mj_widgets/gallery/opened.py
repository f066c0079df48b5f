"""The one card below a wall: of the task that was opened there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mj_widgets.card import TaskWidget
from mj_widgets.sets.items import parts_of

if TYPE_CHECKING:
    import ipywidgets as ipw

    from mj_widgets.gallery.wall import Wall
    from mj_widgets.sets.members import Members


class Opened:
    """Opens one card at a time; its coroutines belong on the background thread.

    Args:
        members: the tasks.
        wall: where they are seen.
        box: in which the card stands below the wall.
    """

    def __init__(self, members: Members, wall: Wall, box: ipw.Box) -> None:
        self._members, self._wall, self._box = members, wall, box
        self._turn = 0
        self.card: TaskWidget | None = None

    async def open(self, item: int) -> None:
        """Open the card of a task in place of another one; with 0 only close that."""
        self._turn += 1
        turn, number = self._turn, parts_of(item)[0]
        job = await asyncio.to_thread(self._members.job, number) if item else None
        if turn != self._turn:  # another one was opened meanwhile
            if job is not None and number not in self._members.followed:
                job.stop()
            return
        self.close()
        if job is None:
            if item:
                self._wall.say("That task is not in the library any more.")
            return
        self.card = TaskWidget(job, static=False)
        # What the gallery follows goes on when the card is closed.
        self.card.owns_job = number not in self._members.followed
        self._box.children = (self._wall, self.card)
        self._wall.open_item = item

    def close(self) -> None:
        """Close the card that is open, or on its way."""
        self._turn += 1
        earlier, self.card = self.card, None
        self._wall.open_item = 0
        if earlier is not None:
            self._box.children = (self._wall,)
            earlier.close()
