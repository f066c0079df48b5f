"""Makes pictures out of recipes.

Making one is pure: the same recipe gives the same bytes wherever and whenever it is asked for.
"""

from __future__ import annotations

import io
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from mj_widgets.sandbox.painting.film_file import film_of
from mj_widgets.sandbox.painting.landscape import paint
from mj_widgets.sandbox.painting.motion import frames_of
from mj_widgets.sandbox.painting.palettes import Palette
from mj_widgets.sandbox.painting.recipes import (
    Animated,
    Blended,
    Enlarged,
    Extended,
    Filmed,
    Grid,
    Merged,
    Preview,
    Quadrant,
    Recipe,
    Repainted,
    Retextured,
    Stored,
    Swapped,
    cell_box,
    cells_of,
    film_cell,
    scene_of,
    size_of,
    view_of,
)
from mj_widgets.sandbox.painting.scene import Scene, Size, View

FILM_FRAMES = 16
_SHINES_THROUGH = 150


class PictureMaker(Protocol):
    """Whatever gives a sandbox its picture files: a `Kitchen`, or something quicker for tests."""

    def serve(self, recipe: Recipe) -> bytes:
        """The bytes of a recipe's picture file, of the type that `content_type_of` says."""


class Kitchen:
    """Makes pictures out of recipes and keeps the last ones. Safe to use from several threads."""

    def __init__(self, pictures: int = 10, files: int = 32) -> None:
        # In here and not as decorators, which would share one cache among all kitchens.
        self._pictures = lru_cache(pictures)(self._render)
        self._files = lru_cache(files)(self._bake)

    def serve(self, recipe: Recipe) -> bytes:
        """The bytes of a recipe's picture file."""
        return self._files(recipe)

    def draw(self, recipe: Recipe) -> Image.Image:
        """The pixels of a recipe's picture; not to be changed."""
        return self._pictures(recipe)

    def _bake(self, recipe: Recipe) -> bytes:
        out = io.BytesIO()
        match recipe:
            case Stored(data):
                return data
            case Filmed():
                return film_of(frames_of(recipe, self.draw, size_of(recipe)))
            case Preview():
                self._render(recipe).save(out, "WEBP", quality=55, method=0)
            case Merged(of):
                self.draw(of).save(out, "WEBP", quality=80, method=0)
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
                columns, rows = cells_of(recipe)
                cell = (size[0] // columns, size[1] // rows)
                return _grid([paint(s, cell, view) for s in scenes], size, columns)
            case Quadrant(of):
                return self.draw(of).crop(cell_box(recipe, self.draw(of).size))
            case Enlarged(of, factor, creative):
                return _enlarge(self.draw(of), factor, creative)
            case Extended(of, _, size):
                return _grid(self._extend(recipe, self.draw(of)), size)
            case Repainted(of, mask, scenes):
                marked = _marked(of, mask)
                return self._repaint(self.draw(of), view_of(of), marked, scenes, size_of(recipe))
            case Retextured(of, palettes):
                size = size_of(recipe)
                source = self.draw(of).resize(_half(size), Image.Resampling.LANCZOS)
                return _grid([_recoloured(source, palette) for palette in palettes], size)
            case Swapped(of, face):
                return _with_middle(self.draw(of), self.draw(face))
            case Blended(of, size):
                return _blend([self.draw(one) for one in of], size)
            case Preview(of, step, steps):
                return _half_done(self.draw(of), step / steps)
            case Animated(of, high):
                return self._film(of, high)[0]
            case Filmed(of) | Merged(of):
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
        marked: Image.Image,
        scenes: tuple[Scene, ...],
        size: Size,
    ) -> Image.Image:
        cell = _half(size)
        base = source if source.size == cell else source.resize(cell, Image.Resampling.LANCZOS)
        white = marked.resize(cell, Image.Resampling.NEAREST)
        return _grid([Image.composite(paint(s, cell, view), base, white) for s in scenes], size)

    def _film(self, of: Recipe, high: bool) -> list[Image.Image]:
        cell = film_cell(of)
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


def _marked(of: Recipe, mask: bytes) -> Image.Image:
    """White where `of` is to be painted anew: where the mask is, or it is transparent itself.

    Where nothing is marked all of it is, and the old picture shines through.
    """
    given = mask or (of.data if isinstance(of, Stored) else b"")
    if not given:
        return Image.new("L", (1, 1), _SHINES_THROUGH)
    with Image.open(io.BytesIO(given)) as opened:
        if mask:
            return opened.convert("L").point([255 * (i >= 128) for i in range(256)])
        if not opened.has_transparency_data:
            return Image.new("L", (1, 1), _SHINES_THROUGH)
        alpha = opened.convert("RGBA").getchannel("A")
    clear = alpha.point([255 * (i < 128) for i in range(256)])
    return clear if clear.getbbox() else Image.new("L", (1, 1), _SHINES_THROUGH)


def _recoloured(picture: Image.Image, palette: Palette) -> Image.Image:
    grey = ImageOps.autocontrast(picture.convert("L"))
    return ImageOps.colorize(grey, palette.near, palette.light, palette.accent)


def _with_middle(picture: Image.Image, face: Image.Image) -> Image.Image:
    """A picture with an oval of another one in its middle."""
    size = (max(1, picture.width // 2), max(1, picture.height // 2))
    oval = Image.new("L", size)
    ImageDraw.Draw(oval).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    mixed = picture.copy()
    place = ((picture.width - size[0]) // 2, (picture.height - size[1]) // 2)
    mixed.paste(ImageOps.fit(face, size, Image.Resampling.BICUBIC), place, oval)
    return mixed


def _half(size: Size) -> Size:
    return (size[0] // 2, size[1] // 2)


def _grid(cells: list[Image.Image], size: Size, columns: int = 2) -> Image.Image:
    picture = Image.new("RGB", size)
    for i, cell in enumerate(cells):
        picture.paste(cell, (i % columns * cell.width, i // columns * cell.height))
    return picture


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
