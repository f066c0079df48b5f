"""From bytes in hand to pictures ready to send.

A grid arrives as one PNG of some 7 MB, and decoding it is what nobody can avoid. All else that
the package does to it should cost little beside that: the reach is half as much again. The plain
way, four PNGs for four ``ipywidgets.Image``, is what it has to beat.
"""

import io
import statistics
import time
from collections.abc import Callable

from PIL import Image

from mj_widgets.account.result import Copies, Result, copies_of
from mj_widgets.models import Task
from mj_widgets.pictures import images
from mj_widgets.pictures.images import Picture
from mj_widgets.sandbox import photo_like

from .table import Row

GRID = Task(action="IMAGINE")


def decoded(data: bytes) -> Image.Image:
    """The pixels, and nothing else."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def ready_to_send(data: bytes) -> Copies:
    """What a card does with a grid before it shows it: its still copy is made as well."""
    return copies_of(Result(GRID, (Picture.from_bytes(data),)))


def four_pngs(data: bytes) -> tuple[bytes, ...]:
    """The plain way."""
    image = decoded(data)
    x, y = image.width // 2, image.height // 2
    parts = []
    for left, upper in ((0, 0), (x, 0), (0, y), (x, y)):
        out = io.BytesIO()
        image.crop((left, upper, left + x, upper + y)).save(out, "PNG")
        parts.append(out.getvalue())
    return tuple(parts)


def rows(side: int = 2048, rounds: int = 15, slow_rounds: int = 5) -> list[Row]:
    """Medians of several rounds, in which the ways take turns."""
    data = photo_like("a red fox in the snow", (side, side))
    alone, ready = _medians(data, rounds, decoded, ready_to_send)
    (plain,) = _medians(data, slow_rounds, four_pngs)
    megabytes = len(data) / 1e6
    beside = f"{ready * 1000:.0f} ms / {alone * 1000:.0f} ms for a PNG of {megabytes:.1f} MB"
    slow = f"{plain:.1f} s"
    return [
        Row("bytes to pictures / decoding alone", ready / alone, "×", 1.5, beside=beside),
        Row("four PNGs / bytes to pictures", plain / ready, "×", 6, at_least=True, beside=slow),
    ]


def _medians(data: bytes, rounds: int, *ways: Callable[[bytes], object]) -> list[float]:
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, taken in zip(ways, seconds, strict=True):
            images._decoded.cache_clear()
            started = time.perf_counter()
            way(data)
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in seconds]
