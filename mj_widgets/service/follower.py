"""Following running tasks of one service: asking at the right time, never giving up.

One follower serves all tasks of a service. It asks for many at once where the service can answer
that, keeps asking when an answer is lost and when it is offline for a while, and ends with a
task's final state, or with an error that no waiting will mend (no such task, token refused; a
certificate that is not accepted or a wrong address, unless the task was there before).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mj_widgets.errors import (
    Forbidden,
    MjError,
    Offline,
    ServiceUnavailable,
    TaskNotFound,
    Unauthorized,
    fault_of,
    one_line,
)
from mj_widgets.models import Task
from mj_widgets.service.client import Client
from mj_widgets.service.pace import Pace, Rhythm

_log = logging.getLogger(__name__)
_HOPELESS = (Unauthorized, Forbidden, TaskNotFound, Offline)
# Where one request answers for many, an ask that is nearly due goes along with one that is.
_TOGETHER = 0.5
_AT_ONCE = 8
_BATCH = 100
# A gateway may take a moment until it knows what it has just accepted, and an empty answer is
# "not found" at some servers and a mishap at others, and trueai's answers 403 to a rush: a task
# that exists is given up only after as many refusals in a row.
_GRACE = 5


@dataclass(frozen=True, slots=True)
class Update:
    """What is new about a followed task."""

    task: Task | None
    """Its last known state, kept while the service cannot be reached."""
    error: MjError | None = None
    """Why the last ask brought nothing."""
    retry_in: float | None = None
    """Seconds until the next ask, where the last one brought nothing."""
    stalled: bool = False
    """True when nothing has changed for unusually long."""
    is_last: bool = False
    """True when nothing more will come: the task has ended, or no waiting will help."""
    changed_at: float | None = None
    """When the task was first seen or last changed, as ``time.time()``; None before it is seen."""
    before: float | None = None
    """When the last answer before that came, as ``time.time()``; None where there was none."""


Listener = Callable[[Update], None]


@dataclass(eq=False, slots=True)
class Following:
    """One task that is followed, for one listener; to be used on the follower's event loop."""

    follower: Follower = field(repr=False)
    task_id: str
    listener: Listener = field(repr=False)
    pace: Pace = field(repr=False)
    is_new: bool = False
    task: Task | None = None
    due: float = 0.0
    asking: bool = False
    active: bool = True
    refusals: int = 0
    stalled: bool = False
    error: MjError | None = None
    changed_at: float | None = None
    before: float | None = None
    seen_at: float | None = None

    def stop(self) -> None:
        """Ask no more about this task."""
        self.follower.forget(self)

    def check_now(self) -> None:
        """Ask at once."""
        self.due = 0.0
        self.follower.wake()

    def saw(self, task: Task, now: float) -> None:
        """Take in the task's state."""
        self._answered()
        if not self.active:
            return
        changed = self.task is None or _essence(task) != _essence(self.task)
        was_unclear = self.error is not None
        self.task, self.error, self.refusals = task, None, 0
        seen_before, self.seen_at = self.seen_at, time.time()
        if changed:
            self.changed_at, self.before = self.seen_at, seen_before
        pause = self.pace.saw(
            now,
            status=str(task.status),
            progress=task.progress,
            action=task.action,
            running_for=_running_for(task),
            changed=changed,
            looks_ended=task.looks_ended,
        )
        self.due = now + pause
        if task.is_final:
            self.stop()
        is_stalled = not task.is_final and self.pace.is_stalled(now)
        stalled, self.stalled = self.stalled, is_stalled
        if changed or was_unclear or stalled != self.stalled:
            self._tell()

    def missed(self, error: MjError, now: float) -> None:
        """Take in that an ask brought nothing."""
        self._answered()
        if not self.active:
            return
        is_seen = self.task is not None or self.is_new
        goes_on = isinstance(error, Offline) and is_seen
        is_hopeless = isinstance(error, _HOPELESS) or (error.lasting and not is_seen)
        is_hopeless = is_hopeless and not goes_on
        self.refusals = self.refusals + 1 if is_hopeless else 0
        exists = self.task is not None or (self.is_new and isinstance(error, TaskNotFound))
        in_grace = is_hopeless and exists and self.refusals < _GRACE
        self.error = error
        if is_hopeless and not in_grace:
            self.stop()
            self._tell(is_last=True)
            return
        rarely = error.lasting or _is_unreached(error)
        pause = self.pace.missed(now, error.retry_after, rarely=rarely)
        self.due = now + pause
        if not in_grace or self.task is not None:
            self._tell(retry_in=pause)

    def _answered(self) -> None:
        # At once, not with the rest of its batch: one answer that hangs is not to hold the others.
        self.asking = False
        self.follower.wake()

    def _tell(self, *, retry_in: float | None = None, is_last: bool = False) -> None:
        ended = is_last or (self.error is None and self.task is not None and self.task.is_final)
        known = (self.changed_at, self.before)
        try:
            self.listener(Update(self.task, self.error, retry_in, self.stalled, ended, *known))
        except Exception:  # noqa: BLE001 - one listener's fault is not to keep news from the others
            _log.exception("What listens to task %s failed", one_line(self.task_id))


