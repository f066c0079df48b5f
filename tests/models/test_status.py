"""What a status means, in the service's words and in ours."""

from __future__ import annotations

import pytest

import mj_widgets as mj
from mj_widgets.models.status import Status, is_final, is_waiting, status_words


@pytest.mark.parametrize("word", ["", "NOT_START", "SUBMITTED", "PENDING", "queued", " Submitted "])
def test_a_task_that_nothing_works_on_waits(word: str) -> None:
    assert is_waiting(word)
    assert not is_final(word)
    assert mj.Task(id="17", status=word).is_queued


@pytest.mark.parametrize("word", ["SUCCESS", "failed", "CANCELLED", "completed"])
def test_what_has_ended_waits_no_more(word: str) -> None:
    assert is_final(word)
    assert not is_waiting(word)
    assert not mj.Task(id="17", status=word).is_queued


@pytest.mark.parametrize("word", ["MODAL", "IN_PROGRESS", "WAITING_FOR_GPU"])
def test_a_task_that_runs_or_waits_for_a_person_does_neither(word: str) -> None:
    assert not is_final(word)
    assert not is_waiting(word)
    assert not mj.Task(id="17", status=word).is_queued


def test_each_status_is_said_in_words() -> None:
    assert all(status_words(status).islower() for status in Status)
