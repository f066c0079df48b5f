"""How much memory all pictures that are open at once may take, in the whole process."""

from __future__ import annotations

import ctypes
import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image

MOST_MEMORY = 900_000_000
"""Bytes; with what Python and the files themselves take it stays below 1 GB."""
LARGE = 100_000_000
"""Of pictures that take as much, one is open at a time."""
_PAUSE = 0.02
"""Seconds until who waits looks again: whoever leaves may be interrupted before saying so."""


class Room:
    """Memory that is shared: who needs some of it waits until it is free; from any thread.

    Args:
        most: bytes in all.
        large: what counts as large.
    """

    def __init__(self, most: int, large: int) -> None:
        self.most, self.large = most, large
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget all who have some: in a process that was forked from theirs they never leave."""
        self._taken: dict[object, int] = {}
        self._lock = threading.Lock()  # a Condition would stay taken after an interrupt

    @contextmanager
    def of(self, need: int) -> Iterator[None]:
        """Wait for so many bytes, and have them until the context ends; not within another.

        Interrupted at any moment, it is not kept taken.
        """
        visitor, is_large = object(), need >= self.large
        try:
            try:
                while not self._let_in(visitor, need, is_large=is_large):
                    time.sleep(_PAUSE)
                yield
            finally:
                self._taken.pop(visitor, None)
        finally:
            self._taken.pop(visitor, None)  # the first may have been interrupted
            if is_large:
                give_back()

    def _let_in(self, visitor: object, need: int, *, is_large: bool) -> bool:
        with self._lock:
            taken = tuple(self._taken.values())
            has_large = max(taken, default=0) >= self.large
            if (is_large and has_large) or sum(taken) + need > self.most:
                return False
            self._taken[visitor] = need
            return True


ROOM = Room(MOST_MEMORY, LARGE)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=ROOM.begin_anew)


def give_back() -> None:
    """Give memory that is free back to the system, where it can be asked for."""
    Image.core.clear_cache()  # type: ignore[attr-defined]
    trim = _trim()
    if trim is not None:
        trim(0)


@functools.cache
def _trim() -> Callable[[int], object] | None:
    # glibc keeps what was freed for the next picture, and takes it for many small things then.
    try:
        trim: Callable[[int], object] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    except (OSError, TypeError):  # Windows
        return None
    return trim
