"""Many tasks at once: a wall of small pictures, marked by keys, and the one card that is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw
import traitlets

from mj_widgets import background
from mj_widgets.card.headless import is_colab, only_cells_are_heard, unsent
from mj_widgets.card.hearing import Answer, Hearing
from mj_widgets.card.notebook import Shown
from mj_widgets.card.twin_place import watch_cells
from mj_widgets.errors import MjError, even_unmade, one_line
from mj_widgets.gallery.again import Again, SendAgain
from mj_widgets.gallery.compared import Compared
from mj_widgets.gallery.contact import MOST_TILES
from mj_widgets.gallery.copied import Copied
from mj_widgets.gallery.faceting import Faceting
from mj_widgets.gallery.full import send_full
from mj_widgets.gallery.judging import Judging
from mj_widgets.gallery.opened import Opened
from mj_widgets.gallery.ordering import Ordering
from mj_widgets.gallery.picked import Names, TaskPicture
from mj_widgets.gallery.running import Running
from mj_widgets.gallery.tiling import Tiling
from mj_widgets.gallery.wall import HEIGHT, SIZE, Wall, packed, unpacked_items
from mj_widgets.jobs.outcome import wait_for_all
from mj_widgets.sets.alike import packed_colours
from mj_widgets.sets.looking import LookMaker
from mj_widgets.sets.supply import Supply

if TYPE_CHECKING:
    from mj_widgets.card import TaskWidget
    from mj_widgets.comparisons.compare import Compare
    from mj_widgets.models import Task
    from mj_widgets.sets.members import Members

_LOOK_SECONDS = 1.0
"""Between two looks at what others have marked."""
_LARGEST = 4096


@dataclass(frozen=True)
class _Parts:
    """What a gallery is made of."""

    names: Names
    tiling: Tiling
    ordering: Ordering
    judging: Judging
    running: Running
    again: Again
    opened: Opened
    compared: Compared
    copied: Copied | None


class Gallery(Shown, ipw.VBox):
    """Any number of tasks as small pictures, to look through, rate, pick and reject by keys.

    Args:
        members: the tasks.
        size: of a tile, in CSS pixels.
        height: of the whole, in CSS pixels.
        static: leave a still copy in the notebook, shown where no live gallery can be.
        answers: what else is done for the page, by the ``type`` of what it says.
        sheet: lays them out as rows and columns; None for one after the other.
        again: sends one again that has failed, where somebody asks for that.

    Raises:
        MjError: *size* or *height* is none.

    >>> g = mj.tasks("red fox").gallery()                       # doctest: +SKIP
    >>> g.selected                                              # doctest: +SKIP
    [('1747132423020537', 0), ('1747132423020612', 0)]
    >>> g.rate(4)                                               # doctest: +SKIP
    """

    selected: traitlets.List[Any] = traitlets.List(
        help="(task id, picture) of each that is selected; 0 is the whole. It can be set."
    )
    current = traitlets.Any(
        allow_none=True,
        default_value=None,
        help="(task id, picture) that keys are about, or None. It can be set.",
    )

    is_closed = True
    """True before it is made and after it was removed."""
    _was_shown = False
    _is_telling = False

    def __init__(
        self,
        members: Members,
        *,
        size: int = SIZE,
        height: int = HEIGHT,
        static: bool = True,
        answers: Mapping[str, Answer] | None = None,
        sheet: Faceting | None = None,
        again: SendAgain | None = None,
    ) -> None:
        self._members = members
        self._heard: dict[str, Any] = {}
        """What the page has said, while it is said here."""
        self._is_watching = False
        self._hearing = Hearing(lambda text: self.wall.say(text), lambda: self.is_closed)
        self.wall = Wall(
            {
                "want": self._hearing.on(self._send_tiles),
                "mark": self._hearing.on(self._mark),
                "undo": self._hearing.on(self._undo),
                "open": self._hearing.on(self._open),
                "compare": self._hearing.on(lambda told: self._parts.compared.open(told)),
                "like": self._hearing.on(self._like),
                "full": self._hearing.on(lambda told: send_full(self.wall, members, told)),
                "view": self._hearing.on(self._view),
                "facet": self._hearing.on(self._facet),
                "again": self._hearing.on(self._send_again),
                "apart": lambda _: self._twin.fold() if self._twin else None,
                **{kind: self._hearing.on(answer) for kind, answer in (answers or {}).items()},
            },
            colours=packed_colours(members) if members.shelf else b"",
            size=_pixels("size", size),
            height=_pixels("height", height),
            total=len(members),
            can_try_again=again is not None,
        )
        super().__init__([self.wall], _dom_classes=("mj-gallery",))
        self._supply = Supply(members, LookMaker(members.shelf) if members.shelf else None)
        ordering = Ordering(members, self.wall, sheet)
        order, facets = ordering.laid({})
        self.wall.lay(packed(order), facets)
        judging = Judging(members, self.wall, self._hear_marks)
        tiling = Tiling(self.wall, self._supply, judging)
        running = Running(members, self.wall.send_tick, self._show_ended, tiling.preview)
        opened = Opened(members, self.wall, self)
        self._parts = _Parts(
            Names(members),
            tiling,
            ordering,
            judging,
            running,
            Again(members, running, again),
            opened,
            Compared(members, self.wall, self, opened),
            Copied(self.wall, tiling, ordering) if static else None,
        )
        self._twin = self._parts.copied.twin if self._parts.copied else None
        self.wall.choices = self._parts.ordering.choices()
        self.wall.observe(self._take_selection, ["selected_items", "current_item"])
        self.wall.observe(lambda _: self._hearing.start(self._parts.ordering.look_up()), "query")
        self.wall.observe(lambda _: self._hearing.start(self._copy_soon()), ["order", "facets"])
        self.is_closed = False
        watch_cells()
        members.watchers.add(self)
        if members.live:
            background.do(self._parts.running.begin)
            if not self.is_told:
                unsent.add(self)

    @even_unmade
    def __repr__(self) -> str:
        count = len(self._members)
        return f"<Gallery, {count:,} task{'' if count == 1 else 's'}>"

    @property
    def card(self) -> TaskWidget | None:
        """The card that is open below the wall."""
        return self._parts.opened.card

    @property
    def comparison(self) -> Compare | None:
        """What is compared below the wall."""
        return self._parts.compared.comparison

    def wait(self, timeout: float | None = None) -> list[Task]:
        """Wait until all that is followed has ended, and its pictures are here; return those tasks.

        Args:
            timeout: seconds for all together; None waits for ever.

        Raises:
            MjError: one failed or cannot be followed (the first of them, when all have ended), or
                the time is over.
        """
        try:
            return wait_for_all(list(self._members.live.values()), timeout)
        finally:
            self.send_again()

    # -- marks ----------------------------------------------------------------------------------

    def rate(self, rating: int, items: Any = None) -> None:
        """Give stars: 1 to 5, 0 takes them back.

        Args:
            rating: how many.
            items: task ids, or (task id, picture), one or several; default: what is selected,
                else the current one.

        Raises:
            MjError: it is no rating, one of *items* is not here, or there is none.
            LibraryError: it cannot be written; it stays in the gallery as long as that is there.
        """
        self._mark_now(items, rating=rating)

    def flag(self, flag: str, items: Any = None) -> None:
        """Set a flag: "pick", "reject", or "" for none; see ``rate``."""
        self._mark_now(items, flag=flag)

    def undo(self) -> None:
        """Take the last marks back that were given here.

        Raises:
            LibraryError: it cannot be written; see ``rate``.
        """
        try:
            self._parts.judging.undo()
        finally:
            self._hearing.start(self._parts.judging.look())

    def _mark_now(self, items: Any, rating: object = None, flag: object = None) -> None:
        if items is None:
            items = self.selected or ([self.current] if self.current else [])
            if not items:
                raise MjError("Nothing is selected", advice="Select it, or give items=.")
        try:
            self._parts.judging.mark(self._parts.names.items(items), rating, flag)
        finally:
            self._hearing.start(self._parts.judging.look())

    async def _mark(self, told: dict[str, Any]) -> None:
        items, rating, flag = told.get("items", []), told.get("rating"), told.get("flag")
        await self._judged(told, lambda: self._parts.judging.mark(items, rating, flag))

    async def _undo(self, told: dict[str, Any]) -> None:
        await self._judged(told, self._parts.judging.undo)

    async def _judged(self, told: dict[str, Any], work: Callable[[], None]) -> None:
        """Say what comes of a mark; the page takes back what failed, and then gets what is true."""
        async with self._parts.judging.turns:  # threads would overtake each other
            await self._hearing.guarded(asyncio.to_thread(work))
        await self._parts.judging.look(told.get("turn"))

    async def _hear_marks(self) -> None:
        if self._parts.ordering.follows_marks:
            await self._parts.ordering.look_up()
        else:
            await self._parts.ordering.rate_again()
        await self._copy_soon()

    async def _watch(self) -> None:
        """See what others mark, for as long as this is there."""
        while not self.is_closed:
            await asyncio.sleep(_LOOK_SECONDS)
            await self._parts.judging.look()

    async def _fill(self) -> None:
        """Look at what is not in view yet, for the next time; an older library was never seen."""
        if await self._supply.fill() and not self.is_closed:
            self.wall.colours = await asyncio.to_thread(packed_colours, self._members)

    # -- tiles ----------------------------------------------------------------------------------

    async def _send_tiles(self, told: dict[str, Any]) -> None:
        if not self._is_watching:
            self._is_watching = True
            self._hearing.start(self._watch())
            self._hearing.start(self._fill())
        await self._parts.tiling.answer(told)
        await self._copy_soon()

    async def _open(self, told: dict[str, Any]) -> None:
        self._parts.compared.close()
        await self._parts.opened.open(int(told.get("item", 0)))

    async def _show_ended(self, numbers: list[int]) -> None:
        async def show() -> None:
            await self._parts.tiling.renew(numbers)
            await self._parts.ordering.lay_again()
            await self._copy_soon()

        await self._hearing.guarded(show())

    async def _view(self, told: dict[str, Any]) -> None:
        self._parts.running.look_at(told.get("numbers", []))

    async def _send_again(self, told: dict[str, Any]) -> None:
        number = await self._parts.again.ask(int(told.get("item", 0)))
        await self._show_ended([number])

    # -- which are seen -------------------------------------------------------------------------

    async def _facet(self, told: dict[str, Any]) -> None:
        await self._parts.ordering.lay_out(told.get("rows"), told.get("columns"))

    async def _like(self, told: dict[str, Any]) -> None:
        self._parts.ordering.look_like(int(told.get("item", 0)))

    # -- what is selected -----------------------------------------------------------------------

    @traitlets.validate("selected")
    def _check_selected(self, proposal: Any) -> list[TaskPicture]:
        if proposal.value == self._heard.get("selected"):
            return list(proposal.value)
        return self._parts.names.of(self._parts.names.items(proposal.value))

    @traitlets.validate("current")
    def _check_current(self, proposal: Any) -> TaskPicture | None:
        if proposal.value in (None, self._heard.get("current")):
            return proposal.value  # type: ignore[no-any-return]
        names = self._parts.names.of(self._parts.names.items(proposal.value))
        if len(names) != 1:
            raise MjError("One can be current", advice="Give one task, or select several.")
        return names[0]

    @traitlets.observe("selected", "current")
    def _tell_selection(self, change: Any) -> None:
        if change.name in self._heard and change.new == self._heard[change.name]:
            return
        self._is_telling = True
        try:
            if change.name == "selected":
                self.wall.selected_items = packed(self._parts.names.items(change.new))
            else:
                items = self._parts.names.items(change.new) if change.new else [0]
                self.wall.current_item = items[0]
        finally:
            self._is_telling = False

    def _take_selection(self, _: Any) -> None:
        if not self._is_telling:  # else it is no news
            self._hearing.start(self._hear_selection())

    async def _hear_selection(self) -> None:
        items, current = unpacked_items(self.wall.selected_items), self.wall.current_item
        names = self._parts.names
        selected = await asyncio.to_thread(names.of, items)
        now = await asyncio.to_thread(names.of, [current] if current else [])
        if items != unpacked_items(self.wall.selected_items) or current != self.wall.current_item:
            return  # there is a newer one
        self._heard = {"selected": selected, "current": next(iter(now), None)}
        try:
            self.selected, self.current = self._heard["selected"], self._heard["current"]
        finally:
            self._heard = {}

    # -- the copy in the notebook ---------------------------------------------------------------

    async def _copy_soon(self) -> None:
        if self._parts.copied is not None:
            await self._parts.copied.soon()

    def _show(self) -> bool:
        self._was_shown = True
        if (copied := self._parts.copied) is not None:
            copied.is_shown = True
            if only_cells_are_heard():
                background.run(self._hearing.guarded(copied.make_ready()))
            try:
                copied.now()
            except MjError as error:
                self.wall.say(str(error))
        is_shown = super()._show()
        self._send_unheard()
        return is_shown

    def _send_unheard(self) -> None:
        """Send the first tiles from the cell itself, where no answer to the page is ever heard."""
        if is_colab():
            first = self.wall.first(MOST_TILES)
            tiles = self._parts.tiling.at_hand(number for number, _ in first)
            self.wall.send_tiles([*tiles.values()], request=0, is_last=True)

    # -- what a cell that waits is to be told ---------------------------------------------------

    @property
    def is_told(self) -> bool:
        """True once all of its tasks have ended, or it was closed."""
        return self.is_closed or self._parts.running.is_over

    def send_family(self) -> None:
        """Send its state and its copy once more."""
        if self.is_closed or not self._was_shown:
            return
        for part in (self.wall.layout, self.wall, self.layout, self):
            part.send_state()
        self._send_unheard()
        if (copied := self._parts.copied) is not None:
            copied.now()
            copied.twin.refill()

    async def renew(self, numbers: Iterable[int]) -> None:
        """Show tasks that are other ones now, and watch them; on the background thread."""
        live = self._members.live
        here = [number for number in numbers if number in live]
        if self.is_closed or not here:
            return
        for number in here:
            self._parts.running.watch(number)
        await self._show_ended(here)

    def send_again(self) -> None:
        """Say once more what was said in the background, where only this cell is listened to."""
        if only_cells_are_heard():
            unsent.send(self)

    def close(self) -> None:
        """Remove it, and the card that is open in it; tasks go on being followed."""
        if self.is_closed:
            return
        self.is_closed = True
        background.do(self._close)

    def _close(self) -> None:
        self._supply.close()
        self._parts.running.end()
        self._parts.opened.close()
        self._parts.compared.close()
        if self._parts.copied is not None:
            self._parts.copied.close()
        self.wall.layout.close()
        self.wall.close()
        self.layout.close()
        super().close()


def _pixels(name: str, given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= _LARGEST:
        said = one_line(repr(given), 40)
        raise MjError(f"{said} is no {name}", advice=f"Give 1 to {_LARGEST} pixels.")
    return given
