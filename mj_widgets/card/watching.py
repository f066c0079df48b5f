"""Where a card's news comes from: the library where its task has ended, else the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from mj_widgets import background
from mj_widgets.errors import MjError, Offline, TaskNotFound
from mj_widgets.service.follower import Update

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.archive import Record
    from mj_widgets.service.follower import Following


class Watch:
    """Watches one task for one card.

    Args:
        session: the library and the service.
        take: called on the background thread with each ``Update``.
        interval: seconds between two asks; None to let the follower find the right time.
    """

    def __init__(
        self, session: Account, take: Callable[[Update], None], interval: float | None
    ) -> None:
        self._session, self._take, self._interval = session, take, interval
        self._task_id = ""
        self._following: Following | None = None
        self._kept: Record | None = None
        self._elsewhere: Record | None = None
        self.is_on = False
        """False when nothing is to be shown any more."""
        self.kept_since: datetime | None = None
        """When the library got what it told last; None for what the service told."""
        self.refusal: MjError | None = None
        """Why the library told it, where the service was asked first."""

    async def start(self, task_id: str, *, is_new: bool = False, refresh: bool = False) -> None:
        """Begin to watch; see ``TaskWidget._begin``."""
        self._task_id = task_id
        self.refusal = None
        self._kept = self._elsewhere = None
        if not is_new:
            self._kept = await self._session.kept(task_id)
            self._elsewhere = self._kept or await self._session.kept(task_id, anywhere=True)
        self.unfollow()
        if not self.is_on:
            return
        if self._kept is not None and not refresh:
            self._tell_kept(self._kept)
        else:
            self._following = self._session.follow(
                task_id, self._hear, interval=self._interval, is_new=is_new
            )

    def ask(self) -> None:
        """Ask the service at once; on the background thread only."""
        if self._following is not None:
            self._following.check_now()

    def unfollow(self) -> None:
        """Ask no more; on the background thread only."""
        if self._following is not None:
            self._following.stop()
            self._following = None

    def stop(self) -> None:
        """Watch no more; from any thread."""
        self.is_on = False
        background.call(self.unfollow)

    def _hear(self, update: Update) -> None:
        is_unknown = isinstance(update.error, (TaskNotFound, Offline))
        kept = self._elsewhere if is_unknown else self._kept
        if update.error is not None and kept is not None:
            self.unfollow()
            self.refusal = update.error
            self._tell_kept(kept)
        else:
            self.kept_since = None
            if isinstance(update.error, Offline):
                what = f"Task {self._task_id} is not in the library, and you are offline"
                update = replace(update, error=Offline(what))
            self._take(update)

    def _tell_kept(self, record: Record) -> None:
        self.kept_since = record.saved_at
        self._take(Update(record.task, is_last=True))
