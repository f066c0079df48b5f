"""Single pictures side by side."""

from __future__ import annotations

import pytest
from PIL import Image

import mj_widgets as mj
from mj_widgets.pictures.images import split_grid
from mj_widgets.pictures.sheets import columns_of, joined

COLOURS = ("red", "green", "blue", "yellow")


def test_four_pictures_in_one_are_cut_into_the_same_four() -> None:
    parts = [Image.effect_noise((30, 20), 90).convert("RGB") for _ in range(4)]
    whole = joined(parts)
    assert whole.size == (60, 40)
    assert [part.tobytes() for part in split_grid(whole)] == [part.tobytes() for part in parts]


def test_one_that_is_missing_leaves_its_place_white_and_others_where_they_are() -> None:
    red, green, blue, yellow = (Image.new("RGB", (8, 8), colour) for colour in COLOURS)
    whole = joined([red, None, blue, yellow])
    assert [whole.getpixel(at) for at in ((4, 4), (12, 4), (4, 12), (12, 12))] == [
        (255, 0, 0),
        (255, 255, 255),
        (0, 0, 255),
        (255, 255, 0),
    ]
    assert green.size == (8, 8)


def test_a_smaller_one_stands_in_the_middle_of_its_place() -> None:
    whole = joined([Image.new("RGB", (8, 8), "red"), Image.new("L", (4, 4), 0)])
    assert whole.size == (16, 8)
    assert (whole.getpixel((8, 4)), whole.getpixel((12, 4))) == ((255, 255, 255), (0, 0, 0))


def test_so_many_pixels_are_not_put_together() -> None:
    with pytest.raises(mj.ImageError, match="100 megapixels"):
        joined([Image.new("1", (8000, 8000))] * 4)


@pytest.mark.parametrize("count", range(1, 25))
def test_there_are_never_more_rows_than_a_row_has_pictures_and_two(count: int) -> None:
    columns = columns_of(count)
    assert 1 <= columns <= min(4, count)
    assert -(-count // columns) <= columns + 2
