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
"""Seconds for which one look answers for all that was sent long before."""


@dataclass(frozen=True)
class Found:
    """What the service's list has of a submission."""

    submission: Submission | None = None
    """The same as if its answer had come; None where it is not found."""
    is_missing: bool = False
    """True where there is a list that would have it, and it is not in that."""


class LostAnswers:
    """Looks submissions up that the service may have taken; it only asks, and sends nothing.

    What is sent carries a text that nothing else has (``Entry.echo``), which the servers repeat in
    their list of tasks. Those that have no such list are asked for it once.

    Args:
        client: the service.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._look: asyncio.Task[_Listed | None] | None = None
        self._seen: tuple[float, _Listed] | None = None
        self._slow_until = 0.0

    async def find(self, entry: Entry) -> Found:
        """Return what the service's list has of a submission; nothing is raised.

        One that was sent just now is looked for three times in some five seconds.
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
                        listed = await self._listed(is_old=is_old)
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

    async def _listed(self, *, is_old: bool) -> _Listed | None:
        """Return what the service lists, by what it repeats; None where it has no list."""
        if is_old and self._seen and time.monotonic() - self._seen[0] < _STILL_TRUE:
            return self._seen[1]
        if is_old and time.monotonic() < self._slow_until:
            raise _too_slow()  # a sweep has hundreds to ask about
        loop = asyncio.get_running_loop()
        if self._look is None or self._look.done() or self._look.get_loop() is not loop:
            self._look = loop.create_task(self._ask())
            self._look.add_done_callback(_heard)
        return await asyncio.shield(self._look)

    async def _ask(self) -> _Listed | None:
        begun = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE):
                listed = await self._client.listed_by_echo()
        except TimeoutError:
            self._slow_until = begun + _STILL_TRUE
            raise _too_slow() from None
        if listed is not None:
            self._seen = begun, listed
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
    """Tell whether a list would have what was sent: it repeats what came, and goes far back."""
    count = sum(len(tasks) for echo, tasks in listed.items() if echo)
    return bool(count or not listed) and (count < _LATEST or not is_old)
