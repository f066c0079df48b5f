"""The words of a card: prompt, state line, notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from mj_widgets.card.controls import answer_while_busy
from mj_widgets.card.front_end import module, style


class Caption(anywidget.AnyWidget):
    """The text of a card, painted with ``textContent`` and counting seconds by itself.

    Args:
        on_escape: called when Esc is pressed in the panel that this is the head of, with the text
            that stands in it (the kernel may not have it yet), or None.
        on_back: called with the index of a card above, from the root, that is to be gone back to.
        on_use: called when the mended prompt is to be used.
        on_fields: called with what is written and chosen in the panel that this is the head of, in
            its order on the page, before one of its buttons is pressed.
    """

    _esm = module("caption.js")
    _css = style("card.css")

    heading = traitlets.Dict(default_value={}).tag(sync=True)
    """``prompt`` (its words) and ``full`` (to be copied), ``title`` (in its place), ``button``
    (that it came from), ``path`` (the names of the cards above, from the root), ``inherits``
    (whether the prompt is that of the card above) and ``changed`` (the parameters that are not),
    ``sent`` (the prompt that Midjourney got, if another), ``parameters`` (a list), ``warning``
    (what is wrong in the prompt) and ``mended`` (the prompt without that, where it is sure),
    ``origin``, ``known`` (that nothing was submitted), ``id``, ``link``, ``seed``."""
    state = traitlets.Dict(default_value={}).tag(sync=True)
    """``words``, ``tone``, ``aside``, ``notes``, ``progress``, ``changedAt``, ``retryAt``, and
    ``look.times``."""
    notice = traitlets.Dict(default_value={}).tag(sync=True)
    """``text`` and ``tone`` of one line below the pictures."""
    size = traitlets.Int(0).tag(sync=True)
    """How wide the card's words may be, in CSS pixels; 0 at the head of a panel."""
    twin = traitlets.Unicode("").tag(sync=True)
    """The uid of the static twin, which is hidden for as long as this is seen."""

    twin_revision = traitlets.Int(0).tag(sync=True)
    """Which one the twin in the page ought to be; where it is older, that is said."""

    takes_focus = traitlets.Bool(False).tag(sync=True)
    """True at the head of a panel that a person has opened and wants to type in."""

    def __init__(
        self,
        on_escape: Callable[[str | None], object] | None = None,
        on_back: Callable[[int], object] | None = None,
        on_use: Callable[[], object] | None = None,
        on_fields: Callable[[list[Any]], object] | None = None,
        **traits: Any,
    ) -> None:
        super().__init__(**traits)
        self._on_escape, self._on_back, self._on_use = on_escape, on_back, on_use
        self._on_fields = on_fields
        self.on_msg(self._take_message)
        answer_while_busy(self)

    def look(self) -> None:
        """Bring the card into view and let it flash."""
        self.send({"type": "look"})

    def say(self, text: str, tone: str = "failed") -> None:
        """Show one line, or none for ""."""
        self.notice = {"text": text, "tone": tone} if text else {}

    def _take_message(self, _: Any, content: Any, __: Any) -> None:
        match content:
            case {"type": "click"}:  # on any control: a kernel without subshells hears late
                self.send({"type": "heard", "press": content.get("press")})
            case {"type": "escape"} if self._on_escape:
                text = content.get("text")
                self._on_escape(text if isinstance(text, str) else None)
            case {"type": "fields", "fields": list(fields)} if self._on_fields:
                self._on_fields(fields)
            case {"type": "use"} if self._on_use:
                self._on_use()
            case {"type": "back", "to": int(index)} if self._on_back:
                self._on_back(index)
