"""What many tasks have in common: how many of which, how long they took, and which were liked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from statistics import quantiles
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import east_asian_width

from mj_widgets.archive.marks import mean_rating
from mj_widgets.errors import even_unmade, one_line
from mj_widgets.models.prompt import SHORTEST
from mj_widgets.models.status import Status, status_words
from mj_widgets.reports.entries import ReportEntry
from mj_widgets.sets.axes import NONE

if TYPE_CHECKING:
    from mj_widgets.sets.members import Members

_MOST_VALUES = 24
"""Values of a parameter that are shown: a seed has as many as there are tasks."""
_MOST_REASONS = 12
_LONGEST = 80


class StatusCount(NamedTuple):
    """How many tasks stand so."""

    status: str
    """The service's word; "" before it is known."""
    tasks: int


class ActionTimes(NamedTuple):
    """How many tasks did the same thing, and how long a tenth, half and nine tenths took at most.

    Seconds; None where no task tells.
    """

    action: str
    """IMAGINE, UPSCALE, ...; "" where it is not known."""
    tasks: int
    done: int
    """How many of them have succeeded."""
    queue_10: float | None
    queue_50: float | None
    queue_90: float | None
    run_10: float | None
    run_50: float | None
    run_90: float | None


class ReasonCount(NamedTuple):
    """How many tasks failed, or never came to be, for the same reason."""

    reason: str
    tasks: int


class ValueRatings(NamedTuple):
    """How the tasks with one value of a parameter, or of a brace, were liked."""

    name: str
    """The parameter's shortest name, or what stood in the braces."""
    value: str
    """As it was given: "on" for a switch, "–" where it was not given."""
    tasks: int
    done: int
    """How many of them have succeeded."""
    rated: int
    """How many of them have stars: a task counts as its best picture does."""
    rating: float | None
    """The mean of those that are rated; None where none is."""


@dataclass(frozen=True, repr=False)
class Statistics:
    """What many tasks have in common; ``pandas.DataFrame(stats.actions)`` makes a table of it.

    >>> stats = mj.tasks("fox").stats()                         # doctest: +SKIP
    >>> max(stats.parameters, key=lambda row: row.rating or 0)  # doctest: +SKIP
    ValueRatings(name='s', value='250', tasks=20, done=20, rated=8, rating=4.25)
    """

    total: int
    """How many tasks there are."""
    from_journal: int
    """How many of them had been submitted earlier, and so were not submitted and paid again."""
    statuses: tuple[StatusCount, ...]
    """The most frequent first, as all of these."""
    actions: tuple[ActionTimes, ...]
    reasons: tuple[ReasonCount, ...]
    parameters: tuple[ValueRatings, ...]
    """By parameter, those that are liked most first."""
    braces: tuple[ValueRatings, ...]
    """By brace of the prompt that they were made of, in its order; () for no sweep."""

    def winners_html(self) -> str:
        """Return tables of the values that tell the tasks apart, "" where nothing is rated."""
        return "".join(
            _html(f"{axis_words(name)}", ("value", "tasks", "rated", "mean ★"), map(_liked, rows))
            for name, rows in _telling(self).items()
            if any(row.rated for row in rows)
        )

    def _repr_html_(self) -> str:
        """Return it as a notebook shows it."""
        seconds = ("10 %", "median", "90 %")
        parts = [
            _html("status", ("", "tasks"), [(_state(s.status), s.tasks) for s in self.statuses]),
            _html(
                "seconds",
                (
                    "action",
                    "tasks",
                    "done",
                    *(f"{w} {s}" for w in ("queue", "run") for s in seconds),
                ),
                [(a.action or "unknown", *a[1:]) for a in self.actions],
            ),
            _html("reasons", ("", "tasks"), self.reasons[:_MOST_REASONS]),
            self.winners_html(),
        ]
        flow = "display:flex;flex-wrap:wrap;gap:8px 32px;align-items:flex-start"
        return f'<p>{escape(self._line)}</p><div style="{flow}">{"".join(parts)}</div>'

    @even_unmade
    def __repr__(self) -> str:
        seconds = ("10%", "median", "90%")
        heads = ("tasks", "done", *(f"{w} {s}" for w in ("queue", "run") for s in seconds))
        blocks = [
            [self._line],
            _plain(("status", "tasks"), [(_state(s.status), s.tasks) for s in self.statuses]),
            _plain(("action", *heads), [(a.action or "unknown", *a[1:]) for a in self.actions]),
            _plain(("reason", "tasks"), self.reasons[:_MOST_REASONS]),
            *(
                _plain((axis_words(name), "tasks", "rated", "mean"), map(_liked, rows))
                for name, rows in _telling(self).items()
                if any(row.rated for row in rows)
            ),
        ]
        return "\n\n".join("\n".join(block) for block in blocks if block)

    @property
    def _line(self) -> str:
        said = f"{self.total:,} task{'' if self.total == 1 else 's'}"
        if self.from_journal:
            said += f", {self.from_journal:,} of them known from an earlier run and not sent again"
        return said


