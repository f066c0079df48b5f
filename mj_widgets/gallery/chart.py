"""What a saved notebook has of a sheet: its rows as pictures, its labels as words of any script."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

from mj_widgets.errors import one_line
from mj_widgets.gallery.contact import PAPER, STRIP, ContactStill, paint_tile
from mj_widgets.pictures.images import encode_jpeg, fitting_jpeg

if TYPE_CHECKING:
    from mj_widgets.sets.tile import Tile

_SIDE, _LABELS = 900, 130
"""How wide it may be, and its labels: most pages of a notebook show all of it."""
_SMALLEST, _LARGEST = 24, 150
_MOST_TILES = 300
_BYTES, _SMALL_BYTES = 120_000, 30_000
"""Of all rows, and of the picture for what knows no HTML: as text they are a third more."""
_QUALITIES = (72, 55, 40, 25, 12, 5)
_LONGEST = 80
_LINE, _INK = "#b8b8b8", "#222222"
_HEAD = 20
_TABLE = "margin:0;width:{width}px;table-layout:fixed;border-collapse:collapse"
_HEADER = "padding:2px 0;text-align:center;overflow-wrap:break-word"
_SIDE_HEADER = "padding:2px 0;text-align:left;overflow-wrap:break-word"


@dataclass(frozen=True)
class Plan:
    """Which part of a sheet is drawn: whole columns from the left, lines from the top."""

    columns: int
    """Of the sheet's columns, how many."""
    lines: tuple[int, ...]
    """Of each row that is drawn, how many lines."""
    places: tuple[int, ...]
    """Where what is drawn stands in the order, line by line."""


@dataclass(frozen=True)
class Chart:
    """The rows of a sheet, drawn."""

    columns: tuple[str, ...] = ()
    """What stands above, with the mean of the stars."""
    rows: tuple[tuple[str, bytes], ...] = ()
    """What stands beside each row, and a JPEG of it."""
    cell: int = 1
    """How wide a column is, in pixels."""
    small: bytes = b""
    """All of it in one JPEG, with those labels that Pillow's own font has."""


@dataclass(frozen=True)
class ChartStill(ContactStill):
    """A sheet when nothing moves any more: a ``StillCopy``."""

    axes: str = ""
    """What is laid out, in words."""
    chart: Chart = field(default=Chart(), repr=False)

    @property
    def caption(self) -> str:
        """What it is a copy of, on one line."""
        said = super().caption
        return f"{self.axes}: {said}" if self.axes else said

    def inside(self, width: int) -> str:
        """Return the rows under their labels, and the caption, as HTML."""
        parts = [super().inside(width)]
        chart = self.chart
        if chart.rows:
            heads = "".join(
                f'<th dir="auto" width="{chart.cell}" style="{_HEADER}">{escape(label)}</th>'
                for label in chart.columns
            )
            wide = _LABELS + chart.cell * len(chart.columns)
            parts.append(f'<table width="{wide}" style="{_TABLE.format(width=wide)}">')
            if any(chart.columns):
                parts.append(f'<tr><td width="{_LABELS}" style="padding:0"></td>{heads}</tr>')
            parts += [self._row(label, data) for label, data in chart.rows]
            parts.append("</table>")
        return "".join(parts)

    def plain(self) -> str:
        """Return one line."""
        return one_line(f"Sheet: {self.caption}")

    @property
    def all_pictures(self) -> tuple[bytes, ...]:
        """All of it in one, smaller."""
        return (self.chart.small,) if self.chart.small else ()

    def _row(self, label: str, data: bytes) -> str:
        wide = self.chart.cell * len(self.chart.columns)
        columns = ", ".join(filter(None, self.chart.columns))
        alt = escape(" – ".join(filter(None, (label, columns))) or "all")
        address = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
        return (
            f'<tr><th dir="auto" width="{_LABELS}" style="{_SIDE_HEADER}">{escape(label)}</th>'
            f'<td colspan="{len(self.chart.columns)}" style="padding:0">'
            f'<img alt="{alt}" width="{wide}" style="display:block" src="{address}"></td></tr>'
        )


