"""What is submitted with a picture: edits, another texture, films of it, a face for another one.

The bodies are those of trueai-org/midjourney-proxy and of QuantumNous/new-api since June 2025.
"""

from __future__ import annotations

from typing import Any, Literal

from mj_widgets.errors import MjError
from mj_widgets.pictures.edits import NO_PAD, Pad, edited
from mj_widgets.service.order import Order

EDITS, RETEXTURE, VIDEO = "submit/edits", "submit/retexture", "submit/video"
SWAP = "insight-face/swap"
Motion = Literal["low", "high"]


def edits(
    prompt: str,
    image: str,
    mask: str = "",
    pad: Pad = NO_PAD,
    *,
    parent: str = "",
    button: str = "",
) -> Order:
    """Return the order to paint a part of a picture anew, or more around it.

    Args:
        prompt: what to paint.
        image: the picture: a data URL, or its address.
        mask: a PNG of the picture's size as a data URL, white where it is painted anew; "" for
            nothing of it.
        pad: how many pixels to add at the left, the top, the right and the bottom.
        parent: the task whose picture it is, or "".
        button: what the step is called there.
    """
    payload: dict[str, Any] = {"prompt": _words(prompt, "what to paint"), "image": image}
    if not mask and pad == NO_PAD:
        return Order(EDITS, payload, parent, button)
    return Order(
        EDITS, {**payload, "mask": mask, "pad": list(pad)}, parent, button, compose=_edit_body
    )


def retexture(prompt: str, image: str, *, parent: str = "", button: str = "") -> Order:
    """Return the order to give a picture other colours and surfaces; see ``edits``."""
    payload = {"prompt": _words(prompt, "what it shall look like"), "image": image}
    return Order(RETEXTURE, payload, parent, button)


def _edit_body(given: dict[str, Any]) -> dict[str, Any]:
    image, mask = edited(given["image"], given["mask"], tuple(given["pad"]))
    return {"prompt": given["prompt"], "image": image, "maskBase64": mask}


def _words(prompt: object, what: str) -> str:
    if not isinstance(prompt, str):
        raise MjError(f"The prompt has to be a text, not {type(prompt).__name__}")
    if not prompt.strip():
        raise MjError("The prompt is empty", advice=f"Say {what}. Nothing was submitted.")
    return prompt.strip()
