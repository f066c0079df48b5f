"""What is submitted with a picture: edits, another texture, films of it, a face for another one.

The bodies are those of trueai-org/midjourney-proxy and of QuantumNous/new-api since June 2025.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from mj_widgets.errors import MjError
from mj_widgets.models.template import require_one
from mj_widgets.pictures.edits import Pad, checked_pad, edited, pixels_in, pixels_name
from mj_widgets.pictures.masks import readable
from mj_widgets.service import orders
from mj_widgets.service.order import Order, file_name, one_of

EDITS, RETEXTURE, VIDEO = "submit/edits", "submit/retexture", "submit/video"
SWAP = "insight-face/swap"
Motion = Literal["low", "high"]
AUTOMATIC = "natural movement"
"""The words for a film of which nobody has said any: servers refuse an empty prompt."""
_MOTIONS: tuple[Motion, ...] = ("low", "high")
_BATCHES = (1, 2, 4)
_SD, _HD = "vid_1.1_i2v_480", "vid_1.1_i2v_720"


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
    payload = {"prompt": painted(prompt), "image": image, **marked}
    return _steady(Order(EDITS, payload, parent, button))


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
    return _steady(Order(RETEXTURE, payload, parent, button))


def painted(prompt: object) -> str:
    """Return the words of an edit.

    Raises:
        MjError: there are none.
    """
    return _words(prompt, "what to paint")


def video(
    prompt: str,
    image: str,
    *,
    motion: Motion = "low",
    end: str = "",
    loop: bool = False,
    hd: bool = False,
    batch: int = 4,
    parent: str = "",
    button: str = "",
) -> Order:
    """Return the order to make films of a picture.

    Args:
        prompt: what happens in them; "" leaves that to Midjourney.
        image: the picture they begin with: a data URL, or its address.
        motion: how much moves.
        end: the picture they end with; "" for none.
        loop: they end as they begin.
        hd: 720 lines instead of 480.
        batch: how many: 1, 2 or 4.
        parent: the task whose picture it is, or "".
        button: what the step is called there.

    Where the service has no ``submit/video``, the same is asked for in a prompt, which has no word
    for the larger size.
    """
    payload = _film(prompt, motion, batch) | {"image": image, "loop": bool(loop)}
    if end and loop:
        raise MjError(
            "A film that loops ends as it begins",
            advice="Give end or loop, not both. Nothing was submitted.",
        )
    if end:
        payload["endImage"] = end
    payload["videoType"] = _HD if hd else _SD
    instead = None if hd else _in_words
    without = "Leave hd out: films of 480 lines may be had. Nothing was submitted." if hd else ""
    return _steady(Order(VIDEO, payload, parent, button, instead=instead, without=without))


def extend(
    task_id: str,
    index: int,
    prompt: str,
    *,
    motion: Motion = "low",
    batch: int = 4,
    button: str = "",
) -> Order:
    """Return the order to make a task's film longer.

    Args:
        task_id: the task.
        index: which of its films, from 0.
        prompt: what happens next; "" leaves that to Midjourney.
        motion: how much moves.
        batch: how many films to make of it: 1, 2 or 4.
        button: what the step is called.
    """
    if isinstance(index, bool) or index not in range(4):
        raise MjError(f"There is no film {index + 1}", advice="Say 1 to 4. Nothing was submitted.")
    # yutoai's server reads task_id.
    names = {"action": "extend", "taskId": task_id, "task_id": task_id, "index": index}
    return Order(VIDEO, names | _film(prompt, motion, batch), task_id, button)


def swap_face(source: str, target: str) -> Order:
    """Return the order to put the face of one picture on another: data URLs, or addresses."""
    return _steady(Order(SWAP, {"sourceBase64": source, "targetBase64": target}))


def _steady(order: Order) -> Order:
    """Return an order that is the same whatever release of Pillow has written its PNGs."""
    same = {
        name: pixels_name(value) if isinstance(value, str) else value
        for name, value in order.payload.items()
    }
    return replace(order, meant=same)


def _film(prompt: object, motion: Motion, batch: int) -> dict[str, Any]:
    words = require_one(prompt).strip() or AUTOMATIC
    one_of("motion", motion, _MOTIONS)
    return {"prompt": words, "motion": motion, "batchSize": one_of("batch", batch, _BATCHES)}


def _in_words(film: Order) -> Order:
    """Return the same film as a prompt."""
    payload, links, files = film.payload, [], {}
    for key in ("image", "endImage"):
        picture = payload.get(key, "")
        if picture.startswith("data:"):
            files[name := file_name(picture)] = picture
            picture = name
        links.append(picture)
    image, end = links
    asked = [image, *([payload["prompt"]] if payload["prompt"] != AUTOMATIC else []), "--video 1"]
    asked += ["--motion high"] if payload["motion"] == "high" else []
    asked += ["--loop"] if payload["loop"] else []
    asked += [f"--end {end}"] if end else []
    asked += [f"--bs {payload['batchSize']}"] if payload["batchSize"] != _BATCHES[-1] else []
    order = orders.imagine(" ".join(asked))
    return replace(
        order, parent=film.parent, button=film.button, files=files, uploaded=film.uploaded
    )


def _edit_body(given: dict[str, Any]) -> dict[str, Any]:
    made = edited(pixels_in(given["image"]), readable(given["mask"]), checked_pad(given["pad"]))
    return {"prompt": given["prompt"], "image": made.image, "maskBase64": made.mask}


def _words(prompt: object, what: str) -> str:
    words = require_one(prompt).strip()
    if not words:
        raise MjError("The prompt is empty", advice=f"Say {what}. Nothing was submitted.")
    return words