def statistics_of(members: Members, entries: Sequence[ReportEntry]) -> Statistics:
    """Return what tasks have in common.

    Args:
        members: the set.
        entries: its tasks.
    """
    by_action: dict[str, list[ReportEntry]] = defaultdict(list)
    for entry in entries:
        by_action[entry.action].append(entry)
    statuses = Counter(entry.status for entry in entries)
    reasons = Counter(entry.reason for entry in entries if entry.reason)
    actions = sorted(by_action.items(), key=lambda item: -len(item[1]))
    names = dict.fromkeys(name for entry in entries for name in entry.parameters)
    return Statistics(
        total=len(entries),
        from_journal=sum(entry.from_journal for entry in entries),
        statuses=tuple(StatusCount(*item) for item in statuses.most_common()),
        actions=tuple(_times(*item) for item in actions),
        reasons=tuple(ReasonCount(*item) for item in reasons.most_common()),
        parameters=tuple(row for name in names for row in parameter_ratings(entries, name)),
        braces=tuple(
            row
            for axis in members.braces
            for row in value_ratings(
                entries,
                axis.name,
                lambda e, axis=axis: axis.value_of.get(e.number),  # type: ignore[misc]
            )
        ),
    )


def parameter_ratings(entries: Iterable[ReportEntry], name: str) -> list[ValueRatings]:
    """Return how each value of a parameter was liked, best first."""
    return value_ratings(entries, name, lambda entry: entry.parameters.get(name))


def value_ratings(
    entries: Iterable[ReportEntry], name: str, value_of: Callable[[ReportEntry], str | None]
) -> list[ValueRatings]:
    """Return how each value of what tells tasks apart was liked, best first.

    Args:
        entries: the tasks.
        name: of what tells them apart.
        value_of: gives the value of one, None where it has none.
    """
    groups: dict[str, list[ReportEntry]] = defaultdict(list)
    for entry in entries:
        groups[value_of(entry) or NONE].append(entry)
    rows = []
    for value, those in groups.items():
        ratings = [entry.mark.rating for entry in those]
        rated, rating = sum(map(bool, ratings)), mean_rating(ratings)
        rows.append(ValueRatings(name, value, len(those), _done(those), rated, rating))
    return sorted(rows, key=lambda row: (-(row.rating or 0), -row.tasks))


def _times(action: str, entries: Sequence[ReportEntry]) -> ActionTimes:
    queue = [entry.queue_seconds for entry in entries if entry.queue_seconds is not None]
    run = [entry.run_seconds for entry in entries if entry.run_seconds is not None]
    return ActionTimes(action, len(entries), _done(entries), *_tenths(queue), *_tenths(run))


def _done(entries: Iterable[ReportEntry]) -> int:
    return sum(entry.status == Status.SUCCESS for entry in entries)


def _tenths(seconds: list[float]) -> tuple[float | None, float | None, float | None]:
    if len(seconds) < 2:
        (only,) = seconds or (None,)
        return only, only, only
    tenths = quantiles(seconds, n=10, method="inclusive")
    return tenths[0], tenths[4], tenths[8]


def _telling(statistics: Statistics) -> dict[str, list[ValueRatings]]:
    """Return the rows of what tells the tasks apart, and has not a value of its own for each."""
    by_name: dict[str, list[ValueRatings]] = defaultdict(list)
    braces = {row.name for row in statistics.braces}
    for row in statistics.braces:
        by_name[row.name].append(row)
    for row in statistics.parameters:
        if row.name not in braces:
            by_name[row.name].append(row)
    return {name: rows for name, rows in by_name.items() if 1 < len(rows) <= _MOST_VALUES}


def _liked(row: ValueRatings) -> tuple[Any, ...]:
    rating = "" if row.rating is None else f"{row.rating:.1f}"
    return row.value, row.tasks, row.rated, rating


def axis_words(name: str, longest: int = _LONGEST) -> str:
    """Return how a parameter or brace is called in a heading."""
    return f"--{name}" if name in SHORTEST else one_line(name, longest)


def _state(status: str) -> str:
    return status_words(status) if status else "no task"


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else one_line(value, _LONGEST)


def _html(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table that looks well in a notebook and in a report; "" for one without rows."""
    body = "".join(f"<tr>{''.join(map(_cell, row, _SIDES))}</tr>" for row in rows)
    if not body:
        return ""
    head = "".join(
        f'<th scope="col" align="{side}">{escape(name)}</th>'
        for name, side in zip(heads, _SIDES, strict=False)
    )
    return (
        f'<table><caption dir="auto">{escape(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


_SIDES = ("left", *["right"] * 20)


def _cell(value: Any, side: str) -> str:
    return f'<td dir="auto" align="{side}">{escape(_said(value))}</td>'


def _plain(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Return a table as lines of text; none for one without rows."""
    cells = [[_said(value) for value in row] for row in rows]
    if not cells:
        return []
    table = [list(heads), *cells]
    widths = [max(_width(row[at]) for row in table) for at in range(len(heads))]
    return [
        "  ".join(
            cell + " " * (widths[0] - _width(cell)) if at == 0 else cell.rjust(widths[at])
            for at, cell in enumerate(row)
        ).rstrip()
        for row in table
    ]


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese letter has two."""
    return sum(1 + (east_asian_width(letter) in "WF") for letter in text)
