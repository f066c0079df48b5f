"""Paints landscapes, with Pillow only.

`paint` draws the part of a `Scene` that a `View` frames, so a wider view (zoom out, pan) goes on
where the picture ended.
"""

from __future__ import annotations

import io
import math
import random
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from mj_widgets.sandbox.painting.details import (
    draw_birds,
    draw_boat,
    draw_city,
    draw_pines,
    draw_stars,
)
from mj_widgets.sandbox.painting.palettes import RGB, mix
from mj_widgets.sandbox.painting.scene import Scene, Size, View, scenes_for


def paint(scene: Scene, size: Size, view: View | None = None) -> Image.Image:
    """The picture of a scene; without a view, the original frame in the shape of `size`."""
    view = view or View(0.0, 0.0, size[0] / size[1], 1.0)
    picture = _sky(scene, size, view)
    rng = random.Random(scene.details)
    if scene.palette.night:
        draw_stars(picture, scene, view)
    _put_light(picture, scene, view)
    _put_clouds(picture, scene, view)
    if rng.random() < 0.6 and not scene.palette.night:
        draw_birds(picture, scene, view)
    if scene.kind == "sea":
        _put_ridges(picture, scene, view, count=2, rise=0.6, floor=scene.horizon)
        _put_water(picture, scene, view)
        draw_boat(picture, scene, view)
    elif scene.kind == "city":
        _put_ridges(picture, scene, view, count=2, rise=0.5)
        draw_city(picture, scene, view)
    elif scene.kind == "dunes":
        _put_ridges(picture, scene, view, count=5, rise=0.75, smooth=True)
    else:
        _put_ridges(picture, scene, view, count=6)
    if view.bottom > 1.1 and scene.kind != "sea":
        _put_foreground(picture, scene, view)
    return picture


