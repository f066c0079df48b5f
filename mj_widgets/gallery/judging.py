"""What a person thinks of the pictures of a wall: kept, said to the page, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mj_widgets.archive.marks import Mark, Spot, flag_of, rating_of
from mj_widgets.errors import LibraryError, MjError
from mj_widgets.sets.items import parts_of
from mj_widgets.sets.marking import Marking

if TYPE_CHECKING:
    from mj_widgets.gallery.wall import Wall
    from mj_widgets.sets.members import Members
    from mj_widgets.sets.tile import Tile

_NOBODY_YET = MjError("It is being submitted, and has no id yet", advice="Mark it a little later.")


class Judging:
    """Marks the pictures of one wall, and hears of what others have marked.

    Args:
        members: the tasks.
        wall: where they are seen.
        on_news: called with nothing once other marks are known, on the background thread.
    """

    def __init__(
        self, members: Members, wall: Wall, on_news: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        self._members, self._wall, self._on_news = members, wall, on_news
        self._marks = members.shelf.marks if members.shelf else None
        self._marking = Marking(self._marks)
        self._told: Mapping[Spot, Mark] = {}
        """What was said to be kept here alone."""
        self._heard: list[int] = []
        """The turns that the page has not been told of."""
        self.turns = asyncio.Lock()
        """Held by whoever does what a page has said: one after the other, as it was said."""
        self.telling = asyncio.Lock()
        """Held from the reading of marks until they are sent: what is read later is sent later."""
        try:
            self._revision = self._marks.revision if self._marks else 0
        except LibraryError:  # the tiles say so
            self._revision = 0

    def mark(self, items: Iterable[int], rating: object = None, flag: object = None) -> None:
        """Set the rating or the flag of items; from any thread that may wait for the disk.

        Raises:
            MjError: it is none.
            LibraryError: it cannot be written, and is kept here.
        """
        stars = None if rating is None else rating_of(rating)
        chosen = None if flag is None else flag_of(flag)
        parts = [parts_of(item) for item in items]
        spots = self._members.spots({number for number, _ in parts})
        wanted = [spots[n]._replace(quadrant=q) for n, q in parts if n in spots]
        if not all(spot.task_id for spot in wanted):
            raise _NOBODY_YET
        with self._kept_here():
            self._marking.mark(wanted, rating=stars, flag=chosen)

    def undo(self) -> None:
        """Take the last marks back; see ``mark``.

        Raises:
            LibraryError: it cannot be written, and is kept here.
        """
        with self._kept_here():
            self._marking.undo()

    async def look(self, turn: int | None = None) -> None:
        """Say to the page what was marked since it was asked last, here or by others.

        Args:
            turn: of what the page has said, and what came of it can be seen now.
        """
        if turn is not None:
            self._heard.append(turn)
        async with self.telling:
            heard, self._heard = self._heard, []
            if self._marking.unwritten:
                await asyncio.to_thread(self._write)
            marked = await asyncio.to_thread(self._since)
            unwritten = self._marking.unwritten
            alone = {*unwritten.items()} ^ {*self._told.items()}
            self._told = dict(unwritten)
            marked |= {spot._replace(quadrant=0) for spot, _ in alone}
            seen = await asyncio.to_thread(self._seen, marked) if marked else {}
            if seen or heard:
                self._wall.send_marks(seen, heard)
        if seen:
            await self._on_news()

    def seen_on(self, tiles: Iterable[Tile]) -> list[Tile]:
        """Return tiles with what is thought of them now: they may have been long in the making."""
        tiles = list(tiles)
        try:
            spots = self._members.spots(tile.number for tile in tiles)
        except LibraryError:
            return tiles
        kept = self._kept(spots.values())
        return [
            replace(
                tile,
                marks=self._marking.seen(
                    spots[tile.number], kept.get(spots[tile.number], tile.marks)
                ),
            )
            if tile.number in spots
            else tile
            for tile in tiles
        ]

    @contextmanager
    def _kept_here(self) -> Iterator[None]:
        """Say of what cannot be written that it is kept in the gallery."""
        try:
            yield
        except LibraryError as error:
            count = len(self._marking.unwritten)
            raise LibraryError(
                f"{error.what}: {count} mark{' is' if count == 1 else 's are'} kept in this "
                "gallery alone, for as long as its kernel lives",
                words=error.words,
                advice=error.advice,
            ) from None

    def _write(self) -> None:
        try:
            self._marking.write()
        except LibraryError:  # it was said when they were given
            return
        self._wall.say("What could not be written is written now.", "done")

    def _since(self) -> set[Spot]:
        """Return the tasks of which something was marked since this was asked last."""
        if self._marks is None:
            return set()
        try:
            self._revision, marks = self._marks.since(self._revision)
        except LibraryError:  # whoever marks something is told; it may pass
            return set()
        return {spot._replace(quadrant=0) for spot in marks}

    def _seen(self, marked: set[Spot]) -> dict[int, Mapping[int, Mark]]:
        """Return what is thought of tasks, by their numbers; of those that are here."""
        by_service: dict[str, set[str]] = {}
        for spot in marked:
            by_service.setdefault(spot.service, set()).add(spot.task_id)
        here = set(self._members.numbers)
        numbers = {
            Spot(job.account.service, job.task_id): n for n, job in self._members.live.items()
        }
        for service, ids in by_service.items():
            if self._members.shelf is not None:
                found = self._members.shelf.catalogue.numbers_of(ids, service)
                numbers |= {Spot(service, i): n for i, n in found.items() if n in here}
        kept = self._kept(marked)
        return {
            numbers[spot]: self._marking.seen(spot, kept.get(spot, {}))
            for spot in marked
            if spot in numbers
        }

    def _kept(self, spots: Iterable[Spot]) -> Mapping[Spot, Mapping[int, Mark]]:
        try:
            return self._marks.of_tasks(spots) if self._marks else {}
        except LibraryError:
            return {}
