"""A few pixels in place of a landscape, for tests that look at something else."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache

from PIL import Image

from mj_widgets.sandbox.painting.film_file import film_of
from mj_widgets.sandbox.painting.motion import frames_of
from mj_widgets.sandbox.painting.recipes import (
    Filmed,
    Merged,
    Preview,
    Quadrant,
    Recipe,
    Stored,
    cell_box,
    cells_of,
    content_type_of,
    size_of,
)


class Sketches:
    """Patches of colour in place of each picture, of its shape; a quadrant is one of them.

        with Sandbox(speed=1e6, kitchen=Sketches()).in_thread() as sandbox:
            ...  # a task is finished, and its picture there, as soon as anyone asks

    Equal recipes give equal bytes. What was uploaded, or put into the sandbox, is served as it
    came.

    Args:
        smaller: how many times shorter a picture's sides are than a landscape's; 1 for where
            its size in pixels counts.
    """

    def __init__(self, smaller: int = 16) -> None:
        self._smaller = smaller

    def serve(self, recipe: Recipe) -> bytes:
        """The bytes of a recipe's picture file, of its own type."""
        return recipe.data if isinstance(recipe, Stored) else _file_of(recipe, self._smaller)


@lru_cache(maxsize=256)
def _file_of(recipe: Recipe, smaller: int) -> bytes:
    content_type = content_type_of(recipe)
    if isinstance(recipe, Filmed):
        width, height = (max(1, round(side / 10)) * 2 for side in size_of(recipe))
        return film_of(frames_of(recipe, lambda of: _sketch(of, smaller), (width, height)))
    out = io.BytesIO()
    picture = _sketch(recipe, smaller)
    if content_type == "image/png":
        picture.save(out, "PNG")
    elif isinstance(recipe, Preview | Merged):
        picture.save(out, "WEBP")
    else:
        second = Image.new("RGB", picture.size)
        picture.save(out, "WEBP", save_all=True, append_images=[second])
    return out.getvalue()


def _sketch(recipe: Recipe, smaller: int) -> Image.Image:
    if isinstance(recipe, Merged):
        return _sketch(recipe.of, smaller)
    if isinstance(recipe, Quadrant):
        whole = _sketch(recipe.of, smaller)
        return whole.crop(cell_box(recipe, whole.size))
    columns, rows = cells_of(recipe)
    colours = hashlib.shake_256(repr(recipe).encode()).digest(3 * columns * rows)
    patches = Image.frombytes("RGB", (columns, rows), colours)
    width, height = (
        max(2, round(side / smaller / count)) * count
        for side, count in zip(size_of(recipe), (columns, rows), strict=True)
    )
    return patches.resize((width, height), Image.Resampling.NEAREST)
