"""What is said of a job, in plain words."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from mj_widgets.errors import (
    LONGEST_LINE,
    Forbidden,
    ImageError,
    MjError,
    QueueFull,
    RateLimited,
    ServiceUnavailable,
    TaskNotFound,
    Unauthorized,
    one_line,
)
from mj_widgets.jobs.state import MOST_JOBS, JobState, Phase, Tone
from mj_widgets.models import Status, Submission, Task
from mj_widgets.models import status_words as words_of
from mj_widgets.models.prompt import parse_prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mj_widgets.account.arrivals import Coming
    from mj_widgets.account.result import Result

_TONES: dict[str, Tone] = {
    "": "waiting",
    Status.NOT_START: "waiting",
    Status.SUBMITTED: "waiting",
    Status.MODAL: "trouble",
    Status.SUCCESS: "done",
    Status.FAILURE: "failed",
    Status.CANCEL: "failed",
}


def state_words(state: JobState) -> tuple[str, Tone]:
    """Return how a job stands, on one short line, and its tone: ("in progress", "running")."""
    match state.phase:
        case Phase.PLANNED:
            return "waits for its turn", "waiting"
        case Phase.SENDING if state.trouble is None:
            return f"sending {state.button}".rstrip(), "waiting"
        case Phase.UNSENT | Phase.NOTHING:
            if state.trouble is not None and state.trouble.maybe_sent:
                return "may have been submitted", "trouble"
            return "not submitted", "failed"
        case Phase.STOPPED:
            return "not watched any more", "waiting"
        case Phase.LOST if state.trouble is not None:
            return _refusal_words(state.trouble), "failed"
        case Phase.FETCHING if state.retry_at is not None:
            return "getting the picture again", "trouble"
        case Phase.FETCHING if state.coming is not None:
            return coming_words(state.coming, state.known), "running"
        case Phase.FETCHING:
            where = "looking in the library" if state.kept_since else "getting the picture"
            return where, "running"
    text, tone = status_words(state.known) if state.known else ("asking the service", "waiting")
    if state.retry_at is not None and state.trouble is not None:
        trouble = _trouble_words(state.trouble)
        return (f"{trouble}, was {text}" if state.known else trouble), "trouble"
    if state.stalled and state.known is not None and state.known.looks_ended:
        return f"{text or 'no status'}, looks ended", "trouble"
    return text, tone


def coming_words(coming: Coming, task: Task | None) -> str:
    """Return how much of a result has come: "getting the pictures, 2 of 4 are here"."""
    what = "videos" if task is not None and task.kind == "video" else "pictures"
    return f"getting the {what}, {coming.here} of {coming.count} are here"


def name_of(state: JobState) -> str:
    """Return what a job is called in a sentence: "Task 1747132423020537"."""
    return one_line(f"Task {state.task_id}") if state.task_id else "What is being submitted"


def status_words(task: Task) -> tuple[str, Tone]:
    """Return the status for people, and its tone; a word of the service's own is passed on."""
    status = Status.CANCEL if task.was_cancelled else task.status
    return words_of(status), _TONES.get(status, "running")


def _refusal_words(error: MjError) -> str:
    """Return the state of a job whose task nobody can tell of."""
    if isinstance(error, TaskNotFound):
        return "no such task"
    return "token not accepted" if isinstance(error, (Unauthorized, Forbidden)) else "not available"


def _trouble_words(error: MjError) -> str:
    """Return the state of a job whose last ask brought nothing and is tried again."""
    if isinstance(error, RateLimited):
        return "told to wait"
    if isinstance(error, QueueFull):
        return "the queue is full"
    reached = error.status is not None or not isinstance(error, ServiceUnavailable)
    return "no usable answer" if reached else "unreachable"


def passing_words(error: MjError) -> str:
    """Return what is said of *error* while it is tried again: not that a person should do so."""
    if error.lasting:
        return one_line(f"{error} This does not pass by itself.", LONGEST_LINE)
    is_to_wait = isinstance(error, (RateLimited, ServiceUnavailable))
    says_no_more = is_to_wait and error.advice == type(error).default_advice
    if says_no_more or isinstance(error, ImageError):
        return one_line(f"{error.sentence}.", LONGEST_LINE)
    return str(error)


def anew(button: str, again: str = "") -> str:
    """Return how to submit once more what was not sent again.

    Args:
        button: the one that started it, "" for a prompt, a describe and the like.
        again: see ``Start.again``.
    """
    usual = "Pressing once more, or new=True," if button else "--new / new=True"
    return f"{again or usual} submits it anew."


def look_first(error: MjError, again: str = "") -> str:
    """Return what to do about a prompt whose answer was lost, now or earlier."""
    said = "" if "may have been submitted" in error.what else "It may have been submitted. "
    return f"{said}Look at the service; {anew('', again)}"


def gone(error: TaskNotFound, button: str, again: str = "") -> TaskNotFound:
    """Return what is said where something was not sent again, and its task is not there."""
    advice = anew(button, again)
    return TaskNotFound(error.what, status=error.status, words=error.words, advice=advice)


