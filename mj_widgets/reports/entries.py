"""What a report says of each task, whether it is kept, under way or never came to be."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mj_widgets.archive.catalogue import Listing
from mj_widgets.archive.marks import Mark, mark_in
from mj_widgets.archive.parameters import value_text
from mj_widgets.errors import MjError, one_line
from mj_widgets.jobs.words import state_words
from mj_widgets.models.prompt import SHORTEST, parse_prompt
from mj_widgets.models.status import Status
from mj_widgets.sets.axes import label_of
from mj_widgets.sets.tile import state_of

if TYPE_CHECKING:
    from mj_widgets.archive.columns import TaskRow
    from mj_widgets.jobs.state import JobState
    from mj_widgets.sets.members import Members

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_REASON = 300
ON = "on"
"""The value of a parameter that has none of its own: a switch."""


@dataclass(frozen=True)
class ReportEntry:
    """One task."""

    number: int
    """By which the set knows it."""
    task_id: str
    """"" where no task came of it, or not yet."""
    prompt: str
    """As it was written, parameters and all."""
    parameters: Mapping[str, str]
    """By their shortest names, in the order of the prompt; "on" for one without a value."""
    status: str
    """The service's word, such as SUCCESS; "" before it is known."""
    action: str
    """IMAGINE, UPSCALE, ...; "" before it is known."""
    state: str = ""
    """What is to be known beside the picture: why there is none, or how far it is; or ""."""
    reason: str = ""
    """Why it failed, or never came to be."""
    seed: str = ""
    submitted: datetime | None = None
    queue_seconds: float | None = None
    run_seconds: float | None = None
    pictures: int = 0
    """How many it shows."""
    marks: Mapping[int, Mark] = field(default_factory=dict)
    """By the number of the picture, from 1; 0 is the task as a whole."""
    labels: tuple[str, ...] = ()
    """What stood in the braces that it was made of, in words: ("red", "s 250")."""
    from_journal: bool = False
    """True where it had been submitted earlier, and was not submitted again."""
    listing: Listing | None = None
    """Where it is kept."""

    @property
    def mark(self) -> Mark:
        """What is thought of it, by the best of its pictures."""
        return mark_in(self.marks, self.pictures)

    @property
    def words(self) -> str:
        """Its prompt without parameters, on one line."""
        return parse_prompt(self.prompt).text

    @property
    def parameter_words(self) -> str:
        """Its parameters as they would be typed: "--ar 16:9 --raw"."""
        return self.other_parameters(())

    def other_parameters(self, names: Collection[str]) -> str:
        """Return its parameters but those, as they would be typed."""
        others = ((n, value) for n, value in self.parameters.items() if n not in names)
        return " ".join(f"--{n}" if value == ON else f"--{n} {value}" for n, value in others)


def entries_of(members: Members) -> list[ReportEntry]:
    """Return what is known of each task of a set, in its order; nothing is asked of a service.

    What was deleted from the library meanwhile is left out.

    Raises:
        LibraryError: the library cannot be read.
    """
    kept = members.kept()
    rows: dict[int, TaskRow] = {}
    listings: dict[int, Listing] = {}
    if kept:
        library = members.library
        rows = {row.number: row for row in library.columns.tasks(kept.values())}
        listings = library.catalogue.listings(kept.values())
    marks = _marks_of_others(members, kept)
    found = []
    for number in members.numbers:
        labels = tuple(
            label_of(axis.name, axis.value_of[number], is_parameter=axis.name in SHORTEST)
            for axis in members.braces
            if number in axis.value_of
        )
        job = members.followed.get(number)
        is_known = job is not None and job.state.known_since is not None
        at = kept.get(number, 0)
        if at in rows and at in listings:
            found.append(_of_row(number, rows[at], listings[at], labels, is_known))
        elif job is not None:
            found.append(_of_job(number, job.state, marks.get(number, {}), labels))
    return found


def require_some(entries: list[ReportEntry], what: str) -> None:
    """Refuse to show nothing.

    Args:
        entries: what is to be shown.
        what: as what, such as "a report".

    Raises:
        MjError: there is none.
    """
    if not entries:
        raise MjError(
            f"There is no task in this set, and {what} of nothing shows nothing",
            advice="mj.tasks() has all that is in the library.",
        )


def _of_row(
    number: int, row: TaskRow, listing: Listing, labels: tuple[str, ...], is_known: bool
) -> ReportEntry:
    has_failed = row.status != Status.SUCCESS
    parameters = _parameters(row.parameters)
    return ReportEntry(
        number=number,
        task_id=listing.task_id,
        prompt=row.prompt,
        parameters=parameters,
        status=row.status,
        action=row.action,
        state=state_of(listing),
        reason=one_line(row.reason, _LONGEST_REASON) if has_failed else "",
        seed=row.seed or parameters.get("seed", ""),
        submitted=_moment(row.submitted),
        queue_seconds=_between(row.submitted, row.started),
        run_seconds=_between(row.started, row.finished),
        pictures=listing.pictures,
        marks=listing.marks,
        labels=labels,
        from_journal=is_known,
        listing=listing,
    )


def _of_job(
    number: int, state: JobState, marks: Mapping[int, Mark], labels: tuple[str, ...]
) -> ReportEntry:
    task = state.known
    prompt = (task.prompt if task else "") or state.prompt
    given = parse_prompt((task.final_prompt if task else "") or prompt).parameters
    parameters = {name: value_text(name, value) or ON for name, value in given.items()}
    words, _ = state_words(state)
    is_there = task is not None and task.succeeded and state.result is not None
    if task is not None and not task.is_final and task.progress:
        words = f"{words}, {task.progress} %"
    return ReportEntry(
        number=number,
        task_id=state.task_id,
        prompt=prompt,
        parameters=parameters,
        status=str(task.status) if task else "",
        action=task.action if task else "",
        state="" if is_there else words,
        reason=_reason(state),
        seed=state.seed or parameters.get("seed", ""),
        submitted=task.submit_time if task else None,
        queue_seconds=task.queue_seconds if task else None,
        run_seconds=task.run_seconds if task else None,
        pictures=task.picture_count if task else 0,
        marks=marks,
        labels=labels,
        from_journal=state.known_since is not None,
    )


def _reason(state: JobState) -> str:
    """Return why a task failed or never came to be, "" for one that goes on or is done."""
    if state.has_failed and state.known is not None:
        return one_line(state.known.fail_reason or state.error, _LONGEST_REASON)
    return one_line(state.error, _LONGEST_REASON) if isinstance(state.outcome, MjError) else ""


def _marks_of_others(members: Members, kept: Mapping[int, int]) -> dict[int, dict[int, Mark]]:
    """Return the marks of tasks that are not kept, as a person may mark those too."""
    others = [n for n in members.numbers if n not in kept]
    if members.shelf is None or not others:
        return {}
    spots = {n: spot for n, spot in members.spots(others).items() if spot.task_id}
    marks = members.shelf.marks.of_tasks(spots.values())
    return {n: marks.get(spot, {}) for n, spot in spots.items()}


def _parameters(text: str) -> dict[str, str]:
    try:
        given = json.loads(text or "{}").items()
    except (ValueError, AttributeError, RecursionError):  # harmed
        return {}
    return {str(name): value_text(name, value) or ON for name, value in given}


def _between(earlier: int | None, later: int | None) -> float | None:
    if earlier is None or later is None:
        return None
    return max(0.0, (later - earlier) / 1e6)


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)
