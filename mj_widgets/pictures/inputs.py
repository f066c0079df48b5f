"""Pictures that a person hands over, in the form that a service takes."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, cast

from PIL import Image, ImageOps

from mj_widgets.errors import ImageError, MjError, one_line
from mj_widgets.pictures import arrays
from mj_widgets.pictures.decoding import BROKEN, MOST_PIXELS
from mj_widgets.pictures.disk import expanded
from mj_widgets.pictures.images import (
    MOST_BYTES,
    Picture,
    data_url,
    encode_jpeg,
    encode_png,
    shrink,
)
from mj_widgets.pictures.kinds import KINDS, Format, sniff

MOST_SENT_BYTES = 4_000_000
"""Of one picture, as new-api's documentation asks. Five of them, the most that a blend takes, stay
below the 30 MB of a request that trueai's server reads."""

# Not all that Pillow opens: for some files it starts another program.
_OTHERS = ("PPM",)
_TAKEN: tuple[Format, ...] = ("png", "jpeg", "webp", "gif")
_QUALITIES = (95, 85, 75)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_BROKEN = (*BROKEN, Image.DecompressionBombError)
_LONGEST_JPEG = 65_500
_WITHIN = (
    "Give one that it has: .image, or .quadrants[1]. Its own .edit(), .retexture() and .animate() "
    "go on from them, too."
)


class Array(Protocol):
    """An array of pixels, such as numpy's: H×W, H×W×1, H×W×3 or H×W×4."""

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """Shape, type and data, as numpy describes them."""


Input = str | os.PathLike[str] | bytes | Image.Image | Array
"""A path, a file's bytes, a PIL image, an array, or an address (http or https)."""


class Prepared(NamedTuple):
    """A picture as it is sent."""

    url: str
    """A data URL, or its address."""
    note: str = ""
    """What was done to it that changes its pixels: "sent as a JPEG", what ``made_smaller`` says, or
    ""."""


def picture_url(image: Input) -> str:
    """Return a picture as a data URL; see ``prepared``.

    >>> picture_url(Image.new("RGB", (64, 64)))[:30]
    'data:image/png;base64,iVBORw0K'
    >>> picture_url("https://host.example/fox.png")
    'https://host.example/fox.png'
    """
    return prepared(image).url


def prepared(image: Input) -> Prepared:
    """Return a picture as a data URL; one at an address stays that address.

    A PNG, JPEG, WebP or GIF of up to 4 MB goes as it is. Anything else becomes a PNG, or where
    that is larger a JPEG, made smaller until it fits.

    Args:
        image: a path, a file's bytes, a PIL image, an address (http or https), or an array:
            integers from 0 to 255, booleans, or floats from 0 to 1.

    Raises:
        MjError: there is no such file, it is no picture, or the array has another shape.
    """
    if isinstance(image, bytes):
        return _of_bytes(image, "What was given as bytes")
    if isinstance(image, Image.Image):
        return _encoded(image)
    if isinstance(image, str) and is_address(image):
        return Prepared(_address(image))
    if isinstance(image, (str, os.PathLike)):
        return _of_bytes(*_read(image))
    if hasattr(image, "__array_interface__"):
        return _encoded(_of_array(image))
    raise _no_picture(image, "It is a path, bytes, a PIL image, an array, or an address.")


def picture_from(image: Input) -> Picture | Image.Image:
    """Return a picture that is here: of a file or its bytes as it is, else its pixels.

    They are a copy: what becomes of *image* later does not change them.

    Args:
        image: as ``picture_url`` takes it, but for an address, from which nothing is fetched.

    Raises:
        MjError: there is no such file, it is no picture, or the array has another shape.
    """
    if isinstance(image, Image.Image):
        _check_size(image)
        try:
            return ImageOps.exif_transpose(image)
        except _BROKEN as error:  # a PIL image reads its file only now
            raise ImageError("The picture is truncated or damaged", words=str(error)) from None
    if isinstance(image, str) and is_address(image):
        raise MjError(
            f"{one_line(image, 80)} is an address, and nothing is fetched for this",
            advice="Download it, and give the file.",
        )
    if isinstance(image, bytes):
        return _picture_in(image, "What was given as bytes")
    if isinstance(image, (str, os.PathLike)):
        return _picture_in(*_read(image))
    if hasattr(image, "__array_interface__"):
        return _of_array(image)
    raise _no_picture(image, "It is a path, bytes, a PIL image or an array.")


def _no_picture(given: object, forms: str) -> MjError:
    """Return what is said of what is no picture, in which ones may be."""
    # Of the class: what is asked of the object itself may be computed.
    has_pictures = hasattr(type(given), "quadrants")
    return MjError(
        f"A picture cannot be a {type(given).__name__}",
        advice=_WITHIN if has_pictures else forms,
    )


def made_smaller(before: tuple[int, int], after: tuple[int, int]) -> str:
    """Return what is said where a picture was made smaller, else "".

    >>> made_smaller((2048, 2048), (1024, 1024))
    'made smaller: 2048×2048 → 1024×1024'
    """
    return "" if before == after else f"made smaller: {times(before)} → {times(after)}"


