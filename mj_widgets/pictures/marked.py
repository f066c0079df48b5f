"""What a person thinks of a picture, drawn beside it: stars, and a frame for a flag."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageEnhance

_GOLD, _PICKED, _REJECTED = "#b27b00", "#1b7f3b", "#c62828"


def dimmed(image: Image.Image) -> Image.Image:
    """Return a picture as one that was rejected."""
    return ImageEnhance.Brightness(image).enhance(0.55)


def flag_colour(flag: str) -> str:
    """Return the colour of the frame of what is flagged "pick" or "reject"."""
    return _PICKED if flag == "pick" else _REJECTED


def draw_stars(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], count: int, radius: float
) -> None:
    """Draw so many stars in a row.

    Args:
        draw: where.
        place: the middle of the first one.
        count: how many.
        radius: of each, in pixels.
    """
    for star in range(count):
        draw.polygon(_star(place[0] + 2.4 * radius * star, place[1], radius), fill=_GOLD)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        angle = math.pi * corner / 5 - math.pi / 2
        reach = radius if corner % 2 == 0 else radius * 0.45
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points
