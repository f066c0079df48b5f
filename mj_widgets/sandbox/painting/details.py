"""Small things in a landscape: stars, birds, pines, a boat, a town with lit windows."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from mj_widgets.sandbox.painting.palettes import RGB, mix
from mj_widgets.sandbox.painting.scene import Scene, View


def draw_stars(picture: Image.Image, scene: Scene, view: View) -> None:
    """Stars all over the sky, a few of them bright."""
    rng = random.Random(scene.seed ^ 0x57A5)
    unit = view.unit(picture.size)
    pen = ImageDraw.Draw(picture)
    for _ in range(900):
        x, y = view.at(rng.uniform(-2, 4), rng.uniform(-1.5, 0.7), picture.size)
        radius = max(0.5, unit * rng.choice((0.0008, 0.0008, 0.0012, 0.002)))
        colour = mix(scene.palette.sky_top, scene.palette.light, rng.uniform(0.35, 0.95))
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def draw_birds(picture: Image.Image, scene: Scene, view: View) -> None:
    """A small flock, far away."""
    rng = random.Random(scene.details ^ 0xB1D)
    unit = view.unit(picture.size)
    pen = ImageDraw.Draw(picture)
    cx, cy = rng.uniform(0.2, 0.8) * scene.width, rng.uniform(0.12, scene.horizon - 0.2)
    colour = mix(scene.palette.near, scene.palette.far, 0.3)
    for _ in range(rng.randint(3, 7)):
        x, y = view.at(cx + rng.gauss(0, 0.07), cy + rng.gauss(0, 0.025), picture.size)
        span = unit * rng.uniform(0.008, 0.016)
        width = max(1, round(unit * 0.0022))
        for side in (-1, 1):
            wing = [
                (x, y),
                (x + side * span * 0.5, y - span * 0.42),
                (x + side * span, y - span * 0.2),
            ]
            pen.line(wing, fill=colour, width=width, joint="curve")


def draw_pines(
    picture: Image.Image,
    scene: Scene,
    view: View,
    crest: list[tuple[float, float]],
    layer: int,
    colour: RGB,
    depth: float,
) -> None:
    """Pine trees along a ridge, larger the nearer the ridge is."""
    unit = view.unit(picture.size)
    rng = random.Random(scene.seed + layer)
    trees = [
        (rng.uniform(-2, 4), rng.uniform(0.6, 1.4) * (0.035 + 0.075 * depth), rng.random())
        for _ in range(round(150 - 90 * depth))
    ]
    ys = [y for _, y in crest]
    start = max(0, int(min(ys) - 0.17 * unit))
    end = min(picture.height, int(max(ys) + 0.02 * unit) + 1)
    if end <= start:
        return
    mask = Image.new("L", (picture.width * 2, (end - start) * 2))
    pen = ImageDraw.Draw(mask)
    step = crest[1][0] - crest[0][0]
    for x, tall, lean in trees:
        px, _ = view.at(x, 0, picture.size)
        place = int(px / step)
        if not 0 <= place < len(crest):
            continue
        foot, height = crest[place][1] + unit * 0.012 - start, tall * unit
        half = height * (0.17 + 0.06 * lean)
        for tier in range(4):
            top = foot - height * (1 - tier * 0.21)
            low = foot - height * (0.62 - tier * 0.2)
            wide = half * (0.42 + tier * 0.2)
            pen.polygon(
                [(2 * px, 2 * top), (2 * (px - wide), 2 * low), (2 * (px + wide), 2 * low)],
                fill=255,
            )
        pen.rectangle(
            (2 * px - height * 0.04, 2 * (foot - height * 0.1), 2 * px + height * 0.04, 2 * foot),
            fill=255,
        )
    picture.paste(colour, (0, start), mask.reduce(2))


def draw_boat(picture: Image.Image, scene: Scene, view: View) -> None:
    """A sailing boat with its shadow on the water."""
    rng = random.Random(scene.details ^ 0xB0A7)
    unit = view.unit(picture.size)
    size = unit * rng.uniform(0.05, 0.11)
    x, y = view.at(
        rng.uniform(0.2, 0.8) * scene.width, scene.horizon + rng.uniform(0.06, 0.2), picture.size
    )
    side = int(size * 4) * 2
    mask = Image.new("L", (side * 2, side * 2))
    sail = Image.new("L", (side * 2, side * 2))
    c, s = float(side), size * 2
    pen, cloth = ImageDraw.Draw(mask), ImageDraw.Draw(sail)
    pen.polygon(
        [
            (c - s * 0.6, c),
            (c + s * 0.7, c),
            (c + s * 0.45, c + s * 0.2),
            (c - s * 0.4, c + s * 0.2),
        ],
        fill=255,
    )
    pen.line([(c, c), (c, c - s * 1.5)], fill=255, width=max(1, round(s * 0.04)))
    cloth.polygon(
        [(c + s * 0.06, c - s * 1.5), (c + s * 0.06, c - s * 0.1), (c + s * 0.65, c - s * 0.1)],
        fill=255,
    )
    cloth.polygon(
        [(c - s * 0.06, c - s * 1.35), (c - s * 0.06, c - s * 0.1), (c - s * 0.5, c - s * 0.1)],
        fill=255,
    )
    box = (round(x - side / 2), round(y - side / 2))
    shade = mask.transpose(Image.Transpose.FLIP_TOP_BOTTOM).point([i // 4 for i in range(256)])
    picture.paste(scene.palette.near, (box[0], round(box[1] + size * 0.2)), shade.reduce(2))
    picture.paste(mix(scene.palette.light, scene.palette.accent, 0.25), box, sail.reduce(2))
    picture.paste(mix(scene.palette.near, scene.palette.accent, 0.25), box, mask.reduce(2))


def draw_city(picture: Image.Image, scene: Scene, view: View) -> None:
    """Three rows of houses, the nearest with lit windows."""
    p = scene.palette
    unit = view.unit(picture.size)
    for row in range(3):
        rng = random.Random(scene.seed + row * 31)
        depth = (row + 1) / 3
        base = scene.horizon + 0.1 + 0.13 * row
        colour = mix(p.far, p.near, 0.35 + 0.65 * depth)
        pen = ImageDraw.Draw(picture)
        x = -2.0
        while x < 4.0:
            wide = rng.uniform(0.03, 0.075) * (0.7 + 0.6 * depth)
            tall = rng.uniform(0.06, 0.28) * (1.15 - 0.35 * depth) + (
                0.12 if rng.random() < 0.12 else 0
            )
            x0, y0 = view.at(x, base - tall, picture.size)
            x1, y1 = view.at(x + wide, 3.0, picture.size)
            gaps = [rng.random() for _ in range(60)]
            roof = rng.random()
            x += wide * rng.uniform(0.92, 1.15)
            if x1 < 0 or x0 > picture.width:
                continue
            pen.rectangle((x0, y0, x1, y1), fill=colour)
            if roof < 0.25:
                pen.polygon(
                    [(x0, y0), (x1, y0), ((x0 + x1) / 2, y0 - (x1 - x0) * 0.55)], fill=colour
                )
            elif roof < 0.4:
                pen.line(
                    [((x0 + x1) / 2, y0), ((x0 + x1) / 2, y0 - unit * 0.04)],
                    fill=colour,
                    width=max(1, round(unit * 0.003)),
                )
            cell = unit * (0.011 + 0.005 * depth)
            lit = mix(colour, p.accent if row else p.light, 0.25 + 0.6 * depth)
            count = 0
            yy = y0 + cell
            while yy < min(y1, y0 + unit * 0.3) and count < 60:
                xx = x0 + cell * 0.7
                while xx + cell * 0.6 < x1 and count < 60:
                    if gaps[count] < 0.33:
                        pen.rectangle((xx, yy, xx + cell * 0.45, yy + cell * 0.6), fill=lit)
                    count += 1
                    xx += cell
                yy += cell * 1.35
        haze = Image.new("L", (1, 64))
        for i in range(64):
            y = view.top + (i + 0.5) / 64 * (view.bottom - view.top)
            haze.putpixel(
                (0, i),
                round(
                    150
                    * scene.mist
                    * max(0.0, min(1.0, (y - base + 0.12) / 0.3))
                    * (1 - depth * 0.8)
                ),
            )
        picture.paste(p.sky_low, (0, 0), haze.resize(picture.size, Image.Resampling.BILINEAR))
