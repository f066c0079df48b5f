"""What came of what as HTML: a line a task, with its small picture; no script, all text escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

AS_TYPED = ("tex2jax_ignore", "mathjax_ignore")
"""The classes of what MathJax (2; 3 and later) leaves alone: to it two prices are a formula."""
SIDE = 96
"""The longer side of a picture in a drawing, in pixels."""
_DEEPEST = 12
_SHOWN = SIDE * 2 // 3
_INDENT = 26

# Only styles that JupyterLab leaves in a notebook that is not trusted, and no colour of text.
_LINE = "margin:0 0 6px {left}px;padding-left:8px;border-left:3px solid rgb(128,128,128)"
_PICTURE = "vertical-align:middle;margin-right:8px"
_WORDS = "overflow-wrap:break-word"


class Line(NamedTuple):
    """One task in a drawing."""

    depth: int
    """0 for the root."""
    words: tuple[str, ...]
    """The first is said aloud."""
    picture: bytes = b""
    """A small JPEG, b"" for none."""


def to_html(lines: Iterable[Line]) -> str:
    """Return lines as HTML, each further in than the one that it came of."""
    classes = " ".join(AS_TYPED)
    return f'<div class="{classes}">{"".join(map(_line, lines))}</div>'


def _line(line: Line) -> str:
    style = _LINE.format(left=_INDENT * min(line.depth, _DEEPEST))
    first, *rest = (escape(word) for word in line.words if word)
    said = "&ensp;".join((f"<b>{first}</b>", *rest))
    return (
        f'<div style="{style}">{_picture(line)}'
        f'<span dir="auto" style="{_WORDS}">{said}</span></div>'
    )


def _picture(line: Line) -> str:
    if not line.picture:
        return ""
    address = f"data:image/jpeg;base64,{base64.b64encode(line.picture).decode()}"
    alt = escape(" ".join(filter(None, line.words)))
    return f'<img alt="{alt}" height="{_SHOWN}" style="{_PICTURE}" src="{address}">'
