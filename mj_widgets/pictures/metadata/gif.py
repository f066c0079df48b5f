"""GIF89a: XMP in an application's block before the first frame."""

from __future__ import annotations

from collections.abc import Iterator

from mj_widgets.pictures.metadata import xmp
from mj_widgets.pictures.metadata.facts import Facts
from mj_widgets.pictures.metadata.pieces import CannotHold, Piece, behind_heads, cut, joined

_XMP = b"!\xff\x0bXMP DataXMP"
# A reader of GIF takes the bytes of the packet for lengths: wherever it arrives here, it finds the
# end (Adobe's XMP specification, part 3).
_XMP_END = bytes([1, *range(255, -1, -1), 0])


def split(data: bytes) -> Iterator[Piece]:
    """Yield the head of a file and its blocks."""
    if not data.startswith(b"GIF89a"):
        raise CannotHold
    at = 13 + _colours(cut(data, 10, 1))
    yield Piece("", cut(data, 0, at))
    while (mark := data[at : at + 1]) != b";":
        if mark == b"!":
            end = _after_blocks(data, at + 2)
        elif mark == b",":
            end = _after_blocks(data, at + 11 + _colours(cut(data, at + 9, 1)))
        else:
            raise CannotHold
        block = data[at:end]
        if block.startswith(_XMP) and block.endswith(_XMP_END):
            yield Piece("XMP", block, block[len(_XMP) : -len(_XMP_END)])
        else:
            yield Piece("APP" if block.startswith(b"!\xff") else "", block)
        at = end
    yield Piece("", data[at:])


def join(pieces: list[Piece], facts: Facts) -> bytes:
    """Return the same file with *facts* in it."""
    rest = xmp.without(pieces)
    return joined(rest, behind_heads(rest), _XMP + xmp.packet(pieces, facts) + _XMP_END)


def _colours(flags: bytes) -> int:
    """Return the bytes of the colour table that *flags* tell of."""
    return 6 << (flags[0] & 7) if flags[0] & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while size := cut(data, at, 1)[0]:
        at += 1 + size
    return at + 1
