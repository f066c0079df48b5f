"""Tasks and single pictures of them as whole numbers, of which many travel at once."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mj_widgets.archive.filter import Filter
    from mj_widgets.sets.members import Members

By = Literal["task", "picture"]
_BITS = 5
_MOST_PICTURES = (1 << _BITS) - 1


def item_of(number: int, quadrant: int = 0) -> int:
    """Return a task, or one picture of it, as one number below 2³².

    >>> parts_of(item_of(17, 2))
    (17, 2)
    """
    return number << _BITS | quadrant


def parts_of(item: int) -> tuple[int, int]:
    """Return a task's number, and which of its pictures is meant (from 1; 0 for the whole)."""
    return item >> _BITS, item & _MOST_PICTURES


def possible(count: int) -> str:
    """Return which pictures of a task can be named, as advice.

    Args:
        count: how many it has of its own, beside the whole.
    """
    if not count:
        return "Give 0."
    return f"Give {'1' if count == 1 else f'1 to {count}'}, or 0 for the whole."


def items_of(members: Members, wanted: Filter, by: By) -> array[int]:
    """Return the tasks that are wanted, or their pictures, each of which has its own marks."""
    if by == "task":
        return array("I", (item_of(number) for number in members.where(wanted).numbers))
    kept = members.kept()
    found = members.library.catalogue.pictures(wanted, within=kept.values())
    return array(
        "I",
        (
            item_of(number, quadrant)
            for number in members.numbers
            for quadrant in found.get(kept.get(number, 0), ())
        ),
    )
