"""Masks: what becomes white, and what is no mask."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mj_widgets.errors import MjError
from mj_widgets.pictures.masks import mask_png, white_share

SIZE = (6, 4)
LEFT = np.zeros((4, 6), bool)
LEFT[:, :2] = True
"""The left third of a picture of 6×4 pixels."""
HALF_LIT = np.where(LEFT, 128, 127).astype("uint8")

sizes = st.tuples(st.integers(1, 80), st.integers(1, 80))


def opened(png: bytes) -> np.ndarray:
    """The pixels of a mask that is a PNG of mode L with hard edges."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    with Image.open(io.BytesIO(png)) as image:
        assert image.mode == "L"
        pixels = np.asarray(image)
    assert set(np.unique(pixels)) <= {0, 255}
    return pixels


def white(mask: Any, size: tuple[int, int] = SIZE) -> np.ndarray:
    return opened(mask_png(mask, size)) == 255


def error(mask: Any, size: tuple[int, int] = SIZE) -> str:
    """What is said of a mask, which is one line."""
    with pytest.raises(MjError) as caught:
        mask_png(mask, size)
    said = str(caught.value)
    assert "\n" not in said
    assert not said.endswith("…")
    return said


def layer(colour: str, ground: tuple[int, int, int, int]) -> Image.Image:
    """A picture with an alpha channel, painted on its left third."""
    made = Image.new("RGBA", SIZE, ground)
    made.paste(colour, (0, 0, 2, 4))
    return made


# Arrays


@pytest.mark.parametrize(
    "array",
    [
        LEFT,
        LEFT.astype("uint8"),
        LEFT.astype("int64"),
        LEFT.astype("uint8") * 255,
        LEFT.astype("uint16") * 255,
        HALF_LIT,
        LEFT.astype("float32"),
        np.where(LEFT, 0.5, 0.499),
        np.asfortranarray(LEFT),
        LEFT[:, :, None],
        np.dstack([LEFT] * 3),
        np.dstack([LEFT] * 3).astype(float),
        np.dstack([HALF_LIT] * 3),
        np.dstack([HALF_LIT] * 3 + [np.full_like(HALF_LIT, 255)]),
        np.dstack([np.full_like(HALF_LIT, 255)] * 3 + [LEFT.astype("uint8") * 255]),
    ],
    ids=lambda array: f"{array.dtype}-{array.shape}",
)
def test_an_array_is_white_where_it_is_true_or_light(array: np.ndarray) -> None:
    before = array.copy()
    assert (white(array) == LEFT).all()
    assert (array == before).all()


@given(size=sizes, seed=st.integers(0, 2**32 - 1), kind=st.sampled_from(["?", "u1", "f8"]))
@settings(max_examples=60, deadline=None)
def test_any_array_comes_back_pixel_for_pixel(size: tuple[int, int], seed: int, kind: str) -> None:
    width, height = size
    mask = np.random.default_rng(seed).random((height, width)) < 0.5
    if not mask.any() or mask.all():
        mask.flat[0] ^= True
    if width * height == 1:
        return
    array = mask if kind == "?" else mask.astype(kind) * (255 if kind == "u1" else 1)
    assert (white(array, size) == mask).all()


def test_other_libraries_arrays_are_taken_too() -> None:
    class Tensor:
        def __array__(self, *_: object, **__: object) -> np.ndarray:
            return LEFT

    assert (white(Tensor()) == LEFT).all()


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(24), "shape (24,) is no picture"),
        (np.zeros((4, 6, 2)), "shape (4, 6, 2) is no picture"),
        (np.zeros((1, 4, 6, 3)), "This one would be (4, 6) (rows, columns), or (4, 6, 3)"),
        (np.full((4, 6), 2.0), "numbers go from 2.0 to 2.0. Floats go from 0 to 1"),
        (np.full((4, 6), np.nan), "numbers go from nan to nan"),
        (np.full((4, 6), 256), "numbers go from 256 to 256. Integers go from 0 to 255"),
        (np.full((4, 6), -1), "numbers go from -1 to -1"),
        (np.full((4, 6), "x"), "has no light in it"),
        (np.zeros((0, 0)), "The mask is 0×0 pixels and the picture 6×4"),
    ],
)
def test_an_array_that_is_no_mask_is_explained(array: np.ndarray, words: str) -> None:
    assert words in error(array)


# Pictures


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(LEFT),
        Image.fromarray(HALF_LIT),
        Image.fromarray(LEFT.astype("uint8")),
        Image.fromarray(HALF_LIT).convert("RGB"),
        Image.fromarray(LEFT).convert("P"),
        Image.fromarray(LEFT.astype("float32")),
        Image.fromarray(LEFT.astype("float32") * 255),
        Image.fromarray(LEFT.astype("int32") * 255),
        Image.fromarray(LEFT.astype("uint16") * 65535),
        Image.fromarray(LEFT).convert("CMYK"),
        layer("white", (0, 0, 0, 255)),
        layer("white", (0, 0, 0, 0)),
        layer("white", (255, 255, 255, 0)),
        layer("white", (255, 255, 255, 127)),
        layer("white", (0, 0, 0, 0)).convert("LA"),
    ],
    ids=lambda image: image.mode,
)
def test_a_picture_is_white_where_it_is_light_and_not_transparent(image: Image.Image) -> None:
    before = image.tobytes()
    assert (white(image) == LEFT).all()
    assert image.tobytes() == before


