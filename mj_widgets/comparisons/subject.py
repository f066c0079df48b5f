"""One picture that is compared with others, wherever it comes from."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PIL import Image

from mj_widgets.errors import ImageError, one_line
from mj_widgets.pictures.images import (
    Picture,
    encode_jpeg,
    encode_png,
    fitting_jpeg,
    quadrant_boxes,
    quadrant_of,
    shrink,
)

SMALL_PIXELS = 768
"""The longer side of what is seen at once."""
SMALL_BYTES = 90_000
_LONGEST_PROMPT = 200
_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Subject:
    """One of them. Its methods may take a while, and may run on any thread."""

    title: str
    source: Picture | Image.Image
    cut: int | None = None
    """Which quarter of the source it is (1 to 4), None for all of it."""
    thumb: bytes = b""
    """A small JPEG of the source that is at hand, b"" for none."""

    def small(self) -> bytes:
        """Return a small JPEG.

        Raises:
            MjError: the file is missing, was changed or cannot be opened.
        """
        if self.thumb:
            return _part_of_jpeg(self.thumb, self.cut) if self.cut else self.thumb
        # A quarter is half as wide as the whole.
        side = SMALL_PIXELS * (2 if self.cut else 1)
        small = self._use(lambda image: shrink(image, side), side)
        small.thumbnail((SMALL_PIXELS, SMALL_PIXELS), reducing_gap=2.0)
        return fitting_jpeg(small, SMALL_BYTES)

    def size(self) -> tuple[int, int]:
        """Return width and height in pixels; no pixel is decoded for that.

        Raises:
            MjError: the file is missing or was changed, or it is nothing that can be compared.
        """
        if isinstance(self.source, Image.Image):
            return self.source.size
        size = self.source.size
        if self.source.is_film:
            raise ImageError("It is a video", advice="Pictures can be compared.")
        if size is None or not self.source.has_pixels:
            raise ImageError("It cannot be opened here", words=self.source.note)
        if self.cut:
            left, upper, right, lower = quadrant_boxes(size)[self.cut - 1]
            return right - left, lower - upper
        return size

    def pixels(self) -> Image.Image:
        """Return all of its pixels as RGB, on white; errors as ``small``."""
        return self._use(lambda image: shrink(image, max(image.size)))

    def full(self) -> tuple[str, bytes]:
        """Return the media type and bytes of all its pixels, for a browser; errors as ``small``."""
        source = self.source
        if isinstance(source, Picture) and not self.cut:
            is_plain = source.is_for_browsers and not source.moves
            if is_plain and source.use(lambda image: not image.has_transparency_data):
                return source.mime, source.data
        return "image/png", encode_png(self.pixels())

    def _use(self, work: Callable[[Image.Image], _T], side: int = 0) -> _T:
        def on_part(image: Image.Image) -> _T:
            return work(quadrant_of(image, self.cut) if self.cut else image)

        if isinstance(self.source, Image.Image):
            return on_part(self.source)
        return self.source.use(on_part, side)


def _part_of_jpeg(grid: bytes, quadrant: int) -> bytes:
    return encode_jpeg(quadrant_of(Image.open(io.BytesIO(grid)), quadrant))


def task_title(prompt: str, quadrant: int = 0) -> str:
    """Return what a picture of a task is called.

    >>> task_title("a red fox", 2)
    'a red fox, picture 2'
    """
    which = f"picture {quadrant}" if quadrant else ""
    return ", ".join(filter(None, (one_line(prompt, _LONGEST_PROMPT), which))) or "a task"
