"""Pictures as data: what a task's picture is made of, and what buttons make of that.

A recipe is a small frozen value, and all that a finished task keeps of its picture.
"""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass, replace
from typing import TypeAlias

from PIL import Image

from mj_widgets.sandbox.painting.palettes import Palette
from mj_widgets.sandbox.painting.scene import Scene, Size, View, scenes_for, size_of_ratio


@dataclass(frozen=True)
class Grid:
    """Scenes in one picture, in rows: four, or the many of a draft."""

    scenes: tuple[Scene, ...]
    size: Size
    view: View | None = None


@dataclass(frozen=True)
class Quadrant:
    """One of a grid's pictures, pixel for pixel; `index` from 1 in reading order."""

    of: Recipe
    index: int


@dataclass(frozen=True)
class Enlarged:
    """The same picture, larger."""

    of: Recipe
    factor: int
    creative: bool


@dataclass(frozen=True)
class Extended:
    """Four pictures that show `of` whole, with more around it: zoom out, pan, make square."""

    of: Recipe
    view: View
    size: Size


@dataclass(frozen=True)
class Repainted:
    """Four pictures that equal `of` but where the mask is white."""

    of: Recipe
    mask: bytes
    scenes: tuple[Scene, ...]


@dataclass(frozen=True)
class Retextured:
    """Four pictures with the shapes of `of` in the colours of four palettes."""

    of: Recipe
    palettes: tuple[Palette, ...]


@dataclass(frozen=True)
class Swapped:
    """The picture `of` with the middle of `face` in its own."""

    of: Recipe
    face: Recipe


@dataclass(frozen=True)
class Blended:
    """Four mixtures of uploaded pictures."""

    of: tuple[Recipe, ...]
    size: Size


@dataclass(frozen=True)
class Animated:
    """A looping film of four cells, each moving another way."""

    of: Recipe
    high: bool


@dataclass(frozen=True)
class Filmed:
    """Films of one picture in files of their own, `count` of them; `index` from 1.

    `picked` is the one that was chosen from them. A film ends with the picture `end` if there is
    one, or with `loop` where it begins; it goes on from the last picture of the film `before`.
    """

    of: Recipe
    index: int = 1
    picked: bool = False
    high: bool = False
    count: int = 4
    end: Recipe | None = None
    loop: bool = False
    before: Filmed | None = None

    def longer(self, index: int) -> Filmed:
        """Films that go on from one of these."""
        before = replace(self, index=index, picked=False)
        return Filmed(self.of, high=self.high, before=before)


@dataclass(frozen=True)
class Preview:
    """A picture that is still being painted: small and blurred, less so at every step."""

    of: Recipe
    step: int
    steps: int


@dataclass(frozen=True)
class Merged:
    """A sheet made of a grid's pictures, encoded again: not what they are."""

    of: Recipe


@dataclass(frozen=True)
class Stored:
    """Bytes from outside, served as they came."""

    data: bytes
    content_type: str

    def __repr__(self) -> str:
        # Not the bytes: what is made of it is told apart by this text.
        return f"Stored({hashlib.sha256(self.data).hexdigest()}, {self.content_type})"


Recipe: TypeAlias = (
    Grid
    | Quadrant
    | Enlarged
    | Extended
    | Repainted
    | Retextured
    | Swapped
    | Blended
    | Animated
    | Filmed
    | Preview
    | Merged
    | Stored
)

_FILM_CELL = 240
_FILM_SIDE, _FILM_LONGEST = 160, 224


