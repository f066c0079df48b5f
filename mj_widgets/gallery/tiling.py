"""Tiles on their way to the wall, with the marks that a person has given here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mj_widgets.gallery.judging import Judging
    from mj_widgets.gallery.wall import Wall
    from mj_widgets.sets.supply import Supply
    from mj_widgets.sets.tile import Tile


class Tiling:
    """Sends tiles; its coroutines belong on the background thread.

    Args:
        wall: where they are seen.
        supply: where they come from.
        judging: what is thought of them.
    """

    def __init__(self, wall: Wall, supply: Supply, judging: Judging) -> None:
        self._wall, self._supply, self._judging = wall, supply, judging

    async def answer(self, told: dict[str, Any]) -> None:
        """Send what the page wants."""
        request = told.get("request", 0)
        try:
            async for tiles in self._supply.tiles(told.get("numbers", [])):
                await self._send(tiles, request)
        finally:  # else the page would wait for it for ever
            self._wall.send_tiles([], request=request, is_last=True)

    async def renew(self, numbers: Iterable[int]) -> None:
        """Send tasks that are different now."""
        async for tiles in self._supply.tiles(numbers):
            await self._send(tiles)

    async def preview(self, number: int, image: bytes) -> None:
        """Send the half-done picture of a task."""
        await self._send([self._supply.preview(number, image)])

    async def make(self, numbers: Iterable[int]) -> None:
        """Have the tiles of tasks made, and send none."""
        async for _ in self._supply.tiles(dict.fromkeys(numbers)):
            pass

    def at_hand(self, numbers: Iterable[int]) -> dict[int, Tile]:
        """Return the tiles of tasks as they are now, by their numbers."""
        found = self._supply.at_hand(dict.fromkeys(numbers))
        return {tile.number: tile for tile in self._judging.seen_on(found)}

    async def _send(self, tiles: list[Tile], request: Any = 0) -> None:
        async with self._judging.telling:
            seen = await asyncio.to_thread(self._judging.seen_on, tiles)
            self._wall.send_tiles(seen, request=request, is_last=False)
