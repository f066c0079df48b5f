"""The pictures of a card: small ones at once, the full size when someone zooms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from mj_widgets.widgets.busy import answer_while_busy
from mj_widgets.widgets.caption import STATIC


class Pictures(anywidget.AnyWidget):
    """One tile per picture, numbered; click or Enter opens it full size.

    Args:
        on_open: called with the index (from 0) of a picture that someone zooms or plays; answers
            through ``send_full`` or ``send_failure``, from any thread.
        on_save: called with the index of a picture that someone wants as a file; answers through
            ``say``.
    """

    _esm = (STATIC / "pictures.js").read_text("utf-8")

    previews = traitlets.List(traitlets.Bytes(), default_value=[]).tag(sync=True)
    """JPEG bytes: none, one, or four in reading order."""
    names = traitlets.List(traitlets.Unicode(), default_value=[]).tag(sync=True)
    """What stands for each picture where it is not seen."""
    aspect = traitlets.Float(1.0).tag(sync=True)
    """Width over height of one picture."""
    full_size = traitlets.List(traitlets.Int(), default_value=[]).tag(sync=True)
    """Width and height of one picture at full size, in pixels."""
    movies = traitlets.List(traitlets.Dict(), default_value=[]).tag(sync=True)
    """``mime`` and ``bytes`` of each video or animation, played on request."""
    unfinished = traitlets.Bool(False).tag(sync=True)
    """True while the picture is a half-done preview, or still awaited."""

    def __init__(
        self, on_open: Callable[[int], None], on_save: Callable[[int], None], **traits: Any
    ) -> None:
        super().__init__(**traits)
        self._handlers = {"open": on_open, "save": on_save}
        self.on_msg(self._take_message)
        answer_while_busy(self)

    def send_full(self, index: int, mime: str, data: bytes) -> None:
        """Send the full-size picture or the video that was asked for."""
        self.send({"type": "full", "index": index, "mime": mime}, buffers=[data])

    def send_failure(self, index: int, text: str) -> None:
        """Say why the full size cannot be had."""
        self.send({"type": "failure", "index": index, "text": text})

    def say(self, index: int, text: str) -> None:
        """Say one line below a zoomed picture."""
        self.send({"type": "said", "index": index, "text": text})

    def _take_message(self, _: Any, content: Any, __: Any) -> None:
        index = content.get("index") if isinstance(content, dict) else None
        if isinstance(index, int) and content.get("type") in self._handlers:
            self._handlers[content["type"]](index)
