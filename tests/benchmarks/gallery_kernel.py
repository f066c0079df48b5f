"""What a gallery costs the kernel: its still copy, a tick of 1,000 running tasks, its memory.

Nobody looks at the clock here: what counts is the time that this process works.
"""

import gc
import statistics
import tempfile
import time
import tracemalloc
from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mj_widgets import background
from mj_widgets.account import Account
from mj_widgets.archive import Library
from mj_widgets.card.twin import Twin
from mj_widgets.gallery.contact import ContactStill, sheet_of
from mj_widgets.gallery.gallery import Gallery
from mj_widgets.jobs import Job
from mj_widgets.models import Task
from mj_widgets.sets.fetched import numbered
from mj_widgets.sets.members import Members
from mj_widgets.sets.supply import Supply
from tests.libraries import fill, look_at_all

from .table import Row


def rows(count: int = 10_000, running: int = 1_000, rounds: int = 9) -> list[Row]:
    """Medians of several rounds."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(folder)
        fill(library, count, different=64)
        look_at_all(library)
        made = [*_copies(library, rounds), *_memory(library), *_ticks(library, running, rounds)]
        library.close()
    return made


def _copies(library: Library, rounds: int) -> list[Row]:
    numbers = sorted(library.catalogue.numbers())[:60]
    supply = Supply(Members(library, array("I", numbers)), None)
    weights: list[int] = []

    def leave() -> None:
        tiles = supply.at_hand(numbers)
        sheet = sheet_of([(tile, 0) for tile in tiles])
        twin = Twin(1024)
        twin.fill(ContactStill(10_000, 10_000, 60, "", "task", sheet))
        weights.append(sum(map(len, twin._bundle().values())))

    taken = _milliseconds(leave, rounds)
    return [
        Row("a still copy of 60 tiles", weights[0] / 1000, "kB", 250),
        Row("a still copy of 60 tiles, CPU", taken, "ms", 50),
    ]


def _memory(library: Library) -> list[Row]:
    numbers = library.catalogue.numbers()
    Gallery(Members(library, numbers)).close()  # what is loaded once
    gc.collect()
    tracemalloc.start()
    gallery = Gallery(Members(library, array("I", numbers)))
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    gallery.close()
    each = held / len(numbers) / 1000
    return [Row(f"kernel memory of a gallery of {len(numbers):,}, a task", each, "kB", 10)]


def _ticks(library: Library, running: int, rounds: int) -> list[Row]:
    account = Account("http://127.0.0.1:9/mj", "", library=library, offline=True)
    jobs = [Job(account) for _ in range(running)]
    numbers, followed = numbered(jobs)
    gallery = Gallery(Members(library, numbers, followed))
    told: list[tuple[Any, Any]] = []
    wall: Any = gallery.wall
    wall.send = lambda content, buffers=None: told.append((content, buffers))
    task = Task.parse({"id": "17", "status": "IN_PROGRESS", "prompt": "a fox", "progress": "5%"})
    watched = gallery._parts.running
    taken = []
    for percent in range(rounds):
        now = task.model_copy(update={"progress": percent + 1})

        def move(now: Task = now) -> float:
            for job in jobs:
                job._core.state = replace(job.state, task=now, task_id="17")
                watched._changed.add(0)
            watched._changed = set(followed)
            started = time.thread_time()
            for number, job in followed.items():
                watched._listener(number)(job.state)
            if watched._ticker is not None:
                watched._ticker.cancel()
            watched._tell()
            return (time.thread_time() - started) * 1000

        taken.append(background.do(move))
    gallery.close()
    ticks = [buffers[0] for content, buffers in told if content["type"] == "tick"]
    return [
        Row(f"{running:,} running tasks: bytes a tick", len(ticks[-1]) / 1000, "kB", 10),
        Row(f"{running:,} running tasks: CPU a tick", statistics.median(taken), "ms", 5),
        Row(f"{running:,} running tasks: messages a tick", len(ticks) / rounds, "", 1),
    ]


def _milliseconds(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        taken.append((time.process_time() - started) * 1000)
    return statistics.median(taken)
