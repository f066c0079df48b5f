"""Values out of a service's JSON that may be null, missing, or of another type than they should.

Each reader takes what it can read and gives the empty value for the rest; none raises.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

_SECONDS_BELOW = 1e11
_LONGEST_PROGRESS = 100
_PERCENT = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:%|percent|per cent)", re.IGNORECASE)
_OF_ALL = re.compile(r"(\d+(?:\.\d+)?)\s*(?:/|of)\s*(\d+(?:\.\d+)?)(?!\S)")
_NUMBER_FIRST = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:$|\()")
# In the order in which they are asked for: the first tell more.
_SENTENCE_NAMES = (
    "message",
    "msg",
    "description",
    "failreason",
    "errormessage",
    "errormsg",
    "error",
    "detail",
    "details",
    "reason",
    "errors",
    "title",
    "data",
)
_DEEPEST = 6
_MOST_SENTENCES = 3


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
    """Return 0 to 100 out of a number, or of a text with one in it that a person would take.

    >>> percent_of("46%"), percent_of("46％ (fast)"), percent_of(0.46), percent_of("paused")
    (46, 46, 46, None)
    """
    plain = value.strip().removesuffix("%") if isinstance(value, str) else value
    number = number_of(plain)
    if number is None and isinstance(value, str):
        number = _percent_in(unicodedata.normalize("NFKC", value[:_LONGEST_PROGRESS]))
    elif number is not None and 0 < number < 1 and plain == value:
        number *= 100
    return None if number is None else round(min(100.0, max(0.0, number)))


def _percent_in(text: str) -> float | None:
    text = text.strip().replace("٪", "%")
    if found := _PERCENT.search(text):
        return number_of(found[1].replace(",", "."))
    if found := _OF_ALL.match(text):
        done, of_all = number_of(found[1]), number_of(found[2])
        return 100 * done / of_all if done is not None and of_all else None
    found = _NUMBER_FIRST.match(text)
    return number_of(found[1].replace(",", ".")) if found else None


def sentence_of(value: object) -> str:
    """Return the sentence for people in a text, in an object, or in JSON text of one.

    >>> sentence_of({"code": 4, "error": {"message": "Banned prompt detected"}})
    'Banned prompt detected'
    >>> sentence_of('[{"msg": "too long"}, {"msg": "no words"}]'), sentence_of("Blocked")
    ('too long, no words', 'Blocked')
    """
    return _sentence(value, _DEEPEST)


def _sentence(value: object, depth: int) -> str:
    value = decoded(value)
    if not depth or not isinstance(value, (list, Mapping)):
        return text_of(value).strip()
    if isinstance(value, list):
        found = [_sentence(item, depth - 1) for item in value[:_MOST_SENTENCES]]
        return ", ".join(dict.fromkeys(filter(None, found)))
    return next((text.strip() for text in _told(value, depth) if text.strip()), "")


def _told(value: Mapping[Any, Any], depth: int) -> Iterator[str]:
    """Yield what an object may say to people, the likeliest first."""
    named = {str(name).lower().replace("_", ""): item for name, item in value.items()}
    yield from (_sentence(named[name], depth - 1) for name in _SENTENCE_NAMES if name in named)
    # What has no sentence may have a word, {"code": "invalid_parameter"}, or one further in.
    yield from (item for item in value.values() if isinstance(item, str))
    yield from (_sentence(item, depth - 1) for item in value.values() if _holds(item))


def _holds(value: object) -> bool:
    return isinstance(value, (list, Mapping))


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


def first_of(raw: Mapping[str, Any], *names: str) -> Any:
    """Return the first field that holds something, None where none does."""
    for name in names:
        value = raw.get(name)
        if value is not None and value != "":
            return value
    return None
