"""The key of a service, and how it stays out of everything that is shown or written."""

from __future__ import annotations

import re
from functools import cache

# What documents and shells put around a key, and people copy along with it.
_BESIDE_TOKEN = re.compile(r"^['\"]?(?:Bearer\s+)?", re.IGNORECASE)


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
        body: what came.
        token: the key.
        status: the HTTP status; of an error even a short word is taken for the token.
    """
    # A short word is no secret, and may be part of a signed link or of the service's words.
    if len(token) < (8 if status >= 400 else 16):
        return body
    return _spellings(token).sub(b"(token)", body)


@cache
def _spellings(token: Token) -> re.Pattern[bytes]:
    """Return what finds *token* as it is, and as JSON, a URL or a web page may write it."""
    return re.compile(b"".join(map(_spellings_of_one, token)))


def _spellings_of_one(character: str) -> bytes:
    plain, wide = character.encode(), character.encode("utf-16-be")
    if plain.isalnum():
        return plain
    units = [wide[i : i + 2].hex().encode() for i in range(0, len(wide), 2)]
    number = ord(character)
    ways = (
        re.escape(plain),
        rb"\\{1,4}" + re.escape(plain),  # PHP's \/
        rb"(?i:%s)" % b"".join(rb"\\{1,4}u" + unit for unit in units),  # C#'s \u002B
        rb"(?i:%s)" % b"".join(b"%%%02x" % byte for byte in plain),
        rb"(?i:&#(?:0{,4}%d|x0{,4}%x);)" % (number, number),
    )
    return b"(?:" + b"|".join(ways) + b")"
