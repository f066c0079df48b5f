"""Whether a file is all there: its boxes, chunks and ends are looked at, nothing is decoded.

A download without a length may end anywhere, and nobody tells. What there is to see must be there:
a file without that is *half*. Some files lack only what nobody sees, such as the mark at their very
end; browsers show them, and so they are told as such. Sources: those of ``containers``, libwebp,
Matroska (RFC 9559), TIFF 6.0.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Literal, NamedTuple

from mj_widgets.pictures.containers import (
    MOST_FRAMES,
    MOST_PARTS,
    Steps,
    TooManyPartsError,
    boxes,
    gif_frames,
    jpeg_frame,
    matroska_element,
    png_chunks,
    webp_chunks,
)
from mj_widgets.pictures.kinds import Format

MOST_SCANS = 200
"""Of one JPEG; a progressive one has about ten."""

_MOST_UNPACKED = 1_000_000_000
_AT_ONCE = 1_000_000
_CUT = "its end is missing"


class Condition(NamedTuple):
    """What a look at a file told."""

    lack: str = ""
    """What there should be to see and is not there, "" for nothing."""
    note: str = ""
    """What else is amiss, of which nobody sees anything, "" for nothing."""
    excess: str = ""
    """What it has so much of that opening it would take too long, "" for nothing."""
    frames: int = 1
    scans: int = 1


def condition_of(data: bytes, kind: Format) -> Condition:
    """Return what is missing of a file, as far as that can be told without decoding it.

    >>> condition_of(b"\\0\\0\\0\\x18ftypisom", "mp4").lack
    'its index is missing'
    """
    look = _LOOKS.get(kind)
    try:
        return look(data) if look else Condition()
    except TooManyPartsError:
        return Condition(excess=f"more than {MOST_PARTS:,} parts")


def _png(data: bytes) -> Condition:
    names: dict[bytes, int] = {}
    announced, name, end, is_doubtful = 1, b"", 0, False
    view = memoryview(data)
    for name, at, end in png_chunks(data):
        if name == b"IDAT" and end <= len(data):
            is_doubtful |= zlib.crc32(view[at + 4 : end - 4]).to_bytes(4) != view[end - 4 : end]
        if name == b"acTL":
            announced = int.from_bytes(data[at + 8 : at + 12])
        if name == b"IEND":
            break
        names[name] = names.get(name, 0) + (end <= len(data))
    frames = max(1, announced)
    if frames > MOST_FRAMES:
        return Condition(excess=f"more than {MOST_FRAMES:,} frames", frames=frames)
    if b"IDAT" not in names:
        return Condition("its pixels are missing")
    if frames > 1 and (names.get(b"fcTL", 0) < frames or end > len(data)):
        return Condition("some of its frames are missing", frames=frames)
    if is_doubtful and not _has_sound_pixels(data):
        return Condition("its pixels are damaged")
    is_cut = name != b"IEND" or end > len(data)
    note = _CUT if is_cut else "a checksum of it is wrong" if is_doubtful else ""
    return Condition(note=note, frames=frames)


def _has_sound_pixels(data: bytes) -> bool:
    """Tell whether the checksum inside a PNG's pixels is right where that around them is not."""
    stream, left = zlib.decompressobj(), _MOST_UNPACKED
    try:
        for name, at, end in png_chunks(data):
            packed = data[at + 8 : end - 4] if name == b"IDAT" else b""
            while packed and left > 0:
                left -= len(stream.decompress(packed, _AT_ONCE))
                packed = stream.unconsumed_tail
    except zlib.error:
        return False
    return stream.eof


def _jpeg(data: bytes) -> Condition:
    frame = jpeg_frame(data)
    if frame is None:
        return Condition("its pixels are missing")
    # Behind the end there may be anything: a second picture, a film.
    last = data.rfind(b"\xff\xda") if frame.has_several_scans else frame.scan
    scans = data.count(b"\xff\xda", frame.scan) if frame.has_several_scans else 1
    excess = f"{scans:,} scans" if scans > MOST_SCANS else ""
    is_cut = data.find(b"\xff\xd9", last) < 0
    return Condition(note=_CUT if is_cut else "", excess=excess, scans=scans)


def _gif(data: bytes) -> Condition:
    found = gif_frames(data)
    frames = len(found.starts)
    if frames > MOST_FRAMES:
        return Condition(excess=f"more than {MOST_FRAMES:,} frames", frames=frames)
    if not frames:
        return Condition("its pixels are missing")
    return Condition(note="" if found.is_ended else _CUT, frames=frames)