class Follower:
    """Follows any number of tasks of one service on the running event loop.

    Args:
        client: the service.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._rhythm = Rhythm()
        self._followed: list[Following] = []
        self._wake = asyncio.Event()
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._first = asyncio.Lock()
        self._asks: set[asyncio.Task[None]] = set()
        self._runner: asyncio.Task[None] | None = None
        client.when_online(self._back_online)

    def follow(
        self,
        task_id: str,
        listener: Listener,
        *,
        interval: float | None = None,
        is_new: bool = False,
    ) -> Following:
        """Tell *listener* of every change of a task, from now to its end.

        Args:
            task_id: the task.
            listener: called on the event loop with each ``Update``.
            interval: seconds between two asks; None to let the follower find the right time.
            is_new: it was just submitted, so that the service may not know it yet.
        """
        following = Following(self, task_id, listener, Pace(self._rhythm, interval), is_new)
        self._followed.append(following)
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        self.wake()
        return following

    def forget(self, following: Following) -> None:
        """Ask no more for this listener."""
        following.active = False
        self._followed = [f for f in self._followed if f is not following]
        self.wake()

    def wake(self) -> None:
        """Look again at what is due."""
        self._wake.set()

    def _back_online(self) -> None:
        runner = self._runner
        if runner is not None and not runner.done():  # on whatever thread this is
            runner.get_loop().call_soon_threadsafe(self._ask_again)

    def _ask_again(self) -> None:
        for following in self._followed:
            if isinstance(following.error, Offline):
                following.check_now()

    async def _run(self) -> None:
        while self._followed:
            self._wake.clear()
            now = time.monotonic()
            idle = [f for f in self._followed if not f.asking]
            if any(f.due <= now for f in idle):
                horizon = now + (_TOGETHER if self._client.can_list else 0.0)
                ids = list(dict.fromkeys(f.task_id for f in idle if f.due <= horizon))
                for start in range(0, len(ids), _BATCH):
                    batch = set(ids[start : start + _BATCH])
                    self._send([f for f in idle if f.task_id in batch])
            elif idle:
                await self._sleep(min(f.due for f in idle) - now)
            else:
                await self._wake.wait()

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._wake.wait()
        except TimeoutError:
            pass

    def _send(self, due: list[Following]) -> None:
        for following in due:
            following.asking = True
        ask = asyncio.create_task(self._ask(due))
        self._asks.add(ask)
        ask.add_done_callback(self._asks.discard)

    async def _ask(self, due: list[Following]) -> None:
        by_id: dict[str, list[Following]] = {}
        for following in due:
            by_id.setdefault(following.task_id, []).append(following)
        try:
            if len(by_id) > 1 and self._client.can_list is not False:
                by_id = await self._ask_for_many(by_id)
        except Exception as error:  # noqa: BLE001 - nobody would ever see it: the card must say it
            _missed([following for following in due if following.asking], fault_of(error))
            return
        await asyncio.gather(*(self._ask_for_one(i, by_id[i]) for i in by_id))

    async def _ask_for_many(self, by_id: dict[str, list[Following]]) -> dict[str, list[Following]]:
        """Ask for all at once; return those that the answer left out."""
        try:
            # Whether the service can answer that is found out with one batch, not with all.
            async with self._first if self._client.can_list is None else self._gate:
                found = await self._client.fetch_listed(by_id, attempts=1)
        except MjError as error:
            if not error.may_pass and not _is_unreached(error):
                return by_id  # what is wrong with the list, or with one task, is not so of all
            for followings in by_id.values():
                _missed(followings, error)
            return {}
        for task_id, task in (found or {}).items():
            _saw(by_id[task_id], task)
        return {i: followings for i, followings in by_id.items() if i not in (found or {})}

    async def _ask_for_one(self, task_id: str, followings: list[Following]) -> None:
        async with self._gate:
            try:
                task = await self._client.fetch(task_id, attempts=1)
            except Exception as error:  # noqa: BLE001 - see above
                _missed(followings, fault_of(error))
            else:
                _saw(followings, task)


def _saw(followings: list[Following], task: Task) -> None:
    for following in followings:
        following.saw(task, time.monotonic())


def _missed(followings: list[Following], error: MjError) -> None:
    for following in followings:
        following.missed(error, time.monotonic())


def _is_unreached(error: MjError) -> bool:
    """Tell whether no service answered at all, of whatever task."""
    return isinstance(error, ServiceUnavailable) and error.status is None


def _essence(task: Task) -> tuple[object, ...]:
    """Return what counts as a change."""
    return (task.status, task.progress, task.steady_image_url, task.fail_reason, len(task.buttons))


def _running_for(task: Task) -> float | None:
    if task.start_time is None:
        return None
    return (datetime.now(UTC) - task.start_time).total_seconds()
