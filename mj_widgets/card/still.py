"""What is left of a task without kernel or network, as HTML and as text."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Protocol

from mj_widgets.archive.drawing import AS_TYPED
from mj_widgets.errors import one_line

if TYPE_CHECKING:
    from mj_widgets.account.result import Result
    from mj_widgets.models import Task
    from mj_widgets.pictures.images import Picture

UNFINISHED = "This copy was made before the task had ended."
_FOLDED = "Still copy"
_DATA = "data:image/jpeg;base64,"
_DEEPEST = 4

# Only styles that JupyterLab leaves in a notebook that is not trusted, and no colour of text:
# the page is light or dark.
_FIGURE = "margin:0;line-height:1.45"
_SPACE = ";padding-bottom:10px"
_FOLLOWUP = "margin:12px 0 0 {indent}px;padding-left:10px;border-left:3px solid rgb(128,128,128)"
_PICTURE = "display:block;width:{width}px;max-width:100%;height:auto;margin:6px 0 0"
_PROMPT = "margin:0;font-weight:bold;white-space:pre-wrap;overflow-wrap:break-word"
_WRAP = "overflow-wrap:break-word"
_LINE = f"margin:0;opacity:0.75;{_WRAP}"
_FAILURE = f"margin:4px 0 0;padding-left:8px;border-left:3px solid rgb(211,47,47);{_WRAP}"
_TEXTS = "margin:6px 0 0;padding-left:1.8em"
_TEXT = "margin:0 0 6px;white-space:pre-wrap;overflow-wrap:break-word"


class StillCopy(Protocol):
    """What is left of a widget without kernel or network."""

    def inside(self, width: int) -> str:
        """Return it as HTML, each picture at most *width* CSS pixels wide; "" for nothing."""

    def plain(self) -> str:
        """Return it for a front-end without HTML."""

    @property
    def all_pictures(self) -> tuple[bytes, ...]:
        """All of its pictures, small JPEGs, in order."""


@dataclass(frozen=True)
class Still:
    """What one task looks like when nothing moves any more."""

    prompt: str = ""
    task_id: str = ""
    origin: str = ""
    """The button that it came from: "U2 of task 1747132423020537", or ""."""
    when: datetime | None = None
    picture: bytes | None = field(default=None, repr=False)
    """JPEG."""
    size: tuple[int, int] | None = None
    """Width and height of the picture in pixels."""
    alt: str = ""
    """What stands for the picture where it is not seen."""
    texts: tuple[str, ...] = ()
    """The numbered prompts of a describe or shorten."""
    failure: str = ""
    """Why there is no result, on one line."""
    note: str = ""
    """Anything else that a reader should know, on one line."""
    children: tuple[Still, ...] = ()
    """The tasks that were started from this one, in order."""

    def inside(self, width: int) -> str:
        """Return the task and what came of it as HTML."""
        parts: list[str] = []
        for depth, task in _walk(self):
            if depth:
                indent = 14 * (min(depth, _DEEPEST) - 1)
                parts.append(f'<figure style="{_FOLLOWUP.format(indent=indent)}">')
            parts += [_caption(task), _picture(task, width), _texts(task)]
            if depth:
                parts.append("</figure>")
        return "".join(parts)

    def plain(self) -> str:
        """Return one line for each task."""
        lines = [
            "  " * min(depth, _DEEPEST)
            + " – ".join(one_line(word, 80) for word in (task.prompt, *_words(task)) if word)
            for depth, task in _walk(self)
        ]
        return "\n".join(lines)

    @property
    def all_pictures(self) -> tuple[bytes, ...]:
        """The picture of the task and of all that came of it, in the order of ``inside``."""
        return tuple(task.picture for _, task in _walk(self) if task.picture)


def still_of(
    task: Task,
    origin: str,
    *,
    result: Result | None = None,
    picture: Picture | None = None,
    failure: str = "",
) -> Still:
    """Return what is left of a task that has ended.

    Args:
        task: the task.
        origin: the button that it came from, or "".
        result: what it shows.
        picture: a JPEG of that.
        failure: why it shows nothing.
    """
    # The prompt of a describe or shorten may be its result, which is below as a list.
    prompt = task.description if task.texts else task.prompt or task.final_prompt
    return Still(
        prompt=prompt,
        task_id=task.id,
        origin=origin,
        when=task.finish_time or task.submit_time,
        picture=picture.data if picture else None,
        size=picture.size if picture else None,
        alt=f"picture: {prompt}".strip(": "),
        texts=task.texts,
        failure=failure,
        note=" – ".join(filter(None, (_motion(result.pictures), result.note))) if result else "",
    )


def _motion(pictures: Sequence[Picture]) -> str:
    """Return what is missing where *pictures* move, or ""."""
    moving = [picture for picture in pictures if picture.moves]
    if not moving:
        return ""
    if len(moving) > 1:
        return f"{len(moving)} videos: run the cell again to play them."
    what = "A video" if moving[0].is_film else "The first picture of an animation"
    return f"{what}: run the cell again to play it."


def to_html(
    still: StillCopy, uid: str, width: int, revision: int = 0, *, is_folded: bool = False
) -> str:
    """Return *still* as HTML: no script, no style sheet, every word escaped.

    Args:
        still: what is left.
        uid: by which the live card hides it.
        width: the longer side of each picture, in CSS pixels.
        revision: by which the live card sees that a page has an older one.
        is_folded: show one line until it is clicked, where the live card cannot hide it.
    """
    style = _FIGURE if still == Still() else _FIGURE + _SPACE
    names = " ".join(AS_TYPED)
    own = f'class="{names}" data-mj-static="{escape(uid)}" data-mj-rev="{revision}"'
    parts = [f'<figure {own} style="{style}">']
    if is_folded:
        parts.append(f"<details><summary>{_FOLDED}</summary>")
    parts.append(still.inside(width))
    if is_folded:
        parts.append("</details>")
    return "".join(parts) + "</figure>"


def _walk(still: Still) -> Iterator[tuple[int, Still]]:
    """Yield a task and all that came of it with its depth, each before its own follow-ups."""
    left = [(0, still)]
    while left:
        depth, task = left.pop()
        yield depth, task
        left += [(depth + 1, child) for child in reversed(task.children)]


def _words(task: Still) -> list[str]:
    """Return what is known of a task beside its prompt, a line each."""
    where = (f"task {task.task_id}" if task.task_id else "", task.origin, _moment(task.when))
    line = ", ".join(word for word in where if word)
    return [word for word in (line, task.note, task.failure) if word]


def _caption(task: Still) -> str:
    lines = [(_PROMPT, task.prompt)] if task.prompt else []
    lines += [(_FAILURE if word == task.failure else _LINE, word) for word in _words(task)]
    made = [f'<p dir="auto" style="{style}">{escape(word)}</p>' for style, word in lines]
    return f"<figcaption>{''.join(made)}</figcaption>" if made else ""


def _picture(task: Still, width: int) -> str:
    if not task.picture:
        return ""
    wide, high = task.size or (1, 1)
    part = 0.5 if task.texts else 1.0  # as on the card
    shown = max(1, round(width * part * min(1.0, wide / high)))
    style = _PICTURE.format(width=shown)
    address = _DATA + base64.b64encode(task.picture).decode()
    # No height: where the style is dropped, it would stretch a picture that has to be narrower.
    return f'<img alt="{escape(task.alt)}" width="{shown}" style="{style}" src="{address}">'


def _texts(task: Still) -> str:
    items = [f'<li dir="auto" style="{_TEXT}">{escape(text)}</li>' for text in task.texts]
    return f'<ol style="{_TEXTS}">{"".join(items)}</ol>' if items else ""


def _moment(when: datetime | None) -> str:
    if when is None:
        return ""
    with suppress(OverflowError, ValueError, OSError):  # the service may say any year
        when = when.astimezone()
    return f"{when:%Y-%m-%d %H:%M %Z}".strip()
