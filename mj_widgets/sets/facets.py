"""By what the tasks of a set are laid out as rows and columns, and where each of them stands."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING

from mj_widgets.archive.parameters import text_of, texts_of
from mj_widgets.errors import MjError, one_line
from mj_widgets.models.prompt import aspect_of, parse_prompt, shortest_name
from mj_widgets.sets.axes import BETWEEN, Axis, label_of
from mj_widgets.sets.items import parts_of

if TYPE_CHECKING:
    from mj_widgets.sets.members import Members

Wish = str | int | Sequence[str | int] | None
"""One axis by its name or the number of its brace, several of them, or None: chosen."""
_MOST_CHOSEN = 24
"""Values that an axis has which nobody has asked for: more do not make a sheet but a list."""
_ACROSS = 9
"""Small pictures side by side, as long as two of a cell can be."""
_MOST_PLACES = 250_000


@dataclass(frozen=True)
class Facet:
    """The rows of a sheet, or its columns.

    >>> facet = Facet(("s",), ("s 50", "s 250"), {17: 0, 18: 1})
    >>> facet.labels[facet.place_of[18]]
    's 250'
    """

    names: tuple[str, ...] = ()
    """Of the axes that are laid out; () for none, which is one row of all."""
    labels: tuple[str, ...] = ("",)
    """What stands at each row, in order."""
    place_of: Mapping[int, int] = field(default_factory=dict, repr=False)
    """Which row a task is in, by its number; the first one where it is not said."""


@dataclass(frozen=True)
class Laid:
    """Items as a sheet, line by line."""

    order: array[int]
    """All places of the whole sheet; 0 is a hole."""
    across: int = 1
    """Small pictures side by side in a cell."""
    down: tuple[int, ...] = (1,)
    """Lines of each row: enough for its fullest cell."""


@dataclass(frozen=True)
class _Known:
    axis: Axis
    braces: frozenset[int] = frozenset()
    """The numbers of the braces that it is, from 1."""
    is_parameter: bool = False

    @property
    def name(self) -> str:
        return self.axis.name

    def words(self, value: str) -> str:
        """Return what is read at a row of this value."""
        return label_of(self.name, value, is_parameter=self.is_parameter)


class Axes:
    """What tells the tasks of a set apart: what stood in braces, and parameters that differ.

    A brace whose whole content is a parameter's value is the same axis as that parameter.

    Args:
        members: the tasks.
    """

    def __init__(self, members: Members) -> None:
        self._numbers = members.numbers
        parameters = {axis.name: axis for axis in _parameters(members)}
        known: dict[str, _Known] = {}
        for number, brace in enumerate(members.braces, 1):
            own = _present(brace, members.numbers)
            same = next((p for p in parameters.values() if _are_same(own, p)), None)
            if same is None:
                name = own.name if own.name not in known.keys() | parameters.keys() else ""
                name = name or f"{own.name} ({number})"
                known[name] = _Known(Axis(name, own.values, own.value_of), frozenset({number}))
                continue
            braces = known[same.name].braces if same.name in known else frozenset()
            # What was sent is sure; a service may not tell the parameters.
            merged = _Known(
                _axis(same.name, own.value_of, members.numbers), braces | {number}, True
            )
            known[same.name] = merged
        for name, axis in parameters.items():
            known.setdefault(name, _Known(axis, is_parameter=True))
        self._known = known
        self.names = tuple(name for name, axis in known.items() if len(axis.axis.values) > 1)
        """Those that can be chosen from, in the order of the prompt."""

    @property
    def shape(self) -> float:
        """How many times as wide as high a tile has to be for all of them: 1 for a square.

        By ``--ar``, which is known before there is a picture. Higher ones stand in a square.
        """
        given = self._known["ar"].axis.values if "ar" in self._known else ("",)
        return max(1.0, min(aspect_of(f"--ar {value}") for value in given))

    def facets(self, rows: Wish = None, columns: Wish = None) -> tuple[Facet, Facet]:
        """Return the rows and the columns of a sheet.

        By default the last brace makes the columns and all others together the rows; of tasks
        without braces, the parameters that differ.

        Args:
            rows: an axis or several; [] for none.
            columns: the same.

        Raises:
            MjError: there is no such axis, or one is given twice; the line names those there are.
        """
        wanted_rows, wanted_columns = self._resolved(rows), self._resolved(columns)
        given = [*(wanted_rows or ()), *(wanted_columns or ())]
        if twice := next((name for name in given if given.count(name) > 1), None):
            said = one_line(twice, 40)
            raise MjError(
                f"The axis {said} is given twice", advice=self._advice("Give different ones")
            )
        left = [name for name in self._usual() if name not in given]
        if wanted_columns is None:
            wanted_columns = left[-1:]
            left = left[:-1]
        if wanted_rows is None:
            wanted_rows = left
            if len(self._facet(left).labels) > _MOST_CHOSEN:
                wanted_rows = left[-1:]
        return self._facet(wanted_rows), self._facet(wanted_columns)

    def _usual(self) -> list[str]:
        """Return what is laid out where nobody has asked for anything."""
        braces = [name for name in self.names if self._known[name].braces]
        if braces:
            return braces
        few = [n for n in self.names if len(self._known[n].axis.values) <= _MOST_CHOSEN]
        return [n for n in few if n != "seed"] or few or list(self.names)

    def _facet(self, names: Sequence[str]) -> Facet:
        if not names:
            return Facet()
        axes = [self._known[name] for name in names]
        ranks = [{value: at for at, value in enumerate(each.axis.values)} for each in axes]
        values = {
            number: tuple(each.axis.value_of.get(number, "") for each in axes)
            for number in self._numbers
        }
        ordered = sorted(
            dict.fromkeys(values.values()),
            key=lambda some: [rank.get(value, -1) for rank, value in zip(ranks, some, strict=True)],
        )
        places = {some: at for at, some in enumerate(ordered)}
        labels = (
            BETWEEN.join(each.words(value) for each, value in zip(axes, some, strict=True))
            for some in ordered
        )
        return Facet(
            tuple(names),
            tuple(labels) or ("",),
            {number: places[some] for number, some in values.items()},
        )

    def _resolved(self, wish: Wish) -> list[str] | None:
        if wish is None:
            return None
        return [self._name(each) for each in (wish if isinstance(wish, (list, tuple)) else [wish])]

    def _name(self, given: object) -> str:
        if isinstance(given, int) and not isinstance(given, bool):
            for name, each in self._known.items():
                if given in each.braces:
                    return name
            raise MjError(f"There is no brace {given}", advice=self._advice("Give one of"))
        if isinstance(given, str):
            short = shortest_name(given.strip().lstrip("-—–").casefold())
            for name in (given, short):
                if name in self._known:
                    return name
        said = one_line(given if isinstance(given, str) else repr(given), 40)
        raise MjError(f"These tasks have no axis {said!r}", advice=self._advice("Give one of"))

    def _advice(self, before: str) -> str:
        if not self.names:
            return "Nothing tells them apart."
        said = (
            " or ".join([one_line(name, 30), *map(str, sorted(self._known[name].braces))])
            for name in self.names[:12]
        )
        return f"{before}: {'; '.join(said)}."


def laid_out(items: Iterable[int], rows: Facet, columns: Facet, fullest: int = 0) -> Laid:
    """Return items as a sheet, in each of its cells in the order given.

    Args:
        items: as `items_of` gives them.
        rows: where each of their tasks is.
        columns: the same.
        fullest: how many a cell may have; more where one has more.

    Raises:
        MjError: it would have more places than a page can show.
    """
    width = len(columns.labels)
    cells: dict[tuple[int, int], list[int]] = {}
    for item in items:
        number = parts_of(item)[0]
        at = rows.place_of.get(number, 0), columns.place_of.get(number, 0)
        cells.setdefault(at, []).append(item)
    fullest = max([fullest, 1, *map(len, cells.values())])
    beside = max(2, _ACROSS // width)
    across = ceil(fullest / ceil(fullest / beside))
    lines = [1] * len(rows.labels)
    for (row, _), some in cells.items():
        lines[row] = max(lines[row], ceil(len(some) / across))
    line = width * across
    if sum(lines) * line > _MOST_PLACES:
        count = sum(lines) * line
        raise MjError(
            f"That sheet would have {count:,} places",
            advice="Choose other rows and columns, or fewer tasks: .where(...), [:1000].",
        )
    order = array("I", bytes(4 * sum(lines) * line))
    begin = [0, *accumulate(lines)]
    for (row, column), some in cells.items():
        for place, item in enumerate(some):
            down, right = divmod(place, across)
            order[(begin[row] + down) * line + column * across + right] = item
    return Laid(order, across, tuple(lines))


def fullest_cell(numbers: Iterable[int], rows: Facet, columns: Facet) -> int:
    """Return how many tasks the cell has that has most of them."""
    counts: dict[tuple[int, int], int] = {}
    for number in numbers:
        at = rows.place_of.get(number, 0), columns.place_of.get(number, 0)
        counts[at] = counts.get(at, 0) + 1
    return max(counts.values(), default=0)


def _parameters(members: Members) -> list[Axis]:
    """Return an axis for each parameter that any of the tasks has."""
    given = _given(members)
    names = dict.fromkeys(name for number in members.numbers for name in given.get(number, ()))
    return [
        _axis(
            name,
            {n: each[name] for n, each in given.items() if name in each},
            members.numbers,
        )
        for name in names
    ]


def _given(members: Members) -> dict[int, dict[str, str]]:
    """Return the parameters of tasks by their numbers; what is given without a value is itself."""
    kept = members.kept()
    texts = members.library.catalogue.parameters(kept.values()) if kept else {}
    parsed = {text: _named(texts_of(text)) for text in set(texts.values())}
    found = {number: parsed[texts[face]] for number, face in kept.items() if face in texts}
    for number in members.numbers:
        if number not in found and (job := members.followed.get(number)) is not None:
            state = job.state
            prompt = (state.known and state.known.prompt) or state.prompt
            pairs = parse_prompt(prompt).parameters.items()
            found[number] = _named({name: text_of(name, value) for name, value in pairs})
    return found


def _named(given: Mapping[str, str]) -> dict[str, str]:
    return {name: text or name for name, text in given.items()}


def _axis(name: str, value_of: Mapping[int, str], numbers: Iterable[int]) -> Axis:
    """Return the axis of a parameter: its values as numbers, where all of them are some."""
    here = {number: value_of.get(number, "") for number in numbers}
    values = list(dict.fromkeys(here.values()))
    given = [value for value in values if value]
    if all(_is_number(value) for value in given):
        given.sort(key=float)
    before = [""] if "" in values else []
    return Axis(name, (*before, *given), here)


def _present(brace: Axis, numbers: Iterable[int]) -> Axis:
    """Return a brace with those values alone that any of the tasks has."""
    here = {number: brace.value_of.get(number, "") for number in numbers}
    found = set(here.values())
    known = tuple(value for value in brace.values if value in found)
    others = tuple(value for value in dict.fromkeys(here.values()) if value not in known)
    return Axis(brace.name, (*known, *others), here)


def _are_same(brace: Axis, parameter: Axis) -> bool:
    pairs = [(brace.value_of[n], value) for n, value in parameter.value_of.items()]
    both = [(one, other) for one, other in pairs if one and other]
    return bool(both) and all(one == other for one, other in both)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text[-1:].isdigit()
