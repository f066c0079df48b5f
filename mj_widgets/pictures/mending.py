"""Files as a decoder takes them that a browser shows: without what is amiss and nobody sees.

Only what is decoded is made anew like this; what is kept stays as it was served.
"""

from __future__ import annotations

import zlib

from mj_widgets.pictures.containers import (
    gif_frames,
    jpeg_frame,
    jpeg_segments,
    png_chunks,
    webp_chunks,
)

MOST_BESIDE = 1_000_000
"""Bytes of a JPEG's or GIF's texts and metadata that a decoder is given. Of more it makes one
long text, block by block, which takes minutes."""

_LONGEST_PROFILE = 4_000_000
_PNG_KEPT = (
    *(b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"iCCP", b"sRGB", b"eXIf"),
    *(b"acTL", b"fcTL", b"fdAT"),
)
_JFIF, _EXIF, _PROFILE, _ADOBE, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_END_OF_JPEG = b"\xff\xd9"


def _rubbish(flip: int, next_mark: int) -> bytes:
    """Return light and dark of all kinds, and each mark at which a decoder finds its place again.

    Each bit of one *flip* is another in the other; no byte is a mark by chance.
    """
    return b"".join(
        bytes(((31 * n + 7 * mark) % 250 + 1) ^ flip for n in range(512))
        + bytes([0xFF, 0xD0 + mark % 8])
        for mark in range(next_mark, next_mark + 16)
    )


def png_mended(data: bytes) -> bytes:
    """Return a PNG without its texts, with checksums that are right, and with an end."""
    parts = [data[:8]]
    for name, at, end in png_chunks(data):
        body = data[at + 4 : min(end - 4, len(data))]
        told = data[end - 4 : end]
        checksum = zlib.crc32(body).to_bytes(4)
        is_extra = bool(name[0] & 0x20)
        if name == b"iCCP" and not _is_small(body[4:]):
            continue
        if name in _PNG_KEPT and (not is_extra or told == checksum):
            parts += [(len(body) - 4).to_bytes(4), body, checksum]
        if name == b"IEND":
            break
    return b"".join((*parts, b"\0\0\0\0IEND\xaeB`\x82"))


def _is_small(profile: bytes) -> bool:
    """Tell whether a profile is not longer, once it is unpacked, than Pillow takes."""
    try:
        return (
            len(zlib.decompressobj().decompress(profile.partition(b"\0")[2][1:], 1_000_001)) < 10**6
        )
    except zlib.error:
        return False


def jpeg_lightened(data: bytes) -> bytes:
    """Return a JPEG without its texts and metadata where they are heavy.

    Its orientation, its profile, and what says how its colours are stored stay.
    """
    parts, dropped, profile, at = [data[:2]], 0, 0, 2
    for marker, at, end in jpeg_segments(data):
        segment = data[at:end]
        is_kept = True
        if marker == _EXIF:
            is_kept = segment[4:10] == b"Exif\0\0" and b"Exif\0\0" not in parts[-1][:10]
        elif marker == _PROFILE:
            profile += len(segment)
            is_kept = segment[4:15] == b"ICC_PROFILE" and profile <= _LONGEST_PROFILE
        elif _JFIF <= marker <= 0xEF or marker == _COMMENT:
            is_kept = marker == _ADOBE or (marker == _JFIF and len(parts) == 1)
        if not is_kept:
            dropped += len(segment)
        elif end > at and marker != 0xDA:
            parts.append(segment)
    return data if dropped <= MOST_BESIDE else b"".join((*parts, data[at:]))


def jpeg_ended(data: bytes) -> tuple[bytes, bytes]:
    """Return a JPEG without its end twice: with rubbish before an end, and with other rubbish.

    Where all pixels are there, nobody reads the rubbish, and both are the same picture.
    """
    rest = data.rstrip(b"\xff")
    scan = rest.rfind(b"\xff\xda")
    last, mark = max((rest.rfind(bytes([0xFF, 0xD0 + mark]), scan), mark) for mark in range(8))
    following = mark + 1 if last >= 0 else 0
    return (
        rest + _rubbish(0, following) + _END_OF_JPEG,
        rest + _rubbish(0xFF, following) + _END_OF_JPEG,
    )


def jpeg_is_refined(data: bytes) -> bool:
    """Tell whether the scans of a JPEG bring every colour to its last bit.

    A progressive one is shown after its first scan already, roughly.
    """
    frame = jpeg_frame(data)
    if frame is None:
        return False
    missing = {(part, place) for part in frame.parts for place in range(64)}
    at = frame.scan
    while at >= 0 and at + 4 < len(data):
        several = data[at + 4]
        tail = at + 5 + 2 * several
        if tail + 3 > len(data):
            break
        begin, end, low = data[tail], data[tail + 1], data[tail + 2] & 15
        if not low:
            names = [data[at + 5 + 2 * n] for n in range(several)]
            missing -= {(n, place) for n in names for place in range(begin, min(end, 63) + 1)}
        at = data.find(b"\xff\xda", at + 2)
    return not missing


def gif_first(data: bytes) -> bytes:
    """Return a GIF of the first frame alone."""
    found = gif_frames(data)
    return data[: found.head] + data[found.starts[0] : found.first_end] + b"\0;"


def gif_last(data: bytes) -> bytes:
    """Return a GIF of the last frame alone, its data closed where they are not."""
    found = gif_frames(data)
    frame = data[found.starts[-1] :]
    if found.is_open:  # the last block says how long it should be
        whole, rest = data[found.starts[-1] : found.end], data[found.end + 1 :]
        frame = whole + (bytes([len(rest)]) + rest if rest else b"")
    return data[: found.head] + frame + b"\0;"


def webp_mended(data: bytes) -> bytes:
    """Return a WebP of the chunks that are whole."""
    body = b"WEBP"
    for _, at, end in webp_chunks(data):
        if end <= len(data):
            body += data[at:end] + bytes((end - at) % 2)
    return b"RIFF" + len(body).to_bytes(4, "little") + body
