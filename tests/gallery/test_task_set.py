"""A set of tasks, as a script has it."""

from __future__ import annotations

from pathlib import Path

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
