"""What a saved notebook has of a comparison: the pictures beside each other, and the numbers."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape

from mj_widgets.errors import one_line

STILL_BYTES = 180_000
"""What all pictures weigh together: as text they are a third more."""
_FIGURE = (
    "display:inline-block;vertical-align:top;margin:0 8px 8px 0;width:{width}px;max-width:100%"
)
_PICTURE = "display:block;width:100%;height:auto"
_LINE = "margin:2px 0 0;opacity:0.75;overflow-wrap:break-word"


@dataclass(frozen=True)
class ComparisonStill:
    """A comparison when nothing moves any more: a ``StillCopy``."""

    titles: tuple[str, ...] = ()
    """Of each: which it is, its name and size."""
    pictures: tuple[bytes, ...] = ()
    """Small JPEGs, b"" for one that cannot be had."""
    numbers: str = ""
    """How the first two of them differ, on one line."""

    def inside(self, width: int) -> str:
        """Return the pictures and their names as HTML."""
        side = max(120, width // min(len(self.titles) or 1, 3) - 8)
        parts = []
        for title, data in zip(self.titles, self.pictures, strict=True):
            said = escape(title)
            image = ""
            if data:
                source = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
                image = f'<img alt="{said}" style="{_PICTURE}" src="{source}">'
            parts.append(
                f'<figure style="{_FIGURE.format(width=side)}">{image}'
                f'<figcaption dir="auto" style="{_LINE}">{said}</figcaption></figure>'
            )
        if self.numbers:
            parts.append(f'<p style="{_LINE}">{escape(self.numbers)}</p>')
        return "".join(parts)

    def plain(self) -> str:
        """Return one line."""
        named = "; ".join(one_line(title, 60) for title in self.titles)
        return one_line(f"Comparison of {named}" + (f" – {self.numbers}" if self.numbers else ""))

    @property
    def all_pictures(self) -> tuple[bytes, ...]:
        """All of them."""
        return tuple(filter(None, self.pictures))
