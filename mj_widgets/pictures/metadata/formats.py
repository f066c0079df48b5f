"""Files of every format: the facts are read from them, or put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mj_widgets.errors import ImageError
from mj_widgets.pictures.images import MOST_BYTES
from mj_widgets.pictures.kinds import Format, sniff
from mj_widgets.pictures.metadata import gif, jpeg, mp4, png, webp, xmp
from mj_widgets.pictures.metadata.facts import Facts, known
from mj_widgets.pictures.metadata.pieces import CannotHold, Piece

MOST_TEXTS = 50
MOST_PIECES = 100_000
"""A file of more is made to keep its reader busy."""

_SPLIT: dict[Format, Callable[[bytes], Iterator[Piece]]] = {
    "png": png.split,
    "jpeg": jpeg.split,
    "webp": webp.split,
    "gif": gif.split,
    "mp4": mp4.split,
    "mov": mp4.split,
}
_JOIN: dict[Format, Callable[[list[Piece], Facts], bytes]] = {
    "png": png.join,
    "jpeg": jpeg.join,
    "webp": webp.join,
    "gif": gif.join,
    "mp4": mp4.join,
    "mov": mp4.join,
}


def with_facts(data: bytes, facts: Facts) -> bytes:
    """Return the same file with *facts* in it, in place of those that were put there before.

    Pixels, frames and the metadata of other programs stay as they are. What is damaged, or cannot
    hold them (GIF87a, other files), comes back unchanged. Control characters and lone surrogates
    become U+FFFD; of a longer prompt the first 8,000 characters are kept.

    >>> with_facts(b"no picture", Facts(prompt="a red fox"))
    b'no picture'
    """
    kind = sniff(data)
    if kind not in _JOIN:
        return data
    try:
        return _JOIN[kind](list(_pieces(data, kind)), facts)
    except CannotHold:
        return data


def read_metadata(path: str | Path) -> dict[str, Any]:
    """Return what the file at *path* tells of its making; {} where it tells nothing.

    Keys, of which only those that are known are there: ``prompt``, ``task_id``, ``seed``,
    ``parent``, ``button``, ``quadrant`` (from 1), ``created`` (a datetime) and ``service``; for
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
    if sniff(data) not in _SPLIT:
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
    texts_in = png.texts if kind == "png" else xmp.texts_in
    texts: list[tuple[str, str]] = []
    try:
        for piece in _pieces(data, kind) if kind in _SPLIT else ():
            if len(texts) < MOST_TEXTS:
                texts += texts_in(piece)
    except CannotHold:
        pass  # what stood before the damage counts
    return known(texts)


def _pieces(data: bytes, kind: Format) -> Iterator[Piece]:
    for number, piece in enumerate(_SPLIT[kind](data)):
        if number == MOST_PIECES:
            raise CannotHold
        yield piece
