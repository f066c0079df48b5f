"""The key of a service, and how it stays out of everything that is shown or written."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache

# What documents and shells put around a key, and people copy along with it.
_BESIDE_TOKEN = re.compile(r"^['\"]?(?:Bearer\s+)?", re.IGNORECASE)
# A part that is this long is as good as the whole for whoever looks for it.
_LEAST_PART = 12
_LEAST_WORD = 8
# How JSON, a URL and a web page may write one ASCII character. Of backslashes all are taken: each
# JSON in a JSON text doubles them, and PHP puts one before a slash.
_ESCAPE = re.compile(
    r"(\\++(?:u00[2-7][0-9a-f])?+|%[2-7][0-9a-f]"
    r"|&(?:#0{0,5}[0-9]{2,3}|#x0{0,5}[2-7][0-9a-f]|amp|plus|sol|equals|lowbar|period);?)",
    re.IGNORECASE,
)
_MOST_LAYERS = 4


class Token(str):
    """A key that no repr shows, so that no traceback with its variables does either."""

    def __repr__(self) -> str:
        return "'(token)'"


def plain_token(text: str) -> Token:
    """Return the key in what a person has pasted: "Bearer " and quotes around it are dropped.

    >>> str(plain_token("'Bearer sk-1234' "))
    'sk-1234'
    """
    return Token(_BESIDE_TOKEN.sub("", text.strip()).strip("'\""))


def without_token(body: bytes, token: Token, status: int) -> bytes:
    """Return *body* without the token, which services quote in errors ("invalid key sk-").

    Args:
        body: what came; in JSON each text is looked at as it will be read.
        token: the key.
        status: the HTTP status; of an error even a short word is taken for the token.
    """
    text = body.decode("utf-8", "surrogateescape")
    shown = hidden(text, token, status)
    return body if shown is text else shown.encode("utf-8", "surrogateescape")


def hidden(text: str, token: Token, status: int = 400) -> str:
    """Return *text* without the token and any 12 characters of it that stand together.

    Args:
        text: what a service says; JSON stays JSON.
        token: the key. A short word is no secret, and may be part of a signed link or of the
            service's words: one of less than 12 characters is looked for in errors alone, one of
            less than 8 nowhere.
        status: the HTTP status, see above.
    """
    if len(token) < (_LEAST_WORD if status >= 400 else _LEAST_PART):
        return text
    key = Token(_unescaped(token))
    if not _has_part(_unescaped(text), key):
        return text
    return _without(text, key)


def _without(text: str, key: Token) -> str:
    """Return *text* without *key*, however it is spelled."""
    if len(text) < min(_LEAST_PART, len(key)):  # no spelling is shorter
        return text
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        # What is no JSON, or lies too deep in it, is cleaned as a text like any other.
        with suppress(ValueError, RecursionError):
            data = json.loads(text.lstrip("\ufeff"))
            return json.dumps(_mapped(data, lambda said: _without(said, key)))
    text = _parts(key).sub("(token)", text)
    plain = _unescaped(text)
    is_spelled = plain is not text and _has_part(plain, key)
    return _parts(key).sub("(token)", plain) if is_spelled else text


def _mapped(value: object, change: Callable[[str], str]) -> object:
    """Return JSON's *value* with all its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {change(name): _mapped(item, change) for name, item in value.items()}
    return value


def _has_part(text: str, key: Token) -> bool:
    long = min(_LEAST_PART, len(key))
    # One of these stands in each part, and in hardly any other text.
    half = long // 2
    begins = range(0, len(key) - half + 1, long - half + 1)
    if not any(key[i : i + half] in text for i in begins):
        return False
    return any(key[i : i + long] in text for i in range(len(key) - long + 1))


@cache
def _parts(key: Token) -> re.Pattern[str]:
    """Return what finds each run of at least 12 characters of *key*, as far as it goes."""
    long = min(_LEAST_PART, len(key))
    ways = (
        re.escape(key[i : i + long])
        + "".join(f"(?:{re.escape(c)}" for c in key[i + long :])
        + ")?" * (len(key) - i - long)
        for i in range(len(key) - long + 1)
    )
    return re.compile("|".join(ways))


def _unescaped(text: str) -> str:
    """Return *text* as one reads it who decodes it as often as that changes anything."""
    for _ in range(_MOST_LAYERS):
        pieces = _ESCAPE.split(text)
        if len(pieces) == 1:
            break
        pieces[1::2] = map(_character, pieces[1::2])
        text = "".join(pieces)
    return text


@cache  # of some hundred spellings
def _character(escape: str) -> str:
    if escape[0] == "\\":
        code = escape.lstrip("\\")
        return chr(int(code[1:], 16)) if code else ""
    return chr(int(escape[1:], 16)) if escape[0] == "%" else html.unescape(escape)
