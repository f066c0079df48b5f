"""A card in marimo, which shows anywidgets and has no views for ipywidgets' controls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anywidget
import ipywidgets as ipw
import traitlets
from ipywidgets.widgets.widget import _remove_buffers

from mj_widgets import background
from mj_widgets.card.front_end import module, style


class MarimoCard(anywidget.AnyWidget):
    """One anywidget that draws a card with all that is in it, from the models of its widgets.

    Args:
        card: a box of widgets.
    """

    _esm = module("marimo.js")
    _css = style("marimo.css") + style("card.css")

    card = traitlets.Unicode("").tag(sync=True)
    """The box, as ipywidgets refers to a model."""
    instead = traitlets.Unicode("").tag(sync=True)
    """What is said where the host cannot draw other models."""

    def __init__(self, card: ipw.Box) -> None:
        words = f"{card!r}: a newer marimo is needed to show it; w.wait() and w.image work here."
        super().__init__(card=f"IPY_MODEL_{card.model_id}", instead=words)
        self._seen: set[ipw.Widget] = set()
        background.do(lambda: self._follow(card))

    def _follow(self, box: ipw.Box) -> None:
        """Let the page know all that is in *box*, and will be."""
        for widget in _all_in(box):
            if widget in self._seen:
                continue
            self._seen.add(widget)
            self._introduce(widget)
            if isinstance(widget, ipw.DOMWidget):
                parts = [name for name in ("layout", "children") if widget.has_trait(name)]
                widget.observe(lambda change: self._follow(change["owner"]), parts)

    def _introduce(self, widget: ipw.Widget) -> None:
        """Let the page know a widget that was made on the background thread.

        marimo binds what a widget sends to the page of the thread that makes it
        (``marimo._plugins.ui._impl.comm``), and only its own threads have one.
        """
        comm: Any = widget.comm
        if getattr(comm, "_stream", comm) is None:
            comm._stream = getattr(self.comm, "_stream", None)
            state, paths, buffers = _remove_buffers(widget.get_state())
            comm.open({"method": "open", "state": state, "buffer_paths": paths}, buffers=buffers)


def _all_in(widget: ipw.Widget) -> Iterator[ipw.Widget]:
    """Yield *widget* and the widgets that it refers to, at any depth."""
    yield widget
    for name in ("layout", "style"):
        part = getattr(widget, name, None)
        if isinstance(part, ipw.Widget):
            yield part
    for child in getattr(widget, "children", ()):
        yield from _all_in(child)
