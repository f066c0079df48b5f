"""Films: of any picture, and longer ones of a film that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from mj_widgets.jobs import words
from mj_widgets.jobs.start import Start, said_of
from mj_widgets.pictures.inputs import Input, prepared
from mj_widgets.service import picture_orders

if TYPE_CHECKING:
    from mj_widgets.service.picture_orders import Motion


class FilmOptions(TypedDict, total=False):
    """What films of a picture may have besides; see ``Session.animate``."""

    end: Input | None
    loop: bool
    hd: bool
    batch: int


def animate(
    picture: Input,
    prompt: str = "",
    motion: Motion = "low",
    end: Input | None = None,
    loop: bool = False,
    hd: bool = False,
    batch: int = 4,
    *,
    parent: str = "",
    button: str = "",
    new: bool = False,
    retry: bool = False,
) -> Start:
    """Return the start of films of a picture; see ``Session.animate``.

    Args:
        picture: what they begin with.
        prompt: what happens in them; "" leaves that to Midjourney. See ``AUTOMATIC``.
        motion: how much moves: "low" or "high".
        end: what they end with.
        loop: they end as they begin.
        hd: 720 lines instead of 480.
        batch: how many: 1, 2 or 4.
        parent: the task whose picture it is, or "".
        button: what the step is called there: "Animate 2".
        new: submit it even if it was submitted before.
        retry: submit it again later while the queue is full.

    Raises:
        MjError: a picture is none, or there is no such motion or number, or *loop* has an *end*.
    """
    first = prepared(picture)
    last = prepared(end) if end is not None else None
    order = picture_orders.video(
        prompt,
        first.url,
        motion=motion,
        end=last.url if last else "",
        loop=loop,
        hd=hd,
        batch=batch,
        parent=parent,
        button=button,
    )
    origin = said_of(
        words.origin(parent, button) or "animate",
        "much motion" if motion == "high" else "",
        "with an end" if last else "",
        "loop" if loop else "",
        "HD" if hd else "",
        *dict.fromkeys(picture.note for picture in (first, last) if picture),
    )
    return Start(order, origin, order.payload["prompt"], new, retry)


def extend(
    task_id: str,
    number: int = 1,
    prompt: str = "",
    motion: Motion = "low",
    batch: int = 4,
    *,
    button: str = "Extend",
    new: bool = False,
) -> Start:
    """Return the start of longer films of a film; see ``Job.extend``.

    Args:
        task_id: the task.
        number: which of its films, from 1.
        prompt: what happens next; "" leaves that to Midjourney.
        motion: how much moves: "low" or "high".
        batch: how many to make of it: 1, 2 or 4.
        button: what the step is called: "Extend 2".
        new: submit it even if it was submitted before.

    Raises:
        MjError: there is no such motion or number.
    """
    order = picture_orders.extend(
        task_id, number - 1, prompt, motion=motion, batch=batch, button=button
    )
    origin = said_of(words.origin(task_id, button), "much motion" if motion == "high" else "")
    return Start(order, origin, order.payload["prompt"], new)
