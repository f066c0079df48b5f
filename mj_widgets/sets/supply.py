"""Small pictures for a wall of many: what was asked for comes in parts, as soon as it is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError
from mj_widgets.pictures.images import thumbnail
from mj_widgets.pictures.looks import THUMB_SIDE
from mj_widgets.sets.alike import never_seen
from mj_widgets.sets.tile import Tile, files_of_tile, tile_of, tile_of_job

if TYPE_CHECKING:
    from mj_widgets.account.result import Result
    from mj_widgets.archive import KeptFile
    from mj_widgets.archive.catalogue import Listing
    from mj_widgets.jobs import Job
    from mj_widgets.pictures.looks import PictureLook
    from mj_widgets.sets.looking import LookMaker
    from mj_widgets.sets.members import Members

_GONE = "It is not in the library any more."


class Supply:
    """Gives the tiles of tasks; its coroutines belong on the background thread.

    Args:
        members: the tasks.
        maker: makes the small pictures that were never made; None where there is no library.
    """

    def __init__(self, members: Members, maker: LookMaker | None) -> None:
        self._members, self._maker = members, maker
        self._end: Callable[[], None] = lambda: None
        self._unfinished: dict[int, bytes] = {}
        self._unkept: dict[int, tuple[Result, bytes]] = {}

    async def fill(self) -> bool:
        """Look at all that was never seen, behind what is asked for; tell whether there was any."""
        if self._maker is None or not (files := await asyncio.to_thread(never_seen, self._members)):
            return False
        left, over = {file.sha256 for file in files}, asyncio.Event()

        def note(digest: str, _: object) -> None:
            left.discard(digest)
            if not left:
                over.set()

        take_back = self._maker.ask(files, note)
        self._end = over.set
        await over.wait()
        take_back()
        return True

    def close(self) -> None:
        """Have no more looked at; on the background thread."""
        self._end()

    def preview(self, number: int, image: bytes) -> Tile:
        """Return the tile of a running task with a small JPEG of what there is of it by now."""
        self._unfinished[number] = image
        return tile_of_job(number, self._members.followed[number].state, image)

    async def tiles(self, numbers: Iterable[int]) -> AsyncIterator[list[Tile]]:
        """Give the tiles of some tasks: at once what is there, then what has to be made."""
        wanted = list(numbers)
        listings = await asyncio.to_thread(self._listings, wanted)
        live = [n for n in wanted if n not in listings and n in self._members.followed]
        if self._maker is None or not listings:
            others = [n for n in wanted if n not in live]
            yield [Tile(n, "", "", 0, _GONE, "trouble") for n in others]
        else:
            async for tiles in self._kept(wanted, listings, self._maker):
                yield tiles
        for number in live:
            yield [await self._live(number, self._members.followed[number])]

    def at_hand(self, numbers: Iterable[int]) -> list[Tile]:
        """Return the tiles of some tasks, without a picture where it would have to be made."""
        wanted = list(numbers)
        listings = self._listings(wanted)
        digests = {f.sha256 for each in listings.values() for f in files_of_tile(each)}
        thumbs = self._members.library.looks.thumbs(digests) if digests else {}
        tiles = []
        for number in wanted:
            if number in listings:
                tiles.append(tile_of(listings[number], thumbs))
            elif number in self._members.followed:
                state = self._members.followed[number].state
                own = self._unkept.get(number, (None, self._unfinished.get(number, b"")))[1]
                tiles.append(tile_of_job(number, state, own))
        return tiles

    def _listings(self, numbers: list[int]) -> dict[int, Listing]:
        """Return what is kept of tasks, by the numbers that they have here."""
        kept = self._members.kept(numbers)
        if not kept:
            return {}
        found = self._members.library.catalogue.listings(kept.values())
        return {n: replace(found[face], number=n) for n, face in kept.items() if face in found}

    async def _kept(
        self, wanted: list[int], listings: dict[int, Listing], maker: LookMaker
    ) -> AsyncIterator[list[Tile]]:
        looks = self._members.library.looks
        files = {n: files_of_tile(listing) for n, listing in listings.items()}
        needed = {file.sha256: file for each in files.values() for file in each}
        thumbs = await asyncio.to_thread(looks.thumbs, needed)
        missing = {sha256: file for sha256, file in needed.items() if sha256 not in thumbs}
        late = {n for n, each in files.items() if any(f.sha256 in missing for f in each)}
        gone = [n for n in wanted if n not in listings and n not in self._members.followed]
        ready = [listing for n, listing in listings.items() if n not in late]
        troubles = await asyncio.to_thread(lambda: [_glance(listing) for listing in ready])
        yield [
            *map(tile_of, ready, repeat(thumbs), troubles),
            *(Tile(n, "", "", 0, _GONE, "trouble") for n in gone),
        ]
        async for tile in self._made(late, listings, thumbs, missing, maker):
            yield [tile]

    async def _made(
        self,
        late: set[int],
        listings: dict[int, Listing],
        thumbs: dict[str, bytes],
        missing: dict[str, KeptFile],
        maker: LookMaker,
    ) -> AsyncIterator[Tile]:
        """Give the tiles whose pictures are made meanwhile, each when all of it is there."""
        made: asyncio.Queue[tuple[str, PictureLook | MjError]] = asyncio.Queue()
        troubles: dict[str, str] = {}
        take_back = maker.ask(
            tuple(missing.values()),
            lambda digest, look: made.put_nowait((digest, look)),
        )
        left = set(missing)
        try:
            while left and late:
                digest, look = await made.get()
                left.discard(digest)
                if isinstance(look, MjError):
                    troubles[digest] = str(look)
                else:
                    thumbs[digest] = look.thumb
                for number in sorted(late):
                    digests = [file.sha256 for file in files_of_tile(listings[number])]
                    if not any(each in left for each in digests):
                        late.discard(number)
                        why = next((troubles[each] for each in digests if each in troubles), "")
                        yield tile_of(listings[number], thumbs, why)
        finally:
            take_back()

    async def _live(self, number: int, job: Job) -> Tile:
        """Return the tile of a task that is not kept, or not yet."""
        if (result := job.state.result) is None:
            return tile_of_job(number, job.state, self._unfinished.get(number, b""))
        known = self._unkept.get(number)
        if known is None or known[0] is not result:
            self._unfinished.pop(number, None)
            try:
                _, copies = await job.copies(result)
            except MjError:  # the job itself says what is wrong with it
                return tile_of_job(number, job.state)
            still = copies.still
            image = await asyncio.to_thread(thumbnail, still, THUMB_SIDE) if still else b""
            self._unkept[number] = known = (result, image)
        return tile_of_job(number, job.state, known[1])


def _glance(listing: Listing) -> str:
    """Return how one of its files differs from what was kept; what is seen of it may be older."""
    told = ((file.path, file.glance) for file in files_of_tile(listing))
    return next((f"{path} {problem}" for path, problem in told if problem), "")
