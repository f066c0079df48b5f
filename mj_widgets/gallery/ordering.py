"""Which tasks of a wall are seen, and in which order: what its filter bar says, looked up."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from mj_widgets.archive.filter import KINDS, Filter
from mj_widgets.errors import LibraryError, MjError, fault_of, one_line
from mj_widgets.gallery.wall import packed, unpacked_items
from mj_widgets.sets.alike import by_colour, like
from mj_widgets.sets.items import items_of, parts_of

if TYPE_CHECKING:
    from array import array

    from mj_widgets.gallery.faceting import Faceting
    from mj_widgets.gallery.wall import Wall
    from mj_widgets.sets.facets import Wish
    from mj_widgets.sets.members import Members

_NAMES = frozenset(each.name for each in fields(Filter))
_WORDS = {
    "since": "since {}",
    "until": "until {}",
    "text": "“{}”",
    "pick": "picked",
    "reject": "rejected",
}


class Ordering:
    """Looks up the order of a wall; its coroutines belong on the background thread.

    Args:
        members: the tasks.
        wall: where they are seen.
        sheet: lays them out as rows and columns; None for one after the other.
    """

    def __init__(self, members: Members, wall: Wall, sheet: Faceting | None = None) -> None:
        self._members, self._wall, self._sheet = members, wall, sheet
        self._turn = self._ratings = 0
        self._has_refused = False

    @property
    def follows_marks(self) -> bool:
        """Whether another mark may let other tasks be seen."""
        query = self._wall.query
        return query.get("rating") is not None or query.get("flag") is not None

    @property
    def words(self) -> str:
        """What the filter bar says, in words; "" for nothing."""
        return words_of(self._wall.query)

    async def look_up(self) -> None:
        """Let the wall show what its query asks for; what is wrong with that is said there."""
        self._turn += 1
        turn, ratings, query = self._turn, self._ratings, dict(self._wall.query)
        try:
            order, facets = await asyncio.to_thread(self.laid, query)
        except Exception as error:  # noqa: BLE001 - nobody would ever see it
            if turn == self._turn:
                self._has_refused = True
                self._wall.say(str(fault_of(error)))
            return
        if turn != self._turn:  # there is a newer one
            return
        self._wall.lay(packed(order), facets)
        if self._has_refused:
            self._has_refused = False
            self._wall.say("")
        if ratings != self._ratings:  # it was rated while this was looked up
            await self.rate_again()

    def laid(self, query: dict[str, Any]) -> tuple[array[int], dict[str, Any]]:
        """Return the order of a wall that is asked for this, and what it says of a sheet."""
        items = self._items(query)
        return self._sheet.laid(items) if self._sheet else (items, {})

    async def lay_out(self, rows: Wish, columns: Wish) -> None:
        """Take other rows and columns of a sheet."""
        if self._sheet is not None:
            self._sheet.choose(rows, columns)
            await self.look_up()

    async def lay_again(self) -> None:
        """Lay a sheet out once more: of a task that has ended more may be known."""
        if self._sheet is not None:
            await self.look_up()

    async def rate_again(self) -> None:
        """Say how the rows and columns of a sheet are rated now."""
        if self._sheet is None:
            return
        self._ratings += 1
        turn, order, facets = self._ratings, self._wall.order, self._wall.facets
        items = unpacked_items(order)
        rated = await asyncio.to_thread(self._sheet.rated, items, facets)
        if turn == self._ratings and self._wall.facets is facets:  # else there is something newer
            self._wall.facets = rated

    def look_like(self, item: int) -> None:
        """Bring those to the front that look most like an item, until the query is another."""
        self._wall.query = {**self._wall.query, "like": item}

    def choices(self) -> dict[str, list[str]]:
        """Return what the filter bar offers."""
        if self._members.shelf is None:
            return {"status": [], "kind": list(KINDS)}
        try:
            catalogue = self._members.shelf.catalogue
            return {"status": catalogue.values("status"), "kind": catalogue.values("kind")}
        except LibraryError:
            return {}

    def _items(self, query: dict[str, Any]) -> array[int]:
        by: Any = query.get("by") or "task"
        if by not in ("task", "picture"):
            said = one_line(repr(by), 40)
            raise MjError(f"Nothing is seen by {said}", advice='Give "task" or "picture".')
        wanted = Filter.of(**{name: value for name, value in query.items() if name in _NAMES})
        return items_of(self._sorted(query), wanted, by)

    def _sorted(self, query: dict[str, Any]) -> Members:
        members, reverse = self._members, bool(query.get("reverse"))
        if query.get("like"):
            return like(members, *parts_of(int(query["like"])))
        if query.get("sort") == "colour":
            return by_colour(members, reverse=reverse)
        if query.get("sort"):
            return members.sort(query["sort"], reverse=reverse)
        return members.only(reversed(members.numbers)) if reverse else members


def words_of(query: dict[str, Any]) -> str:
    """Return a query in words, "" where all is seen in the order that was given.

    >>> words_of({"text": "fox", "rating": 4, "flag": "pick", "sort": "time", "reverse": True})
    '“fox”, at least 4 stars, picked, sorted by time, backwards'
    """
    parts = []
    for name, value in query.items():
        if value is None or value in ("", [], ()) or name in ("sort", "reverse", "by"):
            continue
        if name == "rating":
            parts.append(
                f"at least {value} star{'' if value == 1 else 's'}" if value else "unrated"
            )
        elif name == "parameters":
            parts += [f"--{key} {each}" for key, each in dict(value).items()]
        elif name == "like":
            parts.append("those most alike first")
        elif name == "flag":
            parts.append(_WORDS.get(str(value), str(value)))
        else:
            several = value if isinstance(value, (list, tuple)) else [value]
            parts.append(_WORDS.get(name, "{}").format(" or ".join(map(str, several))))
    if query.get("flag") == "":
        parts.append("not flagged")
    if query.get("sort"):
        parts.append(f"sorted by {query['sort']}")
    if query.get("reverse"):
        parts.append("backwards")
    return one_line(", ".join(parts))
