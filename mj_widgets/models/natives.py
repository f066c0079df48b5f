"""What a table gives as one of its values, as Python's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def native(value: object) -> Any:
    """Return a number of numpy's, which pandas gives too, as Python's; the rest as it is.

    >>> native(7), native("7"), native(None)
    (7, '7', None)
    """
    if isinstance(value, (str, int, float, Iterable)):
        return value
    item = getattr(value, "item", None)
    return item() if callable(item) else value


def is_number(value: object) -> bool:
    """Tell whether it is a number, and none of True and False."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
