"""What a picture's file tells of its making, and files that tell it.

PNG keeps text chunks as Midjourney's own files do; JPEG, WebP, GIF and MP4 keep XMP. Files are cut
into their parts and put together again: pixels and frames are never encoded anew, and what other
programs wrote stays.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import mj_widgets
from mj_widgets.errors import ImageError
from mj_widgets.images import MOST_BYTES, Format, sniff

LONGEST_PROMPT = 8_000
"""Characters; with everything else that still fits into the 64 kB of a JPEG's segment."""
LONGEST_FACT = 500
LARGEST_TEXT = 1_000_000
"""Bytes of XMP, or of one text of a PNG, that are read."""
MOST_TEXTS = 50
MOST_PIECES = 100_000
"""A file of more is made to keep its reader busy."""


@dataclass(frozen=True)
class Facts:
    """How a picture was made, as far as it is known."""

    prompt: str = ""
    task_id: str = ""
    seed: str = ""
    parent: str = ""
    """The id of the task whose button was pressed for it."""
    button: str = ""
    """That button, as it is shown: "U2"."""
    quadrant: int | None = None
    """Which of a grid's four pictures it is, 1 to 4; None for the whole."""
    created: datetime | None = None
    service: str = ""
    """The host that made it."""


def with_facts(data: bytes, facts: Facts) -> bytes:
    """Return the same file with *facts* in it, in place of those that were put there before.

    Pixels, frames and the metadata of other programs stay as they are. What is damaged, or cannot
    hold them (GIF87a, other files), comes back unchanged. Control characters and lone surrogates
    become U+FFFD; of a longer prompt the first 8,000 characters are kept.

    >>> with_facts(b"no picture", Facts(prompt="a red fox"))
    b'no picture'
    """
    kind = sniff(data)
    if kind is None:
        return data
    try:
        pieces = list(_pieces(data, kind))
        if kind == "png":
            return b"".join(_png_with(pieces, facts))
        return b"".join(_with_xmp(kind, pieces, facts))
    except _CannotHold:
        return data


def read_metadata(path: str | Path) -> dict[str, Any]:
    """Return what the file at *path* tells of its making; {} where it tells nothing.

    Keys, of which only those that are known are there: ``prompt``, ``task_id``, ``seed``,
    ``parent``, ``button``, ``quadrant`` (1 to 4), ``created`` (a datetime) and ``service``; for
    files from Midjourney's own site ``prompt`` and ``job_id``.

    >>> read_metadata("fox.png")                                            # doctest: +SKIP
    {'prompt': 'a red fox --ar 3:2', 'task_id': '1747132423020537', 'quadrant': 2}

    Raises:
        ImageError: it is no PNG, JPEG, WebP, GIF or MP4, or has more than 64 MB.
        OSError: it cannot be read, FileNotFoundError among others.
    """
    file = Path(path).expanduser()
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ImageError(f"{file.name} has more than {MOST_BYTES // 1024**2} MB", advice="")
    if sniff(data) is None:
        raise ImageError(
            f"{file.name} is not a picture",
            advice="PNG, JPEG, WebP, GIF and MP4 files are read.",
        )
    return metadata_in(data)


def metadata_in(data: bytes) -> dict[str, Any]:
    """Return what the file in *data* tells of its making, as ``read_metadata`` does.

    Whatever the bytes are, nothing raises: what is not understood tells nothing.

    >>> metadata_in(b"no picture")
    {}
    """
    kind = sniff(data)
    texts: list[tuple[str, str]] = []
    try:
        for piece in _pieces(data, kind) if kind else ():
            if len(texts) < MOST_TEXTS:
                texts += _texts_in(piece)
    except _CannotHold:
        pass  # what stood before the damage counts
    return _known(texts)


# -- the facts as texts ----------------------------------------------------------------------------

_OURS = "mj-widgets"
_KEYWORDS = {
    "prompt": "Description",
    "task_id": "Task",
    "seed": "Seed",
    "parent": "Parent",
    "button": "Button",
    "quadrant": "Quadrant",
    "service": "Service",
    "created": "Creation Time",
}
_WORDS = ("Software", *_KEYWORDS.values())
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_JOB = re.compile(r"\bJob ID: ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*\Z", re.IGNORECASE)


class _CannotHold(Exception):
    """The file is damaged, or has no place for the facts."""


def _texts(facts: Facts) -> dict[str, str]:
    """Return the facts that are there by keyword, the program first."""
    texts = {"Software": f"{_OURS} {mj_widgets.__version__}"}
    for name, keyword in _KEYWORDS.items():
        value = getattr(facts, name)
        text = value.isoformat() if isinstance(value, datetime) else str(value or "")
        if text:
            longest = LONGEST_PROMPT if name == "prompt" else LONGEST_FACT
            texts[keyword] = _NOT_IN_XML.sub("\ufffd", text[:longest])
    return texts


