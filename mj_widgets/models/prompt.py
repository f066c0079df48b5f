"""Prompts: the words, the pictures in front, the parameters behind, the weights between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mj_widgets.errors import MjError

Value = str | bool | tuple[str, ...]
"""One value, True for a switch (or a value that is missing), or several values."""

_SPELLINGS = {
    "aspect": "ar",
    "chaos": "c",
    "personalize": "p",
    "profile": "p",
    "quality": "q",
    "repeat": "r",
    "stylize": "s",
    "version": "v",
    "weird": "w",
}
# fmt: off
SWITCHES = {
    "beta", "creative", "draft", "fast", "hd", "loop", "public", "raw", "relax", "sameseed", "sd",
    "stealth", "test", "testp", "tile", "turbo", "upanime", "upbeta", "uplight", "video",
}
_ONE_VALUE = {
    "ar", "bs", "c", "cw", "end", "exp", "iw", "motion", "niji", "ow", "q", "r", "s", "seed",
    "stop", "style", "sv", "sw", "v", "w", "zoom",
}
_SEVERAL_VALUES = {"cref", "edit", "no", "oref", "p", "sref"}
# fmt: on
SHORTEST = frozenset(SWITCHES | _ONE_VALUE | _SEVERAL_VALUES)
"""The parameters that Midjourney documents, each by its shortest name, without dashes."""
KNOWN = frozenset(SHORTEST | _SPELLINGS.keys())
"""The same in every spelling."""

LONGEST_PROMPT = 20_000
"""Discord's documentation: 6,000 characters at most in an option of a command."""
DASHES = r"(?:[-–—―－﹣−‐‑‒ー]{2,}|[–—―－﹣−])"
"""What people, their keyboards (Japanese ones: ーー) and editors write for ``--``."""
PUNCTUATION = ",.;:!?、，。；：！？"
"""What stands behind a parameter by mistake."""
_DASH_SIGNS = "-–—―－﹣−‐‑‒ー"
_MOST_PICTURES = {"oref": 1, "edit": 4}
_DASHED = re.compile(rf"({DASHES})([^\W\d_]\S*)")
_WORD = re.compile(r"\s*+(\S++)")
_URL = re.compile(r"<?(https?://[^\s<>]+)>?,?", re.IGNORECASE)
_ASPECT = re.compile(r"--(?:ar|aspect)\s+(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")
# Possessive, as a number of 100,000 digits must not be tried at every length.
_WEIGHT = re.compile(r"::(-?+(?:\d++(?:\.\d*+)?+|\.\d++)(?![^\s,]))?")


@dataclass(frozen=True)
class Prompt:
    """What a prompt consists of.

    >>> fox = parse_prompt("https://a.example/b.png a red fox --ar 16:9 --no text, frame --raw")
    >>> fox.text, fox.images
    ('a red fox', ('https://a.example/b.png',))
    >>> fox.parameters
    {'ar': '16:9', 'no': ('text', 'frame'), 'raw': True}
    """

    text: str
    """The words on one line, ``::`` included; no picture in front and no parameter."""
    images: tuple[str, ...] = ()
    """The addresses in front, without the ``<>`` that Discord puts around them."""
    parameters: dict[str, Value] = field(default_factory=dict)
    """By their shortest name (``ar``, ``v``, ``s``, ``w``, ...), in the order of the prompt.

    ``--style raw`` is ``raw``. Where one is given twice the last one counts, but ``--no`` and the
    references add up.
    """
    weights: tuple[tuple[str, float], ...] = ()
    """The parts that ``::`` makes and what each weighs; () where there is no ``::``."""
    unknown: tuple[str, ...] = ()
    """The parameters that Midjourney does not document; they are in ``parameters`` too."""


def checked_text(prompt: object) -> str:
    """Return what was given as a prompt.

    Raises:
        MjError: it is no text.
    """
    if not isinstance(prompt, str):
        raise MjError(f"The prompt has to be a text, not {type(prompt).__name__}")
    return prompt


def parse_prompt(text: str) -> Prompt:
    """Return what *text* consists of; any text is a prompt, nothing raises.

    Parameters are read as Midjourney documents them; the dashes that editors make of ``--`` are
    understood, also where Midjourney may not (see ``prompt_slips``). Words behind a parameter that
    takes none of them belong to the text. A text that is longer than any that Midjourney takes is
    words and nothing else.

    >>> parse_prompt("hot::2 dog —v 7").weights
    (('hot', 2.0), ('dog', 1.0))
    >>> parse_prompt("a fox --sref 123 456 --mystery 7").unknown
    ('mystery',)
    """
    words = text.split()
    if len(text) > LONGEST_PROMPT:
        return Prompt(" ".join(words))
    first = next((i for i, word in enumerate(words) if not _URL.fullmatch(word)), len(words))
    images = tuple(_bare(word) for word in words[:first])
    plain, given = _sort(words[first:])
    said = " ".join(plain)
    return Prompt(
        text=said,
        images=images,
        parameters={name: _value(name, values) for name, values in given.items()},
        weights=tuple(_weights(said)),
        unknown=tuple(name for name in given if name not in KNOWN),
    )


