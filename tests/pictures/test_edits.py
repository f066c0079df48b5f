"""What an edit is sent with: transparent where it is painted anew, pixel for pixel elsewhere."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mj_widgets.errors import MjError
from mj_widgets.pictures.edits import NO_PAD, checked_pad, edited

on = pytest.mark.parametrize

NOISE = Image.fromarray(np.random.default_rng(7).integers(0, 256, (48, 64, 3), dtype=np.uint8))
BOX = (8, 4, 24, 20)


def pixels(url: str) -> np.ndarray:
    assert url.startswith("data:image/png;base64,")
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        return np.asarray(image)


def weight(url: str) -> int:
    return len(base64.b64decode(url.partition(",")[2]))


@on(
    ("mask", "pad"),
    [(BOX, NO_PAD), (BOX, (3, 5, 7, 11)), (None, (16, 0, 0, 0)), (None, (3, 5, 7, 11))],
)
def test_what_is_kept_is_the_picture_and_all_else_is_transparent_and_white_in_the_mask(
    mask: Any, pad: tuple[int, int, int, int]
) -> None:
    made = edited(NOISE, mask, pad)
    image, white = pixels(made.image), pixels(made.mask)
    left, top, right, bottom = pad
    kept = np.zeros((48 + top + bottom, 64 + left + right), bool)
    kept[top : top + 48, left : left + 64] = True
    if mask:
        kept[top + 4 : top + 20, left + 8 : left + 24] = False
    assert image.shape == (*kept.shape, 4)
    assert ((white == 0) == kept).all()
    assert set(np.unique(white)) == {0, 255}
    assert ((image[:, :, 3] == 255) == kept).all()
    assert set(np.unique(image[:, :, 3])) == {0, 255}
    framed = np.zeros_like(image[:, :, :3])
    framed[top : top + 48, left : left + 64] = np.asarray(NOISE)
    assert (image[kept][:, :3] == framed[kept]).all()
    assert not image[~kept].any(), "what is not to be seen is not sent, either"
    assert made.note == ""


@on("mode", ["1", "L", "P", "LA", "PA", "La", "RGBA", "RGBa", "CMYK", "YCbCr", "HSV", "LAB", "F"])
def test_every_kind_of_pixels_is_sent_as_colours(mode: str) -> None:
    if mode == "PA":
        picture = NOISE.convert("P").convert("PA")
    elif mode in ("La", "RGBa"):
        picture = NOISE.convert({"La": "LA", "RGBa": "RGBA"}[mode]).convert(mode)
    elif mode == "LAB":
        picture = Image.new("LAB", NOISE.size, (128, 128, 128))
    else:
        picture = NOISE.convert(mode)
    image = pixels(edited(picture, BOX, (0, 0, 8, 0)).image)
    assert image.shape == (48, 72, 4)
    assert image[30, 30, 3] == 255


def test_what_is_transparent_in_the_picture_itself_is_white() -> None:
    picture = Image.new("RGBA", (64, 48), (10, 200, 30, 0))
    image = pixels(edited(picture, BOX, NO_PAD).image)
    assert (image[40, 40] == (255, 255, 255, 255)).all()
    assert not (image[:, :, 1] == 200).any()


def test_the_same_is_made_of_the_same_twice() -> None:
    assert edited(NOISE, BOX, (1, 2, 3, 4)) == edited(NOISE.copy(), [BOX], (1, 2, 3, 4))


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8))


@on(
    ("size", "pad", "smaller", "framed"),
    [
        ((2048, 2048), NO_PAD, "1024×1024", (1024, 1024)),
        ((2048, 2048), (2048, 0, 0, 0), "1024×1024", (2048, 1024)),
        ((2912, 1632), (0, 8, 0, 0), "1368×767", (1368, 771)),
    ],
)
def test_a_picture_over_4_mb_is_made_as_large_as_midjourneys_own_with_its_mask_and_pad(
    size: tuple[int, int], pad: Any, smaller: str, framed: tuple[int, int]
) -> None:
    box = (0, 0, size[0] // 2, size[1] // 2)
    made = edited(noise(*size), box, pad)
    assert made.note == f"made smaller: {size[0]}×{size[1]} → {smaller}"
    image, white = pixels(made.image), pixels(made.mask)
    assert image.shape == (*framed[::-1], 4)
    assert white.shape == framed[::-1]
    assert weight(made.image) <= 4_000_000
    inside = white[:, framed[0] - 1368 :] if size[0] == 2912 else white[:, -1024:]
    assert (inside[-1] == 0).all()
    assert inside.mean() / 255 == pytest.approx(0.25, abs=0.01)
    assert ((image[:, :, 3] == 0) == (white == 255)).all()


def test_a_thin_line_stays_marked_when_the_picture_is_made_smaller() -> None:
    made = edited(noise(3600, 3200), (1500, 0, 1501, 3200), NO_PAD)
    assert made.note
    assert (pixels(made.mask) == 255).all(axis=0).sum() == 1


def test_a_picture_that_fits_stays_as_large_as_it_is() -> None:
    made = edited(Image.new("RGB", (2048, 2048), "red"), BOX, (512, 0, 512, 0))
    assert made.note == ""
    assert pixels(made.image).shape == (2048, 3072, 4)


def test_a_frame_that_nobody_could_open_is_made_smaller_too() -> None:
    made = edited(Image.new("RGB", (2048, 2048), "red"), None, (2048, 2048, 2048, 2048))
    assert made.note == "made smaller: 2048×2048 → 1024×1024"
    assert pixels(made.image).shape == (3072, 3072, 4)


@on(
    ("pad", "message"),
    [
        ((1, 2, 3), "The pad, (1, 2, 3), is not four whole numbers. It is (left, top, right"),
        ((1, 2, 3, 0.5), "The pad, (1, 2, 3, 0.5), is not four whole numbers"),
        ("left", "The pad, 'left', is not four whole numbers"),
        (7, "The pad, 7, is not four whole numbers"),
        (None, "The pad, None, is not four whole numbers"),
        ((0, -1, 0, 0), "The pad, (0, -1, 0, 0), takes away from the picture"),
        (
            (1000, 0, 0, 0),
            "With the pad (1000, 0, 0, 0) the picture is 1064×48. Midjourney's go up",
        ),
        ((0, 0, 0, 900), "With the pad (0, 0, 0, 900) the picture is 64×948. Midjourney's go up"),
        ((9000, 9000, 9000, 9000), "more than 100 megapixels"),
    ],
)
def test_what_is_no_pad_is_told_on_one_line(pad: Any, message: str) -> None:
    with pytest.raises(MjError) as told:
        checked_pad(pad, (64, 48))
    assert message in str(told.value)
    assert "\n" not in str(told.value)


def test_14_to_1_is_the_longest() -> None:
    assert checked_pad((np.int64(14 * 48 - 64), 0, 0, 0), (64, 48)) == (608, 0, 0, 0)
    with pytest.raises(MjError, match="14:1"):
        checked_pad((14 * 48 - 63, 0, 0, 0), (64, 48))
