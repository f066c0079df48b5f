"""The library: what is kept comes back, byte for byte, from where a person would look for it."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_widgets.archive import Library
from mj_widgets.archive.shelf import safe_name
from mj_widgets.errors import LibraryError
from mj_widgets.models import Task

from .support import FILES, FINISHED, JPEG, PNG, SERVICE, files_in, task

DAY = f"{datetime.fromtimestamp(FINISHED / 1000).astimezone():%Y-%m-%d}"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library")
    yield library
    library.close()


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


def test_a_task_comes_back_whole(library: Library) -> None:
    before = datetime.now(UTC)
    sent = task(
        prompt="a red fox --ar 16:9 --no text, frame --tile",
        submitTime=FINISHED - 60_000,
        buttons=[{"customId": "MJ::JOB::upsample::1", "label": "U1"}],
        ofTheService={"deep": [1, None, "狐", "\ud800", 10**30]},
    )
    saved = library.save(sent, [PNG], service=SERVICE, parent="16", button="V2")
    record = library.get("17", SERVICE)
    assert record == saved
    assert record.task == sent
    assert record.task.raw == sent.raw
    assert (record.service, record.parent, record.button) == (SERVICE, "16", "V2")
    assert record.parameters == {"ar": "16:9", "no": ("text", "frame"), "tile": True}
    assert before <= record.saved_at <= datetime.now(UTC)
    assert record.saved_at.utcoffset() == timedelta(0)


def test_a_record_is_told_on_a_short_line(library: Library) -> None:
    saved = library.save(
        task(prompt="a red\nfox " * 30), [PNG], service=SERVICE, parent="16", button="V2"
    )
    assert repr(saved).startswith("<Record 17: grid, SUCCESS, 'a red fox a red fox ")
    assert repr(saved).endswith("…', V2 of 16, 17.png>")
    assert len(repr(saved)) < 120


def test_a_task_whose_id_is_not_in_its_answer_keeps_its_id(library: Library) -> None:
    unnamed = Task.parse({"status": "SUCCESS", "action": "IMAGINE"}).model_copy(update={"id": "17"})
    library.save(unnamed, service=SERVICE)
    record = library.get("17")
    assert record
    assert record.task == unnamed


@pytest.mark.parametrize("raw", [{}, {"foo": 1}])
def test_a_task_that_no_service_described_comes_back(library: Library, raw: dict[str, int]) -> None:
    made = Task(id="17", prompt="a fox", status="SUCCESS", finish_time=FINISHED, raw=raw)
    library.save(made, service=SERVICE)
    record = library.get("17")
    assert record
    assert record.task.model_copy(update={"raw": raw}) == made


@pytest.mark.parametrize("raw", ["", '{"id": "17"', "[1, 2]"])
def test_of_a_task_whose_answer_was_harmed_the_prompt_and_the_files_are_left(
    library: Library, raw: str
) -> None:
    library.save(task(), [PNG], service=SERVICE)
    with library._database.writing() as connection:
        connection.execute("UPDATE tasks SET raw = ?", (raw,))
    record = library.get("17")
    assert record
    assert (record.task.id, record.task.prompt) == ("17", "a red fox")
    assert record.task.succeeded
    assert record.read() == (PNG,)
    assert library.search("fox") == [record]


@pytest.mark.parametrize("column", ["parameters", "saved_at"])
def test_a_harmed_column_costs_no_more_than_itself(library: Library, column: str) -> None:
    library.save(task(prompt="a red fox --ar 16:9"), [PNG], service=SERVICE)
    with library._database.writing() as connection:
        connection.execute(f"UPDATE tasks SET {column} = 'harmed'")
    [record] = library.search("fox")
    assert record.read() == (PNG,)
    assert record.parameters == ({} if column == "parameters" else {"ar": "16:9"})
    assert record.saved_at.tzinfo is not None


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


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_found_by_day_and_id_with_the_ending_of_its_content(
    library: Library, kind: str
) -> None:
    library.save(task(), [FILES[kind]], service=SERVICE)
    assert files_in(library.folder) == [f"{DAY}/17.{kind.split()[-1]}"]


def test_several_files_are_numbered_in_order(library: Library) -> None:
    record = library.save(task(), [FILES["mp4"], PNG, b"?"], service=SERVICE)
    assert files_in(library.folder) == [f"{DAY}/17-1.mp4", f"{DAY}/17-2.png", f"{DAY}/17-3.bin"]
    assert record.read() == (FILES["mp4"], PNG, b"?")


@pytest.mark.parametrize(("zone", "day"), [("UTC+10", "2025-10-08"), ("UTC-10", "2025-10-09")])
def test_the_day_is_the_users_own(
    library: Library, monkeypatch: pytest.MonkeyPatch, zone: str, day: str
) -> None:
    with monkeypatch.context() as there:
        there.setenv("TZ", zone)
        time.tzset()
        library.save(task(), [PNG], service=SERVICE)
    time.tzset()
    assert files_in(library.folder) == [f"{day}/17.png"]


@pytest.mark.parametrize("finished", [None, "0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_any_finish_time_has_a_day(library: Library, finished: str | None) -> None:
    record = library.save(task(finishTime=finished), [PNG], service=SERVICE)
    assert record.read() == (PNG,)
    day = finished[:10] if finished else f"{datetime.now().astimezone():%Y-%m-%d}"
    assert files_in(library.folder) == [f"{day}/17.png"]


@pytest.mark.parametrize(
    ("task_id", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("/etc/passwd", "_etc_passwd"),
        ("..", "_"),
        (".hidden", "hidden"),
        ("a\\b:c*d?", "a_b_c_d_"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("line\nand\0null", "line_and_null"),
        ("狐", "_"),
        ("ends with dots...", "ends_with_dots"),
        ("x" * 500, "x" * 100),
        ("5f0c1d3e-8f0b-4b52-a1c8-0d7f6f3a9e10", "5f0c1d3e-8f0b-4b52-a1c8-0d7f6f3a9e10"),
    ],
)
def test_a_foreign_id_makes_a_harmless_name(library: Library, task_id: str, name: str) -> None:
    library.save(task(task_id), [PNG], service=SERVICE)
    assert files_in(library.folder) == [f"{DAY}/{name}.png"]
    record = library.get(task_id)
    assert record
    assert record.task.id == task_id
    assert record.read() == (PNG,)


@given(st.text())
def test_any_id_makes_a_name_that_every_disk_bears(task_id: str) -> None:
    name = safe_name(task_id)
    assert 0 < len(name) <= 101
    assert not name.startswith(".")
    assert not name.endswith((".", " "))
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name.isascii()


def test_ids_that_make_one_name_do_not_share_a_file(library: Library) -> None:
    for task_id in ("a:b", "a_b", "A_B"):
        library.save(task(task_id), [PNG], service=SERVICE)
    assert len(files_in(library.folder)) == 3
    library.delete("a:b")
    record = library.get("a_b")
    assert record
    assert record.read() == (PNG,)


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
