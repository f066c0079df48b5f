"""The row of tools of a card: what can be done about its task besides pressing its buttons."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as ipw

from mj_widgets.card.controls import Controls

if TYPE_CHECKING:
    from mj_widgets.card.look import Tool

_TOOLS: dict[Tool, tuple[str, str]] = {
    "stop": ("Stop", "Stop watching; the task goes on at the service"),
    "cancel": ("Cancel task", "End the task itself, where the service lets you"),
    "check": ("Check now", "Ask the service at once"),
    "retry": ("Try again", "Ask for the picture once more"),
    "save": ("Save", "Save the picture as a file beside the notebook"),
    "seed": ("Seed", "Ask the service for the picture's seed"),
    "reuse": ("Use prompt", "Begin a new picture with this prompt, changed or not"),
}


_SELDOM = ("seed",)
"""What is seen with all else that is behind the card's ⋯."""


class Tools:
    """Stop, Cancel task, Check now, Try again, Save, Seed and Use prompt; made when offered.

    Args:
        controls: makes them.
        use: called with the name of the tool that is clicked.
    """

    def __init__(self, controls: Controls, use: Callable[[Tool], object]) -> None:
        self._controls, self._use = controls, use
        self.by_name: dict[Tool, ipw.Button] = {}
        """Those that were offered so far."""
        self.row = controls.row((), "mj-tools")

    def offer(self, tools: Collection[Tool]) -> None:
        """Show just these."""
        offered = [self._made(name) for name in _TOOLS if name in tools]
        if new := [tool for tool in offered if tool not in self.row.children]:
            self.row.children = [*self.row.children, *new]
        for tool in self.row.children:
            self._controls.hide(tool, on=tool not in offered)

    def _made(self, name: Tool) -> ipw.Button:
        if name not in self.by_name:
            label, tooltip = _TOOLS[name]
            classes = ("mj-seldom",) if name in _SELDOM else ()
            use = partial(self._use, name)
            self.by_name[name] = self._controls.button(label, tooltip, use, *classes)
        return self.by_name[name]
