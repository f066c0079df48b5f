"""What is known of a picture's making, and what is no such thing."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from services import file_of

from mj_widgets.pictures.metadata import (
    metadata_in,
)

stamps = st.text("0123456789 :-+TZGMTFri,Apr.W", max_size=30)


@given(stamps | st.text(max_size=30), st.text("0123456789٣x", max_size=5))
def test_dates_and_numbers_that_are_none_are_left_out(moment: str, quadrant: str) -> None:
    info = PngInfo()
    info.add_itxt("Software", "mj-widgets 9")
    info.add_itxt("Creation Time", moment.encode("utf-8", "replace").decode())
    info.add_itxt("Quadrant", quadrant)
    known = metadata_in(file_of(Image.new("L", (1, 1)), pnginfo=info))
    assert isinstance(known.get("created"), datetime | None)
    assert isinstance(known.get("quadrant"), int | None)