def size_of(recipe: Recipe) -> Size:
    """The size in pixels of a recipe's picture, mostly without making it."""
    match recipe:
        case Grid() | Extended() | Blended():
            return recipe.size
        case Quadrant(of, _):
            w, h = size_of(of)
            columns, rows = cells_of(of)
            return (w // columns, h // rows)
        case Enlarged(of, factor, _):
            w, h = size_of(of)
            return (w * factor, h * factor)
        case Repainted(of) | Retextured(of):
            return size_of_ratio(_ratio(of))
        case Animated(of):
            w, h = film_cell(of)
            return (w * 2, h * 2)
        case Filmed():
            return film_size(recipe.of)
        case Preview(of) | Merged(of) | Swapped(of):
            return size_of(of)
        case Stored(data):
            try:
                with Image.open(io.BytesIO(data)) as image:
                    return image.size
            except (OSError, ValueError):
                return (0, 0)


def cells_of(recipe: Recipe) -> tuple[int, int]:
    """How many pictures a grid has beside each other, and how many rows of them."""
    count = len(recipe.scenes) if isinstance(recipe, Grid) else 4
    columns = math.isqrt(count * 3 // 2)
    return columns, -(-count // columns)


def cell_box(recipe: Quadrant, size: Size) -> tuple[int, int, int, int]:
    """Where one of a grid's pictures is in a grid of this size, for Pillow's `crop`."""
    columns, rows = cells_of(recipe.of)
    w, h = size[0] // columns, size[1] // rows
    down, right = divmod(recipe.index - 1, columns)
    return (right * w, down * h, right * w + w, down * h + h)


def scene_of(recipe: Recipe) -> Scene:
    """The landscape behind a picture, for works that go on from it."""
    match recipe:
        case Grid(scenes):
            return scenes[0]
        case Quadrant(Grid(scenes) | Repainted(_, _, scenes), index):
            return scenes[index - 1] if isinstance(recipe.of, Grid) else scene_of(recipe.of)
        case Blended(of):
            return scene_of(of[0])
        case Stored(data):
            return scenes_for("", hashlib.sha256(data).hexdigest())[0]
        case _:
            return scene_of(recipe.of)


def view_of(recipe: Recipe) -> View:
    """How much of its scene a single picture shows."""
    match recipe:
        case Extended():
            return recipe.view
        case Grid() if recipe.view is not None:
            return recipe.view
        case Grid() | Blended() | Stored():
            w, h = size_of(recipe)
            return View(0.0, 0.0, w / max(1, h), 1.0)
        case _:
            return view_of(recipe.of)


def varied(recipe: Recipe, salt: str, amount: float) -> Grid:
    """A new grid of relatives of a single picture; `amount` 0 to 1."""
    scene = scene_of(recipe)
    a, b, c, d = (scene.varied(f"{salt}/{i}", amount) for i in range(4))
    return Grid((a, b, c, d), size_of_ratio(_ratio(recipe)), view_of(recipe))


def zoomed(recipe: Recipe, factor: float) -> Extended:
    """A single picture shrunk to 1 / `factor` in the middle of a wider view."""
    v = view_of(recipe)
    dx, dy = (v.right - v.left) * (factor - 1) / 2, (v.bottom - v.top) * (factor - 1) / 2
    view = View(v.left - dx, v.top - dy, v.right + dx, v.bottom + dy)
    return Extended(recipe, view, size_of_ratio(_ratio(recipe)))


def squared(recipe: Recipe) -> Extended:
    """A single picture with enough around it to make it square."""
    v = view_of(recipe)
    width, height = v.right - v.left, v.bottom - v.top
    dx, dy = max(0.0, height - width) / 2, max(0.0, width - height) / 2
    view = View(v.left - dx, v.top - dy, v.right + dx, v.bottom + dy)
    return Extended(recipe, view, size_of_ratio(1.0))


def panned(recipe: Recipe, direction: str) -> Extended:
    """A single picture made half as wide (or as tall) again on one side."""
    v = view_of(recipe)
    dx, dy = (v.right - v.left) / 2, (v.bottom - v.top) / 2
    view = {
        "left": replace(v, left=v.left - dx),
        "right": replace(v, right=v.right + dx),
        "up": replace(v, top=v.top - dy),
        "down": replace(v, bottom=v.bottom + dy),
    }[direction]
    ratio = _ratio(recipe) * (1.5 if direction in ("left", "right") else 1 / 1.5)
    return Extended(recipe, view, size_of_ratio(ratio))


def content_type_of(recipe: Recipe) -> str:
    """The media type `Kitchen.serve` gives for a recipe."""
    match recipe:
        case Stored():
            return recipe.content_type
        case Preview() | Merged() | Animated():
            return "image/webp"
        case Filmed():
            return "video/mp4"
        case _:
            return "image/png"


def film_cell(of: Recipe) -> Size:
    """The size of each of a film's four cells, in the shape of the picture that moves."""
    ratio = min(3.0, max(1 / 3, _ratio(of)))
    return (round(_FILM_CELL * ratio**0.5 / 2) * 2, round(_FILM_CELL / ratio**0.5 / 2) * 2)


def films_of(recipe: Recipe | None) -> Filmed | None:
    """The films that a moving picture is, or has in it; None for one that stands still."""
    if isinstance(recipe, Animated):
        return Filmed(recipe.of, high=recipe.high)
    return recipe if isinstance(recipe, Filmed) else None


def film_size(of: Recipe) -> Size:
    """The size of a film in the shape of a picture: small, as its frames are not packed."""
    side = _ratio(of) ** 0.5
    width, height = _FILM_SIDE * side, _FILM_SIDE / side
    shrunk = min(1.0, _FILM_LONGEST / max(width, height))
    return (max(2, round(width * shrunk / 2) * 2), max(2, round(height * shrunk / 2) * 2))


def _ratio(recipe: Recipe) -> float:
    w, h = size_of(recipe)
    return w / max(1, h)
