"""Where a still copy is put: below its card, or below the cell where that stands in a widget.

What stands in an ``Output`` (and so in ``interact``) is in the page only, and no update reaches it;
in a Tab, an Accordion or a box it is not the card that is displayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import ipywidgets as ipw
from IPython import get_ipython
from ipywidgets.widgets import widget as all_widgets

from mj_widgets.card.twin import Twin, publisher_of

_VIEW = "application/vnd.jupyter.widget-view+json"
_CELL = "execute_request"


@dataclass
class _Inside:
    """The copies of what stands in an Output, below the cell in which it was filled."""

    request: str = ""
    """What the kernel was asked for when it was filled last."""
    twins: list[Twin] = field(default_factory=list)
    filled: int = 0
    """How many of them are of that request."""


class _Cells:
    """What is still to be put below the cell that runs."""

    def __init__(self) -> None:
        self._beside: list[Twin] = []
        self._below: list[Twin] = []
        self._displayed: list[ipw.Widget] = []
        self._inside: WeakKeyDictionary[ipw.Output, _Inside] = WeakKeyDictionary()

    def watch(self) -> None:
        """From now on, see to the end of each cell, and to the widgets that it displays."""
        shell: Any = get_ipython()
        if not hasattr(shell, "kernel") or not hasattr(shell, "events"):
            return
        if self._end not in shell.events.callbacks["post_run_cell"]:
            shell.events.register("post_run_cell", self._end)
            publisher = publisher_of(shell)
            if hasattr(publisher, "register_hook"):
                publisher.register_hook(self._look_at)

    def put(self, twins: Sequence[Twin]) -> None:
        """Put the copies of what was displayed just now."""
        shell: Any = get_ipython()
        parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
        header = parent.get("header", {})
        request, is_cell = header.get("msg_id", ""), header.get("msg_type") == _CELL
        output = _output_that_takes(request)
        if output is not None:
            self._put_inside(self._inside.setdefault(output, _Inside()), request, twins, is_cell)
            return
        for twin in twins:
            twin.show()
        if is_cell:
            self._beside += twins

    def _put_inside(
        self, inside: _Inside, request: str, twins: Sequence[Twin], is_cell: bool
    ) -> None:
        if inside.request != request:
            inside.request, inside.filled = request, 0
            if is_cell:
                inside.twins = []
        for twin in twins:
            if is_cell:
                inside.twins.append(twin)
                self._below.append(twin)
            elif inside.filled < len(inside.twins):  # a slider was moved: another card stands there
                twin.show(instead=inside.twins[inside.filled])
                inside.twins[inside.filled] = twin
            inside.filled += 1

    def _look_at(self, message: dict[str, Any]) -> dict[str, Any]:
        """Remember a widget that a cell displays; called by ipykernel with what is published."""
        if message.get("parent_header", {}).get("msg_type") == _CELL:
            view = message["content"].get("data", {}).get(_VIEW, {})
            widget = all_widgets._instances.get(view.get("model_id"))
            if widget is not None:
                self._displayed.append(widget)
        return message

    def _end(self, result: Any) -> None:
        """Put below the cell what is to be there; called by IPython with what it has come to."""
        beside, below, displayed = self._beside, self._below, [*self._displayed, result.result]
        self._beside, self._below, self._displayed = [], [], []
        inside = [twin for widget in displayed for twin in _twins_in(widget)]
        for twin in dict.fromkeys((*below, *inside)):
            if twin not in beside:
                twin.show()


_cells = _Cells()
watch_cells = _cells.watch
put_beside = _cells.put


def _output_that_takes(request: str) -> ipw.Output | None:
    """Return the Output in which all is shown that a request displays now, or None."""
    for widget in [*all_widgets._instances.values()] if request else ():
        if isinstance(widget, ipw.Output) and widget.msg_id == request:
            return widget
    return None


def _twins_in(displayed: Any) -> Iterator[Twin]:
    """Yield the copies of the cards that stand in a widget which is none itself."""
    left = [displayed]
    while left:
        widget = left.pop(0)
        if not isinstance(widget, ipw.Box) or hasattr(widget, "_twins"):
            continue
        for child in widget.children:
            yield from getattr(child, "_twins", ())
            left.append(child)
