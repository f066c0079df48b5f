"""The pictures of a card: small ones at once, the full size when someone zooms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import anywidget
import traitlets

from mj_widgets.card.controls import answer_while_busy
from mj_widgets.card.front_end import module

Deed = Literal["edit", "animate", "extend", "style"]
"""Paint a part of a picture anew, make a film of it, a longer one of a film, or a new picture in
its style."""
TileAction = Literal["open", "save", "upscale", "vary"] | Deed
"""What someone does to a picture: zoom or play it, keep it as a file, press its U or V by a key,
or open the panel of what is made of it."""


class Tiles(anywidget.AnyWidget):
    """One tile per picture, numbered; click or Enter opens it full size, u and v press its buttons.

    Args:
        on: called with the index (from 0) of a picture, by what was done to it. "open" is answered
            through ``send_full`` or ``send_failure``, the others through ``say``; any thread may.
        on_still: called with the index of a film, and a PNG of it as it was seen just then.
    """

    _esm = module("tiles.js")

    previews = traitlets.List(traitlets.Bytes(), default_value=[]).tag(sync=True)
    """JPEG bytes in reading order: none, one, four or any number; b"" for one that is missing."""
    names = traitlets.List(traitlets.Unicode(), default_value=[]).tag(sync=True)
    """What stands for each picture where it is not seen."""
    notes = traitlets.List(traitlets.Unicode(), default_value=[]).tag(sync=True)
    """What is said on each that is not the picture itself, [] or "" for nothing."""
    aspect = traitlets.Float(1.0).tag(sync=True)
    """Width over height of one picture."""
    full_size = traitlets.List(traitlets.Int(), default_value=[]).tag(sync=True)
    """Width and height of one picture at full size, in pixels."""
    movies = traitlets.List(traitlets.Dict(), default_value=[]).tag(sync=True)
    """``mime`` and ``bytes`` of each video or animation, and of each picture without a small copy:
    played or shown on request."""
    unfinished = traitlets.Bool(False).tag(sync=True)
    """True while the picture is a half-done preview, or still awaited."""
    deeds = traitlets.List(traitlets.Unicode(), default_value=[]).tag(sync=True)
    """Which of "edit", "animate" and "style" are offered for each picture at full size."""
    inside = traitlets.List(traitlets.Unicode(), default_value=[]).tag(sync=True)
    """What is said in the picture while it is awaited, the first in large letters."""

    def __init__(
        self,
        on: Mapping[TileAction, Callable[[int], object]],
        on_still: Callable[[int, bytes], object],
        **traits: Any,
    ) -> None:
        super().__init__(**traits)
        self._on, self._on_still = on, on_still
        self.on_msg(self._take_message)
        answer_while_busy(self)

    def send_full(self, index: int, mime: str, data: bytes) -> None:
        """Send the full-size picture or the video that was asked for."""
        self.send({"type": "full", "index": index, "mime": mime}, buffers=[data])

    def send_failure(self, index: int, text: str) -> None:
        """Say why the full size cannot be had."""
        self.send({"type": "failure", "index": index, "text": text})

    def close_zoom(self) -> None:
        """Close the full-size view: what opens in the card is below it."""
        self.send({"type": "close"})

    def say(self, index: int, text: str) -> None:
        """Say one line below a zoomed picture."""
        self.send({"type": "said", "index": index, "text": text})

    def _take_message(self, _: Any, content: Any, buffers: Any) -> None:
        if not isinstance(content, dict):
            return
        match content:
            case {"type": "still", "index": int(at)} if buffers:
                self._on_still(at, bytes(buffers[0]))
                return
        index, handler = content.get("index"), self._on.get(content.get("type", ""))
        if isinstance(index, int) and handler is not None:
            handler(index)