def _webp(data: bytes) -> Condition:
    frames, has_pixels, name, cut = 0, False, b"", b""
    for name, _, end in webp_chunks(data):
        frames += name == b"ANMF"
        if end > len(data):
            cut = name
        elif name in (b"VP8 ", b"VP8L"):
            has_pixels = True
    if frames > MOST_FRAMES:
        return Condition(excess=f"more than {MOST_FRAMES:,} frames", frames=frames)
    is_short = len(data) < 8 + int.from_bytes(data[4:8], "little")
    if not is_short:
        return Condition(frames=max(1, frames))
    # Behind EXIF and XMP no frame can come any more.
    if has_pixels or (frames and name in (b"EXIF", b"XMP ") and cut != b"ANMF"):
        return Condition(note=_CUT, frames=max(1, frames))
    return Condition("a part of it is missing")


# By the number of the type: bytes, texts, shorts, longs, fractions, and the same with a sign.
_TIFF_SIZES = dict(enumerate((1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8), start=1))


def _tiff(data: bytes) -> Condition:
    if data[2:4] in (b"+\0", b"\0+"):  # with long addresses
        return Condition()
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    at = int.from_bytes(data[4:8], order)
    count = int.from_bytes(data[at : at + 2], order)
    entries = range(at + 2, at + 2 + 12 * count, 12)
    is_there = at >= 8 and entries.stop <= len(data)
    if not (is_there and all(_has_value(data, entry, order) for entry in entries)):
        return Condition("a part of its directory is missing")
    return Condition()


def _has_value(data: bytes, entry: int, order: Literal["little", "big"]) -> bool:
    """Tell whether what a directory's entry points at is there."""
    kind, count, value = (
        int.from_bytes(data[entry + at : entry + at + size], order)
        for at, size in ((2, 2), (4, 4), (8, 4))
    )
    size = count * _TIFF_SIZES.get(kind, 0)
    return size <= 4 or value + size <= len(data)


def _bmp(data: bytes) -> Condition:
    return Condition(note=_CUT if len(data) < int.from_bytes(data[2:6], "little") else "")


def _jp2(data: bytes) -> Condition:
    if data[:1] == b"\0":
        names = dict.fromkeys(name for name, _, end in boxes(data) if end <= len(data))
        if b"jp2c" not in names:
            return Condition("its pixels are missing")
    return Condition() if b"\xff\xd9" in data[-4096:] else Condition(_CUT)


def _svg(data: bytes) -> Condition:
    is_closed = re.search(rb"</svg\s*>", data[-4096:]) or re.search(rb"/>\s*\Z", data[-64:])
    return Condition() if is_closed else Condition(_CUT)


_UNSEEN = (b"free", b"skip", b"uuid", b"mfra")


def _iso(data: bytes, needed: tuple[bytes, ...], any_of: tuple[bytes, ...]) -> Condition:
    names: dict[bytes, None] = {}
    is_cut, last = False, b""
    for name, _, end in boxes(data):
        is_cut, last = end > len(data), name
        if not is_cut:
            names[name] = None
    if any(name not in names for name in needed):
        return Condition("its index is missing")
    if not any(name in names for name in any_of):
        return Condition("its pixels are missing")
    # Of a film in fragments nobody knows which one was the last.
    is_seen = last in (b"mdat", b"moof", b"moov", b"meta")
    if is_cut and (is_seen or (b"moof" in names and last not in _UNSEEN)):
        return Condition("a part of it is missing")
    return Condition(note=_CUT if is_cut else "")


def _film(data: bytes) -> Condition:
    names = [name for name, _, _ in boxes(data)]
    if b"moof" in names and names[-1] == b"moof":
        return Condition("its last part is missing")
    return _iso(data, (b"moov",), (b"mdat", b"moof"))


def _avif(data: bytes) -> Condition:
    return _iso(data, (b"meta",), (b"mdat", b"idat", b"meta") if b"idat" in data else (b"mdat",))


def _jxl(data: bytes) -> Condition:
    if data[:1] != b"\0":  # pixels alone, which do not tell how many they are
        return Condition()
    return _iso(data, (), (b"jxlc", b"jxlp"))


_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_MASTERS = (_SEGMENT, _CLUSTER)
_BLOCKS = (0xA3, 0xA0)


def _matroska(data: bytes) -> Condition:
    at, steps = 0, Steps()
    has_frames = False
    while at < len(data):
        steps.one()
        name, size, body = matroska_element(data, at)
        if body > len(data):
            return Condition("a part of it is missing")
        has_frames |= name in _BLOCKS
        if size is not None and body + size > len(data):
            return Condition("a part of it is missing")
        at = body if name in _MASTERS else body + (size or 0)
    return Condition() if has_frames else Condition("its pixels are missing")


_LOOKS: dict[Format, Callable[[bytes], Condition]] = {
    "png": _png,
    "jpeg": _jpeg,
    "webp": _webp,
    "gif": _gif,
    "avif": _avif,
    "heic": _avif,
    "tiff": _tiff,
    "bmp": _bmp,
    "jp2": _jp2,
    "jxl": _jxl,
    "svg": _svg,
    "mp4": _film,
    "mov": _film,
    "webm": _matroska,
    "mkv": _matroska,
}
