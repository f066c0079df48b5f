"""XMP, the XML that JPEG, WebP, GIF and MP4 files keep: our part of it, beside other programs'."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from mj_widgets.pictures.metadata.facts import KEYWORDS, WORDS, Facts
from mj_widgets.pictures.metadata.pieces import CannotHold, Piece

LARGEST = 1_000_000
"""Bytes that are read."""

_MJ = "urn:mj-widgets:facts:"
_DC = "http://purl.org/dc/elements/1.1/"
_XMP = "http://ns.adobe.com/xap/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OPEN = f'<rdf:Description rdf:about="" xmlns:mj="{_MJ}" xmlns:dc="{_DC}" xmlns:xmp="{_XMP}">'
_CLOSE = "</rdf:Description>\n"
_EMPTY = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">\n'
    '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
)
_COMMON = {
    "Software": "xmp:CreatorTool",
    "Description": "dc:description",
    "Creation Time": "xmp:CreateDate",
}


def place(pieces: list[Piece]) -> int:
    """Return where a file's XMP is; behind the last piece where there is none."""
    return next((i for i, piece in enumerate(pieces) if piece.name == "XMP"), len(pieces))


def without(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without the file's XMP."""
    at = place(pieces)
    return pieces[:at] + pieces[at + 1 :]


def packet(pieces: list[Piece], facts: Facts) -> bytes:
    """Return a file's XMP with *facts* in it, in place of those that were there.

    Raises:
        CannotHold: what is there is no XMP.
    """
    old = next((piece.text for piece in pieces if piece.name == "XMP"), b"")
    beside = _without_ours(old or _EMPTY.encode())
    head, close, tail = beside.rpartition(b"</rdf:RDF>")
    if not close:
        raise CannotHold
    return head + _our_part(facts, beside).encode() + close + tail


def _without_ours(packet: bytes) -> bytes:
    begin = packet.find(_OPEN.encode())
    end = packet.find(_CLOSE.encode(), begin)
    if begin < 0 or end < 0:
        return packet
    return packet[:begin] + packet[end + len(_CLOSE) :]


def _our_part(facts: Facts, beside: bytes) -> str:
    """Return our properties; where *beside* has a common one already, ours is in our own words.

    Then it is there although it may be empty, so that theirs is not taken for it.
    """
    part, texts = "", facts.texts()
    for keyword in WORDS:
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
_KEYWORD_OF = {
    _full_name(name): keyword
    for name, keyword in [
        ("mj:Software", "Software"),
        *((common, keyword) for keyword, common in _COMMON.items() if keyword != "Software"),
        *((_own_name(keyword), keyword) for keyword in KEYWORDS.values()),
    ]
}
_ORDER = list(_KEYWORD_OF)


def texts_in(piece: Piece) -> list[tuple[str, str]]:
    """Return what a piece tells, each with its keyword; nothing where it is no XMP."""
    return texts(piece.text) if piece.name == "XMP" else []


def texts(packet: bytes) -> list[tuple[str, str]]:
    """Return what a packet of XMP tells, each with its keyword."""
    try:
        text = packet.decode() if len(packet) <= LARGEST else ""
        # A document type is what entities are made of that fill the memory.
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            return []
        root = ElementTree.fromstring(text.strip("\ufeff\0 \n"))  # noqa: S314 - see above
    except (ElementTree.ParseError, ValueError):
        return []
    pairs = [pair for element in root.iter() for pair in _properties(element)]
    pairs.sort(key=lambda pair: _ORDER.index(pair[0]))
    return [(_KEYWORD_OF[name], value) for name, value in pairs]


def _properties(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Return what an element tells; a property may be an element or an attribute."""
    if element.tag in _KEYWORD_OF:
        chosen = element.find(f"{{{_RDF}}}Alt/{{{_RDF}}}li")
        yield element.tag, (element if chosen is None else chosen).text or ""
    yield from ((name, value) for name, value in element.attrib.items() if name in _KEYWORD_OF)
