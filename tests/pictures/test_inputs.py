"""Pictures that a person hands over: what a service gets of them, what is refused."""

from __future__ import annotations

import base64
import io
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from services import CANARY, file_of, run

import mj_widgets as mj
from mj_widgets.account.submitter import embedded
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.inputs import MOST_SENT_BYTES, listed, picture_from, picture_url
from mj_widgets.sandbox import Sandbox
from mj_widgets.service.client import Client

FOX = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
PNG = file_of(FOX)


def sent(url: str) -> tuple[str, bytes]:
    """The media type and the bytes of a data URL."""
    head, _, body = url.partition(",")
    assert head.startswith("data:")
    assert head.endswith(";base64")
    return head.removeprefix("data:").removesuffix(";base64"), base64.b64decode(body)


def pixels(url: str) -> Image.Image:
    return Image.open(io.BytesIO(sent(url)[1]))


# What goes as it is


@pytest.mark.parametrize(
    ("kind", "mime"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("GIF", "image/gif")],
)
def test_a_file_goes_byte_for_byte_whatever_its_name_says(
    tmp_path: Path, kind: str, mime: str
) -> None:
    data = file_of(FOX, kind)
    path = tmp_path / "fox.txt"
    path.write_bytes(data)
    for given in (data, path, str(path)):
        assert sent(picture_url(given)) == (mime, data)


def test_an_address_stays_an_address() -> None:
    assert picture_url(" HTTPS://host.example/fox.png?a=1& ") == "HTTPS://host.example/fox.png?a=1&"


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "fox.png").write_bytes(PNG)
    assert sent(picture_url("~/fox.png")) == ("image/png", PNG)


# What becomes a PNG


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_an_image_of_any_mode_becomes_a_png(mode: str) -> None:
    url = picture_url(Image.new(mode, (30, 20)))
    assert sent(url)[0] == "image/png"
    assert pixels(url).size == (30, 20)


def test_the_pixels_of_an_image_arrive_as_they_are() -> None:
    assert pixels(picture_url(FOX)).tobytes() == FOX.tobytes()


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM"])
def test_another_kind_of_file_becomes_a_png(kind: str) -> None:
    url = picture_url(file_of(FOX, kind))
    assert sent(url)[0] == "image/png"
    assert pixels(url).tobytes() == FOX.tobytes()


RGB = np.asarray(FOX)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (RGB, FOX),
        (RGB.astype("int64"), FOX),
        (RGB / 255, FOX),
        ((RGB / 255).astype("float32"), FOX),
        (RGB[::-1, ::-1], FOX.rotate(180)),
        (RGB[:, :, 0], FOX.getchannel(0)),
        (RGB[:, :, :1], FOX.getchannel(0)),
        (np.dstack([RGB, RGB[:, :, 0]]), Image.merge("RGBA", [*FOX.split(), FOX.getchannel(0)])),
        (RGB[:, :, 0] > 99, FOX.getchannel(0).point(lambda light: 255 * (light > 99))),
    ],
    ids=["RGB", "int64", "float64", "float32", "turned", "H×W", "H×W×1", "RGBA", "bool"],
)
def test_an_array_becomes_the_picture_that_it_shows(
    array: np.ndarray, expected: Image.Image
) -> None:
    arrived = pixels(picture_url(array))
    assert (arrived.mode, arrived.size) == (expected.mode, expected.size)
    assert arrived.tobytes() == expected.tobytes()


def test_a_photo_that_was_turned_arrives_upright_when_it_is_written_anew() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter
    turned = Image.open(io.BytesIO(file_of(FOX, "JPEG", exif=exif)))
    assert pixels(picture_url(turned)).size == (32, 48)


# What is too large


def noise(side: int, mode: str = "RGB") -> Image.Image:
    """Return what no PNG makes smaller."""
    pixels = random.Random(0).randbytes(side * side * len(mode))
    return Image.frombytes(mode, (side, side), pixels)


def test_a_large_file_becomes_a_jpeg_of_less_than_four_megabytes() -> None:
    data = file_of(noise(1200))
    assert len(data) > MOST_SENT_BYTES
    url = picture_url(data)
    assert sent(url)[0] == "image/jpeg"
    assert len(sent(url)[1]) <= MOST_SENT_BYTES
    assert pixels(url).size == (1200, 1200)


def test_a_picture_that_no_quality_makes_small_enough_gets_fewer_pixels() -> None:
    url = picture_url(noise(3000))
    assert sent(url)[0] == "image/jpeg"
    assert len(sent(url)[1]) <= MOST_SENT_BYTES
    assert pixels(url).size == (1500, 1500)


def test_what_is_clear_in_a_large_picture_becomes_white() -> None:
    layer = noise(1200, "RGBA")
    layer.paste((0, 0, 0, 0), (0, 0, 96, 1200))
    url = picture_url(layer)
    assert sent(url)[0] == "image/jpeg"
    assert pixels(url).getpixel((40, 600)) == (255, 255, 255)


# What is refused

