"""What is selected, by names that a person knows, and as the numbers that the page has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mj_widgets.errors import MjError, one_line
from mj_widgets.models import task_id_from
from mj_widgets.models.natives import native
from mj_widgets.sets.items import item_of, parts_of, possible

if TYPE_CHECKING:
    from mj_widgets.sets.members import Members

TaskPicture = tuple[str, int]
"""A task's id, and which of its pictures is meant (from 1; 0 for the task as a whole)."""


class Names:
    """Leads from tasks and their pictures as a person names them to items, and back.

    Args:
        members: the tasks.
    """

    def __init__(self, members: Members) -> None:
        self._members = members

    def of(self, items: Iterable[int]) -> list[TaskPicture]:
        """Return the names of items; what is not there any more is left out."""
        parts = [parts_of(item) for item in items]
        spots = self._members.spots({number for number, _ in parts})
        return [(spots[n].task_id, q) for n, q in parts if n in spots and spots[n].task_id]

    def items(self, given: object) -> list[int]:
        """Return the items of one name, or of several.

        Raises:
            MjError: it is no name, no task of these, or the task has no such picture.
        """
        wanted = [_name_of(each) for each in _listed(given)]
        numbers = self._numbers({task_id for task_id, _ in wanted})
        for task_id, _ in wanted:
            if task_id not in numbers:
                said = one_line(task_id, 60)
                raise MjError(
                    f"Task {said} is not in this gallery", advice=f"It has {len(self._members):,}."
                )
        counts = self._counts({numbers[task_id] for task_id, quadrant in wanted if quadrant})
        for task_id, quadrant in wanted:
            count = counts.get(numbers[task_id], 0)
            if quadrant and not 1 <= quadrant <= count:
                raise MjError(f"Task {task_id} has no picture {quadrant}", advice=possible(count))
        return [item_of(numbers[task_id], quadrant) for task_id, quadrant in wanted]

    def _numbers(self, task_ids: set[str]) -> dict[str, int]:
        members = self._members
        if not task_ids:
            return {}
        found = members.shelf.catalogue.numbers_of(task_ids) if members.shelf else {}
        here = set(members.numbers)
        known = {task_id: number for task_id, number in found.items() if number in here}
        return known | {job.task_id: n for n, job in members.followed.items() if n in here}

    def _counts(self, numbers: set[int]) -> dict[int, int]:
        """Return how many pictures tasks have."""
        members = self._members
        kept = members.kept(numbers)
        listings = members.library.catalogue.listings(kept.values()) if kept else {}
        counts = {n: listings[face].pictures for n, face in kept.items() if face in listings}
        for number in numbers - counts.keys():
            task = members.followed[number].state.known if number in members.followed else None
            counts[number] = task.picture_count if task else 0
        return counts


def _listed(given: object) -> list[object]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [given]
    if isinstance(given, tuple) and len(given) == 2 and isinstance(native(given[1]), int):
        return [given]
    return list(given)


def _name_of(given: object) -> TaskPicture:
    named = given if isinstance(given, tuple) and len(given) == 2 else (given, 0)
    task: Any = getattr(named[0], "task_id", named[0])
    quadrant = native(named[1])
    if isinstance(quadrant, int) and not isinstance(quadrant, bool):
        try:
            return task_id_from(task), quadrant
        except (TypeError, ValueError):
            pass
    said = one_line(repr(given), 60)
    raise MjError(
        f"{said} is no task of a gallery", advice='Give its id, or with a picture: ("17...", 2).'
    )
