"""Where a file stands: by day and id, under a name that every disk bears."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_widgets.archive import Library
from mj_widgets.archive.shelf import safe_name
from mj_widgets.errors import LibraryError

from .support import FILES, FINISHED, PNG, SERVICE, files_in, task

DAY = f"{datetime.fromtimestamp(FINISHED / 1000).astimezone():%Y-%m-%d}"


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
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("a:b~c", "a_b~c"),
        ("ends_with_dots...", "ends_with_dots"),
        ("x" * 128, "x" * 100),
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


@pytest.mark.parametrize(
    "task_id",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        ".hidden",
        "a\\b",
        "line\nand\0null",
        "狐",
        "x" * 129,
    ],
)
def test_what_is_no_id_is_not_kept_under_it(library: Library, task_id: str) -> None:
    odd = task().model_copy(update={"id": task_id})
    with pytest.raises(LibraryError, match="without an id"):
        library.save(odd, [PNG], service=SERVICE)
    assert files_in(library.folder) == []
    assert library.search() == []


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
