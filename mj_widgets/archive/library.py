"""The library: every task with its files, where they can be found again."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mj_widgets.archive.catalogue import Catalogue, numbers_json
from mj_widgets.archive.columns import Columns
from mj_widgets.archive.database import ANOTHER_FOLDER, Database, in_words
from mj_widgets.archive.exports import Export, what_of
from mj_widgets.archive.filter import Filter
from mj_widgets.archive.journal import Journal
from mj_widgets.archive.lineage import TaskLink, links_of
from mj_widgets.archive.looks_file import Looks
from mj_widgets.archive.marks import Marks
from mj_widgets.archive.records import KeptFile, Record, record_of, row_of, searched_text
from mj_widgets.archive.shelf import Arrival, Shelf
from mj_widgets.errors import LibraryError, even_unmade, one_line
from mj_widgets.models import Task, is_task_id
from mj_widgets.pictures.disk import expanded, make_folder, remove_left_over

__all__ = ["KeptFile", "Library", "Problem", "Record"]


_INDEX = "library.db"
_LONGEST_SAID = 200


@dataclass(frozen=True)
class Problem:
    """A file that is not what was kept."""

    task_id: str
    path: Path
    what: str
    """"is missing", "was changed" or "cannot be read: ..."."""


class Library:
    """Tasks and their files in a folder, to be searched, browsed, moved and exported.

    Args:
        folder: made where there is none; ``~`` is the user's home.

    Raises:
        LibraryError: the folder cannot be made, or its index cannot be opened.

    A file is ``<folder>/<year-month-day>/<task id>.<ending>``, the index ``<folder>/library.db``.
    Threads may share one library, and several processes may open the same folder. Where the
    folder cannot be written, what is there can still be read. All methods raise ``LibraryError``.

    >>> library = Library("~/pictures")                             # doctest: +SKIP
    >>> library.save(task, [data], service="www.dmxapi.cn").files   # doctest: +SKIP
    >>> [record.task.id for record in library.search("red fox")]    # doctest: +SKIP
    """

    def __init__(self, folder: str | Path) -> None:
        with in_words(f"The library {_said(folder)} cannot be made"):
            self.folder = expanded(folder).absolute()
            make_folder(self.folder)
            self._shelf = Shelf(self.folder)
            index = self.folder / _INDEX
            was_there, shelf = index.exists(), self._shelf
        self._database = Database(index, may_be_empty=lambda: not (was_there and shelf.has_files))
        self.journal = Journal(self._database)
        self.marks = Marks(self._database)
        """What a person thinks of the pictures."""
        self.catalogue = Catalogue(self._database, self.folder)
        """Which tasks there are, in any order."""
        self.columns = Columns(self._database, self.folder)
        """What a table says of tasks."""
        self.looks = Looks(self.folder)

    def save(
        self,
        task: Task,
        files: Sequence[bytes | None] = (),
        *,
        service: str,
        parent: str = "",
        button: str = "",
    ) -> Record:
        """Keep *task* and its files; when this returns they survive a power cut.

        Args:
            task: as the service last described it.
            files: the original bytes, in order, None for one that is not here. With none, those
                that are there stay; what is there already is not written again. An earlier file
                that is not among them is no longer the task's, but stays on the disk.
            service: the host name of the service.
            parent: the task whose button started this one; "" leaves what is known.
            button: the name of that button; "" leaves what is known.

        Raises:
            LibraryError: it cannot be written. No file is shown that is not whole.
        """
        if not is_task_id(task.id):
            raise LibraryError("A task without an id cannot be kept", advice="")
        columns: dict[str, object] = {"service": service, "id": task.id, **row_of(task)}
        columns |= {"parent": parent, "button": button, "saved_at": datetime.now(UTC).isoformat()}
        what = f"Task {task.id} cannot be kept in {self.folder}"
        with in_words(what), Arrival(self._shelf, task, files) as arrival:
            if files:
                self._database.require_file()
                known = self.get(task.id, service)
                arrival.write(known.files if known else ())
            with self._database.writing() as connection, in_words(what):
                row = _write(connection, columns, searched_text(task))
                if files:
                    arrival.show(connection, row["number"])
                return self._record(connection, row)

    def note_seed(self, task_id: str, seed: str, *, service: str) -> None:
        """Keep the seed that a service told of a task; nothing happens where it is not kept."""
        with self._database.writing() as connection:
            sql = "UPDATE tasks SET seed = ? WHERE id = ? AND service = ?"
            connection.execute(sql, (seed, task_id, service))

    def get(self, task_id: str, service: str | None = None) -> Record | None:
        """Return what is kept of a task, or None; without *service* the newest of any."""
        with self._database.reading() as connection:
            row = _find(connection, task_id, service)
            return self._record(connection, row) if row else None

    def search(self, words: str = "", *, limit: int | None = 100) -> list[Record]:
        """Return the tasks that have all *words* in their prompts or texts, newest first.

        Args:
            words: each is the beginning of a word, whatever its case and accents; of Chinese,
                Japanese and Korean any characters that stand together. A task's id finds it.
                "" finds every task.
            limit: how many at most, None for all.
        """
        most = -1 if limit is None else max(limit, 0)
        where, values = Filter(text=words).sql()
        sql = f"SELECT * FROM tasks WHERE {where} ORDER BY number DESC LIMIT ?"  # noqa: S608
        with self._database.reading() as connection:
            rows = connection.execute(sql, (*values, most)).fetchall()
            return [self._record(connection, row) for row in rows]

    def kin(self, service: str, task_id: str) -> list[TaskLink]:
        """Return where a task comes from: one, or none where it is not kept."""
        return self._kin("service = ? AND id = ?", (service, task_id))

    def children(self, service: str, task_id: str) -> list[TaskLink]:
        """Return which tasks came of a task, in the order in which they were saved."""
        return self._kin("service = ? AND parent = ?", (service, task_id))

    def delete(self, task_id: str, service: str | None = None) -> bool:
        """Remove a task and its files, the one that ``get`` returns; False if there is none."""
        with self._database.writing() as connection:
            row = _find(connection, task_id, service)
            if row is None:
                return False
            files = self._shelf.files_of(connection, row["number"])
            connection.execute("DELETE FROM words WHERE rowid = ?", (row["number"],))
            connection.execute("DELETE FROM tasks WHERE number = ?", (row["number"],))
        # The row goes first: a file without a row does no harm. Meanwhile another process may
        # have saved the task again.
        what = f"The files of task {task_id} cannot be removed"
        with self._database.writing() as connection, in_words(what):
            for file in files:
                if not self._shelf.is_listed(connection, file.path):
                    file.path.unlink(missing_ok=True)
        return True

    def export(
        self,
        folder: str | Path,
        numbers: Iterable[int] | None = None,
        *,
        what: str = "files",
    ) -> list[Path]:
        """Copy tasks to a folder, for people and for other programs.

        Beside the files stand ``metadata.jsonl``, from which
        ``datasets.load_dataset("imagefolder", data_dir=folder)`` has the prompt, parameters,
        rating and flag of each picture, and ``tasks.jsonl`` with all that is known of each task.

        Args:
            folder: made where there is none. What is there stays; a name that is taken by other
                bytes gets a number.
            numbers: which tasks, as ``catalogue`` has them; all, the newest first, for None.
            what: "files" copies all files, byte for byte. "quadrants" makes each picture a file of
                its own, named by its prompt: as it was served where it is one, else cut from its
                grid pixel for pixel; like ``Job.save`` it tells in each how it was made.

        Returns:
            The files, ``tasks.jsonl`` last.

        Raises:
            MjError: nobody knows *what*.
            LibraryError: it cannot be written; or all is exported but files that are missing or
                were changed.
        """
        chosen = what_of(what)
        wanted = self.catalogue.numbers() if numbers is None else array("I", numbers)
        with in_words(f"The library cannot be exported to {_said(folder)}", ANOTHER_FOLDER):
            target = expanded(folder).absolute()
            make_folder(target)
            return Export(self.columns, self._records, target, chosen).run(wanted)

    def verify(self) -> list[Problem]:
        """Return which files are not what was kept; all bytes of all files are read.

        What killed processes left half written over an hour ago is removed.
        """
        with self._database.reading() as connection:
            sql = "SELECT files.*, tasks.id FROM files JOIN tasks ON number = task ORDER BY task"
            files = [(row["id"], self._shelf.kept(row)) for row in connection.execute(sql)]
        remove_left_over(self.folder)
        return [
            Problem(task_id, file.path, problem)
            for task_id, file in files
            if (problem := file.problem)
        ]

    def close(self) -> None:
        """Close the index; what is asked of the library afterwards is a ``LibraryError``."""
        self._database.close()

    def __len__(self) -> int:
        with self._database.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM tasks").fetchone()[0])

    def __bool__(self) -> bool:
        return True

    @even_unmade
    def __repr__(self) -> str:
        try:
            count = len(self)
            size = f"{count:,} task{'' if count == 1 else 's'}"
        except LibraryError:
            size = "closed"
        return f"<Library {self.folder}, {size}>"

    def _kin(self, where: str, values: tuple[object, ...]) -> list[TaskLink]:
        sql = f"SELECT id, parent, button, status, prompt FROM tasks WHERE {where} ORDER BY number"  # noqa: S608
        with self._database.reading() as connection:
            return links_of(connection.execute(sql, values))

    def _records(self, numbers: Sequence[int]) -> dict[int, Record]:
        sql = "SELECT * FROM tasks WHERE number IN (SELECT value FROM json_each(?))"
        with self._database.reading() as connection:
            rows = connection.execute(sql, (numbers_json(numbers),)).fetchall()
            return {row["number"]: self._record(connection, row) for row in rows}

    def _record(self, connection: sqlite3.Connection, row: sqlite3.Row) -> Record:
        return record_of(row, self._shelf.files_of(connection, row["number"]))


def _said(folder: str | Path) -> str:
    return one_line(str(folder), _LONGEST_SAID)


def _find(connection: sqlite3.Connection, task_id: str, service: str | None) -> sqlite3.Row | None:
    sql = "SELECT * FROM tasks WHERE id = ? AND service = ifnull(?, service)"
    rows = connection.execute(f"{sql} ORDER BY number DESC LIMIT 1", (task_id, service))
    row: sqlite3.Row | None = rows.fetchone()
    return row


def _write(connection: sqlite3.Connection, columns: dict[str, object], text: str) -> sqlite3.Row:
    """Insert or update a task; when it was saved first and where it came from stays known."""
    names = ", ".join(columns)
    places = ", ".join("?" * len(columns))
    changes = ", ".join(
        f"{name} = coalesce(nullif(excluded.{name}, ''), {name})"
        if name in ("parent", "button")
        else f"{name} = excluded.{name}"
        for name in columns
        if name not in ("service", "id", "saved_at")
    )
    sql = f"INSERT INTO tasks ({names}) VALUES ({places})"  # noqa: S608
    connection.execute(
        f"{sql} ON CONFLICT (service, id) DO UPDATE SET {changes}", tuple(columns.values())
    )
    row = _find(connection, str(columns["id"]), str(columns["service"]))
    if row is None:
        raise LibraryError(f"Task {columns['id']} cannot be kept")
    connection.execute("DELETE FROM words WHERE rowid = ?", (row["number"],))
    connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row["number"], text))
    return row
