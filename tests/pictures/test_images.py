"""Pictures: what bytes are, what can be opened, and what is shown of them."""

from __future__ import annotations

import base64
import io
import random
import struct
import sys
import warnings
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from services import file_of, film_of

import mj_widgets as mj
from mj_widgets.pictures.decoding import MOST_PIXELS
from mj_widgets.pictures.images import (
    PREVIEW_BYTES,
    STILL_BYTES,
    Picture,
    encode_png,
    previews,
    quadrant_boxes,
    shrink,
    thumbnail,
    whole_preview,
)
from mj_widgets.pictures.kinds import sniff

sizes = st.tuples(st.integers(1, 70), st.integers(1, 70))
GRID = Image.linear_gradient("L").resize((64, 48)).convert("RGB")


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def animation(kind: str, frames: int = 3) -> bytes:
    first, *others = [Image.new("RGB", (16, 16), (80 * n, 0, 200)) for n in range(frames)]
    return file_of(first, kind, save_all=True, append_images=others, duration=40)


def png_that_claims(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(100))
    chunks = (
        struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, data)
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


MP4 = film_of()
FILES = {
    "png": file_of(GRID),
    "jpeg": file_of(GRID, "JPEG"),
    "webp": file_of(GRID, "WEBP"),
    "gif": file_of(GRID, "GIF"),
    "mp4": MP4,
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_known_by_its_content(kind: str) -> None:
    picture = Picture.from_bytes(FILES[kind])
    assert sniff(FILES[kind]) == picture.format == kind
    assert picture.data == FILES[kind]
    assert picture.mime == ("video/mp4" if kind == "mp4" else f"image/{kind}")
    assert picture.size == (None if kind == "mp4" else (64, 48))
    assert picture.moves is (kind == "mp4")
    assert kind in repr(picture)


def test_a_web_page_or_json_instead_of_a_picture_is_told_apart() -> None:
    with pytest.raises(mj.ImageError, match="not a picture") as page:
        Picture.from_bytes(b"<!DOCTYPE html><title>x</title>")
    assert page.value.words == ""
    with pytest.raises(mj.ImageError, match="http_get_image_failed"):
        Picture.from_bytes(b'{"error": "http_get_image_failed"}')
    with pytest.raises(mj.ImageError) as binary:
        Picture.from_bytes(b"\xff\xfe\x00\x01")
    assert binary.value.words == ""


@pytest.mark.parametrize("size", [(20_000, 20_000), (10_001, 10_000), (100_000, 2_000)])
def test_a_decompression_bomb_is_not_opened(size: tuple[int, int]) -> None:
    picture = Picture.from_bytes(png_that_claims(*size))
    with pytest.raises(mj.ImageError, match="more than 100 megapixels"):
        picture.decode()
    assert (picture.size, picture.has_pixels) == (size, False)
    assert "more than 100 megapixels" in picture.note


def test_a_large_picture_is_not_taken_for_a_bomb() -> None:
    assert MOST_PIXELS == 10_000 * 10_000
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert Picture.from_bytes(png_that_claims(10_000, 10_000)).size == (10_000, 10_000)
    assert told == []


def test_an_animation_cut_anywhere_is_a_picture_or_an_image_error() -> None:
    whole = animation("GIF", 3)
    for length in range(1, len(whole)):
        try:
            Picture.from_bytes(whole[:length]).decode()
        except mj.ImageError:
            continue


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_truncated_picture_is_an_image_error_that_may_pass(kind: str, share: float) -> None:
    whole = {
        "png": file_of(noise(90, 90)),
        "jpeg": file_of(noise(90, 90), "JPEG"),
        "webp": file_of(noise(90, 90), "WEBP"),
        "gif": animation("GIF", 9),
    }[kind]
    with pytest.raises(mj.ImageError, match="truncated or damaged") as caught:
        Picture.from_bytes(
            whole[: int(len(whole) * share)] if kind != "gif" else whole[:60]
        ).decode()
    assert caught.value.may_pass


@given(st.sampled_from(["png", "jpeg", "webp", "gif"]), st.data())
@settings(max_examples=150, deadline=None)
def test_damage_of_any_kind_is_an_image_error(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(FILES[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(damaged)))
    try:
        picture = Picture.from_bytes(bytes(damaged[:end]))
        if picture.format != "mp4":
            previews(picture, split=True)
    except mj.ImageError:
        pass


# -- quadrants -----------------------------------------------------------------------------------


@given(sizes)
@settings(deadline=None)
def test_the_four_pictures_tile_a_grid_exactly(size: tuple[int, int]) -> None:
    grid = noise(*size)
    again = Image.new("RGB", size)
    for box, quadrant in zip(quadrant_boxes(size), mj.split_grid(grid), strict=True):
        assert quadrant.size == (box[2] - box[0], box[3] - box[1])
        if 0 not in quadrant.size:
            again.paste(quadrant, box[:2])
    assert ImageChops.difference(grid, again).getbbox() is None
    assert sum(q.width * q.height for q in mj.split_grid(grid)) == size[0] * size[1]


def test_the_four_pictures_come_in_reading_order() -> None:
    grid = Image.new("P", (2, 2))
    grid.putdata([1, 2, 3, 4])
    assert [q.getpixel((0, 0)) for q in mj.split_grid(grid)] == [1, 2, 3, 4]


def test_the_odd_pixels_go_to_the_right_and_to_the_bottom() -> None:
    assert [q.size for q in mj.split_grid(Image.new("L", (5, 7)))] == [
        (2, 3),
        (3, 3),
        (2, 4),
        (3, 4),
    ]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_a_grid_of_any_mode_is_split(mode: str) -> None:
    quadrants = mj.split_grid(Image.new(mode, (9, 9)))
    assert [q.mode for q in quadrants] == [mode] * 4


# -- decoding ------------------------------------------------------------------------------------


def test_the_caller_owns_the_pixels() -> None:
    picture = Picture.from_bytes(FILES["png"])
    picture.decode().paste("red", (0, 0, 64, 48))
    assert ImageChops.difference(picture.decode(), GRID).getbbox() is None


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_the_pixels_that_are_kept_do_not_hold_on_to_the_file(kind: str) -> None:
    data = FILES[kind]
    picture = Picture.kept(lambda: data, f"image/{kind}", len(data))
    held = sys.getrefcount(data)
    picture.decode()
    assert sys.getrefcount(data) == held


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "PNG"])
def test_an_animation_has_frames_and_its_first_one_is_its_picture(kind: str) -> None:
    picture = Picture.from_bytes(animation(kind))
    assert (picture.frames, picture.moves) == (3, True)
    red, _, blue = picture.decode().convert("RGB").getpixel((8, 8))
    assert red < 20
    assert blue > 180
    assert len(previews(picture, split=False)) == 1


