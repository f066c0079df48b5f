"""What is in a request's body, which may hold anything."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping

from mj_widgets.sandbox.painting.recipes import Recipe, Stored, content_type_of, size_of

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


def given_picture(body: Body, key: str, file_behind: Callable[[str], Recipe | None]) -> Recipe:
    """The picture under a key: in a data URL, or behind a link that this service gave.

    Raises:
        ValueError: there is none, or it is not this service's; in the service's words.
    """
    given = body.get(key)
    if not given:
        msg = f"{key}不能为空"
        raise ValueError(msg)
    if not isinstance(given, str) or not re.match(r"https?://", given):
        return picture_of(given, "image/")
    return picture_at(given, file_behind)


def picture_at(url: str, file_behind: Callable[[str], Recipe | None]) -> Recipe:
    """The picture behind a link that this service gave.

    Raises:
        ValueError: the link leads elsewhere, where nothing is fetched, or to no picture; in the
            service's words.
    """
    found = file_behind(url)
    if found is None or not content_type_of(found).startswith("image/") or not all(size_of(found)):
        msg = "Invalid link"
        raise ValueError(msg)
    return found


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
