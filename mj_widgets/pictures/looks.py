"""How a picture looks at a glance: its thumbnail, a few colours, and a hash of its light."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from mj_widgets.pictures.images import Picture, encode_jpeg, shrunk, split_grid

THUMB_SIDE = 320
"""The longer side of a thumbnail at the most, in pixels."""
COLOURS = 48
"""Bytes of the colours of a part: 4 × 4 of red, green and blue."""
_THUMB_QUALITY = 75


@dataclass(frozen=True, slots=True)
class PartLook:
    """How a picture, or a quadrant of it, looks at a glance."""

    colours: bytes
    """The mean colours of 4 × 4 fields, row by row: 48 bytes of red, green and blue (sRGB)."""
    dhash: int
    """64 bits, unsigned: where it becomes lighter to the right, in 8 rows of 8, upper left first.

    The "difference hash" of N. Krawetz. What is saved anew, or made smaller, keeps nearly all.
    """


@dataclass(frozen=True, slots=True)
class PictureLook:
    """How a file looks at a glance; of an animation, its first frame."""

    thumb: bytes = field(repr=False)
    """A JPEG of all of it, whose longer side has at most 320 pixels."""
    size: tuple[int, int]
    """Width and height of the file itself, in pixels, as it is shown."""
    whole: PartLook
    quadrants: tuple[PartLook, PartLook, PartLook, PartLook]
    """In reading order, whether it is a grid or not."""

    @property
    def parts(self) -> tuple[PartLook, ...]:
        """The whole, then its quadrants."""
        return (self.whole, *self.quadrants)


def look_of(picture: Picture) -> PictureLook:
    """Return how a picture looks: upright, in sRGB, what is transparent in front of white.

    Right after its previews were made it is not decoded once more.

    Raises:
        ImageError: as ``Picture.use``; a video has no look.
    """
    image = shrunk(picture)
    small = image.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    whole = _part(small)
    one, two, three, four = map(_part, split_grid(small)) if min(small.size) > 1 else [whole] * 4
    thumb = encode_jpeg(small, _THUMB_QUALITY)
    return PictureLook(thumb, picture.size or image.size, whole, (one, two, three, four))


def _part(image: Image.Image) -> PartLook:
    colours = image.resize((4, 4), Image.Resampling.BOX).tobytes()
    light = image.resize((9, 8), Image.Resampling.BOX).convert("L").tobytes()
    dhash = 0
    for at in range(72):
        if at % 9:
            dhash = dhash << 1 | (light[at] > light[at - 1])
    return PartLook(colours, dhash)
