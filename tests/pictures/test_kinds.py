"""Kinds of files: known by their bytes, whatever their names and headers say."""

from __future__ import annotations

import time

import pytest
from PIL import Image
from services import file_of, film_of

from mj_widgets.pictures.disk import mime_and_suffix
from mj_widgets.pictures.kinds import KINDS, Format, sniff

RED = Image.new("RGB", (16, 16), "red")
EBML = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82"


def iso(*brands: bytes) -> bytes:
    head = brands[0] + bytes(4) + b"".join(brands[1:])
    return (8 + len(head)).to_bytes(4) + b"ftyp" + head + bytes(40)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (file_of(RED), "png"),
        (file_of(RED, "JPEG"), "jpeg"),
        (file_of(RED, "WEBP"), "webp"),
        (file_of(RED, "GIF"), "gif"),
        (file_of(RED, "BMP"), "bmp"),
        (file_of(RED, "TIFF"), "tiff"),
        (b"MM\0*" + bytes(40), "tiff"),
        (file_of(RED, "JPEG2000"), "jp2"),
        (b"\xff\x4f\xff\x51" + bytes(40), "jp2"),
        (iso(b"avif", b"mif1"), "avif"),
        (iso(b"mif1", b"avif", b"miaf"), "avif"),
        (iso(b"heic", b"mif1"), "heic"),
        (iso(b"mif1", b"heic"), "heic"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(40), "jxl"),
        (b"\xff\x0a" + bytes(40), "jxl"),
        (film_of(), "mp4"),
        (iso(b"qt  "), "mov"),
        (b"\0\0\1\0moov" + bytes(40), "mov"),
        (EBML + b"\x84webm" + bytes(40), "webm"),
        (EBML + b"\x88matroska" + bytes(40), "mkv"),
        (
            b'<?xml version="1.0"?>\n<!-- a fox -->\n<svg xmlns="svg"/>',
            "svg",
        ),
        (b"  <svg width='9'></svg>", "svg"),
    ],
)
def test_a_file_is_named_as_what_it_is(data: bytes, kind: Format) -> None:
    assert sniff(data) == kind
    mime, suffix = mime_and_suffix(data)
    assert (mime, suffix) == (KINDS[kind].mime, f".{kind}")
    assert mime.startswith("video/") is KINDS[kind].is_film


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF1234WAVE",
        b"BM, said the page",
        b"%PDF-1.7",
        b"<!DOCTYPE html><p><svg></svg>",
        b"<html><svg></svg></html>",
        b'{"svg": "<svg></svg>"}',
    ],
)
def test_other_files_are_taken_for_nothing(data: bytes) -> None:
    assert sniff(data) is None


@pytest.mark.parametrize("filling", [b" ", b"<", b"<!--", b"<?xml ?>", b"\xef\xbb\xbf"])
def test_nothing_keeps_the_look_at_a_file_busy(filling: bytes) -> None:
    """Twice the file takes no more than about twice the time."""

    def seconds(count: int) -> float:
        began = time.process_time()
        for _ in range(20):
            sniff(filling * count)
        return time.process_time() - began

    seconds(1000)
    assert seconds(200_000) < 20 * seconds(20_000) + 0.2
