"""A set of tasks, as a script has it."""

from __future__ import annotations

import copy
import math
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from libraries import FIRST, fill

import mj_widgets as mj
from mj_widgets.sandbox import EXAMPLES, Sandbox
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


def test_it_is_one_thing_however_often_it_is_copied_and_says_why_it_is_not_pickled() -> None:
    fill(the_library(), 3, side=16)
    for shown in (mj.tasks(), mj.library()):
        assert copy.copy(shown) is shown
        assert copy.deepcopy({"tasks": shown})["tasks"] is shown
    with pytest.raises(mj.MjError, match=r"TaskSet cannot be pickled.*mj\.fetch\(ids\)"):
        pickle.dumps(mj.tasks())
    with pytest.raises(mj.MjError, match=r"mj\.library\(\) opens it in any process"):
        pickle.dumps(mj.library())


def test_a_place_where_no_task_is_says_how_many_there_are() -> None:
    fill(the_library(), 3, side=16)
    tasks = mj.tasks()
    assert tasks[np.int64(2)] is tasks[-1]
    with pytest.raises(IndexError, match="There is no task 3: there are 3, and the first one is 0"):
        tasks[3]
    with pytest.raises(IndexError, match="There is no task -2: there is 1"):
        tasks[:1][-2]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda tasks: tasks["17"], "'17' is no place of a task. Give a number or a slice"),
        (lambda tasks: tasks[1.5], "1.5 is no place of a task"),
        (lambda tasks: tasks[[True, False]], "[True, False] is no place of a task"),
        (lambda tasks: tasks["a":], "slice('a', None, None) is no place of a task"),
        (lambda tasks: tasks[::0], "is no place of a task"),
        (lambda tasks: tasks.sort([]), "Nobody knows the order []. Give one of: time"),
        (lambda tasks: tasks.wait("a"), "'a' is no number of seconds. Give a number, wait(60)"),
        (lambda tasks: tasks.wait(math.nan), "nan is no number of seconds"),
        (lambda tasks: tasks.to_html(5), "5 is no name of a file or folder. Give a text"),
        (lambda tasks: tasks.to_html(None), "None is no name of a file"),
        (lambda tasks: tasks.to_html(b"a.html"), "b'a.html' is no name of a file"),
        (lambda tasks: tasks.export(5), "5 is no name of a file or folder"),
        (lambda tasks: tasks.to_parquet(5), "5 is no name of a file or folder"),
        (lambda tasks: tasks[0].save(5), "5 is no name of a file or folder"),
        (lambda _: mj.configure(library=5), "5 is no name of a file or folder"),
        (lambda _: mj.fetch(5.5), "5.5 is no task id"),
        (lambda _: mj.fetch(None), "None is no task id"),
        (lambda _: mj.fetch("1", session="x.example"), "'x.example' is no session"),
        (lambda _: mj.imagine("a fox", session=5), "5 is no session. mj.configure(...) and"),
        (lambda _: mj.TaskWidget("1", session=5), "5 is no session"),
        (lambda _: mj.sweep("a {red} fox", confirm=False, session=5), "5 is no session"),
    ],
)
def test_an_argument_of_another_kind_is_answered_in_one_line(
    sandbox: Sandbox, ask: Callable[[Any], object], said: str
) -> None:
    fill(the_library(), 3, side=16)
    with pytest.raises(mj.MjError) as caught:
        ask(mj.tasks())
    assert said in str(caught.value)
    assert not sandbox.log


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("given", ["a", [], True, math.nan, 0])
@pytest.mark.parametrize(
    "ask",
    [
        lambda given: mj.fetch(EXAMPLES["finished"], interval=given),
        lambda given: mj.imagine("a fox", interval=given),
        lambda given: mj.sweep("a {red} fox", confirm=False, interval=given),
    ],
    ids=["fetch", "imagine", "sweep"],
)
def test_an_interval_that_is_none_is_answered_in_words(
    sandbox: Sandbox, ask: Callable[[Any], object], given: object
) -> None:
    with pytest.raises(ValueError, match="interval has to be a number of seconds above 0, not "):
        ask(given)
    assert not sandbox.log


def test_a_report_is_called_whatever_a_person_says(tmp_path: Path) -> None:
    fill(the_library(), 3, side=16)
    report = mj.tasks().to_html(tmp_path / "report.html", title=2026)  # type: ignore[arg-type]
    assert "<title>2026</title>" in report.read_text("utf-8")


def test_some_of_them_are_drawn_by_lot_as_of_any_sequence() -> None:
    fill(the_library(), 6, side=64)
    tasks = mj.tasks()
    drawn = random.Random(0).sample(tasks, 3)
    assert len({job.task_id for job in drawn}) == 3
    assert list(reversed(tasks)) == [*tasks][::-1]
