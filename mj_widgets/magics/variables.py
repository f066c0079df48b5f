"""Variables in a line that a person typed: ``{name}`` and ``$name``, and braces that are none."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from mj_widgets.errors import one_line

_FIELD = re.compile(
    r"\{\{(?P<braces>[^{}]*)\}\}"
    r"|(?<!\\)\{(?P<inner>[^{}]*)\}"
    r"|(?<![\w$])\$(?P<dollar>\$?)(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)"
)


def filled(text: str, names: Mapping[str, Any]) -> str:
    """Return *text* with its variables filled in, and every other character as it was.

    ``{expression}`` and ``$name.attribute`` are filled in as in IPython's magics. Braces with
    several options, ``{red, blue} fox``, are Midjourney's permutations and stay, and so do braces
    that are themselves, ``\\{``. ``{{...}}`` and ``$$name`` stand for ``{...}`` and ``$name``
    themselves; ``$5`` is a price.

    Args:
        text: what was typed.
        names: the variables.

    Raises:
        ValueError: a variable is not defined, or what is in the braces fails; one line.

    >>> filled("a {colour} fox, {day, night} --seed $seed", {"colour": "red", "seed": 7})
    'a red fox, {day, night} --seed 7'
    """

    def fill(field: re.Match[str]) -> str:
        if field["braces"] is not None:
            return f"{{{field['braces']}}}"
        if field["dollar"]:
            return f"${field['name']}"
        if field["name"]:
            return _value(field["name"], field[0], names)
        return field[0] if _has_options(field["inner"]) else _value(field["inner"], field[0], names)

    return _FIELD.sub(fill, text)


def _has_options(inner: str) -> bool:
    """Tell ``{red, blue}`` from ``{", ".join(colours)}``, which has its commas inside."""
    if not inner.strip():
        return True
    try:
        return isinstance(ast.parse(inner.strip(), mode="eval").body, ast.Tuple)
    except (SyntaxError, ValueError):
        return "," in inner


def _value(expression: str, field: str, names: Mapping[str, Any]) -> str:
    try:
        # The user's own code, from the user's own cell.
        return str(eval(expression.strip(), dict(names)))  # noqa: S307
    except Exception as error:  # noqa: BLE001 - it may raise anything
        if isinstance(error, NameError):
            why = f"{error.name or expression} is not defined"
        else:
            why = one_line(f"{type(error).__name__}: {error}")
        itself = f"{{{field}}}" if field.startswith("{") else f"${field}"
        raise ValueError(
            f"{field} is not filled in: {why} ({itself} is the text {field} itself)"
        ) from None
