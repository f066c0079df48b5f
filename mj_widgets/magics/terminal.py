"""Following tasks where there is no browser: a text bar each in plain IPython."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tqdm import tqdm

from mj_widgets.errors import MjError, one_line
from mj_widgets.jobs import Job
from mj_widgets.jobs.state import Phase
from mj_widgets.jobs.words import status_words
from mj_widgets.models.prompt_slips import slips_of

if TYPE_CHECKING:
    from mj_widgets.card import TaskWidget
    from mj_widgets.jobs import JobState

_SENDING = "submitting"
_LONGEST_TEXT = 2_000


def follow(followed: Sequence[TaskWidget | Job], timeout: float | None = None) -> None:
    """Show a text bar until each task is done; Ctrl-C ends the watching, not the tasks.

    Raises:
        TimeoutError: one is still running after *timeout* seconds.
        MjError: one failed, or cannot be followed.
    """
    # A sweep has said it in its question.
    if len(followed) == 1 and (said := slips_of(_job_of(followed[0]).state.prompt).line):
        print(one_line(said, _LONGEST_TEXT))
    try:
        for one in followed:
            _follow(_job_of(one), partial(one.wait, timeout))
    except KeyboardInterrupt:
        jobs = [_job_of(one) for one in followed]
        print(_left_behind([job.state for job in jobs]))


def _left_behind(states: Sequence[JobState]) -> str:
    """Say what goes on although nobody waits for it any more."""
    left = [each for each in states if each.task is None or not each.task.is_final]
    planned = sum(each.phase is Phase.PLANNED for each in left)
    ids = one_line(", ".join(each.task_id for each in left if each.task_id), _LONGEST_TEXT)
    said = f"Stopped waiting; still running and followed: {ids}" if ids else "Stopped waiting"
    return f"{said}; {planned:,} more will be sent, stop() keeps them back" if planned else said


def _job_of(one: TaskWidget | Job) -> Job:
    return one if isinstance(one, Job) else one.job


def _follow(job: Job, wait: Callable[[], object]) -> None:
    with tqdm(
        total=100,
        desc=_name(job.state),
        bar_format="{desc} {percentage:3.0f} % |{bar:30}| {elapsed}{postfix}",
    ) as bar:

        def paint(state: JobState) -> None:
            bar.n = state.progress
            bar.set_description_str(_name(state), refresh=False)
            said = status_words(state.task)[0] if state.task else "asking"
            stands_still = state.notice.text if state.stalled else ""
            bar.set_postfix_str(state.error or stands_still or said)

        end = job.on_change(paint)
        paint(job.state)
        try:
            wait()
        except MjError:
            bar.leave = False  # the error is a line of its own and says it all
            raise
        finally:
            end()
            paint(job.state)
    for number, text in enumerate(job.texts, 1):
        print(f"{number}. {one_line(text, _LONGEST_TEXT)}")
    for file in job.files:
        print(f"kept as {one_line(str(file), _LONGEST_TEXT)}")


def _name(state: JobState) -> str:
    return one_line(state.task_id) or _SENDING
