"""Stars and frames."""

from __future__ import annotations

from PIL import Image, ImageDraw

from mj_widgets.pictures.marked import dimmed, draw_stars, flag_colour


def test_stars_stand_in_a_row_and_do_not_touch() -> None:
    image = Image.new("L", (100, 20))
    draw_stars(ImageDraw.Draw(image), (10, 10), 3, 8.0)
    row = [bool(image.crop((x, 0, x + 1, 20)).getbbox()) for x in range(100)]
    begins = [x for x in range(1, 100) if row[x] and not row[x - 1]]
    assert len(begins) == 3


def test_what_was_rejected_is_darker() -> None:
    pixel = dimmed(Image.new("RGB", (1, 1), (200, 100, 0))).getpixel((0, 0))
    assert pixel == (110, 55, 0)
    assert flag_colour("pick") != flag_colour("reject")
