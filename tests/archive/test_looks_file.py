"""Looks on the disk: nothing that happens to their file is an error, or holds anybody up."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mj_widgets.archive import Library
from mj_widgets.archive.looks_file import Looks

from .support import SERVICE, digest_of, look_like, other_process, task

DIGESTS = [digest_of(n) for n in range(9)]
LOOKS = [look_like(n) for n in range(9)]


@pytest.fixture
def looks(library: Library) -> Looks:
    return library.looks


@pytest.fixture
def file(library: Library) -> Path:
    return library.folder / "looks.db"


def put(looks: Looks, *numbers: int) -> None:
    for number in numbers:
        looks.put(DIGESTS[number], LOOKS[number])


def whole(looks: Looks) -> set[int]:
    """Of which numbers all is there, as it was put."""
    return {n for n in range(9) if looks.get(DIGESTS[n]) == LOOKS[n]}


def test_what_was_put_is_there_for_the_next_process(looks: Looks, library: Library) -> None:
    put(looks, 1, 2)
    later = Looks(library.folder)
    assert later.thumbs(DIGESTS) == {DIGESTS[n]: LOOKS[n].thumb for n in (1, 2)}
    assert later.sizes(DIGESTS) == {DIGESTS[n]: LOOKS[n].size for n in (1, 2)}
    assert later.colours(DIGESTS) == {DIGESTS[n]: LOOKS[n].whole.colours for n in (1, 2)}
    assert later.parts(DIGESTS) == {DIGESTS[n]: LOOKS[n].parts for n in (1, 2)}
    assert later.get(DIGESTS[1]) == LOOKS[1]
    assert later.get(DIGESTS[3]) is None


def test_a_hash_has_no_sign_whatever_its_first_bit(looks: Looks) -> None:
    put(looks, *range(9))
    assert any(part.dhash >= 2**63 for look in LOOKS for part in look.parts)
    assert any(part.dhash < 2**63 for look in LOOKS for part in look.parts)
    assert whole(looks) == set(range(9))


def test_what_is_missing_keeps_its_order(looks: Looks) -> None:
    put(looks, 1)
    asked = [DIGESTS[n] for n in (5, 1, 3, 5, 0)]
    assert looks.missing(asked) == [DIGESTS[n] for n in (5, 3, 0)]


def test_any_number_is_asked_for_at_once(looks: Looks) -> None:
    put(looks, 1)
    many = [digest_of(n) for n in range(40_000)]
    assert looks.colours(many) == {DIGESTS[1]: LOOKS[1].whole.colours}
    assert len(looks.missing(many)) == 39_999


def test_no_file_is_made_before_something_is_put(looks: Looks, file: Path) -> None:
    assert looks.thumbs(DIGESTS) == {}
    assert not file.exists()


# -- removed, damaged, another's -----------------------------------------------------------------


def test_it_may_be_removed_while_it_is_open(looks: Looks, file: Path) -> None:
    put(looks, 1)
    file.unlink()
    assert looks.missing([DIGESTS[1]]) == [DIGESTS[1]]
    put(looks, 2)
    assert whole(looks) == {2}


def test_a_folder_that_is_gone_is_no_error(looks: Looks, library: Library) -> None:
    shutil.rmtree(library.folder)
    put(looks, 1)
    assert whole(looks) == {1}
    assert not library.folder.exists()


def spoil(file: Path, how: str) -> None:
    data = bytearray(file.read_bytes())
    if how == "text":
        file.write_bytes(b"no database at all, just text " * 200)
    elif how == "half":
        file.write_bytes(data[: len(data) // 2])
    elif how == "zeros":
        data[4096:] = bytes(len(data) - 4096)
        file.write_bytes(data)
    elif how == "no tables":
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("DROP TABLE thumbs")
    else:
        file.write_bytes(b"")


@pytest.mark.parametrize("how", ["text", "half", "zeros", "no tables", "empty"])
@pytest.mark.parametrize("first", ["read", "put"])
def test_one_that_is_damaged_is_begun_anew(looks: Looks, file: Path, how: str, first: str) -> None:
    put(looks, 1, 2, 3)
    spoil(file, how)
    if first == "read":
        assert whole(looks) == set()
    put(looks, 4, 5)
    later = Looks(file.parent)
    assert {4, 5} <= whole(later)
    put(later, 1)
    assert whole(Looks(file.parent)) >= {1, 4, 5}


def test_another_programs_database_stays_as_it_is(looks: Looks, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE looks (title TEXT)")
    before = file.read_bytes()
    assert looks.thumbs(DIGESTS) == {}
    put(looks, 1)
    assert whole(looks) == {1}
    assert file.read_bytes() == before


# -- what cannot be written, or not now ----------------------------------------------------------


def test_while_another_process_holds_it_looks_wait_in_memory(looks: Looks, file: Path) -> None:
    put(looks, 1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert looks.thumbs([DIGESTS[1]]) == {}
        put(looks, 2)
        assert whole(looks) == {2}
        other.execute("ROLLBACK")
    put(looks, 3)
    assert whole(Looks(file.parent)) == {1, 2, 3}


def test_memory_takes_some_hundred_and_forgets_the_oldest(tmp_path: Path) -> None:
    looks = Looks(tmp_path / "nowhere")
    digests = [digest_of(n) for n in range(1000)]
    for digest in digests:
        looks.put(digest, LOOKS[1])
    kept = looks.thumbs(digests)
    assert 100 < len(kept) < 1000
    assert list(kept) == digests[-len(kept) :]


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder in a place that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_who_may_only_read_sees_them_and_keeps_new_ones_in_memory(open_to_all: Path) -> None:
    library = Library(open_to_all / "library")
    library.save(task(), service=SERVICE)
    put(library.looks, 1)
    before = (library.folder / "looks.db").read_bytes()
    (library.folder / "looks.db").chmod(0o444)
    library.folder.chmod(0o555)
    assert other_process("looks_to_read", library.folder, 2) == ["True True"]
    library.folder.chmod(0o755)
    assert (library.folder / "looks.db").read_bytes() == before


def test_a_full_disk_is_no_error_and_they_are_written_once_there_is_room(tmp_path: Path) -> None:
    """Each process puts as many, the second with no room for half of them."""
    assert other_process("looks_without_room", tmp_path, 60) == ["60 of 60", "60 of 60"]
    assert Looks(tmp_path).missing(digest_of(n) for n in range(61)) == []


def test_several_processes_share_them_while_they_are_removed(tmp_path: Path) -> None:
    """None sees an error, or anything that is not what was put."""
    told = other_process("looks_crowd", tmp_path, 3, 150)
    assert sorted(told) == ["0 of another", "0 of another", "0 of another"]
    looks = Looks(tmp_path)
    put(looks, 1)
    assert looks.get(DIGESTS[1]) == LOOKS[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_a_forked_process_goes_on_with_them(looks: Looks, file: Path) -> None:
    put(looks, 1)
    if not (child := os.fork()):
        put(looks, 2)
        os._exit(7 if whole(looks) == {1, 2} else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    put(looks, 3)
    assert whole(Looks(file.parent)) == {1, 2, 3}
