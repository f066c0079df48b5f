"""Pixels of files: what a file tells before it is opened, and what is seen once it is."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from PIL import Image, ImageChops, features
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from mj_widgets.errors import ImageError
from mj_widgets.pictures import mending
from mj_widgets.pictures.budget import MOST_MEMORY, ROOM
from mj_widgets.pictures.colours import as_shown, orientation_of, upright
from mj_widgets.pictures.containers import png_chunks
from mj_widgets.pictures.kinds import KINDS, Format, sniff
from mj_widgets.pictures.tracks import film_size
from mj_widgets.pictures.wholeness import Condition, condition_of

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
MOST_WORK = 1_000_000_000
"""Pixels of a JPEG times its scans: some ten seconds."""

_DRAFTED = 16_000_000
"""Pixels from which a JPEG is opened at an eighth to a half of its size for a small copy."""
_ALWAYS_THERE: dict[Format, type[ImageFile]] = {
    "png": PngImageFile,
    "jpeg": JpegImageFile,
    "webp": WebPImageFile,
    "gif": GifImageFile,
}
_CODECS = {"AVIF": "avif", "WEBP": "webp", "JPEG2000": "jpg_2000"}
# Bytes that a pixel takes while it is decoded: Pillow's own four, and what a library needs beside
# (libwebp has two canvases and gives a third; OpenJPEG has 4 bytes for each colour).
_COSTS: dict[Format, int] = {
    "png": 4,
    "jpeg": 4,
    "webp": 20,
    "gif": 5,
    "avif": 18,
    "heic": 18,
    "tiff": 8,
    "bmp": 4,
    "jp2": 20,
    "jxl": 20,
}
_COEFFICIENTS = 6
_HELD: tuple[Format, ...] = ("webp", "avif", "heic", "jxl")
_MENDED = "parts of it that are not seen are damaged or too large"


class Header(NamedTuple):
    """What the beginning and the parts of a file tell."""

    size: tuple[int, int] | None
    """As it is shown, None where it is not known."""
    frames: int = 1
    note: str = ""
    """What is amiss, of which nobody sees anything, "" for nothing."""
    unread: str = ""
    """Why it is not opened although it is whole, "" where it can be."""
    need: int = 0
    """Bytes of memory that it takes to open it."""

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.size[0] * self.size[1] if self.size else 0


def looked_at(data: bytes) -> tuple[Format, Header]:
    """Return what *data* is, and what can be known of it without decoding.

    Raises:
        ImageError: it is nothing that is shown, or with ``may_pass`` only half of it.
    """
    kind = sniff(data)
    if kind is None:
        raise ImageError(
            "The file behind the link is not a picture",
            words=_beginning(data),
            advice="Try again.",
            may_pass=True,  # hosts put a page in a picture's place for a moment
        )
    condition, known = condition_of(data, kind), KINDS[kind]
    if condition.lack:
        raise broken(kind, condition.lack)
    if known.is_film:
        return kind, Header(film_size(data, kind), note=condition.note)
    if condition.excess:
        why = f"{known.words} of {condition.excess}, which takes too long to open"
        return kind, Header(None, condition.frames, unread=why)
    if _reader(kind) is None:
        why = "this Pillow cannot read" if known.pillow else "is not opened"
        return kind, Header(None, condition.frames, unread=f"{known.words}, which {why}")
    return kind, _header(data, kind, condition)


def pixels_of(data: bytes, kind: Format, side: int = 0) -> Image.Image:
    """Return the pixels of a file (an animation's first frame): upright, and in sRGB.

    Args:
        data: a file that was looked at.
        kind: what it is.
        side: the longer side that is enough, in pixels; 0 for all there is.

    Raises:
        ImageError: with ``may_pass``, it is damaged, or some pixels are missing.
    """
    error: Exception | None = None
    for variant in _variants(data, kind):
        try:
            image = _loaded(variant.data, kind, side)
        except BROKEN as failure:
            error = error or failure
            continue
        if variant.ended_otherwise and not _is_complete(variant, image, side):
            raise broken(kind, "its last lines are missing")
        return as_shown(image, kind)
    raise broken(kind, str(error))


def broken(kind: Format, words: str) -> ImageError:
    """Return the error for a file that is half, or damaged: another attempt may help."""
    what = "video" if KINDS[kind].is_film else "picture"
    return ImageError(
        f"The {what} is truncated or damaged", words=words, advice="Try again.", may_pass=True
    )


def _header(data: bytes, kind: Format, condition: Condition) -> Header:
    error: Exception | None = None
    for variant in _variants(data, kind):
        try:
            with io.BytesIO(variant.data) as file:
                image = _opened(file, kind)
                _find_exif(image, variant.data, kind)
                header = _told(image, kind, condition)
        except BROKEN as failure:
            error = error or failure
            continue
        if kind == "gif" and condition.note:
            _check_last_frame(data)
        return header._replace(note=condition.note or _MENDED * (error is not None))
    if kind in _ALWAYS_THERE:
        raise broken(kind, str(error))
    return Header(None, unread=f"{KINDS[kind].words}, which this Pillow cannot read ({error})")


def _told(image: ImageFile, kind: Format, condition: Condition) -> Header:
    size = upright(image.size, turn := orientation_of(image, kind))
    frames = int(getattr(image, "n_frames", 1)) if kind == "avif" else condition.frames
    pixels, words = size[0] * size[1], KINDS[kind].words
    if pixels > MOST_PIXELS:
        why = f"{words} of more than {MOST_PIXELS // 1_000_000} megapixels, which is not opened"
        return Header(size, frames, unread=why)
    each = _COSTS[kind]
    if kind == "jpeg" and condition.scans > 1:
        each += _COEFFICIENTS
        if pixels * condition.scans > MOST_WORK:
            return Header(size, frames, unread=f"{words} that takes too long to open")
    if kind == "jpeg" and condition.note:  # opened twice
        each *= 2
    if turn != 1 or (image.info.get("icc_profile") and image.mode not in ("RGB", "RGBA")):
        each += 4
    if pixels * each > MOST_MEMORY:
        why = f"{words} that takes {pixels * each / 1e9:.1f} GB of memory, which is not opened"
        return Header(size, frames, unread=why)
    return Header(size, frames, need=pixels * each)


class _Variant(NamedTuple):
    """A file as a decoder takes it."""

    data: bytes
    ended_otherwise: bytes = b""
    """The same with another end, where it tells whether all pixels are there."""


def _variants(data: bytes, kind: Format) -> Iterator[_Variant]:
    """Yield the file as it is decoded, and then what may be decoded where that cannot be."""
    if kind == "jpeg":
        data = mending.jpeg_lightened(data)
        yield _Variant(data)
        yield _Variant(*mending.jpeg_ended(data))
    elif kind == "gif":
        yield _Variant(mending.gif_first(data))
    else:
        yield _Variant(data)
        if kind == "png":
            yield _Variant(mending.png_mended(data))
        elif kind == "webp":
            yield _Variant(mending.webp_mended(data))


def _loaded(data: bytes, kind: Format, side: int = 0) -> Image.Image:
    # Closed at the end, or let go of: the pixels would hold on to the whole file and to what its
    # library needs, for another frame of it.
    with io.BytesIO(data) as file:
        image = _opened(file, kind)
        _find_exif(image, data, kind)
        if side and kind == "jpeg" and image.width * image.height > _DRAFTED:
            longer = max(image.size)
            image.draft(None, (image.width * side // longer, image.height * side // longer))
        image.load()
        return image.copy() if kind in _HELD else image


def _opened(file: io.BytesIO, kind: Format) -> ImageFile:
    reader = _reader(kind)
    if reader is None:
        raise OSError("this Pillow cannot read it")
    try:
        return reader(file)
    except Image.DecompressionBombError as error:
        raise ValueError(str(error)) from None


def _reader(kind: Format) -> Callable[..., ImageFile] | None:
    """Return what opens a kind of file, with the plug-ins that Pillow was given; None for nothing.

    Opened without ``Image.open``, which warns of large pictures: they have a limit of their own
    here, and warnings cannot be silenced for one thread.
    """
    name = KINDS[kind].pillow
    if name in _CODECS and not features.check(_CODECS[name]):
        return None
    if kind in _ALWAYS_THERE:
        return _ALWAYS_THERE[kind]
    Image.init()
    factory = Image.OPEN.get(name)
    return factory[0] if factory else None


def _find_exif(image: ImageFile, data: bytes, kind: Format) -> None:
    """Let a PNG know its EXIF where it stands behind the pixels."""
    if kind == "png" and "exif" not in image.info:
        for name, at, end in png_chunks(data):
            if name == b"eXIf" and end - at < 1_000_000:
                image.info["exif"] = b"Exif\0\0" + data[at + 8 : end - 4]


def _is_complete(variant: _Variant, image: Image.Image, side: int) -> bool:
    """Tell whether all pixels of a JPEG without an end are there."""
    if not mending.jpeg_is_refined(variant.data):
        return False
    try:
        other = _loaded(variant.ended_otherwise, "jpeg", side)
    except BROKEN:
        return False
    return ImageChops.difference(image, other).getbbox() is None


def _check_last_frame(data: bytes) -> None:
    last = mending.gif_last(data)
    try:
        with io.BytesIO(last) as file:
            image = _opened(file, "gif")
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("a frame is larger than the picture")
            with ROOM.of(image.width * image.height * _COSTS["gif"]):
                image.load()
    except BROKEN as error:
        raise broken("gif", str(error)) from None


def _beginning(data: bytes) -> str:
    text = data[:200].decode("utf-8", "replace")
    return "" if text.lstrip().startswith("<") or "\ufffd" in text else text
