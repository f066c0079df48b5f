"""A set of tasks, as a script has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from libraries import FIRST, fill

import mj_widgets as mj
from mj_widgets.sandbox import Sandbox
from mj_widgets.session.settings import library as the_library


def test_its_tasks_are_in_it_by_job_and_by_id_and_nothing_else_is() -> None:
    fill(the_library(), 3, side=16)
    tasks = mj.tasks()
    first, second = tasks[:1], tasks[1:]
    job = first[0]
    assert job in tasks
    assert job.task_id in first
    assert int(job.task_id) in first
    assert job not in second
    assert str(FIRST + 7) not in tasks
    assert None not in tasks
    assert "" not in tasks


@pytest.mark.usefixtures("session")
def test_jobs_that_are_followed_are_in_it(sandbox: Sandbox) -> None:
    slow = sandbox.add_task("--stuck")
    tasks = mj.fetch([slow])
    assert tasks[0] in tasks
    assert slow in tasks
    assert tasks[0] not in tasks[1:]


def test_a_job_of_the_library_is_whole_at_once_and_is_the_same_job(tmp_path: Path) -> None:
    session = mj.configure("host.invalid", "key", library=tmp_path / "library", offline=True)
    assert session.library is not None
    fill(session.library, 3, side=64)
    tasks = mj.tasks()

    first, *_ = jobs = list(tasks)

    assert [len(job.quadrants) for job in jobs] == [4, 4, 4]
    assert tasks[0] is first
    assert tasks.where("a")[:1][0] is first
    assert first.save(tmp_path / "saved", quadrant=2).exists()


def test_what_a_table_of_its_pictures_names_can_be_found_rated_and_compared() -> None:
    """A data frame gives numbers of numpy's: they are no other ones."""
    fill(the_library(), 3, side=32)
    tasks = mj.tasks()
    table = tasks.quadrants_frame()
    named = list(zip(table["id"], table["quadrant"], strict=True))
    gallery = tasks.gallery()

    gallery.rate(np.int64(4), named[1])
    gallery.rate(2, named[4:6])
    gallery.selected = named[:1]

    first, second, _ = (job.task_id for job in tasks)
    assert tasks.ratings == {(first, 2): 4, (second, 1): 2, (second, 2): 2}
    assert gallery.selected == [(first, 1)]
    assert len(tasks.rated(np.int64(4))) == 1
    assert "2 pictures" in repr(mj.compare(named[0], named[3]))
    for value, part in table.groupby("s"):
        assert len(tasks.where(s=value)) == part["id"].nunique()
    for value, part in table.groupby("v"):
        assert len(tasks.where(v=value)) == part["id"].nunique()
    gallery.close()
