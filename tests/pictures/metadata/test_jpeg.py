"""Facts in a JPEG."""

from __future__ import annotations

from services import file_of

from mj_widgets.pictures.metadata import (
    with_facts,
)
from pictures.metadata.files import (
    FACTS,
    FILES,
    FOREIGN_XMP,
    RGB,
)


def test_the_xmp_of_a_jpeg_stands_behind_its_exif() -> None:
    written = with_facts(FILES["jpeg exif"], FACTS)
    assert written.index(b"JFIF\0") < written.index(b"Exif\0\0")
    assert written.index(b"Exif\0\0") < written.index(b"http://ns.adobe.com/xap/1.0/\0")
    assert written.index(b"http://ns.adobe.com/xap/1.0/\0") < written.index(b"ICC_PROFILE\0")


def test_a_jpegs_xmp_without_room_for_more_stays_as_it_is() -> None:
    full = FOREIGN_XMP.replace(b"Theirs", b"T" * 64_900)
    data = file_of(RGB, "JPEG", xmp=full)
    assert with_facts(data, FACTS) == data
