"""The tables: an older library gets what it lacks, a newer one is left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mj_widgets.archive import Database, Library, State
from mj_widgets.archive.marks import Spot
from mj_widgets.archive.schema import MIGRATIONS
from mj_widgets.errors import LibraryError

from .support import FILES, JPEG, PNG, SERVICE, make_older, task

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


def rows_of(file: Path) -> list[tuple[object, ...]]:
    """What the third version has of each task."""
    sql = "SELECT id, reason, pictures, has_sheet FROM tasks ORDER BY number"
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


def test_a_library_of_the_second_version_says_of_its_tasks_what_new_ones_say(
    library: Library,
) -> None:
    sheet = {"imageUrl": "https://host.example/a.png"}
    parts = [{"url": f"https://host.example/{n}.png"} for n in range(4)]
    many = [{"url": f"https://host.example/{n}.png"} for n in range(6)]
    for made, files in (
        (task("grid", **sheet), [PNG]),
        (task("with-parts", **sheet, imageUrls=parts), [PNG, JPEG, b"2", b"3", b"4"]),
        (task("parts", imageUrls=parts), [PNG, JPEG, b"3", b"4"]),
        (task("six", imageUrls=many), [PNG, JPEG, b"3", b"4", b"5", b"6"]),
        (task("one", action="UPSCALE", **sheet), [PNG]),
        (task("film", action="VIDEO"), [FILES["mp4"]]),
        (task("text", action="DESCRIBE"), []),
        (task("failed", status="FAILURE", failReason="banned words"), []),
        (task("silent", status="FAILURE", failReason=None), []),
        (task("done", failReason="slow", **sheet), [PNG]),
    ):
        library.save(made, files, service=SERVICE)
    library.close()
    file = library.folder / "library.db"
    new = rows_of(file)
    make_older(file)
    Library(library.folder).close()
    assert rows_of(file) == new
    assert new[:3] == [("grid", "", 4, 1), ("with-parts", "", 4, 1), ("parts", "", 4, 0)]
    assert new[7][:3] == ("failed", "banned words", 4)


def test_an_older_library_whose_answers_are_harmed_is_brought_up_to_date(folder: Path) -> None:
    file = folder / "library.db"
    make_older(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE tasks SET raw = 'half {', status = 'FAILURE'")
        connection.commit()
    Library(folder).close()
    assert rows_of(file) == [("17", "", 4, 1)]


def test_an_older_library_has_room_for_marks(folder: Path) -> None:
    make_older(folder / "library.db")
    library = Library(folder)
    library.marks.change([Spot(SERVICE, "17", 2)], rating=4)
    (row,) = library.columns.tasks(library.catalogue.numbers())
    assert row.rating == 4


def test_what_an_older_library_says_of_submissions_stands_and_new_ones_have_an_echo(
    folder: Path,
) -> None:
    file = folder / "library.db"
    make_older(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "INSERT INTO submissions"
            " (service, path, digest, payload, parent, button, sent_at, state)"
            " VALUES (?, 'submit/imagine', 'x', '{}', '', '', ?, 'SENDING')",
            (SERVICE, "2025-10-09T08:53:20+00:00"),
        )
    library = Library(folder)
    library.journal.begin(SERVICE, "submit/imagine", {"prompt": "a fox"})
    new, old = library.journal.entries()
    assert (old.state, old.echo) == (State.SENDING, "")
    assert new.echo


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
