"""What is said of a job: one short line for each way in which it may stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import mj_widgets as mj
from mj_widgets.account.arrivals import Coming
from mj_widgets.jobs import JobState, Phase, words
from mj_widgets.jobs.state import Tone
from mj_widgets.models import Submission

HALF = mj.Task(id="17", status="IN_PROGRESS", progress=46)
DONE = mj.Task(id="17", status="SUCCESS")
SINCE = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)

REFUSED = mj.Forbidden("The token may not do this")
LOST = mj.ServiceUnavailable("It may have been submitted", maybe_sent=True)
GONE = mj.TaskNotFound("The service does not know task 17")
UNREACHABLE = mj.ServiceUnavailable("The service cannot be reached")
BROKEN = mj.ServiceUnavailable("The service cannot answer now", status=502)
FULL = mj.QueueFull("The queue is full")
SLOWER = mj.RateLimited("Too many requests", status=429)
FILM = DONE.model_copy(update={"video_urls": ("https://host.example/a.mp4",)})
ODD = mj.BadReply("That is a web page")

on = pytest.mark.parametrize


@on(
    ("state", "said", "tone"),
    [
        (JobState(Phase.SENDING), "sending", "waiting"),
        (JobState(Phase.SENDING, button="U2"), "sending U2", "waiting"),
        (JobState(Phase.SENDING, trouble=FULL, retry_at=1.0), "the queue is full", "trouble"),
        (JobState(Phase.UNSENT, trouble=REFUSED), "not submitted", "failed"),
        (JobState(Phase.UNSENT, trouble=LOST), "may have been submitted", "trouble"),
        (JobState(Phase.NOTHING), "not submitted", "failed"),
        (JobState(Phase.FOLLOWED), "asking the service", "waiting"),
        (JobState(Phase.FOLLOWED, task=HALF), "in progress", "running"),
        (JobState(Phase.FETCHING, arriving=DONE), "getting the picture", "running"),
        (
            JobState(Phase.FETCHING, arriving=DONE, kept_since=SINCE),
            "looking in the library",
            "running",
        ),
        (
            JobState(Phase.FETCHING, arriving=DONE, coming=Coming(2, 4)),
            "getting the pictures, 2 of 4 are here",
            "running",
        ),
        (
            JobState(Phase.FETCHING, arriving=FILM, coming=Coming(0, 4)),
            "getting the videos, 0 of 4 are here",
            "running",
        ),
        (JobState(Phase.ENDED, task=DONE), "done", "done"),
        (JobState(Phase.LOST, trouble=GONE), "no such task", "failed"),
        (JobState(Phase.LOST, trouble=REFUSED), "token not accepted", "failed"),
        (JobState(Phase.LOST, trouble=mj.Unauthorized("no")), "token not accepted", "failed"),
        (JobState(Phase.LOST, trouble=ODD), "not available", "failed"),
        (JobState(Phase.STOPPED, task=HALF), "not watched any more", "waiting"),
    ],
)
def test_each_phase_has_its_words_and_its_tone(state: JobState, said: str, tone: Tone) -> None:
    assert words.state_words(state) == (said, tone)


def test_no_phase_is_left_without_words() -> None:
    assert all(words.state_words(JobState(phase))[0] for phase in Phase)


@on(
    ("trouble", "said"),
    [
        (UNREACHABLE, "unreachable"),
        (BROKEN, "no usable answer"),
        (ODD, "no usable answer"),
        (SLOWER, "told to wait"),
        (FULL, "the queue is full"),
    ],
)
def test_what_is_tried_again_says_why_and_how_the_task_was(trouble: mj.MjError, said: str) -> None:
    unheard = JobState(Phase.FOLLOWED, trouble=trouble, retry_at=1.0)
    heard = JobState(Phase.FOLLOWED, task=HALF, trouble=trouble, retry_at=1.0)
    assert words.state_words(unheard) == (said, "trouble")
    assert words.state_words(heard) == (f"{said}, was in progress", "trouble")


@on(
    ("status", "said", "tone"),
    [
        ("", "accepted", "waiting"),
        ("NOT_START", "waiting in the queue", "waiting"),
        ("SUBMITTED", "submitted", "waiting"),
        ("MODAL", "waiting for input in a window", "trouble"),
        ("IN_PROGRESS", "in progress", "running"),
        ("SUCCESS", "done", "done"),
        ("FAILURE", "failed", "failed"),
        ("CANCEL", "cancelled", "failed"),
        ("WAITING_FOR_GPU", "waiting for gpu", "running"),
    ],
)
def test_a_status_is_said_in_words_and_one_of_the_services_own_is_passed_on(
    status: str, said: str, tone: Tone
) -> None:
    assert words.status_words(mj.Task(status=status)) == (said, tone)


def test_a_failure_that_is_a_cancel_in_the_services_words_reads_cancelled() -> None:
    task = mj.Task(status="FAILURE", fail_reason="取消任务")
    assert words.status_words(task) == ("cancelled", "failed")


def test_what_has_no_id_yet_is_called_what_is_being_submitted() -> None:
    assert words.name_of(JobState()) == "What is being submitted"
    assert words.name_of(JobState(task_id="17")) == "Task 17"


@on(
    ("parent", "button", "said"),
    [
        ("17", "U2", "U2 of task 17"),
        ("17", "", "a window of task 17"),
        ("", "U2", ""),
        ("", "", ""),
    ],
)
def test_where_a_task_comes_from_is_its_button_and_its_parent(
    parent: str, button: str, said: str
) -> None:
    assert words.origin(parent, button) == said


@on(
    ("error", "said"),
    [
        (UNREACHABLE, "The service cannot be reached."),
        (SLOWER, "Too many requests (HTTP 429)."),
        (ODD, str(ODD)),
    ],
)
def test_what_is_tried_again_by_itself_asks_nobody_to_try_it_again(
    error: mj.MjError, said: str
) -> None:
    assert words.passing_words(error) == said


@on(
    ("error", "said"),
    [
        (mj.ServiceUnavailable("The service closed the connection"), "It may have been submitted."),
        (LOST, ""),
    ],
)
def test_what_may_have_been_submitted_is_said_once_with_what_to_do(
    error: mj.MjError, said: str
) -> None:
    advice = "Look at the service; --new / new=True submits it anew."
    assert words.look_first(error) == f"{said} {advice}".strip()


@on(("button", "how"), [("U2", "Pressing once more, or new=True,"), ("", "--new / new=True")])
def test_where_a_task_that_was_not_sent_again_is_gone_it_says_how_to_submit_it_anew(
    button: str, how: str
) -> None:
    error = words.gone(mj.TaskNotFound("gone", status=404, words="task_no_found"), button)
    assert str(error) == f"gone (HTTP 404: “task_no_found”). {how} submits it anew."


def test_a_task_that_stands_still_is_a_note_unless_it_waits_for_a_person() -> None:
    assert "unusually long" in words.progress_note(HALF, stalled=True)
    assert words.progress_note(HALF, stalled=False) == ""
    assert words.progress_note(mj.Task(status="MODAL"), stalled=True) == ""


@on(
    ("status", "progress", "said"),
    [
        ("PAINTED", 100, "“PAINTED” is no status that is known here, yet the task is at 100 %"),
        ("PAINTED", None, "“PAINTED” is no status that is known here, yet the task is done"),
        ("", 100, "The service tells no status, yet the task is at 100 %"),
    ],
)
def test_a_task_that_looks_ended_is_said_to_do_so_with_what_can_be_done(
    status: str, progress: int | None, said: str
) -> None:
    task = mj.Task(id="17", status=status, progress=progress).model_copy(
        update={"finish_time": datetime(2026, 11, 22, tzinfo=UTC)}
    )
    note = words.progress_note(task, stalled=True)
    assert note.startswith(said)
    assert "it looks ended. Stop ends the following;" in note
    assert words.progress_note(task, stalled=False) == ""
    state = JobState(Phase.FOLLOWED, "17", task, stalled=True)
    assert words.state_words(state)[0].endswith("looks ended")


@on(
    ("submission", "said"),
    [
        (Submission(code=1), ""),
        (Submission(code=22, queued=True, description="排队中，前面还有3个任务"), "3 ahead"),
        (Submission(code=22, queued=True, description="in the\nqueue"), "in the queue"),
        (Submission(code=22, queued=True, description="in the queue", known_since=SINCE), ""),
    ],
)
def test_a_task_that_was_just_queued_says_where_it_stands(
    submission: Submission, said: str
) -> None:
    assert words.place(submission).startswith(said)
    assert bool(words.place(submission)) is bool(said)


@on(
    ("refusal", "not_kept", "said"),
    [
        (None, "", ""),
        (None, "The disk is full.", "Nothing is kept. The disk is full."),
        (BROKEN, "", f"Shown from the library. {BROKEN}"),
        (BROKEN, "The disk is full.", f"Shown from the library. {BROKEN}"),
    ],
)
def test_a_note_says_what_the_library_stands_for_or_why_it_keeps_nothing(
    refusal: mj.MjError | None, not_kept: str, said: str
) -> None:
    assert words.keeping_note(refusal, not_kept) == said


def test_what_was_not_sent_again_says_since_when_it_is_known() -> None:
    assert words.known_since(None) == ""
    local = f"{SINCE.astimezone():%Y-%m-%d %H:%M}"
    assert words.known_since(SINCE) == f"submitted on {local} – not again"


SAME = mj.Task(id="1", prompt="a red fox in the snow --s 50")


@on(
    ("asked", "got", "is_said"),
    [
        ("a blue fox", SAME, True),
        ("a red fox", SAME, True),  # a part of the old one is another one
        ("a red fox in the snow --s 900", SAME, True),
        ("a  red fox in the snow --s 50", SAME, False),
        ("一只蓝狐", mj.Task(id="2", prompt="a blue fox"), False),  # translated
        ("a blue fox", mj.Task(id="2"), False),  # nothing is told
        ("a blue fox", mj.Task(id="2", prompt=SAME.prompt, prompt_en="a blue fox"), False),
    ],
)
def test_only_the_old_prompt_told_again_is_a_warning(
    asked: str, got: mj.Task, is_said: bool
) -> None:
    assert bool(words.prompt_note(asked, got, SAME)) is is_said


def test_what_helps_is_said_while_it_is_asked_again_and_to_try_later_is_not() -> None:
    lasting = mj.ServiceUnavailable("No trust", advice="Set it.", lasting=True)
    assert words.passing_words(lasting) == "No trust. Set it. This does not pass by itself."
    helped = mj.ServiceUnavailable("Nobody there", advice="Is it on?")
    assert words.passing_words(helped) == "Nobody there. Is it on?"
    assert words.passing_words(UNREACHABLE) == "The service cannot be reached."
