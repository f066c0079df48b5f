"""What a task's result is: one picture, four in a grid, a video, or texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from mj_widgets.models.button import Group
from mj_widgets.models.values import text_of

if TYPE_CHECKING:
    from mj_widgets.models.task import Task

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
# What is offered for one picture alone; at v8 only the variations are left of it.
_SINGLE_GROUPS = (Group.UPSCALE, Group.VARY, Group.ZOOM, Group.ANIMATE)
_VIDEO_FILE = re.compile(r"\.(mp4|webm|mov)(?:$|[?#])", re.IGNORECASE)
# What Discord writes above one picture ("... - Image #2 <@...>", "... - Upscaled (Subtle) by ...")
# and what the Java server notes ("/up 1705310583960676 U2").
_SINGLE_PICTURE = re.compile(r" - (?:Image #\d|Upscaled \()|^/up \S+ U\d")
_KEYCAP = re.compile(r"(\d)\ufe0f?\u20e3")


def kind_of(task: Task) -> Kind:
    """Tell what a task's result is by its files and buttons first, by its action last.

    Servers name the same work differently: an HD upscale is UPSCALE at new-api and ACTION at
    midjourney-proxy-plus, and the reroll of a single picture is an IMAGINE at trueai's.
    """
    ids = [button.custom_id for button in task.buttons]
    if task.video_urls or _VIDEO_FILE.search(task.image_url or ""):
        return "video"
    action = task.action.upper()
    if any("PicRead" in i or "PromptAnalyzer" in i for i in ids) or action in _TEXT_ACTIONS:
        return "text"
    if any("video_virtual_upscale" in i or "_extend" in i for i in ids):
        return "video"
    if any(button.picks_quadrant for button in task.buttons):
        return "grid"
    if any(b.group in _SINGLE_GROUPS and b.quadrant is None for b in task.buttons):
        return "image"
    if action in _VIDEO_ACTIONS:
        return "video"
    notes = (task.description, text_of(task.properties.get("messageContent")))
    if any(_SINGLE_PICTURE.search(note) for note in notes):
        return "image"
    return "grid" if action in _GRID_ACTIONS else "image"


def numbered_texts(task: Task) -> tuple[str, ...]:
    """Return the texts behind 1️⃣, 2️⃣, ... of a describe or shorten.

    They stand in ``properties.finalPrompt``, else in ``promptEn``, else in ``prompt``. The result
    of a server that does not number them is one text.
    """
    places = (text_of(task.properties.get("finalPrompt")), task.prompt_en, task.prompt)
    for text in places:
        pieces = _KEYCAP.split(text)[1:]
        if pieces:
            return tuple(piece.strip() for piece in pieces[1::2])
    if task.succeeded and task.kind == "text":
        return tuple(text.strip() for text in places if text.strip())[:1]
    return ()
