"""The row of tools of a card: what can be done about its task besides pressing its buttons."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as ipw

from mj_widgets.card.controls import Controls, set_class

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


class Tools:
    """Stop, Cancel task, Check now, Try again, Save, Seed and Use prompt.

    Args:
        controls: makes them.
        use: called with the name of the tool that is clicked.
    """

    def __init__(self, controls: Controls, use: Callable[[Tool], object]) -> None:
        self.by_name: dict[Tool, ipw.Button] = {
            name: controls.button(label, tooltip, partial(use, name), "mj-gone")
            for name, (label, tooltip) in _TOOLS.items()
        }
        self.row = controls.row(list(self.by_name.values()))

    def offer(self, tools: Collection[Tool]) -> None:
        """Show just these.

        The others are hidden, not removed: ipywidgets still paints a view that is on its way out
        ("Cannot read properties of null (reading 'processLuminoMessage')").
        """
        for name, tool in self.by_name.items():
            set_class(tool, "mj-gone", on=name not in tools)
