"""How a picture moves: the frames of a film that is made of it."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageOps

from mj_widgets.sandbox.painting.recipes import Filmed, Recipe
from mj_widgets.sandbox.painting.scene import Size

FRAMES = 12
FRAMES_MORE = 8
"""How many a longer film has more."""
_TOWARDS = ((0.5, 0.5), (0.0, 0.4), (1.0, 0.6), (0.5, 0.0))
"""Where each of four films goes, as shares of width and height."""

Draw = Callable[[Recipe], Image.Image]


def frames_of(film: Filmed, draw: Draw, size: Size) -> list[Image.Image]:
    """The frames of one film, all of `size`; `draw` gives the pixels of a picture.

    It begins with the whole picture (or goes on from the last frame of the film before), comes
    nearer, more so where the motion is high, and ends as the recipe says.
    """
    earlier = frames_of(film.before, draw, size) if film.before else []
    first = earlier[-1] if earlier else _fitted(draw(film.of), (size[0] * 2, size[1] * 2))
    end = _fitted(draw(film.end), size) if film.end else None
    if film.loop and earlier:
        end = earlier[0]
    count = FRAMES_MORE + 1 if earlier else FRAMES
    frames = []
    for number in range(count):
        share = number / (count - 1)
        near = 1 - abs(2 * share - 1) if film.loop and not earlier else share
        frame = first.resize(size, Image.Resampling.BICUBIC, _box(first.size, film, near))
        frames.append(Image.blend(frame, end, share**2) if end else frame)
    return earlier + frames[1 if earlier else 0 :]


def _fitted(picture: Image.Image, size: Size) -> Image.Image:
    return ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.BICUBIC)


def _box(size: Size, film: Filmed, share: float) -> tuple[float, float, float, float]:
    """The part of a picture that is seen when so much of the way has been gone."""
    left_out = (0.5 if film.high else 0.2) * share
    x, y = _TOWARDS[(film.index - 1) % len(_TOWARDS)]
    left, top = size[0] * left_out * x, size[1] * left_out * y
    return (left, top, left + size[0] * (1 - left_out), top + size[1] * (1 - left_out))
