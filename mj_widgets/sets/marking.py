"""Ratings and flags as they are given one after the other, with the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from mj_widgets.archive.marks import Flag, Mark, Spot
from mj_widgets.errors import LibraryError
from mj_widgets.session.choice import no_library

if TYPE_CHECKING:
    from mj_widgets.archive.marks import Marks

_MOST_STEPS = 200


class Marking:
    """Gives marks, and takes the last ones back; from any thread.

    A mark that cannot be written is kept here, and written with the next one that can be.

    Args:
        marks: where they are kept; None where there is no library.
    """

    def __init__(self, marks: Marks | None) -> None:
        self._marks = marks
        self._before: list[dict[Spot, Mark]] = []
        self._unwritten: dict[Spot, Mark] = {}
        self._lock = Lock()

    @property
    def unwritten(self) -> Mapping[Spot, Mark]:
        """What is kept here alone."""
        return self._unwritten

    def mark(
        self, spots: Iterable[Spot], *, rating: int | None = None, flag: Flag | None = None
    ) -> Mapping[Spot, Mark]:
        """Set the rating or the flag of all *spots*; return what they were.

        Raises:
            LibraryError: it cannot be written, and is kept here.
        """
        given = list(spots)
        with self._lock:
            try:
                before = self._writable().change(given, rating=rating, flag=flag)
            except LibraryError:
                before = self._now(given)
                self._unwritten |= {s: mark.changed(rating, flag) for s, mark in before.items()}
                raise
            finally:
                self._before = [*self._before[1 - _MOST_STEPS :], before]
        return before

    def undo(self) -> Mapping[Spot, Mark]:
        """Take the last marks back, as they were given; return what they are now, {} for none.

        Raises:
            LibraryError: it cannot be written, and is kept here.
        """
        with self._lock:
            if not self._before:
                return {}
            before = self._before.pop()
            try:
                self._writable().put(before)
            except LibraryError:
                self._unwritten |= before
                raise
        return before

    def write(self) -> None:
        """Write what is kept here alone, if there is any.

        Raises:
            LibraryError: it still cannot be written.
        """
        with self._lock:
            self._writable()

    def seen(self, whole: Spot, marks: Mapping[int, Mark]) -> Mapping[int, Mark]:
        """Return what is thought of a task: as the library has it, and what is kept here alone."""
        if not self._unwritten:
            return marks
        own = {q: mark for (*task, q), mark in self._unwritten.items() if task == [*whole[:2]]}
        return {**marks, **own}

    def _writable(self) -> Marks:
        """Return where they are kept, once all is there that could not be written before.

        Raises:
            LibraryError: it cannot be written.
        """
        if self._marks is None:
            raise no_library()
        if self._unwritten:
            self._marks.put(self._unwritten)
            self._unwritten = {}
        return self._marks

    def _now(self, spots: Iterable[Spot]) -> dict[Spot, Mark]:
        """Return the marks of *spots*, as far as they can be read."""
        spots = list(spots)
        try:
            kept = self._marks.of_tasks(spots) if self._marks else {}
        except LibraryError:
            kept = {}
        found = {spot: kept.get(spot._replace(quadrant=0), {}) for spot in spots}
        return {
            spot: self._unwritten.get(spot) or marks.get(spot.quadrant) or Mark()
            for spot, marks in found.items()
        }
