"""Single pictures side by side."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageColor

import mj_widgets as mj
from mj_widgets.pictures.images import encode_jpeg, split_grid
from mj_widgets.pictures.sheets import CONTACT_BYTES, columns_of, contact_sheet, joined

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


# -- where no more than one picture can be shown --------------------------------------------------


def files(*colours: str, size: tuple[int, int] = (1024, 1024)) -> list[bytes]:
    return [encode_jpeg(Image.new("RGB", size, colour)) for colour in colours]


def opened(sheet: bytes) -> Image.Image:
    return Image.open(io.BytesIO(sheet)).convert("RGB")


@pytest.mark.parametrize(
    ("size", "shown"), [((1024, 1024), (640, 640)), ((1024, 73), (640, 46)), ((30, 20), (30, 20))]
)
def test_one_picture_is_alone_and_no_wider_than_a_column_of_text(
    size: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert opened(contact_sheet(files("red", size=size))).size == shown


def test_several_stand_in_reading_order_each_for_itself() -> None:
    sheet = opened(contact_sheet(files(*COLOURS[:3])))
    side = sheet.width // 2
    assert sheet.size == (2 * side, 2 * side)
    centres = [(side // 2, side // 2), (side * 3 // 2, side // 2), (side // 2, side * 3 // 2)]
    found = [sheet.getpixel(at) for at in (*centres, (side, side // 2), (side * 3 // 2,) * 2)]
    expected = [ImageColor.getrgb(name) for name in (*COLOURS[:3], "white", "white")]
    for got, wanted in zip(found, expected, strict=True):
        assert max(abs(a - b) for a, b in zip(got, wanted, strict=True)) < 9


def test_even_noise_keeps_to_its_weight_and_five_hundred_can_be_shown() -> None:
    noise = encode_jpeg(Image.effect_noise((1024, 1024), 200).convert("RGB"), 30)
    assert len(contact_sheet([noise])) <= CONTACT_BYTES
    assert len(contact_sheet([noise] * 3)) <= 3 * CONTACT_BYTES
    assert max(opened(contact_sheet(files("red") * 500)).size) < 30_000
