"""The buttons, rows and columns of one card, all of one look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as ipw

Handler = Callable[[], object]


class LeanLayout(ipw.Layout):
    """A layout that tells the browser what it sets, not the forty properties that it leaves."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Return the state for the browser, where a property that is not there is not set."""
        state: dict[str, Any] = super().get_state(key, drop_defaults)
        return state if key else {name: value for name, value in state.items() if value is not None}


class Controls:
    """Makes controls that share what would otherwise be models of their own in the browser."""

    def __init__(self) -> None:
        # Each Layout and Style is a model of its own in the browser: a card shares them.
        # Classes are given at the start: adding one later is a message more.
        self.layout = LeanLayout()
        self.style = ipw.ButtonStyle()
        self._hidden: ipw.Layout | None = None

    def button(self, text: str, tooltip: str, handler: Handler, *classes: str) -> ipw.Button:
        """Return a button that calls *handler*, also while a cell runs."""
        button = ipw.Button(
            description=text,
            tooltip=tooltip,
            layout=self.layout,
            style=self.style,
            _dom_classes=classes,
        )
        button.on_click(lambda _: handler())
        answer_while_busy(button)
        return button

    def row(self, children: Sequence[ipw.Widget] = (), *classes: str) -> ipw.HBox:
        """Return a row of controls."""
        return ipw.HBox(children, layout=self.layout, _dom_classes=("mj-row", *classes))

    def column(self, *classes: str) -> ipw.VBox:
        """Return an empty column."""
        return ipw.VBox(layout=self.layout, _dom_classes=classes)

    def hide(self, widget: ipw.DOMWidget, *, on: bool, layout: ipw.Layout | None = None) -> None:
        """Hide a widget, or show it with its *layout*; also where no style sheet is.

        It is not taken out of its box: ipywidgets still paints a view that was on its way into the
        page then, and fails ("Cannot read properties of null (reading 'processLuminoMessage')").
        """
        if on == is_gone(widget):
            return
        if on and self._hidden is None:
            self._hidden = LeanLayout(display="none")
        with widget.hold_sync():
            set_class(widget, "mj-gone", on=on)
            widget.layout = self._hidden if on else layout or self.layout

    def shared(self) -> tuple[ipw.Widget, ...]:
        """Return what the controls share."""
        hidden = [self._hidden] if self._hidden else []
        return (self.layout, self.style, *hidden)

    def close(self) -> None:
        """Remove what the controls share."""
        for part in self.shared():
            part.close()


def set_class(widget: ipw.DOMWidget, name: str, *, on: bool) -> None:
    """Give a widget a class of the style sheet, or take it away."""
    if on != (name in widget._dom_classes):
        (widget.add_class if on else widget.remove_class)(name)


def is_gone(widget: ipw.DOMWidget) -> bool:
    """Tell whether the style sheet hides a widget."""
    return "mj-gone" in widget._dom_classes


def answer_while_busy(widget: ipw.Widget) -> None:
    """Let the browser choose where *widget*'s messages are handled, if the kernel can.

    JupyterLab sends them to a subshell, which is free while a cell runs. ipykernel 7 overrules it
    with the shell that last painted the widget (``ipykernel.comm.BaseComm._reply_subshell_for``):
    a button made in a cell would wait for the next cell's end. Here that is not needed, because a
    click only hands a coroutine to the background thread. Elsewhere this does nothing.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = lambda _data, chosen: chosen
