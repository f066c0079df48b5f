"""What files of pictures and films are made of: where each part begins, and should end.

Nothing is decoded. Sources: PNG (W3C, third edition), GIF89a, JPEG (ITU T.81), WebP's container,
ISO 14496-12 (MP4, AVIF, HEIC, and QuickTime before it), EBML (RFC 8794).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

MOST_PARTS = 400_000
"""Chunks, blocks or boxes of a file that are looked at: half a second. A GIF of 64 MB has fewer."""
MOST_FRAMES = 10_000
SCAN = 0xDA
"""The marker of a JPEG's scan."""


class TooManyPartsError(Exception):
    """It would take too long to look at all of them."""


class Steps:
    """Counts the parts of a file that is looked at."""

    def __init__(self) -> None:
        self._left = MOST_PARTS

    def one(self) -> None:
        """Count one more.

        Raises:
            TooManyPartsError: that is more than ``MOST_PARTS``.
        """
        self._left -= 1
        if self._left < 0:
            raise TooManyPartsError


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name of each chunk, where it begins, and where it should end."""
    at, steps = 8, Steps()
    while at + 8 <= len(data):
        steps.one()
        end = at + 12 + int.from_bytes(data[at : at + 4])
        yield data[at + 4 : at + 8], at, end
        at = end


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the marker of each segment up to the first scan, where it begins, and where it ends."""
    at, steps = 2, Steps()
    while at + 4 <= len(data) and data[at] == 0xFF:
        steps.one()
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        yield marker, at, end
        if marker == SCAN:
            return
        at = end


class JpegFrame(NamedTuple):
    """What the head of a JPEG says of its pixels."""

    scan: int
    """Where the first scan begins."""
    parts: tuple[int, ...]
    """The names of its colours."""
    has_several_scans: bool
    """True where all scans are read before anything is to be seen."""


def jpeg_frame(data: bytes) -> JpegFrame | None:
    """Return what a JPEG's head says, None where it has none or no scan."""
    parts, is_progressive = b"", False
    for marker, at, _ in jpeg_segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            count = data[at + 9] if at + 9 < len(data) else 0
            parts, is_progressive = data[at + 10 : at + 10 + 3 * count : 3], marker % 4 == 2
        if marker == SCAN and parts and at + 4 < len(data):
            return JpegFrame(at, tuple(parts), is_progressive or data[at + 4] < len(parts))
    return None


class GifFrames(NamedTuple):
    """Where the frames of a GIF are."""

    head: int
    """Where its head ends."""
    starts: tuple[int, ...]
    """Where each frame begins, with the block that controls it."""
    first_end: int
    """Where the first frame ends."""
    end: int
    """Where the last whole block of a frame ends."""
    is_open: bool
    """True where the last frame's data are not closed."""
    is_ended: bool
    """True where the mark of the end is there."""


def gif_frames(data: bytes) -> GifFrames:
    """Return where the frames of a GIF are, as many as are looked at."""
    steps, size = Steps(), len(data)
    head = at = 13 + _colours(data[10:11])
    starts: list[int] = []
    control, first_end, is_open = -1, 0, False
    while at < size and data[at] in b"!,":
        is_frame = data[at] == 0x2C
        start = at if control < 0 else control
        if is_frame:
            at_blocks = at + 11 + _colours(data[at + 9 : at + 10])
            control = -1
        else:
            at_blocks = at + 2
            if data[at + 1 : at + 2] == b"\xf9":
                control = at
        at, is_open = _behind_blocks(data, at_blocks, steps)
        if is_frame:
            starts.append(start)
            first_end = first_end or at
        elif is_open:
            is_open = False
            break
        if is_open or len(starts) > MOST_FRAMES:
            break
    return GifFrames(head, tuple(starts), first_end, at, is_open, data[at : at + 1] == b";")


def _behind_blocks(data: bytes, at: int, steps: Steps) -> tuple[int, bool]:
    """Return where a chain of blocks ends, and whether its end was missing."""
    while at < len(data):
        steps.one()
        size = data[at]
        if size == 0:
            return at + 1, False
        if at + 1 + size > len(data):
            break
        at += 1 + size
    return at, True


def _colours(flags: bytes) -> int:
    """Return the bytes of the colour table that *flags* tell of."""
    return 6 << (flags[0] & 7) if flags and flags[0] & 0x80 else 0


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name of each chunk, where it begins, and where it should end."""
    at, steps = 12, Steps()
    last = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= last:
        steps.one()
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], at, at + 8 + size
        at += 8 + size + size % 2


def boxes(data: bytes, steps: Steps | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name of each box of an ISO file, where it begins, and where it should end.

    Args:
        data: the file, or what is in one of its boxes.
        steps: counts them together with others.

    Raises:
        TooManyPartsError: there are more than are looked at.
    """
    at, steps = 0, steps or Steps()
    while at < len(data):
        steps.one()
        size, least = int.from_bytes(data[at : at + 4]), 8
        if size == 1:
            size, least = int.from_bytes(data[at + 8 : at + 16]), 16
        elif size == 0 and at + 8 <= len(data):  # to the end of the file
            size = len(data) - at
        # What is no box any more is somebody's padding where the file has all that it needs.
        end = at + size if size >= least else len(data) + 1
        yield data[at + 4 : at + 8], at, end
        at = end


def matroska_element(data: bytes, at: int) -> tuple[int, int | None, int]:
    """Return the id and size (None for "unknown") of an element, and where its body begins."""
    length = 9 - data[at].bit_length() if data[at] else 9
    name = int.from_bytes(data[at : at + length])
    place = at + length
    first = data[place] if place < len(data) else 0
    width = 9 - first.bit_length() if first else 9
    size = int.from_bytes(data[place : place + width]) & ((1 << 7 * width) - 1)
    body = place + width
    return name, None if size == (1 << 7 * width) - 1 else size, body
