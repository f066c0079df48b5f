"""Small pictures for a wall of many: what was asked for comes in parts, as soon as it is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError
from mj_widgets.sets.tile import Tile, files_of_tile, tile_of

if TYPE_CHECKING:
    from mj_widgets.archive import KeptFile
    from mj_widgets.archive.catalogue import Listing
    from mj_widgets.pictures.looks import PictureLook
    from mj_widgets.sets.looking import LookMaker
    from mj_widgets.sets.members import Members


class Supply:
    """Gives the tiles of tasks; its coroutines belong on the background thread.

    Args:
        members: the tasks.
        maker: makes the small pictures that were never made.
    """

    def __init__(self, members: Members, maker: LookMaker) -> None:
        self._library, self._members, self._maker = members.library, members, maker

    async def tiles(self, numbers: Iterable[int]) -> AsyncIterator[list[Tile]]:
        """Give the tiles of some tasks: at once what is there, then what has to be made."""
        listings = await asyncio.to_thread(self._library.catalogue.listings, list(numbers))
        files = {n: files_of_tile(listing) for n, listing in listings.items()}
        wanted = {file.sha256: file for each in files.values() for file in each}
        thumbs = await asyncio.to_thread(self._library.looks.thumbs, wanted)
        missing = {sha256: file for sha256, file in wanted.items() if sha256 not in thumbs}
        late = {n for n, each in files.items() if any(f.sha256 in missing for f in each)}
        yield [tile_of(listings[n], thumbs) for n in listings if n not in late]
        async for tile in self._made(late, listings, thumbs, missing):
            yield [tile]

    async def _made(
        self,
        late: set[int],
        listings: dict[int, Listing],
        thumbs: dict[str, bytes],
        missing: dict[str, KeptFile],
    ) -> AsyncIterator[Tile]:
        """Give the tiles whose pictures are made meanwhile, each when all of it is there."""
        made: asyncio.Queue[tuple[str, PictureLook | MjError]] = asyncio.Queue()
        troubles: dict[str, str] = {}
        self._maker.ask(
            tuple(missing.values()),
            lambda digest, look: made.put_nowait((digest, look)),
        )
        left = set(missing)
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
