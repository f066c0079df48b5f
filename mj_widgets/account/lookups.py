"""Looking things up on disk: all who wait at the same time are served in one visit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")
_MOST_A_VISIT = 200


class Lookups:
    """Calls what reads a few rows, or looks at files, in a worker thread: one thread at a time.

    To go there and back takes longer than to read a row, and threads that read at once hand
    Python's lock to and fro. A thousand finished tasks are there in half the time.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[asyncio.Future[Any], Callable[[], Any]]] = deque()
        self._visits: asyncio.Task[None] | None = None

    async def look(self, read: Callable[[], _T]) -> _T:
        """Return what *read* returns, or raise what it raises; on the background thread."""
        loop = asyncio.get_running_loop()
        if self._visits is None or self._visits.done() or self._visits.get_loop() is not loop:
            self._waiting.clear()  # a process that was forked meanwhile has them still
            self._visits = loop.create_task(self._visit())
        told: asyncio.Future[_T] = loop.create_future()
        self._waiting.append((told, read))
        return await told

    async def _visit(self) -> None:
        while self._waiting:
            count = min(_MOST_A_VISIT, len(self._waiting))
            asked, reads = zip(*(self._waiting.popleft() for _ in range(count)), strict=True)
            found = await asyncio.to_thread(_all_found, reads)
            for told, (value, error) in zip(asked, found, strict=True):
                if told.done():  # whoever asked has gone
                    continue
                if error is None:
                    told.set_result(value)
                else:
                    told.set_exception(error)


def _all_found(reads: tuple[Callable[[], Any], ...]) -> list[tuple[Any, Exception | None]]:
    return [_found(read) for read in reads]


def _found(read: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return read(), None
    except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
        return None, error
