"""What the tests of jobs share: a job that is waited for until it stands as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import Image
from services import file_of

from mj_widgets.sandbox import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import mj_widgets as mj
    from mj_widgets.jobs import JobState
    from mj_widgets.sandbox import Sandbox

SECONDS = 30
GRID, RUNNING, FAILED = EXAMPLES["finished"], EXAMPLES["running"], EXAMPLES["failed"]

IsMet = Callable[["JobState"], object]


class Told:
    """All states that a job has had since it was listened to, and how to wait for another."""

    def __init__(self, job: mj.Job) -> None:
        self.states: list[JobState] = []
        self._news = threading.Condition()
        self.end = job.on_change(self._hear)
        self._hear(job.state)

    def _hear(self, state: JobState) -> None:
        with self._news:
            self.states.append(state)
            self._news.notify_all()

    def until(self, is_met: IsMet, times: int = 1) -> JobState:
        """Wait until so many states were as wanted, and return the last of them."""
        with self._news:
            count = lambda: sum(map(bool, map(is_met, self.states)))  # noqa: E731
            assert self._news.wait_for(lambda: count() >= times, SECONDS), self.states
            return [state for state in self.states if is_met(state)][-1]


@contextmanager
def listening(job: mj.Job) -> Iterator[Told]:
    told = Told(job)
    yield told
    told.end()


def until(job: mj.Job, is_met: IsMet) -> JobState:
    """Wait until a job stands as wanted, and return how it does."""
    with listening(job) as told:
        return told.until(is_met)


def finished(session: mj.Session, task_id: str = GRID, *, refresh: bool = False) -> mj.Job:
    """The job of a task, when it has ended."""
    job = session.follow(task_id, refresh=refresh)
    job.wait(SECONDS)
    return job


def bodies(sandbox: Sandbox, path: str) -> list[dict[str, object]]:
    """What was submitted there, in order."""
    return [post.body for post in sandbox.posts if post.path.endswith(path)]


FOX = file_of(Image.new("RGB", (48, 32), "orange"))
HEN = file_of(Image.new("RGB", (32, 32), "brown"))
STARTS: dict[str, Callable[..., mj.Job]] = {
    "imagine": lambda session, **how: session.imagine("a fox", [FOX], **how),
    "describe": lambda session, **how: session.describe(FOX, **how),
    "shorten": lambda session, **how: session.shorten("a fox", **how),
    "blend": lambda session, **how: session.blend([FOX, HEN], **how),
}
