"""Answers packed as brotli (RFC 7932) or zstd (RFC 8878), as blocks that are stored as they are.

Nothing gets smaller, but it takes a reader of the format to read it, and no library to write it.
"""

from __future__ import annotations

_BLOCK = 65_536


def brotli(data: bytes) -> bytes:
    """A brotli stream: each block has its length and is marked as not compressed."""
    out = bytearray()
    for number, block in enumerate(_blocks(data)):
        # From the lowest bit: not the last block, four nibbles of length, not compressed.
        bits, width = (len(block) - 1) << 3 | 1 << 19, 20
        if number == 0:  # a window of 64 kB, in front
            bits, width = bits << 1, width + 1
        out += bits.to_bytes(-(-width // 8), "little") + block
    return bytes(out) + (b"\x03" if out else b"\x06")


def zstd(data: bytes) -> bytes:
    """A zstd frame of one segment that tells its length."""
    out = bytearray(b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little"))
    blocks = _blocks(data) or [b""]
    for block in blocks:
        is_last = block is blocks[-1]
        out += (len(block) << 3 | is_last).to_bytes(3, "little") + block
    return bytes(out)


def _blocks(data: bytes) -> list[bytes]:
    return [data[start : start + _BLOCK] for start in range(0, len(data), _BLOCK)]
