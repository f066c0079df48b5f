"""Exports that lose nothing, and damage that is named."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_widgets.archive import Library, Problem
from mj_widgets.errors import LibraryError
from mj_widgets.models import Task

from .support import FILES, JPEG, PNG, SERVICE, files_in, task


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library")
    library.save(task("1", "a fox 狐 --ar 16:9"), [PNG], service=SERVICE, parent="0", button="U1")
    library.save(task("2", odd="\ud800"), [JPEG, FILES["mp4"]], service=SERVICE)
    library.save(task("3"), service=SERVICE)
    yield library
    library.close()


# -- export --------------------------------------------------------------------------------------


def test_an_export_has_every_file_byte_for_byte_and_a_line_for_each_task(
    library: Library, tmp_path: Path
) -> None:
    paths = library.export(tmp_path / "deep" / "out")
    assert [path.name for path in paths] == [
        "2-1.jpeg",
        "2-2.mp4",
        "1.png",
        "metadata.jsonl",
        "tasks.jsonl",
    ]
    assert [path.read_bytes() for path in paths[:3]] == [JPEG, FILES["mp4"], PNG]
    third, second, first = map(json.loads, paths[-1].read_text("utf-8").splitlines())
    record = library.get("1")
    assert record
    assert Task.parse(first["task"]) == record.task
    assert first["prompt"] == "a fox 狐 --ar 16:9"
    assert first["parameters"] == {"ar": "16:9"}
    assert (first["service"], first["parent"], first["button"]) == (SERVICE, "0", "U1")
    assert first["finish_time"] == "2025-10-09T08:53:20+00:00"
    assert first["saved_at"] == record.saved_at.isoformat()
    file = record.files[0]
    assert first["files"] == [
        {"name": "1.png", "sha256": file.sha256, "size": file.size, "mime": "image/png"}
    ]
    assert [file["name"] for file in second["files"]] == ["2-1.jpeg", "2-2.mp4"]
    assert second["task"]["odd"] == "\ud800"
    assert third["files"] == []


def test_an_export_overwrites_nothing(library: Library, tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"of the user")
    (tmp_path / "tasks.jsonl").write_bytes(b"of the user")
    (tmp_path / "metadata.jsonl").write_bytes(b"of the user")
    names = [path.name for path in library.export(tmp_path)]
    assert names == [
        "2-1.jpeg",
        "2-2.mp4",
        "1 (2).png",
        "metadata (2).jsonl",
        "tasks (2).jsonl",
    ]
    assert (tmp_path / "1 (2).png").read_bytes() == PNG
    assert (tmp_path / "1.png").read_bytes() == b"of the user"
    assert (tmp_path / "tasks.jsonl").read_bytes() == b"of the user"
    assert (tmp_path / "metadata.jsonl").read_bytes() == b"of the user"


def test_exporting_again_writes_nothing_again(library: Library, tmp_path: Path) -> None:
    assert library.export(tmp_path / "out") == library.export(tmp_path / "out")
    assert len(files_in(tmp_path / "out")) == 5


def test_a_missing_file_is_said_after_all_others_were_exported(
    library: Library, tmp_path: Path
) -> None:
    record = library.get("1")
    assert record
    record.files[0].path.unlink()
    with pytest.raises(LibraryError, match=r"1\.png is missing"):
        library.export(tmp_path / "out")
    assert files_in(tmp_path / "out") == ["2-1.jpeg", "2-2.mp4", "metadata.jsonl", "tasks.jsonl"]


def test_an_export_to_where_nothing_can_be_written_is_one_line(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LibraryError, match="cannot be exported") as caught:
        library.export(tmp_path / "file" / "out")
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("Give another folder, or mend this one.")


# -- verify --------------------------------------------------------------------------------------


def test_all_is_well(library: Library) -> None:
    assert library.verify() == []


def test_a_missing_and_a_changed_file_are_named(library: Library) -> None:
    one, two = library.get("1"), library.get("2")
    assert one
    assert two
    one.files[0].path.unlink()
    changed = two.files[1].path
    changed.write_bytes(changed.read_bytes()[:-1] + b"!")
    assert library.verify() == [
        Problem("1", one.files[0].path, "is missing"),
        Problem("2", changed, "was changed"),
    ]
    with pytest.raises(LibraryError, match=r"1\.png is missing"):
        one.read()
    with pytest.raises(LibraryError, match=r"2-2\.mp4 was changed"):
        two.read()


def test_a_file_that_became_something_else_is_named(library: Library) -> None:
    record = library.get("1")
    assert record
    path = record.files[0].path
    path.unlink()
    path.mkdir()
    (problem,) = library.verify()
    assert problem.path == path
    with pytest.raises(LibraryError):
        record.read()


def test_only_old_leftovers_are_removed(library: Library) -> None:
    day = next(library.folder.glob("*-*-*"))
    old, fresh, foreign = day / ".mj-0.part", day / ".mj-1.part", day / "of the user.part"
    for path in (old, fresh, foreign):
        path.write_bytes(b"half")
        os.utime(path, (1e9, 1e9))
    os.utime(fresh)
    library.verify()
    assert not old.exists()
    assert fresh.exists()
    assert foreign.exists()
