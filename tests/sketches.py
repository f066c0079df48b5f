"""A sandbox that serves a few pixels of the right kind at once, where no picture is looked at."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from PIL import Image

from mj_widgets.sandbox import Sandbox
from mj_widgets.sandbox.painting.recipes import (
    Kitchen,
    Preview,
    Quadrant,
    Recipe,
    Stored,
    content_type_of,
    size_of,
)
from mj_widgets.sandbox.painting.video import FILM_MP4

AT_ONCE = 1e6
"""The speed at which a task has ended when it is first asked for."""
SMALLER = 8


class Sketches(Kitchen):
    """Four patches of colour in place of each picture, of its shape; a quadrant is one of them."""

    def serve(self, recipe: Recipe) -> bytes:
        if isinstance(recipe, Stored):
            return recipe.data
        kind = content_type_of(recipe)
        return FILM_MP4 if kind == "video/mp4" else file_of(kind, _sketch(recipe), recipe)


def _sketch(recipe: Recipe) -> Image.Image:
    if isinstance(recipe, Quadrant):
        whole = _sketch(recipe.of)
        width, height = whole.width // 2, whole.height // 2
        down, right = divmod(recipe.index - 1, 2)
        x, y = right * width, down * height
        return whole.crop((x, y, x + width, y + height))
    colours = hashlib.sha256(repr(recipe).encode()).digest()
    patches = Image.new("RGB", (2, 2))
    patches.putdata([(colours[n], colours[n + 1], colours[n + 2]) for n in (0, 3, 6, 9)])
    width, height = (max(4, round(side / SMALLER / 2) * 2) for side in size_of(recipe))
    flat = patches.resize((width, height), Image.Resampling.NEAREST)
    # Some light, as a patch of one colour is fewer bytes than any picture.
    light = Image.radial_gradient("L").resize(flat.size).convert("RGB")
    return Image.blend(flat, light, 0.5)


def file_of(kind: str, picture: Image.Image, recipe: Recipe | None = None) -> bytes:
    """Return a picture as a PNG, or as the WebP of a preview or else of an animation."""
    out = io.BytesIO()
    moves: dict[str, Any] = {"save_all": True, "append_images": [Image.new("RGB", picture.size)]}
    is_animation = kind == "image/webp" and not isinstance(recipe, Preview)
    picture.save(out, kind.partition("/")[2], **(moves if is_animation else {}))
    return out.getvalue()


def sketching(flavour: str = "dmx", speed: float = AT_ONCE, **how: Any) -> Sandbox:
    """Return a sandbox that paints nothing, and whose tasks have ended at once."""
    sandbox = Sandbox(flavour, speed=speed, **how)
    sandbox.kitchen = Sketches()
    return sandbox
