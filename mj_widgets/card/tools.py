"""The row of tools of a card: what can be done about its task besides pressing its buttons."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets as ipw

from mj_widgets.card.controls import Controls, Handler, set_class


@dataclass(frozen=True)
class Handlers:
    """What each tool calls."""

    stop: Handler
    cancel: Handler
    check: Handler
    retry: Handler
    save: Handler
    seed: Handler
    reuse: Handler


class Tools:
    """Stop, Cancel task, Check now, Try again, Save, Seed and Use prompt.

    Args:
        controls: makes them.
        on: what they call.
    """

    def __init__(self, controls: Controls, on: Handlers) -> None:
        self.stop = controls.button(
            "Stop", "Stop watching; the task goes on at the service", on.stop
        )
        self.cancel = controls.button(
            "Cancel task", "End the task itself, where the service lets you", on.cancel
        )
        self.check = controls.button("Check now", "Ask the service at once", on.check)
        self.retry = controls.button("Try again", "Ask for the picture once more", on.retry)
        self.save = controls.button(
            "Save", "Save the picture as a file beside the notebook", on.save
        )
        self.seed = controls.button("Seed", "Ask the service for the picture's seed", on.seed)
        self.reuse = controls.button(
            "Use prompt", "Begin a new picture with this prompt, changed or not", on.reuse
        )
        self.row = controls.row(
            [self.stop, self.cancel, self.check, self.retry, self.save, self.seed, self.reuse]
        )

    def offer(self, *tools: ipw.Button) -> None:
        """Show just these.

        The others are hidden, not removed: ipywidgets still paints a view that is on its way out
        ("Cannot read properties of null (reading 'processLuminoMessage')").
        """
        for tool in self.row.children:
            set_class(tool, "mj-gone", on=tool not in tools)

    def offer_after(self, *, check: bool, save: bool, seed: bool, reuse: bool) -> None:
        """Show what can be done about a task that has ended."""
        wanted = ((self.check, check), (self.save, save), (self.seed, seed), (self.reuse, reuse))
        self.offer(*(tool for tool, is_wanted in wanted if is_wanted))

    @property
    def offered(self) -> tuple[ipw.Button, ...]:
        """Which are shown."""
        return tuple(tool for tool in self.row.children if "mj-gone" not in tool._dom_classes)
