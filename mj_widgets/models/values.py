"""Values out of a service's JSON that may be null, missing, or of another type than they should.

Each reader takes what it can read and gives the empty value for the rest; none raises.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_SECONDS_BELOW = 1e11


def text_of(value: object) -> str:
    """Return a text or a number as text; "" for the rest."""
    if type(value) is str and value.isascii():  # nearly all of them
        return value
    if value is None or isinstance(value, (bool, dict, list, Mapping)):
        return ""
    text = str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        # A lone surrogate is legal JSON, but nothing can be sent to a browser or a disk with it.
        return text.encode("utf-8", "replace").decode()
    return text


def number_of(value: object) -> float | None:
    """Return a finite number, also one in a text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def percent_of(value: object) -> int | None:
    """Return 0 to 100 out of a number or a text such as "46%"."""
    number = number_of(value.strip().removesuffix("%") if isinstance(value, str) else value)
    return None if number is None else round(min(100.0, max(0.0, number)))


def time_of(value: object) -> datetime | None:
    """Return the UTC time in seconds or milliseconds since 1970, or in an ISO 8601 text."""
    number = number_of(value)
    try:
        if number is not None:
            seconds = number if number < _SECONDS_BELOW else number / 1000
            return datetime.fromtimestamp(seconds, UTC) if number > 0 else None
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def decoded(value: object) -> object:
    """Return the list or mapping in a JSON text; anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def list_of(value: object) -> list[object]:
    """Return a list, also one in a JSON text."""
    value = decoded(value)
    return value if isinstance(value, list) else []


def mapping_of(value: object) -> dict[str, Any]:
    """Return a mapping, also one in a JSON text."""
    value = decoded(value)
    return dict(value) if isinstance(value, (dict, Mapping)) else {}


def integer_of(value: object) -> int:
    """Return a whole number, 0 for none."""
    return value if type(value) is int else int(number_of(value) or 0)


def urls_of(*values: object) -> tuple[str, ...]:
    """Return the addresses in *values*: strings, lists of strings or of ``{"url": ...}``."""
    found: dict[str, None] = {}
    for value in values:
        if value is None:
            continue
        given = decoded(value)
        for item in given if isinstance(given, list) else [given]:
            url = text_of(item.get("url")) if isinstance(item, Mapping) else text_of(item)
            if url := url.strip():
                found[url] = None
    return tuple(found)


def first_of(raw: Mapping[str, Any], *names: str) -> Any:
    """Return the first field that holds something, None where none does."""
    for name in names:
        value = raw.get(name)
        if value is not None and value != "":
            return value
    return None
