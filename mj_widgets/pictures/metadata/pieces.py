"""The parts that a file of any format is cut into."""

from __future__ import annotations

from typing import NamedTuple


class CannotHold(Exception):
    """The file is damaged, or has no place for the facts."""


class Piece(NamedTuple):
    """One part of a file: all of them one after the other are the file."""

    name: str
    """What it is in its format's own words; "XMP" for XMP in any of them."""
    data: bytes
    """All of it."""
    text: bytes = b""
    """What is inside a text or XMP."""


def cut(data: bytes, begin: int, size: int, least: int = 0) -> bytes:
    """Return *size* bytes from *begin* on.

    Raises:
        CannotHold: they are not all there, or fewer than *least*.
    """
    if size < least or begin + size > len(data):
        raise CannotHold
    return data[begin : begin + size]


def behind_heads(pieces: list[Piece]) -> int:
    """Return the place behind a file's first piece and the "APP" ones that follow it."""
    return next((i for i, piece in enumerate(pieces) if i and piece.name != "APP"), 0)


def joined(pieces: list[Piece], place: int, new: bytes) -> bytes:
    """Return the file that the pieces are, with *new* before the one at *place*."""
    data = [piece.data for piece in pieces]
    return b"".join([*data[:place], new, *data[place:]])
