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
    too_many_pictures,
)

_WORD = re.compile(r"\S+")
_COMMAND = re.compile(r"\s*/imagine(?!\S)\s*(?:prompt\s*[:：]\s*)?", re.IGNORECASE)
_HUNG_ON = re.compile(
    rf"(?<=[{PUNCTUATION}])(?={DASHES}(?:{'|'.join(KNOWN)})(?![^\W\d_]))", re.IGNORECASE
)
"""Where no blank parts a parameter from the punctuation before it: ``3:2,--raw``."""
_NAMED = re.compile(rf"({DASHES})([^\W\d_]\S*)")
_AS_MIDJOURNEY = re.compile(r"--|[–—]")
"""The dash alone is what editors make of ``--``, and is accepted."""
# --ar16:9, --s=250, --v:8.1
_RUN_TOGETHER = re.compile(r"([^\W\d_]+)[=:]?(\d[\d.:]*)")
_ASPECT = re.compile(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")
_ASPECT_WRITTEN_OTHERWISE = re.compile(r"(\d+)[xX×*/∶](\d+)")
_OPTIONS = re.compile(r"(?<!\\)\{")
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
_WITHOUT = 8.1
_LAST_WITH = {"q": 7, "oref": 7, "ow": 7, "turbo": 7, "cref": 6, "cw": 6}
"""What versions from that one on have no more, and which was the last that had it."""
_LONGEST_SAID = 40
_MOST_SAID = 3
_NO_SIGN = "no punctuation follows a parameter"
_NOT_WIDE = "wide signs are not understood"


class Slips(NamedTuple):
    """What is wrong in a prompt."""

    words: str = ""
    """What it is and what to do, on one line; "" for nothing."""
    mended: str = ""
    """The prompt as it was meant, "" where that is not sure."""

    @property
    def line(self) -> str:
        """All of it for where nothing can be pressed, "" for nothing.

        >>> slips_of("a fox --s 2000").line
        'Look at the prompt: --s takes 0 to 1000, not 2000'
        """
        meant = f". Was this meant: {self.mended}" if self.mended else ""
        return f"Look at the prompt: {self.words}{meant}" if self.words else ""


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
    # What stands in braces is several values.
    if len(prompt) > LONGEST_PROMPT or _OPTIONS.search(prompt):
        return Slips(_unknown(parse_prompt(prompt).unknown))
    plain = without_command(prompt)
    mended, written, reasons = _mended(plain)
    read = parse_prompt(mended)
    said = []
    if plain != prompt:
        said.append("Leave out /imagine, which is Discord's command")
    if written:
        more = f" and {len(written) - _MOST_SAID} more" if len(written) > _MOST_SAID else ""
        said.append(f"Write {', '.join(written[:_MOST_SAID])}{more}: {', '.join(reasons)}")
    said += _out_of_range(read.parameters)
    said += _gone(read.parameters)
    said.append(_unknown(read.unknown))
    return Slips("; ".join(filter(None, said)), mended if mended != prompt else "")


def without_command(prompt: str) -> str:
    """Return a prompt without the command that people copy from Discord along with it.

    >>> without_command("/imagine prompt: a red fox --ar 3:2"), without_command("imagine a fox")
    ('a red fox --ar 3:2', 'imagine a fox')
    """
    command = _COMMAND.match(prompt)
    return prompt[command.end() :] if command else prompt


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
    reader, end = _Reader(), 0
    for found in _WORD.finditer(prompt):
        word = found[0]
        meant = reader.meant(word)
        if meant.word != word:
            written.append(f"“{one_line(meant.word, 60)}” for “{one_line(word, 60)}”")
            reasons.update(dict.fromkeys(meant.why))
        pieces += [prompt[end : found.start()], meant.word]
        end = found.end()
    pieces.append(prompt[end:])
    return "".join(pieces), written, list(reasons)


class _Reader:
    """Reads a prompt word by word, and knows behind which parameter it is."""

    def __init__(self) -> None:
        self._name, self._values = "", list[str]()

    def meant(self, word: str) -> _Meant:
        """Return what the next word was meant to be."""
        if "://" in word or self._name == "no" or not (self._name or _NAMED.fullmatch(word)):
            return self._meant(word)
        narrow = _narrow(word)
        first, *hung = _HUNG_ON.split(narrow)
        if not hung:
            return self._meant(word)
        parts = [self._meant(each) for each in (first, *hung)]
        wide = (_NOT_WIDE,) if narrow != word else ()
        why = [each for part in parts for each in part.why]
        return _Meant(" ".join(part.word for part in parts), (*wide, *why))

    def _meant(self, word: str) -> _Meant:
        named = _NAMED.fullmatch(word)
        if named and (named[1][0] == "-" or _plain_name(named[2])):
            meant = _meant_name(*named.groups()) if _plain_name(named[2]) else _Meant(word)
            name, *self._values = meant.word.lstrip("-–—").split()
            self._name = shortest_name(name.lower())
            return meant
        if self._name not in KNOWN or not takes_more(self._name, self._values, word):
            return _Meant(word)
        is_first = not self._values
        self._values.append(word)
        if self._name == "no":
            return _bare_link(word)
        return _meant_value(word, self._name) if is_first else _meant_further(word)


def _plain_name(rest: str) -> str:
    """Return the parameter that stands behind two hyphens, perhaps with its value, or ""."""
    plain = _narrow(rest).rstrip(PUNCTUATION)
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
    if _narrow(rest)[-1] in PUNCTUATION:
        why.append(_NO_SIGN)
    return _Meant(" ".join([f"{dashes}{plain}", *value]), tuple(why))


def _meant_value(word: str, name: str) -> _Meant:
    if "://" in word:
        return _bare_link(word)
    narrow = _narrow(word)
    plain = narrow.rstrip(PUNCTUATION)
    if not any(sign.isalnum() for sign in plain):
        return _Meant(word)
    why = []
    if plain != narrow:
        why.append(_NO_SIGN)
    if not word.startswith(plain):
        why.append(_NOT_WIDE)
    if name == "ar" and (sides := _ASPECT_WRITTEN_OTHERWISE.fullmatch(plain)):
        plain = f"{sides[1]}:{sides[2]}"
        why.append("a colon stands between its sides")
    return _Meant(plain, tuple(why))


def _meant_further(word: str) -> _Meant:
    """Return what a further value was meant to be: of words, it is not sure that they are one."""
    return _bare(word) if word.rstrip(PUNCTUATION).isdecimal() else _bare_link(word)


def _narrow(word: str) -> str:
    """Return a word with the signs that people who type Chinese or Japanese mean."""
    return unicodedata.normalize("NFKC", word)


def _bare_link(word: str) -> _Meant:
    return _bare(word) if "://" in word else _Meant(word)


def _bare(word: str) -> _Meant:
    bare = word.rstrip(PUNCTUATION)
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
        elif isinstance(value, tuple):
            links = sum("://" in each for each in value)
            yield from filter(None, [too_many_pictures(name, links)])
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
    names = [
        name
        for name in parameters
        if name in _LAST_WITH and not (name == "turbo" and "video" in parameters)
    ]
    if names and float(said) >= _WITHOUT:
        it = "it" if len(names) == 1 else "them"
        last = {_LAST_WITH[name] for name in names}
        older = f", or take --v {last.pop()}" if len(last) == 1 else ""
        gone = ", ".join(f"--{name}" for name in names)
        yield f"V{said} has no {gone}: leave {it} out{older}"


def _unknown(names: tuple[str, ...]) -> str:
    said = ", ".join(f"--{one_line(name, _LONGEST_SAID)}" for name in names)
    return f"Midjourney documents no {said}" if said else ""
