"""From bytes in hand to pictures ready to send.

A grid arrives as one PNG of some 7 MB, and decoding it is what nobody can avoid. All else that
the package does to it should cost little beside that: the reach is half as much again, of which
how it looks at a glance, made of the same pixels when it is kept, is a tenth at the most. The plain
way, four PNGs for four ``ipywidgets.Image``, is what it has to beat.
"""

import io
import statistics
import time
from collections.abc import Callable
from typing import TypeVar

from PIL import Image

from mj_widgets.account.result import Copies, Result, copies_of
from mj_widgets.models import Task
from mj_widgets.pictures import images
from mj_widgets.pictures.images import Picture, shrunk
from mj_widgets.pictures.looks import look_of
from mj_widgets.sandbox import photo_like

from .table import Row

_T = TypeVar("_T")
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
    (look,) = _medians(Picture.from_bytes(data), rounds, look_of, before=shrunk)
    megabytes = len(data) / 1e6
    beside = f"{ready * 1000:.0f} ms / {alone * 1000:.0f} ms for a PNG of {megabytes:.1f} MB"
    slow = f"{plain:.1f} s"
    glance = f"{look * 1000:.1f} ms"
    return [
        Row("bytes to pictures / decoding alone", ready / alone, "×", 1.5, beside=beside),
        Row("thumbnail, colours, dHash / decoding alone", look / alone, "×", 0.1, beside=glance),
        Row("four PNGs / bytes to pictures", plain / ready, "×", 6, at_least=True, beside=slow),
    ]


def _medians(
    given: _T,
    rounds: int,
    *ways: Callable[[_T], object],
    before: Callable[[_T], object] | None = None,
) -> list[float]:
    """The seconds of each way; what is done *before* it does not count."""
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, taken in zip(ways, seconds, strict=True):
            images._decoded.cache_clear()
            if before:
                before(given)
            started = time.perf_counter()
            way(given)
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in seconds]
