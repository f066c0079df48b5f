"""What came of a task, as a strip of thumbnails: one of them is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from mj_widgets.card.controls import answer_while_busy
from mj_widgets.card.front_end import module

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mj_widgets.jobs.state import Tone


@dataclass(frozen=True)
class Thumb:
    """One of them."""

    name: str
    """The button that it came from."""
    words: str
    """How it stands."""
    tone: Tone
    image: bytes = field(default=b"", repr=False)
    """A small JPEG, b"" for none."""


class Strip(anywidget.AnyWidget):
    """A row of thumbnails, each a button that opens its card, or closes the one that is open.

    Args:
        on_press: called with the index (from 0) of the one that was pressed.
    """

    _esm = module("strip.js")

    thumbs = traitlets.List(traitlets.Dict(), default_value=[]).tag(sync=True)
    """``name``, ``words`` and ``tone`` of each."""
    images = traitlets.List(traitlets.Bytes(), default_value=[]).tag(sync=True)
    """A small JPEG of each, b"" for none."""
    open_at = traitlets.Int(-1).tag(sync=True)
    """Which one is open, -1 for none."""

    def __init__(self, on_press: Callable[[int], object], **traits: Any) -> None:
        super().__init__(**traits)
        self._on_press = on_press
        self.on_msg(self._take_message)
        answer_while_busy(self)

    def show(self, thumbs: Sequence[Thumb], open_at: int) -> None:
        """Show these; what is the same is not sent."""
        with self.hold_sync():
            self.images = [thumb.image for thumb in thumbs]
            self.thumbs = [
                {"name": thumb.name, "words": thumb.words, "tone": thumb.tone} for thumb in thumbs
            ]
            self.open_at = open_at

    def _take_message(self, _: Any, content: Any, __: Any) -> None:
        if not isinstance(content, dict) or content.get("type") != "press":
            return
        index = content.get("index")
        if isinstance(index, int) and 0 <= index < len(self.thumbs):
            self._on_press(index)
