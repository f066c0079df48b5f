"""How a picture looks at a glance: a thumbnail, colours, and a hash of its light."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from services import file_of, film_of

from mj_widgets.errors import ImageError
from mj_widgets.pictures.images import Picture, look_through
from mj_widgets.pictures.looks import PictureLook, look_of

RED, GREEN, BLUE, GREY = (200, 0, 0), (0, 200, 0), (0, 0, 200), (90, 90, 90)


def look(image: Image.Image, kind: str = "PNG", **options: Any) -> PictureLook:
    return look_of(Picture.from_bytes(file_of(image, kind, **options)))


def grid_of(*colours: tuple[int, int, int], side: int = 100) -> Image.Image:
    grid = Image.new("RGB", (2 * side, 2 * side))
    for n, colour in enumerate(colours):
        grid.paste(colour, (n % 2 * side, n // 2 * side, (n % 2 + 1) * side, (n // 2 + 1) * side))
    return grid


def first(colours: bytes) -> tuple[int, ...]:
    return tuple(colours[:3])


@pytest.mark.parametrize(
    ("size", "thumb"),
    [
        ((2048, 2048), (320, 320)),
        ((1456, 816), (320, 179)),
        ((200, 100), (200, 100)),
        ((700, 2), (320, 1)),
        ((1, 1), (1, 1)),
    ],
)
def test_a_thumbnail_has_at_most_320_pixels_and_a_small_picture_its_own(
    size: tuple[int, int], thumb: tuple[int, int]
) -> None:
    seen = look(Image.new("RGB", size, RED))
    with Image.open(io.BytesIO(seen.thumb)) as small:
        assert (small.format, small.size) == ("JPEG", thumb)
    assert seen.size == size
    assert {first(part.colours) for part in seen.parts} == {RED}


def test_each_quadrant_has_its_own_colours_row_by_row() -> None:
    seen = look(grid_of(RED, GREEN, BLUE, GREY))
    assert [first(part.colours) for part in seen.quadrants] == [RED, GREEN, BLUE, GREY]
    fields = [tuple(seen.whole.colours[n : n + 3]) for n in range(0, 48, 3)]
    assert fields == 2 * [RED, RED, GREEN, GREEN] + 2 * [BLUE, BLUE, GREY, GREY]


def test_the_hash_says_where_it_becomes_lighter_to_the_right() -> None:
    lighter = Image.linear_gradient("L").rotate(90)
    darker = lighter.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    half = Image.new("L", (256, 256))
    half.paste(lighter.crop((0, 0, 256, 128)), (0, 0))
    assert look(lighter).whole.dhash == 2**64 - 1
    assert look(darker).whole.dhash == 0
    assert look(half).whole.dhash == (2**32 - 1) << 32


def test_it_is_seen_as_a_browser_shows_it() -> None:
    tall = Image.new("RGB", (40, 20), BLUE)
    tall.paste(RED, (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = look(tall, exif=exif)
    assert turned.size == (20, 40)
    assert first(turned.whole.colours) == RED
    assert tuple(turned.whole.colours[-3:]) == BLUE
    clear = look(Image.new("RGBA", (8, 8), (255, 0, 0, 0)))
    assert first(clear.whole.colours) == (255, 255, 255)


def test_the_first_frame_counts_where_it_moves() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE)]
    moving = look(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert first(moving.whole.colours) == RED


def test_looking_changes_nothing_of_a_picture_that_is_used_further() -> None:
    picture = Picture.from_bytes(file_of(Image.new("RGB", (500, 400), RED)))
    look_through(picture)
    assert look_of(picture) == look_of(picture)
    assert picture.decode().size == (500, 400)


def test_a_video_has_no_look() -> None:
    with pytest.raises(ImageError, match="video"):
        look_of(Picture.from_bytes(film_of()))
