"""Slips in a prompt that Midjourney refuses, or takes for something else: said, never changed.

Ranges and rules are those of Midjourney's support FAQ of 2026 (V8.1 and V8.2): "no punctuation
after a parameter", full-width signs are errors, and some parameters are gone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mj_widgets.errors import one_line
from mj_widgets.models.prompt import (
    DASHES,
    KNOWN,
    LONGEST_PROMPT,
    PUNCTUATION,
    SWITCHES,
    Value,
    parse_prompt,
    shortest_name,
    takes_more,
)

_WORD = re.compile(r"\S+")
_NAMED = re.compile(rf"({DASHES})([^\W\d_]\S*)")
_AS_MIDJOURNEY = re.compile(r"--|[–—]")
"""The dash alone is what editors make of ``--``, and is accepted."""
# --ar16:9, --s=250, --v:8.1
_RUN_TOGETHER = re.compile(r"([^\W\d_]+)[=:]?(\d[\d.:]*)")
_ASPECT = re.compile(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")
_ASPECT_WRITTEN_OTHERWISE = re.compile(r"(\d+)[xX×*/](\d+)")
_WHOLE = re.compile(r"\d{1,12}", re.ASCII)
_NUMBER = re.compile(r"\d{0,12}\.?\d{1,12}|\d{1,12}\.", re.ASCII)
_WIDEST, _WIDEST_IN_HD = 14, 4

_RANGES: dict[str, tuple[int, int]] = {
    "s": (0, 1000),
    "c": (0, 100),
    "w": (0, 3000),
    "iw": (0, 3),
    "sw": (0, 1000),
    "ow": (0, 1000),
    "exp": (0, 100),
    "stop": (10, 100),
    "seed": (0, 4_294_967_295),
    "r": (1, 40),
    "sv": (1, 7),
}
_FRACTIONS = {"iw"}
_CHOICES = {"bs": ("1", "2", "4"), "motion": ("low", "high")}
_GONE = {"q": 8.1, "oref": 8.1, "ow": 8.1, "cref": 8.1, "cw": 8.1}
"""What a version has no more, and since which."""
_WITHOUT_TURBO = 8.1
_LONGEST_SAID = 40
_MOST_SAID = 3
_NO_SIGN = "no punctuation follows a parameter"


class Slips(NamedTuple):
    """What is wrong in a prompt."""

    words: str = ""
    """What it is and what to do, on one line; "" for nothing."""
    mended: str = ""
    """The prompt as it was meant, "" where that is not sure."""


def slips_of(prompt: str) -> Slips:
    """Return what is wrong in a prompt, and what it was meant to be where that is sure.

    >>> slips_of("a fox --ar 16:9, --v 8.1").words
    'Write “16:9” for “16:9,”: no punctuation follows a parameter'
    >>> slips_of("a fox ——ar 16：9").mended
    'a fox --ar 16:9'
    >>> slips_of("a fox --s 2000").words
    '--s takes 0 to 1000, not 2000'
    >>> slips_of("a fox --oref https://a.example/b.png --v 8.1").words
    'V8.1 has no --oref: leave it out, or take --v 7'
    """
    if len(prompt) > LONGEST_PROMPT or "{" in prompt:  # what stands in braces is several values
        return Slips(_unknown(parse_prompt(prompt).unknown))
    mended, written, reasons = _mended(prompt)
    read = parse_prompt(mended)
    said = []
    if written:
        more = f" and {len(written) - _MOST_SAID} more" if len(written) > _MOST_SAID else ""
        said.append(f"Write {', '.join(written[:_MOST_SAID])}{more}: {', '.join(reasons)}")
    said += _out_of_range(read.parameters)
    said += _gone(read.parameters)
    said.append(_unknown(read.unknown))
    return Slips("; ".join(filter(None, said)), mended if written else "")


# -- as it is written ------------------------------------------------------------------------------


class _Meant(NamedTuple):
    """What a word was meant to be."""

    word: str
    why: tuple[str, ...] = ()
    """Why it is wrong as it stands."""


def _mended(prompt: str) -> tuple[str, list[str], list[str]]:
    """Return a prompt without slips of the pen, what was mended in it, and why."""
    pieces: list[str] = []
    written: list[str] = []
    reasons: dict[str, None] = {}
    name, values, end = "", list[str](), 0
    for found in _WORD.finditer(prompt):
        word = found[0]
        meant = _Meant(word)
        if (named := _NAMED.fullmatch(word)) and (named[1][0] == "-" or _plain_name(named[2])):
            meant = _meant_name(*named.groups()) if _plain_name(named[2]) else meant
            name, *rest = meant.word.lstrip("-–—").split()
            name, values = shortest_name(name.lower()), rest
        elif name in KNOWN and takes_more(name, values, word):
            meant = _meant_value(word, name) if name != "no" and not values else _bare_link(word)
            values.append(word)
        if meant.word != word:
            written.append(f"“{one_line(meant.word, 60)}” for “{one_line(word, 60)}”")
            reasons.update(dict.fromkeys(meant.why))
        pieces += [prompt[end : found.start()], meant.word]
        end = found.end()
    pieces.append(prompt[end:])
    return "".join(pieces), written, list(reasons)


def _plain_name(rest: str) -> str:
    """Return the parameter that stands behind two hyphens, perhaps with its value, or ""."""
    plain = unicodedata.normalize("NFKC", rest.rstrip(PUNCTUATION))
    if plain.lower() in KNOWN:
        return plain
    parted = _RUN_TOGETHER.fullmatch(plain)
    is_known = parted is not None and parted[1].lower() in KNOWN - SWITCHES
    return f"{parted[1]} {parted[2]}" if parted and is_known else ""


def _meant_name(dashes: str, rest: str) -> _Meant:
    plain, *value = _plain_name(rest).split()
    why = []
    if not _AS_MIDJOURNEY.fullmatch(dashes):
        dashes = "--"
        why.append("a parameter begins with two hyphens")
    if value:
        why.append("a blank parts it from its value")
    if rest.rstrip(PUNCTUATION) != rest:
        why.append(_NO_SIGN)
    return _Meant(" ".join([f"{dashes}{plain}", *value]), tuple(why))


def _meant_value(word: str, name: str) -> _Meant:
    if "://" in word:
        return _bare_link(word)
    bare = word.rstrip(PUNCTUATION)
    plain = unicodedata.normalize("NFKC", bare)
    if not any(sign.isalnum() for sign in plain):
        return _Meant(word)
    why = []
    if bare != word:
        why.append(_NO_SIGN)
    if plain != bare:
        why.append("wide signs are not understood")
    if name == "ar" and (sides := _ASPECT_WRITTEN_OTHERWISE.fullmatch(plain)):
        plain = f"{sides[1]}:{sides[2]}"
        why.append("a colon stands between its sides")
    return _Meant(plain, tuple(why))


def _bare_link(word: str) -> _Meant:
    bare = word.rstrip(PUNCTUATION) if "://" in word else word
    return _Meant(bare, (_NO_SIGN,) if bare != word else ())


# -- as it is read ---------------------------------------------------------------------------------


def _out_of_range(parameters: Mapping[str, Value]) -> Iterator[str]:
    for name, value in parameters.items():
        said = "" if isinstance(value, bool) else one_line(str(value), _LONGEST_SAID)
        if name in _RANGES:
            low, high = _RANGES[name]
            look = _NUMBER if name in _FRACTIONS else _WHOLE
            if not look.fullmatch(said) or not low <= float(said) <= high:
                yield _takes(name, f"{low} to {high}", said)
        elif name in _CHOICES and said not in _CHOICES[name]:
            *first, last = _CHOICES[name]
            yield _takes(name, f"{', '.join(first)} or {last}", said)
        elif name == "ar":
            yield from _no_aspect(said, is_hd=bool(parameters.get("hd")))


def _no_aspect(said: str, *, is_hd: bool) -> Iterator[str]:
    sides = _ASPECT.fullmatch(said)
    if sides is None or not float(sides[1]) or not float(sides[2]):
        yield _takes("ar", "two sides, as in 16:9", said)
        return
    widest = _WIDEST_IN_HD if is_hd else _WIDEST
    width, height = float(sides[1]), float(sides[2])
    if max(width, height) > widest * min(width, height):
        yield _takes("ar", f"up to {widest}:1{' in HD' if is_hd else ''}", said)


def _takes(name: str, what: str, said: str) -> str:
    return f"--{name} takes {what}, not {said}" if said else f"--{name} takes {what}: say which"


def _gone(parameters: Mapping[str, Value]) -> Iterator[str]:
    said = str(parameters.get("v", ""))
    if not _NUMBER.fullmatch(said):
        return
    version = float(said)
    names = [f"--{name}" for name in parameters if version >= _GONE.get(name, version + 1)]
    if "turbo" in parameters and "video" not in parameters and version >= _WITHOUT_TURBO:
        names.append("--turbo")
    if names:
        it = "it" if len(names) == 1 else "them"
        yield f"V{said} has no {', '.join(names)}: leave {it} out, or take --v 7"


def _unknown(names: tuple[str, ...]) -> str:
    said = ", ".join(f"--{one_line(name, _LONGEST_SAID)}" for name in names)
    return f"Midjourney documents no {said}" if said else ""
