"""Which pictures look alike, and their order by colour; on scenes that the sandbox paints."""

from __future__ import annotations

import colorsys
import io
import random
from collections.abc import Callable
from itertools import product
from typing import ClassVar

import pytest
from PIL import Image
from services import file_of

from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.looks import PartLook, look_of
from mj_widgets.sandbox.painting.landscape import paint
from mj_widgets.sandbox.painting.scene import scenes_for
from mj_widgets.sets.similar import duplicates, hue_order, nearest

SUBJECTS = ("red fox", "castle", "old city", "lighthouse", "forest", "desert road")
MOODS = ("in thick fog", "at night under stars", "at sunset", "in winter", "in autumn")
SIDE = 256


def seen(image: Image.Image) -> PartLook:
    return look_of(Picture.from_bytes(file_of(image))).whole


def resaved(image: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(file_of(image, "JPEG", quality=50)))


def halved(image: Image.Image) -> Image.Image:
    return image.resize((SIDE // 2, SIDE // 2))


def cropped(image: Image.Image) -> Image.Image:
    edge = round(SIDE * 0.04)
    return image.crop((edge, edge, SIDE - edge, SIDE - edge)).resize((SIDE, SIDE))


@pytest.fixture(scope="module")
def scenes() -> list[Image.Image]:
    """Sixty landscapes: two of each prompt, which share their colours."""
    prompts = [f"{subject} {mood}" for subject, mood in product(SUBJECTS, MOODS)]
    return [paint(scene, (SIDE, SIDE)) for p in prompts for scene in scenes_for(p)[:2]]


@pytest.fixture(scope="module")
def looks(scenes: list[Image.Image]) -> list[PartLook]:
    return [seen(scene) for scene in scenes]


ALTERED = pytest.mark.parametrize(
    ("alter", "share"), [(resaved, 1.0), (halved, 1.0), (cropped, 0.85)]
)


@ALTERED
def test_a_picture_that_was_altered_a_bit_is_a_duplicate(
    scenes: list[Image.Image],
    looks: list[PartLook],
    alter: Callable[[Image.Image], Image.Image],
    share: float,
) -> None:
    both = {(n, 0): look for n, look in enumerate(looks)}
    both |= {(n, 1): seen(alter(scene)) for n, scene in enumerate(scenes)}
    groups = duplicates(both)
    found = sum(any({(n, 0), (n, 1)} <= {*group} for group in groups) for n in range(len(scenes)))
    assert found >= share * len(scenes)


def test_different_scenes_are_no_duplicates(looks: list[PartLook]) -> None:
    assert len(duplicates(dict(enumerate(looks)))) <= 1


@ALTERED
def test_most_like_an_altered_picture_is_the_one_it_was_made_of(
    scenes: list[Image.Image],
    looks: list[PartLook],
    alter: Callable[[Image.Image], Image.Image],
    share: float,
) -> None:
    others = dict(enumerate(looks))
    first = [nearest(seen(alter(scene)), others)[0] for scene in scenes]
    assert sum(n == found for n, found in enumerate(first)) >= share * len(scenes)


def test_the_nearest_are_all_of_them_in_a_stable_order(looks: list[PartLook]) -> None:
    order = nearest(looks[7], dict(enumerate(looks)))
    assert order[0] == 7
    assert sorted(order) == list(range(len(looks)))
    twins = {"b": looks[1], "a": looks[1], "c": looks[1]}
    assert nearest(looks[0], twins) == ["b", "a", "c"]
    assert nearest(looks[0], {}) == []


def flat(*levels: int) -> PartLook:
    return PartLook(bytes(levels) * (48 // len(levels)), 0)


def test_colours_and_forms_both_have_to_be_alike() -> None:
    pale, dark = flat(200), flat(100)
    other_form = PartLook(pale.colours, 2**64 - 1)
    assert duplicates({1: pale, 2: dark, 3: other_form}) == []
    assert duplicates({1: pale, 2: flat(203), 3: PartLook(pale.colours, 0b111)}) == [(1, 2, 3)]


def test_groups_stand_in_the_order_given_and_no_chain_leads_away_from_the_first() -> None:
    steps = {n: flat(100 + 5 * n) for n in range(6)}
    assert duplicates(steps) == [(0, 1), (2, 3), (4, 5)]
    assert duplicates({"x": flat(9), **steps, "y": flat(9)})[0] == ("x", "y")
    assert duplicates({}) == []


def test_what_is_alike_is_found_wherever_it_stands() -> None:
    """As comparing each with each does, though that is not done."""
    dice = random.Random(5)
    looks: dict[int, PartLook] = {}
    for n in range(400):
        look = PartLook(dice.randbytes(48), dice.getrandbits(64))
        looks[2 * n] = look
        moved = bytes(min(255, max(0, c + dice.choice((-6, 6)))) for c in look.colours)
        looks[2 * n + 1] = PartLook(
            moved, look.dhash ^ sum(1 << b for b in dice.sample(range(64), 12))
        )
    assert duplicates(looks) == [(2 * n, 2 * n + 1) for n in range(400)]


class Bits(int):
    """A hash that counts how often one of its kind is compared with another."""

    comparisons: ClassVar[int] = 0

    def __xor__(self, other: int) -> int:
        Bits.comparisons += 1
        return int(self) ^ other


def test_of_thousands_each_is_compared_with_a_few_alone() -> None:
    dice, count = random.Random(0), 4000
    looks = {n: PartLook(dice.randbytes(3) * 16, Bits(dice.getrandbits(64))) for n in range(count)}
    duplicates(looks)
    assert count < Bits.comparisons < count * count / 2 / 40  # each with each: count * count / 2


# -- colours -------------------------------------------------------------------------------------


def of_hue(degrees: float, saturation: float = 0.8, value: float = 0.8) -> bytes:
    rgb = colorsys.hsv_to_rgb(degrees / 360, saturation, value)
    return bytes(round(255 * level) for level in rgb) * 16


def test_the_rainbow_begins_with_red_and_grey_comes_last_from_white_to_black() -> None:
    names = ["red", "orange", "yellow", "green", "cyan", "blue", "violet", "pink"]
    wanted = {
        name: of_hue(d) for name, d in zip(names, (0, 30, 60, 120, 180, 240, 280, 330), strict=True)
    }
    greys = {
        name: bytes([level]) * 48 for name, level in (("white", 250), ("grey", 128), ("black", 3))
    }
    wanted |= greys
    mixed = dict(sorted(wanted.items()))
    assert hue_order(mixed) == list(wanted)


def test_a_red_a_bit_to_the_side_of_pink_is_still_red() -> None:
    order = hue_order({"pink": of_hue(330), "red": of_hue(355), "orange": of_hue(30)})
    assert order == ["red", "orange", "pink"]


def test_what_most_of_a_picture_has_counts_and_not_the_mean() -> None:
    orange, blue = of_hue(30), of_hue(210)
    mixed = orange[: 3 * 10] + blue[: 3 * 6]
    order = hue_order({"blue": blue, "mixed": mixed, "yellow": of_hue(60), "orange": orange})
    assert set(order[:2]) == {"mixed", "orange"}
    assert order[2:] == ["yellow", "blue"]


def test_a_little_colour_in_a_dark_picture_is_grey() -> None:
    assert hue_order({"night": of_hue(240, 0.3, 0.1), "pink": of_hue(330)}) == ["pink", "night"]


def test_within_a_hue_light_goes_one_way_and_in_the_next_the_other() -> None:
    lights = (0.4, 0.6, 0.8, 1.0)
    order = hue_order({(hue, v): of_hue(hue, 0.8, v) for v in lights for hue in (0, 15)})
    assert order == [(0, v) for v in reversed(lights)] + [(15, v) for v in lights]


def test_the_order_of_what_is_the_same_stays() -> None:
    assert hue_order(dict.fromkeys("cab", of_hue(90))) == ["c", "a", "b"]
    assert hue_order({}) == []
