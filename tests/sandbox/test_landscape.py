"""Pictures come from the prompt alone."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageChops, ImageStat

from mj_widgets.sandbox import photo_like
from mj_widgets.sandbox.painting.kitchen import Kitchen
from mj_widgets.sandbox.painting.landscape import paint
from mj_widgets.sandbox.painting.palettes import PALETTES, palette_for
from mj_widgets.sandbox.painting.recipes import Grid
from mj_widgets.sandbox.painting.scene import scenes_for, size_for


def grid(prompt: str, salt: str = "") -> Grid:
    return Grid(scenes_for(prompt, salt), size_for(prompt))


def test_the_same_prompt_gives_the_same_bytes() -> None:
    assert Kitchen().serve(grid("a red fox")) == Kitchen().serve(grid("a red fox"))
    assert grid("a red fox") != grid("a red fox", "salt")
    assert grid("a red fox") != grid("a blue fox")


def test_the_four_quadrants_differ() -> None:
    cells = [paint(scene, (128, 128)) for scene in scenes_for("a quiet lake")]
    for i, one in enumerate(cells):
        for other in cells[i + 1 :]:
            assert sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) > 5


@pytest.mark.parametrize(
    ("prompt", "size"),
    [
        ("a", (2048, 2048)),
        ("a --ar 16:9", (2912, 1632)),
        ("a --ar 2:3 --v 7", (1792, 2688)),
        ("a --aspect 32:18", (2912, 1632)),
        ("a --ar 0:7", (768, 5408)),
    ],
)
def test_sizes_follow_the_aspect_ratio(prompt: str, size: tuple[int, int]) -> None:
    assert size_for(prompt) == size


def test_every_ratio_gives_even_sizes_of_about_the_same_area() -> None:
    for w in range(1, 22, 2):
        for h in range(1, 22, 3):
            if not 1 / 14 < w / h < 14:
                continue
            width, height = size_for(f"x --ar {w}:{h}")
            assert width % 2 == height % 2 == 0
            assert 0.85 < width * height / 2048**2 < 1.15, (w, h)


def test_colour_words_choose_the_palette() -> None:
    night = palette_for("a village at night", random.Random(1))
    day = palette_for("a summer day", random.Random(1))
    assert night.night
    assert not day.night
    assert len(PALETTES) > 10


def test_a_photo_is_hard_to_compress() -> None:
    data = photo_like("a fox")
    assert 6_000_000 < len(data) < 8_000_000
    assert Image.open(io.BytesIO(data)).size == (2048, 2048)
