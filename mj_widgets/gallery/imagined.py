"""A prompt as its card; one that stands for several, as the sweep that asks first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from mj_widgets.card.new_cards import card_of
from mj_widgets.errors import MjError
from mj_widgets.gallery.sweep import sweep
from mj_widgets.jobs import start
from mj_widgets.models.template import stands_for_several

if TYPE_CHECKING:
    from mj_widgets.card import TaskWidget
    from mj_widgets.card.new_cards import CardOptions
    from mj_widgets.gallery.sweep import Sweep
    from mj_widgets.models.speed import Mode
    from mj_widgets.pictures.inputs import Input
    from mj_widgets.service.orders import Bot


def imagine(
    prompt: str,
    images: Input | Sequence[Input] = (),
    *,
    style: Input | Sequence[Input] = (),
    omni: Input | None = None,
    edit: Input | Sequence[Input] = (),
    mode: Mode = "",
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    **options: Unpack[CardOptions],
) -> TaskWidget | Sweep:
    """Submit a prompt, and return the card of its four pictures at once.

    The same prompt is submitted once in a lifetime: run again, in this notebook or another, it
    gives the card of the task that it started, which says so. The card shows how the parameters
    were understood, and says what is wrong in the prompt, with a button for the mended one.

    A prompt with options in braces (``a {red, blue} fox``) or ``--repeat`` stands for several, each
    of which is paid for: they are asked for first, see ``sweep``, and its Sweep is returned.

    Args:
        prompt: the words, with parameters behind them: ``a red fox --ar 16:9``; ``\\{`` is a brace
            itself.
        images: pictures to go by: a list of paths, bytes, PIL images, arrays or addresses. An
            address goes in front of the prompt, and the service gets the picture there.
        style: pictures whose style is taken (``--sref``); files are uploaded once.
        omni: a picture of whom or what is to be seen (``--oref``).
        edit: up to four pictures that are worked on (``--edit``).
        mode: "fast", "relax" or "turbo"; "" leaves it to the service and the prompt.
        bot: "mj", or "niji" for the bot that draws.
        new: submit it even if it was submitted before.
        retry: while the service's queue is full, try again every 30 seconds until Stop; several
            always do.
        options: ``session`` (the service; default: the one of ``mj.configure`` or the
            environment), ``size`` (the longer side of the pictures of one card together, in CSS
            pixels), ``interval`` (seconds between two asks; default: found by the follower),
            ``static`` (leave a still copy in the notebook, shown where no live card can be;
            default: True).

    Raises:
        MjError: the prompt is empty or no text, a picture is none, or there is no such mode or
            bot; or it stands for several, and those cannot be sent like this. What the service
            refuses is said in the card, and raised by ``wait()`` and ``await``.

    >>> w = imagine("a red fox --ar 16:9", images=["sketch.png"])   # doctest: +SKIP
    >>> w.wait().succeeded                                          # doctest: +SKIP
    True
    """
    if not stands_for_several(prompt):
        begun = start.imagine(
            prompt,
            images,
            style=style,
            omni=omni,
            edit=edit,
            mode=mode,
            bot=bot,
            new=new,
            retry=retry,
        )
        return card_of(begun, **options)
    for name, is_given, advice in (
        ("images", _is_given(images), "Put their addresses in front of the prompt"),
        ("style", _is_given(style), "Write --sref and their addresses into the prompt"),
        ("omni", omni is not None, "Write --oref and its address into the prompt"),
        ("edit", _is_given(edit), "Write --edit and their addresses into the prompt"),
        ("new", new, "Leave it out, or give --repeat another number"),
    ):
        if is_given:
            raise MjError(
                f"This prompt stands for several jobs, for which there is no {name}=",
                advice=f"{advice}. Nothing was submitted.",
            )
    tasks = sweep(
        prompt,
        mode=mode,
        bot=bot,
        interval=options.get("interval"),
        session=options.get("session"),
    )
    if not options.get("static", True):
        tasks.shown(static=False)
    return tasks


def _is_given(pictures: Input | Sequence[Input]) -> bool:
    return not isinstance(pictures, Sequence) or len(pictures) > 0
