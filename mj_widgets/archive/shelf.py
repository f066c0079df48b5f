"""The files of tasks: what is on the disk, and what the tables say of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from mj_widgets.archive.records import KeptFile
from mj_widgets.models import Task
from mj_widgets.pictures.disk import (
    Draft,
    digest,
    flush_folder,
    has_bytes,
    make_folder,
    mime_and_suffix,
    numbered,
    unreserved,
)

LONGEST_NAME = 100
_A_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"


def safe_name(task_id: str) -> str:
    """Return a file name for *task_id*, whatever a service calls its tasks.

    >>> safe_name("../../etc/passwd"), safe_name("con"), safe_name("1747132423020537")
    ('_.._etc_passwd', '_con', '1747132423020537')
    """
    name = re.sub(r"[^A-Za-z0-9._~-]", "_", task_id).lstrip(".")[:LONGEST_NAME].rstrip(".")
    return unreserved(name)


def day_of(task: Task) -> str:
    """Return the local date on which *task* finished, or today's, as year-month-day."""
    moment = task.finish_time or datetime.now().astimezone()
    try:
        return moment.astimezone().date().isoformat()
    except (ValueError, OverflowError, OSError):  # the year 1, somewhere west of Greenwich
        return moment.date().isoformat()


class Shelf:
    """The folder of a library; what is in the tables is relative to it, so that it can move."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def has_files(self) -> bool:
        """Whether anything was kept here, even where no table tells of it."""
        return next(self.folder.glob(f"{_A_DAY}/*.*"), None) is not None

    def files_of(self, connection: sqlite3.Connection, number: int) -> tuple[KeptFile, ...]:
        """Return the files of the task with that number, in order."""
        sql = "SELECT * FROM files WHERE task = ? ORDER BY position"
        return tuple(self.kept(row) for row in connection.execute(sql, (number,)))

    def kept(self, row: sqlite3.Row) -> KeptFile:
        """Return the file in a row of the table of files."""
        path = self.folder / row["path"]
        return KeptFile(path, row["sha256"], row["size"], row["mime"], row["position"])

    def relative(self, path: Path) -> str:
        """Return how *path* stands in the table."""
        return path.relative_to(self.folder).as_posix()

    def is_listed(self, connection: sqlite3.Connection, path: Path) -> bool:
        """Tell whether *path* is a file of some task."""
        sql = "SELECT 1 FROM files WHERE path = ?"
        return connection.execute(sql, (self.relative(path),)).fetchone() is not None


class Arrival:
    """The files of one task on their way to the shelf; a context that leaves no drafts behind."""

    def __init__(self, shelf: Shelf, task: Task, files: Sequence[bytes | None]) -> None:
        self._shelf = shelf
        self._files = {place: data for place, data in enumerate(files) if data is not None}
        self._digests = {place: digest(data) for place, data in self._files.items()}
        self._is_alone = len(files) == 1 and len(task.part_urls) < 2
        # The one that shows all comes first, and has no number.
        self._first = 0 if task.sheet_url and task.part_urls else 1
        self._day = shelf.folder / day_of(task)
        self._stem = safe_name(task.id)
        self._drafts: dict[int, Draft] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for draft in self._drafts.values():
            draft.discard()

    def write(self, known: Sequence[KeptFile]) -> None:
        """Write to the disk what is not among the *known* files, which takes long.

        Raises:
            OSError: it cannot be written.
        """
        for position, file in self._matched(known).items():
            if file is None:
                self._draft(position)

    def show(self, connection: sqlite3.Connection, number: int) -> None:
        """Give the files their last names and list them as the files of task *number*.

        Raises:
            OSError: a name cannot be given.
        """
        matched = self._matched(self._shelf.files_of(connection, number))
        connection.execute("DELETE FROM files WHERE task = ?", (number,))
        for position, file in matched.items():
            if file:
                self._list(connection, number, position, file.path)
        for position, file in matched.items():
            if file is None:
                self._list(connection, number, position, self._show(connection, position))
        if None in matched.values():
            flush_folder(self._day)

    def _matched(self, known: Sequence[KeptFile]) -> dict[int, KeptFile | None]:
        """Return for each file the known one that is still the same, or None."""
        left = list(known)
        found: dict[int, KeptFile | None] = {}
        for position, sha256 in self._digests.items():
            alike = (file for file in left if file.sha256 == sha256 and not file.problem)
            same = next(alike, None)
            if same:
                left.remove(same)
            found[position] = same
        return found

    def _draft(self, position: int) -> Draft:
        if position not in self._drafts:
            make_folder(self._day)
            self._drafts[position] = Draft(self._files[position], self._day)
        return self._drafts[position]

    def _show(self, connection: sqlite3.Connection, position: int) -> Path:
        data = self._files[position]
        draft = self._draft(position)
        part_number = position + self._first
        part = f"-{part_number}" if part_number and not self._is_alone else ""
        names = numbered(self._day / f"{self._stem}{part}{mime_and_suffix(data)[1]}")
        for path in names:
            if self._shelf.is_listed(connection, path):
                continue
            try:
                draft.show_as(path)
            except FileExistsError:
                # The same bytes: a kill came between the name and the index.
                if not has_bytes(path, data):
                    continue
            return path
        raise AssertionError  # numbers do not end

    def _list(self, connection: sqlite3.Connection, number: int, position: int, path: Path) -> None:
        data = self._files[position]
        connection.execute(
            "INSERT INTO files (task, position, path, size, mime, sha256)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                number,
                position,
                self._shelf.relative(path),
                len(data),
                mime_and_suffix(data)[0],
                self._digests[position],
            ),
        )
