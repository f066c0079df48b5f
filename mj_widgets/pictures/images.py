"""Pictures: what bytes are, the four quadrants of a grid, and small copies for the browser."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from mj_widgets.errors import ImageError

BROKEN = (
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What Pillow raises where a file is damaged."""
MOST_PIXELS = 100_000_000
MOST_BYTES = 64 * 1024 * 1024
PREVIEW_PIXELS = 1024
"""The longer side of what is shown of a picture before anyone zooms, at the least."""
PREVIEW_BYTES = 178_000
"""What all previews of one task may weigh together."""
STILL_BYTES = 187_000
"""What the copy in a notebook's file may weigh: 250 kB when it is written as text."""

Format = Literal["png", "jpeg", "webp", "gif", "mp4"]
_MIME: dict[Format, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
}
# Opened without ``Image.open``, which warns of large pictures: they have a limit of their own here,
# and warnings cannot be silenced for one thread.
_READERS: dict[Format, type[ImageFile]] = {
    "png": PngImageFile,
    "jpeg": JpegImageFile,
    "webp": WebPImageFile,
    "gif": GifImageFile,
}
_STILLS_IN_MP4 = (b"avif", b"avis", b"heic", b"heix", b"mif1")


def sniff(data: bytes) -> Format | None:
    """Tell what *data* is by its first bytes, whatever its name or its header said.

    >>> sniff(b"\\x89PNG\\r\\n\\x1a\\n")
    'png'
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data[4:8] == b"ftyp" and data[8:12] not in _STILLS_IN_MP4:
        return "mp4"
    return None


class _Header(NamedTuple):
    """What the beginning of a file tells."""

    size: tuple[int, int] | None
    frames: int = 1


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
        header: _Header | None,
    ) -> None:
        self.format, self.weight = format, weight
        self._data, self._read, self._header = data, read, header

    @classmethod
    def from_bytes(cls, data: bytes) -> Picture:
        """Return the picture in *data*, having read its header only.

        Raises:
            ImageError: it is none, or one of more than 100 megapixels.
        """
        kind, header = _looked_at(data)
        return cls(kind, len(data), data, None, header)

    @classmethod
    def kept(cls, read: Callable[[], bytes], mime: str, weight: int) -> Picture:
        """Return a picture that is kept somewhere, without reading it yet.

        Args:
            read: gives its bytes, or raises an ``MjError``; so does then whatever needs them.
            mime: its media type.
            weight: how many bytes it has.
        """
        kind = next((name for name, known in _MIME.items() if known == mime), None)
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
        """Width and height in pixels; None for an mp4."""
        return self._head().size

    @property
    def frames(self) -> int:
        """More than one for an animation."""
        return self._head().frames

    @property
    def mime(self) -> str:
        """The media type, from the content."""
        return _MIME[self.format]

    @property
    def moves(self) -> bool:
        """True for an animation or a video."""
        return self.format == "mp4" or self.frames > 1

    def decode(self) -> Image.Image:
        """Return the pixels (an animation's first frame); they are the caller's own copy.

        Raises:
            ImageError: it is a video, or the file is truncated or damaged.
        """
        return _decoded(self).copy()

    def __repr__(self) -> str:
        known = self._header.size if self._header else None
        size = "video" if self.format == "mp4" else "×".join(map(str, known or ()))
        return f"<Picture {' '.join(filter(None, (self.format, size)))}, {self.weight:,} bytes>"

    def _head(self) -> _Header:
        if self._header is None:
            self._header = _looked_at(self.data)[1]
        return self._header


def quadrant_boxes(size: tuple[int, int]) -> tuple[tuple[int, int, int, int], ...]:
    """Return the (left, upper, right, lower) of a grid's four pictures, in reading order.

    They tile the picture exactly; of an odd size the right and lower ones get the odd pixel.
    """
    width, height = size
    x, y = width // 2, height // 2
    return (0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)


def split_grid(grid: Image.Image) -> tuple[Image.Image, ...]:
    """Return the four pictures of a grid in reading order.

    They tile the picture exactly, odd sizes too. Midjourney's grids have no gutter.

    >>> [q.size for q in split_grid(Image.new("RGB", (5, 4)))]
    [(2, 2), (3, 2), (2, 2), (3, 2)]
    """
    return tuple(grid.crop(box) for box in quadrant_boxes(grid.size))


def previews(picture: Picture, *, split: bool, side: int = PREVIEW_PIXELS) -> tuple[bytes, ...]:
    """Return small JPEG copies to show: four when *split*, else one.

    Args:
        picture: a picture or an animation.
        split: whether it is a grid.
        side: the longer side of the whole that is enough, in pixels.

    Together they weigh at most ``PREVIEW_BYTES``.
    """
    image = _shrunk(picture, side)
    return _fit(split_grid(image) if split and min(image.size) > 1 else (image,), PREVIEW_BYTES)


def whole_preview(
    picture: Picture, *, side: int = PREVIEW_PIXELS, most: int = STILL_BYTES
) -> bytes:
    """Return a small JPEG copy of the whole picture, a grid's too, to be kept in a file.

    Args:
        picture: a picture or an animation.
        side: the longer side that it shall have, in pixels; a smaller picture stays as it is.
        most: what it may weigh, in bytes.
    """
    image = _shrunk(picture, side)
    if max(image.size) > side:
        part = side / max(image.size)
        image = image.resize(
            (max(1, round(image.width * part)), max(1, round(image.height * part))),
            reducing_gap=2.0,
        )
    return _fit((image,), most)[0]


def look_through(picture: Picture) -> None:
    """Decode a picture or animation once; nothing else tells that its pixels are whole.

    Raises:
        ImageError: they are not; ``may_pass`` where another download may bring them.
    """
    if picture.format != "mp4":
        _shrunk(picture, PREVIEW_PIXELS)


def shrink(image: Image.Image, side: int) -> Image.Image:
    """Return *image* as RGB, reduced by a whole factor to no less than *side* pixels."""
    factor = max(1, max(image.size) // side)
    rgb = image if image.mode == "RGB" else _flatten(image)
    return rgb.reduce(factor) if factor > 1 else rgb


def encode_jpeg(image: Image.Image, quality: int = 85) -> bytes:
    """Return *image* as JPEG bytes."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
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


def _fit(parts: tuple[Image.Image, ...], most: int) -> tuple[bytes, ...]:
    for quality in (85, 75, 67, 60, 45, 30):
        encoded = tuple(encode_jpeg(part, quality) for part in parts)
        if sum(map(len, encoded)) <= most:
            return encoded
    # Nothing but noise: JPEG cannot make it small.
    return _fit(tuple(part.reduce(2) for part in parts), most)


def _flatten(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.point(lambda light: light * (1 / 256)).convert("RGB")
    if image.mode not in ("RGBA", "LA", "PA", "P"):
        return image.convert("RGB")
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


# Pixels weigh 3-4 bytes each: the last are kept so that w.image, w.quadrants and a zoom
# in a row do not decode three times, and a hundred finished cards do not fill the memory.
@lru_cache(maxsize=2)
def _decoded(picture: Picture) -> Image.Image:
    if picture.format == "mp4":
        raise ImageError("A video has no still picture here", advice="Its bytes are whole.")
    # Closed at the end: the pixels would hold on to the whole file, for another frame of it.
    with io.BytesIO(picture.data) as file:
        image = _open(file, picture.format)
        try:
            image.load()
        except BROKEN as error:
            raise _broken(error) from None
        return image.copy() if picture.frames > 1 else image


# A card's previews and its still copy are made of the same one.
@lru_cache(maxsize=2)
def _shrunk(picture: Picture, side: int) -> Image.Image:
    return shrink(_decoded(picture), side)


def _looked_at(data: bytes) -> tuple[Format, _Header]:
    kind = sniff(data)
    if kind is None:
        raise ImageError(
            "The file behind the link is not a picture",
            words=_beginning(data),
            advice="Try again.",
            may_pass=True,  # hosts put a page in a picture's place for a moment
        )
    if kind == "mp4":
        return kind, _Header(None)
    with io.BytesIO(data) as file:
        image = _open(file, kind)
        return kind, _Header(image.size, _frames(image))


def _frames(image: Image.Image) -> int:
    if image.format not in ("PNG", "WEBP", "GIF"):  # a photo's JPEG may carry its thumbnail
        return 1
    try:
        return int(getattr(image, "n_frames", 1))
    except BROKEN as error:
        raise _broken(error) from None


def _open(file: io.BytesIO, kind: Format) -> Image.Image:
    try:
        image = _READERS[kind](file)
    except Image.DecompressionBombError:
        raise _too_large() from None
    except BROKEN as error:
        raise _broken(error) from None
    if image.width * image.height > MOST_PIXELS:
        raise _too_large()
    return image


def _too_large() -> ImageError:
    return ImageError(
        f"The picture has more than {MOST_PIXELS // 1_000_000} megapixels",
        advice="It is not opened, so that the kernel's memory stays whole.",
    )


def _broken(error: Exception) -> ImageError:
    return ImageError(
        "The picture is truncated or damaged",
        words=str(error),
        advice="Try again.",
        may_pass=True,
    )


def _beginning(data: bytes) -> str:
    text = data[:200].decode("utf-8", "replace")
    return "" if text.lstrip().startswith("<") or "\ufffd" in text else text