def times(size: tuple[int, int]) -> str:
    """Return how large a picture is.

    >>> times((1024, 768))
    '1024×768'
    """
    return "×".join(map(str, size))


def listed(images: Input | Sequence[Input]) -> list[Input]:
    """Return the pictures in a list or tuple; one alone is a list of one."""
    several = isinstance(images, (list, tuple))
    return list(cast("Sequence[Input]", images if several else [images]))


def is_address(text: str) -> bool:
    """Tell whether *text* is where a picture is, rather than a file's name."""
    return _ADDRESS.match(text.strip()) is not None


def _address(text: str) -> str:
    text = text.strip()
    if len(text.split()) > 1:
        raise MjError(
            f"{one_line(text, 80)} is no address of a picture", advice="An address has no blanks."
        )
    return text


def _read(given: str | os.PathLike[str]) -> tuple[bytes, str]:
    """Return what is in a file, and what an error calls it."""
    if not os.fspath(given).strip():
        raise MjError("The name of the picture's file is empty")
    path = Path(given)
    name = one_line(str(path), 80)
    try:
        path = expanded(path)
        if path.stat().st_size > MOST_BYTES:
            raise MjError(f"{name} is larger than {MOST_BYTES // 1024**2} MB")
        data = path.read_bytes()
    except FileNotFoundError:
        where = "" if path.is_absolute() else f"Looked in {Path.cwd()}."
        raise MjError(f"There is no file {name}", advice=where) from None
    except OSError as error:
        words = getattr(error, "strerror", None) or str(error)
        raise MjError(f"{name} cannot be read", words=words) from None
    return data, name


def bytes_url(data: bytes, name: str) -> str:
    """Return the picture in *data* as a data URL; see ``picture_url``.

    Args:
        data: a file's bytes.
        name: what an error calls it.

    Raises:
        MjError: it is no picture.
    """
    return _of_bytes(data, name).url


def whole_url(data: bytes, name: str) -> str:
    """Return the picture in *data* as a data URL, pixel for pixel, whatever it weighs.

    Args:
        data: a file's bytes.
        name: what an error calls it.

    Raises:
        MjError: it is no picture, or damaged.
    """
    picture = _picture_in(data, name)
    if isinstance(picture, Image.Image):
        return data_url("image/png", encode_png(picture))
    picture.use(lambda _: None)
    return data_url(picture.mime, data)


def _of_bytes(data: bytes, name: str) -> Prepared:
    picture = _picture_in(data, name)
    if isinstance(picture, Image.Image):
        return _encoded(picture)
    if picture.format in _TAKEN and len(data) <= MOST_SENT_BYTES:
        # A damaged file is found here, and not by a service that bills it.
        picture.use(lambda _: None)
        return Prepared(data_url(picture.mime, data))
    return picture.use(_encoded)


def _picture_in(data: bytes, name: str) -> Picture | Image.Image:
    kind = sniff(data)
    if kind is None:
        return _opened(data, name)
    if KINDS[kind].is_film:
        raise ImageError(f"{name} is a video, not a picture")
    return Picture.from_bytes(data)


def _opened(data: bytes, name: str) -> Image.Image:
    Image.init()
    try:
        image = Image.open(io.BytesIO(data), formats=[f for f in _OTHERS if f in Image.OPEN])
        _check_size(image)
        image.load()
    except _BROKEN:
        raise ImageError(f"{name} is no picture") from None
    return image


def _of_array(given: Any) -> Image.Image:
    array = arrays.plain(given)
    if not arrays.is_picture(array) or not array.size:
        raise MjError(
            f"An array of shape {array.shape} is no picture",
            advice="It is height × width, alone or × 1, × 3 (RGB) or × 4 (RGBA).",
        )
    lights = arrays.lights_of(array)
    if lights is None:
        raise MjError("An array of pixels holds integers, booleans or floats")
    if not lights.fit and lights.most == 1:
        raise MjError("An array of floats goes from 0 to 1", advice="Divide it by 255.")
    if not lights.fit:
        raise MjError("An array of integers goes from 0 to 255")
    return arrays.image_of(array)


def _check_size(image: Image.Image) -> None:
    if 0 in image.size:
        raise MjError("The picture has no pixels")
    if image.width * image.height > MOST_PIXELS:
        raise ImageError(f"The picture has more than {MOST_PIXELS // 1_000_000} megapixels")


def _encoded(image: Image.Image) -> Prepared:
    """Return *image* as a PNG if that is small enough, else as the best JPEG that is."""
    _check_size(image)
    try:
        image = ImageOps.exif_transpose(image)  # the file written here says nothing of turning
        png = encode_png(image)
    except _BROKEN as error:  # a PIL image reads its file only now
        raise ImageError("The picture is truncated or damaged", words=str(error)) from None
    if len(png) <= MOST_SENT_BYTES:
        return Prepared(data_url("image/png", png))
    full_size = image.size
    image = shrink(image, min(max(image.size), _LONGEST_JPEG // 2))
    while True:
        for quality in _QUALITIES:
            if len(jpeg := encode_jpeg(image, quality)) <= MOST_SENT_BYTES:
                note = made_smaller(full_size, image.size) or "sent as a JPEG"
                return Prepared(data_url("image/jpeg", jpeg), note)
        image = image.reduce(2)
