"""One line that stands for many prompts: options in braces, and how often each is made.

No server of the family expands them; they would go on to Discord, where a question waits that
nobody sees. The rules are those of Midjourney's documentation ("Permutations", "Repeat"): options
are parted by commas, the last group turns fastest, groups nest, ``\\,`` is a comma, parameters and
their names may be in braces, and ``--repeat`` makes jobs whose prompts do not have it any more.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from mj_widgets.errors import MjError, one_line
from mj_widgets.models.prompt import DASHES, checked_text, shortest_name

MOST_PROMPTS = 100_000
"""More are a slip, and would fill the memory."""
MOST_DEEP = 9
"""Groups within one another."""
MOST_REPEATS = 40
"""docs.midjourney.com, "Repeat": 2 to 40."""

_SHOWN = 24
_MARK = re.compile(r"\\[,{}]|[{},]")
_BLANKS = re.compile(r"\s+")
_REPEAT = re.compile(rf"(?:^|\s){DASHES}(?:r|repeat)(?:\s+(\S+))?(?=\s|$)", re.IGNORECASE)
_VALUE_OF = re.compile(rf"(?:^|\s){DASHES}([^\W\d_]\w*)\s+$")

_Options = tuple["_Sequence", ...]
_Sequence = tuple["str | _Options", ...]
"""Texts and groups, one behind the other; a group is its options."""


@dataclass(frozen=True)
class Braces:
    """One pair of braces that stands in no other one."""

    name: str
    """The parameter whose whole value it is, by its shortest name (``s``), else as it was typed."""
    values: tuple[str, ...]
    """Its options, each with the groups in it spelled out, in order."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One job of a template."""

    prompt: str
    values: tuple[str, ...]
    """Which option of each group it has."""
    copy: int = 1
    """Which of several with this very prompt it is, from 1."""


class Template:
    """A prompt with options in braces.

    Args:
        text: as a person typed it.

    Raises:
        MjError: a brace has no other half, they nest too deep, or there are too many prompts; one
            line, which shows the place or the number.

    >>> fox = Template("a {red, blue} fox --s {50, 250}")
    >>> [group.name for group in fox.groups], fox.prompts[-1]
    (['{red, blue}', 's'], 'a blue fox --s 250')
    """

    def __init__(self, text: str) -> None:
        self.text = checked_text(text)
        self._parts, self.empty = _parsed(text)
        """Where empty braces stand, "" where there are none: they tell nothing apart."""
        count = _count(self._parts)
        if count > MOST_PROMPTS:
            raise MjError(
                f"These braces make {count:,} prompts", advice=f"At most {MOST_PROMPTS:,} can be."
            )

    @cached_property
    def groups(self) -> tuple[Braces, ...]:
        """Its braces, those within others left out, in the order of the prompt."""
        found: list[Braces] = []
        before = ""
        at = 0
        for part in self._parts:
            if isinstance(part, str):
                before += part
                continue
            typed, at = _typed(self.text, at)
            values = tuple(map(_tidy, _spelled((part,))))
            known = _VALUE_OF.search(before)
            name = shortest_name(known[1].lower()) if known else typed
            same = sum(group.name.partition(" #")[0] == name for group in found)
            found.append(Braces(f"{name} #{same + 1}" if same else name, values))
            before = "{}"
        return tuple(found)

    @cached_property
    def prompts(self) -> tuple[str, ...]:
        """What it stands for, the last group turning fastest; each as often as it is repeated."""
        return tuple(cell.prompt for cell in self.cells())

    def cells(self, repeat: int = 1) -> Iterator[Cell]:
        """Yield its jobs, in order.

        Args:
            repeat: how many of each, where the prompt has no ``--repeat`` of its own.

        Raises:
            MjError: a ``--repeat`` is none.
        """
        repeats = _repeats(repeat, "repeat=")
        seen: dict[str, int] = {}
        options = [_spelled((part,)) for part in self._parts]
        groups = [not isinstance(part, str) for part in self._parts]
        for chosen in product(*options):
            prompt = _tidy("".join(chosen))
            times = repeats
            if asked := _REPEAT.search(prompt):
                if _REPEAT.search(prompt, asked.end()):
                    raise MjError(
                        f"There are two repeats in “{one_line(prompt, 80)}”", advice="Give one."
                    )
                if repeat != 1:
                    raise MjError(
                        f"The prompt has {asked[0].strip()}, and there is repeat={repeat}",
                        advice="Give one of them.",
                    )
                times = _repeats(asked[1], asked[0].strip())
                prompt = _tidy(_REPEAT.sub("", prompt))
            values = tuple(
                _tidy(each) for each, is_group in zip(chosen, groups, strict=True) if is_group
            )
            for _ in range(times):
                copy = seen[prompt] = seen.get(prompt, 0) + 1
                yield Cell(prompt, values, copy)


def expand(text: str) -> list[str]:
    """Return the prompts that a text with options in braces stands for.

    Args:
        text: such as ``a {red, blue} fox --s {50, 250}``; ``\\,`` is a comma within an option, and
            ``--repeat 3`` (``--r 3``) gives each prompt three times, without it.

    Raises:
        MjError: a brace has no other half, they nest too deep, or there are too many prompts.

    >>> expand("a {red, blue} fox --s {50, 250}")
    ['a red fox --s 50', 'a red fox --s 250', 'a blue fox --s 50', 'a blue fox --s 250']
    """
    return list(Template(text).prompts)


