"""The index: its versions, and what can be wrong with a file or a disk, on one line."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mj_widgets.archive import Database, Library
from mj_widgets.errors import LibraryError

from .support import PNG, SERVICE, files_in, make_older, other_process, task


def test_what_is_raised_within_a_change_takes_it_back() -> None:
    database = Database(":memory:")

    def change() -> None:
        with database.writing() as connection:
            connection.execute("CREATE TABLE albums (name TEXT)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        change()
    with database.writing() as connection:
        connection.execute("CREATE TABLE albums (name TEXT)")


# -- damage --------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"no database at all, just text " * 200, b"SQLite format 3\0"])
def test_a_file_that_is_no_library_is_refused_and_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "library.db").write_bytes(content)
    with pytest.raises(LibraryError, match="not a database") as caught:
        Library(tmp_path)
    assert "\n" not in str(caught.value)
    assert "library.db" in str(caught.value)
    assert (tmp_path / "library.db").read_bytes() == content


def test_an_index_that_has_lost_all_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    Library(tmp_path).save(task(), [PNG], service=SERVICE)
    before = files_in(tmp_path)
    for file in tmp_path.glob("library.db*"):
        file.unlink()
    (tmp_path / "library.db").write_bytes(b"")
    with pytest.raises(LibraryError, match=r"nothing any more in .*does not know what was"):
        Library(tmp_path)
    assert (tmp_path / "library.db").read_bytes() == b""
    assert files_in(tmp_path) == before

    (tmp_path / "library.db").unlink()  # as it is told
    assert len(Library(tmp_path)) == 0


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "library.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE books (title TEXT)")
    before = file.read_bytes()
    with pytest.raises(LibraryError, match="another program's database"):
        Library(tmp_path)
    assert file.read_bytes() == before


def test_a_truncated_library_is_a_library_error(folder: Path) -> None:
    file = folder / "library.db"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(LibraryError, match="malformed") as caught:
        Library(folder).search("fox")
    assert "Put a copy back" in str(caught.value)


# -- what cannot be written ----------------------------------------------------------------------


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "file", tmp_path / "file" / "library"):
        with pytest.raises(LibraryError) as caught:
            Library(folder)
        assert str(folder) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_database_in_no_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="unable to open database file"):
        Database(tmp_path / "nowhere" / "library.db")


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder in a place that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("log", [False, True])
def test_who_may_only_read_finds_and_reads(
    folder: Path, open_to_all: Path, log: bool, older: bool
) -> None:
    place = open_to_all / "library"
    shutil.copytree(folder, place)
    # Another process has it open: SQLite's further files are there, and the newest is in them.
    writer = Library(place) if log else None
    if writer:
        writer.save(task("18"), [PNG], service=SERVICE)
    if older:
        make_older(place / "library.db")
    for path in [*place.rglob("*"), place]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    found, sizes, problems, *errors = other_process("reader", place)
    assert found == ("18 17" if log else "17")
    assert sizes == str(len(PNG))
    assert problems == "[]"
    assert [line.split(":")[0] for line in errors] == ["LibraryError"] * 3
    for path in [place, *place.glob("*-*-*")]:
        path.chmod(0o755)


def test_who_may_only_read_sees_what_others_have_written_since(
    folder: Path, open_to_all: Path
) -> None:
    place = open_to_all / "library"
    shutil.copytree(folder, place)
    assert other_process("patient_reader", place) == ["17", "19 18 17", "[]"]


def test_a_full_disk_is_one_line_and_nothing_half_is_shown(tmp_path: Path) -> None:
    *kept, full = other_process("without_room", tmp_path)
    assert kept[0].startswith("LibraryError: Task large cannot be kept in ")
    assert full.startswith("LibraryError: ")
    assert "Make room on the disk" in kept[0]
    assert "Is the disk full" in full
    library = Library(tmp_path)
    assert library.verify() == []
    assert [record.task.id for record in library.search(limit=None)] == kept[:0:-1]
    assert not list(tmp_path.glob("*/*large*"))
    assert not list(tmp_path.glob("*/.mj-*"))
    # Somebody made room.
    library.save(task("large"), [bytes(300_000)], service=SERVICE)
    last = f"small-{len(kept) - 1}"
    record = library.save(task(last), [b"%d" % (len(kept) - 1)], service=SERVICE)
    assert record.files[0].path.name == f"{last}.bin"
    assert len(files_in(tmp_path)) == len(library)


def test_writing_does_not_wait_for_readers(folder: Path) -> None:
    reader, writer = Database(folder / "library.db"), Library(folder)
    with reader.reading() as connection:
        assert connection.execute("SELECT count(*) FROM tasks").fetchone()[0] == 1
        writer.save(task("18"), service=SERVICE)
        assert connection.execute("SELECT count(*) FROM tasks").fetchone()[0] == 1
    assert os.path.lexists(folder / "library.db-wal")


@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_a_library_that_was_removed_while_it_was_open_says_so(folder: Path, replaced: bool) -> None:
    library = Library(folder)
    shutil.rmtree(folder)
    if replaced:
        Library(folder).save(task("of-another-process"), [PNG], service=SERVICE)
    with pytest.raises(LibraryError, match="was removed while it was open"):
        library.save(task("lost"), [PNG], service=SERVICE)
    assert folder.exists() == replaced  # no empty folder is made in its place


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_a_forked_process_waits_for_no_thread_of_the_other(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.db")
    begun, over = threading.Event(), threading.Event()

    def read_on() -> None:
        with database.reading():
            begun.set()
            over.wait(30)

    thread = threading.Thread(target=read_on)
    thread.start()
    assert begun.wait(30)
    if not (child := os.fork()):
        signal.alarm(20)
        with database.writing() as connection:
            connection.execute("DELETE FROM submissions")
        os._exit(7)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    over.set()
    thread.join(30)
    assert code == 7