def plan_of(facets: Mapping[str, Any]) -> Plan:
    """Return what of a sheet can be drawn so that it is still seen, and the file stays small.

    Args:
        facets: see ``Faceting.laid``.
    """
    across, down = facets["across"], facets["down"]
    all_columns = len(facets["column"]["values"])
    columns = min(all_columns, max(1, (_SIDE - _LABELS) // (_SMALLEST * across)))
    left = max(1, _MOST_TILES // (columns * across))
    lines = []
    for some in down:
        if left <= 0:
            break
        lines.append(min(some, left))
        left -= some
    begins = [0, *accumulate(down)]
    places = tuple(
        (begins[row] + line) * all_columns * across + column
        for row, count in enumerate(lines)
        for line in range(count)
        for column in range(columns * across)
    )
    return Plan(columns, tuple(lines), places)


def chart_of(
    plan: Plan, facets: Mapping[str, Any], tiles: Sequence[tuple[Tile, int] | None]
) -> Chart:
    """Draw a sheet.

    Args:
        plan: what of it.
        facets: see ``Faceting.laid``.
        tiles: for each place of the plan what stands there, with the picture of it that is meant.
    """
    if not any(each and each[0].image for each in tiles):
        return Chart()
    wide = plan.columns * facets["across"]
    side = max(_SMALLEST, min(_LARGEST, (_SIDE - _LABELS) // wide))
    high = side + STRIP
    sheet = Image.new("RGB", (wide * side, sum(plan.lines) * high), PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, each in enumerate(tiles):
        if each:
            line, column = divmod(index, wide)
            paint_tile(sheet, draw, (column * side, line * high, side), *each)
    cell = side * facets["across"]
    for column in range(1, plan.columns):
        draw.line((column * cell, 0, column * cell, sheet.height), _LINE)
    begins = [high * line for line in accumulate(plan.lines, initial=0)]
    strips = [sheet.crop((0, top, sheet.width, end)) for top, end in pairwise(begins)]
    columns = _labels(facets["column"])[: plan.columns]
    rows = _labels(facets["row"])[: len(plan.lines)]
    small = _labelled(sheet, columns, rows, begins, cell)
    data = _small_enough(strips)
    return Chart(tuple(columns), tuple(zip(rows, data, strict=True)), cell, small)


def _labels(facet: Mapping[str, Any]) -> list[str]:
    """Return what stands at rows or columns, with the mean of their stars."""
    return [
        one_line(value, _LONGEST) + (f" ★ {mean:.1f}" if mean else "")
        for value, mean in zip(facet["values"], facet["ratings"], strict=True)
    ]


def _small_enough(strips: list[Image.Image]) -> list[bytes]:
    made: list[bytes] = []
    for quality in _QUALITIES:
        made = [encode_jpeg(strip, quality=quality) for strip in strips]
        if sum(map(len, made)) <= _BYTES:
            break
    return made


def _labelled(
    sheet: Image.Image, columns: list[str], rows: list[str], begins: list[int], cell: int
) -> bytes:
    """Return all in one picture; a label that its font has not is left out, not shown as boxes."""
    whole = Image.new("RGB", (sheet.width + _LABELS, sheet.height + _HEAD), PAPER)
    whole.paste(sheet, (_LABELS, _HEAD))
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(13)

    def write(place: tuple[float, float], text: str, room: int) -> None:
        said = text.replace("★", "*").replace("·", "-").replace("–", "-")
        if said.isascii():
            while said and draw.textlength(said, font) > room:
                said = said[:-1]
            draw.text(place, said, _INK, font)

    for at, text in enumerate(columns):
        write((_LABELS + at * cell + 4, 2), text, cell - 6)
    for text, top in zip(rows, begins, strict=False):
        write((2, _HEAD + top + 6), text, _LABELS - 6)
    return fitting_jpeg(whole.reduce(2), _SMALL_BYTES)
