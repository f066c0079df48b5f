"""All that is known of a job at one moment, as one value that never changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from mj_widgets.errors import LONGEST_LINE, TaskNotFound, one_line
from mj_widgets.jobs.stopwatch import UNWATCHED, Stopwatch

if TYPE_CHECKING:
    from datetime import datetime

    from mj_widgets.account.arrivals import Coming
    from mj_widgets.account.result import Result
    from mj_widgets.errors import MjError
    from mj_widgets.models import Task
    from mj_widgets.models.button import Asks, Button
    from mj_widgets.models.modal import ModalAnswer

Tone = Literal["waiting", "running", "done", "failed", "trouble"]


MOST_JOBS = 24
"""Of one answer that many tasks get jobs and are named at once; the ids of the rest are listed."""


class Phase(StrEnum):
    """What is being done about a task, whatever the service's status says."""

    PLANNED = "planned"
    """It is to be submitted when its turn comes."""
    SENDING = "sending"
    """It is being submitted."""
    UNSENT = "unsent"
    """No task came of it: it was refused, or its answer was lost."""
    NOTHING = "nothing"
    """The service took it, and there is nothing to follow: a bookmark."""
    FOLLOWED = "followed"
    """The service is asked, or the library looked at."""
    FETCHING = "fetching"
    """It succeeded; its files are on their way."""
    ENDED = "ended"
    """It succeeded, failed or was cancelled, and all that can be had of it is here."""
    LOST = "lost"
    """Nobody can tell of it: there is no such task, or the token is refused."""
    STOPPED = "stopped"
    """It goes on at the service, but is not followed any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Notice:
    """One line that a person should read; the same words said again are another one."""

    text: str = ""
    tone: Tone = "failed"

    @classmethod
    def of(cls, text: str, tone: Tone = "failed") -> Notice:
        """Return the notice of a text, an empty one for ""."""
        return cls(one_line(text, LONGEST_LINE), tone) if text else cls()


@dataclass(frozen=True, slots=True)
class JobButton:
    """A button of a task, and what became of its presses."""

    name: str
    """By which it is pressed; its button's name, numbered where another one has it already."""
    button: Button
    is_busy: bool = False
    """True while a press is being sent, and for a second after it, as in a double click."""
    used: Literal["", "before", "here"] = ""
    """Whether a press was sent: in this job, or before it."""
    is_unknown: bool = False
    """True once the service has answered that it does not know it."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """What a mask is painted on."""

    image: bytes
    """A JPEG; a small copy will do."""
    size: tuple[int, int]
    """Width and height of the real picture in pixels."""


@dataclass(frozen=True, slots=True)
class Question:
    """The modal in which a task waits for a prompt or a mask."""

    asks: Asks
    prompt: str
    """What stands in it at first."""
    button: Button | None = None
    """What opened it, as far as it is known."""
    canvas: Canvas | None = None
    """What a mask is painted on."""
    draft: ModalAnswer | None = None
    """An answer that was given and refused."""
    refusal: str = ""
    """Why the last answer was not taken, on one line."""
    refusals: int = 0
    """How many answers were not taken: the same words may come twice."""


class Followup(Protocol):
    """A job that came of another one, as that one knows it."""

    @property
    def state(self) -> JobState:
        """All that is known of it."""


@dataclass(frozen=True, slots=True)
class JobState:
    """All that is known of a job at one moment."""

    phase: Phase = Phase.SENDING
    task_id: str = ""
    """"" while it is being submitted, or where no task came of it."""
    task: Task | None = None
    """As it was last settled: one that succeeded is here once its files are."""
    arriving: Task | None = None
    """The task that succeeded, while its files are on their way."""
    coming: Coming | None = None
    """What there is of several files by then."""
    prompt: str = ""
    """What was given, before the task itself tells."""
    parent_id: str = ""
    """The task whose button started it, as far as it is known."""
    button: str = ""
    """The name of that button."""
    origin: str = ""
    """Where it comes from, in words: "U2 of task 1747132423020537", "imagine · 2 pictures"."""
    known_since: datetime | None = None
    """When it was submitted, where it was not submitted again."""
    place: str = ""
    """Where it stood in the service's queue, in words."""
    trouble: MjError | None = None
    """Why the last ask brought nothing, or why nobody can tell of it."""
    retry_at: float | None = None
    """When it is asked again after that, as ``time.time()``."""
    changed_at: float | None = None
    """When the task was first seen or last changed, as ``time.time()``."""
    stalled: bool = False
    """True when nothing has changed for unusually long."""
    stopwatch: Stopwatch = UNWATCHED
    """What was seen of its times from here."""
    kept_since: datetime | None = None
    """When the library got what it told; None for what the service told."""
    error: str = ""
    """What went wrong, on one line, or ""."""
    notice: Notice = Notice()
    """The last thing to be read: what went wrong, or what else there is to know."""
    result: Result | None = None
    """The files, once they are here."""
    seed: str = ""
    buttons: tuple[JobButton, ...] = ()
    question: Question | None = None
    followups: tuple[Followup, ...] = ()
    """The jobs that came of its presses, in order."""
    further_ids: tuple[str, ...] = ()
    """The tasks that came of it and have no job here, as there were too many at once."""
    outcome: Task | MjError | None = None
    """What whoever waits for it gets: the task, or why there is none. None while it goes on."""

    @property
    def known(self) -> Task | None:
        """The task as it was last heard of."""
        return self.arriving or self.task

    @property
    def status(self) -> str:
        """The service's status, such as IN_PROGRESS; "" before it is known."""
        return str(self.task.status) if self.task else ""

    @property
    def progress(self) -> int:
        """Per cent."""
        if self.task is None:
            return 0
        return 100 if self.task.succeeded else self.task.progress or 0

    @property
    def has_failed(self) -> bool:
        """True when the task ended without a result, or there is no such task."""
        if self.phase is Phase.LOST and isinstance(self.trouble, TaskNotFound):
            return True
        return self.task is not None and self.task.is_final and not self.task.succeeded

    def find(self, name: str) -> JobButton | None:
        """Return the button of that name, or None."""
        return next((found for found in self.buttons if found.name == name), None)
