"""Where a task stands, in the words of whichever service."""

from __future__ import annotations

import pytest

import mj_widgets as mj
from mj_widgets.models.status import Status, is_final, is_waiting, own_word, status_of

WORDS = {
    Status.NOT_START: ("NOT_START", "Not started", "queued", "in queue", "PENDING", "waiting"),
    Status.SUBMITTED: ("submitted",),
    Status.MODAL: ("Modal",),
    Status.IN_PROGRESS: ("IN PROGRESS", "in-progress", "InProgress", "STARTED", "processing"),
    Status.SUCCESS: ("SUCCEEDED", "Success", "FINISHED", "DONE", "completed", " finished\n"),
    Status.FAILURE: ("ERROR", "FAIL", "Failed", "TIMEOUT", "time-out", "TIMED_OUT", "EXPIRED"),
    Status.CANCEL: ("CANCEL", "canceled", "CANCELLED"),
}


@pytest.mark.parametrize(
    ("word", "status"), [(word, status) for status, words in WORDS.items() for word in words]
)
def test_every_word_that_services_use_is_known_in_any_spelling(word: str, status: Status) -> None:
    task = mj.Task.parse({"id": "17", "status": word})
    assert task.status is status
    assert task.is_final is is_final(word) is status.is_final
    assert task.is_queued is is_waiting(word) is status.is_waiting


@pytest.mark.parametrize("word", ["painting the sky", "doneish", "un-finished"])
def test_a_word_that_nobody_knows_ends_nothing(word: str) -> None:
    assert status_of(word) == word
    assert not is_final(word)


def test_a_word_of_a_megabyte_ends_nothing_and_is_cut() -> None:
    word = status_of("S" * 1_000_000)
    assert word.endswith("S…")
    assert len(word) < 100
    assert not is_final(word)


def test_a_failure_without_a_reason_is_told_in_the_services_own_word() -> None:
    expired = mj.Task.parse({"id": "17", "status": "EXPIRED", "failReason": ""})
    assert str(mj.TaskFailed(expired)) == "Task 17 failed (“expired”)."
    told = mj.Task.parse({"id": "17", "status": "TIMEOUT", "failReason": "too slow"})
    assert str(mj.TaskFailed(told)) == "Task 17 failed (“too slow”)."
    assert own_word("ERROR") == own_word("Fail") == own_word("DONE") == ""


@pytest.mark.parametrize(
    ("body", "ended"),
    [
        ({"status": "PAINTED", "progress": "100%"}, True),
        ({"status": "PAINTED", "finishTime": 1790000040000}, True),
        ({"status": "", "progress": 100}, True),
        ({"status": "PAINTED", "progress": "99%"}, False),
        ({"status": "IN_PROGRESS", "progress": "100%"}, False),
        ({"status": "SUCCESS", "progress": "100%"}, False),
        ({"status": "", "progress": "", "finishTime": 0}, False),
    ],
)
def test_a_task_of_an_unknown_status_looks_ended_where_all_else_says_so(
    body: dict[str, object], ended: bool
) -> None:
    assert mj.Task.parse({"id": "17", **body}).looks_ended is ended
