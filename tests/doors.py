"""A door in front of the sandbox: a request waits there, and with it all others, until it opens."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mj_widgets.sandbox.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.sandbox import Sandbox

SECONDS = 30


class Door(Faults):
    """Lets a request in whose path has a text in it, once the door is opened."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._came, self._opened = threading.Event(), threading.Event()

    def draw(self, method: str, path: str) -> str:
        if self._path in path:
            self._came.set()
            assert self._opened.wait(SECONDS)
        return super().draw(method, path)

    def until_knocked(self) -> None:
        """Wait until such a request has come; the sandbox has it in its log."""
        assert self._came.wait(SECONDS)

    def open(self) -> None:
        self._opened.set()


@contextmanager
def door(sandbox: Sandbox, path: str) -> Iterator[Door]:
    """Hold the requests to a path; it is opened at the latest when the block ends."""
    before = sandbox.faults
    sandbox.faults = made = Door(path)
    try:
        yield made
    finally:
        made.open()
        sandbox.faults = before
