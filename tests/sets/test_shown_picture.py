"""Which file one picture of a task is, or is a part of; and why there may be none."""

from __future__ import annotations

from pathlib import Path

import pytest
from libraries import fill

import mj_widgets as mj
from mj_widgets.archive import Library
from mj_widgets.sets.members import Members
from mj_widgets.sets.shown_picture import picture_of, picture_of_job


@pytest.fixture
def members(tmp_path: Path) -> Members:
    library = Library(tmp_path / "library")
    fill(library, 1, side=64)
    return Members(library, library.catalogue.numbers())


def test_a_quadrant_is_a_part_of_the_file_that_shows_all(members: Members) -> None:
    (number,) = members.numbers
    whole, part = picture_of(members, number), picture_of(members, number, 3)
    assert (whole.cut, part.cut) == (None, 3)
    assert whole.picture.size == part.picture.size == (64, 64)
    assert whole.sha256 == part.sha256
    assert whole.prompt == part.prompt


def test_what_is_not_there_is_said_on_one_line(members: Members) -> None:
    (number,) = members.numbers
    with pytest.raises(mj.MjError, match="not in the library any more"):
        picture_of(members, number + 1)
    said = r"The task has no picture 7\. Give 1 to 4, or 0 for the whole\."
    with pytest.raises(mj.MjError, match=said):
        picture_of(members, number, 7)


def test_a_task_that_is_not_done_has_none_yet() -> None:
    session = mj.Session("service.invalid", "none", offline=True, library=None)
    job = session.follow("1747132423020537")
    with pytest.raises(mj.MjError, match=r"There is no picture"):
        picture_of_job(job)
    job.stop()
