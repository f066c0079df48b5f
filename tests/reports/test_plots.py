"""Plots: bars of ratings by what was tried, or of how long tasks ran."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import matplotlib
import pytest
from libraries import SERVICE, task_of

import mj_widgets as mj
from mj_widgets.session.settings import library as the_library

if TYPE_CHECKING:
    from mj_widgets.gallery.task_set import TaskSet


@pytest.fixture(autouse=True)
def no_window() -> Iterator[None]:
    """Nothing is shown, and nothing stays open."""
    from matplotlib import pyplot

    matplotlib.use("agg")
    yield
    pyplot.close("all")


@pytest.mark.parametrize("by", ["s", "--s", "stylize", "--stylize", "—s", 2])
def test_ratings_by_a_parameter_in_any_spelling_or_by_a_brace(
    swept: TaskSet, by: str | int
) -> None:
    axes = swept.plot(by)
    assert [bar.get_width() for bar in axes.patches] == [4.0, 3.5]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["250", "50"]
    assert axes.figure.get_suptitle() == "Ratings by --s"


def test_what_is_not_rated_has_no_bar(swept: TaskSet) -> None:
    axes = swept.plot(1)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["blue", "red"]
    assert [text.get_text() for text in axes.texts] == ["4.5 (2 of 2)", "2.0 (1 of 2)"]


def test_without_a_name_it_is_how_long_they_ran(swept: TaskSet) -> None:
    the_library().save(task_of(9, action="UPSCALE"), service=SERVICE)
    axes = mj.tasks().plot()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["IMAGINE (6)", "UPSCALE (1)"]
    assert "seconds" in axes.get_xlabel()


@pytest.mark.filterwarnings("error")
def test_names_in_chinese_and_dollars_are_drawn_as_they_are(swept: TaskSet) -> None:
    library = the_library()
    library.save(task_of(9, prompt="a tern --style $红_狐$"), service=SERVICE)
    tasks = mj.tasks("tern")
    library.marks.change(
        [tasks._members.spots(tasks._members.numbers)[tasks._members.numbers[0]]], rating=3
    )
    axes = tasks.plot("style")
    axes.figure.canvas.draw()
    assert [label.get_text() for label in axes.get_yticklabels()] == [r"\$红_狐\$"]


@pytest.mark.parametrize("by", ["nothing", 0, 3, True, "", 2.5])
def test_a_name_that_is_not_there_is_one_line_with_those_that_are(
    swept: TaskSet, by: str | int
) -> None:
    with pytest.raises(mj.MjError, match=r'to tell these tasks apart by\. Give one of: 1, 2, "s"'):
        swept.plot(by)


def test_nothing_rated_is_one_line(swept: TaskSet) -> None:
    with pytest.raises(mj.MjError, match=r"^Nothing is rated .+ --s .+ Rate some in the gallery"):
        swept[4:].plot("s")


def test_no_task_and_no_time_is_one_line() -> None:
    with pytest.raises(mj.MjError, match=r"^There is no task in this set, and a plot"):
        mj.tasks().plot()
    the_library().save(task_of(0, startTime=None), service=SERVICE)
    with pytest.raises(mj.MjError, match=r"^No task tells how long it ran"):
        mj.tasks().plot()


def test_without_matplotlib_one_line_says_what_to_install(
    swept: TaskSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(mj.MjError, match=r"^Without matplotlib there is no plot") as caught:
        swept.plot()
    assert 'pip install "mj-widgets[plots]"' in str(caught.value)
