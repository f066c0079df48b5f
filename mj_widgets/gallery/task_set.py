"""Many tasks as one thing: to look at, to narrow, to mark, and to take away as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, overload

from mj_widgets.archive.filter import Filter
from mj_widgets.gallery.gallery import Gallery
from mj_widgets.gallery.wall import HEIGHT, SIZE
from mj_widgets.session.settings import library as default_library
from mj_widgets.sets.members import Members

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mj_widgets.jobs import Job

Day = datetime | date | str


class TaskSet:
    """Tasks in an order; it never changes, and shows itself as a gallery.

    >>> tasks = mj.tasks("red fox", kind="grid")                # doctest: +SKIP
    >>> tasks.rated(4).sort("time")[:12]                        # doctest: +SKIP
    """

    def __init__(self, members: Members) -> None:
        self._members = members

    def where(
        self,
        text: str | None = None,
        status: str | Iterable[str] | None = None,
        kind: str | Iterable[str] | None = None,
        rating: int | None = None,
        flag: str | None = None,
        since: Day | None = None,
        until: Day | None = None,
        **parameters: Any,
    ) -> TaskSet:
        """Return those for which all of this holds, in the same order; see ``Filter.of``."""
        wanted = Filter.of(text, status, kind, rating, flag, since, until, parameters)
        return TaskSet(self._members.where(wanted))

    def sort(self, order: str = "time", *, reverse: bool = False) -> TaskSet:
        """Return the same in another order: "time", "prompt", "rating" or "colour"."""
        return TaskSet(self._members.sort(order, reverse=reverse))

    def rated(self, rating: int) -> TaskSet:
        """Return those with at least so many stars."""
        return self.where(rating=rating)

    @property
    def picked(self) -> TaskSet:
        """Those of which something was picked."""
        return self.where(flag="pick")

    @property
    def rejected(self) -> TaskSet:
        """Those of which nothing is left."""
        return self.where(flag="reject")

    def gallery(self, size: int = SIZE, height: int = HEIGHT) -> Gallery:
        """Return what shows them."""
        return Gallery(self._members, size=size, height=height)

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Job]:
        return self._members.jobs()

    @overload
    def __getitem__(self, at: int) -> Job: ...
    @overload
    def __getitem__(self, at: slice) -> TaskSet: ...
    def __getitem__(self, at: int | slice) -> Job | TaskSet:
        if isinstance(at, slice):
            return TaskSet(self._members.cut(at))
        return next(self._members.only([self._members.numbers[at]]).jobs())

    def __repr__(self) -> str:
        count = len(self)
        return f"<TaskSet, {count:,} task{'' if count == 1 else 's'}>"

    def _ipython_display_(self) -> None:
        self.gallery()._ipython_display_()


def tasks(
    text: str | None = None,
    status: str | Iterable[str] | None = None,
    kind: str | Iterable[str] | None = None,
    rating: int | None = None,
    flag: str | None = None,
    since: Day | None = None,
    until: Day | None = None,
    **parameters: Any,
) -> TaskSet:
    """Return the tasks of the library for which all of this holds, those kept last first.

    >>> tasks("red fox", rating=4, ar="16:9")                   # doctest: +SKIP
    """
    library = default_library()
    wanted = Filter.of(text, status, kind, rating, flag, since, until, parameters)
    return TaskSet(Members(library, library.catalogue.numbers(wanted)))
