"""Pictures as data: what a task's picture is made of, and how to make it.

A recipe is a small frozen value. Rendering one is pure, so the same recipe gives the same bytes
wherever and whenever it is asked for, and a finished task needs no stored picture.
"""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TypeAlias

from PIL import Image, ImageChops, ImageFilter, ImageOps

from mj_widgets.sandbox.painting.landscape import (
    Scene,
    Size,
    View,
    paint,
    scenes_for,
    size_of_ratio,
)
from mj_widgets.sandbox.painting.video import FILM_MP4, FILM_SIZE


@dataclass(frozen=True)
class Grid:
    """Four scenes in one picture."""

    scenes: tuple[Scene, Scene, Scene, Scene]
    size: Size
    view: View | None = None


@dataclass(frozen=True)
class Quadrant:
    """One of a grid's four pictures, pixel for pixel; `index` 1 to 4 in reading order."""

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
    scenes: tuple[Scene, Scene, Scene, Scene]


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
    """Four films in files of their own; `index` 1 to 4. They are all the same one."""

    of: Recipe
    index: int = 1


@dataclass(frozen=True)
class Preview:
    """A picture that is still being painted: small and blurred, less so at every step."""

    of: Recipe
    step: int
    steps: int


@dataclass(frozen=True)
class Stored:
    """Bytes from outside, served as they came."""

    data: bytes
    content_type: str


Recipe: TypeAlias = (
    Grid
    | Quadrant
    | Enlarged
    | Extended
    | Repainted
    | Blended
    | Animated
    | Filmed
    | Preview
    | Stored
)

FILM_FRAMES = 16
_FILM_CELL = 240


def size_of(recipe: Recipe) -> Size:
    """The size in pixels of a recipe's picture, mostly without making it."""
    match recipe:
        case Grid() | Extended() | Blended():
            return recipe.size
        case Quadrant(of, _):
            w, h = size_of(of)
            return (w // 2, h // 2)
        case Enlarged(of, factor, _):
            w, h = size_of(of)
            return (w * factor, h * factor)
        case Repainted(of):
            return size_of_ratio(_ratio(of))
        case Animated(of):
            w, h = _film_cell(of)
            return (w * 2, h * 2)
        case Filmed():
            return FILM_SIZE
        case Preview(of):
            return size_of(of)
        case Stored(data):
            try:
                with Image.open(io.BytesIO(data)) as image:
                    return image.size
            except (OSError, ValueError):
                return (0, 0)


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
        case Preview() | Animated():
            return "image/webp"
        case Filmed():
            return "video/mp4"
        case _:
            return "image/png"


class Kitchen:
    """Makes pictures out of recipes and keeps the last ones. Safe to use from several threads."""

    def __init__(self, pictures: int = 10, files: int = 32) -> None:
        self._pictures: OrderedDict[Recipe, Image.Image] = OrderedDict()
        self._files: OrderedDict[Recipe, bytes] = OrderedDict()
        self._room = (pictures, files)
        self._lock = Lock()

    def serve(self, recipe: Recipe) -> bytes:
        """The bytes of a recipe's picture file."""
        with self._lock:
            if recipe in self._files:
                self._files.move_to_end(recipe)
                return self._files[recipe]
        data = self._bake(recipe)
        with self._lock:
            self._files[recipe] = data
            while len(self._files) > self._room[1]:
                self._files.popitem(last=False)
        return data

    def draw(self, recipe: Recipe) -> Image.Image:
        """The pixels of a recipe's picture; not to be changed."""
        with self._lock:
            if recipe in self._pictures:
                self._pictures.move_to_end(recipe)
                return self._pictures[recipe]
        picture = self._render(recipe)
        with self._lock:
            self._pictures[recipe] = picture
            while len(self._pictures) > self._room[0]:
                self._pictures.popitem(last=False)
        return picture

    def _bake(self, recipe: Recipe) -> bytes:
        out = io.BytesIO()
        match recipe:
            case Stored(data):
                return data
            case Filmed():
                return FILM_MP4
            case Preview():
                self._render(recipe).save(out, "WEBP", quality=55, method=0)
            case Animated(of, high):
                first, *rest = self._film(of, high)
                first.save(
                    out,
                    "WEBP",
                    save_all=True,
                    append_images=rest,
                    duration=90,
                    loop=0,
                    quality=60,
                    method=0,
                )
            case _:
                self.draw(recipe).save(out, "PNG", compress_level=1)
        return out.getvalue()

    def _render(self, recipe: Recipe) -> Image.Image:
        match recipe:
            case Grid(scenes, size, view):
                return _grid([paint(s, _half(size), view) for s in scenes], size)
            case Quadrant(of, index):
                return _quadrant(self.draw(of), index)
            case Enlarged(of, factor, creative):
                return _enlarge(self.draw(of), factor, creative)
            case Extended(of, _, size):
                return _grid(self._extend(recipe, self.draw(of)), size)
            case Repainted(of, mask, scenes):
                return self._repaint(self.draw(of), view_of(of), mask, scenes, size_of(recipe))
            case Blended(of, size):
                return _blend([self.draw(one) for one in of], size)
            case Preview(of, step, steps):
                return _half_done(self.draw(of), step / steps)
            case Animated(of, high):
                return self._film(of, high)[0]
            case Filmed(of):
                return self.draw(of)
            case Stored(data):
                return Image.open(io.BytesIO(data)).convert("RGB")

    def _extend(self, recipe: Extended, source: Image.Image) -> list[Image.Image]:
        cell = _half(recipe.size)
        inner, scene = view_of(recipe.of), scene_of(recipe.of)
        x0, y0 = recipe.view.at(inner.left, inner.top, cell)
        x1, y1 = recipe.view.at(inner.right, inner.bottom, cell)
        place = (round(x0), round(y0), round(x1), round(y1))
        small = source.resize((place[2] - place[0], place[3] - place[1]), Image.Resampling.LANCZOS)
        mask = _soft_edges(small.size, place, cell)
        cells = []
        for i in range(4):
            around = scene.varied(f"around/{i}", 0.4)
            around = replace(
                around,
                horizon=scene.horizon,
                light_x=scene.light_x,
                light_y=scene.light_y,
                light_r=scene.light_r,
            )
            picture = paint(around, cell, recipe.view)
            picture.paste(small, place[:2], mask)
            cells.append(picture)
        return cells

    def _repaint(
        self,
        source: Image.Image,
        view: View,
        mask: bytes,
        scenes: tuple[Scene, ...],
        size: Size,
    ) -> Image.Image:
        cell = _half(size)
        base = source if source.size == cell else source.resize(cell, Image.Resampling.LANCZOS)
        with Image.open(io.BytesIO(mask)) as opened:
            white = opened.convert("L").resize(cell, Image.Resampling.NEAREST)
        white = white.point([255 if i >= 128 else 0 for i in range(256)])
        return _grid([Image.composite(paint(s, cell, view), base, white) for s in scenes], size)

    def _film(self, of: Recipe, high: bool) -> list[Image.Image]:
        cell = _film_cell(of)
        room = 0.16 if high else 0.07
        large = (round(cell[0] * (1 + room * 2)), round(cell[1] * (1 + room * 2)))
        source = self.draw(of).resize(large, Image.Resampling.BICUBIC)
        frames = []
        for n in range(FILM_FRAMES):
            swing = abs(n / FILM_FRAMES * 2 - 1) * 2 - 1
            swing = swing * (1.5 - 0.5 * swing * swing)
            cells = []
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0.7, -0.7)):
                x = round((large[0] - cell[0]) / 2 * (1 + swing * dx))
                y = round((large[1] - cell[1]) / 2 * (1 + swing * dy))
                cells.append(source.crop((x, y, x + cell[0], y + cell[1])))
            frames.append(_grid(cells, (cell[0] * 2, cell[1] * 2)))
        return frames


