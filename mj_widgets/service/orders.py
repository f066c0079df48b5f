"""What is submitted, and where to: presses, answers to a modal, new prompts, texts of pictures.

Paths and fields are those of trueai-org/midjourney-proxy and QuantumNous/new-api, which pass them
on; servers leave fields that they do not know alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from mj_widgets.errors import MjError
from mj_widgets.models.button import Button
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.models.speed import SPEEDS, Mode
from mj_widgets.service.order import TO_MODAL, Order, modal_fields, one_of

Bot = Literal["mj", "niji"]
Dimensions = Literal["square", "portrait", "landscape"]

MOST_BLENDED = 5
_PICTURE, _PICTURES = "base64", "base64Array"
_BOTS: dict[Bot, str] = {"mj": "MID_JOURNEY", "niji": "NIJI_JOURNEY"}


def press(task_id: str, button: Button, modal_answer: ModalAnswer | None = None) -> Order:
    """Return the press of a button of a task.

    Args:
        task_id: the task.
        button: one of its buttons.
        modal_answer: what to answer in the modal that it opens, always or with Remix.

    Raises:
        MjError: there is a modal to answer, and a server without buttons knows none.
    """
    if button.change is None:
        payload: dict[str, Any] = {"taskId": task_id, "customId": button.custom_id}
        if modal_answer is not None and not button.asks:
            payload |= {"enableRemix": True}  # trueai's open a modal only when asked to
        return Order("submit/action", payload, task_id, button.name, modal_answer)
    if modal_answer is not None:
        raise MjError(f"This service takes no prompt with {button.name}")
    action, quadrant = button.change
    # QuantumNous/new-api and MartialBE/one-hub want an index of a reroll, too; novicezk's server
    # refuses it if that is 0.
    change = {"taskId": task_id, "action": action, "index": quadrant or 1}
    return Order("submit/change", change, task_id, button.name)


def answer(task_id: str, modal_answer: ModalAnswer, *, parent: str = "", button: str = "") -> Order:
    """Return the answer to the modal that a task waits in (its status is MODAL).

    Args:
        task_id: the task that waits.
        modal_answer: the answer.
        parent: the task whose button opened the modal, as far as it is known.
        button: the name of that button.
    """
    return Order(TO_MODAL, {"taskId": task_id, **modal_fields(modal_answer)}, parent, button)


def imagine(
    prompt: str,
    images: Sequence[str] = (),
    *,
    bot: Bot = "mj",
    mode: Mode = "",
    copy: int = 1,
) -> Order:
    """Return the start of a new grid.

    Args:
        prompt: the words, with addresses of pictures in front and parameters at the end.
        images: pictures as data URLs, which Midjourney puts in front of the words.
        bot: "mj", or "niji" for the bot that draws.
        mode: the speed; "" leaves it to the service and to the prompt. Servers that decide it by
            their address (``/mj-fast/mj``) do not look at it.
        copy: which of several equal ones it is.

    Raises:
        MjError: there is nothing to imagine, or no such bot or mode.
    """
    if not prompt.strip():
        raise MjError("The prompt is empty", advice="Say what to imagine.")
    payload: dict[str, Any] = {"prompt": prompt.strip(), _PICTURES: list(images)}
    return Order("submit/imagine", {**payload, **_bot(bot), **_mode(mode)}, copy=copy)


def describe(image: str, *, bot: Bot = "mj") -> Order:
    """Return the question which prompts would make a picture: a data URL, or its address."""
    return Order("submit/describe", {_PICTURE: image, **_bot(bot)})


def shorten(prompt: str, *, bot: Bot = "mj") -> Order:
    """Return the question which words of a prompt matter.

    Raises:
        MjError: there are no words.
    """
    if not prompt.strip():
        raise MjError("The prompt is empty", advice="Say what to shorten.")
    return Order("submit/shorten", {"prompt": prompt.strip(), **_bot(bot)})


def blend(
    images: Sequence[str],
    dimensions: Dimensions = "square",
    *,
    bot: Bot = "mj",
    mode: Mode = "",
) -> Order:
    """Return the start of a grid that mixes two to five pictures: data URLs, or addresses.

    Raises:
        MjError: there are fewer or more, which some services would bill all the same.
    """
    if not 2 <= len(images) <= MOST_BLENDED:
        raise MjError(
            f"Blend mixes 2 to {MOST_BLENDED} pictures, not {len(images)}",
            advice="Nothing was submitted.",
        )
    shape = one_of("dimensions", dimensions, ("square", "portrait", "landscape")).upper()
    payload: dict[str, Any] = {_PICTURES: list(images), "dimensions": shape}
    return Order("submit/blend", {**payload, **_bot(bot), **_mode(mode)})


def _bot(bot: Bot) -> dict[str, str]:
    one_of("bot", bot, tuple(_BOTS))
    return {"botType": _BOTS[bot]}


def _mode(mode: Mode) -> dict[str, Any]:
    if not mode:
        return {}
    word = one_of("mode", mode, SPEEDS).upper()
    # DMXAPI and octopusx read the first, trueai's and midjourney-proxy-plus the second.
    return {"mode": word, "accountFilter": {"modes": [word]}}
