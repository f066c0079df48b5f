"""JPEG: XMP in a segment behind those of JFIF and EXIF."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mj_widgets.pictures.metadata import xmp
from mj_widgets.pictures.metadata.facts import Facts
from mj_widgets.pictures.metadata.pieces import CannotHold, Piece, behind_heads, cut, joined

_PADDING = re.compile(rb"\xff*(?=\xff[^\xff])")
_XMP = b"http://ns.adobe.com/xap/1.0/\0"


def split(data: bytes) -> Iterator[Piece]:
    """Yield the segments of a file, and all from the first scan on as one piece."""
    yield Piece("", data[:2])
    begin = 2
    while True:
        padding = _PADDING.match(data, begin)
        if not padding:
            raise CannotHold
        mark = padding.end()
        if data[mark : mark + 2] == b"\xff\xda":
            break
        segment = cut(data, mark, 2 + int.from_bytes(data[mark + 2 : mark + 4]), least=4)
        end = mark + len(segment)
        if segment[1] == 0xE1 and segment.startswith(_XMP, 4):
            yield Piece("XMP", data[begin:end], segment[4 + len(_XMP) :])
        else:
            yield Piece("APP" if segment[1] in (0xE0, 0xE1) else "", data[begin:end])
        begin = end
    yield Piece("", data[begin:])


def join(pieces: list[Piece], facts: Facts) -> bytes:
    """Return the same file with *facts* in it."""
    body = _XMP + xmp.packet(pieces, facts)
    if len(body) > 0xFFFF - 2:
        raise CannotHold
    rest = xmp.without(pieces)
    return joined(rest, behind_heads(rest), b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body)
