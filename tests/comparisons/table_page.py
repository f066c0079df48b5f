"""A comparison as the page has it: what it is told, and what it says."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from card.page import SECONDS, browser_sends

if TYPE_CHECKING:
    from collections.abc import Callable

    from mj_widgets.comparisons.compare import Compare


class TablePage:
    """What a browser does with one comparison."""

    def __init__(self, comparison: Compare) -> None:
        self.table: Any = comparison.table
        self.messages: list[tuple[dict[str, Any], list[bytes]]] = []
        self._came = threading.Condition()
        self.table.send = self._take
        self.table.observe(self._hear)

    def _take(self, content: Any, buffers: Any = None) -> None:
        with self._came:
            self.messages.append((content, list(buffers or ())))
            self._came.notify_all()

    def _hear(self, _: Any) -> None:
        with self._came:
            self._came.notify_all()

    def until(self, is_met: Callable[[], Any]) -> Any:
        """Wait until something is true after a message or a change; return it."""
        with self._came:
            assert self._came.wait_for(is_met, SECONDS), (self.table.numbers, self.messages[-3:])
            return is_met()

    def says(self, kind: str, **content: Any) -> None:
        """Say something to the kernel."""
        browser_sends(self.table, {"type": kind, **content})

    def numbers(self) -> list[str]:
        """Wait for how A and B differ."""
        shown = self.table.shown
        pair = [shown[self.table.a]["key"], shown[self.table.b]["key"]]
        lines = self.until(
            lambda: self.table.numbers.get("keys") == pair and self.table.numbers["lines"]
        )
        return [line["text"] for line in lines]

    def full(self, key: int) -> tuple[dict[str, Any], list[bytes]]:
        """Ask for all pixels of a picture, and wait for the answer."""
        count = len(self.messages)
        self.says("full", key=key)
        self.until(lambda: len(self.messages) > count)
        return self.messages[-1]

    def titles(self) -> list[str]:
        """What the pictures are called."""
        return [each["title"] for each in self.table.shown]