FLOATS = np.full((4, 4), 0.5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("fox.png", r"There is no file fox.png. Looked in /"),
        ("/nowhere/fox.png", r"There is no file /nowhere/fox.png\.$"),
        ("/", r"/ cannot be read \("),
        ("fox\0.png", r"fox .png cannot be read \("),
        ("", r"The name of the picture's file is empty"),
        (" ", r"The name of the picture's file is empty"),
        ("https://host.example/a fox.png", "has no blanks"),
        (b"", "What was given as bytes is no picture"),
        (b"<html>", "What was given as bytes is no picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is no picture"),
        (PNG[: len(PNG) // 2], "truncated or damaged"),
        (b"\0\0\0\x18ftypisom", "is a video, not a picture"),
        (Image.new("RGB", (0, 9)), "has no pixels"),
        (None, "A picture cannot be a NoneType. It is a path, bytes"),
        ({"a": 1}, "A picture cannot be a dict"),
        (np.zeros(9), r"shape \(9,\) is no picture. It is height × width"),
        (np.zeros((3, 64, 64)), r"shape \(3, 64, 64\)"),
        (np.zeros((2, 64, 64, 3)), r"shape \(2, 64, 64, 3\)"),
        (np.zeros((64, 64, 2)), r"shape \(64, 64, 2\)"),
        (np.zeros((0, 64)), r"shape \(0, 64\)"),
        (FLOATS * 255, "floats goes from 0 to 1. Divide it by 255"),
        (FLOATS * np.nan, "floats goes from 0 to 1"),
        (FLOATS - 1, "floats goes from 0 to 1"),
        (np.full((4, 4), 256), "integers goes from 0 to 255"),
        (np.full((4, 4), -1), "integers goes from 0 to 255"),
        (np.full((4, 4), "a"), "holds integers, booleans or floats"),
    ],
)
def test_what_is_no_picture_is_refused_on_one_line(given, said: str) -> None:
    with pytest.raises(mj.MjError, match=said) as caught:
        picture_url(given)
    assert "\n" not in str(caught.value)


class Card:
    """Something that has pictures, and is none."""

    @property
    def quadrants(self) -> object:
        raise AssertionError("nothing is asked of it")


@pytest.mark.parametrize("taken", [picture_url, picture_from])
def test_what_has_pictures_and_is_none_says_what_to_give(taken: Callable[[object], object]) -> None:
    with pytest.raises(mj.MjError) as caught:
        taken(Card())
    assert str(caught.value) == (
        "A picture cannot be a Card. Give one that it has: .image, or .quadrants[1]. "
        "Its own .edit(), .retexture() and .animate() go on from them, too."
    )


def test_a_file_that_is_far_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a long way to it would be said in short
    path = Path("fox.png")
    with path.open("wb") as file:
        file.truncate(64 * 1024**2 + 1)
    with pytest.raises(mj.MjError, match=r"fox.png is larger than 64 MB"):
        picture_url(path)


# Several


def test_one_picture_alone_is_a_list_of_one() -> None:
    assert listed(RGB) == [RGB]
    assert listed("https://host.example/a.png") == ["https://host.example/a.png"]
    assert listed((PNG, FOX)) == [PNG, FOX]
    assert listed([]) == []


# Addresses, where the service wants the picture itself


def test_what_is_at_an_address_is_downloaded_byte_for_byte_without_the_token() -> None:
    async def story() -> None:
        async with (
            Sandbox() as service,
            Sandbox() as elsewhere,
            Client(service.url, CANARY) as client,
        ):
            url = elsewhere.put_file("fox.png", PNG)
            assert sent(await embedded(client, url)) == ("image/png", PNG)
            (record,) = elsewhere.log
            assert record.auth == "none"
            assert len(service.log) == 0

    run(story())


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"<html>no</html>", "is no picture"), (PNG[:99], "truncated or damaged")],
)
def test_what_an_address_serves_has_to_be_a_picture(data: bytes, said: str) -> None:
    async def story() -> None:
        async with Sandbox() as service, Client(service.url, CANARY) as client:
            with pytest.raises(mj.ImageError, match=said):
                await embedded(client, service.put_file("fox.png", data))
            with pytest.raises(mj.ImageError, match=r"expired.* Nothing was submitted"):
                await embedded(client, service.put_file("fox.png", PNG)[:-9])

    run(story())


def test_a_picture_that_is_here_is_a_file_as_it_is_or_a_copy_of_pixels(tmp_path: Path) -> None:
    image = Image.new("RGB", (4, 4), "red")
    image.save(tmp_path / "fox.png")
    file = picture_from(tmp_path / "fox.png")
    assert isinstance(file, Picture)
    assert file.data == (tmp_path / "fox.png").read_bytes()
    pixels = picture_from(image)
    image.paste("black", (0, 0, 4, 4))
    assert isinstance(pixels, Image.Image)
    assert pixels.getpixel((0, 0)) == (255, 0, 0)
    with pytest.raises(mj.MjError, match="nothing is fetched"):
        picture_from("https://host.example/fox.png")
