"""The parameters of prompts as columns, each of one type whatever is in the library."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from mj_widgets.models.prompt import SHORTEST, SWITCHES

Type = Literal["switch", "integer", "number", "text"]

# docs.midjourney.com, "Parameter List"; a version is a number there: 6.1, 7.
_INTEGERS = frozenset({"bs", "c", "cw", "exp", "ow", "r", "s", "seed", "stop", "sv", "sw", "w"})
_NUMBERS = frozenset({"iw", "niji", "q", "v", "zoom"})
SEPARATOR = " "
"""Stands between the values of one parameter, as in a prompt; what --no lists has commas."""
_SEED = re.compile(r"\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})", re.ASCII)


def _type_of(name: str) -> Type:
    if name in SWITCHES:
        return "switch"
    if name in _INTEGERS:
        return "integer"
    return "number" if name in _NUMBERS else "text"


TYPES: dict[str, Type] = {name: _type_of(name) for name in sorted(SHORTEST)}
"""Each parameter that Midjourney documents, by its shortest name, and of what type it is."""
UNKNOWN = "unknown"
"""The column of what Midjourney does not document, and of values that do not fit their column."""


def columns_of(texts: Sequence[str | None]) -> dict[str, list[Any]]:
    """Return a column for each of `TYPES`, and `UNKNOWN`, with a value for each of *texts*.

    Args:
        texts: parameters as the library keeps them, as JSON.

    A switch is True or False. What was not given is None; a text that was given without a value
    is "". Whatever fits no column stands in `UNKNOWN` as it would in a prompt.

    >>> columns = columns_of(['{"s": "250", "raw": true, "no": ["text", "frame"], "odd": "7"}'])
    >>> columns["s"], columns["raw"], columns["no"], columns["v"], columns["unknown"]
    ([250], [True], ['text, frame'], [None], ['--odd 7'])
    """
    count = len(texts)
    columns: dict[str, list[Any]] = {
        name: [False if kind == "switch" else None] * count for name, kind in TYPES.items()
    }
    columns[UNKNOWN] = [""] * count
    for row, text in enumerate(texts):
        left = []
        for name, value in _pairs(text):
            kind = TYPES.get(name)
            fitting = _READ[kind](name, value) if kind else None
            if fitting is None:
                left.append(_as_given(name, value))
            else:
                columns[name][row] = fitting
        if left:
            columns[UNKNOWN][row] = " ".join(left)
    return columns


def seed_of(told: str, parameters: Mapping[str, Any]) -> int | None:
    """Return the seed that a service told, else the one that the prompt asked for."""
    asked_for: int | None = parameters.get("seed")
    return int(told) if _SEED.fullmatch(told) else asked_for


def texts_of(text: str | None) -> dict[str, str]:
    """Return each parameter of a task as it stands in a prompt, by its shortest name.

    Args:
        text: as the library keeps them, as JSON.

    What was given without a value, as a switch is, is "".

    >>> texts_of('{"s": "250", "raw": true, "no": ["text", "frame"]}')
    {'s': '250', 'raw': '', 'no': 'text, frame'}
    """
    return {name: text_of(name, value) for name, value in _pairs(text)}


def text_of(name: str, value: Any) -> str:
    """Return the value of a parameter as it stands in a prompt, "" where there is none."""
    return value_text(name, value) or ""


def _pairs(text: str | None) -> Iterable[tuple[str, Any]]:
    try:
        return list(json.loads(text or "{}").items())
    except (ValueError, AttributeError, RecursionError):  # harmed
        return ()


def _switch(_: str, value: Any) -> bool | None:
    return True if value is True else None


def value_text(name: str, value: Any) -> str:
    """Return the value of a parameter as it stands in a prompt, "" for a switch."""
    if value is True:
        return ""
    if isinstance(value, (list, tuple)):
        return (", " if name == "no" else SEPARATOR).join(map(str, value))
    return str(value)


def _number(_: str, value: Any) -> float | None:
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _integer(name: str, value: Any) -> int | None:
    number = _number(name, value)
    return int(number) if number is not None and number.is_integer() else None


_READ: dict[Type, Callable[[str, Any], Any]] = {
    "switch": _switch,
    "integer": _integer,
    "number": _number,
    "text": value_text,
}


def _as_given(name: str, value: Any) -> str:
    said = value_text(name, value)
    return f"--{name} {said}" if said else f"--{name}"
