"""What a step is called that is no button of the service: an edit, a film, a picture in a style."""

from __future__ import annotations

import re
from typing import Literal, get_args

Step = Literal["Edit", "Retexture", "Animate", "Extend", "Style", "Still"]

_NUMBERED = re.compile(rf"(?:{'|'.join(get_args(Step))}) ([1-9]\d?)")


def numbered(step: Step, number: int) -> str:
    """Return what a step is called that goes on from one of several pictures or films.

    >>> numbered("Edit", 2)
    'Edit 2'
    """
    return f"{step} {number}"


def number_in(name: str) -> int | None:
    """Return the picture or film (from 1) that a step of that name goes on from, else None.

    >>> number_in("Edit 2"), number_in("Edit"), number_in("V2")
    (2, None, None)
    """
    found = _NUMBERED.fullmatch(name)
    return int(found[1]) if found else None
