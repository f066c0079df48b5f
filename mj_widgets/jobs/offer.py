"""Which buttons a task that succeeded offers, and which of them were pressed before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mj_widgets.jobs.state import JobButton
from mj_widgets.models.button import Button, buttons_by_change

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.models import Task


async def offer(account: Account, task: Task) -> tuple[JobButton, ...]:
    """Return the buttons of *task* in the service's order, each under a name of its own.

    A grid of a server that sends none has those that ``submit/change`` stands for.
    """
    buttons = task.buttons
    if not buttons and task.kind == "grid" and task.image_url and account.can_change:
        buttons = buttons_by_change()
    if not buttons:
        return ()
    pressed = await account.pressed(task, buttons)
    return tuple(
        JobButton(name, button, used="before" if button in pressed else "")
        for name, button in _named(buttons)
    )


def _named(buttons: Iterable[Button]) -> list[tuple[str, Button]]:
    """Return each button with its name; a name that is taken is numbered: "Animate (2)"."""
    named: dict[str, Button] = {}
    for button in buttons:
        name, number = button.name, 1
        while name in named:
            number += 1
            name = f"{button.name} ({number})"
        named[name] = button
    return list(named.items())
