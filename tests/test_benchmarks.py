"""The benchmarks still run; what they measure is for `python -m tests.benchmarks` to say."""

from importlib.util import find_spec

import pytest
from benchmarks import asking, images, memory, reports, service, sweeping, tables
from benchmarks.__main__ import GROUPS
from benchmarks.table import Row, formatted

from mj_widgets.sandbox import Sandbox


def test_a_reach_is_the_most_or_the_least() -> None:
    assert Row("", 1.0, "s", 1.0).is_reached
    assert not Row("", 1.1, "s", 1.0).is_reached
    assert Row("", 6.0, "×", 6, at_least=True).is_reached
    assert not Row("", 5.9, "×", 6, at_least=True).is_reached


def test_the_table_has_a_line_for_each_row_and_says_which_is_missed() -> None:
    _, quick, slow = formatted([Row("quick", 0.5, "s", 1, beside="so"), Row("slow", 2, "s", 1)])
    assert quick.split() == ["quick", "0.50", "s", "≤", "1", "s", "yes", "so"]
    assert slow.split() == ["slow", "2.00", "s", "≤", "1", "s", "NO"]


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_is_a_module(group: str) -> None:
    assert find_spec(f"benchmarks.{group}")


def test_rows_about_pictures() -> None:
    assert all(row.measured > 0 for row in images.rows(side=64, rounds=1, slow_rounds=1))


def test_rows_about_asking() -> None:
    assert all(row.measured > 0 for row in asking.rows(count=3))


def test_rows_about_tables() -> None:
    assert all(row.measured > 0 for row in tables.rows(count=20, rounds=1))


def test_rows_about_reports() -> None:
    assert all(row.measured > 0 for row in reports.rows(count=4, rounds=1, side=64, many=20))


def test_rows_about_sweeps() -> None:
    assert [row.measured > 0 for row in sweeping.rows(count=5, rounds=1, cells=2)] == [True, True]


def test_rows_about_memory() -> None:
    card, each, seconds, requests = memory.rows(cards=1, jobs=20, side=64, rounds=1)
    assert card.measured > 0
    assert each.measured > 0
    assert seconds.measured > 0
    assert requests.measured == 0


def test_a_crowd_has_as_many_running_tasks_at_any_time() -> None:
    now = 1_760_000_000.0
    seconds, count = 24.0, 10
    speed = service.USUAL_SECONDS / seconds
    sandbox = Sandbox(speed=speed, slots=1000, clock=lambda: now)
    tasks = [sandbox.task(i) for i in service.add_crowd(sandbox, count, seconds)]
    for later in (0.1, 1.0, 10.0, 60.0):
        begun = sum(task.begun is not None and task.begun <= now + later for task in tasks)
        ended = sum(task.at(now + later).is_final for task in tasks)
        assert begun - ended == count
