"""What is made of a picture with words: a part of it painted anew, more around it, another look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mj_widgets.jobs.start import Start
from mj_widgets.pictures.edits import NO_PAD, Pad, opened
from mj_widgets.pictures.images import data_url
from mj_widgets.pictures.inputs import Input, is_address, picture_url
from mj_widgets.pictures.masks import mask_png
from mj_widgets.service import picture_orders

if TYPE_CHECKING:
    from mj_widgets.service.order import Order


def edit(
    picture: Input,
    prompt: str,
    mask: Any = None,
    pad: Pad = NO_PAD,
    *,
    parent: str = "",
    button: str = "",
    new: bool = False,
    retry: bool = False,
) -> Start:
    """Return the start of an edit; see ``Session.edit``.

    Args:
        picture: what is edited.
        prompt: what to paint.
        mask: what is painted anew; see ``mask_png``.
        pad: what is added around it.
        parent: the task whose picture it is, or "".
        button: what the step is called there: "Edit 2".
        new: submit it even if it was submitted before.
        retry: submit it again later while the queue is full.
    """
    image = picture_url(picture)
    size = (0, 0) if is_address(image) or mask is None else _size_of(image)
    marked = "" if mask is None else data_url("image/png", mask_png(mask, size))
    order = picture_orders.edits(prompt, image, marked, pad, parent=parent, button=button)
    return _start(order, "edit", new=new, retry=retry)


def retexture(
    picture: Input,
    prompt: str,
    *,
    parent: str = "",
    button: str = "",
    new: bool = False,
    retry: bool = False,
) -> Start:
    """Return the start of a retexture; see ``Session.retexture`` and ``edit``."""
    order = picture_orders.retexture(prompt, picture_url(picture), parent=parent, button=button)
    return _start(order, "retexture", new=new, retry=retry)


def _start(order: Order, name: str, *, new: bool, retry: bool) -> Start:
    origin = f"{order.button or name}{f' of task {order.parent}' if order.parent else ''}"
    return Start(order, origin, order.payload["prompt"], new, retry)


def _size_of(image: str) -> tuple[int, int]:
    return opened(image).size
