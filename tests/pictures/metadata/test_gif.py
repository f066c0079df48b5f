"""Facts in a GIF."""

from __future__ import annotations

import io

from PIL import Image

from mj_widgets.pictures.metadata import (
    with_facts,
)
from pictures.metadata.files import (
    FACTS,
    FILES,
)


def test_the_xmp_of_a_gif_stands_before_its_first_frame_and_behind_its_loop() -> None:
    written = with_facts(FILES["gif moving"], FACTS)
    with Image.open(io.BytesIO(written)) as image:
        assert image.info["extension"][0] == b"XMP DataXMP"
        assert image.info["loop"] == 0
    assert written[written.index(b"XMP DataXMP") + 11 :].startswith(b"<?xpacket begin=")