def _half(size: Size) -> Size:
    return (size[0] // 2, size[1] // 2)


def _ratio(recipe: Recipe) -> float:
    w, h = size_of(recipe)
    return w / max(1, h)


def _film_cell(of: Recipe) -> Size:
    ratio = min(3.0, max(1 / 3, _ratio(of)))
    return (round(_FILM_CELL * ratio**0.5 / 2) * 2, round(_FILM_CELL / ratio**0.5 / 2) * 2)


def _grid(cells: list[Image.Image], size: Size) -> Image.Image:
    picture = Image.new("RGB", size)
    for i, cell in enumerate(cells):
        picture.paste(cell, (i % 2 * (size[0] // 2), i // 2 * (size[1] // 2)))
    return picture


def _quadrant(picture: Image.Image, index: int) -> Image.Image:
    w, h = _half(picture.size)
    x, y = (index - 1) % 2 * w, (index - 1) // 2 * h
    return picture.crop((x, y, x + w, y + h))


def _enlarge(picture: Image.Image, factor: int, creative: bool) -> Image.Image:
    large = picture.resize(
        (picture.width * factor, picture.height * factor), Image.Resampling.BICUBIC
    )
    if not creative:
        return large
    crisp = large.filter(ImageFilter.UnsharpMask(radius=3, percent=60, threshold=2))
    return Image.blend(crisp, ImageOps.autocontrast(crisp, cutoff=1), 0.15)


def _soft_edges(size: Size, place: tuple[int, int, int, int], cell: Size) -> Image.Image:
    """A mask that fades out towards the sides that have new picture next to them."""
    fade = max(4, min(size) // 9)
    opaque = [
        0 if place[0] <= 1 else fade,
        0 if place[1] <= 1 else fade,
        size[0] - (0 if place[2] >= cell[0] - 1 else fade),
        size[1] - (0 if place[3] >= cell[1] - 1 else fade),
    ]
    across, down = Image.new("L", (size[0], 1), 255), Image.new("L", (1, size[1]), 255)
    for i in range(fade):
        for line, start, end, length, at in (
            (across, opaque[0], opaque[2], size[0], lambda n: (n, 0)),
            (down, opaque[1], opaque[3], size[1], lambda n: (0, n)),
        ):
            if start:
                line.putpixel(at(i), round(255 * i / fade))
            if end < length:
                line.putpixel(at(length - 1 - i), round(255 * i / fade))
    return ImageChops.darker(across.resize(size), down.resize(size))


def _blend(pictures: list[Image.Image], size: Size) -> Image.Image:
    cell = _half(size)
    fitted = [ImageOps.fit(p.convert("RGB"), cell, Image.Resampling.BICUBIC) for p in pictures]
    cells = []
    for i in range(4):
        mixed = fitted[i % len(fitted)]
        for n, other in enumerate(fitted):
            mixed = Image.blend(mixed, other, 0.28 + 0.08 * ((i + n) % 3))
        cells.append(mixed)
    return _grid(cells, size)


def _half_done(picture: Image.Image, share: float) -> Image.Image:
    small = picture.copy()
    small.thumbnail((512, 512), Image.Resampling.BILINEAR, reducing_gap=2.0)
    cells = max(8, round(min(small.size) * (0.05 + 0.6 * share**1.6)))
    tiny = small.resize(
        (cells * small.width // min(small.size), cells * small.height // min(small.size)),
        Image.Resampling.BOX,
    )
    return tiny.resize(small.size, Image.Resampling.BICUBIC)
