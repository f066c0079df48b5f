"""The window that a button opens, as a part of the card: a prompt, where it is needed a mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import ipywidgets as ipw

from mj_widgets.buttons import Asks
from mj_widgets.orders import Window
from mj_widgets.widgets.busy import answer_while_busy
from mj_widgets.widgets.caption import Caption
from mj_widgets.widgets.painter import Painter
from mj_widgets.windows import problem_of


class Paintable(NamedTuple):
    """What a mask is painted on."""

    image: bytes
    """A JPEG, PNG or WebP; a small copy will do."""
    size: tuple[int, int]
    """Width and height of the real picture in pixels."""
    name: str
    """What stands for the picture where it is not seen."""


class Panel(ipw.VBox):  # type: ignore[misc]
    """Asks for a prompt, and sends or cancels.

    Args:
        title: what it is for.
        asks: what the service asks for.
        prompt: what stands in it at first.
        picture: what a mask is painted on, where it asks for one.
        on_send: called with the ``Window`` once it can be sent.
        on_cancel: called when it is not to be sent.
    """

    def __init__(
        self,
        title: str,
        asks: Asks,
        prompt: str,
        picture: Paintable | None = None,
        *,
        on_send: Callable[[Window], None],
        on_cancel: Callable[[], None],
    ) -> None:
        self._asks, self._on_send = asks, on_send
        self._layout, self._style = ipw.Layout(), ipw.ButtonStyle()
        self.prompt = ipw.Textarea(
            prompt, rows=3, layout=self._layout, _dom_classes=("mj-panel-prompt",)
        )
        self.prompt.tooltip = "Prompt"
        self.send = self._button("Send", "Submit it with this prompt", self._send)
        self.cancel = self._button("Cancel", "Submit nothing", on_cancel)
        # Not an ipywidgets Label, which sets what stands between two $ as a formula.
        self.caption = Caption(heading={"prompt": title}, layout=self._layout)
        self._row = ipw.HBox(
            [self.send, self.cancel], layout=self._layout, _dom_classes=("mj-row",)
        )
        answer_while_busy(self.prompt)
        self.painter = (
            Painter(**picture._asdict(), layout=self._layout)
            if picture and asks == "mask"
            else None
        )
        painted = [self.painter] if self.painter else []
        parts = [self.caption, *painted, self.prompt, self._row]
        super().__init__(parts, layout=self._layout, _dom_classes=("mj-panel",))

    def say(self, text: str) -> None:
        """Show one line, and let the buttons be pressed again."""
        self.caption.say(text)
        self.send.disabled = False

    def close(self) -> None:
        """Remove it."""
        for part in (*self._row.children, *self.children):
            part.close()
        super().close()
        self._layout.close()
        self._style.close()

    def _send(self) -> None:
        window = Window(self.prompt.value.strip(), self.painter.mask if self.painter else None)
        problem = problem_of(window, self._asks)
        self.say(problem)
        if not problem:
            self.send.disabled = True
            self._on_send(window)

    def _button(self, text: str, tooltip: str, handler: Callable[[], Any]) -> ipw.Button:
        button = ipw.Button(
            description=text, tooltip=tooltip, layout=self._layout, style=self._style
        )
        button.on_click(lambda _: handler())
        answer_while_busy(button)
        return button