def _known(texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    said: dict[str, str] = {}
    ours = False
    for keyword, text in texts:
        if keyword == "Software" and text.startswith(_OURS):
            ours = True
            said.clear()  # what came before is another program's
        if keyword == "Description" and (job := _JOB.search(text)):
            found |= {"prompt": text[: job.start()].strip(), "job_id": job[1]}
        else:
            said[keyword] = text
    if ours:
        found |= {name: said[word] for name, word in _KEYWORDS.items() if said.get(word)}
    elif found:
        found["created"] = said.get("Creation Time", "")
    found["quadrant"] = _whole_number(found.get("quadrant", ""))
    found["created"] = _moment(found.get("created", ""))
    return {name: value for name, value in found.items() if value not in (None, "")}


def _whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,3}", text) else None


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


# -- the parts of a file ---------------------------------------------------------------------------


class _Piece(NamedTuple):
    name: str
    """What it is in its format's own words; "XMP" for XMP in any of them."""
    data: bytes
    """All of it: the pieces of a file one after the other are the file."""
    text: bytes = b""
    """What is inside a text or XMP."""


_PNG_TEXTS = ("tEXt", "zTXt", "iTXt")
_JPEG_PADDING = re.compile(rb"\xff*(?=\xff[^\xff])")
_XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_IN_GIF = b"!\xff\x0bXMP DataXMP"
_XMP_IN_MP4 = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
# A reader of GIF takes the bytes of the packet for lengths: wherever it arrives here, it finds the
# end (Adobe's XMP specification, part 3).
_XMP_END_IN_GIF = bytes([1, *range(255, -1, -1), 0])


def _cut(data: bytes, begin: int, size: int, least: int = 0) -> bytes:
    if size < least or begin + size > len(data):
        raise _CannotHold
    return data[begin : begin + size]


def _split_png(data: bytes) -> Iterator[_Piece]:
    yield _Piece("", data[:8])
    at, name = 8, ""
    while name != "IEND":
        chunk = _cut(data, at, 12 + int.from_bytes(data[at : at + 4]))
        name = chunk[4:8].decode("latin-1")
        yield _Piece(name, chunk, chunk[8:-4] if name in _PNG_TEXTS else b"")
        at += len(chunk)
    yield _Piece("", data[at:])


def _split_jpeg(data: bytes) -> Iterator[_Piece]:
    yield _Piece("", data[:2])
    begin = 2
    while True:
        padding = _JPEG_PADDING.match(data, begin)
        if not padding:
            raise _CannotHold
        mark = padding.end()
        if data[mark : mark + 2] == b"\xff\xda":
            break
        segment = _cut(data, mark, 2 + int.from_bytes(data[mark + 2 : mark + 4]), least=4)
        end = mark + len(segment)
        if segment[1] == 0xE1 and segment.startswith(_XMP_IN_JPEG, 4):
            yield _Piece("XMP", data[begin:end], segment[4 + len(_XMP_IN_JPEG) :])
        else:
            yield _Piece("APP" if segment[1] in (0xE0, 0xE1) else "", data[begin:end])
        begin = end
    yield _Piece("", data[begin:])


def _split_webp(data: bytes) -> Iterator[_Piece]:
    end = 8 + int.from_bytes(data[4:8], "little")
    yield _Piece("", _cut(data, 0, 12))
    at = 12
    while at < end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = _cut(data, at, 8 + size + size % 2)
        name = chunk[:4].decode("latin-1").rstrip()
        yield _Piece(name, chunk, chunk[8 : 8 + size] if name == "XMP" else b"")
        at += len(chunk)
    if at != end:
        raise _CannotHold
    yield _Piece("", data[end:])


def _split_gif(data: bytes) -> Iterator[_Piece]:
    if not data.startswith(b"GIF89a"):
        raise _CannotHold
    at = 13 + _colours(_cut(data, 10, 1))
    yield _Piece("", _cut(data, 0, at))
    while (mark := data[at : at + 1]) != b";":
        if mark == b"!":
            end = _after_blocks(data, at + 2)
        elif mark == b",":
            end = _after_blocks(data, at + 11 + _colours(_cut(data, at + 9, 1)))
        else:
            raise _CannotHold
        block = data[at:end]
        if block.startswith(_XMP_IN_GIF) and block.endswith(_XMP_END_IN_GIF):
            yield _Piece("XMP", block, block[len(_XMP_IN_GIF) : -len(_XMP_END_IN_GIF)])
        else:
            yield _Piece("APP" if block.startswith(b"!\xff") else "", block)
        at = end
    yield _Piece("", data[at:])