def test_what_is_transparent_is_kept_and_the_error_says_so() -> None:
    hole = Image.new("RGBA", SIZE, "black")
    hole.paste((255, 255, 255, 0), (0, 0, 2, 4))
    assert "White is repainted; black and transparent are kept." in error(hole)


# Boxes


@given(data=st.data(), size=st.tuples(st.integers(2, 80), st.integers(1, 80)))
@settings(max_examples=60, deadline=None)
def test_boxes_are_white_up_to_their_right_and_lower_side(
    data: st.DataObject, size: tuple[int, int]
) -> None:
    width, height = size
    expected = np.zeros((height, width), bool)
    boxes = []
    for _ in range(data.draw(st.integers(1, 4))):
        left = data.draw(st.integers(0, width - 1))
        upper = data.draw(st.integers(0, height - 1))
        right = data.draw(st.integers(left + 1, width))
        lower = data.draw(st.integers(upper + 1, height))
        boxes.append((left, upper, right, lower))
        expected[upper:lower, left:right] = True
    if expected.all():
        assert "The mask is full" in error(boxes, size)
    else:
        assert (white(boxes, size) == expected).all()


@pytest.mark.parametrize(
    "boxes", [(0, 0, 2, 4), [0, 0, 2, 4], [[0, 0, 2, 4]], [np.array([0, 0, 2, 4])]]
)
def test_one_box_needs_no_list(boxes: Any) -> None:
    assert (white(boxes) == LEFT).all()


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        ([(0, 0, 2, 2), (0, 0, 7, 2)], "Box 2, (0, 0, 7, 2), reaches outside the picture of 6×4"),
        ((-1, 0, 2, 2), "The box, (-1, 0, 2, 2), reaches outside"),
        ((3, 3, 2, 4), "The box, (3, 3, 2, 4), has nothing in it"),
        ((0, 0, 0, 4), "has nothing in it"),
        ([(0, 0, 2)], "The box, (0, 0, 2), is not four whole numbers"),
        ((0.5, 0, 2, 2), "The box, (0.5, 0, 2, 2), is not four whole numbers"),
        (["left"], "The box, 'left', is not four whole numbers"),
        ([], "The mask is empty: nothing is white"),
    ],
)
def test_a_box_that_is_none_is_explained(boxes: Any, words: str) -> None:
    assert words in error(boxes)


# All forms


@pytest.mark.parametrize("form", [np.asarray, Image.fromarray])
def test_nothing_and_everything_are_no_masks(form: Any) -> None:
    assert error(form(np.zeros((4, 6), bool))).startswith("The mask is empty: nothing is white.")
    assert error(form(np.ones((4, 6), bool))).startswith("The mask is full: everything is white.")


def test_another_size_is_said_with_both_sizes_and_the_way_out() -> None:
    small = np.zeros((2, 3), bool)
    small[0, 0] = True
    both = "The mask is 3×2 pixels and the picture 6×4 (width×height). Resize it: "
    assert error(small) == f"{both}Image.fromarray(mask).resize((6, 4), 0)."
    assert error(Image.fromarray(small)) == f"{both}mask.resize((6, 4), 0)."
    for mask in (small, Image.fromarray(small)):  # what is advised works
        advised = error(mask).partition("Resize it: ")[2].rstrip(".")
        resized = eval(advised, {"mask": mask, "Image": Image})
        assert white(resized)[:2, :2].all()
        assert white(resized).sum() == 4


def test_swapped_sides_are_recognised() -> None:
    assert "Its sides are swapped: transpose it." in error(LEFT.T)


@pytest.mark.parametrize("thing", ["mask.png", b"\x89PNG", None, 3])
def test_what_is_no_mask_at_all_is_named(thing: Any) -> None:
    said = error(thing)
    assert f"not of type {type(thing).__name__}" in said
    assert "PIL.Image.open(path) opens a file." in said


def test_the_share_of_white() -> None:
    assert white_share(mask_png(LEFT, SIZE)) == pytest.approx(1 / 3)


def test_numpy_is_needed_by_nobody_who_passes_no_array() -> None:
    code = """
import sys
sys.modules["numpy"] = None
from PIL import Image
from mj_widgets.pictures.masks import mask_png
mask_png([(0, 0, 2, 4)], (6, 4))
for mode in ("1", "L", "RGB", "RGBA", "F", "I", "I;16"):
    image = Image.new(mode, (6, 4), 0 if len(mode) < 3 or ";" in mode else "black")
    image.paste(Image.new("L", (2, 4), 255).convert(mode) if mode != "F" else 1.0, (0, 0, 2, 4))
    mask_png(image, (6, 4))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
