"""The words of a card: prompt, state line, notice, texts."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"


class Caption(anywidget.AnyWidget):
    """The text of a card, painted with ``textContent`` and counting seconds by itself."""

    _esm = (STATIC / "caption.js").read_text("utf-8")
    _css = (STATIC / "card.css").read_text("utf-8")

    heading = traitlets.Dict(default_value={}).tag(sync=True)
    """``prompt``, ``sent`` (the prompt that Midjourney got, if another), ``origin``, ``id``."""
    state = traitlets.Dict(default_value={}).tag(sync=True)
    """``words``, ``tone``, ``progress``, ``changedAt``, ``retryAt``, and ``words.times``."""
    notice = traitlets.Dict(default_value={}).tag(sync=True)
    """``text`` and ``tone`` of one line below."""
    texts = traitlets.List(traitlets.Unicode(), default_value=[]).tag(sync=True)
    """The numbered prompts of a describe or shorten."""
    twin = traitlets.Unicode("").tag(sync=True)
    """The uid of the static twin, which is hidden for as long as this is seen."""

    def look(self) -> None:
        """Bring the card into view and let it flash."""
        self.send({"type": "look"})

    def say(self, text: str, tone: str = "failed") -> None:
        """Show one line, or none for ""."""
        self.notice = {"text": text, "tone": tone} if text else {}
