"""Single pictures side by side: how many in a row, and all of them in one."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageOps

from mj_widgets.errors import ImageError
from mj_widgets.pictures.decoding import MOST_PIXELS
from mj_widgets.pictures.images import fitting_jpeg, shrink

CONTACT_BYTES = 28_000
"""What each picture of a contact sheet may weigh."""
_MOST_COLUMNS = 4
_ALONE, _IN_A_ROW = 640, 480
"""The longer side of a picture on a contact sheet, in pixels."""
_GAP = 6
_MOST_IN_FULL = 64
"""How many pictures a contact sheet has before each becomes smaller."""


def columns_of(count: int) -> int:
    """Return how many pictures stand side by side where there are *count* of them.

    >>> [columns_of(count) for count in (1, 2, 4, 6, 9, 24)]
    [1, 2, 2, 3, 3, 4]
    """
    return next((n for n in range(1, _MOST_COLUMNS) if n * n >= count), _MOST_COLUMNS) or 1


def joined(parts: Sequence[Image.Image | None]) -> Image.Image:
    """Return pictures in one, in reading order, pixel for pixel and without a gutter.

    Those of another size than the largest stand in the middle of their place; the place of one
    that is not there is white.

    >>> joined([Image.new("RGB", (5, 4))] * 4).size
    (10, 8)

    Raises:
        ImageError: that would be more than 100 megapixels.
    """
    there = [part for part in parts if part is not None]
    columns = columns_of(len(parts))
    rows = -(-len(parts) // columns)
    width, height = max(p.width for p in there), max(p.height for p in there)
    if width * columns * height * rows > MOST_PIXELS:
        raise ImageError(
            f"All pictures in one would have more than {MOST_PIXELS // 1_000_000} megapixels",
            advice="Take them one by one.",
        )
    sheet = Image.new("RGB", (width * columns, height * rows), "white")
    for index, part in enumerate(parts):
        if part is not None:
            left = index % columns * width + (width - part.width) // 2
            upper = index // columns * height + (height - part.height) // 2
            sheet.paste(shrink(part, max(part.size)), (left, upper))
    return sheet


def contact_sheet(pictures: Sequence[bytes]) -> bytes:
    """Return small pictures in one JPEG, in reading order, where no more than one can be shown.

    Args:
        pictures: small JPEGs that were made here, at least one.
    """
    side = _ALONE if len(pictures) == 1 else _IN_A_ROW
    side = max(1, round(side * min(1.0, _MOST_IN_FULL / len(pictures)) ** 0.5))
    parts: list[Image.Image] = [Image.open(io.BytesIO(data)) for data in pictures]
    for part in parts:
        part.thumbnail((side, side), reducing_gap=2.0)
    if len(parts) > 1:  # else a grid and a picture would look like one
        parts = [ImageOps.expand(part, _GAP, "white") for part in parts]
    return fitting_jpeg(joined(parts), CONTACT_BYTES * len(pictures))
