"""Arrays as pixels: shapes, ranges, light."""

from __future__ import annotations

import numpy as np
import pytest

from mj_widgets.pictures.arrays import image_of, is_picture, lights_of, plain


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 1), (3, 4, 3), (3, 4, 4)])
def test_a_picture_has_height_and_width_and_perhaps_colours(shape: tuple[int, ...]) -> None:
    assert is_picture(plain(np.zeros(shape)))


@pytest.mark.parametrize("shape", [(), (3,), (3, 4, 2), (3, 4, 5), (1, 3, 4, 3)])
def test_any_other_shape_is_none(shape: tuple[int, ...]) -> None:
    assert not is_picture(plain(np.zeros(shape)))


@pytest.mark.parametrize(
    ("array", "fit"),
    [
        (np.array([[0.0, 1.0]]), True),
        (np.array([[0.0, 1.1]]), False),
        (np.array([[np.nan]]), False),
        (np.array([[0, 255]]), True),
        (np.array([[-1, 255]]), False),
        (np.array([[True]]), True),
        (np.zeros((0, 0)), True),
    ],
)
def test_light_goes_from_0_to_1_or_255(array: np.ndarray, *, fit: bool) -> None:
    lights = lights_of(array)
    assert lights is not None
    assert lights.fit is fit


def test_texts_and_dates_have_no_light() -> None:
    assert lights_of(np.array([["a"]])) is None
    assert lights_of(np.array([["2025-05-13"]], dtype="datetime64[D]")) is None


def test_labels_are_black_and_white_only_where_that_is_asked_for() -> None:
    array = np.array([[0, 1]])
    assert image_of(array).tobytes() == b"\x00\x01"
    assert image_of(array, labels=True).tobytes() == b"\x00\xff"
    assert image_of(array * 2, labels=True).tobytes() == b"\x00\x02"
    assert image_of(array == 1).tobytes() == b"\x00\xff"
