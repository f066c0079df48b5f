"""What a person thinks of the pictures: a rating and a flag each, kept at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import Literal, NamedTuple, get_args

from mj_widgets.archive.database import Database
from mj_widgets.errors import MjError, one_line
from mj_widgets.models.natives import native

Flag = Literal["", "pick", "reject"]
FLAGS: tuple[Flag, ...] = get_args(Flag)
MOST_STARS = 5

_READ = "SELECT rating, flag FROM marks WHERE service = ? AND task = ? AND quadrant = ?"
_READ_TASK = "SELECT quadrant, rating, flag FROM marks WHERE service = ? AND task = ?"
_WRITE = """
    INSERT INTO marks (service, task, quadrant, rating, flag, revision, changed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET rating = excluded.rating, flag = excluded.flag,
        revision = excluded.revision, changed_at = excluded.changed_at
"""


class Spot(NamedTuple):
    """What is marked: one picture of a task, or the task as a whole."""

    service: str
    task_id: str
    quadrant: int = 0
    """From 1; 0 is the task as a whole."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person thinks of it; the first is what nobody has said anything of."""

    rating: int = 0
    """1 to 5 stars, 0 for none."""
    flag: Flag = ""

    def changed(self, rating: int | None, flag: Flag | None) -> Mark:
        """Return it with another rating or flag; None leaves what there is."""
        return Mark(self.rating if rating is None else rating, self.flag if flag is None else flag)


def rating_of(given: object) -> int:
    """Return a rating as it is kept.

    Raises:
        MjError: it is none.
    """
    stars = native(given)
    if isinstance(stars, bool) or not isinstance(stars, int) or not 0 <= stars <= MOST_STARS:
        said = one_line(repr(given), 40)
        raise MjError(f"{said} is no rating", advice="Give 1 to 5, or 0 for none.")
    return stars


def flag_of(given: object) -> Flag:
    """Return a flag as it is kept; None is none.

    Raises:
        MjError: it is none.
    """
    for flag in FLAGS:
        if given == flag or (given is None and not flag):
            return flag
    said = one_line(repr(given), 40)
    raise MjError(f"{said} is no flag", advice='Give "pick" or "reject", or "" for none.')


def mean_rating(ratings: Iterable[int]) -> float | None:
    """Return the mean of what has stars; None where nothing has."""
    stars = [rating for rating in ratings if rating]
    return fmean(stars) if stars else None


def mark_in(marks: Mapping[int, Mark], pictures: int, quadrant: int = 0) -> Mark:
    """Return what is thought of a picture, or (0) of its task by the best of its pictures.

    Args:
        marks: of the task, by the number of the picture; 0 is the task as a whole.
        pictures: how many it shows.
        quadrant: which picture, from 1.
    """
    whole = marks.get(0, Mark())
    if quadrant:
        own = marks.get(quadrant, Mark())
        return Mark(own.rating or whole.rating, own.flag or whole.flag)
    rating = max((mark.rating for mark in marks.values()), default=0)
    flags = {number: mark.flag for number, mark in marks.items()}
    if "pick" in flags.values():
        return Mark(rating, "pick")
    rejected = sum(flag == "reject" for number, flag in flags.items() if number)
    is_rejected = whole.flag == "reject" or 0 < pictures <= rejected
    return Mark(rating, "reject" if is_rejected else "")


class Marks:
    """The marks of a library; from any thread. Other processes see them at once.

    Args:
        database: the library's own.

    All methods raise ``LibraryError`` where it cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def change(
        self, spots: Iterable[Spot], *, rating: int | None = None, flag: Flag | None = None
    ) -> dict[Spot, Mark]:
        """Set the rating or the flag of all *spots*, or of none of them.

        Args:
            spots: what is marked.
            rating: 1 to 5, 0 for none; None leaves it.
            flag: None leaves it.

        Returns:
            The marks as they were before, for ``put`` to bring back.
        """
        with self._database.writing() as connection:
            before = {spot: _read(connection, spot) for spot in spots}
            _write(connection, {s: mark.changed(rating, flag) for s, mark in before.items()})
        return before

    def put(self, marks: Mapping[Spot, Mark]) -> None:
        """Set all *marks*, or none of them."""
        with self._database.writing() as connection:
            _write(connection, marks)

    def of_tasks(self, spots: Iterable[Spot]) -> dict[Spot, dict[int, Mark]]:
        """Return what is thought of tasks, kept or not, by the spot of the whole of each."""
        with self._database.reading() as connection:
            return {
                whole: {
                    row["quadrant"]: Mark(row["rating"], row["flag"])
                    for row in connection.execute(_READ_TASK, whole[:2])
                }
                for whole in {spot._replace(quadrant=0) for spot in spots}
            }

    def since(self, revision: int) -> tuple[int, dict[Spot, Mark]]:
        """Return what was marked after a revision, here or by another process, and the newest."""
        sql = "SELECT * FROM marks WHERE revision > ? ORDER BY revision"
        with self._database.reading() as connection:
            rows = connection.execute(sql, (revision,)).fetchall()
        newest = max((row["revision"] for row in rows), default=revision)
        return newest, {
            Spot(row["service"], row["task"], row["quadrant"]): Mark(row["rating"], row["flag"])
            for row in rows
        }

    @property
    def revision(self) -> int:
        """The newest one; 0 where nothing was marked."""
        with self._database.reading() as connection:
            return _revision(connection)


def _revision(connection: sqlite3.Connection) -> int:
    newest: int | None = connection.execute("SELECT max(revision) FROM marks").fetchone()[0]
    return newest or 0


def _read(connection: sqlite3.Connection, spot: Spot) -> Mark:
    row = connection.execute(_READ, spot).fetchone()
    return Mark(*row) if row else Mark()


def _write(connection: sqlite3.Connection, marks: Mapping[Spot, Mark]) -> None:
    revision, now = _revision(connection) + 1, datetime.now(UTC).isoformat()
    connection.executemany(
        _WRITE, ((*spot, mark.rating, mark.flag, revision, now) for spot, mark in marks.items())
    )
