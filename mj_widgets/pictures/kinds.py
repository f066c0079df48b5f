"""Kinds of files that a task may give: how each is known by its bytes, named, and shown."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Format = Literal[
    "png",
    "jpeg",
    "webp",
    "gif",
    "avif",
    "heic",
    "tiff",
    "bmp",
    "jp2",
    "jxl",
    "svg",
    "mp4",
    "mov",
    "webm",
    "mkv",
]


class Kind(NamedTuple):
    """What is to be known of one format."""

    mime: str
    words: str
    """What a person calls such a file."""
    endings: tuple[str, ...]
    """Of its names; the first is the usual one."""
    pillow: str = ""
    """What Pillow calls it, with the plug-ins that it may need; "" for what it never opens."""
    in_browser: bool = True
    """Whether browsers show it."""

    @property
    def is_film(self) -> bool:
        """True for what is played."""
        return self.mime.startswith("video/")


KINDS: dict[Format, Kind] = {
    "png": Kind("image/png", "a PNG picture", (".png",), "PNG"),
    "jpeg": Kind("image/jpeg", "a JPEG picture", (".jpg", ".jpeg"), "JPEG"),
    "webp": Kind("image/webp", "a WebP picture", (".webp",), "WEBP"),
    "gif": Kind("image/gif", "a GIF picture", (".gif",), "GIF"),
    "avif": Kind("image/avif", "an AVIF picture", (".avif",), "AVIF"),
    "heic": Kind("image/heic", "a HEIC picture", (".heic", ".heif"), "HEIF", in_browser=False),
    "tiff": Kind("image/tiff", "a TIFF picture", (".tiff", ".tif"), "TIFF", in_browser=False),
    "bmp": Kind("image/bmp", "a BMP picture", (".bmp",), "BMP"),
    "jp2": Kind("image/jp2", "a JPEG 2000 picture", (".jp2", ".j2k"), "JPEG2000", in_browser=False),
    "jxl": Kind("image/jxl", "a JPEG XL picture", (".jxl",), "JXL", in_browser=False),
    # A browser could show it. But what is opened from there in a tab of its own has the rights of
    # the notebook's page, and an SVG may hold scripts.
    "svg": Kind("image/svg+xml", "an SVG drawing", (".svg",), in_browser=False),
    "mp4": Kind("video/mp4", "an MP4 video", (".mp4",)),
    "mov": Kind("video/quicktime", "a QuickTime video", (".mov",)),
    "webm": Kind("video/webm", "a WebM video", (".webm",)),
    "mkv": Kind("video/x-matroska", "a Matroska video", (".mkv",)),
}

_BEGINNINGS: tuple[tuple[bytes, Format], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (b"\xff\x0a", "jxl"),
)
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_FIRST_TAG = re.compile(rb"<([A-Za-z:]+)")


def sniff(data: bytes) -> Format | None:
    """Tell what *data* is by its first bytes, whatever its name or its header said.

    >>> sniff(b"\\x89PNG\\r\\n\\x1a\\n")
    'png'
    """
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:4] == b"\x1aE\xdf\xa3":  # EBML; its head names the kind of document
        return "webm" if b"webm" in data[:64] else "mkv"
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if data[4:8] == b"ftyp":
        return _of_brands(data)
    if data[4:8] in (b"moov", b"mdat", b"wide"):  # QuickTime's own, before there were brands
        return "mov"
    return "svg" if _is_svg(data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")) else None


def _is_svg(text: bytes) -> bool:
    first = _FIRST_TAG.search(text)
    return text.startswith(b"<") and first is not None and first[1] in (b"svg", b"svg:svg")


def _of_brands(data: bytes) -> Format:
    """Tell one kind of ISO file from another, by its own brand and those that it agrees with."""
    end = min(int.from_bytes(data[:4]), len(data), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))]
    if brands[0] in (b"avif", b"avis"):
        return "avif"
    if brands[0] in _HEIC:
        return "avif" if b"avif" in brands or b"avis" in brands else "heic"
    return "mov" if brands[0] == b"qt  " else "mp4"
