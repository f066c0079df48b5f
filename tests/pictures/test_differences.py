"""How much two pictures differ: in numbers, at any sizes, with and without scikit-image."""

from __future__ import annotations

import sys

import pytest
from PIL import Image

from mj_widgets.pictures.differences import difference_of


def stripes(size: tuple[int, int] = (32, 32), colour: str = "white") -> Image.Image:
    image = Image.new("RGB", size, "black")
    for left in range(0, size[0], 4):
        image.paste(colour, (left, 0, left + 2, size[1]))
    return image


def test_the_same_picture_does_not_differ() -> None:
    found = difference_of(stripes(), stripes())
    assert (found.size, found.mean, found.percent) == ((32, 32), 0, 0)
    assert found.ssim == pytest.approx(1)


def test_black_and_white_differ_by_all_there_is() -> None:
    found = difference_of(Image.new("RGB", (8, 8)), Image.new("RGB", (8, 8), "white"))
    assert (found.mean, found.percent) == (255, 100)


def test_one_colour_of_three_is_a_third() -> None:
    found = difference_of(Image.new("RGB", (8, 8)), Image.new("RGB", (8, 8), (255, 0, 0)))
    assert found.mean == pytest.approx(85)


def test_two_sizes_are_compared_at_the_smaller_width_and_height() -> None:
    grey = Image.new("RGB", (64, 16), "grey")
    found = difference_of(grey, Image.new("RGB", (20, 40), "grey"))
    assert (found.size, found.mean) == ((20, 16), 0)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "I;16"])
def test_any_mode_can_be_compared(mode: str) -> None:
    white = Image.new(mode, (8, 8), 65535 if mode == "I;16" else 1 if mode == "1" else None)
    assert difference_of(white, white).mean == 0


def test_what_is_transparent_stands_on_white() -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    assert difference_of(clear, Image.new("RGB", (8, 8), "white")).mean == 0


def test_without_scikit_image_there_is_the_mean_and_how_to_get_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "skimage.metrics", None)
    found = difference_of(stripes(), stripes(colour="red"))
    assert found.ssim is None
    assert found.mean == pytest.approx(85)
    assert 'pip install "mj-widgets[compare]"' in found.no_ssim


def test_a_picture_of_a_few_pixels_has_no_structure() -> None:
    found = difference_of(Image.new("RGB", (3, 3)), Image.new("RGB", (3, 3)))
    assert found.ssim is None
    assert "7 pixels" in found.no_ssim
    assert difference_of(Image.new("RGB", (9000, 8)), Image.new("RGB", (9000, 8))).ssim == 1
