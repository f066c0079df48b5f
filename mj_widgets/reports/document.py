"""Tasks as one HTML file that opens anywhere: no network, no kernel, nothing beside it."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError, one_line
from mj_widgets.jobs.words import moment
from mj_widgets.models.prompt import SHORTEST
from mj_widgets.models.status import status_words
from mj_widgets.pictures.looks import THUMB_SIDE
from mj_widgets.pictures.save import new_file, write_new
from mj_widgets.reports.entries import ReportEntry, entries_of, require_some
from mj_widgets.reports.small_pictures import small_pictures
from mj_widgets.reports.statistics import Statistics, statistics_of
from mj_widgets.sets.axes import BETWEEN

if TYPE_CHECKING:
    from mj_widgets.sets.axes import Axis
    from mj_widgets.sets.members import Members

MOST_TASKS = 2_000
_BYTES = 17_500_000
"""Of all pictures together: as text in the file they are a third more."""
_SIDE, _MOST_EACH, _LEAST_EACH = 1024, 85_000, 8_000
_MOST_COLUMNS = 10
_LONGEST_ALT = 300
_LONGEST_WORD = 24
_ENDINGS = (".html", ".htm")


def write_report(members: Members, target: str | Path, title: str | None = None) -> Path:
    """Write a report of tasks, and return the file; see ``TaskSet.to_html``.

    Args:
        members: the tasks.
        target: a file whose name ends with .html, or a folder, where it becomes report.html. What
            is there stays: the name becomes "report (2).html".
        title: None says how many tasks there are.

    Raises:
        MjError: there is no task, or there are more than 2,000; or it cannot be written.
    """
    path = new_file(target, "report", _ENDINGS)
    entries = entries_of(members)
    require_some(entries, "a report")
    if len(entries) > MOST_TASKS:
        raise MjError(
            f"A report has at most {MOST_TASKS:,} tasks, and these are {len(entries):,}",
            advice="Choose some: tasks.rated(4), or tasks[:500].",
        )
    most = max(_LEAST_EACH, min(_MOST_EACH, _BYTES // len(entries)))
    side = max(THUMB_SIDE, round(_SIDE * (most / _MOST_EACH) ** 0.5))
    text = "".join(_page(members, entries, small_pictures(members, entries, side, most), title))
    # A lone surrogate is no text in UTF-8.
    return write_new(text.encode("utf-8", "replace"), path)


def _page(
    members: Members, entries: Sequence[ReportEntry], pictures: Iterable[bytes], title: str | None
) -> Iterator[str]:
    style, script = _static("report.css"), _static("report.js")
    name = one_line(str(title)) if title is not None else _count(len(entries))
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hashed(style)}'; "
        f"script-src '{_hashed(script)}'; base-uri 'none'; form-action 'none'"
    )
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )
    yield f'<header>\n<h1 dir="auto">{escape(name)}</h1>\n{_summary(entries)}</header>\n<main>\n'
    yield from _winners(statistics_of(members, entries))
    yield '<section>\n<h2>Pictures</h2>\n<ul class="sheet">\n'
    for place, (entry, data) in enumerate(zip(entries, pictures, strict=True), 1):
        yield _figure(place, entry, data)
    yield "</ul>\n</section>\n"
    yield from _table(members.braces, entries)
    yield (
        '</main>\n<dialog aria-label="Picture"><div class="bar"><p dir="auto"></p>'
        '<button type="button" class="earlier" aria-label="Earlier">←</button>'
        '<button type="button" class="later" aria-label="Later">→</button>'
        '<button type="button" class="close" aria-label="Close">✕</button></div>'
        f'<img alt=""></dialog>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def _summary(entries: Sequence[ReportEntry]) -> str:
    states = Counter(
        status_words(entry.status) if entry.status else entry.state or "unknown"
        for entry in entries
    )
    told = ", ".join(f"{count:,} {escape(state)}" for state, count in states.most_common(6))
    rated = sum(entry.mark.rating > 0 for entry in entries)
    picked = sum(entry.mark.flag == "pick" for entry in entries)
    more = [f"{rated:,} rated"] * bool(rated) + [f"{picked:,} picked"] * bool(picked)
    times = sorted(entry.submitted for entry in entries if entry.submitted)
    line = " · ".join([_count(len(entries)), told, *more])
    said = f"<p>{line}</p>\n"
    made = f"Report of {escape(moment(datetime.now(UTC)))}"
    if times:
        first, last = escape(moment(times[0])), escape(moment(times[-1]))
        span = first if first == last else f"{first} to {last}"
        made = f"Submitted {span}. {made}"
    return f'{said}<p class="pale">{made}</p>\n'


def _winners(statistics: Statistics) -> Iterator[str]:
    """Give which values were liked, where anything was rated."""
    tables = statistics.winners_html()
    if tables:
        yield "<section>\n<h2>Ratings</h2>\n"
        yield '<p class="pale">A task counts as the best of its pictures.</p>\n'
        yield f'<div class="side-by-side">{tables}</div>\n</section>\n'


def _figure(place: int, entry: ReportEntry, data: bytes) -> str:
    alt = escape(one_line(f"{place}. {_said(entry)}", _LONGEST_ALT))
    if data:
        source = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
        # Not loading="lazy": what was not scrolled to would be missing on paper.
        shown = f'<img decoding="async" alt="{alt}" src="{source}">'
        picture = f'<button type="button" class="picture">{shown}</button>'
    else:
        reason = f"<br>{escape(entry.reason)}" if entry.reason else ""
        state = escape(entry.state or "cannot be shown")
        picture = f'<div class="picture"><span dir="auto">{state}{reason}</span></div>'
    flag = f' class="is-{entry.mark.flag}"' if entry.mark.flag else ""
    return (
        f'<li id="t{place}"{flag}><figure>{picture}<figcaption>{_caption(place, entry)}'
        "</figcaption></figure></li>\n"
    )


def _caption(place: int, entry: ReportEntry) -> str:
    lines = []
    if entry.labels:
        lines.append(f'<div class="labels" dir="auto">{escape(BETWEEN.join(entry.labels))}</div>')
    if mark := _mark(entry):
        lines.append(f"<div>{mark}</div>")
    words = escape(entry.words)
    lines.append(f'<div class="words" dir="auto" title="{words}">{place}. {words}</div>')
    if entry.parameters:
        lines.append(f"<div><code>{escape(entry.parameter_words)}</code></div>")
    told = [f"seed {escape(entry.seed)}"] * bool(entry.seed and "seed" not in entry.parameters)
    told += [escape(entry.task_id)] * bool(entry.task_id)
    lines.append(f'<div class="pale id">{" · ".join(told)}</div>')
    return "".join(lines)


def _mark(entry: ReportEntry) -> str:
    """Return the rating and the flag of a task, and which of its pictures has them."""
    said = [_stars(entry.mark.rating), _FLAGS.get(entry.mark.flag, "")]
    parts = [
        f"{number}: {'★' * mark.rating}{' ' * bool(mark.rating and mark.flag)}{mark.flag}"
        for number, mark in sorted(entry.marks.items())
        if number and (mark.rating or mark.flag)
    ]
    said.append(f'<span class="pale">({escape(", ".join(parts))})</span>' if parts else "")
    return " ".join(filter(None, said))


_FLAGS = {
    "pick": '<span class="pick">picked</span>',
    "reject": '<span class="reject">rejected</span>',
}


def _stars(rating: int) -> str:
    if not rating:
        return ""
    return f'<span class="stars" role="img" aria-label="{rating} of 5 stars">{"★" * rating}</span>'


def _table(braces: Sequence[Axis], entries: Sequence[ReportEntry]) -> Iterator[str]:
    """Give all tasks in a table, a column for each parameter that is frequent."""
    counts = Counter(name for entry in entries for name in entry.parameters)
    frequent = {name for name, _ in counts.most_common(_MOST_COLUMNS)}
    names = [name for name in counts if name in frequent]
    is_rare = len(counts) > len(names)
    axes = [axis for axis in braces if axis.name not in SHORTEST or axis.name not in names]
    heads = ["", *(one_line(axis.name, 40) for axis in axes), "prompt"]
    heads += [f"--{name}" for name in names] + ["other parameters"] * is_rare
    heads += ["rating", "flag", "status", "reason", "seed", "run s", "submitted", "id"]
    rows = [
        _Row(place, entry, axes, names, is_rare=is_rare).cells
        for place, entry in enumerate(entries, 1)
    ]
    used = [at for at in range(len(heads)) if any(row[at].text for row in rows)]
    yield '<section>\n<h2>All tasks</h2>\n<div class="scrolled" tabindex="0" role="region" '
    yield 'aria-label="All tasks">\n<table class="all">\n<thead><tr>'
    for at in used:
        kind = rows[0][at].kind
        yield f'<th scope="col"{_class(kind)}>{escape(heads[at]) or "#"}</th>'
    yield "</tr></thead>\n<tbody>\n"
    for row in rows:
        yield f"<tr>{''.join(row[at].html for at in used)}</tr>\n"
    yield "</tbody>\n</table>\n</div>\n</section>\n"


class _TableCell:
    """One cell of the table."""

    def __init__(self, text: str, kind: str = "", value: str = "", inner: str = "") -> None:
        self.text, self.kind = text, kind
        value = f' data-value="{escape(value)}"' if value else ""
        self.html = f'<td dir="auto"{_class(kind)}{value}>{inner or escape(text)}</td>'


class _Row:
    """One task in the table."""

    def __init__(
        self,
        place: int,
        entry: ReportEntry,
        axes: Sequence[Axis],
        names: Sequence[str],
        *,
        is_rare: bool,
    ) -> None:
        rating, run = entry.mark.rating, entry.run_seconds
        others = entry.other_parameters(names)
        self.cells = [
            _TableCell(str(place), "number", inner=f'<a href="#t{place}">{place}</a>'),
            *(_given(axis.value_of.get(entry.number, "")) for axis in axes),
            _TableCell(entry.words, "long"),
            *(_given(entry.parameters.get(name, "")) for name in names),
            *[_given(others)] * is_rare,
            _TableCell("★" * rating, value=str(rating or ""), inner=_stars(rating)),
            _TableCell(entry.mark.flag),
            _TableCell(status_words(entry.status) if entry.status else entry.state),
            _TableCell(entry.reason, "long" if entry.reason else ""),
            _TableCell(entry.seed, "number"),
            _TableCell("" if run is None else f"{run:,.0f}", "number"),
            _TableCell(
                moment(entry.submitted) if entry.submitted else "",
                "when",
                value=str(entry.submitted.timestamp()) if entry.submitted else "",
            ),
            _TableCell(entry.task_id, "id"),
        ]


def _given(value: str) -> _TableCell:
    """Return the cell of what was given: an address of a picture is broken anywhere."""
    return _TableCell(value, "long" if len(value) > _LONGEST_WORD else "")


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _said(entry: ReportEntry) -> str:
    """Return what a task is, in words."""
    stars = f"{entry.mark.rating} of 5 stars" if entry.mark.rating else ""
    return ", ".join(filter(None, (*entry.labels, entry.prompt, stars)))


def _count(count: int) -> str:
    return f"{count:,} task{'' if count == 1 else 's'}"


def _static(name: str) -> str:
    return (files("mj_widgets.reports") / "static" / name).read_text("utf-8")


def _hashed(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
