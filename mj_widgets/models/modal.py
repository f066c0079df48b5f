"""Modals that buttons open: what stands in them at first, and what may be sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from mj_widgets.errors import MjError
from mj_widgets.models.button import Asks, Button
from mj_widgets.models.prompt import parse_prompt, without
from mj_widgets.models.task import Task
from mj_widgets.models.template import require_one

_ACTIONS: dict[str, Asks] = {"INPAINT": "mask", "CUSTOM_ZOOM": "zoom"}
LEAST_ZOOM, MOST_ZOOM = 1.0, 2.0


@dataclass(frozen=True)
class ModalAnswer:
    """What a person answers in the modal that a button opens."""

    prompt: str = ""
    mask: bytes | None = field(default=None, repr=False)
    """A PNG, white where the picture is to be painted anew; see ``masks.mask_png``."""


def asks_of(task: Task, button: Button | None) -> Asks:
    """Return what the modal of a task that waits in one asks for.

    Args:
        task: the task, in status MODAL.
        button: the button that started it, where it is known.
    """
    known = button.asks if button else ""
    return known or _ACTIONS.get(task.action.upper(), "prompt")


def first_prompt(task: Task, button: Button, asks: Asks) -> str:
    """Return what stands in the modal of *task*'s *button* before anyone types.

    The numbered text of a describe or shorten, else what Midjourney was given for the task.
    """
    if button.number is not None and 1 <= button.number <= len(task.texts):
        return task.texts[button.number - 1]
    prompt = task.final_prompt or task.prompt
    return f"{without(prompt, 'zoom')} --zoom 2".strip() if asks == "zoom" else prompt


def edit_prompt(prompt: str) -> str:
    """Return what stands in an edit before anyone types: without what its frame decides.

    >>> edit_prompt("a red fox --ar 16:9 --s 250")
    'a red fox --s 250'
    """
    return without(prompt, "ar", "zoom")


def problem_of(answer: ModalAnswer, asks: Asks, first: str = "") -> str:
    """Return why *answer* cannot be sent, on one line, or "".

    Args:
        answer: what is to be sent.
        asks: what the service asks for.
        first: what stood there before anyone typed; as it was sent before, it can be once more.

    >>> problem_of(ModalAnswer("a fox --zoom 3"), "zoom")
    '--zoom has to be between 1 and 2, as in “--zoom 1.5”.'
    """
    if asks == "mask" and answer.mask is None:
        return "Mark the part that is to be painted anew."
    if asks == "zoom" and not _is_zoom(parse_prompt(answer.prompt).parameters.get("zoom")):
        return "--zoom has to be between 1 and 2, as in “--zoom 1.5”."
    if asks == "prompt" and not answer.prompt.strip():
        return "The prompt is empty."
    if answer.prompt.strip() == first.strip():
        return ""
    try:
        require_one(answer.prompt)
    except MjError as error:
        return str(error)
    return ""


def _is_zoom(value: object) -> bool:
    try:
        return LEAST_ZOOM <= float(str(value)) <= MOST_ZOOM
    except ValueError:
        return False
