"""The library: what is kept comes back, byte for byte, from where a person would look for it."""

from __future__ import annotations

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from mj_widgets.archive import Library
from mj_widgets.errors import LibraryError
from mj_widgets.models import Task

from .support import FILES, FINISHED, JPEG, PNG, SERVICE, files_in, task

DAY = f"{datetime.fromtimestamp(FINISHED / 1000).astimezone():%Y-%m-%d}"


# -- round trip ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FILES)
def test_a_file_comes_back_byte_for_byte(library: Library, kind: str) -> None:
    library.save(task(), [FILES[kind]], service=SERVICE)
    record = library.get("17")
    assert record
    assert record.read() == (FILES[kind],)
    (file,) = record.files
    assert file.path.read_bytes() == FILES[kind]
    assert file.sha256 == hashlib.sha256(FILES[kind]).hexdigest()
    assert file.size == len(FILES[kind])
    assert file.mime == ("video/mp4" if kind == "mp4" else f"image/{kind.split()[-1]}")


def test_a_task_whose_id_is_not_in_its_answer_keeps_its_id(library: Library) -> None:
    unnamed = Task.parse({"status": "SUCCESS", "action": "IMAGINE"}).model_copy(update={"id": "17"})
    library.save(unnamed, service=SERVICE)
    record = library.get("17")
    assert record
    assert record.task == unnamed


def test_what_was_kept_is_there_for_the_next_process(tmp_path: Path) -> None:
    first = Library(tmp_path)
    record = first.save(task(), [PNG], service=SERVICE)
    first.close()
    assert Library(tmp_path).get("17") == record


def test_a_task_is_known_by_its_service_and_its_id(library: Library) -> None:
    for name, picture in (("a.example", PNG), ("b.example", JPEG)):
        library.save(task(prompt=name), [picture], service=name)
    assert len(library) == 2
    for name, picture in (("a.example", PNG), ("b.example", JPEG)):
        record = library.get("17", name)
        assert record
        assert record.read() == (picture,)
    newest = library.get("17")
    assert newest
    assert newest.service == "b.example"
    assert library.get("17", "c.example") is None
    assert library.get("18") is None


def test_an_empty_library_is_a_library(library: Library) -> None:
    assert (len(library), bool(library), library.search()) == (0, True, [])
    assert repr(library) == f"<Library {library.folder}, 0 tasks>"


def test_the_home_of_the_user_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Library("~/deep/library").folder == tmp_path / "deep" / "library"


def test_a_task_without_an_id_is_refused(library: Library) -> None:
    with pytest.raises(LibraryError, match="without an id"):
        library.save(Task(), [PNG], service=SERVICE)


def test_a_closed_library_says_so(library: Library) -> None:
    library.close()
    library.close()
    with pytest.raises(LibraryError, match="closed"):
        library.search()
    assert "closed" in repr(library)


# -- where files are -----------------------------------------------------------------------------


def test_a_moved_folder_is_the_same_library(tmp_path: Path) -> None:
    library = Library(tmp_path / "here")
    library.save(task(), [PNG], service=SERVICE)
    library.close()
    moved = Library((tmp_path / "here").rename(tmp_path / "there"))
    assert moved.verify() == []
    record = moved.get("17")
    assert record
    assert record.read() == (PNG,)
    assert record.files[0].path == tmp_path / "there" / DAY / "17.png"


# -- saving again --------------------------------------------------------------------------------


