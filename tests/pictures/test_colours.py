"""Pixels as a browser shows them: upright, in sRGB, and nothing foreign in what is written."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageOps
from services import file_of

import mj_widgets as mj
from mj_widgets.account.result import full_size
from mj_widgets.pictures.colours import upright
from mj_widgets.pictures.images import Picture, previews, whole_preview
from mj_widgets.pictures.metadata import Facts
from mj_widgets.pictures.save import save_picture

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 220, 20), (20, 20, 220), (220, 220, 220)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def quarters() -> Image.Image:
    image = Image.new("RGB", (96, 64), WHITE)
    for at, colour in (((0, 0), RED), ((48, 0), GREEN), ((0, 32), BLUE)):
        image.paste(colour, (*at, at[0] + 48, at[1] + 32))
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours of its four quarters, in reading order, each to the nearest hundred."""
    rgb, (width, height) = image.convert("RGB"), image.size
    places = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    return [tuple(round(light, -2) for light in rgb.getpixel(place)) for place in places]


def swapped(profile: bytes = SRGB) -> bytes:
    """A profile in which red is blue and blue is red."""
    count = int.from_bytes(profile[128:132])
    table = bytearray(profile)
    for at in range(132, 132 + 12 * count, 12):
        name = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(profile[at : at + 4])
        table[at : at + 4] = name or profile[at : at + 4]
    return bytes(table)


def exif(orientation: int) -> Image.Exif:
    told = Image.Exif()
    told[0x0112] = orientation
    return told


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def every_way(picture: Picture, folder: Path) -> dict[str, Image.Image]:
    """All that is made of a picture that shows the whole of it."""
    made = {
        "image": picture.decode(),
        "tile": opened(previews(picture, split=False)[0]),
        "still": opened(whole_preview(picture)),
    }
    for kind in ("png", "webp", "jpeg"):
        if kind != picture.format:  # that one is kept as it was served
            file = save_picture(picture, Facts(prompt="fox"), folder / f"fox.{kind}")
            made[kind] = opened(file.read_bytes())
    return made


# -- turned --------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "AVIF"])
def test_a_photo_stands_upright_everywhere(kind: str, orientation: int, tmp_path: Path) -> None:
    data = file_of(quarters(), kind, exif=exif(orientation))
    expected = ImageOps.exif_transpose(opened(data))
    picture = Picture.from_bytes(data)
    assert picture.size == expected.size == upright((96, 64), orientation)
    for name, image in every_way(picture, tmp_path).items():
        assert image.size == expected.size, name
        assert corners(image) == corners(expected), name
        assert image.getexif().get(0x0112, 1) == 1, name
    assert [corners(quarter)[0] for quarter in mj.split_grid(picture.decode())] == corners(expected)
    assert picture.data == data


def test_exif_behind_the_pixels_counts_too() -> None:
    png, body = file_of(quarters()), exif(6).tobytes()[6:]
    chunk = b"eXIf" + body
    chunk = struct.pack(">I", len(body)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    picture = Picture.from_bytes(png[:-12] + chunk + png[-12:])
    assert picture.size == picture.decode().size == (64, 96)


def test_a_webp_is_not_turned_as_browsers_do_not_turn_it_either() -> None:
    picture = Picture.from_bytes(file_of(quarters(), "WEBP", exif=exif(6)))
    assert picture.size == picture.decode().size == (96, 64)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_exif_that_is_damaged_turns_nothing() -> None:
    picture = Picture.from_bytes(file_of(quarters(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"))
    assert picture.decode().size == (96, 64)


# -- colours -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *((kind, "RGB") for kind in ("PNG", "JPEG", "WEBP", "TIFF", "AVIF")),
        *((kind, "RGBA") for kind in ("PNG", "WEBP", "TIFF", "AVIF")),
        ("PNG", "P"),
    ],
)
def test_a_profile_is_heeded_everywhere_and_left_behind(
    kind: str, mode: str, tmp_path: Path
) -> None:
    image = quarters().quantize(8) if mode == "P" else quarters().convert(mode)
    data = file_of(image, kind, icc_profile=swapped())
    picture = Picture.from_bytes(data)
    for name, shown in every_way(picture, tmp_path).items():
        first, second, third, last = corners(shown)
        assert (first[2], first[0], third[0], third[2]) == (200, 0, 200, 0), name
        assert last == (200, 200, 200), name
        assert second[1] == 200, name
        assert "icc_profile" not in shown.info, name
    assert picture.data == data


def test_a_quadrant_at_full_size_has_the_colours_of_the_whole() -> None:
    picture = Picture.from_bytes(file_of(quarters(), icc_profile=swapped()))
    _, png = full_size(picture, 1)
    red, _, blue = opened(png).convert("RGB").getpixel((5, 5))
    assert red < 50 < 180 < blue
    assert "icc_profile" not in opened(png).info


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_profile_that_is_srgb_changes_no_pixel(mode: str) -> None:
    image = Image.effect_mandelbrot((64, 64), (-2, -1, 1, 1), 99).convert(mode)
    data = file_of(image, icc_profile=SRGB)
    assert Picture.from_bytes(data).decode().tobytes() == image.tobytes()


@pytest.mark.parametrize("profile", [b"no profile", bytes(500), SRGB[:300]])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_profile_that_is_none_or_for_other_colours_is_ignored(profile: bytes, mode: str) -> None:
    image = quarters().convert(mode)
    shown = Picture.from_bytes(file_of(image, "JPEG", icc_profile=profile)).decode()
    assert corners(shown) == corners(image)
    assert "icc_profile" not in shown.info


def test_a_cmyk_picture_has_no_profile_of_inks_in_its_png(tmp_path: Path) -> None:
    data = file_of(quarters().convert("CMYK"), "JPEG", icc_profile=SRGB)  # for other colours
    for name, image in every_way(Picture.from_bytes(data), tmp_path).items():
        assert "icc_profile" not in image.info, name
        assert corners(image) == corners(quarters()), name


def test_grey_is_shown_as_its_profile_says() -> None:
    light = Image.new("L", (32, 32), 128)
    gamma = grey_profile(1.0)
    picture = Picture.from_bytes(file_of(light, icc_profile=gamma))
    assert picture.decode().convert("RGB").getpixel((9, 9)) == pytest.approx((188,) * 3, abs=2)
    glass = Picture.from_bytes(file_of(light.convert("LA"), icc_profile=gamma))
    found = glass.decode().convert("RGBA").getpixel((9, 9))
    assert found == pytest.approx((188, 188, 188, 255), abs=2)


def grey_profile(gamma: float) -> bytes:
    """A profile of greys whose light grows with a power."""
    curve = b"curv" + bytes(4) + (1).to_bytes(4) + round(gamma * 256).to_bytes(2) + bytes(2)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    said = b"desc" + bytes(4) + (2).to_bytes(4) + b"g\0" + bytes(81)
    said += bytes(-len(said) % 4)
    bodies = {b"desc": said, b"wtpt": white, b"kTRC": curve}
    table, data, at = b"", b"", 132 + 12 * len(bodies)
    for name, body in bodies.items():
        table += name + struct.pack(">II", at + len(data), len(body))
        data += body
    names = (b"mntr", b"GRAY", b"XYZ ")
    head = struct.pack(">I4sI4s4s4s", at + len(data), bytes(4), 0x02400000, *names)
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + len(bodies).to_bytes(4) + table + data
