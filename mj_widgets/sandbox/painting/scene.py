"""Landscapes as data: the same prompt always gives the same scenes.

A `View` frames the part of a `Scene` that a picture shows; it may be wider than the scene's own.
"""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass, replace

from mj_widgets.sandbox.painting.palettes import Palette, palette_for, scene_kind_for

Size = tuple[int, int]

_SIZES: dict[tuple[int, int], Size] = {
    (1, 1): (2048, 2048),
    (16, 9): (2912, 1632),
    (9, 16): (1632, 2912),
    (3, 2): (2688, 1792),
    (2, 3): (1792, 2688),
    (4, 3): (2464, 1856),
    (3, 4): (1856, 2464),
    (5, 4): (2304, 1856),
    (4, 5): (1856, 2304),
    (2, 1): (2944, 1472),
    (1, 2): (1472, 2944),
    (7, 4): (2720, 1568),
    (21, 9): (3136, 1344),
}
_PIXELS = 2048 * 2048


@dataclass(frozen=True)
class View:
    """The frame a scene is seen through; a picture's height is 1, its left upper corner 0, 0."""

    left: float
    top: float
    right: float
    bottom: float

    def at(self, x: float, y: float, size: Size) -> tuple[float, float]:
        """Where a point of the scene lies in a picture of `size`."""
        return (
            (x - self.left) / (self.right - self.left) * size[0],
            (y - self.top) / (self.bottom - self.top) * size[1],
        )

    def unit(self, size: Size) -> float:
        """How many pixels the height of the original picture takes."""
        return size[1] / (self.bottom - self.top)


@dataclass(frozen=True)
class Scene:
    """One landscape, complete: equal scenes give equal pixels."""

    kind: str
    palette: Palette
    seed: int
    horizon: float
    light_x: float
    light_y: float
    light_r: float
    mist: float
    details: int
    width: float = 1.0

    def varied(self, salt: str, amount: float) -> Scene:
        """A relative of this scene: 0.1 is subtle, 1 keeps little but the colours."""
        rng = random.Random(f"{self.seed}/{self.details}/{salt}")
        nudge = amount * 0.2
        return replace(
            self,
            palette=self.palette.turned(
                rng.uniform(-25, 25) * amount, 1 + rng.uniform(-0.1, 0.1) * amount
            ),
            seed=rng.getrandbits(48) if amount > 0.6 else self.seed,
            horizon=min(0.72, max(0.42, self.horizon + rng.uniform(-nudge, nudge))),
            light_x=self.light_x + rng.uniform(-nudge, nudge) * self.width,
            light_y=min(0.45, max(0.1, self.light_y + rng.uniform(-nudge, nudge))),
            light_r=self.light_r * (1 + rng.uniform(-0.5, 0.5) * amount),
            details=rng.getrandbits(48),
        )


def size_for(prompt: str) -> Size:
    """The size of the grid for a prompt's `--ar W:H`: about four million pixels, both even."""
    found = re.findall(r"--(?:ar|aspect)\s+(\d{1,4}):(\d{1,4})", prompt)
    if not found:
        return _SIZES[1, 1]
    w, h = (max(1, int(n)) for n in found[-1])
    shared = math.gcd(w, h)
    w, h = w // shared, h // shared
    return _SIZES.get((w, h)) or size_of_ratio(w / h)


def size_of_ratio(ratio: float) -> Size:
    """The size of a grid with the given width / height, in steps of 32 pixels."""
    ratio = min(14.0, max(1 / 14, ratio))
    for (w, h), size in _SIZES.items():
        if abs(ratio * h / w - 1) < 0.012:
            return size
    width = math.sqrt(_PIXELS * ratio)
    return (max(64, round(width / 32) * 32), max(64, round(width / ratio / 32) * 32))


def scenes_for(prompt: str, salt: str = "") -> tuple[Scene, Scene, Scene, Scene]:
    """Four landscapes in the colours of one prompt, each composed differently."""
    size = size_for(prompt)
    width = size[0] / size[1]
    shared = random.Random(f"{prompt}|{salt}")
    palette = palette_for(prompt, shared)
    kind = scene_kind_for(prompt, shared)
    a, b, c, d = (
        Scene(
            kind=kind,
            palette=palette.turned(shared.uniform(-10, 10), shared.uniform(0.94, 1.06)),
            seed=shared.getrandbits(48),
            horizon=0.47 + 0.2 * place + shared.uniform(-0.03, 0.03),
            light_x=((0.24, 0.72, 0.5, 0.34)[i] + shared.uniform(-0.08, 0.08)) * width,
            light_y=shared.uniform(0.16, 0.38),
            light_r=shared.choice((0.045, 0.06, 0.085, 0.12)),
            mist=shared.uniform(0.35, 0.85),
            details=shared.getrandbits(48),
            width=width,
        )
        for i, place in enumerate(shared.sample((0.0, 0.33, 0.66, 1.0), 4))
    )
    return (a, b, c, d)
