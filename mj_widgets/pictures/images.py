"""Pictures: what bytes are, the four quadrants of a grid, and small copies for the browser."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from PIL import Image

from mj_widgets.errors import ImageError
from mj_widgets.pictures.budget import ROOM
from mj_widgets.pictures.decoding import Header, looked_at, pixels_of
from mj_widgets.pictures.kinds import KINDS, Format

MOST_BYTES = 64 * 1024 * 1024
_WEIGHTS = {75: 0.65, 67: 0.51, 60: 0.43, 52: 0.37, 45: 0.33, 38: 0.29, 30: 0.25}
"""What JPEGs of photographs weigh by their quality, as a part of the usual one (85)."""
PREVIEW_PIXELS = 1024
"""The longer side of what is shown of a picture before anyone zooms, at the least."""
PREVIEW_BYTES = 78_000
"""What all previews of one task may weigh together."""
STILL_BYTES = 80_000
"""What the copy in a notebook's file may weigh: 107 kB when it is written as text."""

_REMEMBERED = 16_000_000
"""Pixels of a picture that stay in memory for the next who asks."""
_STRIP = 4_000_000
"""Pixels that are made smaller at once."""
_T = TypeVar("_T")


class Picture:
    """One file of a task as it was served: a picture, an animation or a video.

    Its bytes are held, or read from where they are kept each time they are asked for.

    Attributes:
        format: what it is.
        weight: how many bytes it has.
    """

    __slots__ = ("__weakref__", "_data", "_header", "_read", "format", "weight")

    def __init__(
        self,
        format: Format,  # noqa: A002 - as Pillow calls it
        weight: int,
        data: bytes | None,
        read: Callable[[], bytes] | None,
        header: Header | None,
    ) -> None:
        self.format, self.weight = format, weight
        self._data, self._read, self._header = data, read, header

    @classmethod
    def from_bytes(cls, data: bytes) -> Picture:
        """Return the picture in *data*, having looked at its parts, but not at its pixels.

        Raises:
            ImageError: it is none, or with ``may_pass`` half a file: a part is missing.
        """
        kind, header = looked_at(data)
        return cls(kind, len(data), data, None, header)

    @classmethod
    def kept(cls, read: Callable[[], bytes], mime: str, weight: int) -> Picture:
        """Return a picture that is kept somewhere, without reading it yet.

        Args:
            read: gives its bytes, or raises an ``MjError``; so does then whatever needs them.
            mime: its media type.
            weight: how many bytes it has.
        """
        kind = next((name for name, known in KINDS.items() if known.mime == mime), None)
        if kind is None:  # kept by another version: its bytes tell
            return cls.from_bytes(read())
        return cls(kind, weight, None, read, None)

    def let_go(self, read: Callable[[], bytes]) -> None:
        """Hold the bytes no longer: *read* gives them from now on."""
        self._read = read  # first: another thread may ask for the bytes
        self._data = None

    @property
    def data(self) -> bytes:
        """The original bytes."""
        if self._data is not None or self._read is None:
            return self._data or b""
        return self._read()

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels as it is shown, also of a film; None where it is not known.

        ``has_pixels`` tells whether there are any to be had here.
        """
        return self._head().size

    @property
    def pixel_size(self) -> tuple[int, int] | None:
        """``size`` of what can be marked and measured: None for a film, which has a shape alone."""
        return None if self.is_film else self.size

    @property
    def frames(self) -> int:
        """More than one for an animation."""
        return self._head().frames

    @property
    def mime(self) -> str:
        """The media type, from the content."""
        return KINDS[self.format].mime

    @property
    def is_film(self) -> bool:
        """True for a video."""
        return KINDS[self.format].is_film

    @property
    def moves(self) -> bool:
        """True for an animation or a video."""
        return self.is_film or self.frames > 1

    @property
    def has_pixels(self) -> bool:
        """True where it can be opened here: else it is a video, or ``note`` says why."""
        return not self.is_film and not self._head().unread

    @property
    def is_for_browsers(self) -> bool:
        """True where a browser shows the file itself."""
        return KINDS[self.format].in_browser

    @property
    def note(self) -> str:
        """What is to be known of the file beside what is seen of it, on one line, or "".

        Of a file that is kept it is known once it was looked at.
        """
        head = self._header  # nothing is read for it: it is painted over and over
        if head is None:
            return ""
        if head.unread:
            return f"{head.unread}: the file is kept as it is"
        return f"{head.note}, but all that is seen is there" if head.note else ""

    def decode(self) -> Image.Image:
        """Return the pixels (an animation's first frame); they are the caller's own copy.

        They stand upright and are sRGB, as a browser shows them.

        Raises:
            ImageError: it is a video, or the file is damaged, or too large to be opened.
        """
        return self.use(lambda image: image.copy() if self._is_remembered else image)

    def use(self, work: Callable[[Image.Image], _T], side: int = 0) -> _T:
        """Return what *work* makes of the pixels, which it neither changes nor keeps.

        Of all pictures that are open in the process, only so many are that memory is left: this
        waits for its turn. *work* opens no other picture, and waits for no other thread.

        Args:
            work: is called with the pixels.
            side: the longer side that is enough, in pixels; 0 for all there is.

        Raises:
            ImageError: as ``decode``.
        """
        head = self._head()
        if self.is_film:
            raise ImageError("A video has no still picture here", advice="Its bytes are whole.")
        if head.unread:
            what = head.unread[0].upper() + head.unread[1:]
            raise ImageError(what, advice="Its bytes are whole.")
        with ROOM.of(head.need):
            if self._is_remembered:
                return work(_decoded(self))
            return work(pixels_of(self.data, self.format, side))

    @property
    def is_large(self) -> bool:
        """True where it waits until every other large one is closed."""
        return self._head().need >= ROOM.large

    @property
    def _is_remembered(self) -> bool:
        return self._head().pixels <= _REMEMBERED

    def __repr__(self) -> str:
        known = self._header.size if self._header else None
        size = "video" if self.is_film else "×".join(map(str, known or ()))
        return f"<Picture {' '.join(filter(None, (self.format, size)))}, {self.weight:,} bytes>"

    def _head(self) -> Header:
        if self._header is None:
            self._header = looked_at(self.data)[1]
        return self._header


def quadrant_boxes(size: tuple[int, int]) -> tuple[tuple[int, int, int, int], ...]:
    """Return the (left, upper, right, lower) of a grid's four pictures, in reading order.

    They tile the picture exactly; of an odd size the right and lower ones get the odd pixel.
    """
    width, height = size
    x, y = width // 2, height // 2
    return (0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)


def quadrant_of(grid: Image.Image, number: int) -> Image.Image:
    """Return one of a grid's four pictures, from 1.

    Raises:
        ImageError: the grid is too small to have four.
    """
    if min(grid.size) < 2:
        raise ImageError("The grid has no four pictures", advice="Its bytes are whole.")
    return grid.crop(quadrant_boxes(grid.size)[number - 1])


def split_grid(grid: Image.Image) -> tuple[Image.Image, ...]:
    """Return the four pictures of a grid in reading order.

    They tile the picture exactly, odd sizes too. Midjourney's grids have no gutter.

    >>> [q.size for q in split_grid(Image.new("RGB", (5, 4)))]
    [(2, 2), (3, 2), (2, 2), (3, 2)]
    """
    return tuple(grid.crop(box) for box in quadrant_boxes(grid.size))


def previews(picture: Picture, *, split: bool) -> tuple[bytes, ...]:
    """Return small JPEG copies to show: four when *split*, else one.

    Args:
        picture: a picture or an animation.
        split: whether it is a grid.

    Together they weigh at most ``PREVIEW_BYTES``.
    """
    image = shrunk(picture)
    return _fit(split_grid(image) if split and min(image.size) > 1 else (image,), PREVIEW_BYTES)


def whole_preview(picture: Picture, *, side: int = PREVIEW_PIXELS) -> bytes:
    """Return a small JPEG copy of the whole picture, a grid's too, to be kept in a file.

    Args:
        picture: a picture or an animation.
        side: the longer side that it shall have, in pixels; a smaller picture stays as it is.

    It weighs at most ``STILL_BYTES``.
    """
    return fitting_jpeg(_at_most(_shrunk(picture, side), side), STILL_BYTES)


def small_preview(picture: Picture, *, side: int, most: int) -> bytes:
    """Return a small JPEG copy of one of several pictures; of the pixels that are remembered.

    Args:
        picture: a picture or an animation.
        side: the longer side that it shall have, in pixels; a smaller picture stays as it is.
        most: what it may weigh, in bytes.
    """
    return fitting_jpeg(_at_most(shrunk(picture), side), most, optimize=False)


def fitting_jpeg(image: Image.Image, most: int, *, optimize: bool = True) -> bytes:
    """Return *image* as a JPEG of at most *most* bytes, for a file that is kept.

    Not optimized, it is made in half the time, and a little worse.
    """
    return _fit((image,), most, optimize=optimize)[0]


def look_through(picture: Picture) -> None:
    """Decode a picture or animation once; nothing else tells that its pixels are whole.

    Raises:
        ImageError: they are not; ``may_pass`` where another download may bring them.
    """
    if picture.has_pixels:
        shrunk(picture)


def shrunk(picture: Picture) -> Image.Image:
    """Return a picture as RGB, a little larger than its previews; not to be changed.

    Those of the last pictures are remembered: what is made of them does not decode again.

    Raises:
        ImageError: as ``Picture.use``.
    """
    return _shrunk(picture, PREVIEW_PIXELS)


def shrink(image: Image.Image, side: int) -> Image.Image:
    """Return *image* as RGB, reduced by a whole factor to no less than *side* pixels."""
    factor = max(1, max(image.size) // side)
    width, height = image.size
    rows = max(1, _STRIP // (width * factor)) * factor
    if rows >= height or image.mode == "RGB":
        return _shrunk_part(image, factor)
    # A strip after the other: to make it RGB takes copies of what it is made of.
    small = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(height, top + rows)))
        small.paste(_shrunk_part(strip, factor), (0, top // factor))
    return small


def _shrunk_part(image: Image.Image, factor: int) -> Image.Image:
    rgb = image if image.mode == "RGB" else _flatten(image)
    return rgb.reduce(factor) if factor > 1 else rgb


def thumbnail(picture: Picture, side: int) -> bytes:
    """Return *picture* as a JPEG whose longer side has at most *side* pixels."""
    # A copy: it may be the very picture that is remembered.
    small = picture.use(lambda image: shrink(image, side).copy(), side)
    small.thumbnail((side, side))
    return encode_jpeg(small, quality=75)


def encode_jpeg(image: Image.Image, quality: int = 85, *, optimize: bool = False) -> bytes:
    """Return *image* as JPEG bytes; optimized, they are some 15 % fewer and take twice as long."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=optimize)
    return out.getvalue()


def encode_png(image: Image.Image) -> bytes:
    """Return *image* as PNG bytes, pixel for pixel; quick rather than small."""
    out = io.BytesIO()
    if image.mode not in ("1", "L", "LA", "I;16", "P", "RGB", "RGBA"):  # a JPEG may be CMYK
        image = _flatten(image)
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def data_url(mime: str, data: bytes) -> str:
    """Return bytes as the services take pictures: ``data:image/png;base64,...``."""
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def bytes_in(url: str) -> bytes:
    """Return the bytes in a data URL; see ``data_url``."""
    return base64.b64decode(url.partition(",")[2])


def _at_most(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    part = side / max(image.size)
    size = max(1, round(image.width * part)), max(1, round(image.height * part))
    return image.resize(size, reducing_gap=2.0)


def _fit(parts: tuple[Image.Image, ...], most: int, *, optimize: bool = False) -> tuple[bytes, ...]:
    shown = tuple(encode_jpeg(part, optimize=optimize) for part in parts)
    wanted = most / sum(map(len, shown))
    if wanted >= 1:
        return shown
    for quality, share in _WEIGHTS.items():
        if share <= wanted * 1.1:  # others are not worth a try
            shown = tuple(encode_jpeg(part, quality, optimize=optimize) for part in parts)
            if sum(map(len, shown)) <= most:
                return shown
    # Nothing but noise: JPEG cannot make it small.
    return _fit(tuple(part.reduce(2) for part in parts), most, optimize=optimize)


def _flatten(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.point(lambda light: light * (1 / 256)).convert("RGB")
    if image.mode not in ("RGBA", "LA", "PA") and not image.has_transparency_data:
        return image.convert("RGB")
    layer = (image.convert("LA") if image.mode == "La" else image).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


# Pixels weigh 3-4 bytes each: the last are kept so that w.image, w.quadrants and a zoom
# in a row do not decode three times, and a hundred finished cards do not fill the memory.
@lru_cache(maxsize=2)
def _decoded(picture: Picture) -> Image.Image:
    return pixels_of(picture.data, picture.format)


# A card's previews, its still copy and how it looks are made of the same one. The four originals of
# a task are looked at side by side.
@lru_cache(maxsize=4)
def _shrunk(picture: Picture, side: int) -> Image.Image:
    return picture.use(lambda image: shrink(image, side), side)
