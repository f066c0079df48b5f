"""Libraries of any number of tasks, made as fast as the disk allows: few pictures, many tasks."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

from mj_widgets.archive import Library
from mj_widgets.archive.records import row_of, searched_text
from mj_widgets.models import Task
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.looks import look_of
from mj_widgets.sandbox import photo_like

SERVICE = "www.dmxapi.cn"
FIRST = 1_747_132_423_000_000
"""The id of the first task."""
SUBJECTS = (
    "a red fox",
    "an old castle",
    "a paper boat",
    "a tea house",
    "a lighthouse",
    "a snow owl",
)
MOODS = ("in thick fog", "at night", "in the snow", "at dawn", "under stars", "in the rain")
RATIOS = ("1:1", "16:9", "2:3")
BUTTONS = [
    {"customId": f"MJ::JOB::{job}::{n}::00", "label": f"{name}{n}"}
    for name, job in (("U", "upsample"), ("V", "variation"))
    for n in "1234"
]


def prompt_of(number: int) -> str:
    """The prompt of a task by its place, from 0."""
    dice = random.Random(number)
    ratio = RATIOS[number % len(RATIOS)]
    stylize = dice.choice((50, 100, 250))
    return f"{dice.choice(SUBJECTS)} {dice.choice(MOODS)} --ar {ratio} --s {stylize} --v 7"


def task_of(number: int, **fields: object) -> Task:
    """A grid that was done, by its place."""
    link = f"https://cdn.example/{number}.png"
    usual = {
        "id": str(FIRST + number),
        "action": "IMAGINE",
        "status": "SUCCESS",
        "prompt": prompt_of(number),
        "imageUrl": link,
        "submitTime": 1_760_000_000_000 + number * 60_000,
        "startTime": 1_760_000_005_000 + number * 60_000,
        "finishTime": 1_760_000_045_000 + number * 60_000,
        "buttons": BUTTONS,
    }
    return Task.parse(usual | fields)


def fill(library: Library, count: int, *, different: int = 24, side: int = 512) -> None:
    """Keep *count* grids, of which *different* are different pictures; the rest are links."""
    grids: list[bytes] = []
    for number in range(min(different, count)):
        ratio = RATIOS[number % len(RATIOS)].split(":")
        width, height = _size(ratio, side)
        grids.append(photo_like(f"{prompt_of(number)} {number}", (width, height)))
        library.save(task_of(number), [grids[-1]], service=SERVICE)
    if count > different:
        _copy_rows(library, count, different)


def look_at_all(library: Library) -> None:
    """Make the looks of all files, as is done when a service's task is kept."""
    listings = library.catalogue.listings(library.catalogue.numbers()).values()
    files = {file.sha256: file for listing in listings for file in listing.files}
    for sha256, file in files.items():
        library.looks.put(sha256, look_of(Picture.from_bytes(file.read())))


def _size(ratio: Sequence[str], side: int) -> tuple[int, int]:
    wide, high = map(int, ratio)
    return side * wide // max(wide, high), side * high // max(wide, high)


def _copy_rows(library: Library, count: int, different: int) -> None:
    """Add tasks that have the pictures of the first ones, each as a file of its own name."""
    originals = [library.get(str(FIRST + n)) for n in range(different)]
    with library._database.writing() as connection:
        for number in range(different, count):
            record = originals[number % different]
            assert record is not None
            (file,) = record.files
            path = file.path.with_name(f"{FIRST + number}{file.path.suffix}")
            os.link(file.path, path)
            task = task_of(number)
            columns = {
                "service": SERVICE,
                "id": task.id,
                **row_of(task),
                "parent": "",
                "button": "",
                "saved_at": "2026-01-01T00:00:00+00:00",
            }
            places = ", ".join("?" * len(columns))
            sql = f"INSERT INTO tasks ({', '.join(columns)}) VALUES ({places})"
            row = connection.execute(sql, tuple(columns.values())).lastrowid
            text = (row, searched_text(task))
            connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", text)
            connection.execute(
                "INSERT INTO files VALUES (?, 0, ?, ?, ?, ?)",
                (
                    row,
                    path.relative_to(library.folder).as_posix(),
                    file.size,
                    file.mime,
                    file.sha256,
                ),
            )
