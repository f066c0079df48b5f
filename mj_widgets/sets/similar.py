"""Which pictures look alike, and their order in the rainbow; from looks alone, no file is opened.

The figures are of 120 scenes of the sandbox, each saved anew, halved, cut by 4 % on each side, and
painted anew with small changes: 93 % of the worst of these are found, and 1 of 7,000 pairs of
different scenes. All of it is quick enough without NumPy: 40,000 pictures take about a second.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from itertools import product
from operator import sub
from typing import TypeVar

from PIL import Image, ImageChops

from mj_widgets.pictures.looks import COLOURS, PartLook

_K = TypeVar("_K", bound=Hashable)
_Cell = tuple[int, int, int]

_ALIKE_COLOURS = 6 * COLOURS
"""Of 255 in each byte of the colours: so much may all together differ in what looks the same."""
_ALIKE_BITS = 12
"""Bits of 64 that may differ as well."""
_FIELDS = COLOURS // 3
_BANDS = 24
_GREY = 16
"""Of 255: what is less colourful than that on the average is taken for grey."""


def nearest(wanted: PartLook, others: Mapping[_K, PartLook]) -> list[_K]:
    """Return the names of all pictures, those that look most like the wanted one first.

    Colours and forms count about the same. Of two that are as near, the first comes first.
    """
    weight = _ALIKE_COLOURS / _ALIKE_BITS

    def distance(key: _K) -> float:
        other = others[key]
        return _bits(wanted, other) + _colours_apart(wanted, other) / weight

    return sorted(others, key=distance)


def duplicates(looks: Mapping[_K, PartLook]) -> list[tuple[_K, ...]]:
    """Return groups of two and more pictures that look the same, as one saved anew or cut a bit.

    Each looks like the first of its group, so that no chain leads from one to quite another. Both
    the groups and what is in them stand in the order given.
    """
    groups: dict[_K, list[_K]] = {}
    # Only pictures in the same or the next cell can be alike: their colours as a whole differ no
    # more than all of them do one by one.
    cells: dict[_Cell, tuple[array[int], list[_K]]] = defaultdict(lambda: (array("Q"), []))
    around: dict[_Cell, list[tuple[array[int], list[_K]]]] = {}
    for key, look in looks.items():
        here, dhash = _cell(look.colours), look.dhash
        if here not in around:
            around[here] = [cells[near] for near in _around(here)]
        alike = {
            firsts[n]: looks[firsts[n]]
            for hashes, firsts in around[here]
            for n, other in enumerate(hashes)
            if (dhash ^ other).bit_count() <= _ALIKE_BITS
            and _colours_apart(look, looks[firsts[n]]) <= _ALIKE_COLOURS
        }
        if alike:
            groups[nearest(look, alike)[0]].append(key)
        else:
            groups[key] = [key]
            cells[here][0].append(dhash)
            cells[here][1].append(key)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def hue_order(colours: Mapping[_K, bytes]) -> list[_K]:
    """Return the names of pictures in the order of the rainbow: red first, then pink, then grey.

    What counts is the hue that most of a picture has, not the mean, in which orange and blue would
    be grey. Within a hue they become darker, in the next one lighter, so that neighbours are alike;
    what is grey goes from white to black. Of two that are the same, the first comes first.

    Args:
        colours: see ``PartLook.colours``.
    """
    if not colours:
        return []
    fields = Image.frombytes("RGB", (_FIELDS, len(colours)), b"".join(colours.values()))
    hue, saturation, value = fields.convert("HSV").split()
    # Rounded: what is red stands to both sides of 0.
    bands = hue.point([(n * _BANDS + 128) // 256 % _BANDS for n in range(256)]).tobytes()
    strengths = ImageChops.multiply(saturation, value).tobytes()
    light = fields.convert("L").tobytes()
    places = {}
    for key, at in zip(colours, range(0, len(light), _FIELDS), strict=True):
        own = slice(at, at + _FIELDS)
        places[key] = _place(bands[own], strengths[own], sum(light[own]))
    return sorted(places, key=places.__getitem__)


def _place(bands: bytes, strengths: bytes, lightness: int) -> tuple[int, int]:
    """Return the band of the rainbow and the place in it, from those of each field."""
    if sum(strengths) < _GREY * _FIELDS:
        return _BANDS, -lightness
    sums = [0] * (_BANDS + 1)
    for band, strength in zip(bands, strengths, strict=True):
        sums[band] += strength
    sums[-1] = sums[0]
    # A hue seldom keeps within one band: those beside it count half.
    band = max(
        sorted(set(bands)), key=lambda n: 2 * sums[n] + sums[n + 1] + sums[n - 1 if n else -2]
    )
    return band, lightness if band % 2 else -lightness


def _cell(colours: bytes) -> _Cell:
    """Return where all colours together stand: light or dark, above or below, red or blue.

    Each is a sum of the bytes, some with a minus: it differs no more than all bytes together do.
    """
    half = COLOURS // 2
    upper, lower = sum(colours[:half]), sum(colours[half:])
    red, blue = sum(colours[0::3]), sum(colours[2::3])
    step = _ALIKE_COLOURS + 1
    return (upper + lower) // step, (upper - lower) // step, (red - blue) // step


def _around(cell: _Cell) -> Iterator[_Cell]:
    """Yield a cell and those beside it."""
    x, y, z = cell
    return ((x + dx, y + dy, z + dz) for dx, dy, dz in product((-1, 0, 1), repeat=3))


def _colours_apart(one: PartLook, other: PartLook) -> int:
    return sum(map(abs, map(sub, one.colours, other.colours)))


def _bits(one: PartLook, other: PartLook) -> int:
    return (one.dhash ^ other.dhash).bit_count()
