"""A library that nothing is in yet, and one with a task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_widgets.archive import Library

from .support import PNG, SERVICE, task


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library with one task, closed."""
    library = Library(tmp_path / "library")
    library.save(task(), [PNG], service=SERVICE)
    library.close()
    return library.folder
