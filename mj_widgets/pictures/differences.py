"""How much two pictures differ, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops, ImageStat

from mj_widgets.errors import one_line
from mj_widgets.pictures.images import shrink

_SMALLEST_SSIM = 7
"""Pixels of the window that scikit-image looks through."""
_MOST_SSIM = 1024
"""The longer side from which structure is compared at half the size or less, as its authors do it
(https://www.cns.nyu.edu/~lcv/ssim): nobody sees it in single pixels, and it takes 20 times the
memory of the picture."""


@dataclass(frozen=True)
class Difference:
    """What tells two pictures apart."""

    size: tuple[int, int]
    """At which they were compared: the smaller width and the smaller height of the two."""
    mean: float
    """Mean absolute difference of all pixels and colours, 0 to 255."""
    ssim: float | None
    """Structural similarity of their lightness: 1 for the same, about 0 for nothing in common."""
    no_ssim: str = ""
    """Why there is none, and what brings it."""

    @property
    def percent(self) -> float:
        """The mean difference in per cent of the largest there can be."""
        return self.mean / 255 * 100


def common_size(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """Return the size at which two pictures are compared.

    >>> common_size((2048, 1024), (1024, 1536))
    (1024, 1024)
    """
    return min(one[0], other[0]), min(one[1], other[1])


def difference_of(one: Image.Image, other: Image.Image) -> Difference:
    """Compare two pictures pixel by pixel, at the smaller size where they have two.

    What is transparent stands on white.

    >>> black, grey = Image.new("RGB", (8, 8)), Image.new("RGB", (16, 16), (51, 51, 51))
    >>> difference_of(black, grey).percent
    20.0
    """
    size = common_size(one.size, other.size)
    first, second = _fitted(one, size), _fitted(other, size)
    means = ImageStat.Stat(ImageChops.difference(first, second)).mean
    ssim, why = _ssim(first, second)
    return Difference(size, sum(means) / len(means), ssim, why)


def _fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    rgb = shrink(image, max(image.size))
    if rgb.size == size:
        return rgb
    return rgb.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _ssim(one: Image.Image, other: Image.Image) -> tuple[float | None, str]:
    if min(one.size) < _SMALLEST_SSIM:
        return None, f"A picture needs {_SMALLEST_SSIM} pixels on each side for it."
    try:
        import numpy as np
        from skimage.metrics import structural_similarity
    except ImportError as error:
        is_missing = isinstance(error, ModuleNotFoundError)
        words = "" if is_missing else f" ({one_line(str(error))})"
        return None, f'pip install "mj-widgets[compare]" brings it; then restart the kernel.{words}'
    factor = -(-max(one.size) // _MOST_SSIM)
    if min(one.size) // factor < _SMALLEST_SSIM:
        factor = 1
    similarity: Any = structural_similarity
    light = [np.asarray(each.convert("L").reduce(factor)) for each in (one, other)]
    return float(similarity(*light)), ""
