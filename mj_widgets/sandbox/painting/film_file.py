"""An mp4 (ISO/IEC 14496-12) with one track of pictures and no sound."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from PIL import Image

from mj_widgets.sandbox.painting.h264 import frame_unit, parameter_sets

FRAMES_A_SECOND = 12
_SCALE = FRAMES_A_SECOND * 100
_MATRIX = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


def film_of(frames: Sequence[Image.Image]) -> bytes:
    """A film of these pictures, `FRAMES_A_SECOND` of them; all of one size, with even sides."""
    size = frames[0].size
    units = [frame_unit(frame, number) for number, frame in enumerate(frames)]
    samples = [struct.pack(">I", len(unit)) + unit for unit in units]
    kind = _box("ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
    # Where the frames begin is told in front of them, and as long whatever it says.
    start = len(kind) + len(_index(size, samples, 0)) + 8
    return kind + _index(size, samples, start) + _box("mdat", *samples)


def _index(size: tuple[int, int], samples: Sequence[bytes], start: int) -> bytes:
    count, length = len(samples), len(samples) * 100
    shape = struct.pack(">2I", size[0] << 16, size[1] << 16)
    header = struct.pack(">5I", 0, 0, _SCALE, length, 1 << 16) + struct.pack(">H10x", 1 << 8)
    sizes = struct.pack(f">3I{count}I", 0, 0, count, *map(len, samples))
    tables = _box(
        "stbl",
        _box("stsd", struct.pack(">2I", 0, 1), _coding(size)),
        _box("stts", struct.pack(">4I", 0, 1, count, 100)),
        _box("stsc", struct.pack(">5I", 0, 1, 1, count, 1)),
        _box("stsz", sizes),
        _box("stco", struct.pack(">3I", 0, 1, start)),
    )
    here = _box("dinf", _box("dref", struct.pack(">2I", 0, 1), _box("url ", b"\0\0\0\1")))
    media = _box(
        "mdia",
        _box("mdhd", struct.pack(">5I2H", 0, 0, 0, _SCALE, length, 0x55C4, 0)),
        _box("hdlr", struct.pack(">2I4s12xx", 0, 0, b"vide")),
        _box("minf", _box("vmhd", struct.pack(">I8x", 1)), here, tables),
    )
    track = _box(
        "tkhd",
        struct.pack(">6I8x2h2H", 3, 0, 0, 1, 0, length, 0, 0, 0, 0) + _MATRIX + shape,
    )
    return _box(
        "moov",
        _box("mvhd", header + _MATRIX + bytes(24) + struct.pack(">I", 2)),
        _box("trak", track, media),
    )


def _coding(size: tuple[int, int]) -> bytes:
    sequence, picture = parameter_sets(size)
    sets = b"".join(
        bytes([count]) + struct.pack(">H", len(one)) + one
        for count, one in ((0xE0 | 1, sequence), (1, picture))
    )
    settings = _box("avcC", b"\1" + sequence[1:4] + b"\xff" + sets)
    head = struct.pack(">6xH16x2H2I4xH32x2H", 1, *size, 72 << 16, 72 << 16, 1, 24, 0xFFFF)
    return _box("avc1", head, settings)


def _box(name: str, *content: bytes) -> bytes:
    length = 8 + sum(map(len, content))
    return struct.pack(">I4s", length, name.encode()) + b"".join(content)
