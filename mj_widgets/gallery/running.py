"""The tasks of a wall that go on: how far they are, and what there is to see of them."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from mj_widgets import background
from mj_widgets.jobs.state import Phase
from mj_widgets.models.status import is_waiting
from mj_widgets.pictures.looks import THUMB_SIDE

if TYPE_CHECKING:
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.state import JobState
    from mj_widgets.sets.members import Members

_TICK_SECONDS = 0.5
_ENTRY = struct.Struct("<IBB")
_WAITING, _RUNNING, _FETCHING, _OVER = range(4)


class Running:
    """Tells how the followed tasks of a wall go on; all of it on the background thread.

    Args:
        members: the tasks.
        tick: is called twice a second at most, with 6 bytes for each that has changed: its number
            (4, the lowest first), per cent, and 0 waiting, 1 running, 2 fetching, 3 over.
        ended: is told which have ended since.
        previewed: is called with the number and a small JPEG of one that goes on and is in view.
    """

    def __init__(
        self,
        members: Members,
        tick: Callable[[bytes], object],
        ended: Callable[[list[int]], Coroutine[Any, Any, None]],
        previewed: Callable[[int, bytes], Coroutine[Any, Any, None]],
    ) -> None:
        self._members, self._jobs = members, members.followed
        self._tick, self._ended, self._previewed = tick, ended, previewed
        self._changed: set[int] = set()
        self._view: set[int] = set()
        self._seen: dict[int, str] = {}
        self._previewing: set[int] = set()
        self._over: set[int] = set()
        self._ticker: asyncio.TimerHandle | None = None
        self._free_at = 0.0
        self._leave: dict[int, Callable[[], None]] = {}

    def begin(self) -> None:
        """Watch all that goes on."""
        for number in self._members.live:
            self.watch(number)

    def watch(self, number: int) -> None:
        """Watch one of them, which may be another job than before."""
        job = self._jobs[number]
        if leave := self._leave.pop(number, None):
            leave()
        if job.state.outcome is None:
            self._over.discard(number)
            self._leave[number] = job.on_change(self._listener(number))
        else:
            self._over.add(number)

    def look_at(self, numbers: Iterable[int]) -> None:
        """Get half-done pictures of those in view alone from now on."""
        self._view = {number for number in numbers if number in self._jobs}
        for number in self._view:
            self._want_preview(number, self._jobs[number].state)

    def end(self) -> None:
        """Watch nothing any more."""
        for leave in self._leave.values():
            leave()
        self._leave.clear()
        self._view.clear()
        if self._ticker is not None:
            self._ticker.cancel()

    @property
    def is_over(self) -> bool:
        """Whether all of them have ended."""
        followed = (self._jobs[n] for n in self._members.numbers if n in self._jobs)
        return all(job.state.outcome is not None for job in followed)

    def _listener(self, number: int) -> Callable[[JobState], None]:
        def hear(state: JobState) -> None:
            self._changed.add(number)
            if number in self._view:
                self._want_preview(number, state)
            if self._ticker is None:
                loop = asyncio.get_running_loop()
                at = max(self._free_at, loop.time() + _TICK_SECONDS / 10)
                self._ticker = loop.call_at(at, self._tell)

        return hear

    def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        self._ticker, self._free_at = None, loop.time() + _TICK_SECONDS
        changed, self._changed = self._changed, set()
        entries = bytearray()
        over = []
        for number in changed:
            state = self._jobs[number].state
            entries += _ENTRY.pack(number, state.progress, _stage(state))
            if state.outcome is not None and number not in self._over:
                over.append(number)
        self._tick(bytes(entries))
        if over:
            self._over.update(over)
            background.spawn(self._ended(over))

    def _want_preview(self, number: int, state: JobState) -> None:
        task = state.known
        if task is None or task.is_final or not task.image_url or number in self._previewing:
            return
        if task.preview_key != self._seen.get(number):
            self._previewing.add(number)
            background.spawn(self._preview(number, self._jobs[number]))

    async def _preview(self, number: int, job: Job) -> None:
        results = job.account.results
        try:
            async with results.previewing:
                task = job.state.known  # of several the newest
                if number not in self._view or task is None or task.is_final:
                    return
                self._seen[number] = task.preview_key
                made = await results.preview(task, THUMB_SIDE)
            if made is not None and job.state.outcome is None:
                await self._previewed(number, made[0])
        finally:
            self._previewing.discard(number)
        if number in self._view:
            self._want_preview(number, job.state)


def _stage(state: JobState) -> int:
    if state.outcome is not None:
        return _OVER
    if state.phase is Phase.FETCHING:
        return _FETCHING
    known = state.known
    return _WAITING if known is None or is_waiting(known.status) else _RUNNING
