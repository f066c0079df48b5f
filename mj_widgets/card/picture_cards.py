"""The cards of what is made of a picture: edits, another texture, films, another face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from mj_widgets.card.new_cards import CardOptions, card_of
from mj_widgets.jobs import editing, filming, start
from mj_widgets.pictures.edits import NO_PAD

if TYPE_CHECKING:
    from mj_widgets.card.task_widget import TaskWidget
    from mj_widgets.pictures.edits import Pad
    from mj_widgets.pictures.inputs import Input
    from mj_widgets.service.picture_orders import Motion


def edit(
    picture: Input,
    prompt: str,
    mask: Any = None,
    pad: Pad = NO_PAD,
    *,
    new: bool = False,
    retry: bool = False,
    **options: Unpack[CardOptions],
) -> TaskWidget:
    """Paint a part of a picture anew, or more around it, and return the card at once.

    It is how Midjourney's V8 zooms and pans. The same edit is submitted once in a lifetime. Of a
    picture in a card, ``w.edit("a lake", quadrant=2)`` does the same inside that card.

    Args:
        picture: a path, bytes, a PIL image, an array, or an address.
        prompt: what to paint.
        mask: what is painted anew: a box (left, upper, right, lower) in pixels or a list of them,
            an image or an array of the picture's size; white is painted. None for nothing of it.
        pad: how many pixels to add at the left, the top, the right and the bottom; they are
            painted, too. Without mask and pad the words alone say what changes.
        new: see ``imagine``, as for all further arguments.
        retry: see ``imagine``.
        options: see ``imagine``.

    Raises:
        MjError: the prompt is empty, the mask does not fit, the picture is none, or the pad makes
            it longer than 14:1; see ``imagine``.

    >>> edit("fox.png", "a lake", pad=(0, 0, 512, 0))               # doctest: +SKIP
    """
    return card_of(editing.edit(picture, prompt, mask, pad, new=new, retry=retry), **options)


def retexture(
    picture: Input,
    prompt: str,
    *,
    new: bool = False,
    retry: bool = False,
    **options: Unpack[CardOptions],
) -> TaskWidget:
    """Keep what stands where in a picture, paint it anew by the prompt; return the card at once.

    Args:
        picture: see ``edit``.
        prompt: what it shall look like.
        new: see ``imagine``, as for all further arguments.
        retry: see ``imagine``.
        options: see ``imagine``.

    Raises:
        MjError: the prompt is empty, or the picture is none; see ``imagine``.
    """
    return card_of(editing.retexture(picture, prompt, new=new, retry=retry), **options)


def animate(
    picture: Input,
    prompt: str = "",
    motion: Motion = "low",
    end: Input | None = None,
    loop: bool = False,
    hd: bool = False,
    batch: int = 4,
    *,
    new: bool = False,
    retry: bool = False,
    **options: Unpack[CardOptions],
) -> TaskWidget:
    """Make films of any picture, and return their card at once.

    Where the service has no ``submit/video``, they are asked for in a prompt
    (``URL words --video 1``), after the picture was uploaded. Of a picture in a card,
    ``w.animate(quadrant=2)`` does the same inside that card.

    Args:
        picture: what they begin with; see ``edit``.
        prompt: what happens in them; "" leaves that to Midjourney.
        motion: how much moves: "low" or "high".
        end: the picture that they end with.
        loop: they end as they begin.
        hd: 720 lines instead of 480, which costs more than three times as much.
        batch: how many: 1, 2 or 4.
        new: see ``imagine``, as for all further arguments.
        retry: see ``imagine``.
        options: see ``imagine``.

    Raises:
        MjError: a picture is none, there is no such motion or number, or *loop* has an *end*; see
            ``imagine``.

    >>> animate("fox.png", "it yawns", loop=True)                   # doctest: +SKIP
    """
    begun = filming.animate(picture, prompt, motion, end, loop, hd, batch, new=new, retry=retry)
    return card_of(begun, **options)


def swap_face(
    source: Input,
    target: Input,
    *,
    new: bool = False,
    retry: bool = False,
    **options: Unpack[CardOptions],
) -> TaskWidget:
    """Put the face of one picture on another, and return the card at once.

    Args:
        source: whose face it is; see ``edit``.
        target: whose face is replaced.
        new: see ``imagine``, as for all further arguments.
        retry: see ``imagine``.
        options: see ``imagine``.

    Raises:
        MjError: one of them is no picture; see ``imagine``.
    """
    return card_of(start.swap_face(source, target, new=new, retry=retry), **options)
