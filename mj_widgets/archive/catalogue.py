"""Which tasks of a library are wanted, in which order, and what a glance at each of them tells."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from mj_widgets.archive.database import Database
from mj_widgets.archive.filter import Filter
from mj_widgets.archive.marks import Mark, Spot, mark_in
from mj_widgets.archive.records import KeptFile
from mj_widgets.archive.shelf import Shelf
from mj_widgets.errors import MjError, one_line
from mj_widgets.models.ids import id_of

Order = Literal["time", "prompt", "rating"]
_ORDERS: dict[str, str] = {
    "": "number DESC",
    "time": "julianday(coalesce(submit_time, finish_time, saved_at)), number",
    "prompt": "prompt COLLATE NOCASE, number",
    "rating": "rating, number",
}
_FOUR = 4
"""Pictures of a grid that stand in one file."""
ORDERS: tuple[Order, ...] = get_args(Order)
_AMONG = "number IN (SELECT value FROM json_each(?))"
_TASKS = (
    "SELECT number, service, id, prompt, status, kind, reason, pictures, has_sheet FROM tasks"
    " WHERE number IN (SELECT value FROM json_each(?))"
)
_FILES = (
    "SELECT * FROM files WHERE task IN (SELECT value FROM json_each(?)) ORDER BY task, position"
)
_FIRST_FILES = (
    "SELECT task, sha256 FROM files WHERE position = 0 AND task IN (SELECT value FROM json_each(?))"
)
_MARKS = (
    "SELECT number, quadrant, rating, flag FROM marks JOIN tasks"
    " ON tasks.service = marks.service AND id = task"
    " WHERE number IN (SELECT value FROM json_each(?))"
)
_PARAMETERS = (
    "SELECT number, parameters FROM tasks WHERE number IN (SELECT value FROM json_each(?))"
)
_SPOTS = "SELECT number, service, id FROM tasks WHERE number IN (SELECT value FROM json_each(?))"


def numbers_json(numbers: Iterable[int]) -> str:
    """Return numbers as one value for ``json_each``, however many they are."""
    return f"[{','.join(map(str, numbers))}]"


@dataclass(frozen=True, slots=True)
class Listing:
    """A kept task at a glance: what its columns say, and no JSON of its service's."""

    number: int
    service: str
    task_id: str
    prompt: str
    status: str
    kind: str
    reason: str
    pictures: int
    """How many pictures or videos it shows: 4 for a grid, 0 for texts."""
    has_sheet: bool
    """Whether the first of its files shows all of them."""
    files: tuple[KeptFile, ...] = ()
    marks: Mapping[int, Mark] = field(default_factory=dict)
    """By the number of the picture, from 1; 0 is the task as a whole."""

    def file_of(self, quadrant: int) -> tuple[KeptFile | None, int | None]:
        """Return the file that has a picture (from 1), and which quarter of it that is.

        What has a file of its own is not cut from the one that shows all; None for what is not
        kept. ``columns`` says the same in SQL.
        """
        files = {file.place: file for file in self.files}
        own = files.get(quadrant - 1 + self.has_sheet)
        if own is None and self.has_sheet and quadrant <= self.pictures == _FOUR:
            return files.get(0), quadrant
        return own, None

    def spot(self, quadrant: int = 0) -> Spot:
        """Return where the mark of a picture is."""
        return Spot(self.service, self.task_id, quadrant)

    def mark(self, quadrant: int = 0) -> Mark:
        """Return what is thought of a picture, or (0) of the task by its best picture."""
        return mark_in(self.marks, self.pictures, quadrant)