def test_a_photo_with_a_second_picture_inside_does_not_move() -> None:
    photo = Image.new("RGB", (32, 32))
    data = file_of(photo, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    picture = Picture.from_bytes(data)
    assert (picture.format, picture.frames, picture.moves) == ("jpeg", 1, False)


def test_a_video_has_no_still_picture() -> None:
    video = Picture.from_bytes(MP4)
    with pytest.raises(mj.ImageError, match="video"):
        video.decode()
    assert video.data == MP4


# -- previews ------------------------------------------------------------------------------------


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_previews_are_small_jpegs_of_the_four_pictures() -> None:
    picture = Picture.from_bytes(file_of(GRID.resize((2048, 1536))))
    shown = previews(picture, split=True)
    assert [(opened(p).format, opened(p).size) for p in shown] == [("JPEG", (512, 384))] * 4
    (whole,) = previews(picture, split=False)
    assert opened(whole).size == (1024, 768)


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("size", [(2048, 2048), (2047, 1600), (1023, 1023)])
def test_previews_keep_to_their_weight_even_of_noise(size: tuple[int, int], split: bool) -> None:
    shown = previews(Picture.from_bytes(file_of(noise(*size), compress_level=0)), split=split)
    assert len(shown) == (4 if split else 1)
    assert sum(map(len, shown)) <= PREVIEW_BYTES


@pytest.mark.parametrize(
    ("size", "kept"),
    [((2048, 2048), (1024, 1024)), ((2912, 1632), (1024, 574)), ((300, 200), (300, 200))],
)
def test_a_copy_of_the_whole_is_a_jpeg_of_1024_pixels(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    shown = opened(whole_preview(Picture.from_bytes(file_of(GRID.resize(size)))))
    assert (shown.format, shown.size) == ("JPEG", kept)


@pytest.mark.parametrize("size", [(2048, 2048), (1900, 1000), (1024, 1024)])
def test_a_copy_of_the_whole_keeps_to_its_weight_even_of_noise(size: tuple[int, int]) -> None:
    shown = whole_preview(Picture.from_bytes(file_of(noise(*size), compress_level=0)))
    assert len(shown) <= STILL_BYTES
    assert len(base64.b64encode(shown)) <= 250_000  # what the notebook's file grows by


def test_a_copy_of_the_whole_leaves_the_picture_as_it_was() -> None:
    picture = Picture.from_bytes(file_of(noise(900, 700)))
    before = picture.decode().tobytes()
    whole_preview(picture, side=100)
    assert picture.decode().tobytes() == before


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (4096, 3)])
def test_what_cannot_be_four_pictures_is_shown_as_one(size: tuple[int, int]) -> None:
    assert len(previews(Picture.from_bytes(file_of(Image.new("RGB", size))), split=True)) == 1


