"""What the tracks of a film tell of it, before anything of it is played.

Source: ISO/IEC 14496-12, 8.3.2 (the header of a track) and 8.4.3 (what it is a track of), which
QuickTime has as well.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from mj_widgets.pictures.containers import Steps, TooManyPartsError, boxes
from mj_widgets.pictures.kinds import Format

_IN_BOXES: tuple[Format, ...] = ("mp4", "mov")
_MATRICES = {b"\0": 40, b"\1": 52}
"""Where the matrix in the head of a track begins, by the version of that."""


def film_size(data: bytes, kind: Format) -> tuple[int, int] | None:
    """Return the width and height of a film in pixels as it is shown, None where it is not known.

    Args:
        data: a film, which may be damaged in any way.
        kind: what it is; of a WebM nothing is known here.
    """
    if kind not in _IN_BOXES:
        return None
    steps = Steps()
    try:
        return next(_sizes(data, steps), None)
    except TooManyPartsError:
        return None


def _sizes(data: bytes, steps: Steps) -> Iterator[tuple[int, int]]:
    for index in _bodies(data, b"moov", steps):
        for track in _bodies(index, b"trak", steps):
            if _has_pictures(track, steps):
                sizes = (_size_in(head) for head in _bodies(track, b"tkhd", steps))
                yield from filter(None, sizes)


def _has_pictures(track: bytes, steps: Steps) -> bool:
    """Tell whether it is no track of sounds or of words, which may have a size as well."""
    handlers = (
        handler
        for media in _bodies(track, b"mdia", steps)
        for handler in _bodies(media, b"hdlr", steps)
    )
    return any(handler[8:12] == b"vide" for handler in handlers)


def _size_in(head: bytes) -> tuple[int, int] | None:
    """Return what the head of a track says, in 65,536ths; turned as its matrix turns it."""
    at = _MATRICES.get(head[:1], len(head))
    if len(head) < at + 44:
        return None
    a, b, _, c, d, *_, width, height = struct.unpack_from(">9i2I", head, at)
    sides = round(width / 65_536), round(height / 65_536)
    if abs(b) > abs(a) and abs(c) > abs(d):  # it lies on its side
        sides = sides[::-1]
    return sides if all(sides) else None


def _bodies(data: bytes, name: bytes, steps: Steps) -> Iterator[bytes]:
    """Yield what is in each whole box of that name."""
    for found, at, end in boxes(data, steps):
        if found == name and end <= len(data):
            yield data[at + (16 if data.startswith(b"\0\0\0\1", at) else 8) : end]
