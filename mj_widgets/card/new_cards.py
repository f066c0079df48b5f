"""The cards of new tasks: pictures to mix, a picture or a prompt to ask about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict, Unpack

from mj_widgets.card.task_widget import SIZE, TaskWidget, check_size
from mj_widgets.jobs import Job, start
from mj_widgets.session.settings import session_of

if TYPE_CHECKING:
    from mj_widgets.jobs.start import Start
    from mj_widgets.models.speed import Mode
    from mj_widgets.pictures.inputs import Input
    from mj_widgets.service.orders import Bot, Dimensions
    from mj_widgets.session import Session


class CardOptions(TypedDict, total=False):
    """What every new card takes; see ``mj.imagine``, as all that follows."""

    session: Session | None
    size: int
    interval: float | None
    static: bool


def describe(
    image: Input,
    *,
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    **options: Unpack[CardOptions],
) -> TaskWidget:
    """Ask which prompts would make a picture, and return the card of the four texts at once.

    Args:
        image: a path, bytes, a PIL image, an array, or an address. The services want the picture
            itself: one at an address is downloaded first, by this computer. Run again, the same
            address is the same picture, even where its link has died.
        bot: see ``imagine``, as for all further arguments.
        new: see ``imagine``.
        retry: see ``imagine``.
        options: see ``imagine``.

    Raises:
        MjError: it is no picture; see ``imagine``.

    >>> describe("fox.png").wait().texts                            # doctest: +SKIP
    ('a red fox in the snow --ar 1:1', ...)
    """
    return card_of(start.describe(image, bot=bot, new=new, retry=retry), **options)


def shorten(
    prompt: str,
    *,
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    **options: Unpack[CardOptions],
) -> TaskWidget:
    """Ask which words of a prompt matter, and return the card of shorter prompts at once.

    Args:
        prompt: the words.
        bot: see ``imagine``, as for all further arguments.
        new: see ``imagine``.
        retry: see ``imagine``.
        options: see ``imagine``.

    Raises:
        MjError: the prompt is empty; see ``imagine``.
    """
    return card_of(start.shorten(prompt, bot=bot, new=new, retry=retry), **options)


def blend(
    images: Sequence[Input],
    dimensions: Dimensions = "square",
    *,
    mode: Mode = "",
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    **options: Unpack[CardOptions],
) -> TaskWidget:
    """Mix two to five pictures, and return the card of the four new ones at once.

    Args:
        images: each a path, bytes, a PIL image, an array, or an address. The services want the
            pictures themselves: those at an address are downloaded first, as ``describe`` does.
        dimensions: "square", "portrait" or "landscape".
        mode: see ``imagine``, as for all further arguments.
        bot: see ``imagine``.
        new: see ``imagine``.
        retry: see ``imagine``.
        options: see ``imagine``.

    Raises:
        MjError: there are fewer or more pictures, or one is none; see ``imagine``.
    """
    begun = start.blend(images, dimensions, mode=mode, bot=bot, new=new, retry=retry)
    return card_of(begun, **options)


def card_of(
    begun: Start,
    *,
    session: Session | None = None,
    size: int = SIZE,
    interval: float | None = None,
    static: bool = True,
) -> TaskWidget:
    """Return the card of what is to be submitted, at once; see ``imagine``."""
    check_size(size)  # before anything is paid for
    job = Job(session_of(session).account, interval=interval)
    card = TaskWidget(job, size=size, static=static)
    card.owns_job = True
    job.submit(begun)  # last: an interrupt before it leaves nothing that is paid for and not seen
    return card
