"""What is opened, how, and what is kept unopened: never more work than a picture is worth."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageChops, features
from services import file_of

import mj_widgets as mj
from mj_widgets.pictures import decoding, mending
from mj_widgets.pictures.images import Picture, previews, whole_preview

FADE = Image.linear_gradient("L").resize((48, 64)).convert("RGB")
PNG, JPEG = file_of(FADE), file_of(FADE, "JPEG")
GIF = file_of(FADE, "GIF")
PIXELS = PNG[41 : 41 + int.from_bytes(PNG[33:37])]


def chunk(name: bytes, body: bytes, *, broken: bool = False) -> bytes:
    checksum = zlib.crc32(name + body) ^ broken
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)


def with_chunks(*chunks: bytes) -> bytes:
    return PNG[:33] + b"".join(chunks) + PNG[33:]


def with_segments(count: int, body: bytes) -> bytes:
    return JPEG[:2] + (b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body) * count + JPEG[2:]


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


# -- what a browser shows ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        with_chunks(chunk(b"gAMA", struct.pack(">I", 45455), broken=True)),
        with_chunks(chunk(b"tEXt", b"Comment\0a fox", broken=True)),
        with_chunks(chunk(b"zTXt", b"parameters\0\0" + zlib.compress(b"fox " * 500_000))),
        with_chunks(chunk(b"iTXt", b"workflow\0\1\0\0\0" + zlib.compress(b"{}" * 900_000))),
        with_chunks(*[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**6)))] * 80),
        with_chunks(chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(bytes(3_000_000)))),
    ],
    ids=["gamma", "text", "zTXt of 2 MB", "iTXt of 2 MB", "80 MB of texts", "profile of 3 MB"],
)
def test_what_is_amiss_beside_the_pixels_does_not_hide_them(data: bytes) -> None:
    picture = Picture.from_bytes(data)
    assert same(picture.decode(), FADE)
    assert "all that is seen is there" in picture.note
    assert picture.data == data


@pytest.mark.parametrize("place", range(0, len(PIXELS), 3))
def test_pixels_that_are_damaged_are_not_shown(place: int) -> None:
    damaged = bytearray(PNG)
    damaged[PNG.index(PIXELS) + place] ^= 0xFF
    with pytest.raises(mj.ImageError, match="truncated or damaged") as caught:
        Picture.from_bytes(bytes(damaged)).decode()
    assert caught.value.may_pass


def test_pixels_whose_own_checksum_is_right_are_shown_whatever_the_one_around_them_says() -> None:
    at = PNG.index(PIXELS) + len(PIXELS)
    picture = Picture.from_bytes(PNG[:at] + b"fox!" + PNG[at + 4 :])
    assert same(picture.decode(), FADE)
    assert picture.note == "a checksum of it is wrong, but all that is seen is there"


def test_a_file_without_fault_says_nothing() -> None:
    assert [Picture.from_bytes(data).note for data in (PNG, JPEG, GIF)] == ["", "", ""]


# -- other formats -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["AVIF", "BMP", "TIFF", "JPEG2000"])
def test_what_pillow_reads_is_shown(kind: str) -> None:
    picture = Picture.from_bytes(file_of(FADE, kind))
    assert (picture.size, picture.frames, picture.has_pixels) == ((48, 64), 1, True)
    assert len(previews(picture, split=True)) == 4
    assert picture.note == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\x0a" + bytes(40), "a JPEG XL picture, which this Pillow cannot read"),
        (
            b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x08meta" + b"\0\0\0\x08mdat",
            "a HEIC picture, which this Pillow cannot read",
        ),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing, which is not opened"),
    ],
)
def test_what_cannot_be_opened_is_named_and_whole(data: bytes, said: str) -> None:
    picture = Picture.from_bytes(data)
    assert picture.note == f"{said}: the file is kept as it is"
    assert (picture.data, picture.size, picture.moves) == (data, None, False)
    with pytest.raises(mj.ImageError, match=r"is not opened|cannot read") as caught:
        picture.decode()
    assert not caught.value.may_pass


def test_an_avif_is_named_where_pillow_cannot_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    picture = Picture.from_bytes(file_of(FADE, "AVIF"))
    assert picture.note.startswith("an AVIF picture, which this Pillow cannot read")
    assert (picture.mime, picture.is_for_browsers, picture.has_pixels) == (
        "image/avif",
        True,
        False,
    )


# -- too much work -------------------------------------------------------------------------------


def scans(count: int) -> bytes:
    whole = file_of(FADE, "JPEG", progressive=True)
    last = whole.rfind(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * count + whole[-2:]


HEAD = 13 + (6 << (GIF[10] & 7))
FRAME = GIF[HEAD:-1]
TOO_MUCH = {
    "scans": lambda: scans(2000),
    "frames": lambda: GIF[:-1] + FRAME * 20_000 + b";",
    "blocks of a GIF": lambda: GIF[:-1] + b"!\xfe" + b"\1a" * 10**7 + b"\0;",
    "chunks": lambda: with_chunks(chunk(b"IDAT", b"") * 10**6),
    "segments": lambda: with_segments(10**7, b""),
    "frames of a WebP": lambda: b"RIFF\xff\xff\xff\0WEBP" + b"ANMF\0\0\0\0" * 2_100_000,
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_a_file_that_would_keep_its_reader_busy_is_kept_and_said(what: str) -> None:
    data = TOO_MUCH[what]()
    picture = Picture.from_bytes(data)
    assert not picture.has_pixels
    assert "takes too long to open: the file is kept as it is" in picture.note
    assert picture.data == data


@pytest.mark.parametrize(
    "data",
    [
        with_segments(90, b"Exif\0\0II*\0\x08\0\0\0\0\0" + bytes(65_000)),
        with_segments(90, b"http://ns.adobe.com/xap/1.0/\0" + bytes(65_000)),
        GIF[:HEAD] + b"!\xfe" + (b"\xff" + b"a" * 255) * 5_000 + b"\0" + GIF[HEAD:],
    ],
    ids=["EXIF", "XMP", "comment"],
)
def test_what_weighs_much_beside_the_pixels_is_not_given_to_a_decoder(data: bytes) -> None:
    assert same(Picture.from_bytes(data).decode(), opened(data))
    lighter = mending.gif_first if data.startswith(b"GIF") else mending.jpeg_lightened
    assert len(lighter(data)) < 200_000


def test_what_is_said_of_a_jpegs_turning_and_colours_stays_where_much_else_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = file_of(FADE, "JPEG", exif=exif)
    rest = with_segments(100, b"http://x\0" + bytes(65_000))[2 : -len(JPEG) + 2]
    picture = Picture.from_bytes(whole[:2] + rest + whole[2:])
    assert picture.size == picture.decode().size == (64, 48)


# -- too much memory -----------------------------------------------------------------------------


def test_a_webp_of_100_megapixels_is_kept_and_said() -> None:
    small = file_of(FADE, "WEBP")[12:]
    frame = bytes(6) + b"\x2f\0\0\x3f\0\0" + bytes(4) + small
    canvas = b"\2\0\0\0" + (9_999).to_bytes(3, "little") * 2
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(part)) + part
        for name, part in ((b"VP8X", canvas), (b"ANIM", bytes(6)), (b"ANMF", frame))
    )
    picture = Picture.from_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    assert not picture.has_pixels
    assert picture.size == (10_000, 10_000)
    assert "takes 2.0 GB of memory, which is not opened: the file is kept as it is" in picture.note


def test_a_large_jpeg_is_opened_at_a_part_of_its_size_for_a_small_copy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoding, "_DRAFTED", 1000)
    big = Image.linear_gradient("L").resize((1600, 800)).convert("RGB")
    picture = Picture.from_bytes(file_of(big, "JPEG"))
    sizes: list[tuple[int, int]] = []
    picture.use(lambda image: sizes.append(image.size))
    monkeypatch.setattr("mj_widgets.pictures.images._REMEMBERED", 0)
    picture.use(lambda image: sizes.append(image.size), 200)
    assert sizes == [(1600, 800), (200, 100)]
    with Image.open(io.BytesIO(whole_preview(picture, side=200))) as small:
        assert small.size == (200, 100)
        assert abs(small.getpixel((100, 50))[0] - 127) < 4
