"""What is in a request's body, which may hold anything."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from mj_widgets.sandbox.painting.recipes import Stored, size_of

Body = Mapping[str, object]


def text_in(body: Body, key: str) -> str:
    """The text under a key, "" where there is none."""
    value = body.get(key)
    return value if isinstance(value, str) else ""


def pictures_in(body: Body, key: str) -> list[Stored]:
    """The pictures under a key; none where nothing is given.

    Raises:
        ValueError: these are no pictures; in the service's words.
    """
    given = body.get(key)
    if given is None:
        return []
    if not isinstance(given, list):
        msg = f"{key}格式错误"
        raise ValueError(msg)  # noqa: TRY004 - what was sent is wrong, not the program
    return [picture_of(one, "image/") for one in given]


def picture_of(given: object, kind: str) -> Stored:
    """The picture in a data URL whose media type begins with `kind`.

    Raises:
        ValueError: it is none, or Pillow cannot open it; in the service's words.
    """
    found = re.fullmatch(r"data:([\w/+.-]+);base64,(.+)", given) if isinstance(given, str) else None
    if found is None or not found[1].startswith(kind):
        msg = "base64格式错误"
        raise ValueError(msg)
    try:
        picture = Stored(base64.b64decode(found[2], validate=True), found[1])
    except binascii.Error as error:
        msg = "base64格式错误"
        raise ValueError(msg) from error
    if size_of(picture) == (0, 0):
        msg = "base64格式错误"
        raise ValueError(msg)
    return picture
