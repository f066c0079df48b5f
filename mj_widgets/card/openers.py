"""What opened the window that a task waits in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mj_widgets.card.viewing import paintable
from mj_widgets.errors import MjError
from mj_widgets.models.button import Button
from mj_widgets.models.modal import asks_of

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.card.panel import Paintable
    from mj_widgets.models import Task


@dataclass(frozen=True)
class Opener:
    """What opened a window, as far as it is known."""

    parent: Task | None = None
    """The task whose button was pressed."""
    button: Button | None = None
    picture: Paintable | None = None
    """What a mask is painted on."""
    by_click: bool = False
    """True where a person has pressed the button in the card, and goes on there."""


async def find_opener(
    session: Account, task: Task, made_by: tuple[str, str], known: Opener
) -> Opener:
    """Return what opened the window that *task* waits in, for a card that stands alone.

    The task itself tells, or the journal; the parent and its picture are the library's, else
    fetched. What cannot be had is left out.

    Args:
        session: the service.
        task: the task that waits.
        made_by: the parent's id and the button's name, "" for what is not known.
        known: what the card around it knows.
    """
    parent_id = made_by[0] or task.parent_id
    parent = known.parent or await _fetched(session, parent_id)
    custom_id = task.custom_id or await session.custom_id(task.id)
    buttons = parent.buttons if parent else ()
    button = next((b for b in buttons if b.custom_id == custom_id and custom_id), known.button)
    if button is None and custom_id:
        button = Button(custom_id=custom_id)
    found = replace(known, parent=parent, button=button)
    if found.picture is not None or parent is None or not parent.succeeded:
        return found
    if asks_of(task, button) != "mask":
        return found
    try:
        return replace(found, picture=paintable(await session.results.result(parent)))
    except MjError:
        return found


async def _fetched(session: Account, task_id: str) -> Task | None:
    if not task_id:
        return None
    record = await session.kept(task_id, anywhere=True)
    if record is not None:
        return record.task
    try:
        return await session.client.fetch(task_id)
    except MjError:
        return None
