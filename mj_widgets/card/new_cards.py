"""Starting tasks: a prompt, pictures to mix, a picture or a prompt to ask about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mj_widgets.card.informed import Options
from mj_widgets.card.sending import Start
from mj_widgets.card.task_widget import SIZE, TaskWidget
from mj_widgets.errors import MjError
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.pictures.inputs import Input, is_address, picture_url, picture_urls
from mj_widgets.service import orders
from mj_widgets.session.settings import session as default_session

if TYPE_CHECKING:
    from mj_widgets.service.orders import Bot, Dimensions, Mode, Order
    from mj_widgets.session.session import Session


def imagine(
    prompt: str,
    images: Input | Sequence[Input] = (),
    *,
    mode: Mode = "",
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    session: Session | None = None,
    size: int = SIZE,
    interval: float | None = None,
    static: bool = True,
) -> TaskWidget:
    """Submit a prompt, and return the card of its four pictures at once.

    The same prompt is submitted once in a lifetime: run again, in this notebook or another, it
    gives the card of the task that it started, which says so. The card shows how the parameters
    were understood, and warns of one that Midjourney does not document.

    Args:
        prompt: the words, with parameters behind them: ``a red fox --ar 16:9``.
        images: pictures to go by: a list of paths, bytes, PIL images, arrays or addresses. An
            address goes in front of the prompt, and the service gets the picture there.
        mode: "fast", "relax" or "turbo"; "" leaves it to the service and the prompt.
        bot: "mj", or "niji" for the bot that draws.
        new: submit it even if it was submitted before.
        retry: while the service's queue is full, try again every 30 seconds until Stop.
        session: the service; default: the one of ``mj.configure`` or the environment.
        size: the longer side of the pictures together, in CSS pixels.
        interval: seconds between two asks; default: found by the follower.
        static: leave a still copy in the notebook, shown where no live card can be.

    Raises:
        MjError: the prompt is empty or no text, a picture is none, or there is no such mode or
            bot. What the service refuses is said in the card, and raised by ``wait()`` and
            ``await``.

    >>> w = imagine("a red fox --ar 16:9", images=["sketch.png"])   # doctest: +SKIP
    >>> w.wait().succeeded                                          # doctest: +SKIP
    True
    """
    _check_prompt(prompt)
    urls = picture_urls(images)
    addresses = [url for url in urls if is_address(url)]
    files = [url for url in urls if not is_address(url)]
    whole = " ".join([*addresses, prompt.strip()]) if prompt.strip() else ""
    order = orders.imagine(whole, files, bot=bot, mode=mode)
    pictures = _count(len(parse_prompt(whole).images) + len(files))
    origin = _line("imagine", pictures, mode, _name(bot))
    start = Start(order, origin, prompt=whole, new=new, retry=retry)
    return _card(start, session, size, interval, static=static)


def describe(
    image: Input,
    *,
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    session: Session | None = None,
    size: int = SIZE,
    interval: float | None = None,
    static: bool = True,
) -> TaskWidget:
    """Ask which prompts would make a picture, and return the card of the four texts at once.

    Args:
        image: a path, bytes, a PIL image, an array, or an address. The services want the picture
            itself: one at an address is downloaded first, by this computer. Run again, the same
            address is the same picture, even where its link has died.
        bot: see ``imagine``, as for all further arguments.

    Raises:
        MjError: it is no picture; see ``imagine``.

    >>> describe("fox.png").wait().texts                            # doctest: +SKIP
    ('a red fox in the snow --ar 1:1', ...)
    """
    order = orders.describe(picture_url(image), bot=bot)
    origin = _line("describe", _downloads(order), _name(bot))
    start = Start(order, origin, new=new, retry=retry)
    return _card(start, session, size, interval, static=static)


def shorten(
    prompt: str,
    *,
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    session: Session | None = None,
    size: int = SIZE,
    interval: float | None = None,
    static: bool = True,
) -> TaskWidget:
    """Ask which words of a prompt matter, and return the card of shorter prompts at once.

    Args:
        prompt: the words.
        bot: see ``imagine``, as for all further arguments.

    Raises:
        MjError: the prompt is empty; see ``imagine``.
    """
    _check_prompt(prompt)
    order = orders.shorten(prompt, bot=bot)
    origin = _line("shorten", _name(bot))
    start = Start(order, origin, prompt=prompt.strip(), new=new, retry=retry)
    return _card(start, session, size, interval, static=static)


def blend(
    images: Sequence[Input],
    dimensions: Dimensions = "square",
    *,
    mode: Mode = "",
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    session: Session | None = None,
    size: int = SIZE,
    interval: float | None = None,
    static: bool = True,
) -> TaskWidget:
    """Mix two to five pictures, and return the card of the four new ones at once.

    Args:
        images: each a path, bytes, a PIL image, an array, or an address. The services want the
            pictures themselves: those at an address are downloaded first, as ``describe`` does.
        dimensions: "square", "portrait" or "landscape".
        mode: see ``imagine``, as for all further arguments.

    Raises:
        MjError: there are fewer or more pictures, or one is none; see ``imagine``.
    """
    urls = picture_urls(images)
    order = orders.blend(urls, dimensions, bot=bot, mode=mode)
    origin = _line("blend", _count(len(urls)), dimensions, _downloads(order), mode, _name(bot))
    start = Start(order, origin, new=new, retry=retry)
    return _card(start, session, size, interval, static=static)


def _card(
    start: Start, session: Session | None, size: int, interval: float | None, *, static: bool
) -> TaskWidget:
    options = Options((session or default_session()).account, size, interval, static)
    return TaskWidget._started(start, options)


def _check_prompt(prompt: object) -> None:
    """Raise MjError unless *prompt* is a text."""
    if not isinstance(prompt, str):
        raise MjError(f"The prompt has to be a text, not {type(prompt).__name__}")


def _line(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _count(pictures: int) -> str:
    if not pictures:
        return ""
    return "1 picture" if pictures == 1 else f"{pictures} pictures"


def _downloads(order: Order) -> str:
    return "downloaded here first" if order.addresses else ""


def _name(bot: str) -> str:
    return "" if bot == "mj" else bot