def shortest_name(name: str) -> str:
    """Return the name under which ``parameters`` has a parameter, whichever it was given.

    >>> shortest_name("aspect"), shortest_name("ar")
    ('ar', 'ar')
    """
    return _SPELLINGS.get(name, name)


def too_many_pictures(name: str, count: int) -> str:
    """Return what is said where a parameter has more pictures than it takes, else "".

    >>> too_many_pictures("edit", 5), too_many_pictures("sref", 5)
    ('--edit takes up to 4 pictures, not 5', '')
    """
    most = _MOST_PICTURES.get(name, count)
    allowed = "one picture" if most == 1 else f"up to {most} pictures"
    return f"--{name} takes {allowed}, not {count}" if count > most else ""


def takes_more(name: str, values: list[str], word: str) -> bool:
    """Tell whether a word belongs to the parameter behind which it stands.

    Args:
        name: the parameter, by its shortest name.
        values: what belongs to it already.
        word: the next one.
    """
    if name == "video":  # a switch, but in tasks of trueai's it is "--video 1"
        return not values and word.rstrip(PUNCTUATION) == "1"
    return name not in SWITCHES and (name not in _ONE_VALUE or not values)


def without(prompt: str, *names: str) -> str:
    """Return a prompt without some parameters that take one number, all else as it was.

    Args:
        prompt: the prompt.
        names: the parameters, by their shortest names.

    >>> without("a fox --aspect 16:9 --s 250", "ar")
    'a fox --s 250'
    """
    kept: list[str] = []
    is_left_out = False
    for found in _WORD.finditer(prompt):
        word = found[1]
        if name := _name(word):
            is_left_out = name in names
            if is_left_out:
                continue
        elif is_left_out:
            is_left_out = False
            if any(map(str.isdigit, word)):
                continue
        kept.append(found[0])
    return "".join(kept).strip()


def aspect_of(prompt: str, otherwise: float = 1.0) -> float:
    """Return width over height as the prompt's ``--ar`` asks for it, else *otherwise*.

    >>> aspect_of("a fox --ar 16:9")
    1.7777777777777777
    """
    match = _ASPECT.search(prompt)
    if not match or not float(match[1]) or not float(match[2]):
        return otherwise
    return min(8.0, max(0.125, float(match[1]) / float(match[2])))


def _sort(words: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Part the words of the text from the parameters, each with the values it takes."""
    plain: list[str] = []
    given: dict[str, list[str]] = {}
    name = ""
    for word in words:
        if asked := _name(word):
            name = asked
            if name not in given or name not in _SEVERAL_VALUES:
                given[name] = []
            elif name == "no":
                given[name].append(",")
        elif name == "style" and word.lower() == "raw" and not given[name]:
            del given[name]
            given[name := "raw"] = []
        elif name and takes_more(name, given[name], word):
            given[name].append(word)
        else:
            plain.append(word)
    return plain, given


def _name(word: str) -> str:
    """Return the name of the parameter that *word* begins, or ""."""
    # Most words begin with no dash, and a table reads thousands of prompts.
    dashed = _DASHED.fullmatch(word) if word[0] in _DASH_SIGNS else None
    if not dashed:
        return ""
    name = dashed[2].lower()
    # An editor's dash before any other word is punctuation.
    if dashed[1][0] != "-" and name not in KNOWN:
        return ""
    return shortest_name(name)


def _value(name: str, values: list[str]) -> Value:
    if name in SWITCHES:
        return True
    if name == "no":
        values = [part.strip() for part in re.split("[,，]", " ".join(values)) if part.strip()]
    elif name in _SEVERAL_VALUES:
        values = [_bare(value) for value in values]
    elif values:
        return _bare(" ".join(values))
    if not values:
        return True
    return values[0] if len(values) == 1 else tuple(values)


def _bare(word: str) -> str:
    address = _URL.fullmatch(word)
    return address[1].rstrip(",") if address else word


def _weights(text: str) -> Iterator[tuple[str, float]]:
    begin = 0
    for mark in _WEIGHT.finditer(text):
        if part := text[begin : mark.start()].strip(" ,"):
            yield part, float(mark[1] or 1)
        begin = mark.end()
    if begin and (rest := text[begin:].strip(" ,")):
        yield rest, 1.0
