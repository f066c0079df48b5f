"""What the sweep of these tests is made of."""

from __future__ import annotations

from PIL import Image

CELLS = [(word, stylize) for word in ("red", "blue", "红") for stylize in ("50", "250")]
"""What stood in the braces, task by task."""
BANNED = "banned word: <b>blood</b>"
COLOURS = ("#c81e1e", "#8c1414", "#1e3cc8", "#14288c", "#1ea01e")
"""Of the pictures, each the same all over."""


def picture(place: int) -> Image.Image:
    """The grid of a task by its place, twice as wide as high."""
    return Image.new("RGB", (400, 200), COLOURS[place])


def near(pixel: object, colour: str) -> bool:
    """Tell whether a pixel has a colour, as far as a JPEG keeps it."""
    assert isinstance(pixel, tuple)
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return all(abs(one - other) < 24 for one, other in zip(pixel, wanted, strict=True))
