"""How long a library of 10,000 tasks takes to open and to search, and to keep one grid more.

A notebook that is opened waits for the first, a person who types for the second. Searches are what
costs most: a word that most tasks have, a letter that many words begin with, Chinese characters.
For the third waits everyone who waits for a picture: it is on the disk before its card says done.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial

from mj_widgets.archive import Library
from mj_widgets.models import Task
from mj_widgets.sandbox import photo_like

from .table import Row

WORDS = ("red", "fox", "snow", "castle", "old", "man", "portrait", "neon", "狐狸", "雪地", "城堡")
SEARCHES = ("", "fox", "r", "狐", "雪地", "red fox snow", "no such words", "1747132423000005")


def rows(count: int = 10_000, rounds: int = 9, side: int = 2048) -> list[Row]:
    """Medians of several rounds; of the searches the slowest."""
    grid = photo_like("a red fox in the snow", (side, side))
    with tempfile.TemporaryDirectory() as folder:
        library = Library(folder)
        started = time.perf_counter()
        for number in range(count):
            library.save(_task(number), [b"%d" % number], service="www.dmxapi.cn")
        saved = (time.perf_counter() - started) / count * 1000
        library.close()
        opened = _milliseconds(lambda: Library(folder).close(), rounds)
        library = Library(folder)
        taken = {words: _milliseconds(partial(library.search, words), rounds) for words in SEARCHES}
        # Bytes of its own each time, as the library does not write twice what is there.
        grids = ((_task(count + n), grid + b"%d" % n) for n in range(rounds))
        kept = _milliseconds(lambda: _keep(library, *next(grids)), rounds)
        library.close()
    megabytes = f"{len(grid) / 1e6:.1f} MB, flushed to the disk"
    slowest = max(taken, key=lambda words: taken[words])
    return [
        Row("open a library", opened, "ms", 100, beside=f"{count:,} tasks, {saved:.1f} ms to save"),
        Row("search it", taken[slowest], "ms", 50, beside=f"the slowest: “{slowest}”"),
        Row("keep a grid in it", kept, "ms", 100, beside=megabytes),
    ]


def _keep(library: Library, task: Task, grid: bytes) -> None:
    library.save(task, [grid], service="www.dmxapi.cn")


def _task(number: int) -> Task:
    prompt = " ".join(random.Random(number).choices(WORDS, k=20))
    buttons = [{"customId": f"MJ::JOB::upsample::{n}::{number}", "label": f"U{n}"} for n in "1234"]
    raw = {"id": f"{1_747_132_423_000_000 + number}", "action": "IMAGINE", "status": "SUCCESS"}
    return Task.parse(
        {
            **raw,
            "prompt": f"{prompt} --ar 16:9",
            "finishTime": 1_760_000_000_000,
            "buttons": buttons,
        }
    )


def _milliseconds(act: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000
