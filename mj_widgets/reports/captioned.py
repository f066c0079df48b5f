"""A contact sheet to print or to send: small pictures with their marks, and words below each."""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from mj_widgets.errors import MjError, one_line
from mj_widgets.pictures.decoding import MOST_PIXELS
from mj_widgets.pictures.images import shrink
from mj_widgets.pictures.marked import dimmed, draw_stars, flag_colour
from mj_widgets.reports.entries import ReportEntry, entries_of, require_some
from mj_widgets.reports.fonts import Fonts
from mj_widgets.reports.small_pictures import small_pictures
from mj_widgets.sets.axes import BETWEEN

if TYPE_CHECKING:
    from mj_widgets.sets.members import Members

SIZE = 240
_SMALLEST, _LARGEST = 64, 1024
_MOST_COLUMNS = 200
_PAPER, _INK, _PALE, _EMPTY, _TROUBLE = "white", "#1f1f1f", "#6b6b6b", "#ececec", "#a32020"
_PROMPT_LINES, _MORE_LINES, _REASON_LINES = 2, 1, 4
_LONGEST_PROMPT = 400
_FRAME = 4
_PICTURE_BYTES = 400_000


def captioned_sheet(
    members: Members, columns: int | None = None, *, captions: bool = True, size: int = SIZE
) -> Image.Image:
    """Return small pictures of all tasks with their marks and captions in one.

    Args:
        members: the tasks.
        columns: how many stand side by side; None chooses.
        captions: whether the prompt, and what stood in its braces, are below each.
        size: the longer side of a picture, in pixels.

    Raises:
        MjError: there is no task, a number is none, or the sheet would have more than 100
            megapixels.
    """
    _require_number(columns, "columns", 1, _MOST_COLUMNS)
    _require_number(size, "size", _SMALLEST, _LARGEST)
    entries = entries_of(members)
    require_some(entries, "a contact sheet")
    across = min(columns or _columns_of(len(entries)), len(entries))
    _require_room(len(entries), across, size)
    fonts = Fonts(max(11, round(size / 18)))
    gap = max(8, size // 20)
    writer = _Writer(fonts, size)
    texts = [writer.text_of(entry) if captions else [] for entry in entries]
    pictures = small_pictures(members, entries, size, _PICTURE_BYTES)
    cells = [
        _Cell(entry, _opened(data, size), text)
        for entry, data, text in zip(entries, pictures, texts, strict=True)
    ]
    sheet = _laid_out(cells, across, size, gap, writer)
    if fonts.missing:
        scripts = ", ".join(fonts.missing)
        warnings.warn(
            f"No font on this computer has {scripts}: such letters are boxes on the sheet. "
            "Install one, such as Noto Sans; to_html() needs none.",
            stacklevel=3,
        )
    return sheet


@dataclass(frozen=True)
class _Line:
    """One line of a caption."""

    text: str
    colour: str = _INK


@dataclass(frozen=True)
class _Cell:
    """What stands in one place of the sheet."""

    entry: ReportEntry
    image: Image.Image | None
    caption: list[_Line]


class _Writer:
    """Breaks texts into lines of a width, and draws them."""

    def __init__(self, fonts: Fonts, width: int) -> None:
        self.fonts, self.width = fonts, width
        size = getattr(fonts.usual, "size", 11)
        self.size = round(size)
        self.height = round(size * 1.45)

    def text_of(self, entry: ReportEntry) -> list[_Line]:
        """Return the caption of a task."""
        prompt = one_line(entry.words, _LONGEST_PROMPT) or entry.task_id
        lines = [_Line(line, _INK) for line in self.broken(BETWEEN.join(entry.labels), 2)]
        pale = _PALE if lines else _INK
        lines += [_Line(line, pale) for line in self.broken(prompt, _PROMPT_LINES)]
        more = one_line(entry.parameter_words, _LONGEST_PROMPT)
        return lines + [_Line(line, _PALE) for line in self.broken(more, _MORE_LINES)]

    def broken(self, text: str, most: int) -> list[str]:
        """Return a text in at most so many lines, cut where it has more."""
        lines, line = [], ""
        words = iter(re.findall(r"\S+\s*", text))
        for word in words:
            for part in self._parts(word):
                if line and self.fonts.length((line + part).rstrip()) > self.width:
                    lines.append(line.rstrip())
                    line = ""
                line += part
            if len(lines) >= most:
                break
        if line:
            lines.append(line.rstrip())
        if len(lines) <= most and next(words, None) is None:
            return lines
        return [*lines[: most - 1], self._cut(lines[most - 1])]

    def _parts(self, word: str) -> Sequence[str]:
        """Return a word, or its letters where it does not fit on a line: Chinese has no blanks."""
        is_long = self.fonts.length(word.rstrip()) > self.width
        return list(word) if is_long or any(ord(c) > 0x2E7F for c in word) else (word,)

    def _cut(self, line: str) -> str:
        while line and self.fonts.length(f"{line}…") > self.width:
            line = line[:-1]
        return f"{line.rstrip()}…"

    def draw(
        self, draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, colour: str
    ) -> None:
        """Draw one line, beginning at a place; its letters stand on one base line."""
        left, top = place
        for font, part in self.fonts.runs(text):
            draw.text((left, top + self.size), part, fill=colour, font=font, anchor="ls")
            left += font.getlength(part)


def _laid_out(
    cells: Sequence[_Cell], across: int, size: int, gap: int, writer: _Writer
) -> Image.Image:
    left = iter(cells)
    rows: list[list[_Cell]] = []
    while row := list(islice(left, across)):
        rows.append(row)
    heights = [(_picture_height(row, size), _caption_height(row, writer)) for row in rows]
    width = gap + across * (size + gap)
    height = gap + sum(picture + caption + gap for picture, caption in heights)
    _require_pixels(width, height)
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    top = gap
    for row, (picture, caption) in zip(rows, heights, strict=True):
        for at, cell in enumerate(row):
            _paint(sheet, draw, (gap + at * (size + gap), top, size, picture), cell, writer)
        top += picture + caption + gap
    return sheet


def _paint(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int, int, int],
    cell: _Cell,
    writer: _Writer,
) -> None:
    left, top, size, height = place
    mark, image = cell.entry.mark, cell.image
    if image is None:
        draw.rectangle((left, top, left + size - 1, top + height - 1), _EMPTY)
        _say_why(draw, place, cell.entry, writer)
        box = (left, top, left + size, top + height)
    else:
        x, y = left + (size - image.width) // 2, top + (height - image.height) // 2
        sheet.paste(dimmed(image) if mark.flag == "reject" else image, (x, y))
        box = (x, y, x + image.width, y + image.height)
    if mark.flag:
        frame = (box[0] - _FRAME, box[1] - _FRAME, box[2] + _FRAME - 1, box[3] + _FRAME - 1)
        draw.rectangle(frame, outline=flag_colour(mark.flag), width=_FRAME)
    below = float(top + height + writer.height // 3)
    if mark.rating:
        radius = writer.size * 0.5
        draw_stars(draw, (left + radius, below + writer.size * 0.6), mark.rating, radius)
    if mark.rating:
        below += writer.height
    for line in cell.caption:
        writer.draw(draw, (left, below), line.text, line.colour)
        below += writer.height


def _say_why(
    draw: ImageDraw.ImageDraw, place: tuple[int, int, int, int], entry: ReportEntry, writer: _Writer
) -> None:
    """Write into an empty place why it is empty."""
    left, top, size, height = place
    state = entry.state or "cannot be shown"
    inner = _Writer(writer.fonts, size - 2 * writer.size)
    lines = [(line, _TROUBLE if entry.reason else _PALE) for line in inner.broken(state, 2)]
    lines += [(line, _INK) for line in inner.broken(entry.reason, _REASON_LINES)]
    lines = lines[: max(1, (height - writer.size) // writer.height)]
    below = top + (height - len(lines) * writer.height) / 2
    for line, colour in lines:
        middle = left + (size - writer.fonts.length(line)) / 2
        writer.draw(draw, (middle, below), line, colour)
        below += writer.height


def _picture_height(row: Sequence[_Cell], size: int) -> int:
    there = [cell.image.height for cell in row if cell.image is not None]
    return max(there, default=size * 2 // 3)


def _caption_height(row: Sequence[_Cell], writer: _Writer) -> int:
    lines = max(len(cell.caption) + (cell.entry.mark.rating > 0) for cell in row)
    return lines * writer.height + writer.height // 3 if lines else 0


def _opened(data: bytes, size: int) -> Image.Image | None:
    if not data:
        return None
    image: Image.Image = Image.open(io.BytesIO(data))
    image = shrink(image, size)
    image.thumbnail((size, size), Image.Resampling.LANCZOS)
    return image


def _columns_of(count: int) -> int:
    return max(1, min(_MOST_COLUMNS, math.ceil(math.sqrt(count * 1.4))))


def _require_number(given: object, name: str, least: int, most: int) -> None:
    if given is None and name == "columns":
        return
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        said = one_line(repr(given), 40)
        raise MjError(f"{name}={said} is no number for it", advice=f"Give {least} to {most:,}.")


def _require_room(count: int, across: int, size: int) -> None:
    """Refuse what would be too large before any picture is opened: half as high as wide."""
    _require_pixels(across * size, -(-count // across) * size // 2)


def _require_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise MjError(
            f"The sheet would have more than {MOST_PIXELS // 1_000_000} megapixels",
            advice="Give a smaller size=, or fewer tasks: tasks[:500].contact_sheet().",
        )
