"""Tasks and their pictures as rows of a table, read by SQL alone: no answer is parsed for them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from mj_widgets.archive.catalogue import numbers_json
from mj_widgets.archive.database import Database
from mj_widgets.archive.records import KeptFile


class TaskRow(NamedTuple):
    """What the library's tables say of a task; times are microseconds since 1970 in UTC."""

    number: int
    service: str
    id: str
    prompt: str
    """As it was written, parameters and all."""
    parameters: str
    """Those of the prompt that Midjourney was given, as JSON."""
    status: str
    kind: str
    reason: str
    submitted: int | None
    started: int | None
    finished: int | None
    saved: int | None
    parent: str
    button: str
    seed: str
    pictures: int
    path: str | None
    """Of its first file; None where there is none."""
    mime: str | None
    size: int | None
    """Of the first file, in bytes."""
    sha256: str | None
    rating: int
    """The highest of all its marks, 0 to 5."""
    flag: str
    """"pick" where anything of it is picked, "reject" where all of it is rejected, or ""."""
    action: str
    """The service's word for what was done: IMAGINE, UPSCALE, ..."""

    @property
    def first(self) -> KeptFile | None:
        """Its first file."""
        return _file(self.path, self.sha256, self.size, self.mime)


class PictureRow(NamedTuple):
    """What the library's tables say of one picture of a task."""

    number: int
    quadrant: int
    """From 1."""
    path: str | None
    """Of the file that is this picture and nothing else; None where there is none."""
    mime: str | None
    size: int | None
    sha256: str | None
    place: int | None
    sheet: str | None
    """Of the file that this picture is a quarter of; None where it has one of its own."""
    sheet_mime: str | None
    sheet_size: int | None
    sheet_sha256: str | None
    rating: int
    """Its own, else that of the task as a whole."""
    flag: str

    @property
    def own(self) -> KeptFile | None:
        """The file that is this picture and nothing else."""
        return _file(self.path, self.sha256, self.size, self.mime, self.place)

    @property
    def whole(self) -> KeptFile | None:
        """The file that it is to be cut from, where none is this picture alone."""
        return _file(self.sheet, self.sheet_sha256, self.sheet_size, self.sheet_mime)


def _file(
    path: str | None, sha256: str | None, size: int | None, mime: str | None, place: int | None = 0
) -> KeptFile | None:
    if path is None or sha256 is None:
        return None
    return KeptFile(Path(path), sha256, size or 0, mime or "", place or 0)


def _microseconds(column: str) -> str:
    # A time that was harmed is none. SQLite tells milliseconds, as the services do.
    days = f"julianday({column}) - 2440587.5"
    return f"CAST(round(({days}) * 86400000) AS INTEGER) * 1000"


_TASKS = f"""
    SELECT rated.number, rated.service, rated.id, rated.prompt, rated.parameters, rated.status,
        rated.kind, rated.reason, {_microseconds("submit_time")}, {_microseconds("start_time")},
        {_microseconds("finish_time")}, {_microseconds("saved_at")}, rated.parent, rated.button,
        rated.seed, rated.pictures, :folder || files.path, files.mime, files.size, files.sha256,
        rated.rating, rated.flag, rated.action
    FROM json_each(:numbers) AS wanted CROSS JOIN rated ON rated.number = wanted.value
    LEFT JOIN files ON files.task = rated.number AND files.position = (
        SELECT min(position) FROM files WHERE task = rated.number
    )
    ORDER BY wanted.id
"""  # noqa: S608 - nothing in it is from outside

# What has a file of its own is not cut from the one that shows all.
_PICTURES = """
    SELECT part.number, part.quadrant,
        :folder || own.path, own.mime, own.size, own.sha256, own.position,
        :folder || sheet.path, sheet.mime, sheet.size, sheet.sha256,
        part.rating, part.flag
    FROM json_each(:numbers) AS wanted
    CROSS JOIN rated_pictures AS part ON part.number = wanted.value
    LEFT JOIN files AS own
        ON own.task = part.number AND own.position = part.quadrant - 1 + part.has_sheet
    LEFT JOIN files AS sheet
        ON sheet.task = part.number AND sheet.position = 0 AND own.task IS NULL
        AND part.has_sheet AND part.pictures = 4
    ORDER BY wanted.id, part.quadrant
"""


class Columns:
    """Reads the rows of a table of tasks, or of their pictures, from a library's database.

    Args:
        database: the library's.
        folder: that of the library, which its files are in.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._before = os.path.join(folder, "")  # noqa: PTH118 - a Path has no slash at its end
        # A folder whose name is no text in UTF-8 can be opened, but SQLite cannot say it.
        self._said = self._before.encode("utf-8", "replace").decode()

    def tasks(self, numbers: Iterable[int]) -> list[TaskRow]:
        """Return a row for each task that is kept, in the order of *numbers*.

        Args:
            numbers: which tasks, as ``tasks.number`` has them.

        Raises:
            LibraryError: the library cannot be read.
        """
        rows = [TaskRow(*row) for row in self._read(_TASKS, numbers)]
        if self._said == self._before:
            return rows
        return [row._replace(path=self._really(row.path)) for row in rows]

    def pictures(self, numbers: Iterable[int]) -> list[PictureRow]:
        """Return a row for each picture of those tasks; what has no file has none.

        Raises:
            LibraryError: the library cannot be read.
        """
        rows = [PictureRow(*row) for row in self._read(_PICTURES, numbers)]
        if self._said == self._before:
            return rows
        return [
            row._replace(path=self._really(row.path), sheet=self._really(row.sheet)) for row in rows
        ]

    def _really(self, path: str | None) -> str | None:
        return path and self._before + path.removeprefix(self._said)

    def _read(self, sql: str, numbers: Iterable[int]) -> list[Any]:
        values = {"numbers": numbers_json(numbers), "folder": self._said}
        with self._database.reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None
            return cursor.execute(sql, values).fetchall()
