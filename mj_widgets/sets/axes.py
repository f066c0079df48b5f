"""What tells the tasks of a set apart: a parameter of their prompts, or what stood in braces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mj_widgets.models.prompt import SWITCHES

NONE = "–"
"""Stands where a task has no value."""
BETWEEN = " · "
"""Stands between the values of several axes."""


@dataclass(frozen=True)
class Axis:
    """One thing that is different from task to task.

    >>> axis = Axis("s", ("50", "250"), {17: "50", 18: "250"})
    >>> axis.value_of[18]
    '250'
    """

    name: str
    """A parameter's shortest name (``s``), or what stood in braces, as it was typed."""
    values: tuple[str, ...]
    """Each value once, in the order in which they are shown."""
    value_of: Mapping[int, str]
    """By a task's number; one that has no value is missing."""


def label_of(name: str, value: str, *, is_parameter: bool) -> str:
    """Return how a value is said beside others: a parameter's with its name.

    >>> label_of("s", "250", is_parameter=True), label_of("{red, blue}", "", is_parameter=False)
    ('s 250', '–')
    """
    if not is_parameter:
        return value or NONE
    return name if name in SWITCHES and value else f"{name} {value or NONE}"
