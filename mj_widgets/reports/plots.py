"""Figures as a plot: which values were liked, or how long tasks took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mj_widgets.errors import MjError, one_line
from mj_widgets.models.prompt import shortest_name
from mj_widgets.reports.entries import ReportEntry, entries_of, require_some
from mj_widgets.reports.fonts import file_with
from mj_widgets.reports.statistics import (
    ActionTimes,
    ValueRatings,
    axis_words,
    parameter_ratings,
    statistics_of,
    value_ratings,
)
from mj_widgets.sets.extras import extra

if TYPE_CHECKING:
    from mj_widgets.sets.members import Members

_MOST_BARS = 40
_LONGEST = 40
_GOLD, _BLUE = "#c98b00", "#3b75af"
_STARS = 5


def plotted(members: Members, by: str | int | None = None) -> Any:
    """Return matplotlib axes with bars; see ``TaskSet.plot``.

    Raises:
        MjError: matplotlib is not installed, there is no task, nothing is rated, or there is no
            such parameter or brace.
    """
    pyplot = extra("matplotlib.pyplot", "plot", "plots")
    entries = entries_of(members)
    require_some(entries, "a plot")
    if by is None:
        return _times(pyplot, statistics_of(members, entries).actions)
    rows = _rows(members, entries, by)
    rated = [row for row in rows if row.rating is not None][:_MOST_BARS]
    if not rated:
        called = axis_words(rows[0].name, _LONGEST)
        raise MjError(
            f"Nothing is rated among these tasks, so no value of {called} was liked best",
            advice="Rate some in the gallery with the keys 1 to 5.",
        )
    return _ratings(pyplot, rated)


def _rows(members: Members, entries: Sequence[ReportEntry], by: str | int) -> list[ValueRatings]:
    """Return how the values of a parameter, or of a brace, were liked."""
    if isinstance(by, int) and not isinstance(by, bool) and 1 <= by <= len(members.braces):
        axis = members.braces[by - 1]
        return value_ratings(entries, axis.name, lambda e: axis.value_of.get(e.number))
    names = dict.fromkeys(name for entry in entries for name in entry.parameters)
    if isinstance(by, str) and (name := shortest_name(by.strip().lstrip("-—–"))) in names:
        return parameter_ratings(entries, name)
    known = [str(at) for at in range(1, len(members.braces) + 1)] + [f'"{n}"' for n in names]
    raise MjError(
        f"There is nothing called {one_line(repr(by), 40)} to tell these tasks apart by",
        advice=f"Give one of: {', '.join(known)}." if known else "They have no parameters.",
    )


def _ratings(pyplot: Any, rows: Sequence[ValueRatings]) -> Any:
    axes = _axes(pyplot, len(rows))
    bars = axes.barh(range(len(rows)), [row.rating for row in rows], color=_GOLD, height=0.7)
    said = [f"{row.rating:.1f} ({row.rated} of {row.tasks})" for row in rows]
    axes.bar_label(bars, said, padding=4)
    _name_bars(axes, [row.value for row in rows])
    axes.set_xlim(0, _STARS * 1.25)
    axes.set_xticks(range(_STARS + 1))
    axes.set_xlabel("mean of those that are rated, in stars")
    _title(axes, f"Ratings by {axis_words(rows[0].name, _LONGEST)}")
    return axes


def _times(pyplot: Any, actions: Sequence[ActionTimes]) -> Any:
    rows = [row for row in actions if row.run_50 is not None][:_MOST_BARS]
    if not rows:
        raise MjError(
            "No task tells how long it ran",
            advice='plot("s") shows ratings by a parameter.',
        )
    axes = _axes(pyplot, len(rows))
    middle = [row.run_50 or 0.0 for row in rows]
    below = [half - (row.run_10 or 0.0) for row, half in zip(rows, middle, strict=True)]
    above = [(row.run_90 or 0.0) - half for row, half in zip(rows, middle, strict=True)]
    axes.barh(range(len(rows)), middle, color=_BLUE, height=0.7, xerr=(below, above), capsize=4)
    _name_bars(axes, [f"{row.action or 'unknown'} ({row.tasks})" for row in rows])
    axes.set_xlim(left=0)
    axes.set_xlabel("seconds: the median, and from 10 % to 90 %")
    _title(axes, "How long tasks ran")
    return axes


def _axes(pyplot: Any, bars: int) -> Any:
    _, axes = pyplot.subplots(figsize=(7, 1.2 + 0.4 * bars), layout="constrained")
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def _name_bars(axes: Any, names: Sequence[str]) -> None:
    """Name the bars, the first one on top."""
    axes.set_yticks(range(len(names)), [_plain(one_line(name, _LONGEST)) for name in names])
    axes.invert_yaxis()
    for label, name in zip(axes.get_yticklabels(), names, strict=True):
        _let_read(label, name)


def _title(axes: Any, text: str) -> None:
    # Above the names too, which leave little room for it above the bars.
    _let_read(axes.figure.suptitle(_plain(text), x=0.01, ha="left"), text)


def _let_read(label: Any, text: str) -> None:
    """Give a text a font that has its letters: matplotlib's own has no Chinese."""
    if text.isascii() or (path := file_with(text)) is None:
        return
    size = label.get_fontsize()
    label.set_fontproperties(
        extra("matplotlib.font_manager", "plot", "plots").FontProperties(fname=path, size=size)
    )


def _plain(text: str) -> str:
    """Return a text of which matplotlib takes nothing for a formula."""
    return text.replace("$", r"\$")
