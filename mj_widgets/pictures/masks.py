"""Masks: which part of a picture is painted anew, as a PNG of the picture's own size.

White (255) is repainted, black (0) is kept, and there is nothing between. This is what
midjourney-proxy-plus asks for in the ``maskBase64`` of ``submit/modal``, and what the web pages of
trueai's server and of Licoy's ChatGPT-Midjourney paint: the whole picture, opaque black, with the
place to repaint in opaque white (see also yokonsan/midjourney-api, issue 90). OpenAI's image API
has it the other way round: there the transparent place is repainted.
"""

from __future__ import annotations

import io
import operator
from collections.abc import Sequence
from typing import Any, cast

from PIL import Image, ImageDraw

from mj_widgets.errors import MjError
from mj_widgets.pictures import arrays
from mj_widgets.pictures.images import bytes_in, data_url

HALF = 128
"""The darkest light, of 255, that counts as white."""

Box = tuple[int, int, int, int]
"""Left, upper, right, lower in pixels from the upper left corner; right and lower are the first
column and row that do not belong to it, as in ``PIL.Image.crop``."""


def mask_png(mask: Any, size: tuple[int, int]) -> bytes:
    """Return *mask* as the PNG that a service wants: grey (mode L), *size*, only 0 and 255.

    Args:
        mask: what to repaint, in one of these forms.

            - A ``PIL.Image``. Its luminance counts, from 128 of 255 on. Where it has an alpha
              channel it is laid on black first, so transparent is kept: a layer painted in white
              works, with or without a black ground. Labels of 0 and 1 are read as black and white.
            - An array of H×W, H×W×1, H×W×3 or H×W×4 (grey, RGB, RGBA; rows first, as numpy has
              it). Booleans: True is white. Integers: 0 to 255, or nothing but 0 and 1. Floats: 0
              to 1, white from 0.5 on.
            - A box, or a list of boxes (left, upper, right, lower) in pixels.
        size: the picture's own width and height in pixels.

    Raises:
        MjError: the mask has another size or shape, a box is no box or reaches outside the
            picture, nothing is white, or everything is.

    >>> png = mask_png([(0, 0, 64, 64), (100, 20, 128, 40)], (128, 96))
    >>> mask = Image.open(io.BytesIO(png))
    >>> mask.mode, mask.size, mask.getpixel((63, 63)), mask.getpixel((64, 63))
    ('L', (128, 96), 255, 0)
    """
    if isinstance(mask, Image.Image):
        _check_size(mask.size, size, f"mask.resize({size}, 0)")
        lights = _lights_of_image(mask)
    elif _is_array(mask):
        lights = _lights_of_array(mask, size)
    elif _is_boxes(mask):
        lights = _lights_of_boxes(mask, size)
    else:
        raise MjError(
            f"A mask is a PIL image, an array or a list of boxes, not of type "
            f"{type(mask).__name__}",
            advice="PIL.Image.open(path) opens a file.",
        )
    hard = lights.point([255 if light >= HALF else 0 for light in range(256)])
    share = _share(hard)
    if share == 0:
        raise _empty()
    if share == 1:
        raise MjError(
            "The mask is full: everything is white",
            advice="White is repainted; leave black what shall be kept.",
        )
    out = io.BytesIO()
    hard.save(out, "PNG")
    return out.getvalue()


def portable(mask: Any) -> str | list[list[int]] | None:
    """Return a mask for a picture whose size is not known yet, as JSON has it.

    Boxes stay boxes; an image or an array is a PNG as a data URL. ``readable`` turns it back.

    Raises:
        MjError: it is no mask for any picture.
    """
    if mask is None:
        return None
    if _is_boxes(mask):
        boxes = _several(mask)
        if not boxes:
            raise _empty()
        return [list(_box(box, _name_of(n, boxes))) for n, box in enumerate(boxes, 1)]
    if isinstance(mask, Image.Image):
        return data_url("image/png", mask_png(mask, mask.size))
    rows, columns = (*arrays.plain(mask).shape, 0, 0)[:2] if _is_array(mask) else (0, 0)
    return data_url("image/png", mask_png(mask, (columns, rows)))


def readable(mask: str | list[list[int]] | None) -> Any:
    """Return what ``portable`` was made of, as ``mask_png`` takes it."""
    if not isinstance(mask, str):
        return mask
    return Image.open(io.BytesIO(bytes_in(mask)))


def white_share(png: bytes) -> float:
    """Return how much of a mask is white, from 0 to 1.

    >>> white_share(mask_png((0, 0, 10, 5), (10, 10)))
    0.5
    """
    with Image.open(io.BytesIO(png)) as mask:
        return _share(mask.convert("L"))


