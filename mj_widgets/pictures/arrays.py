"""Arrays, such as numpy's, as pixels: which are pictures, and how their numbers are light."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image

if TYPE_CHECKING:
    import numpy as np

    Pixels = np.ndarray[Any, Any]


class Lights(NamedTuple):
    """How dark and how light the numbers of an array are, and how light they may be."""

    low: Any
    high: Any
    most: int
    """1 for floats, 255 for integers and booleans."""

    @property
    def fit(self) -> bool:
        """True where every number is one of light; NaN is none."""
        return bool(self.low >= 0 and self.high <= self.most)


def plain(given: Any) -> Pixels:
    """Return whatever has ``__array__`` or ``__array_interface__`` as numpy's, H×W×1 as H×W."""
    import numpy as np

    array = np.asarray(given)
    return array[:, :, 0] if array.ndim == 3 and array.shape[2] == 1 else array


def is_picture(array: Pixels) -> bool:
    """Tell whether the shape is H×W, H×W×3 (RGB) or H×W×4 (RGBA)."""
    return array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))


def lights_of(array: Pixels) -> Lights | None:
    """Return between what the numbers lie, or None where they are none (texts, dates, ...)."""
    kind = array.dtype.kind
    if kind not in "buif":
        return None
    low, high = (array.min(), array.max()) if array.size else (0, 0)
    return Lights(low, high, 1 if kind == "f" else 255)


def image_of(array: Pixels, *, labels: bool = False) -> Image.Image:
    """Return an array that is a picture, and whose lights fit, as an image of 0 to 255.

    Args:
        array: booleans, integers from 0 to 255, or floats from 0 to 1.
        labels: whether integers that are nothing but 0 and 1 are black and white.

    >>> import numpy as np
    >>> image_of(np.array([[0.0, 1.0]])).tobytes()
    b'\\x00\\xff'
    """
    import numpy as np

    kind = array.dtype.kind
    if kind == "f":
        pixels = (array * 255).round().astype("uint8")
    else:
        is_black_or_white = kind == "b" or (labels and (not array.size or array.max() <= 1))
        pixels = array.astype("uint8") * (255 if is_black_or_white else 1)
    return Image.fromarray(np.ascontiguousarray(pixels))
