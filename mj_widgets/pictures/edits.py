"""A picture of which a part is to be painted anew, in the form that services take it."""

from __future__ import annotations

import base64
import io

from PIL import Image, ImageOps

from mj_widgets.errors import MjError
from mj_widgets.pictures.images import data_url, encode_png

Pad = tuple[int, int, int, int]
"""How many pixels are added at the left, the top, the right and the bottom."""
NO_PAD: Pad = (0, 0, 0, 0)


def edited(image: str, mask: str, pad: Pad) -> tuple[str, str]:
    """Return what an edit is sent with: the picture, and its mask.

    Services differ in what they look at: DMXAPI paints what is transparent in the picture,
    others what is white in the mask. Both say the same here.

    Args:
        image: the picture, as a data URL.
        mask: a PNG of its size, white where it is painted anew, as a data URL; "" for nothing.
        pad: what is added around it, which is painted too.

    Returns:
        Two PNGs as data URLs, both as large as the padded picture.
    """
    picture = ImageOps.exif_transpose(opened(image)).convert("RGBA")
    new = opened(mask).convert("L") if mask else Image.new("L", picture.size, 0)
    if new.size != picture.size:
        raise MjError("The mask and the picture differ in size")
    left, top, right, bottom = pad
    size = (picture.width + left + right, picture.height + top + bottom)
    white = Image.new("L", size, 255)
    white.paste(new, (left, top))
    framed = Image.new("RGBA", size, (0, 0, 0, 0))
    framed.paste(picture, (left, top))
    framed.paste((0, 0, 0, 0), mask=white)
    return data_url("image/png", encode_png(framed)), data_url("image/png", encode_png(white))


def opened(url: str) -> Image.Image:
    """Return the picture in a data URL."""
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
