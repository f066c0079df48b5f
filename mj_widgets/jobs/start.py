"""What a new task begins with: a prompt, pictures to mix, a picture or a prompt to ask about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError
from mj_widgets.jobs import words
from mj_widgets.models.prompt import checked_text, parse_prompt, too_many_pictures
from mj_widgets.models.template import require_one
from mj_widgets.pictures.inputs import Input, is_address, listed, prepared
from mj_widgets.service import orders, picture_orders
from mj_widgets.service.order import file_name

if TYPE_CHECKING:
    from mj_widgets.models.speed import Mode
    from mj_widgets.service.order import Order
    from mj_widgets.service.orders import Bot, Dimensions

_PARAMETERS = {"sref": "style picture", "oref": "omni picture", "edit": "edit picture"}
"""What the pictures of each parameter are called."""


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
    again: str = ""
    """What sends it once more, where it has come to nothing; "" for what ``new`` says."""
    anyhow: bool | None = None
    """Send it where it may have arrived, or cannot be written down first; what is known of that by
    now counts all the same. None where it is to be *new*."""


def imagine(
    prompt: str,
    images: Input | Sequence[Input] = (),
    *,
    style: Input | Sequence[Input] = (),
    omni: Input | None = None,
    edit: Input | Sequence[Input] = (),
    mode: Mode = "",
    bot: Bot = "mj",
    parent: str = "",
    button: str = "",
    new: bool = False,
    retry: bool = False,
    copy: int = 1,
    is_spelled_out: bool = False,
) -> Start:
    """Return the start of a grid; see ``Session.imagine``.

    Pictures that a parameter names have to be at an address: those that are none are uploaded
    before the prompt is sent, once, and again where that link has run out.

    Args:
        prompt: the words.
        images: pictures to go by.
        style: pictures whose style is taken (``--sref``).
        omni: a picture of whom or what is to be seen (``--oref``).
        edit: up to four pictures that are worked on (``--edit``).
        mode: the speed.
        bot: "mj", or "niji" for the bot that draws.
        parent: the task that it is begun from, or "".
        button: what the step is called there: "Style 2".
        new: submit it even if it was submitted before.
        retry: submit it again later while the queue is full.
        copy: of several equal ones each has a number of its own, from 1, and is sent once.
        is_spelled_out: braces in the prompt are braces, and no options.
    """
    if not is_spelled_out:
        require_one(prompt)
    urls, notes = _prepared(images)
    addresses = [url for url in urls if is_address(url)]
    files = [url for url in urls if not is_address(url)]
    whole = " ".join([*addresses, prompt.strip()]) if prompt.strip() else ""
    named = _Named.of(whole, {"sref": style, "oref": () if omni is None else omni, "edit": edit})
    order = orders.imagine(named.prompt, files, bot=bot, mode=mode, copy=copy)
    order = replace(order, parent=parent, button=button, files=named.files)
    pictures = _count(len(parse_prompt(whole).images) + len(files))
    name = words.origin(parent, button) or "imagine"
    origin = said_of(name, pictures, *notes, *named.said, mode, _name(bot))
    return Start(order, origin, order.shown_prompt, new, retry)


@dataclass(frozen=True)
class _Named:
    """A prompt whose parameters name pictures."""

    prompt: str
    files: dict[str, str]
    """Those that are at no address, by what stands for them in it."""
    said: tuple[str, ...]
    """How many there are of each kind."""

    @classmethod
    def of(cls, prompt: str, given: Mapping[str, Input | Sequence[Input]]) -> _Named:
        """Return *prompt* with pictures behind it, by their parameters."""
        files: dict[str, str] = {}
        said: list[str] = []
        known = parse_prompt(prompt).parameters
        for name, pictures in given.items():
            sent = [prepared(picture) for picture in listed(pictures)]
            if not sent:
                continue
            if too_many := too_many_pictures(name, len(sent)):
                raise MjError(too_many, advice="Nothing was submitted.")
            if name in known:
                raise MjError(
                    f"The prompt has --{name} already",
                    advice="Put all of its pictures there, or none. Nothing was submitted.",
                )
            uploads = {file_name(url): url for url, _ in sent if not is_address(url)}
            files |= uploads
            links = [url if is_address(url) else file_name(url) for url, _ in sent]
            prompt = f"{prompt} --{name} {' '.join(links)}"
            up = {0: "", len(sent): "uploaded"}.get(len(uploads), f"{len(uploads)} uploaded")
            notes = dict.fromkeys(note for _, note in sent)
            parts = (_count(len(sent), _PARAMETERS[name]), up, *notes)
            said.append(", ".join(part for part in parts if part))
        return cls(prompt, files, tuple(said))


def describe(image: Input, *, bot: Bot = "mj", new: bool = False, retry: bool = False) -> Start:
    """Return the question which prompts would make a picture; see ``Session.describe``."""
    sent = prepared(image)
    order = orders.describe(sent.url, bot=bot)
    origin = said_of("describe", sent.note, downloads_of(order), _name(bot))
    return Start(order, origin, new=new, retry=retry)


def shorten(prompt: str, *, bot: Bot = "mj", new: bool = False, retry: bool = False) -> Start:
    """Return the question which words of a prompt matter; see ``Session.shorten``."""
    order = orders.shorten(checked_text(prompt), bot=bot)
    return Start(order, said_of("shorten", _name(bot)), prompt.strip(), new, retry)


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
    urls, notes = _prepared(images)
    order = orders.blend(urls, dimensions, bot=bot, mode=mode)
    count = _count(len(urls))
    origin = said_of("blend", count, *notes, dimensions, downloads_of(order), mode, _name(bot))
    return Start(order, origin, new=new, retry=retry)


def swap_face(source: Input, target: Input, *, new: bool = False, retry: bool = False) -> Start:
    """Return the start of a picture with another face; see ``Session.swap_face``.

    Args:
        source: the picture of the face.
        target: the picture that gets it.
        new: submit it even if it was submitted before.
        retry: submit it again later while the queue is full.
    """
    urls, notes = _prepared([source, target])
    order = picture_orders.swap_face(*urls)
    return Start(order, said_of("swap face", downloads_of(order), *notes), new=new, retry=retry)


def _prepared(images: Input | Sequence[Input]) -> tuple[list[str], tuple[str, ...]]:
    """Return pictures as they are sent, and what was done to them before."""
    sent = [prepared(picture) for picture in listed(images)]
    return [url for url, _ in sent], tuple(dict.fromkeys(note for _, note in sent if note))


def said_of(*parts: str) -> str:
    """Return what is said of a start, on one line: "imagine · 2 pictures · relax"."""
    return " · ".join(part for part in parts if part)


def _count(pictures: int, what: str = "picture") -> str:
    return f"{pictures} {what}{'s' if pictures > 1 else ''}" if pictures else ""


def downloads_of(order: Order) -> str:
    """Return what is said of an order whose pictures have to be brought here first, or ""."""
    return "downloaded here first" if order.addresses else ""


def _name(bot: str) -> str:
    return "" if bot == "mj" else bot
