"""Facts in a WebP, still or moving."""

from __future__ import annotations

import pytest

from mj_widgets.pictures.metadata import (
    with_facts,
)
from pictures.metadata.files import (
    FACTS,
    FILES,
    pixels,
)


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("webp", 0x04),
        ("webp lossless", 0x04),
        ("webp lossless alpha", 0x14),
        ("webp alpha", 0x14),
        ("webp icc", 0x2C),
        ("webp moving", 0x16),
    ],
)
def test_a_webp_says_what_is_in_it(name: str, flags: int) -> None:
    written = with_facts(FILES[name], FACTS)
    assert int.from_bytes(written[4:8], "little") == len(written) - 8
    assert written[12:16] == b"VP8X"
    assert written[20] == flags
    width, height = pixels(FILES[name])[0][1]
    canvas = int.from_bytes(written[24:27], "little"), int.from_bytes(written[27:30], "little")
    assert canvas == (width - 1, height - 1)
    assert written.count(b"VP8X") == written.count(b"XMP ") == 1
