"""The copy of a gallery in the notebook's file: what its wall shows, once a second at most."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from mj_widgets.card.still import Still
from mj_widgets.card.twin import Twin
from mj_widgets.gallery.chart import ChartStill, chart_of, plan_of
from mj_widgets.gallery.contact import MOST_TILES, ContactStill, sheet_of
from mj_widgets.gallery.wall import unpacked_items
from mj_widgets.sets.items import parts_of

if TYPE_CHECKING:
    from mj_widgets.card.still import StillCopy
    from mj_widgets.gallery.ordering import Ordering
    from mj_widgets.gallery.tiling import Tiling
    from mj_widgets.gallery.wall import Wall
    from mj_widgets.sets.tile import Tile

_PAUSE = 1.0
_WIDTH = 1024


class Copied:
    """Keeps the copy as the wall is, once the gallery is shown somewhere.

    Args:
        wall: what is copied.
        tiling: gives its tiles.
        ordering: says in words which are seen.
    """

    def __init__(self, wall: Wall, tiling: Tiling, ordering: Ordering) -> None:
        self._wall, self._tiling, self._ordering = wall, tiling, ordering
        self.twin = Twin(_WIDTH, self._note)
        self.is_shown = False
        self._is_closed = False
        self._making, self._filling = threading.Lock(), threading.Lock()
        self._is_old = self._is_at_work = False
        self._filled_with: object = None
        wall.twin = self.twin.uid

    async def soon(self) -> None:
        """Bring it up to date."""
        self._is_old = True
        if self._is_at_work or not self.is_shown:
            return
        self._is_at_work = True
        try:
            while self._is_old and not self._is_closed:
                self._is_old = False
                await asyncio.to_thread(self.now)
                await asyncio.sleep(_PAUSE)
        finally:
            self._is_at_work = False

    def now(self) -> None:
        """Let it show what the wall shows, as far as its pictures are at hand.

        Raises:
            MjError: the library cannot be read.
        """
        with self._making:  # else an older one could overtake a newer one
            self._make()

    def _make(self) -> None:
        facets = self._wall.facets
        parts = self._shown()
        tiles = self._tiling.at_hand(number for number, _ in parts if number)
        placed = [(tiles[n], quadrant) if n in tiles else None for n, quadrant in parts]
        by = self._wall.query.get("by") or "task"
        key = placed, self._wall.order, facets, self._ordering.words, by
        if key == self._filled_with:
            return
        self._filled_with = key
        still = self._still(placed, facets, by)
        with self._filling:
            if not self._is_closed:
                self.twin.fill(still)

    def _shown(self) -> list[tuple[int, int]]:
        """Return the numbers of what is copied and which picture of each; (0, 0) for a hole."""
        if not self._wall.facets:
            return self._wall.first(MOST_TILES)
        order = unpacked_items(self._wall.order)
        places = plan_of(self._wall.facets).places
        return [parts_of(order[place]) if place < len(order) else (0, 0) for place in places]

    def _still(
        self, placed: list[tuple[Tile, int] | None], facets: dict[str, Any], by: str
    ) -> StillCopy:
        shown = [each for each in placed if each]
        seen, words = len(self._wall.seen), self._ordering.words
        if not facets:
            sheet = sheet_of(shown)
            return ContactStill(self._wall.total, seen, len(shown), words, by, sheet)
        chart = chart_of(plan_of(facets), facets, placed)
        axes = " × ".join(filter(None, (facets["row"]["name"], facets["column"]["name"])))
        return ChartStill(self._wall.total, seen, len(shown), words, by, axes=axes, chart=chart)

    def close(self) -> None:
        """Leave nothing, whatever is still on its way."""
        with self._filling:
            self._is_closed = True
            self.twin.fill(Still())
        self.twin.refill()  # at once: the notebook may be saved the next moment

    async def make_ready(self) -> None:
        """Have all of its pictures made, where nothing is heard after the cell has ended."""
        await self._tiling.make([number for number, _ in self._shown() if number])

    def _note(self, revision: int) -> None:
        self._wall.twin_revision = revision
