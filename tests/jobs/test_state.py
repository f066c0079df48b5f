"""What is known of a job at one moment: which of its facts follow from which."""

from __future__ import annotations

import dataclasses

import pytest

import mj_widgets as mj
from mj_widgets.jobs import JobState, Phase
from mj_widgets.jobs.state import JobButton, Notice
from mj_widgets.models.button import Button

HALF = mj.Task(id="17", status="IN_PROGRESS", progress=46)
DONE = mj.Task(id="17", status="SUCCESS", progress=99)
FAILED = mj.Task(id="17", status="FAILURE", progress=46)
CANCELLED = mj.Task(id="17", status="CANCEL")
UNKNOWN = mj.TaskNotFound("The service does not know task 17")
REFUSED = mj.Unauthorized("The token is not accepted")

on = pytest.mark.parametrize


def test_nothing_is_known_of_what_is_only_being_submitted() -> None:
    state = JobState()
    assert state.phase is Phase.SENDING
    assert (state.task_id, state.status, state.progress) == ("", "", 0)
    assert state.known is None
    assert not state.has_failed


@on(
    ("task", "arriving", "known"),
    [
        (None, None, None),
        (HALF, None, HALF),
        (HALF, DONE, DONE),
        (None, DONE, DONE),
    ],
)
def test_what_was_heard_of_last_is_the_task_whose_files_are_on_their_way(
    task: mj.Task | None, arriving: mj.Task | None, known: mj.Task | None
) -> None:
    assert JobState(task=task, arriving=arriving).known is known


def test_a_task_whose_files_are_on_their_way_is_not_done_yet() -> None:
    state = JobState(Phase.FETCHING, task=HALF, arriving=DONE)
    assert (state.status, state.progress) == ("IN_PROGRESS", 46)


@on(
    ("task", "progress"),
    [
        (None, 0),
        (mj.Task(id="17", status="SUBMITTED"), 0),
        (HALF, 46),
        (FAILED, 46),
        (DONE, 100),
        (mj.Task(id="17", status="SUCCESS"), 100),
    ],
)
def test_progress_is_what_the_service_told_and_all_of_it_where_the_task_is_done(
    task: mj.Task | None, progress: int
) -> None:
    assert JobState(task=task).progress == progress


@on(
    ("state", "has_failed"),
    [
        (JobState(Phase.ENDED, task=DONE), False),
        (JobState(Phase.ENDED, task=FAILED), True),
        (JobState(Phase.ENDED, task=CANCELLED), True),
        (JobState(Phase.FOLLOWED, task=HALF), False),
        (JobState(Phase.FOLLOWED, task=HALF, trouble=UNKNOWN), False),
        (JobState(Phase.LOST, trouble=UNKNOWN), True),
        (JobState(Phase.LOST, task=HALF, trouble=UNKNOWN), True),
        (JobState(Phase.LOST, trouble=REFUSED), False),
        (JobState(Phase.UNSENT, trouble=REFUSED), False),
        (JobState(Phase.STOPPED, task=HALF), False),
        (JobState(Phase.FOLLOWED, task=mj.Task(id="17", status="ON_A_BREAK")), False),
    ],
)
def test_a_job_has_failed_where_its_task_ended_without_a_result_or_there_is_none(
    state: JobState, has_failed: bool
) -> None:
    assert state.has_failed is has_failed


def test_a_button_is_found_by_the_name_by_which_it_is_pressed() -> None:
    low, other = (JobButton(name, Button(label="Animate")) for name in ("Animate", "Animate (2)"))
    state = JobState(buttons=(low, other))
    assert state.find("Animate") is low
    assert state.find("Animate (2)") is other
    assert state.find("animate") is None
    assert JobState().find("Animate") is None


@on("text", ["no seed", ""])
def test_a_notice_without_a_text_is_none_whatever_its_tone(text: str) -> None:
    notice = Notice.of(text, "trouble")
    assert (notice.text, notice.tone) == (text, "trouble" if text else "failed")


def test_the_same_words_said_again_are_another_notice() -> None:
    assert Notice.of("no seed") != Notice.of("no seed")


def test_a_state_is_a_value_that_never_changes() -> None:
    assert JobState(task=HALF) == JobState(task=HALF)
    with pytest.raises(dataclasses.FrozenInstanceError):
        JobState().seed = "7"  # type: ignore[misc]
