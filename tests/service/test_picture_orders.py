"""What is submitted with a picture is the same order whatever has packed its pixels."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from services import file_of

from mj_widgets.service import picture_orders

FOX = Image.linear_gradient("L").convert("RGB")


def url(image: Image.Image, kind: str = "PNG", **options: Any) -> str:
    data = base64.b64encode(file_of(image, kind, **options)).decode()
    return f"data:image/{kind.lower()};base64,{data}"


def orders_of(picture: str) -> list[Any]:
    return [
        picture_orders.edits("a hat", picture, picture),
        picture_orders.retexture("of wool", picture),
        picture_orders.video("a yawn", picture),
        picture_orders.swap_face(picture, picture),
    ]


def test_pixels_that_another_pillow_has_packed_are_not_paid_for_again() -> None:
    loose, tight = url(FOX, compress_level=0), url(FOX, compress_level=9)
    assert loose != tight
    for here, there in zip(orders_of(loose), orders_of(tight), strict=True):
        assert here.identity == there.identity
        assert loose in here.body.values()
        assert tight in there.body.values()


def changed(image: Image.Image) -> Image.Image:
    image = image.copy()
    image.putpixel((3, 3), (1, 2, 3))
    return image


def palettes() -> list[Image.Image]:
    pictures = [Image.new("P", (8, 8)), Image.new("P", (8, 8))]
    for picture, colour in zip(pictures, ((9, 9, 9), (7, 7, 7)), strict=True):
        picture.putpalette(colour)
    return pictures


def turned() -> str:
    exif = Image.Exif()
    exif[0x0112] = 6
    return url(FOX, exif=exif)


def noted() -> str:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("prompt", "a fox")
    return url(FOX, pnginfo=notes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (url(FOX), url(changed(FOX))),
        (url(FOX), url(FOX.rotate(90))),
        (url(FOX), url(FOX.convert("L"))),
        (url(Image.new("L", (4, 9))), url(Image.new("L", (9, 4)))),
        tuple(map(url, palettes())),
        (url(FOX), turned()),
        (url(FOX), noted()),
        (url(FOX, transparency=(0, 0, 0)), url(FOX)),
        (url(FOX, save_all=True, append_images=[changed(FOX)]), url(FOX)),
        (url(FOX, "JPEG", quality=90), url(FOX, "JPEG", quality=80)),
    ],
)
def test_what_is_another_picture_is_another_order(one: str, other: str) -> None:
    for here, there in zip(orders_of(one), orders_of(other), strict=True):
        assert here.identity != there.identity
