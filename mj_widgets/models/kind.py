"""What a task's result is: one picture, several in a grid, a video, or texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from mj_widgets.models.button import Button
from mj_widgets.models.urls import is_film

Kind = Literal["grid", "image", "text", "video"]

_GRID_ACTIONS = frozenset(
    {
        "IMAGINE",
        "VARIATION",
        "REROLL",
        "BLEND",
        "PAN",
        "OUTPAINT",
        "INPAINT",
        "ZOOM",
        "CUSTOM_ZOOM",
        "HIGH_VARIATION",
        "LOW_VARIATION",
        "EDIT",
        "EDITS",
        "RETEXTURE",
        "PIC_READER",
        "MODAL",
    }
)
_TEXT_ACTIONS = ("DESCRIBE", "SHORTEN")
_VIDEO_ACTIONS = ("VIDEO", "VIDEO_EXTEND", "SWAP_VIDEO_FACE")
# What Discord writes above one picture ("... - Image #2 <@...>", "... - Upscaled (Subtle) by ...")
# and what the Java server notes ("/up 1705310583960676 U2").
_SINGLE_PICTURE = re.compile(r" - (?:Image #\d|Upscaled \()|^/up \S+ U\d")
_MOST_TEXTS = 100  # Midjourney writes four or five
_KEYCAP = re.compile(r"(\d)\ufe0f?\u20e3")


def kind_of(
    *,
    action: str,
    buttons: Sequence[Button] = (),
    picture: str = "",
    singles: Sequence[str] = (),
    videos: Sequence[str] = (),
    notes: Iterable[str] = (),
) -> Kind:
    """Tell what a task's result is by its files and buttons first, by its action last.

    Servers name the same work differently: an HD upscale is UPSCALE at new-api and ACTION at
    midjourney-proxy-plus, and the reroll of a single picture is an IMAGINE at trueai's.

    Args:
        action: what the service calls the work.
        buttons: what is offered for the result.
        picture: the link to the picture, "" for none.
        singles: the links to single pictures, where there are several.
        videos: the links to videos.
        notes: what Discord or the service wrote beside it.

    >>> kind_of(action="ACTION", notes=["**a fox** - Image #2 <@1>"])
    'image'
    """
    ids = [button.custom_id for button in buttons]
    if videos or is_film(picture):
        return "video"
    action = action.upper()
    if any("PicRead" in i or "PromptAnalyzer" in i for i in ids) or action in _TEXT_ACTIONS:
        return "text"
    if any("video_virtual_upscale" in i or "_extend" in i for i in ids):
        return "video"
    if any(button.picks_quadrant for button in buttons):
        return "grid"
    if any(button.is_for_one_picture for button in buttons):
        return "image"
    if action in _VIDEO_ACTIONS:
        return "video"
    if any(_SINGLE_PICTURE.search(note) for note in notes):
        return "image"
    return "grid" if singles or action in _GRID_ACTIONS else "image"


def numbered_texts(places: Sequence[str], *, is_whole: bool) -> tuple[str, ...]:
    """Return the texts behind 1️⃣, 2️⃣, ... of a describe or shorten.

    The result of a server that does not number them is one text.

    Args:
        places: where they may stand, the likeliest first.
        is_whole: whether the work is done, so that a text without numbers is the result.
    """
    for text in places:
        pieces = _KEYCAP.split(text, _MOST_TEXTS)[1:]
        if pieces:
            return tuple(piece.strip() for piece in pieces[1::2])
    return tuple(text.strip() for text in places if text.strip())[:1] if is_whole else ()
