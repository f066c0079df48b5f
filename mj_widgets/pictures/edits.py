"""A picture of which a part is to be painted anew, in the form that services take it.

Services differ in what they look at: DMXAPI and its like paint what is transparent in the picture
(so its own documentation, and TTAPI's), others what is white in the mask beside it (so that of
Dooy's web page and of AceDataCloud). Both say the same here.
"""

from __future__ import annotations

import io
import operator
from math import sqrt
from typing import Any, NamedTuple

from PIL import Image

from mj_widgets.errors import ImageError, MjError
from mj_widgets.pictures.decoding import MOST_PIXELS
from mj_widgets.pictures.disk import digest
from mj_widgets.pictures.images import Picture, bytes_in, data_url, encode_png, shrink
from mj_widgets.pictures.inputs import MOST_SENT_BYTES, made_smaller, picture_from, times
from mj_widgets.pictures.masks import mask_png

Pad = tuple[int, int, int, int]
"""How many pixels are added at the left, the top, the right and the bottom."""
NO_PAD: Pad = (0, 0, 0, 0)
WIDEST = 14
"""How many times as long as the other one a side may be: Midjourney's ``--ar`` goes up to 14:1."""

_PNG = "data:image/png;base64,"
# Services answer an edit with four pictures of 1024² in one of 2048²: more is made smaller there.
_MIDJOURNEYS = 1024 * 1024
# A picture of 2048², the largest that Midjourney makes, zoomed out twice.
_LARGEST_FRAME = 4096 * 4096


class Edited(NamedTuple):
    """What an edit is sent with: two PNGs of one size as data URLs."""

    image: str
    """The picture, transparent and black where it is painted anew."""
    mask: str
    """White there, black elsewhere."""
    note: str
    """What was done to the picture before, see ``made_smaller``, or ""."""


def edited(picture: Image.Image, mask: Any, pad: Pad) -> Edited:
    """Return what an edit is sent with.

    The picture stays as it is, pixel for pixel, unless it weighs more than services take (4 MB):
    then it, its mask and its pad are brought to about one megapixel, as Midjourney itself does.

    Args:
        picture: the picture; where it is transparent itself, it is white.
        mask: what is painted anew, as ``mask_png`` takes it; None for nothing of the picture.
        pad: what is added around it, all of which is painted.

    Raises:
        MjError: the mask is none for this picture, or the pad is too large for it.
    """
    pad = checked_pad(pad, picture.size)
    marked = Image.new("L", picture.size, 0)
    if mask is not None:
        with Image.open(io.BytesIO(mask_png(mask, picture.size))) as given:
            marked = given.copy()
    rgb = shrink(picture, max(picture.size))
    width, height = framed_size(picture.size, pad)
    if width * height <= _LARGEST_FRAME:
        image, white = _framed(rgb, marked, pad)
        if len(image) <= MOST_SENT_BYTES:
            return Edited(data_url("image/png", image), data_url("image/png", white), "")
    part = min(
        1.0,
        sqrt(_MIDJOURNEYS / (picture.width * picture.height)),
        sqrt(_LARGEST_FRAME / (width * height)),
    )
    size = _scaled(picture.width, part), _scaled(picture.height, part)
    # Whatever was marked stays marked: a thin line would be lost between the pixels.
    thin = marked.resize(size, Image.Resampling.BOX).point([0, *[255] * 255])
    left, top, right, bottom = (_scaled(side, part) if side else 0 for side in pad)
    small = rgb.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image, white = _framed(small, thin, (left, top, right, bottom))
    if len(image) > MOST_SENT_BYTES:
        raise ImageError(
            f"The picture weighs {len(image) / 1e6:.1f} MB even at {times(size)} pixels",
            advice="Services take 4 MB: give a smaller one. Nothing was submitted.",
        )
    note = made_smaller(picture.size, size)
    return Edited(data_url("image/png", image), data_url("image/png", white), note)


def checked_pad(pad: object, size: tuple[int, int] | None = None) -> Pad:
    """Return *pad* as four whole numbers.

    Args:
        pad: what was given for one.
        size: the picture's width and height, where they are known.

    Raises:
        MjError: it is none, or makes the picture too large, or longer than 14:1.
    """
    how = "It is (left, top, right, bottom) in pixels of the picture, each 0 or more."
    try:
        left, top, right, bottom = (operator.index(side) for side in pad)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise MjError(f"The pad, {pad!r}, is not four whole numbers", advice=how) from None
    checked = (left, top, right, bottom)
    if min(checked) < 0:
        raise MjError(f"The pad, {checked}, takes away from the picture", advice=how)
    if size is None or checked == NO_PAD:
        return checked
    width, height = framed_size(size, checked)
    if max(width, height) > WIDEST * min(width, height):
        raise MjError(
            f"With the pad {checked} the picture is {width}×{height}",
            advice=f"Midjourney's go up to {WIDEST}:1 and 1:{WIDEST}. Nothing was submitted.",
        )
    if width * height > MOST_PIXELS:
        raise MjError(
            f"With the pad {checked} the picture has more than {MOST_PIXELS // 1_000_000} "
            "megapixels",
            advice="Give a smaller pad. Nothing was submitted.",
        )
    return checked


def framed_size(size: tuple[int, int], pad: Pad) -> tuple[int, int]:
    """Return the width and height of a picture with what is added around it."""
    left, top, right, bottom = pad
    return size[0] + left + right, size[1] + top + bottom


def pixels_in(url: str) -> Image.Image:
    """Return the pixels of the picture in a data URL, of whatever kind."""
    picture = picture_from(bytes_in(url))
    return picture.decode() if isinstance(picture, Picture) else picture


def pixels_name(url: str) -> str:
    """Return what stands for a PNG in a data URL however it was packed; any other text as it is.

    Only where pixels are all that it has: a file with more to it is told from others by its bytes.
    """
    if not url.startswith(_PNG):
        return url
    with Image.open(io.BytesIO(bytes_in(url))) as image:
        if image.mode not in ("L", "RGB", "RGBA") or getattr(image, "is_animated", False):
            return url
        image.load()  # what stands behind the pixels, too
        if image.info:
            return url
        return f"pixels:{image.mode}:{times(image.size)}:{digest(image.tobytes())}"


def _framed(rgb: Image.Image, marked: Image.Image, pad: Pad) -> tuple[bytes, bytes]:
    white = Image.new("L", framed_size(rgb.size, pad), 255)
    white.paste(marked, pad[:2])
    framed = Image.new("RGBA", white.size, (0, 0, 0, 0))
    framed.paste(rgb, pad[:2])
    framed.paste((0, 0, 0, 0), mask=white)  # the colours, too: what is not to be seen is not sent
    return encode_png(framed), encode_png(white)


def _scaled(side: int, part: float) -> int:
    return max(1, round(side * part))
