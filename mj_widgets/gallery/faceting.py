"""A wall as a sheet: what its rows and columns are, where each task stands, how they are rated."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mj_widgets.archive.marks import mark_in, mean_rating
from mj_widgets.errors import LibraryError
from mj_widgets.sets.axes import BETWEEN
from mj_widgets.sets.facets import Axes, Facet, Wish, fullest_cell, laid_out
from mj_widgets.sets.items import parts_of

if TYPE_CHECKING:
    from mj_widgets.archive.marks import Mark, Spot
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

        That is ``row`` and ``column`` with their ``name``, the names of their ``axes``, the
        ``values`` as they are read, and the mean ``ratings``; how many tiles a cell has
        ``across``, and how many lines each row ``down``; all ``axes`` that could be chosen, and
        the ``shape`` of a tile.

        Raises:
            MjError: there is no such axis, or it would be too large.
        """
        axes = Axes(self._members)
        rows, columns = axes.facets(self._rows, self._columns)
        fullest = fullest_cell(self._members.numbers, rows, columns)
        made = laid_out(items, rows, columns, fullest)
        facets = {
            "row": _told(rows),
            "column": _told(columns),
            "across": made.across,
            "down": list(made.down),
            "axes": list(axes.names),
            "shape": axes.shape,
        }
        return made.order, self.rated(made.order, facets)

    def rated(self, order: Sequence[int], facets: dict[str, Any]) -> dict[str, Any]:
        """Return *facets* with the mean rating of each row and column: of what has stars.

        Args:
            order: the places of the sheet.
            facets: what ``laid`` said of it.
        """
        down, across = facets["down"], facets["across"]
        width = len(facets["column"]["values"])
        row_of = [row for row, lines in enumerate(down) for _ in range(lines)]
        rows: list[list[int]] = [[] for _ in down]
        columns: list[list[int]] = [[] for _ in range(width)]
        stars = self._stars(order)
        for place, item in enumerate(order):
            if item and (rating := stars.get(item)):
                line, column = divmod(place, width * across)
                rows[row_of[line]].append(rating)
                columns[column // across].append(rating)
        return {
            **facets,
            "row": {**facets["row"], "ratings": [mean_rating(some) for some in rows]},
            "column": {**facets["column"], "ratings": [mean_rating(some) for some in columns]},
        }

    def _stars(self, order: Sequence[int]) -> dict[int, int]:
        """Return the rating of each item that has one."""
        marks: dict[Spot, dict[int, Mark]] = {}
        with suppress(LibraryError):  # the tiles say so
            kept = self._members.shelf.marks.since(0)[1] if self._members.shelf else {}
            for spot, mark in kept.items():
                marks.setdefault(spot._replace(quadrant=0), {})[spot.quadrant] = mark
        if not marks:
            return {}
        parts = {item: parts_of(item) for item in order if item}
        spots = self._members.spots({number for number, _ in parts.values()})
        return {
            item: mark_in(marks[spots[number]], 0, quadrant).rating
            for item, (number, quadrant) in parts.items()
            if number in spots and spots[number] in marks
        }


def _told(facet: Facet) -> dict[str, Any]:
    return {
        "name": BETWEEN.join(facet.names),
        "axes": list(facet.names),
        "values": list(facet.labels),
    }
