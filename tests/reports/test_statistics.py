"""Figures of many tasks: how many, how long, why not, and which words won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from card.page import SECONDS
from libraries import SERVICE, task_of

import mj_widgets as mj
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.session.settings import library as the_library

from .support import BANNED

if TYPE_CHECKING:
    from mj_widgets.gallery.task_set import TaskSet


def test_tasks_are_counted_by_status_action_and_reason(swept: TaskSet) -> None:
    the_library().save(task_of(9, action="UPSCALE", prompt="an owl"), service=SERVICE)
    stats = mj.tasks().stats()
    assert stats.total == 7
    assert stats.statuses == (("SUCCESS", 6), ("FAILURE", 1))
    assert [row[:3] for row in stats.actions] == [("IMAGINE", 6, 5), ("UPSCALE", 1, 1)]
    assert stats.reasons == ((BANNED, 1),)


def test_seconds_are_told_by_action_as_a_tenth_half_and_nine_tenths() -> None:
    for place in range(11):
        times = {
            "submitTime": 1_760_000_000_000,
            "startTime": 1_760_000_000_000 + 1000 * place,
            "finishTime": 1_760_000_000_000 + 11_000 * place,
        }
        the_library().save(task_of(place, **times), service=SERVICE)
    (row,) = mj.tasks().stats().actions
    assert (row.queue_10, row.queue_50, row.queue_90) == pytest.approx((1, 5, 9))
    assert (row.run_10, row.run_50, row.run_90) == pytest.approx((10, 50, 90))


def test_seconds_that_no_task_tells_are_none() -> None:
    the_library().save(task_of(0, startTime=None), service=SERVICE)
    (row,) = mj.tasks().stats().actions
    assert row[3:] == (None,) * 6


def test_it_says_which_words_won(swept: TaskSet) -> None:
    stats = swept.stats()
    assert stats.braces == (
        ("red, blue, 红", "blue", 2, 2, 2, 4.5),
        ("red, blue, 红", "red", 2, 2, 1, 2.0),
        ("red, blue, 红", "红", 2, 1, 0, None),
        ("s", "250", 3, 2, 1, 4.0),
        ("s", "50", 3, 3, 2, 3.5),
    )
    by_value = {(row.name, row.value): row for row in stats.parameters}
    assert by_value["s", "50"].rating == 3.5
    assert by_value["raw", "on"].tasks == 6


def test_what_others_have_and_some_have_not_is_a_value_too(swept: TaskSet) -> None:
    the_library().save(task_of(9, prompt="an owl --chaos 5"), service=SERVICE)
    values = {(row.name, row.value): row.tasks for row in mj.tasks().stats().parameters}
    assert values["c", "5"] == 1
    assert values["c", "–"] == 6
    assert values["s", "–"] == 1


def test_a_part_of_a_sweep_knows_its_braces(swept: TaskSet) -> None:
    assert {row.value for row in swept.where("blue").stats().braces} == {"blue", "50", "250"}


def test_tables_become_data_frames(swept: TaskSet) -> None:
    frame = pd.DataFrame(swept.stats().braces)
    assert list(frame.columns) == ["name", "value", "tasks", "done", "rated", "rating"]
    assert frame.set_index("value").rating["blue"] == 4.5


def test_a_text_says_it_in_tables(swept: TaskSet) -> None:
    lines = repr(swept.stats()).splitlines()
    assert lines[0] == "6 tasks"
    assert "blue               2      2   4.5" in lines
    assert "红                 2      0" in lines  # two columns wide in a terminal


def test_a_notebook_shows_it_and_nothing_is_taken_for_markup(swept: TaskSet) -> None:
    shown = swept.stats()._repr_html_()
    assert "banned word: &lt;b&gt;blood&lt;/b&gt;" in shown
    assert ">4.5<" in shown
    assert "<b>" not in shown


def test_of_no_task_there_are_no_figures_and_no_error() -> None:
    stats = mj.tasks().stats()
    assert (stats.total, stats.statuses, stats.actions, stats.parameters) == (0, (), (), ())
    assert repr(stats) == "0 tasks"
    assert stats._repr_html_().startswith("<p>0 tasks</p>")


def test_what_the_journal_answered_is_counted(session: mj.Session) -> None:
    first = session.imagine("a fox in the journal")
    first.wait(SECONDS)
    assert mj.fetch([first]).stats().from_journal == 0
    again = session.imagine("a fox in the journal")
    again.wait(SECONDS)
    stats = mj.fetch([again]).stats()
    assert stats.from_journal == 1
    assert "1 of them known from an earlier run and not sent again" in repr(stats)


@pytest.mark.usefixtures("session")
def test_followed_tasks_count_as_they_are(sandbox: Sandbox) -> None:
    tasks = mj.fetch([EXAMPLES["finished"], EXAMPLES["failed"]])
    with pytest.raises(mj.TaskFailed):
        tasks.wait(SECONDS)
    stats = tasks.stats()
    assert dict(stats.statuses) == {"SUCCESS": 1, "FAILURE": 1}
    assert len(stats.reasons) == 1
    assert len(sandbox.log) == len(sandbox.log)
