"""The process that follows a crowd, and looks at itself: ``python -m tests.benchmarks.crowd``.

It reads what to do as JSON from its input and prints what it found as JSON. Apart from the
benchmark's own process, so that nothing else counts for its memory and its processor time.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psutil

from mj_widgets import background
from mj_widgets.account import Account
from mj_widgets.service.follower import Update

TICK = 0.01


class Watched(NamedTuple):
    """What a stretch of time cost."""

    share: float
    """Of one core."""
    late: float
    """Seconds, of 99 % of the ticks."""
    latest: float
    memory: int
    """The most bytes that were in use at the end of a second."""


class Crowd:
    """Follows so many tasks at any time: the next one when one has ended. Nobody looks at them."""

    def __init__(self, session: Account, ids: Iterator[str]) -> None:
        self._session = session
        self._ids = ids
        self.heard: Counter[str] = Counter()
        self.late: list[float] = []
        """Seconds from the end of each task until it was told here."""

    def follow(self, count: int) -> None:
        """Begin with so many; on the background thread."""
        for _ in range(count):
            self._session.follow(next(self._ids), self._hear)

    def _hear(self, update: Update) -> None:
        self.heard["updates"] += 1
        self.heard["errors"] += update.error is not None
        if update.is_last:
            if update.task is not None and update.task.finish_time is not None:
                self.late.append((datetime.now(UTC) - update.task.finish_time).total_seconds())
            self.follow(1)


def watch(seconds: float) -> Watched:
    """Run a timer of 10 ms on this thread, as code in a cell might, and note how late it is."""
    process = psutil.Process()
    clock, late, most = time.perf_counter, [], 0
    started, used = clock(), _used(process)
    look = started
    while (now := clock()) < started + seconds:
        if now >= look:
            look, most = now + 1, max(most, process.memory_info().rss)
            now = clock()
        time.sleep(TICK)
        late.append(clock() - now - TICK)
    share = (_used(process) - used) / (clock() - started)
    late.sort()
    return Watched(share, late[int(len(late) * 0.99)], late[-1], most)


def measure(url: str, ids: list[str], count: int, settle: float, window: float) -> dict[str, Any]:
    """Follow *count* tasks, and look at the time after *settle* seconds."""
    session = Account(url, "sandbox")
    background.run(session.client.fetch_many(ids[:2]))
    alone = watch(min(5.0, window))
    crowd = Crowd(session, iter(ids))
    background.do(lambda: crowd.follow(count))
    first = watch(settle)
    crowd.heard.clear()
    crowd.late.clear()
    steady = watch(window)
    return {
        "share": steady.share,
        "share_alone": alone.share,
        "memory": max(first.memory, steady.memory) - alone.memory,
        "late": steady.late,
        "latest": steady.latest,
        "late_alone": alone.late,
        "updates": crowd.heard["updates"],
        "errors": crowd.heard["errors"],
        "ends_late": sorted(crowd.late),
    }


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    print(json.dumps(measure(**json.load(sys.stdin))))
