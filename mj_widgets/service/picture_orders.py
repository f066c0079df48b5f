"""What is submitted with a picture: edits, another texture, films of it, a face for another one.

The bodies are those of trueai-org/midjourney-proxy and of QuantumNous/new-api since June 2025.
"""

from __future__ import annotations

from typing import Any, Literal

from mj_widgets.errors import MjError
from mj_widgets.pictures.edits import Pad, checked_pad, edited, opened
from mj_widgets.pictures.masks import readable
from mj_widgets.service.order import Order

EDITS, RETEXTURE, VIDEO = "submit/edits", "submit/retexture", "submit/video"
SWAP = "insight-face/swap"
Motion = Literal["low", "high"]


def edits(prompt: str, image: str, mask: str = "", *, parent: str = "", button: str = "") -> Order:
    """Return the order to paint a picture, or a part of it, anew.

    Args:
        prompt: what to paint.
        image: the picture: a data URL, or its address; transparent where it is painted anew.
        mask: a PNG of its size as a data URL, white there; "" where words alone say what changes.
        parent: the task whose picture it is, or "".
        button: what the step is called there.
    """
    marked = {"maskBase64": mask} if mask else {}
    return Order(EDITS, {"prompt": painted(prompt), "image": image, **marked}, parent, button)


def edits_at(
    prompt: str,
    address: str,
    mask: str | list[list[int]] | None,
    pad: Pad,
    *,
    parent: str = "",
    button: str = "",
) -> Order:
    """Return the same for a picture at an address, which is downloaded before it is sent.

    Args:
        prompt: what to paint.
        address: where the picture is.
        mask: see ``masks.portable``.
        pad: how many pixels to add at the left, the top, the right and the bottom.
        parent: as in ``edits``.
        button: as in ``edits``.
    """
    payload = {"prompt": painted(prompt), "image": address, "mask": mask, "pad": list(pad)}
    return Order(EDITS, payload, parent, button, compose=_edit_body)


def retexture(prompt: str, image: str, *, parent: str = "", button: str = "") -> Order:
    """Return the order to give a picture other colours and surfaces; see ``edits``."""
    payload = {"prompt": _words(prompt, "what it shall look like"), "image": image}
    return Order(RETEXTURE, payload, parent, button)


def painted(prompt: object) -> str:
    """Return the words of an edit.

    Raises:
        MjError: there are none.
    """
    return _words(prompt, "what to paint")


def _edit_body(given: dict[str, Any]) -> dict[str, Any]:
    made = edited(
        opened(given["image"]).decode(), readable(given["mask"]), checked_pad(given["pad"])
    )
    return {"prompt": given["prompt"], "image": made.image, "maskBase64": made.mask}


def _words(prompt: object, what: str) -> str:
    if not isinstance(prompt, str):
        raise MjError(f"The prompt has to be a text, not {type(prompt).__name__}")
    if not prompt.strip():
        raise MjError("The prompt is empty", advice=f"Say {what}. Nothing was submitted.")
    return prompt.strip()
