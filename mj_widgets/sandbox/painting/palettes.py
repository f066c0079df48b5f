"""Colours that go together, chosen by the words of a prompt."""

from __future__ import annotations

import colorsys
import random
import re
from dataclasses import dataclass, fields

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """Six colours a landscape is painted with."""

    sky_top: RGB
    sky_low: RGB
    far: RGB
    near: RGB
    light: RGB
    accent: RGB
    night: bool = False

    def turned(self, degrees: float, brighter: float = 1.0) -> Palette:
        """The same mood, with every hue turned round the colour circle."""
        changed = {
            f.name: _turn(getattr(self, f.name), degrees / 360, brighter)
            for f in fields(self)
            if f.name != "night"
        }
        return Palette(**changed, night=self.night)


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """The colour `share` of the way from `a` to `b` (0 is all `a`)."""
    s = min(1.0, max(0.0, share))
    return (
        round(a[0] + (b[0] - a[0]) * s),
        round(a[1] + (b[1] - a[1]) * s),
        round(a[2] + (b[2] - a[2]) * s),
    )


def _hex(*codes: str, night: bool = False) -> Palette:
    a, b, c, d, e, f = ((int(x[:2], 16), int(x[2:4], 16), int(x[4:], 16)) for x in codes)
    return Palette(a, b, c, d, e, f, night=night)


def _turn(colour: RGB, share: float, brighter: float) -> RGB:
    h, lightness, s = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    r, g, b = colorsys.hls_to_rgb((h + share) % 1, min(1.0, lightness * brighter), s)
    return (round(r * 255), round(g * 255), round(b * 255))


PALETTES: dict[str, Palette] = {
    "dawn": _hex("5b7fb4", "ffd9b8", "b79fb8", "2f3557", "fff1d0", "e9785f"),
    "dusk": _hex("3b2f63", "ff9e6d", "8a5a83", "1f1838", "ffe3a8", "ff6b5e"),
    "day": _hex("4f9bd9", "dff1f7", "9fc1d0", "27504f", "fffbe6", "e8a33d"),
    "night": _hex("0b1230", "3a5487", "34487a", "070b1d", "eef2ff", "ffd27a", night=True),
    "aurora": _hex("07132b", "1f7a78", "245a6b", "050d18", "c9ffe9", "7dffb0", night=True),
    "rose": _hex("8a6fae", "ffd3dc", "c595b5", "43294d", "fff0ea", "ff8fa3"),
    "fire": _hex("7b2231", "ffb35c", "b4513f", "2a0f1c", "fff0b3", "ffd23f"),
    "desert": _hex("6ea6c9", "fbe3bd", "e3b27d", "8a4b2b", "fff6d8", "d9632e"),
    "forest": _hex("8fb8a8", "eef4d9", "8fb09a", "16352b", "fffbe0", "e0a84a"),
    "sea": _hex("2f6f9f", "d6eef0", "7fb0bd", "12384d", "fffdf0", "ff9b71"),
    "winter": _hex("8fa9c9", "f4f1f6", "b9c6da", "3f5573", "ffffff", "d98c8c"),
    "autumn": _hex("8fa3b0", "ffe0ad", "d18f57", "4a2417", "fff1cc", "e4572e"),
    "violet": _hex("2c1e5c", "c79be8", "7a5bb0", "170f33", "f7e6ff", "ff9de2"),
    "ink": _hex("9aa5a8", "f5f2ea", "a9b1b3", "2b3236", "fffdf7", "b5442f"),
}

_WORDS: dict[str, str] = {
    "dawn": "dawn morning sunrise spring 清晨 春",
    "dusk": "dusk sunset evening 黄昏 日落",
    "day": "day noon summer sky blue cloud ghibli 夏 蓝 吉卜力",
    "night": "night moon star stars dark midnight space astronaut 夜 月 星",
    "aurora": "aurora polar cyber neon alien teal 极光",
    "rose": "rose pink cherry blossom flower girl love 樱 花 粉",
    "fire": "fire red dragon lava volcano 火 红 龙",
    "desert": "desert dune camel gold golden yellow sand 沙漠 金 黄",
    "forest": "forest green jungle garden tree bamboo 森林 绿",
    "sea": "sea ocean lake water boat island whale fish lighthouse 海 湖 水 船",
    "winter": "winter snow ice white cold wolf mountain 雪 冬 白",
    "autumn": "autumn fox orange fall leaf leaves cat 秋 狐狸 橙 猫",
    "violet": "violet purple lavender magic dream wizard 紫 梦",
    "ink": "ink sketch old temple black monochrome photo 水墨 黑",
}

_SCENES: dict[str, str] = {
    "sea": "sea ocean lake water boat island whale fish river lighthouse harbour 海 湖 水 船",
    "dunes": "desert dune dunes camel sand sahara 沙漠",
    "forest": "forest tree trees pine fox wolf deer jungle bamboo autumn 森林 狐狸 树",
    "city": "city town street skyline neon cyberpunk tower 城",
    "hills": "mountain mountains hill hills valley temple castle dragon snow ghibli 吉卜力 山 龙",
}


def words_of(prompt: str) -> list[str]:
    """The words of a prompt that may decide its colours; parameters are left out."""
    text = prompt.lower().split(" --")[0]
    text = re.sub(r"https?://\S+|<[^>]*>", " ", text)
    return re.findall(r"[a-z]+|[\u4e00-\u9fff]", text) + re.findall(r"[\u4e00-\u9fff]{2,3}", text)


def palette_for(prompt: str, rng: random.Random) -> Palette:
    """The palette a prompt's colour words ask for, else one drawn from `rng`."""
    name = _asked_for(prompt, _WORDS) or rng.choice(sorted(PALETTES))
    return PALETTES[name].turned(rng.uniform(-8, 8))


def scene_kind_for(prompt: str, rng: random.Random) -> str:
    """The kind of landscape a prompt's words ask for, else one drawn from `rng`."""
    return _asked_for(prompt, _SCENES) or rng.choice(sorted(_SCENES))


def _asked_for(prompt: str, table: dict[str, str]) -> str | None:
    for word in words_of(prompt):
        for name, known in table.items():
            if word in known.split():
                return name
    return None
