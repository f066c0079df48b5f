"""A library that was harmed between two kernels: the next one says so, and sends nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jobs.support import SECONDS
from services import CANARY

import mj_widgets as mj
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mj_widgets.sandbox import Sandbox


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])


def overwritten(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[:4096] + bytes(255 - byte for byte in data[4096:]))


def replaced_by_a_text(file: Path) -> None:
    file.write_text("what a program that synchronises files has left\n" * 100)


def replaced_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


HARMS = (emptied, cut, overwritten, replaced_by_a_text, replaced_by_a_folder)


def next_kernel(sandbox: Sandbox) -> None:
    settings.reset()
    mj.configure(sandbox.url, CANARY)


@pytest.mark.parametrize("harm", HARMS)
def test_the_next_kernel_says_what_is_wrong_and_sends_nothing_twice(
    session: mj.Session, sandbox: Sandbox, harm: Callable[[Path], None]
) -> None:
    grid = mj.imagine("a red fox")
    grid.wait(SECONDS)
    grid.press("U1").wait(SECONDS)
    (picture,) = grid.files
    data, folder = picture.read_bytes(), mj.library().folder
    mj.library().close()
    harm(folder / "library.db")
    next_kernel(sandbox)

    for _ in range(2):
        again = mj.imagine("a red fox")
        with pytest.raises(mj.LibraryError, match="Nothing was submitted, as it may have been bef"):
            again.wait(SECONDS)
        assert "library.db" in again.error
        assert "\n" not in again.error
    shown = mj.TaskWidget(grid.task_id)
    assert shown.wait(SECONDS).succeeded
    with pytest.raises(mj.LibraryError, match="Nothing was submitted, as it may have been before"):
        shown.press("U1").wait(SECONDS)
    assert len(sandbox.posts) == 2
    assert picture.read_bytes() == data

    assert mj.imagine("a red fox", new=True).wait(SECONDS).succeeded  # who insists
    assert len(sandbox.posts) == 3
