"""What is made of a picture with words: a part of it painted anew, more around it, another look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mj_widgets.jobs import words
from mj_widgets.jobs.start import Start, downloads_of, said_of
from mj_widgets.pictures.edits import NO_PAD, Pad, checked_pad, edited
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.inputs import Input, is_address, picture_from, picture_url, prepared
from mj_widgets.pictures.masks import portable
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

    With a mask, what is white in it is painted anew; with a pad, what is added around the picture.
    With both, both are, and the mask has the size of the picture without the pad. With neither,
    the whole picture goes there as it is, and the words alone say what changes: servers take that.

    Args:
        picture: what is edited; at an address it is downloaded only where something is marked or
            added, on the background thread.
        prompt: what to paint.
        mask: what is painted anew; see ``mask_png``.
        pad: how many pixels to add at the left, the top, the right and the bottom.
        parent: the task whose picture it is, or "".
        button: what the step is called there: "Edit 2".
        new: submit it even if it was submitted before.
        retry: submit it again later while the queue is full.

    Raises:
        MjError: there is no prompt, the mask or the pad is none for this picture, or it cannot be
            read; nothing was submitted.
    """
    prompt, pad = picture_orders.painted(prompt), checked_pad(pad)
    note = ""
    if mask is None and pad == NO_PAD:
        image, note = prepared(picture)
        order = picture_orders.edits(prompt, image, parent=parent, button=button)
    elif isinstance(picture, str) and is_address(picture):
        order = picture_orders.edits_at(
            prompt, picture_url(picture), portable(mask), pad, parent=parent, button=button
        )
    else:
        given = picture_from(picture)
        made = edited(given.decode() if isinstance(given, Picture) else given, mask, pad)
        note = made.note
        order = picture_orders.edits(prompt, made.image, made.mask, parent=parent, button=button)
    return _start(order, "edit", note, new=new, retry=retry)


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
    image, note = prepared(picture)
    order = picture_orders.retexture(prompt, image, parent=parent, button=button)
    return _start(order, "retexture", note, new=new, retry=retry)


def _start(order: Order, name: str, note: str, *, new: bool, retry: bool) -> Start:
    origin = said_of(words.origin(order.parent, order.button) or name, note, downloads_of(order))
    return Start(order, origin, order.payload["prompt"], new, retry)
