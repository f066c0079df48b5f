"""Which tasks are wanted, as a person says it: words, states, stars, days, parameters."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from mj_widgets.archive.marks import Flag, flag_of, rating_of
from mj_widgets.archive.search import query
from mj_widgets.errors import MjError, one_line
from mj_widgets.models.kind import Kind
from mj_widgets.models.natives import is_number, native
from mj_widgets.models.prompt import KNOWN, shortest_name
from mj_widgets.models.status import Status

KINDS: tuple[Kind, ...] = ("grid", "image", "text", "video")
_WORDS = (
    "(number IN (SELECT rowid FROM words WHERE words MATCH ?"
    " UNION SELECT number FROM tasks WHERE id = ?))"
)
_TIME = "julianday(coalesce(finish_time, submit_time, saved_at))"
# A harmed row has no parameters. json_each gives one row for a value, several for a list.
_PARAMETER = (
    "CASE WHEN json_valid(parameters) THEN EXISTS"
    " (SELECT 1 FROM json_each(parameters, ?) WHERE {value}) ELSE 0 END"
)
# 7 is 7.0, as in a table; but "16:9" is no 16, which CAST would take it for.
_NUMBER = (
    "(value GLOB '*[0-9]*' AND value NOT GLOB '*[^0-9.-]*'"
    " AND CAST(value AS REAL) = CAST(? AS REAL))"
)
Wanted = str | float | bool | None


@dataclass(frozen=True)
class Filter:
    """Which tasks are wanted; each part that is given has to hold.

    >>> Filter(text="fox", kind="grid", rating=4).sql()[0].count(" AND ")
    2
    """

    text: str = ""
    """Words as ``Library.search`` takes them."""
    status: tuple[str, ...] = ()
    """Any of these."""
    kind: tuple[str, ...] = ()
    """Any of these."""
    rating: int | None = None
    """At least so many stars; 0 for those that have none; None for all."""
    flag: Flag | None = None
    """"" for those that have none; None for all."""
    since: datetime | None = None
    """Ended (else submitted, else kept) at this moment or later."""
    until: datetime | None = None
    """Before this moment."""
    parameters: Mapping[str, Wanted | tuple[Wanted, ...]] = field(default_factory=dict)
    """By the shortest name: a value or any of several; True for any value at all, None or False
    for a prompt without it."""

    @classmethod
    def of(
        cls,
        text: str | None = None,
        status: str | Iterable[str] | None = None,
        kind: str | Iterable[str] | None = None,
        rating: int | None = None,
        flag: str | None = None,
        since: datetime | date | str | None = None,
        until: datetime | date | str | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Filter:
        """Return the filter that a person's arguments stand for.

        Args:
            text: words, each the beginning of one.
            status: one or any of several, such as "SUCCESS"; upper or lower case.
            kind: "grid", "image", "video" or "text", or any of several.
            rating: at least so many stars, 0 for none at all.
            flag: "pick", "reject", or "" for neither.
            since: a day ("2026-11-01"), or a moment; without a zone it is the local one.
            until: a day, which is still wanted as a whole, or a moment.
            parameters: of the prompt, by any name they have.

        Raises:
            MjError: one of them is none; one line says what is allowed.
        """
        return cls(
            text=_text(text),
            status=tuple(name.upper() for name in _several(status, "status")),
            kind=tuple(map(_kind, _several(kind, "kind"))),
            rating=None if rating is None else rating_of(rating),
            flag=None if flag is None else flag_of(flag),
            since=None if since is None else _moment(since),
            until=None if until is None else _moment(until, is_end=True),
            parameters={
                shortest_name(name.lower().lstrip("-")): _wanted(name, value)
                for name, value in (parameters or {}).items()
            },
        )

    def sql(self) -> tuple[str, tuple[object, ...]]:
        """Return it as a condition on the rows of ``rated``, and the values in it."""
        parts: list[tuple[str, tuple[object, ...]]] = []
        if asked := query(self.text):
            own_id = self.text.strip().encode("utf-8", "replace").decode()
            parts.append((_WORDS, (asked, own_id)))
        for column, names in (("status", self.status), ("kind", self.kind)):
            if names:
                parts.append((f"{column} IN ({_places(names)})", names))
        if self.rating is not None:
            parts.append(("rating >= ?" if self.rating else "rating = ?", (self.rating,)))
        if self.flag is not None:
            parts.append(("flag = ?", (self.flag,)))
        if self.since is not None:
            parts.append((f"{_TIME} >= julianday(?)", (self.since.isoformat(),)))
        if self.until is not None:
            parts.append((f"{_TIME} < julianday(?)", (self.until.isoformat(),)))
        parts += [_parameter(name, value) for name, value in self.parameters.items()]
        conditions = " AND ".join(condition for condition, _ in parts)
        return conditions or "TRUE", tuple(value for _, values in parts for value in values)

    def fits(self, given: Mapping[str, object]) -> bool:
        """Tell whether the parameters of a prompt, as ``parse_prompt`` has them, are wanted."""
        return all(_fits(given.get(name), wanted) for name, wanted in self.parameters.items())

    def require_known(self, connection: sqlite3.Connection) -> None:
        """Raise MjError for a status or parameter that is not documented, and no task here has."""
        for status in set(self.status) - set(Status):
            sql = "SELECT 1 FROM tasks WHERE status = ? LIMIT 1"
            if connection.execute(sql, (status,)).fetchone() is None:
                said = one_line(repr(status), 40)
                raise MjError(
                    f"{said} is no status, and no task here has it",
                    advice=f"Give one of: {', '.join(Status)}.",
                )
        for name in self.parameters.keys() - KNOWN:
            path = _path(name)
            has_it = _PARAMETER.format(value="TRUE")
            sql = f"SELECT 1 FROM tasks WHERE {has_it} LIMIT 1"  # noqa: S608
            if connection.execute(sql, (path,)).fetchone() is None:
                said = one_line(name, 40)
                raise MjError(
                    f"Nobody knows the filter {said}, and no prompt here has --{said}",
                    advice="There are text, status, kind, rating, flag, since, until, and the "
                    "parameters of a prompt, such as ar or s.",
                )


def _parameter(name: str, wanted: Wanted | tuple[Wanted, ...]) -> tuple[str, tuple[object, ...]]:
    path = _path(name)
    if wanted is None or wanted is False:
        return f"NOT {_PARAMETER.format(value='TRUE')}", (path,)
    if wanted is True:
        return _PARAMETER.format(value="TRUE"), (path,)
    values = wanted if isinstance(wanted, tuple) else (wanted,)
    each = (_NUMBER if is_number(v) else "value = ?" for v in values)
    return _PARAMETER.format(value=f"({' OR '.join(each)})"), (path, *map(str, values))


def _fits(given: object, wanted: Wanted | tuple[Wanted, ...]) -> bool:
    """Tell for one prompt what `_parameter` tells for those of the library."""
    if wanted is None or isinstance(wanted, bool):
        return (given is not None) == bool(wanted)
    there = given if isinstance(given, tuple) else () if given is None else (given,)
    wished = wanted if isinstance(wanted, tuple) else (wanted,)
    return any(_is_same(value, each) for value in there for each in wished)


def _is_same(value: object, wanted: Wanted) -> bool:
    if not is_number(wanted):
        return value == str(wanted)
    try:
        return float(str(int(value) if isinstance(value, bool) else value)) == wanted
    except ValueError:
        return False


def _path(name: str) -> str:
    return '$."' + name.replace('"', "") + '"'


def _places(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))


def _text(given: object) -> str:
    if given is not None and not isinstance(given, str):
        said = one_line(repr(given), 40)
        raise MjError(f"{said} is no text to look for", advice='Give words: "red fox".')
    return given or ""


def _several(given: object, name: str) -> tuple[str, ...]:
    if given is None:
        return ()
    names = (given,) if isinstance(given, str) else given
    if isinstance(names, Iterable):
        listed = tuple(names)
        if all(isinstance(each, str) for each in listed):
            return listed
    said = one_line(repr(given), 40)
    raise MjError(f"{said} is no {name}", advice="Give one name, or a list of some.")


def _kind(name: str) -> str:
    if name not in KINDS:
        said = one_line(repr(name), 40)
        raise MjError(f"{said} is no kind", advice=f"Give one of: {', '.join(KINDS)}.")
    return name


def _moment(given: object, *, is_end: bool = False) -> datetime:
    """Return a moment with a zone: the local one, where none is said."""
    text = given.strip() if isinstance(given, str) else str(given)
    try:
        parsed, is_day = datetime.fromisoformat(text), len(text) <= len("2026-11-01")
        if is_day and is_end:
            parsed = datetime.fromordinal(parsed.toordinal() + 1)
        return parsed.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        said = one_line(repr(given), 40)
        advice = 'Give a day such as "2026-11-01", or a datetime.'
        raise MjError(f"{said} is no day", advice=advice) from None


def _wanted(name: str, value: object) -> Wanted | tuple[Wanted, ...]:
    one: Wanted = native(value)
    if one is None or _is_value(one):
        return one
    if isinstance(value, Iterable):
        several = tuple(map(native, value))
        if several and all(map(_is_value, several)):
            return several
    said = one_line(repr(value), 40)
    raise MjError(
        f"{said} is no value of --{one_line(name, 40)}",
        advice="Give a text or number, or None for a prompt without it.",
    )


def _is_value(given: object) -> bool:
    # NaN is nothing's value; a prompt without the parameter is asked for by None.
    return isinstance(given, str) or (isinstance(given, (int, float)) and not math.isnan(given))
