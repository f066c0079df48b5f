"""What Midjourney counts for its work, in minutes of fast GPU time.

From its support FAQ of 2026 (V8, and films), and its documentation for what V7 had. Resellers set
prices of their own, mostly by the same measure; where nothing is known of a work, nothing is said.
"""

from __future__ import annotations

from typing import Literal

from mj_widgets.models.button import Button, Group

Work = Literal["imagine", "vary", "upscale", "edit", "animate", "pick"]

_MINUTES: dict[Work, float] = {
    "imagine": 0.8,
    "vary": 0.8,
    "upscale": 2,
    "edit": 1,
    "animate": 8,
    "pick": 0,  # a grid is parted, and nothing computed
}
_MINUTES_IN_HD: dict[Work, float] = {"imagine": 1.3, "vary": 1.3, "edit": 2.3, "animate": 26}


def minutes_of(work: Work, *, hd: bool = False) -> float:
    """Return how many minutes a work takes; of *animate*, for its four films together.

    >>> minutes_of("imagine"), minutes_of("animate", hd=True)
    (0.8, 26)
    """
    return _MINUTES_IN_HD.get(work, _MINUTES[work]) if hd else _MINUTES[work]


def cost_words(work: Work, *, hd: bool = False) -> str:
    """Return what a work costs, in a few words for a tooltip.

    >>> cost_words("edit"), cost_words("pick")
    ('some 1 min of fast time', 'no fast time')
    """
    minutes = minutes_of(work, hd=hd)
    return f"some {minutes:g} min of fast time" if minutes else "no fast time"


def cost_of(button: Button, *, of_film: bool = False) -> str:
    """Return what a press costs, in a few words, "" where nothing is known of it.

    Args:
        button: what is pressed.
        of_film: whether it stands below films.
    """
    work = _work_of(button, of_film=of_film)
    return cost_words(work) if work else ""


def _work_of(button: Button, *, of_film: bool) -> Work | None:
    match button.group:
        case Group.UPSCALE if button.picks_quadrant:
            return None if of_film else "pick"
        case Group.UPSCALE:
            is_known = not of_film and "4x" not in button.custom_id
            return "upscale" if is_known else None
        case Group.REROLL:
            return "animate" if of_film else "imagine"
        case Group.VARY if button.asks != "mask":
            return "vary"
        case Group.ANIMATE if not button.extends:
            return "animate"
        case Group.PROMPT if button.number is not None:
            return "imagine"
    return None
