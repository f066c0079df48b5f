"""What a finished task shows: its files, and small copies of them."""

from __future__ import annotations

import mj_widgets as mj
from mj_widgets.account.result import full_size
from mj_widgets.pictures.images import Picture

from .support import noise


def test_a_zoom_shows_the_file_itself_or_a_quadrant_pixel_for_pixel() -> None:
    data = noise(31, 21)
    picture = Picture.from_bytes(data)
    assert full_size(picture, None) == ("image/png", data)
    mime, quadrant = full_size(picture, 4)
    expected = mj.split_grid(picture.decode())[3]
    assert mime == "image/png"
    assert Picture.from_bytes(quadrant).decode().tobytes() == expected.tobytes()