def no_canvas() -> MjError:
    """Return what is said where the service asks for a mask, and there is nothing to paint on."""
    return MjError(
        "The picture to mark is not known here",
        advice="Fetch the task that it belongs to, and press the button there.",
    )


def progress_note(task: Task, *, stalled: bool) -> str:
    """Return what a person should know about a running task, on one line, or ""."""
    if stalled and task.looks_ended:
        own = f"“{one_line(task.status, 40)}” is no status that is known here"
        done = "done" if task.progress is None else f"at {task.progress} %"
        return (
            f"{own if task.status else 'The service tells no status'}, yet the task is {done} and "
            "nothing has changed for long: it looks ended. Stop ends the following; what there is "
            "of it is in .task, the link to its picture in .task.image_url."
        )
    if stalled and task.status != Status.MODAL:  # that waits for a person
        return (
            "Nothing has changed for unusually long: the service may have lost the task. "
            "It is asked again now and then."
        )
    return ""


def too_many(count: int) -> str:
    """Return what is said where so many tasks were started at once that not all have a job."""
    return (
        f"{count:,} tasks were started. {MOST_JOBS} are shown; "
        "the ids of all others are listed, and in further_ids."
    )


def origin(parent: str, button: str) -> str:
    """Return where a task comes from: "U2 of task 1747132423020537", or ""."""
    return one_line(f"{button or 'a window'} of task {parent}") if parent else ""


def known_since(when: datetime | None) -> str:
    """Return what is said of a press that was not sent again, "" for one that was sent."""
    return f"submitted on {moment(when)} – not again" if when else ""


def prompt_note(asked: str, task: Task, parent: Task) -> str:
    """Return what a person should know who gave *asked* and got *parent*'s prompt again, or ""."""
    old, used = _prompts(parent), _prompts(task)
    if not used or not used <= old or _plain(asked) in old:
        return ""
    return (
        "The service did not ask for your prompt, and seems to have used the old one: "
        "is Remix on there?"
    )


def place(submission: Submission) -> str:
    """Return where a task that was just submitted stands in the service's queue, or ""."""
    if not submission.queued or submission.known_since is not None:
        return ""
    if submission.ahead is None:
        return one_line(submission.description, 60)
    return f"{submission.ahead} ahead in the queue at first"


def keeping_note(refusal: MjError | None, not_kept: str) -> str:
    """Return what a person should know about a result and the library, on one line, or "".

    Args:
        refusal: what the service answered, where the library's state is shown instead.
        not_kept: why the library keeps nothing.
    """
    if refusal is not None:
        return f"Shown from the library. {refusal}"
    return f"Nothing is kept. {not_kept}" if not_kept else ""


def missing_note(result: Result | None) -> str:
    """Return which of a result's files could not be had, and why, on one line, or ""."""
    if result is None or result.trouble is None:
        return ""
    why = one_line(result.trouble.sentence, 300)
    one = "Video" if result.task.kind == "video" else "Picture"
    shown = result.shown
    missing = [str(pane.number) for pane in shown if pane.picture is None]
    if missing:
        which = f"{one}s" if len(missing) > 1 else one
        said = f"{which} {_listed(missing)} of {len(shown)} cannot be had: {why}."
        return f"{said} Try again asks for {'them' if len(missing) > 1 else 'it'} once more."
    if result.copied:
        again = f"Try again asks for the original{'s' if len(result.copied) > 1 else ''} once more."
        return f"{_pictures(result.copied)} shown as cut from the sheet: {why}. {again}"
    if result.lacks:  # a sheet that is not to be cut
        many = f"None of the {len(result.lacks)} pictures can be had, only the sheet of them"
        return f"{many}: {why}. Try again asks for them once more."
    return ""  # the sheet: it is only to be seen until all are here


def copies_note(result: Result) -> str:
    """Return which pictures of a result are only the sheet's copies, or ""."""
    if not result.copied:
        return ""
    originals = "originals" if len(result.copied) > 1 else "original"
    return f"{_pictures(result.copied)} cut from the sheet: Try again asks for the {originals}"


def _pictures(numbers: Sequence[int]) -> str:
    return f"Picture{'s' if len(numbers) > 1 else ''} {_listed([str(n) for n in numbers])}"


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def moment(when: datetime) -> str:
    """Return a moment as it is read on this computer: "2026-11-22 14:05"."""
    with suppress(OverflowError, ValueError, OSError):  # the service may say any year
        when = when.astimezone()
    return f"{when:%Y-%m-%d %H:%M}"


def is_same_prompt(task: Task, other: Task) -> bool:
    """Tell whether two tasks have the same prompt, as it was written or as it was translated."""
    used = _words_of(task)
    return bool(used) and used <= _words_of(other)


def _words_of(task: Task) -> set[str]:
    return {parse_prompt(text).text for text in _prompts(task)}


def _prompts(task: Task) -> set[str]:
    return {_plain(text) for text in (task.prompt, task.prompt_en, task.final_prompt) if text}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