def _empty() -> MjError:
    return MjError(
        "The mask is empty: nothing is white",
        advice="White is repainted; black and transparent are kept.",
    )


def _share(lights: Image.Image) -> float:
    white = sum(lights.histogram()[HALF:])
    return float(white / (lights.width * lights.height))


def _check_size(found: tuple[int, int], wanted: tuple[int, int], call: str) -> None:
    if found == tuple(wanted):
        return
    turned = found[::-1] == tuple(wanted)
    raise MjError(
        f"The mask is {_times(found)} pixels and the picture {_times(wanted)} (width×height)",
        advice="Its sides are swapped: transpose it." if turned else f"Resize it: {call}.",
    )


def _lights_of_image(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "black")
        return Image.alpha_composite(ground, layer).convert("L")
    if image.mode in ("F", "I") or image.mode.startswith(("I;", "L")):
        low, high = cast("tuple[float, float]", image.getextrema())
        scale = 1.0
        if (image.mode == "F" and high <= 1) or (low, high) == (0, 1):
            scale = 255
        elif high > 255:  # 16 bits
            scale = 1 / 256
        if scale != 1:
            return image.point(lambda light: light * scale + 0).convert("L")
    return image.convert("L")


def _lights_of_array(given: Any, size: tuple[int, int]) -> Image.Image:
    array = arrays.plain(given)
    if not arrays.is_picture(array):
        wanted = (size[1], size[0])
        raise MjError(
            f"A mask of the shape {array.shape} is no picture",
            advice=f"This one would be {wanted} (rows, columns), or {(*wanted, 3)} or "
            f"{(*wanted, 4)} with colours.",
        )
    height, width = array.shape[:2]
    _check_size((width, height), size, f"Image.fromarray(mask).resize({size}, 0)")
    lights = arrays.lights_of(array)
    if lights is None:
        raise MjError(
            f"A mask of {array.dtype} has no light in it",
            advice="Booleans, integers from 0 to 255 and floats from 0 to 1 do.",
        )
    if not lights.fit:
        raise MjError(
            f"The mask's numbers go from {lights.low} to {lights.high}",
            advice=f"{'Floats' if lights.most == 1 else 'Integers'} go from 0 to {lights.most}; "
            "mask > threshold makes booleans of any.",
        )
    image = arrays.image_of(array, labels=True)
    return image if array.ndim == 2 else _lights_of_image(image)


def _lights_of_boxes(given: Sequence[Any], size: tuple[int, int]) -> Image.Image:
    boxes = _several(given)
    lights = Image.new("L", size, 0)
    pen = ImageDraw.Draw(lights)
    for number, given_box in enumerate(boxes, 1):
        name = _name_of(number, boxes)
        left, upper, right, lower = box = _box(given_box, name)
        if left < 0 or upper < 0 or right > size[0] or lower > size[1]:
            raise MjError(
                f"{name}, {box}, reaches outside the picture of {_times(size)} pixels",
                advice="A box is (left, upper, right, lower), from (0, 0) at the upper left.",
            )
        pen.rectangle((left, upper, right - 1, lower - 1), fill=255)
    return lights


def _is_array(mask: Any) -> bool:
    return hasattr(mask, "__array__") or hasattr(mask, "__array_interface__")


def _is_boxes(mask: Any) -> bool:
    is_plain = isinstance(mask, Sequence) and not isinstance(mask, str | bytes | bytearray)
    return is_plain and not isinstance(mask, Image.Image) and not _is_array(mask)


def _several(given: Sequence[Any]) -> Sequence[Any]:
    one = len(given) == 4 and not any(isinstance(item, Sequence) for item in given)
    return [given] if one else given


def _name_of(number: int, boxes: Sequence[Any]) -> str:
    return "The box" if len(boxes) == 1 else f"Box {number}"


def _box(given: Any, name: str) -> Box:
    try:
        left, upper, right, lower = (operator.index(side) for side in given)
    except (TypeError, ValueError):
        raise MjError(
            f"{name}, {given!r}, is not four whole numbers",
            advice="A box is (left, upper, right, lower) in pixels.",
        ) from None
    if left >= right or upper >= lower:
        raise MjError(
            f"{name}, {(left, upper, right, lower)}, has nothing in it",
            advice="A box is (left, upper, right, lower), not (left, upper, width, height).",
        )
    return left, upper, right, lower


def _times(size: Sequence[int]) -> str:
    return "×".join(map(str, size))
