"""Submissions whose answers were lost, found again in the service's own list of tasks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mj_widgets.errors import BadReply, MjError, Offline
from mj_widgets.models import Submission, Task
from mj_widgets.models.status import Status

if TYPE_CHECKING:
    from mj_widgets.archive import Entry
    from mj_widgets.service.client import Client

_Listed = Mapping[str, Sequence[Any]]
_LATEST = 100
"""How many trueai-org/midjourney-proxy lists: what was sent long ago may have left the list."""
_LOOKS = (0.0, 2.0, 2.0)
"""Seconds before each look: a service may write a task down a little after it has taken it."""
_PATIENCE = 5.0
"""Seconds for one answer."""
_PATIENCE_FOR_ALL = 9.0
_SETTLED = timedelta(seconds=15)
"""After so long, a task that is not in the list will not come into it any more."""
_STILL_TRUE = 30.0
"""Seconds for which one look answers for all that was sent long before it."""


@dataclass(frozen=True)
class Found:
    """What the service's list has of a submission."""

    submission: Submission | None = None
    """The same as if its answer had come; None where it is not found."""
    is_missing: bool = False
    """True where there is a list that would have it, and it is not in that."""


class LostAnswers:
    """Looks up submissions that the service may have taken: it only asks, and sends nothing.

    What is sent carries a text that nothing else has (``Entry.echo``), which the servers repeat in
    their list of tasks. Those that have no such list are asked for it once.

    Args:
        client: the service.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._look: asyncio.Task[_Listed | None] | None = None
        self._seen: tuple[float, datetime, _Listed] | None = None
        self._slow_until = 0.0

    async def find(self, entry: Entry, *, is_last: bool = False) -> Found:
        """Return what the service's list has of a submission; nothing is raised.

        One that was sent just now is looked for three times in some five seconds.

        Args:
            entry: the submission.
            is_last: True where it is sent again unless it is found: the list is asked for anew.
        """
        if not entry.echo:
            return Found()
        is_old = datetime.now(UTC) - entry.sent_at > _SETTLED
        found = Found()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_FOR_ALL):
                for pause in _LOOKS[:1] if is_old else _LOOKS:
                    await asyncio.sleep(pause)
                    try:
                        listed = self._known(entry) if is_old and not is_last else None
                        if listed is None:
                            listed = await self._listed()
                    except Offline:
                        break
                    except MjError:
                        continue
                    if listed is None:
                        break
                    found = _found(listed, entry.echo, is_old=is_old)
                    if found.submission is not None:
                        break
        return found

    def _known(self, entry: Entry) -> _Listed | None:
        """Return a list of just now that would have what was sent long before it, if there is one.

        Raises:
            MjError: it has just been asked for in vain: a sweep has hundreds to ask about.
        """
        now = time.monotonic()
        if self._seen is not None:
            begun, when, listed = self._seen
            if now - begun < _STILL_TRUE and entry.sent_at + _SETTLED < when:
                return listed
        if now < self._slow_until:
            raise _too_slow()
        return None

    async def _listed(self) -> _Listed | None:
        """Return what the service lists, by what it repeats; None where it has no list."""
        loop = asyncio.get_running_loop()
        if self._look is None or self._look.done() or self._look.get_loop() is not loop:
            self._look = loop.create_task(self._ask())
            self._look.add_done_callback(_heard)
        return await asyncio.shield(self._look)

    async def _ask(self) -> _Listed | None:
        begun, when = time.monotonic(), datetime.now(UTC)
        try:
            async with asyncio.timeout(_PATIENCE):
                listed = await self._client.listed_by_echo()
        except TimeoutError:
            self._slow_until = begun + _STILL_TRUE
            raise _too_slow() from None
        if listed is not None:
            self._seen = begun, when, listed
        return listed


def _heard(look: asyncio.Task[_Listed | None]) -> None:
    if not look.cancelled():
        look.exception()  # who has stopped waiting for it is not told on the console


def _too_slow() -> MjError:
    return MjError("The list of tasks did not come in time")


def _found(listed: _Listed, echo: str, *, is_old: bool) -> Found:
    tasks = []
    for item in listed.get(echo, ()):
        with contextlib.suppress(BadReply):
            tasks.append(Task.parse(item))
    ids = tuple(dict.fromkeys(task.id for task in tasks if task.id))
    submission = Submission(
        code=1, task_ids=ids, needs_modal=any(task.status == Status.MODAL for task in tasks)
    )
    # What cannot be an id is none, and then nobody can follow it.
    return Found(submission) if submission.task_ids else Found(is_missing=_has_all(listed, is_old))


def _has_all(listed: _Listed, is_old: bool) -> bool:
    """Tell whether a list would have what was sent: it repeats echoes, and goes back far enough."""
    count = sum(len(tasks) for echo, tasks in listed.items() if echo)
    return bool(count or not listed) and (count < _LATEST or not is_old)