class Catalogue:
    """Finds, orders and lists the tasks of a library by their numbers; from any thread.

    A number is the task's place in the library: later ones are higher, and none is given twice
    while its task is there. All methods raise ``LibraryError`` where it cannot be read.

    Args:
        database: the library's own.
        folder: where its files are.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._shelf = database, Shelf(folder)

    def numbers(
        self,
        wanted: Filter | None = None,
        order: str = "",
        *,
        reverse: bool = False,
        within: Iterable[int] | None = None,
    ) -> array[int]:
        """Return the numbers of the tasks that are wanted.

        Args:
            wanted: which; None for all.
            order: "time", "prompt" or "rating", lowest first; "" for those kept last first.
            reverse: the other way round.
            within: among these alone.

        Raises:
            MjError: nobody knows that order, or that parameter.
        """
        sql = f"SELECT number FROM rated WHERE {{where}} ORDER BY {_order(order)}"  # noqa: S608
        found = array("I", (row[0] for row in self._found(sql, wanted or Filter(), within)))
        return found[::-1] if reverse else found

    def pictures(
        self, wanted: Filter | None = None, *, within: Iterable[int] | None = None
    ) -> dict[int, list[int]]:
        """Return which pictures are wanted, by their tasks; each has its own rating and flag."""
        sql = "SELECT number, quadrant FROM rated_pictures WHERE {where} ORDER BY number, quadrant"
        found: dict[int, list[int]] = {}
        for number, quadrant in self._found(sql, wanted or Filter(), within):
            found.setdefault(number, []).append(quadrant)
        return found

    def listings(self, numbers: Iterable[int]) -> dict[int, Listing]:
        """Return what a glance tells of tasks; one that is not kept any more is left out."""
        with self._database.reading() as connection:
            return _listings(connection, self._shelf, numbers_json(numbers))

    def first_files(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the SHA-256 of the first file of each task that has any."""
        with self._database.reading() as connection:
            return dict(connection.execute(_FIRST_FILES, (numbers_json(numbers),)).fetchall())

    def spots(self, numbers: Iterable[int]) -> dict[int, Spot]:
        """Return the service and id of tasks, as the mark of the whole of each has them."""
        with self._database.reading() as connection:
            rows = connection.execute(_SPOTS, (numbers_json(numbers),))
            return {row["number"]: Spot(row["service"], row["id"]) for row in rows}

    def parameters(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the parameters of tasks as JSON; see ``parameters.texts_of``."""
        with self._database.reading() as connection:
            return dict(connection.execute(_PARAMETERS, (numbers_json(numbers),)).fetchall())

    def numbers_of(self, task_ids: Iterable[str], service: str = "") -> dict[str, int]:
        """Return the numbers of tasks by their ids, at one service or (with "") at any."""
        sql = "SELECT number FROM tasks WHERE id = ? AND (service = ? OR ? = '') ORDER BY number"
        found: dict[str, int] = {}
        with self._database.reading() as connection:
            for task_id in task_ids:
                for row in connection.execute(sql, (task_id, service, service)):
                    found[task_id] = row["number"]
        return found

    def values(self, column: Literal["status", "kind"]) -> list[str]:
        """Return which values a column has, the most frequent first."""
        sql = f"SELECT {column} FROM tasks GROUP BY {column} ORDER BY count(*) DESC"  # noqa: S608
        with self._database.reading() as connection:
            return [row[0] for row in connection.execute(sql)]

    def _found(self, sql: str, wanted: Filter, within: Iterable[int] | None) -> list[sqlite3.Row]:
        where, values = wanted.sql()
        if within is not None:
            where, values = f"{where} AND {_AMONG}", (*values, numbers_json(within))
        with self._database.reading() as connection:
            wanted.require_known(connection)
            return connection.execute(sql.format(where=where), values).fetchall()


def _order(name: str) -> str:
    if not isinstance(name, str) or name not in _ORDERS:
        said = one_line(repr(name), 40)
        allowed = ", ".join([*ORDERS, "colour"])
        raise MjError(f"Nobody knows the order {said}", advice=f"Give one of: {allowed}.")
    return _ORDERS[name]


def _listings(connection: sqlite3.Connection, shelf: Shelf, numbers: str) -> dict[int, Listing]:
    files: dict[int, list[KeptFile]] = {}
    for row in connection.execute(_FILES, (numbers,)):
        files.setdefault(row["task"], []).append(shelf.kept(row))
    marks: dict[int, dict[int, Mark]] = {}
    for number, quadrant, *mark in connection.execute(_MARKS, (numbers,)):
        marks.setdefault(number, {})[quadrant] = Mark(*mark)
    return {
        row["number"]: Listing(
            number=row["number"],
            service=row["service"],
            task_id=id_of(row["id"]),
            prompt=row["prompt"],
            status=row["status"],
            kind=row["kind"],
            reason=row["reason"],
            pictures=row["pictures"],
            has_sheet=bool(row["has_sheet"]),
            files=tuple(files.get(row["number"], ())),
            marks=marks.get(row["number"], {}),
        )
        for row in connection.execute(_TASKS, (numbers,))
    }
