"""What a saved notebook has of a gallery: the first pictures on one sheet, and how many more."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from mj_widgets.archive.marks import mark_in
from mj_widgets.errors import one_line
from mj_widgets.pictures.images import encode_jpeg, fitting_jpeg, quadrant_of
from mj_widgets.pictures.marked import dimmed, draw_stars, flag_colour

if TYPE_CHECKING:
    from mj_widgets.sets.tile import Tile

MOST_TILES = 60
_SIDE = 1024
_MOST_COLUMNS, _LARGEST_CELL = 10, 170
_BYTES = 130_000
"""Of the sheet: as text it is a third more, and a small one for what knows no HTML is beside it."""
STRIP, _GAP = 12, 3
PAPER, _EMPTY = "white", "#d8d8d8"
_LINE = "margin:0;opacity:0.75;overflow-wrap:break-word"
_SHEET = "display:block;width:{width}px;max-width:100%;height:auto;margin:6px 0 0"


@dataclass(frozen=True)
class Sheet:
    """Many small pictures in one."""

    data: bytes = b""
    """JPEG; b"" where there is nothing to see."""
    small: bytes = b""
    """The same, half as wide."""
    width: int = 1
    """In pixels."""


@dataclass(frozen=True)
class ContactStill:
    """A gallery when nothing moves any more: a ``StillCopy``."""

    total: int = 0
    """How many tasks it has."""
    seen: int = 0
    """How many its filter lets through."""
    on_sheet: int = 0
    words: str = ""
    """Its filter and order, in words."""
    unit: str = "task"
    sheet: Sheet = field(default=Sheet(), repr=False)

    @property
    def caption(self) -> str:
        """What it is a copy of, on one line."""
        of = f" of {self.total:,}" if self.unit == "task" else ""
        seen = f"{self.seen:,}{of} {self.unit}{'' if self.seen == 1 and not of else 's'}"
        first = f"the first {self.on_sheet} of them" if self.on_sheet < self.seen else ""
        return ", ".join(filter(None, (seen, self.words))) + (f"; {first}" if first else "")

    def inside(self, width: int) -> str:
        """Return the sheet and its caption as HTML."""
        caption = f'<figcaption><p dir="auto" style="{_LINE}">{escape(self.caption)}</p>'
        if not self.sheet.data:
            return f"{caption}</figcaption>"
        shown = min(width, self.sheet.width)
        data = base64.b64encode(self.sheet.data).decode()
        alt = escape(f"contact sheet: {self.caption}")
        return (
            f'{caption}</figcaption><img alt="{alt}" width="{shown}" '
            f'style="{_SHEET.format(width=shown)}" src="data:image/jpeg;base64,{data}">'
        )

    def plain(self) -> str:
        """Return one line."""
        return one_line(f"Gallery: {self.caption}")

    @property
    def all_pictures(self) -> tuple[bytes, ...]:
        """The sheet, smaller."""
        return (self.sheet.small,) if self.sheet.small else ()


def sheet_of(tiles: Sequence[tuple[Tile, int]]) -> Sheet:
    """Return small pictures with their marks in one, in reading order.

    Args:
        tiles: each with the picture of it that is meant, 0 for all of them.
    """
    if not any(tile.image for tile, _ in tiles):
        return Sheet()
    columns = min(_MOST_COLUMNS, max(1, math.ceil(math.sqrt(len(tiles) * 1.6))))
    cell = min(_LARGEST_CELL, _SIDE // columns)
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * cell, rows * (cell + STRIP)), PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, (tile, quadrant) in enumerate(tiles):
        left, top = index % columns * cell, index // columns * (cell + STRIP)
        paint_tile(sheet, draw, (left, top, cell), tile, quadrant)
    small = encode_jpeg(sheet.reduce(2), quality=70)
    data = encode_jpeg(sheet, quality=72)
    if len(data) > _BYTES:
        data = fitting_jpeg(sheet, _BYTES)
    return Sheet(data, small, sheet.width)


def paint_tile(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int, int],
    tile: Tile,
    quadrant: int,
) -> None:
    """Draw a small picture with its marks.

    Args:
        sheet: on which it is.
        draw: draws there.
        place: its left and upper edge, and how wide it may be; ``STRIP`` is below it.
        tile: what is drawn.
        quadrant: which picture of it, 0 for all of them.
    """
    left, top, cell = place
    side = cell - 2 * _GAP
    mark = mark_in(tile.marks, tile.pictures, quadrant)
    image = _small(tile, quadrant, side)
    if image is None:
        draw.rectangle((left + _GAP, top + _GAP, left + cell - _GAP, top + cell - _GAP), _EMPTY)
    else:
        if mark.flag == "reject":
            image = dimmed(image)
        at = left + (cell - image.width) // 2, top + (cell - image.height) // 2
        sheet.paste(image, at)
    if mark.flag:
        frame = (left, top, left + cell - 1, top + cell - 1)
        draw.rectangle(frame, outline=flag_colour(mark.flag), width=_GAP)
    draw_stars(draw, (left + 8, top + cell + STRIP // 2 - 1), mark.rating, 5.0)


def _small(tile: Tile, quadrant: int, side: int) -> Image.Image | None:
    """Return the picture of a tile, None where there is none."""
    with suppress(OSError):
        if tile.image:
            image: Image.Image = Image.open(io.BytesIO(tile.image))
            if quadrant and tile.pictures == 4:
                image = quadrant_of(image, quadrant)
            else:
                image.draft("RGB", (side, side))
            image.thumbnail((side, side), Image.Resampling.BOX)
            return image
    return None
