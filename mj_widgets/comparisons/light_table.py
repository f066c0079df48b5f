"""Pictures that are compared, in the page: one widget for any two to nine of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from mj_widgets.card.controls import answer_while_busy
from mj_widgets.card.front_end import module, style

_STATIC = Path(__file__).parent / "static"
HEIGHT = 560
MODES = ("side", "slider", "blink", "difference")


class LightTable(anywidget.AnyWidget):
    """Two of them side by side, with a slider, in turn, or subtracted; zoomed and moved as one.

    Args:
        on: called with what the page says, by its ``type``; see ``static/light_table.js``.
    """

    _esm = module("light_table.js", _STATIC)
    _css = style("light_table.css", _STATIC)

    shown = traitlets.List(traitlets.Dict(), default_value=[]).tag(sync=True)
    """Each picture: ``key``, by which its pixels are asked for, ``title``, ``width``, ``height``,
    ``small`` (JPEG bytes, b"" while there is none) and ``trouble`` (why there is none)."""
    a = traitlets.Int(0).tag(sync=True)
    b = traitlets.Int(1).tag(sync=True)
    """Which of them are the two, from 0."""
    mode = traitlets.Enum(MODES, "side").tag(sync=True)
    height = traitlets.Int(HEIGHT).tag(sync=True)
    """The most that the pictures take, in CSS pixels."""
    numbers = traitlets.Dict().tag(sync=True)
    """How A and B differ: ``keys`` of the two, and ``lines`` of words, each with what it means."""
    steps = traitlets.Bool(False).tag(sync=True)
    """Whether the kernel knows which come before and after B; else B is one of those shown."""
    is_inside = traitlets.Bool(False).tag(sync=True)
    """Whether it can be closed, and what it stands below gets the focus then."""
    twin = traitlets.Unicode("").tag(sync=True)
    twin_revision = traitlets.Int(0).tag(sync=True)

    def __init__(self, on: Mapping[str, Callable[[dict[str, Any]], None]], **traits: Any) -> None:
        super().__init__(**traits)
        self._on = on
        self.on_msg(self._take_message)
        answer_while_busy(self)

    def send_full(self, key: int, mime: str, data: bytes) -> None:
        """Give all pixels of a picture."""
        self.send({"type": "full", "key": key, "mime": mime}, buffers=[data])

    def refuse_full(self, key: int, text: str) -> None:
        """Say in one line why they cannot be had."""
        self.send({"type": "full", "key": key, "text": text})

    def say(self, text: str) -> None:
        """Say one line below the pictures."""
        self.send({"type": "said", "text": text})

    def _take_message(self, _: Any, content: Any, __: Any) -> None:
        if isinstance(content, dict) and (handler := self._on.get(content.get("type", ""))):
            handler(content)