def photo_like(prompt: str, size: Size = (2048, 2048)) -> bytes:
    """A PNG with the grain of a photo, which compresses badly: about 7 MB at 2048 by 2048."""
    half = (size[0] // 2, size[1] // 2)
    picture = Image.new("RGB", size)
    for i, scene in enumerate(scenes_for(prompt)):
        picture.paste(paint(scene, half), (i % 2 * half[0], i // 2 * half[1]))
    rng = random.Random(f"grain/{prompt}")
    grain = Image.frombytes("L", size, rng.randbytes(size[0] * size[1])).point(
        [98 + round(60 * i / 255) for i in range(256)]
    )
    grainy = Image.merge("RGB", [ImageChops.add(band, grain, 1, -128) for band in picture.split()])
    out = io.BytesIO()
    grainy.save(out, "PNG", compress_level=1)
    return out.getvalue()


def ridge_height(seed: int, x: float, octaves: int = 4) -> float:
    """The height, -1 to 1, of an endless line of hills at `x`."""
    height, reach, weight = 0.0, 1.0, 0.55
    for octave in range(octaves):
        place = x * reach + octave * 17.3
        step = math.floor(place)
        t = place - step
        t = t * t * (3 - 2 * t)
        a, b = _knot(seed, step), _knot(seed, step + 1)
        height += (a + (b - a) * t) * weight
        reach, weight = reach * 2.1, weight * 0.46
    return height


@lru_cache(maxsize=65536)
def _knot(seed: int, step: int) -> float:
    mixed = (seed ^ (step * 0x9E3779B97F4A7C15)) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return ((mixed ^ (mixed >> 31)) & 0xFFFFFF) / 0x7FFFFF - 1


def gradient(colours: list[tuple[float, RGB]], size: Size, view: View) -> Image.Image:
    """Colours from top to bottom; each is given with its height in the scene."""
    rows = 128
    column = Image.new("RGB", (1, rows))
    for row in range(rows):
        y = view.top + (row + 0.5) / rows * (view.bottom - view.top)
        column.putpixel((0, row), _colour_at(colours, y))
    return column.resize(size, Image.Resampling.BILINEAR)


def _colour_at(colours: list[tuple[float, RGB]], y: float) -> RGB:
    if y <= colours[0][0]:
        return colours[0][1]
    for (y0, a), (y1, b) in pairwise(colours):
        if y <= y1:
            t = (y - y0) / (y1 - y0)
            return mix(a, b, t * t * (3 - 2 * t))
    return colours[-1][1]


def _sky(scene: Scene, size: Size, view: View) -> Image.Image:
    p = scene.palette
    middle = mix(p.sky_top, p.sky_low, 0.55)
    stops = [(-1.2, mix(p.sky_top, (0, 0, 0), 0.35)), (0.0, p.sky_top)]
    stops += [(scene.horizon * 0.6, middle), (scene.horizon, p.sky_low)]
    return gradient(stops, size, view)


def _put_light(picture: Image.Image, scene: Scene, view: View) -> None:
    p = scene.palette
    unit = view.unit(picture.size)
    x, y = view.at(scene.light_x, scene.light_y, picture.size)
    for reach, strength in ((0.75, 0.5), (0.26, 0.5)):
        side = max(2, round(2 * reach * unit))
        glow = _glow(strength).resize((side, side), Image.Resampling.BILINEAR)
        box = (round(x - side / 2), round(y - side / 2))
        picture.paste(mix(p.light, p.sky_low, 0.25), box, glow)
    radius = scene.light_r * unit
    side = max(4, round(radius * 2) + 4)
    disc = Image.new("L", (side * 3, side * 3))
    ImageDraw.Draw(disc).ellipse((6, 6, side * 3 - 6, side * 3 - 6), fill=240)
    disc = disc.resize((side, side), Image.Resampling.BOX)
    picture.paste(p.light, (round(x - side / 2), round(y - side / 2)), disc)


@lru_cache(maxsize=8)
def _glow(strength: float) -> Image.Image:
    return Image.radial_gradient("L").point(
        [round(max(0, 1 - i / 181) ** 2.2 * 255 * strength) for i in range(256)]
    )


def _put_clouds(picture: Image.Image, scene: Scene, view: View) -> None:
    rng = random.Random(f"clouds/{scene.seed}")
    cells = (30, 90)
    noise = Image.frombytes("L", cells, rng.randbytes(cells[0] * cells[1]))
    noise = noise.filter(ImageFilter.GaussianBlur(1.1))
    box = [
        min(1.0, max(0.0, (edge + 3) / 7)) * cells[i % 2]
        for i, edge in enumerate((view.left, view.top, view.right, view.bottom))
    ]
    small = (picture.width // 4, picture.height // 4)
    veil = noise.resize(small, Image.Resampling.BICUBIC, box=(box[0], box[1], box[2], box[3]))
    veil = veil.point(
        [round(min(1, max(0, (i - 128) / 60)) * 120 * (0.4 + 0.6 * scene.mist)) for i in range(256)]
    )
    picture.paste(
        mix(scene.palette.sky_low, scene.palette.light, 0.5),
        (0, 0),
        veil.resize(picture.size, Image.Resampling.BILINEAR),
    )


def _put_ridges(
    picture: Image.Image,
    scene: Scene,
    view: View,
    count: int,
    rise: float = 1.0,
    floor: float | None = None,
    smooth: bool = False,
) -> None:
    p = scene.palette
    for layer in range(count):
        depth = (layer + 1) / count
        base = scene.horizon + (1.02 - scene.horizon) * (layer / count) ** 1.25
        if floor is not None:
            base = floor
        height = rise * (0.16 - 0.06 * depth)
        stretch = (2.6 - 1.2 * depth) * (0.6 if smooth else 1.0)
        colour = mix(p.far, p.near, depth**1.3)
        haze = mix(p.sky_low, colour, 0.25 + 0.75 * depth)
        top = mix(colour, p.sky_low, 0.35 * (1 - depth))
        crest = _crest(
            scene.seed + layer * 7919, view, picture.size, base, height, stretch, 2 if smooth else 5
        )
        fill = gradient(
            [(base - height, top), (base + 0.22, mix(top, haze, scene.mist))], picture.size, view
        )
        _paste_below(picture, fill, crest)
        if scene.kind == "forest" and layer >= count - 3:
            draw_pines(picture, scene, view, crest, layer, mix(colour, p.near, 0.5), depth)


def _put_foreground(picture: Image.Image, scene: Scene, view: View) -> None:
    """Hills nearer than the picture's lower edge, which only a wider view shows."""
    p = scene.palette
    step, base = 0.16, 1.14
    while base < view.bottom + 0.1:
        colour = mix(p.near, p.far, 0.16 if round((base - 1.14) / step) % 2 else 0.07)
        crest = _crest(scene.details + round(base * 100), view, picture.size, base, 0.1, 1.3, 4)
        fill = gradient([(base - 0.1, colour), (base + 0.2, p.near)], picture.size, view)
        _paste_below(picture, fill, crest)
        base, step = base + step, step * 1.3


def _crest(
    seed: int, view: View, size: Size, base: float, height: float, stretch: float, octaves: int
) -> list[tuple[float, float]]:
    step = max(3, size[0] // 260)
    points: list[tuple[float, float]] = []
    for px in range(0, size[0] + step, step):
        x = view.left + px / size[0] * (view.right - view.left)
        y = base - height * (0.35 + ridge_height(seed, x * stretch, octaves))
        points.append((px, view.at(x, y, size)[1]))
    return points


def _paste_below(picture: Image.Image, fill: Image.Image, crest: list[tuple[float, float]]) -> None:
    w, h = picture.size
    top = max(0, int(min(y for _, y in crest)) - 1)
    if top >= h:
        return
    low = min(h, int(max(y for _, y in crest)) + 2)
    mask = Image.new("L", (w * 2, (low - top) * 2))
    outline = [(x * 2, (y - top) * 2) for x, y in crest]
    ImageDraw.Draw(mask).polygon([*outline, (w * 2 + 9, h * 2 + 9), (-9, h * 2 + 9)], fill=255)
    picture.paste(fill.crop((0, top, w, low)), (0, top), mask.reduce(2))
    if low < h:
        picture.paste(fill.crop((0, low, w, h)), (0, low))


def _put_water(picture: Image.Image, scene: Scene, view: View) -> None:
    p = scene.palette
    w, h = picture.size
    y0 = max(0, round(view.at(0, scene.horizon, picture.size)[1]))
    if y0 >= h:
        return
    deep = mix(p.near, p.sky_top, 0.35)
    water = gradient(
        [(scene.horizon, mix(p.sky_low, p.far, 0.25)), (1.05, deep), (2.2, p.near)],
        picture.size,
        view,
    )
    picture.paste(water.crop((0, y0, w, h)), (0, y0))
    rng = random.Random(scene.seed ^ 0x5EA)
    unit = view.unit(picture.size)
    shine = Image.new("L", (w, h - y0))
    pen = ImageDraw.Draw(shine)
    for _ in range(420):
        depth = rng.random() ** 1.6
        y = scene.horizon + 0.004 + depth * 1.3
        column = rng.random() < 0.6
        x = scene.light_x + rng.gauss(0, 0.03 + depth * 0.14) if column else rng.uniform(-2, 4)
        half = (0.008 + 0.05 * depth) * rng.uniform(0.4, 1.3)
        px, py = view.at(x, y, picture.size)
        thick = max(1.0, (0.0012 + 0.004 * depth) * unit)
        pen.ellipse(
            (px - half * unit, py - y0 - thick, px + half * unit, py - y0 + thick),
            fill=round((150 if column else 60) * rng.uniform(0.5, 1)),
        )
    picture.paste(p.light, (0, y0), shine.filter(ImageFilter.GaussianBlur(max(0.6, unit / 900))))
