"""What tells the tasks of a set apart: a parameter of their prompts, or what stood in braces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
