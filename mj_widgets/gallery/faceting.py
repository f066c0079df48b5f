"""A wall as a sheet with rows and columns: which, where each task stands, and how they are rated."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mj_widgets.sets.facets import BETWEEN, Axes, Facet, Wish, fullest_cell, laid_out

if TYPE_CHECKING:
    from mj_widgets.sets.members import Members


class Faceting:
    """The rows and columns of one wall.

    Args:
        members: the tasks.
        rows: see ``Axes.facets``.
        columns: the same.

    Raises:
        MjError: see ``Axes.facets``.
    """

    def __init__(self, members: Members, rows: Wish = None, columns: Wish = None) -> None:
        self._members = members
        self._rows, self._columns = rows, columns
        Axes(members).facets(rows, columns)

    def choose(self, rows: Wish, columns: Wish) -> None:
        """Take other rows and columns."""
        self._rows, self._columns = rows, columns

    def laid(self, items: Iterable[int]) -> tuple[array[int], dict[str, Any]]:
        """Return items as a sheet, and what the page has to know of it.

        Raises:
            MjError: there is no such axis, or it would be too large.
        """
        axes = Axes(self._members)
        rows, columns = axes.facets(self._rows, self._columns)
        fullest = fullest_cell(self._members.numbers, rows, columns)
        made = laid_out(items, rows, columns, fullest)
        return made.order, {
            "row": _told(rows),
            "column": _told(columns),
            "across": made.across,
            "down": list(made.down),
            "axes": list(axes.names),
        }


def _told(facet: Facet) -> dict[str, Any]:
    return {
        "name": BETWEEN.join(facet.names),
        "axes": list(facet.names),
        "values": list(facet.labels),
    }
