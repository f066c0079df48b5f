"""Where a job's news comes from: the library where its task has ended, else the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError, Offline, TaskNotFound
from mj_widgets.service.follower import Update

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.archive import Record
    from mj_widgets.jobs.stopwatch import Stopwatch
    from mj_widgets.service.follower import Following


@dataclass(frozen=True)
class News:
    """What is new about a task, and who told it."""

    update: Update
    kept: Record | None = None
    """What the library has of it, where that is what is told."""
    refusal: MjError | None = None
    """Why the library tells it, where the service was asked first."""
    stopwatch: Stopwatch | None = None
    """What has been seen of its times, None where nothing is new of them."""


class Watch:
    """Watches one task; on the background thread.

    Args:
        account: the library and the service.
        task_id: the task.
        take: called with what is new.
        interval: seconds between two asks; None to let the follower find the right time.
    """

    __slots__ = ("_account", "_elsewhere", "_following", "_interval", "_kept", "_take", "_task_id")

    def __init__(
        self,
        account: Account,
        task_id: str,
        take: Callable[[News], None],
        interval: float | None,
    ) -> None:
        self._account, self._task_id, self._take = account, task_id, take
        self._interval = interval
        self._following: Following | None = None
        self._kept: Record | None = None
        self._elsewhere: Record | None = None

    async def look(self) -> Record | None:
        """Return what the library has of the task, of any service."""
        self._kept = await self._account.kept(self._task_id)
        self._elsewhere = self._kept or await self._account.kept(self._task_id, anywhere=True)
        return self._elsewhere

    def start(self, *, is_new: bool = False, refresh: bool = False) -> None:
        """Tell what the library has; else, or to *refresh* it, what the service tells."""
        if self._kept is not None and not refresh:
            self._take(News(Update(self._kept.task, is_last=True), self._kept))
        else:
            self._following = self._account.follow(
                self._task_id, self._hear, interval=self._interval, is_new=is_new
            )

    def ask(self) -> None:
        """Ask the service at once."""
        if self._following is not None:
            self._following.check_now()

    def stop(self) -> None:
        """Ask no more."""
        if self._following is not None:
            self._following.stop()
            self._following = None

    def _hear(self, update: Update) -> None:
        is_unknown = isinstance(update.error, (TaskNotFound, Offline))
        kept = self._elsewhere if is_unknown else self._kept
        if update.error is not None and kept is not None:
            self.stop()
            self._take(News(Update(kept.task, is_last=True), kept, update.error))
            return
        if isinstance(update.error, Offline):
            what = f"Task {self._task_id} is not in the library, and you are offline"
            update = replace(update, error=Offline(what))
        self._take(News(update))
