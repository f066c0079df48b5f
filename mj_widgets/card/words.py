"""What a card says about a task, in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from mj_widgets.errors import (
    Forbidden,
    MjError,
    QueueFull,
    RateLimited,
    ServiceUnavailable,
    TaskNotFound,
    Unauthorized,
    one_line,
)
from mj_widgets.models import Status, Submission, Task
from mj_widgets.models import status_words as words_of
from mj_widgets.models.button import Asks, Button
from mj_widgets.models.prompt import Prompt, Value

Tone = Literal["waiting", "running", "done", "failed", "trouble"]

_TONES: dict[str, Tone] = {
    "": "waiting",
    Status.NOT_START: "waiting",
    Status.SUBMITTED: "waiting",
    Status.MODAL: "trouble",
    Status.SUCCESS: "done",
    Status.FAILURE: "failed",
    Status.CANCEL: "failed",
}
_QUEUED = ("", Status.NOT_START, Status.SUBMITTED)


def status_words(task: Task) -> tuple[str, Tone]:
    """Return the status for people, and its tone; a word of the service's own is passed on."""
    status = Status.CANCEL if task.was_cancelled else task.status
    return words_of(status), _TONES.get(status, "running")


def refusal_words(error: MjError) -> str:
    """Return the state of a card that cannot follow its task."""
    if isinstance(error, TaskNotFound):
        return "no such task"
    return "token not accepted" if isinstance(error, (Unauthorized, Forbidden)) else "not available"


def trouble_words(error: MjError) -> str:
    """Return the state of a card whose last ask brought nothing and is tried again."""
    if isinstance(error, RateLimited):
        return "told to wait"
    if isinstance(error, QueueFull):
        return "the queue is full"
    reached = error.status is not None or not isinstance(error, ServiceUnavailable)
    return "no usable answer" if reached else "unreachable"


def passing_words(error: MjError) -> str:
    """Return what is said of *error* while it is tried again: not that a person should do so."""
    is_to_wait = isinstance(error, (RateLimited, ServiceUnavailable))
    return one_line(f"{error.sentence}.", 600) if is_to_wait else str(error)


def unsent_words(error: MjError) -> tuple[str, Tone]:
    """Return the state of a card that knows no task after all, and its tone."""
    if isinstance(error, ServiceUnavailable) and error.maybe_sent:
        return "may have been submitted", "trouble"
    return "not submitted", "failed"


def anew(button: str) -> str:
    """Return how to submit once more what was not sent again.

    Args:
        button: the one that started it, "" for a prompt, a describe and the like.
    """
    how = "Pressing once more, or new=True," if button else "--new / new=True"
    return f"{how} submits it anew."


def look_first(error: ServiceUnavailable) -> str:
    """Return what to do about a prompt whose answer was lost, now or earlier."""
    said = "" if "may have been submitted" in error.what else "It may have been submitted. "
    return f"{said}Look at the service; {anew('')}"


def gone(error: TaskNotFound, button: str) -> TaskNotFound:
    """Return what is said where something was not sent again, and its task is not there."""
    return TaskNotFound(error.what, status=error.status, words=error.words, advice=anew(button))


def progress_note(task: Task, *, stalled: bool) -> str:
    """Return what a person should know about a running task, on one line, or ""."""
    if stalled and task.status != Status.MODAL:  # that waits for a person
        return (
            "Nothing has changed for unusually long: the service may have lost the task. "
            "It is asked again now and then."
        )
    return ""


def window_title(asks: Asks, name: str, button: Button | None) -> str:
    """Return what the window of a task that waits is for: "V1: Four new variations of picture 1".

    Args:
        asks: what the service waits for.
        name: the button that the task came from, "" where it is not known.
        button: the button itself, as far as it is known.
    """
    if button is not None:
        return f"{name}: {button.meaning}" if name else button.meaning
    what = f"service waits for a {'mask' if asks == 'mask' else 'prompt'}"
    return f"{name}: the {what}" if name else f"The {what}"