@given(sizes, st.integers(1, 50))
@settings(deadline=None)
def test_a_picture_is_never_shrunk_below_what_was_asked_for(
    size: tuple[int, int], side: int
) -> None:
    small = shrink(Image.new("RGB", size), side)
    assert max(small.size) >= min(side, max(size))
    assert max(small.size) < max(2 * side + 1, side + 2)


@pytest.mark.parametrize(
    ("image", "kind", "shade"),
    [
        (Image.new("RGBA", (8, 8), (10, 10, 10, 0)), "PNG", 255),
        (Image.new("RGBA", (8, 8), (10, 10, 10, 255)), "PNG", 10),
        (Image.new("LA", (8, 8), (10, 0)), "PNG", 255),
        (Image.new("L", (8, 8), 90), "PNG", 90),
        (Image.new("1", (8, 8), 1), "PNG", 255),
        (Image.new("I;16", (8, 8), 25_700), "PNG", 100),
        (Image.new("CMYK", (8, 8), (0, 0, 0, 155)), "JPEG", 100),
        (Image.new("RGB", (8, 8), (90, 90, 90)).quantize(4), "PNG", 90),
        (Image.new("RGB", (8, 8), (90, 90, 90)), "WEBP", 90),
    ],
)
def test_pictures_of_every_mode_keep_their_light(image: Image.Image, kind: str, shade: int) -> None:
    (shown,) = previews(Picture.from_bytes(file_of(image, kind)), split=False)
    assert opened(shown).mode == "RGB"
    assert all(abs(channel - shade) <= 3 for channel in opened(shown).getpixel((4, 4)))


def test_a_transparent_colour_of_a_palette_is_shown_on_white() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 10, 10, 200, 0, 0])
    (shown,) = previews(Picture.from_bytes(file_of(image, transparency=0)), split=False)
    assert min(opened(shown).getpixel((4, 4))) > 250


def test_a_png_copy_is_pixel_for_pixel() -> None:
    grid = noise(33, 21)
    assert ImageChops.difference(opened(encode_png(grid)), grid).getbbox() is None


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_a_png_copy_can_be_had_of_every_mode(mode: str) -> None:
    assert opened(encode_png(Image.new(mode, (4, 4)))).size == (4, 4)


def test_a_thumbnail_leaves_the_picture_that_is_remembered_as_it_is() -> None:
    picture = Picture.from_bytes(encode_png(Image.new("RGB", (500, 300))))
    picture.decode()
    thumbnail(picture, 320)
    assert picture.decode().size == (500, 300)
