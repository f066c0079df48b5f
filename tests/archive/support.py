"""Tasks, files and other processes that the tests of the library share."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from PIL import Image
from recorded import FILM_MP4
from services import file_of

from mj_widgets.models import Task
from mj_widgets.pictures.disk import digest
from mj_widgets.pictures.looks import PartLook, PictureLook

SERVICE = "host.example"
FINISHED = 1_760_000_000_000
"""2025-10-09, 08:53:20 in UTC, in milliseconds."""
PICTURE = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
_FRAMES = [Image.new("RGB", (16, 16), (80 * n, 0, 200)) for n in range(3)]
FILES = {
    "png": file_of(PICTURE),
    "jpeg": file_of(PICTURE, "JPEG"),
    "webp": file_of(PICTURE, "WEBP"),
    "animated webp": file_of(_FRAMES[0], "WEBP", save_all=True, append_images=_FRAMES[1:]),
    "gif": file_of(PICTURE, "GIF"),
    "mp4": FILM_MP4,
}
PNG, JPEG = FILES["png"], FILES["jpeg"]


def task(task_id: str = "17", prompt: str = "a red fox", **fields: Any) -> Task:
    usual = {"action": "IMAGINE", "status": "SUCCESS", "finishTime": FINISHED}
    return Task.parse({"id": task_id, "prompt": prompt, **usual, **fields})


def bytes_of(task_id: str) -> bytes:
    """A file as only this task has it, of up to 60 kB; a PNG by its first bytes."""
    dice = random.Random(task_id)
    return b"\x89PNG\r\n\x1a\n" + dice.randbytes(dice.randrange(60_000))


def digest_of(number: int) -> str:
    return digest(b"%d" % number)


def look_like(number: int) -> PictureLook:
    """A look that no other number has, with a thumbnail of usual weight."""
    dice = random.Random(number)
    part = lambda: PartLook(dice.randbytes(48), dice.getrandbits(64))  # noqa: E731
    quadrants = (part(), part(), part(), part())
    return PictureLook(dice.randbytes(12_000), (1000 + number, 501), part(), quadrants)


def files_in(folder: Path) -> list[str]:
    """What a person sees there besides the index."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in paths if not path.startswith("library.db"))


def other_process(story: str, *arguments: object) -> list[str]:
    """Run a story of ``stories.py`` in a process of its own, and return the lines it prints."""
    command = [sys.executable, "-m", "archive.stories", story, *map(str, arguments)]
    root = Path(__file__).parents[2]
    paths = os.pathsep.join((str(root / "tests"), str(root)))
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def make_older(file: Path) -> None:
    """Take back what all versions after the first have brought."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP VIEW rated")
        connection.execute("DROP VIEW rated_pictures")
        connection.execute("DROP TABLE marks")
        for column in ("reason", "pictures", "has_sheet"):
            connection.execute(f"ALTER TABLE tasks DROP COLUMN {column}")
        connection.execute("ALTER TABLE tasks DROP COLUMN seed")
        connection.execute("ALTER TABLE submissions DROP COLUMN echo")
        connection.execute("PRAGMA user_version = 1")
