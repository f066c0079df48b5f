"""Pixels as a browser shows them: upright, and in the colours of the web (sRGB)."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast

from PIL import Image, ImageChops

from mj_widgets.pictures.kinds import Format

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

_ORIENTATION = 0x0112
_ABOUT_EQUAL = 2
"""Lights of 255 by which a profile may differ from sRGB and yet be taken for it."""
_OF_THE_FILE = ("exif", "xmp", "XML:com.adobe.xmp", "gamma", "photoshop", "mp")
# Chromium turns no WebP, whatever its EXIF says; a GIF, BMP or JPEG 2000 has none; and Pillow gives
# a TIFF upright.
_NEVER_TURNED: tuple[Format, ...] = ("webp", "gif", "bmp", "jp2", "tiff")
_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II*\0": "little", b"MM\0*": "big"}


def orientation_of(image: Image.Image, kind: Format) -> int:
    """Return how a picture is to be turned, 1 (not at all) to 8, as its EXIF has it."""
    exif = image.info.get("exif")
    if kind in _NEVER_TURNED or not isinstance(exif, bytes):
        return 1
    # Not by Pillow, which warns of what is damaged: in a notebook that stands below the cell.
    body = exif.removeprefix(b"Exif\0\0")
    order = _ORDERS.get(body[:4])
    if order is None:
        return 1
    at = int.from_bytes(body[4:8], order)
    count = int.from_bytes(body[at : at + 2], order)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(body) - 9), 12):
        if int.from_bytes(body[entry : entry + 2], order) == _ORIENTATION:
            told = int.from_bytes(body[entry + 8 : entry + 10], order)
            return told if 1 <= told <= 8 else 1
    return 1


def upright(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return the size that a picture has once it is turned.

    >>> upright((240, 160), 6)
    (160, 240)
    """
    return (size[1], size[0]) if orientation >= 5 else size


def as_shown(image: Image.Image, kind: Format) -> Image.Image:
    """Return *image* upright and in sRGB, with no other profile, and nothing said of turning.

    Where it is so already it comes back as it is.
    """
    turn = orientation_of(image, kind)
    image = _in_srgb(image)
    if turn != 1:
        image = image.transpose(_TURNS[turn])
    for word in _OF_THE_FILE:
        image.info.pop(word, None)
    return image


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.pop("icc_profile", None)
    if not isinstance(profile, bytes) or not profile:
        return image
    mode = image.mode
    if mode in ("P", "PA"):
        mode = "RGBA" if image.has_transparency_data else "RGB"
    way = _way_to_srgb(profile, mode)
    if way == "none":
        return image
    if way == "is there":
        image.info["icc_profile"] = profile
        return image
    info = dict(image.info)
    image = image if image.mode == mode else image.convert(mode)
    if mode in ("RGB", "RGBA"):
        way.apply_in_place(image)
    elif mode == "LA":
        light, alpha = image.split()
        image = way.apply(light)
        image.putalpha(alpha)
    else:
        image = way.apply(image)
    image.info = info
    return image


@lru_cache(maxsize=8)
def _way_to_srgb(profile: bytes, mode: str) -> ImageCmsTransform | Literal["is there", "none"]:
    """Return what leads from a profile to sRGB, "is there" where that is what it tells anyway.

    A profile that is none, or for other colours than *mode*, is ignored: browsers do so too.
    """
    own = {"LA": "L"}.get(mode, mode)
    if own not in ("L", "CMYK", "RGB", "RGBA"):
        return "none"
    target = own if own in ("RGB", "RGBA") else "RGB"
    try:
        from PIL import ImageCms

        opened = ImageCms.getOpenProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), own, target)
        if own == "CMYK":
            return transform
        probe = _probe(own)
        found = transform.apply(probe).convert("RGB")
    except Exception:  # noqa: BLE001 - whatever the library says of it
        return "none"
    extrema = ImageChops.difference(found, probe.convert("RGB")).getextrema()
    most = max(high for _, high in cast("tuple[tuple[int, int], ...]", extrema))
    if most > _ABOUT_EQUAL:
        return transform
    return "is there" if own == target else "none"


def _probe(mode: str) -> Image.Image:
    """Return colours from everywhere, to see what a profile does to them."""
    if mode == "L":
        return Image.frombytes("L", (256, 1), bytes(range(256)))
    steps = range(0, 256, 17)
    colours = bytes(light for r in steps for g in steps for b in steps for light in (r, g, b))
    return Image.frombytes("RGB", (64, 64), colours).convert(mode)
