"""MP4: XMP in a box at the end, so that no frame moves."""

from __future__ import annotations

from collections.abc import Iterator

from mj_widgets.pictures.metadata import xmp
from mj_widgets.pictures.metadata.facts import Facts
from mj_widgets.pictures.metadata.pieces import Piece, cut, joined

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def split(data: bytes) -> Iterator[Piece]:
    """Yield the boxes of a film."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        box = cut(data, at, size, least=8)
        if box[4:8] == b"uuid" and box[8:24] == _XMP:
            yield Piece("XMP", box, box[24:])
        else:
            yield Piece(box[4:8].decode("latin-1"), box)
        at += size


def join(pieces: list[Piece], facts: Facts) -> bytes:
    """Return the same film with *facts* in it."""
    packet = xmp.packet(pieces, facts)
    rest, old = xmp.without(pieces), xmp.place(pieces)
    # Films point at their frames by the distance from the file's beginning.
    if any(piece.name == "mdat" for piece in pieces[old + 1 :]):
        box = pieces[old].data
        rest.insert(old, Piece("free", box[:4] + b"free" + box[8:]))
    # The index of a film's fragments is looked for at the very end.
    place = len(rest) - (rest[-1].name == "mfra")
    return joined(rest, place, (24 + len(packet)).to_bytes(4) + b"uuid" + _XMP + packet)
