"""Rows for tables: what they are where the folder has a name that is hardly one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mj_widgets.archive import Library

from .support import PNG, SERVICE, files_in, task

NAMES = [b"fox", "狐 it's 100%".encode(), b"no text \xff"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", ["files", "quadrants"])
def test_a_file_is_found_whatever_its_folder_is_called(
    tmp_path: Path, name: bytes, what: str
) -> None:
    library = Library(tmp_path / os.fsdecode(name))
    library.save(task(imageUrl="https://host.example/a.png"), [PNG], service=SERVICE)
    numbers = library.catalogue.numbers()
    (row,) = library.columns.tasks(numbers)
    assert row.first
    assert row.first.read() == PNG
    sheets = [part.whole and part.whole.read() for part in library.columns.pictures(numbers)]
    assert sheets == [PNG] * 4
    library.export(tmp_path / "out", what=what)
    assert len(files_in(tmp_path / "out")) == (3 if what == "files" else 6)
    library.close()
