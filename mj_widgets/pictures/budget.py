"""How much memory all pictures that are open at once may take, in the whole process."""

from __future__ import annotations

import ctypes
import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import Image

MOST_MEMORY = 900_000_000
"""Bytes; with what Python and the files themselves take it stays below 1 GB."""
LARGE = 100_000_000
"""Of pictures that take as much, one is open at a time."""


class Room:
    """Memory that is shared: who needs some of it waits until it is free; from any thread.

    Args:
        most: bytes in all.
        large: what counts as large.
    """

    def __init__(self, most: int, large: int) -> None:
        self.most, self.large = most, large
        self._taken = 0
        self._has_large = False
        self._change = threading.Condition()

    @contextmanager
    def of(self, need: int) -> Iterator[None]:
        """Wait for so many bytes, and have them until the context ends; not within another."""
        is_large = need >= self.large
        with self._change:
            self._change.wait_for(lambda: self._fits(need, is_large=is_large))
            self._taken += need
            self._has_large |= is_large
        try:
            yield
        finally:
            if is_large:
                give_back()
            with self._change:
                self._taken -= need
                self._has_large &= not is_large
                self._change.notify_all()

    def _fits(self, need: int, *, is_large: bool) -> bool:
        return not (is_large and self._has_large) and self._taken + need <= self.most


ROOM = Room(MOST_MEMORY, LARGE)


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
