"""How long 10,000 tasks take to become a data frame, and to be written as Parquet.

Each prompt is another one, and so are most of its parameters: nothing is parsed once for many. What
the package costs is processor time for the first, and the time that a person waits for the second.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mj_widgets.archive import Library
from mj_widgets.models import Task
from mj_widgets.sets.frames import quadrants_frame, to_frame
from mj_widgets.sets.parquet import to_parquet

from .library import WORDS
from .table import Row


def rows(count: int = 10_000, rounds: int = 5) -> list[Row]:
    """Medians of several rounds, after one that imports pandas and pyarrow."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(folder)
        for number in range(count):
            library.save(_task(number), [b"%d" % number], service="www.dmxapi.cn")
        numbers = library.catalogue.numbers()
        out = Path(folder) / "out"

        def write() -> None:
            to_parquet(library, numbers, out)

        to_frame(library, numbers[:1])
        frame = _median(lambda: to_frame(library, numbers), rounds, time.process_time)
        parts = _median(lambda: quadrants_frame(library, numbers), rounds, time.process_time)
        parquet = _median(write, rounds, time.perf_counter)
        weight = sum(path.stat().st_size for path in out.iterdir()) / 1e3
        library.close()
    beside = f"{parts:.2f} CPU s for a row a picture"
    return [
        Row(f"to_frame() of {count:,}", frame, "CPU s", 0.5, beside=beside),
        Row(f"to_parquet() of {count:,}", parquet, "s", 1, beside=f"{weight:,.0f} kB"),
    ]


def _task(number: int) -> Task:
    words = " ".join(WORDS[(number >> 2 * place) % len(WORDS)] for place in range(8))
    buttons = [{"customId": f"MJ::JOB::upsample::{n}::{number}", "label": f"U{n}"} for n in "1234"]
    return Task.parse(
        {
            "id": f"{1_747_132_423_000_000 + number}",
            "action": "IMAGINE",
            "status": "SUCCESS",
            "prompt": f"{words} {number} --ar 16:9 --s {number % 1000} --seed {number} --v 7",
            "submitTime": 1_760_000_000_000,
            "startTime": 1_760_000_005_000,
            "finishTime": 1_760_000_050_000,
            "imageUrl": f"https://cdn.example/{number}.png",
            "buttons": buttons,
        }
    )


def _median(act: Callable[[], object], rounds: int, clock: Callable[[], float]) -> float:
    seconds = []
    for _ in range(rounds):
        started = clock()
        act()
        seconds.append(clock() - started)
    return statistics.median(seconds)
