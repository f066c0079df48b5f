"""Ratings and flags as they are given one after the other, with the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from mj_widgets.archive.marks import Flag, Mark, Spot

if TYPE_CHECKING:
    from mj_widgets.archive.marks import Marks

_MOST_STEPS = 200


class Marking:
    """Gives marks, and takes the last ones back; from any thread.

    Args:
        marks: where they are kept.
    """

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._before: list[dict[Spot, Mark]] = []
        self._lock = Lock()

    def mark(
        self, spots: Iterable[Spot], *, rating: int | None = None, flag: Flag | None = None
    ) -> Mapping[Spot, Mark]:
        """Set the rating or the flag of all *spots*, or of none; return what they were.

        Raises:
            LibraryError: it cannot be written.
        """
        before = self._marks.change(spots, rating=rating, flag=flag)
        with self._lock:
            self._before = [*self._before[1 - _MOST_STEPS :], before]
        return before

    def undo(self) -> Mapping[Spot, Mark]:
        """Take the last marks back, as they were given; return what they are now, {} for none.

        Raises:
            LibraryError: it cannot be written.
        """
        with self._lock:
            if not self._before:
                return {}
            before = self._before[-1]
            self._marks.put(before)
            self._before.pop()
        return before
