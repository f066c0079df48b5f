"""The tables: an older library gets what it lacks, a newer one is left alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mj_widgets.archive import Database, Library
from mj_widgets.archive.schema import MIGRATIONS
from mj_widgets.errors import LibraryError

from .support import SERVICE, make_older, task

LATER = (
    "ALTER TABLE tasks ADD COLUMN rating INTEGER NOT NULL DEFAULT 3",
    "CREATE TABLE albums (name TEXT)",
)


STUMBLING = ("CREATE TABLE stars (name TEXT)", "THIS IS NO SQL")


def version_of(file: Path) -> int:
    return int(sqlite3.connect(file).execute("PRAGMA user_version").fetchone()[0])


def test_a_library_of_the_first_version_has_room_for_seeds(folder: Path) -> None:
    make_older(folder / "library.db")
    library = Library(folder)
    library.note_seed("17", "636646138", service=SERVICE)
    record = library.get("17")
    assert record is not None
    assert record.seed == "636646138"


def test_an_older_library_is_brought_up_to_date_with_all_that_is_in_it(folder: Path) -> None:
    file = folder / "library.db"
    assert version_of(file) == len(MIGRATIONS)
    database = Database(file, migrations=[*MIGRATIONS, LATER])
    with database.reading() as connection:
        (row,) = connection.execute("SELECT id, rating FROM tasks")
        assert tuple(row) == ("17", 3)
    database.close()
    assert version_of(file) == len(MIGRATIONS) + 1
    Database(file, migrations=[*MIGRATIONS, LATER]).close()


def test_a_step_that_fails_leaves_the_version_before_it(folder: Path) -> None:
    file = folder / "library.db"
    with pytest.raises(LibraryError, match="syntax error"):
        Database(file, migrations=[*MIGRATIONS, LATER, STUMBLING])
    assert version_of(file) == len(MIGRATIONS) + 1
    with Database(file, migrations=[*MIGRATIONS, LATER]).reading() as connection:
        tables = [row["name"] for row in connection.execute("SELECT name FROM sqlite_schema")]
    assert "albums" in tables
    assert "stars" not in tables


def test_a_newer_library_is_refused_and_left_alone(folder: Path) -> None:
    Database(folder / "library.db", migrations=[*MIGRATIONS, LATER]).close()
    before = (folder / "library.db").read_bytes()
    with pytest.raises(LibraryError, match="newer mj-widgets") as caught:
        Library(folder)
    assert "Update" in str(caught.value)
    assert (folder / "library.db").read_bytes() == before


def test_a_library_that_became_newer_while_it_was_open_is_left_alone(folder: Path) -> None:
    library = Library(folder)
    Database(folder / "library.db", migrations=[*MIGRATIONS, LATER]).close()
    with pytest.raises(LibraryError, match="newer mj-widgets"):
        library.save(task("18"), service=SERVICE)
    with pytest.raises(LibraryError, match="newer mj-widgets"):
        library.journal.begin(SERVICE, "submit/imagine", {"prompt": "a fox"})