def _colours(flags: bytes) -> int:
    """Return the bytes of the colour table that *flags* tell of."""
    return 6 << (flags[0] & 7) if flags[0] & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while size := _cut(data, at, 1)[0]:
        at += 1 + size
    return at + 1


def _split_mp4(data: bytes) -> Iterator[_Piece]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        box = _cut(data, at, size, least=8)
        if box[4:8] == b"uuid" and box[8:24] == _XMP_IN_MP4:
            yield _Piece("XMP", box, box[24:])
        else:
            yield _Piece(box[4:8].decode("latin-1"), box)
        at += size


def _pieces(data: bytes, kind: Format) -> Iterator[_Piece]:
    for number, piece in enumerate(_SPLIT[kind](data)):
        if number == MOST_PIECES:
            raise _CannotHold
        yield piece


_SPLIT: dict[Format, Callable[[bytes], Iterator[_Piece]]] = {
    "png": _split_png,
    "jpeg": _split_jpeg,
    "webp": _split_webp,
    "gif": _split_gif,
    "mp4": _split_mp4,
}


# -- putting a file together -----------------------------------------------------------------------


def _png_with(pieces: list[_Piece], facts: Facts) -> Iterator[bytes]:
    ours = _our_chunks(pieces)
    for number, piece in enumerate(pieces):
        if piece.name == "IEND":
            yield from (_png_chunk(word, text) for word, text in _texts(facts).items())
        if number not in ours:
            yield piece.data


def _our_chunks(pieces: list[_Piece]) -> range:
    """Return where the chunks of an earlier writing are: they follow their program's name."""
    mark = b"Software\0\0\0\0\0" + _OURS.encode()
    places = (i for i, p in enumerate(pieces) if p.name == "iTXt" and p.text.startswith(mark))
    begin = end = next(places, 0)
    words = tuple(word.encode() + b"\0" for word in _WORDS)
    while pieces[end].name == "iTXt" and pieces[end].text.startswith(words):
        end += 1
    return range(begin, end)


def _png_chunk(keyword: str, text: str) -> bytes:
    body = b"iTXt" + keyword.encode() + b"\0\0\0\0\0" + text.encode()
    return (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)


def _with_xmp(kind: Format, pieces: list[_Piece], facts: Facts) -> Iterator[bytes]:
    old = next((i for i, piece in enumerate(pieces) if piece.name == "XMP"), None)
    packet = _packet(b"" if old is None else pieces[old].text, facts)
    if old is not None:
        box = pieces.pop(old)
        # Films point at their frames by the distance from the file's beginning.
        if kind == "mp4" and any(piece.name == "mdat" for piece in pieces[old:]):
            pieces.insert(old, _Piece("free", box.data[:4] + b"free" + box.data[8:]))
    if kind == "webp":
        return _webp_with(pieces, packet)
    place = next((i for i, piece in enumerate(pieces) if i and piece.name != "APP"), 0)
    if kind == "jpeg":
        new = _jpeg_segment(packet)
    elif kind == "gif":
        new = _XMP_IN_GIF + packet + _XMP_END_IN_GIF
    else:
        # The index of a film's fragments is looked for at the very end.
        place = len(pieces) - (pieces[-1].name == "mfra")
        new = (24 + len(packet)).to_bytes(4) + b"uuid" + _XMP_IN_MP4 + packet
    pieces.insert(place, _Piece("XMP", new))
    return (piece.data for piece in pieces)


def _jpeg_segment(packet: bytes) -> bytes:
    body = _XMP_IN_JPEG + packet
    if len(body) > 0xFFFF - 2:
        raise _CannotHold
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body


def _webp_with(pieces: list[_Piece], packet: bytes) -> Iterator[bytes]:
    _, *chunks, rest = (piece.data for piece in pieces)
    if not chunks:
        raise _CannotHold
    if chunks[0].startswith(b"VP8X"):
        has_xmp = _cut(chunks[0], 8, 10)[0] | 0x04
        chunks[0] = chunks[0][:8] + bytes([has_xmp]) + chunks[0][9:]
    else:
        chunks.insert(0, _webp_head(chunks[0]))
    xmp = b"XMP " + len(packet).to_bytes(4, "little") + packet + bytes(len(packet) % 2)
    body = b"WEBP" + b"".join(chunks) + xmp
    yield from (b"RIFF", len(body).to_bytes(4, "little"), body, rest)


def _webp_head(first: bytes) -> bytes:
    """Return the VP8X chunk for a file that has none: XMP, alpha, and the size of the picture."""
    if first.startswith(b"VP8 ") and first[11:14] == b"\x9d\x01\x2a":
        sides = int.from_bytes(first[14:18], "little")
        width, height, alpha = sides & 0x3FFF, sides >> 16 & 0x3FFF, 0
    elif first.startswith(b"VP8L") and first[8:9] == b"\x2f":
        sides = int.from_bytes(first[9:13], "little")
        width, height, alpha = (sides & 0x3FFF) + 1, (sides >> 14 & 0x3FFF) + 1, sides >> 28 & 1
    else:
        raise _CannotHold
    if not (width and height):
        raise _CannotHold
    flags = 0x04 | alpha << 4
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X" + (10).to_bytes(4, "little") + bytes([flags, 0, 0, 0]) + canvas


