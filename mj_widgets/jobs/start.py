"""What a new task begins with: a prompt, pictures to mix, a picture or a prompt to ask about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.models.template import require_one
from mj_widgets.pictures.inputs import Input, is_address, picture_url, picture_urls
from mj_widgets.service import orders

if TYPE_CHECKING:
    from mj_widgets.service.orders import Bot, Dimensions, Mode, Order


@dataclass(frozen=True)
class Start:
    """What is to be submitted, and what is said of it."""

    order: Order
    origin: str
    """How it was started, and its parameters: "imagine · 2 pictures · relax"."""
    prompt: str = ""
    new: bool = False
    """Send it even if it was sent before."""
    retry: bool = False
    """Send it again later while the queue is full."""
    is_patient: bool = False
    """Do so too where the service cannot be reached, or wants to be left alone for a while."""


def imagine(
    prompt: str,
    images: Input | Sequence[Input] = (),
    *,
    mode: Mode = "",
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
    copy: int = 1,
    is_spelled_out: bool = False,
) -> Start:
    """Return the start of a grid; see ``Session.imagine``.

    Of several equal ones each *copy* has a number of its own, from 1, and is sent once. In a prompt
    that *is_spelled_out* braces are braces, and no options.
    """
    _check_prompt(prompt)
    if not is_spelled_out:
        require_one(prompt)
    urls = picture_urls(images)
    addresses = [url for url in urls if is_address(url)]
    files = [url for url in urls if not is_address(url)]
    whole = " ".join([*addresses, prompt.strip()]) if prompt.strip() else ""
    order = orders.imagine(whole, files, bot=bot, mode=mode, copy=copy)
    pictures = _count(len(parse_prompt(whole).images) + len(files))
    return Start(order, _line("imagine", pictures, mode, _name(bot)), whole, new, retry)


def describe(image: Input, *, bot: Bot = "mj", new: bool = False, retry: bool = False) -> Start:
    """Return the question which prompts would make a picture; see ``Session.describe``."""
    order = orders.describe(picture_url(image), bot=bot)
    origin = _line("describe", _downloads(order), _name(bot))
    return Start(order, origin, new=new, retry=retry)


def shorten(prompt: str, *, bot: Bot = "mj", new: bool = False, retry: bool = False) -> Start:
    """Return the question which words of a prompt matter; see ``Session.shorten``."""
    _check_prompt(prompt)
    order = orders.shorten(prompt, bot=bot)
    return Start(order, _line("shorten", _name(bot)), prompt.strip(), new, retry)


def blend(
    images: Sequence[Input],
    dimensions: Dimensions = "square",
    *,
    mode: Mode = "",
    bot: Bot = "mj",
    new: bool = False,
    retry: bool = False,
) -> Start:
    """Return the start of a grid that mixes pictures; see ``Session.blend``."""
    urls = picture_urls(images)
    order = orders.blend(urls, dimensions, bot=bot, mode=mode)
    origin = _line("blend", _count(len(urls)), dimensions, _downloads(order), mode, _name(bot))
    return Start(order, origin, new=new, retry=retry)


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