def stands_for_several(prompt: object) -> bool:
    """Tell whether a prompt is a line for a sweep: with options in braces, or with ``--repeat``.

    ``\\{`` is a brace itself, and ``--repeat 1`` no repeat.

    Raises:
        MjError: it is no text, a brace has no other half, or the ``--repeat`` is none.

    >>> stands_for_several("a {red} fox"), stands_for_several("a fox --repeat 1")
    (True, False)
    """
    prompt = checked_text(prompt)
    if not _MARK.search(prompt) and not _REPEAT.search(prompt):
        return False
    template = Template(prompt)
    return bool(template.groups) or len(list(islice(template.cells(), 2))) > 1


def require_one(prompt: object) -> str:
    """Return a prompt.

    Raises:
        MjError: it is no text, or stands for several: servers would hang, or bill each.
    """
    text = checked_text(prompt)
    if stands_for_several(text):
        raise MjError(
            "Braces and --repeat stand for several jobs, and this sends one",
            advice="mj.sweep(...) or %mjsweep sends them all, after asking; \\{ is a brace itself. "
            "Nothing was submitted.",
        )
    return text


def _parsed(text: str) -> tuple[_Sequence, str]:
    """Return the parts of a text, and where the first empty braces stand."""
    # For each open group: its options so far, and the parts of the one that is being read.
    stack: list[tuple[list[_Sequence], list[str | _Options]]] = [([], [])]
    opened: list[int] = []
    empty = ""
    end = 0
    for mark in _MARK.finditer(text):
        sign, at = mark[0], mark.start()
        parts = stack[-1][1]
        parts.append(text[end:at])
        end = mark.end()
        if sign == "{":
            opened.append(at)
            if len(opened) > MOST_DEEP:
                raise MjError(
                    f"Braces stand more than {MOST_DEEP} deep: {_place(text, at)}",
                    advice="Nothing was submitted.",
                )
            stack.append(([], []))
        elif sign == "}":
            if not opened:
                raise _unbalanced("A } closes nothing", text, at)
            begun = opened.pop()
            options, last = stack.pop()
            if not any("".join(map(str, each)).strip() for each in (*options, last)):
                empty = empty or _place(text, begun)
            stack[-1][1].append((*options, _stripped(last)))
        elif sign == "," and opened:
            stack[-1][0].append(_stripped(parts))
            stack[-1][1].clear()
        elif not opened and sign == "\\,":
            parts.append(sign)  # nothing is parted here
        else:
            if sign == "\\,":
                parts[-1] = str(parts[-1]).rstrip()
            parts.append(sign[-1])
    if opened:
        raise _unbalanced("A { is never closed", text, opened[-1])
    stack[-1][1].append(text[end:])
    return tuple(part for part in stack[-1][1] if part != ""), empty


def _stripped(parts: list[str | _Options]) -> _Sequence:
    """Return an option without the blanks around it."""
    kept = list(parts)
    if kept and isinstance(kept[0], str):
        kept[0] = kept[0].lstrip()
    if kept and isinstance(kept[-1], str):
        kept[-1] = kept[-1].rstrip()
    return tuple(part for part in kept if part != "")


def _spelled(parts: _Sequence) -> tuple[str, ...]:
    """Return all that a sequence stands for, its last group turning fastest."""
    choices = [
        (part,) if isinstance(part, str) else tuple(s for each in part for s in _spelled(each))
        for part in parts
    ]
    return tuple("".join(chosen) for chosen in product(*choices))


def _count(parts: _Sequence) -> int:
    return math.prod(
        1 if isinstance(part, str) else sum(_count(option) for option in part) for part in parts
    )


def _typed(text: str, at: int) -> tuple[str, int]:
    """Return the next group as it stands in a text, and where it ends."""
    depth, begin = 0, -1
    for mark in _MARK.finditer(text, at):
        if mark[0] == "{":
            begin = mark.start() if begin < 0 else begin
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if not depth:
                return text[begin : mark.end()], mark.end()
    return "", len(text)


def _tidy(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()


def _repeats(given: object, name: str) -> int:
    said = str(given)
    times = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
    if isinstance(given, bool) or not 1 <= times <= MOST_REPEATS:
        shown = name if given is None or name.endswith(said) else f"{name}{given}"
        raise MjError(
            f"{one_line(shown, 40)} is no number of repeats",
            advice=f"Give 1 to {MOST_REPEATS}. Nothing was submitted.",
        )
    return times


def _unbalanced(what: str, text: str, at: int) -> MjError:
    return MjError(
        f"{what}: {_place(text, at)}", advice="\\{ and \\} are braces themselves. Nothing was sent."
    )


def _place(text: str, at: int) -> str:
    """Return what stands around a place of a text, and which character it is."""
    begin, end = max(0, at - _SHOWN), at + 1 + _SHOWN
    dots = "…" if begin else "", "…" if end < len(text) else ""
    return f"“{dots[0]}{one_line(text[begin:end])}{dots[1]}”, character {at + 1}"
