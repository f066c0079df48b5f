"""PNG: text chunks, as Midjourney's own files have them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from mj_widgets.pictures.metadata import xmp
from mj_widgets.pictures.metadata.facts import OURS, WORDS, Facts
from mj_widgets.pictures.metadata.pieces import Piece, cut, joined

LARGEST_TEXT = 1_000_000
"""Bytes of one text that are read."""
_TEXTS = ("tEXt", "zTXt", "iTXt")


def split(data: bytes) -> Iterator[Piece]:
    """Yield the chunks of a file."""
    yield Piece("", data[:8])
    at, name = 8, ""
    while name != "IEND":
        chunk = cut(data, at, 12 + int.from_bytes(data[at : at + 4]))
        name = chunk[4:8].decode("latin-1")
        yield Piece(name, chunk, chunk[8:-4] if name in _TEXTS else b"")
        at += len(chunk)
    yield Piece("", data[at:])


def join(pieces: list[Piece], facts: Facts) -> bytes:
    """Return the same file with *facts* in it."""
    ours = _our_chunks(pieces)
    rest = [piece for number, piece in enumerate(pieces) if number not in ours]
    new = b"".join(_chunk(word, text) for word, text in facts.texts().items())
    return joined(rest, len(rest) - 2, new)  # before IEND and what stands behind it


def texts(piece: Piece) -> list[tuple[str, str]]:
    """Return what a chunk tells, with its keyword."""
    if piece.name not in _TEXTS:
        return []
    keyword = piece.text.partition(b"\0")[0].decode("latin-1")
    if keyword == "XML:com.adobe.xmp":
        return xmp.texts(_unpacked(piece))
    return [(keyword, _decoded(_unpacked(piece)))] if keyword in WORDS else []


def _our_chunks(pieces: list[Piece]) -> range:
    """Return where the chunks of an earlier writing are: they follow their program's name."""
    mark = b"Software\0\0\0\0\0" + OURS.encode()
    places = (i for i, p in enumerate(pieces) if p.name == "iTXt" and p.text.startswith(mark))
    begin = end = next(places, 0)
    words = tuple(word.encode() + b"\0" for word in WORDS)
    while pieces[end].name == "iTXt" and pieces[end].text.startswith(words):
        end += 1
    return range(begin, end)


def _chunk(keyword: str, text: str) -> bytes:
    body = b"iTXt" + keyword.encode() + b"\0\0\0\0\0" + text.encode()
    return (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)


def _unpacked(piece: Piece) -> bytes:
    body = piece.text.partition(b"\0")[2]
    packed = piece.name == "zTXt"
    if piece.name == "zTXt":
        body = body[1:]
    elif piece.name == "iTXt":
        packed = body[:1] == b"\1"
        body = b"".join(body[2:].split(b"\0", 2)[2:])
    try:
        text = zlib.decompressobj().decompress(body, LARGEST_TEXT) if packed else body
    except zlib.error:
        text = b""
    return text[:LARGEST_TEXT]


def _decoded(text: bytes) -> str:
    # Latin-1 by the specification, UTF-8 by habit.
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")