def test_saving_again_changes_what_is_new_and_nothing_else(library: Library) -> None:
    first = library.save(task(), [PNG, JPEG, PNG], service=SERVICE, parent="16", button="U1")
    made = first.files[0].path.stat()
    again = library.save(task(prompt="a blue fox"), [PNG, JPEG, PNG], service=SERVICE)
    assert again.task.prompt == "a blue fox"
    assert (again.saved_at, again.parent, again.button) == (first.saved_at, "16", "U1")
    assert again.files == first.files
    assert len(files_in(library.folder)) == 3
    now = first.files[0].path.stat()
    assert (now.st_ino, now.st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    assert len(library) == len(library.search("blue")) == 1
    assert library.search("red") == []


def test_what_is_said_of_the_parent_later_counts(library: Library) -> None:
    library.save(task(), service=SERVICE, parent="16", button="U1")
    record = library.save(task(), service=SERVICE, parent="15", button="U2")
    assert (record.parent, record.button) == ("15", "U2")


def test_saving_without_files_keeps_those_that_are_there(library: Library) -> None:
    first = library.save(task(), [PNG], service=SERVICE)
    assert library.save(task(), service=SERVICE).files == first.files


def test_a_file_that_went_missing_is_written_again(library: Library) -> None:
    first = library.save(task(), [PNG], service=SERVICE)
    first.files[0].path.unlink()
    assert library.save(task(), [PNG], service=SERVICE).files == first.files
    assert first.read() == (PNG,)


def test_a_file_that_was_changed_is_written_again_beside_it(library: Library) -> None:
    path = library.save(task(), [PNG], service=SERVICE).files[0].path
    path.write_bytes(changed := PNG[:-1] + b"!")
    record = library.save(task(), [PNG], service=SERVICE)
    assert record.read() == (PNG,)
    assert path.read_bytes() == changed


def test_a_file_left_by_a_kill_is_taken_up(library: Library) -> None:
    orphan = library.folder / DAY / "17.png"
    orphan.parent.mkdir()
    orphan.write_bytes(PNG)
    record = library.save(task(), [PNG], service=SERVICE)
    assert record.files[0].path == orphan
    assert files_in(library.folder) == [f"{DAY}/17.png"]


@pytest.mark.parametrize("hard_links", [True, False])
def test_a_file_with_other_bytes_is_never_overwritten(
    library: Library, monkeypatch: pytest.MonkeyPatch, hard_links: bool
) -> None:
    if not hard_links:
        # A disk that has none, such as a memory stick's, cannot be made here.
        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
    for taken in ("17.png", "17 (2).png"):
        (library.folder / DAY).mkdir(exist_ok=True)
        (library.folder / DAY / taken).write_bytes(b"of the user")
    record = library.save(task(), [PNG], service=SERVICE)
    assert record.files[0].path.name == "17 (3).png"
    assert record.read() == (PNG,)
    assert (library.folder / DAY / "17.png").read_bytes() == b"of the user"
    assert (library.folder / DAY / "17 (2).png").read_bytes() == b"of the user"
    assert len(files_in(library.folder)) == 3


def test_other_files_of_a_task_take_the_place_of_the_earlier_ones(library: Library) -> None:
    library.save(task(), [PNG], service=SERVICE)
    record = library.save(task(), [JPEG, PNG], service=SERVICE)
    assert record.read() == (JPEG, PNG)
    other = library.save(task(), [b"another"], service=SERVICE)
    assert other.read() == (b"another",)
    assert library.verify() == []


def test_threads_may_share_a_library(library: Library) -> None:
    def save(number: int) -> None:
        library.save(task(f"{number}"), [b"%d" % number], service=SERVICE)
        assert library.search("fox", limit=1)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save, range(60)))
    assert len(library) == 60
    assert {record.read() for record in library.search()} == {(b"%d" % n,) for n in range(60)}


# -- deleting ------------------------------------------------------------------------------------


def test_a_deleted_task_is_gone_with_its_files(library: Library) -> None:
    library.save(task("17"), [PNG, JPEG], service=SERVICE)
    library.save(task("18"), [PNG], service=SERVICE)
    assert library.delete("17")
    assert not library.delete("17")
    assert library.get("17") is None
    assert [record.task.id for record in library.search("fox")] == ["18"]
    assert files_in(library.folder) == [f"{DAY}/18.png"]


def test_deleting_asks_for_the_service_where_one_is_named(library: Library) -> None:
    for name in ("a.example", "b.example"):
        library.save(task(), [PNG], service=name)
    assert not library.delete("17", "c.example")
    assert library.delete("17", "a.example")
    record = library.get("17")
    assert record
    assert record.service == "b.example"
    assert record.read() == (PNG,)


def test_a_task_whose_file_is_gone_can_be_deleted(library: Library) -> None:
    library.save(task(), [PNG], service=SERVICE).files[0].path.unlink()
    assert library.delete("17")
    assert library.verify() == []
