"""A few pixels in place of a landscape, for tests that look at something else."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image

from mj_widgets.sandbox.painting.recipes import Recipe, Stored, content_type_of
from mj_widgets.sandbox.painting.video import FILM_MP4

_SIZE = (64, 64)


class Sketches:
    """Gives every recipe the same small file of the right kind, at once.

        with Sandbox(speed=1e6, kitchen=Sketches()).in_thread() as sandbox:
            ...  # a task is finished, and its picture there, as soon as anyone asks

    What was uploaded or put into the sandbox is served as it came.
    """

    def serve(self, recipe: Recipe) -> bytes:
        """The bytes of a recipe's picture file: 64 by 64 pixels, or the usual film."""
        return recipe.data if isinstance(recipe, Stored) else _file_of(content_type_of(recipe))


@cache
def _file_of(content_type: str) -> bytes:
    if content_type == "video/mp4":
        return FILM_MP4
    out = io.BytesIO()
    first, second = (Image.new("RGB", _SIZE, colour) for colour in ("teal", "orange"))
    if content_type == "image/webp":
        first.save(out, "WEBP", save_all=True, append_images=[second])
    else:
        first.save(out, "PNG")
    return out.getvalue()
