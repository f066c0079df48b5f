"""How a task ends: the first word counts, whichever thread says it, and whoever waited gets it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from card.page import SECONDS, when_waiting_ends

import mj_widgets as mj
from mj_widgets.jobs.outcome import Outcome

TASK = mj.Task(id="17", status="SUCCESS")


class Hesitant(Outcome):
    """Lets other threads go first between a look at it and what is done upon that."""

    @property
    def is_known(self) -> bool:
        known = super().is_known
        time.sleep(0.001)
        return known


def tell_at_once(outcome: Outcome, words: list[mj.Task | mj.MjError]) -> None:
    """Tell each of the words in a thread of its own."""
    together = threading.Barrier(len(words))

    def tell(word: mj.Task | mj.MjError) -> None:
        together.wait(SECONDS)
        outcome.tell(word)

    with ThreadPoolExecutor(len(words)) as threads:
        list(threads.map(tell, words))


def test_of_many_threads_that_tell_at_once_one_counts_and_none_fails() -> None:
    stopped = mj.MjError("Task 17 is not watched any more")
    for _ in range(20):
        outcome = Hesitant()
        tell_at_once(outcome, [TASK, stopped] * 4)
        assert outcome.is_known
        assert outcome.wait(0) in (TASK, stopped)
        assert outcome.wait(0) is outcome.wait(0)


def test_the_first_word_counts_until_all_begins_anew() -> None:
    outcome = Outcome()
    outcome.tell(None)
    assert not outcome.is_known
    outcome.tell(TASK)
    outcome.tell(mj.MjError("too late"))
    assert outcome.wait(0) is TASK

    outcome.forget()
    outcome.tell(mj.MjError("the second time"))
    assert str(outcome.wait(0)) == "the second time."


def test_who_has_waited_gets_what_was_reached_though_all_begins_anew_at_that_moment(
    grid: mj.TaskWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Check now, clicked between the end of the waiting and what is made of it
    when_waiting_ends(monkeypatch, grid.check_now)

    assert grid.wait().succeeded


def test_what_is_known_keeps_nothing_for_those_who_have_waited() -> None:
    outcome = Outcome()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(outcome.wait, SECONDS)
        outcome.tell(TASK)
        assert waiting.result(SECONDS) is TASK
    assert outcome.wait(0) is TASK
    assert outcome._waiters == []
    outcome.forget()
    assert outcome.wait(0) is None