# -- XMP -------------------------------------------------------------------------------------------

_MJ = "urn:mj-widgets:facts:"
_DC = "http://purl.org/dc/elements/1.1/"
_XMP = "http://ns.adobe.com/xap/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OPEN = f'<rdf:Description rdf:about="" xmlns:mj="{_MJ}" xmlns:dc="{_DC}" xmlns:xmp="{_XMP}">'
_CLOSE = "</rdf:Description>\n"
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">\n'
    '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
)


def _packet(old: bytes, facts: Facts) -> bytes:
    """Return the XMP *old* with our part in it, or a new one."""
    beside = _without_ours(old or _PACKET.encode())
    head, close, tail = beside.rpartition(b"</rdf:RDF>")
    if not close:
        raise _CannotHold
    return head + _our_part(facts, beside).encode() + close + tail


def _without_ours(packet: bytes) -> bytes:
    begin = packet.find(_OPEN.encode())
    end = packet.find(_CLOSE.encode(), begin)
    if begin < 0 or end < 0:
        return packet
    return packet[:begin] + packet[end + len(_CLOSE) :]


_COMMON = {
    "Software": "xmp:CreatorTool",
    "Description": "dc:description",
    "Creation Time": "xmp:CreateDate",
}


def _our_part(facts: Facts, beside: bytes) -> str:
    """Return our properties; where *beside* has a common one already, ours is in our own words.

    Then it is there although it may be empty, so that theirs is not taken for it.
    """
    part, texts = "", _texts(facts)
    for keyword in _WORDS:
        words = escape(texts.get(keyword, ""), {"\r": "&#13;"})
        common = _COMMON.get(keyword, "")
        taken = bool(common) and common.encode() in beside
        if words and common and not taken:
            part += _property(common, words)
        if keyword == "Software" or taken or (words and not common):
            part += _property(_own_name(keyword), words)
    return f"{_OPEN}{part}{_CLOSE}"


def _own_name(keyword: str) -> str:
    return f"mj:{keyword.replace(' ', '')}"


def _property(name: str, words: str) -> str:
    if name == "dc:description":
        words = f'<rdf:Alt><rdf:li xml:lang="x-default">{words}</rdf:li></rdf:Alt>'
    return f"<{name}>{words}</{name}>"


_NAMESPACES = {"dc": _DC, "mj": _MJ, "xmp": _XMP}


def _full_name(name: str) -> str:
    prefix, _, word = name.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{word}"


# In this order: theirs, and then ours, so that ours count.
_FROM_XMP = {
    _full_name(name): keyword
    for name, keyword in [
        ("mj:Software", "Software"),
        *((common, keyword) for keyword, common in _COMMON.items() if keyword != "Software"),
        *((_own_name(keyword), keyword) for keyword in _KEYWORDS.values()),
    ]
}
_ORDER = list(_FROM_XMP)


def _texts_in(piece: _Piece) -> list[tuple[str, str]]:
    if piece.name == "XMP":
        return _texts_in_xmp(piece.text)
    if piece.name not in _PNG_TEXTS:
        return []
    keyword = piece.text.partition(b"\0")[0].decode("latin-1")
    if keyword == "XML:com.adobe.xmp":
        return _texts_in_xmp(_png_text(piece))
    return [(keyword, _decoded(_png_text(piece)))] if keyword in _WORDS else []


def _png_text(piece: _Piece) -> bytes:
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


def _texts_in_xmp(packet: bytes) -> list[tuple[str, str]]:
    try:
        text = packet.decode() if len(packet) <= LARGEST_TEXT else ""
        # A document type is what entities are made of that fill the memory.
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            return []
        root = ElementTree.fromstring(text.strip("\ufeff\0 \n"))  # noqa: S314 - see above
    except (ElementTree.ParseError, ValueError):
        return []
    pairs = [pair for element in root.iter() for pair in _properties(element)]
    pairs.sort(key=lambda pair: _ORDER.index(pair[0]))
    return [(_FROM_XMP[name], value) for name, value in pairs]


def _properties(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Return what an element tells; a property may be an element or an attribute."""
    if element.tag in _FROM_XMP:
        chosen = element.find(f"{{{_RDF}}}Alt/{{{_RDF}}}li")
        yield element.tag, (element if chosen is None else chosen).text or ""
    yield from ((name, value) for name, value in element.attrib.items() if name in _FROM_XMP)
