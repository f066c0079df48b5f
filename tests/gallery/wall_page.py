"""The wall of a gallery as the page has it: what it is told, and what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from card.page import SECONDS, browser_sends

from mj_widgets.gallery.wall import packed, unpacked_items
from mj_widgets.sets.items import item_of

if TYPE_CHECKING:
    from mj_widgets.gallery.gallery import Gallery


class Page:
    """What a browser does with one gallery."""

    def __init__(self, gallery: Gallery) -> None:
        self.wall: Any = gallery.wall
        self.messages: list[tuple[dict[str, Any], list[bytes]]] = []
        self._came = threading.Condition()
        self.wall.send = self._take

    def _take(self, content: Any, buffers: Any = None) -> None:
        with self._came:
            self.messages.append((content, list(buffers or ())))
            self._came.notify_all()

    def until(self, is_met: Callable[[], Any]) -> Any:
        """Wait until something is true after a message; return it."""
        with self._came:
            assert self._came.wait_for(is_met, SECONDS), [m for m, _ in self.messages][-5:]
            return is_met()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The messages of one type so far."""
        return [content for content, _ in self.messages if content["type"] == kind]

    @property
    def said(self) -> str:
        """What stands above the wall."""
        return next((str(m["text"]) for m in reversed(self.of("said"))), "")

    @property
    def marks(self) -> dict[int, list[list[Any]]]:
        """What the page knows of marks, by the number of the task."""
        return {n: marks for m in self.of("marks") for n, marks in m["marks"]}

    @property
    def tiles(self) -> dict[int, dict[str, Any]]:
        """What the page knows of tiles, by their numbers."""
        found: dict[int, dict[str, Any]] = {}
        names = ("number", "length", "pictures", "id", "prompt", "words", "tone", "marks")
        for content, buffers in self.messages:
            if content["type"] == "tiles":
                at = 0
                for told in content["tiles"]:
                    tile = dict(zip(names, told, strict=True))
                    tile["image"] = bytes(buffers[0][at : at + tile["length"]])
                    at += tile["length"]
                    found[tile["number"]] = tile
        return found

    @property
    def order(self) -> list[int]:
        """The numbers that are to be seen."""
        return [item >> 5 for item in unpacked_items(self.wall.order)]

    def says(self, kind: str, **content: Any) -> None:
        """Say something to the kernel."""
        browser_sends(self.wall, {"type": kind, **content})

    def looks_at(self, *numbers: int) -> None:
        """Ask for tiles, and wait until all are here."""
        request = 1 + max((m["request"] for m in self.of("tiles")), default=0)
        self.says("want", request=request, numbers=list(numbers))
        self.until(lambda: [m for m in self.of("tiles") if m["request"] == request and m["last"]])

    def selects(self, *numbers: int) -> None:
        """Select tasks; the last one has the focus."""
        items = [item_of(number) for number in numbers]
        self.wall.set_state({"current_item": items[-1], "selected_items": packed(items)})
