"""The comparison below a wall: of what is selected there, and on to others in its order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mj_widgets.comparisons.compare import Compare
from mj_widgets.comparisons.given import FEWEST, MOST, kept_subject
from mj_widgets.errors import MjError
from mj_widgets.gallery.wall import unpacked_items
from mj_widgets.sets.items import parts_of

if TYPE_CHECKING:
    import ipywidgets as ipw

    from mj_widgets.comparisons.subject import Subject
    from mj_widgets.gallery.opened import Opened
    from mj_widgets.gallery.wall import Wall
    from mj_widgets.sets.members import Members


class Compared:
    """Opens one comparison at a time; its coroutines belong on the background thread.

    Args:
        members: the tasks.
        wall: where they are seen.
        box: in which it stands below the wall.
        opened: the card that stands there otherwise.
    """

    def __init__(self, members: Members, wall: Wall, box: ipw.Box, opened: Opened) -> None:
        self._members, self._wall, self._box, self._opened = members, wall, box, opened
        self._turn = 0
        self.comparison: Compare | None = None

    async def open(self, told: dict[str, Any]) -> None:
        """Compare two to nine items in place of what is open; with none only close that.

        Raises:
            MjError: one of them has no picture, or they are too few or too many.
        """
        self._turn += 1
        turn, items = self._turn, list(dict.fromkeys(told.get("items", [])))
        if not items:
            self.close()
            return
        if not FEWEST <= len(items) <= MOST:
            raise MjError(f"{len(items):,} cannot be compared", advice="Select two to nine.")
        subjects = [(item, await asyncio.to_thread(self._subject, item)) for item in items]
        if turn != self._turn:  # others are to be compared meanwhile
            return
        self.close()
        self._opened.close()
        self.comparison = Compare(subjects, static=False, step=self._beside, leave=self._leave)
        self._box.children = (self._wall, self.comparison)
        self._wall.compares = True

    def close(self) -> None:
        """Close the comparison that is open, or on its way."""
        self._turn += 1
        earlier, self.comparison = self.comparison, None
        self._wall.compares = False
        if earlier is not None:
            self._box.children = (self._wall,)
            earlier.close()

    async def _leave(self) -> None:
        self.close()

    def _subject(self, item: int) -> Subject:
        subject = kept_subject(self._members, *parts_of(item))
        subject.size()
        return subject

    def _beside(self, item: int, by: int) -> tuple[int, Subject] | None:
        """Return the next one in the wall's order that has a picture."""
        order = [each for each in unpacked_items(self._wall.order) if each]
        place = order.index(item) if item in order else -1
        for found in order[place + 1 :] if by > 0 else reversed(order[: max(place, 0)]):
            try:
                return found, self._subject(found)
            except MjError:
                continue
        return None
