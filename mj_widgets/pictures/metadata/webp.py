"""WebP: XMP in a chunk at the end, and a flag in the header that says so."""

from __future__ import annotations

from collections.abc import Iterator

from mj_widgets.pictures.metadata import xmp
from mj_widgets.pictures.metadata.facts import Facts
from mj_widgets.pictures.metadata.pieces import CannotHold, Piece, cut

_HAS_XMP = 0x04


def split(data: bytes) -> Iterator[Piece]:
    """Yield the chunks of a file."""
    end = 8 + int.from_bytes(data[4:8], "little")
    yield Piece("", cut(data, 0, 12))
    at = 12
    while at < end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = cut(data, at, 8 + size + size % 2)
        name = chunk[:4].decode("latin-1").rstrip()
        yield Piece(name, chunk, chunk[8 : 8 + size] if name == "XMP" else b"")
        at += len(chunk)
    if at != end:
        raise CannotHold
    yield Piece("", data[end:])


def join(pieces: list[Piece], facts: Facts) -> bytes:
    """Return the same file with *facts* in it."""
    packet = xmp.packet(pieces, facts)
    _, *chunks, rest = (piece.data for piece in xmp.without(pieces))
    if not chunks:
        raise CannotHold
    if chunks[0].startswith(b"VP8X"):
        flags = cut(chunks[0], 8, 10)[0] | _HAS_XMP
        chunks[0] = chunks[0][:8] + bytes([flags]) + chunks[0][9:]
    else:
        chunks.insert(0, _head(chunks[0]))
    new = b"XMP " + len(packet).to_bytes(4, "little") + packet + bytes(len(packet) % 2)
    body = b"WEBP" + b"".join(chunks) + new
    return b"RIFF" + len(body).to_bytes(4, "little") + body + rest


def _head(first: bytes) -> bytes:
    """Return the VP8X chunk for a file that has none: XMP, alpha, and the size of the picture."""
    if first.startswith(b"VP8 ") and first[11:14] == b"\x9d\x01\x2a":
        sides = int.from_bytes(first[14:18], "little")
        width, height, alpha = sides & 0x3FFF, sides >> 16 & 0x3FFF, 0
    elif first.startswith(b"VP8L") and first[8:9] == b"\x2f":
        sides = int.from_bytes(first[9:13], "little")
        width, height, alpha = (sides & 0x3FFF) + 1, (sides >> 14 & 0x3FFF) + 1, sides >> 28 & 1
    else:
        raise CannotHold
    if not (width and height):
        raise CannotHold
    flags = _HAS_XMP | alpha << 4
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X" + (10).to_bytes(4, "little") + bytes([flags, 0, 0, 0]) + canvas
