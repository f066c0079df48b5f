"""Many tasks at once: a wall of small pictures, marked by keys, and the one card that is open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw
import traitlets

from mj_widgets import background
from mj_widgets.archive.filter import Filter
from mj_widgets.archive.marks import flag_of, rating_of
from mj_widgets.card import TaskWidget
from mj_widgets.card.notebook import Shown
from mj_widgets.errors import MjError, fault_of
from mj_widgets.gallery.full import send_full
from mj_widgets.gallery.wall import HEIGHT, SIZE, Wall, packed, unpacked_items
from mj_widgets.sets.items import items_of, parts_of
from mj_widgets.sets.looking import LookMaker
from mj_widgets.sets.marking import Marking
from mj_widgets.sets.supply import Supply

if TYPE_CHECKING:
    from mj_widgets.archive.marks import Flag
    from mj_widgets.sets.members import Members

Picture = tuple[str, int]


class Gallery(Shown, ipw.VBox):
    """Any number of tasks as small pictures, to look through, rate, pick and reject by keys.

    Args:
        members: the tasks.
        size: of a tile, in CSS pixels.
        height: of the whole, in CSS pixels.

    >>> g = mj.tasks("red fox").gallery()                       # doctest: +SKIP
    >>> g.selected                                              # doctest: +SKIP
    [('1747132423020537', 0), ('1747132423020612', 0)]
    """

    selected: traitlets.List[Any] = traitlets.List(
        help="(task id, picture) of each that is selected; 0 is the whole."
    )
    current = traitlets.Any(
        allow_none=True, default_value=None, help="(task id, picture) that keys are about, or None."
    )

    def __init__(self, members: Members, *, size: int = SIZE, height: int = HEIGHT) -> None:
        self._members = members
        self._marking = Marking(members.library.marks)
        self._supply = Supply(members, LookMaker(members.library))
        self.wall = Wall(
            {
                "want": lambda told: background.start(self._send_tiles(told)),
                "mark": lambda told: background.start(self._mark_told(told)),
                "undo": lambda _: background.start(self._undo()),
                "open": lambda told: background.start(self._open(told)),
                "full": lambda told: background.start(send_full(self.wall, members, told)),
            },
            size=size,
            height=height,
            total=len(members),
            order=packed(items_of(members, Filter(), "task")),
        )
        super().__init__([self.wall], _dom_classes=("mj-gallery",))
        self._card: TaskWidget | None = None
        self.wall.observe(self._take_selection, ["selected_items", "current_item"])
        self.wall.observe(self._take_query, "query")

    async def _send_tiles(self, told: dict[str, Any]) -> None:
        request = int(told.get("request", 0))
        try:
            async for tiles in self._supply.tiles(told.get("numbers", [])):
                self.wall.send_tiles(tiles, request=request, is_last=False)
        finally:
            self.wall.send_tiles([], request=request, is_last=True)

    async def _mark_told(self, told: dict[str, Any]) -> None:
        try:
            rating, flag = told.get("rating"), told.get("flag")
            rating = None if rating is None else rating_of(rating)
            await self._mark(told.get("items", []), rating, None if flag is None else flag_of(flag))
        except MjError as error:
            self.wall.say(str(error))

    async def _mark(self, items: Iterable[int], rating: int | None, flag: Flag | None) -> None:
        wanted = [parts_of(item) for item in items]
        catalogue = self._members.library.catalogue
        spots = await asyncio.to_thread(catalogue.spots, {number for number, _ in wanted})
        places = [spots[n]._replace(quadrant=q) for n, q in wanted if n in spots]
        await asyncio.to_thread(lambda: self._marking.mark(places, rating=rating, flag=flag))
        await self._tell_marks({number for number, _ in wanted})

    async def _undo(self) -> None:
        before = await asyncio.to_thread(self._marking.undo)
        catalogue = self._members.library.catalogue
        ids = {spot.task_id for spot in before}
        await self._tell_marks((await asyncio.to_thread(catalogue.numbers_of, ids)).values())

    async def _tell_marks(self, numbers: Iterable[int]) -> None:
        catalogue = self._members.library.catalogue
        listings = await asyncio.to_thread(catalogue.listings, list(numbers))
        self.wall.send_marks({n: listing.marks for n, listing in listings.items()})
        if self.wall.query.get("rating") is not None or self.wall.query.get("flag") is not None:
            await self._look_up(self.wall.query)

    async def _open(self, told: dict[str, Any]) -> None:
        item = int(told.get("item", 0))
        job = self._members.job(parts_of(item)[0]) if item else None
        if self._card is not None:
            earlier, self._card = self._card, None
            self.children = (self.wall,)
            earlier.close()
        if job is not None:
            self._card = TaskWidget(job, static=False)
            self.children = (self.wall, self._card)
        self.wall.open_item = item if job is not None else 0

    def _take_query(self, change: Any) -> None:
        background.start(self._look_up(change.new))

    async def _look_up(self, query: dict[str, Any]) -> None:
        try:
            known = {each.name for each in fields(Filter)}
            wanted = Filter.of(**{name: value for name, value in query.items() if name in known})
            members = self._members
            order = query.get("sort") or ""
            if order or query.get("reverse"):
                members = await asyncio.to_thread(
                    lambda: members.sort(order, reverse=bool(query.get("reverse")))
                )
            items = await asyncio.to_thread(items_of, members, wanted, query.get("by") or "task")
            self.wall.order = packed(items)
            self.wall.say("")
        except Exception as error:  # noqa: BLE001 - nobody would ever see it
            self.wall.say(str(fault_of(error)))

    def _take_selection(self, _: Any) -> None:
        background.start(self._tell_selection())

    async def _tell_selection(self) -> None:
        items = unpacked_items(self.wall.selected_items)
        current = self.wall.current_item
        numbers = {parts_of(item)[0] for item in (*items, current)}
        spots = await asyncio.to_thread(self._members.library.catalogue.spots, numbers)

        def name(item: int) -> Picture | None:
            number, quadrant = parts_of(item)
            return (spots[number].task_id, quadrant) if number in spots else None

        self.selected = [named for item in items if (named := name(item))]
        self.current = name(current)