def times(task: Task) -> dict[str, Any]:
    """Return what the state line counts: fixed seconds, or the moments (ms) that they count from.

    Keys: ``queued``, ``ran`` (seconds); ``queuedSince``, ``runningSince`` (ms since 1970).
    """
    submitted, started = _milliseconds(task.submit_time), _milliseconds(task.start_time)
    over = task.is_final
    return {
        "queued": task.queue_seconds,
        "ran": task.run_seconds,
        "queuedSince": submitted if task.status in _QUEUED and not started else None,
        "runningSince": started if task.status not in _QUEUED and not over else None,
    }


def origin(parent: str, button: str) -> str:
    """Return where a task comes from: "U2 of task 1747132423020537", or ""."""
    return f"{button or 'a window'} of task {parent}" if parent else ""


def known_since(moment: datetime) -> str:
    """Return what is said of a press that was not sent again."""
    return f"submitted on {_moment(moment)} – not again"


def parameters(prompt: Prompt) -> list[str]:
    """Return each parameter as it is understood: "ar 16:9", "raw", "no text, frame"."""
    return [_parameter(name, value) for name, value in prompt.parameters.items()]


def unknown_parameters(prompt: Prompt) -> str:
    """Return a warning of parameters that Midjourney does not document, on one line, or ""."""
    names = ", ".join(f"--{one_line(name, 40)}" for name in prompt.unknown)
    return f"Midjourney documents no {names}" if names else ""


def prompt_note(asked: str, task: Task, parent: Task) -> str:
    """Return what a person should know who gave *asked* and got *parent*'s prompt again, or ""."""
    old, used = _prompts(parent), _prompts(task)
    if not used or not used <= old or _plain(asked) in old:
        return ""
    return (
        "The service did not ask for your prompt, and seems to have used the old one: "
        "is Remix on there?"
    )


def _prompts(task: Task) -> set[str]:
    return {_plain(text) for text in (task.prompt, task.prompt_en, task.final_prompt) if text}


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _parameter(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return name
    return one_line(f"{name} {', '.join(value) if isinstance(value, tuple) else value}", 60)


def place(submission: Submission) -> str:
    """Return where a task that was just submitted stands in the service's queue, or ""."""
    if not submission.queued or submission.known_since is not None:
        return ""
    if submission.ahead is None:
        return one_line(submission.description, 60)
    return f"{submission.ahead} ahead in the queue at first"


def notes(task: Task | None, kept_since: datetime | None, place: str = "") -> list[str]:
    """Return what the state line says of a task besides its state.

    Args:
        task: the task, as far as it is known.
        kept_since: when it was written to the library, where it comes from there.
        place: where it stands in the queue, said until it starts.
    """
    said = [place] if place and (task is None or task.status in _QUEUED) else []
    if kept_since is not None:
        said.append(f"from the library of {_moment(kept_since)}")
    until = task.link_expires if task and task.succeeded else None
    if until is not None:
        over = until <= datetime.now(UTC)
        said.append(f"link {'expired' if over else 'works until'} {_moment(until)}")
    return said


def keeping_note(refusal: MjError | None, not_kept: str) -> str:
    """Return what a person should know about a result and the library, on one line, or "".

    Args:
        refusal: what the service answered, where the library's state is shown instead.
        not_kept: why the library keeps nothing.
    """
    if refusal is not None:
        return f"Shown from the library. {refusal}"
    return f"Nothing is kept. {not_kept}" if not_kept else ""


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def picture_name(task: Task, number: int | None) -> str:
    """Return the text that stands for a picture: "picture 2 of 4: a red fox".

    Args:
        task: the task.
        number: 1 to 4 for a picture of a grid, None for a single one.
    """
    which = f"picture {number} of 4" if number else "picture"
    return f"{which}: {task.prompt or task.final_prompt}".strip(": ")


def _milliseconds(moment: Any) -> float | None:
    return None if moment is None else moment.timestamp() * 1000
