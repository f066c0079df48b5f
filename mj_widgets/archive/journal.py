"""What was submitted: written down before it is sent, so that nothing is paid for twice."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from mj_widgets.archive.database import Database
from mj_widgets.archive.entry import Entry, Payload, State, entry_of, row_of, written
from mj_widgets.archive.lineage import TaskLink, links_of
from mj_widgets.models import Submission

_ECHO_BYTES = 16

# The values of both are a path, a digest, and a service.
_KNOWN = (
    "SELECT number FROM submissions WHERE path = ? AND digest = ? AND stands AND service = ?"
    " ORDER BY number DESC LIMIT 1"
)
_KNOWN_ANYWHERE = (
    "SELECT number FROM submissions WHERE path = ? AND digest = ? AND stands"
    " ORDER BY service = ? DESC, number DESC LIMIT 1"
)


class Journal:
    """The submissions of a library.

    >>> journal = Journal(Database(":memory:"))
    >>> entry = journal.begin("host.example", "/submit/imagine", {"prompt": "a fox"})
    >>> entry.is_new, journal.begin("host.example", "/submit/imagine", {"prompt": "a fox"}).is_new
    (True, False)

    Everything raises ``LibraryError`` where it cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        service: str,
        path: str,
        payload: Payload | Mapping[str, Any],
        *,
        parent: str = "",
        button: str = "",
        new: bool = False,
    ) -> Entry:
        """Write a submission down before it is sent, or return the one that was sent before.

        Of all threads and processes that begin the same submission, one gets a new entry. What
        was refused, or accepted without starting a task (a modal is needed first), is sent anew.

        Args:
            service: the host name of the service, "" for any.
            path: where it is sent.
            payload: what is sent; the same, whatever the order of its keys.
            parent: the task whose button was pressed: the same press under every name of its
                service.
            button: the name of the button.
            new: True sends it once more in any case.
        """
        payload = _payload(payload)
        key = (path, payload.digest, service)
        known = _known(service, parent)
        entry = Entry(
            number=0,
            service=service,
            path=path,
            digest=payload.digest,
            payload=json.loads(payload.text),
            parent=parent,
            button=button,
            sent_at=datetime.now(UTC),
            state=State.SENDING,
            submission=None,
            words="",
            echo=secrets.token_urlsafe(_ECHO_BYTES),
            is_new=True,
        )
        with self._database.writing() as connection:
            if new:
                return _insert(connection, entry, payload.text)
            # Looked up and written by one statement: it is read again only where it was there.
            written = _insert(connection, entry, payload.text, f"NOT EXISTS ({known})", key)
            return written if written.number else _only(connection, known, key)

    def adopt(self, entry: Entry) -> None:
        """Take over what another journal knows, unless it is here already."""
        here, key = "service = ? AND path = ? AND digest = ? AND sent_at = ?", entry.key
        with self._database.writing() as connection:
            standing = _latest(connection, f"{here} AND stands", key)
            if entry.state is State.REFUSED:
                if standing is not None and standing.state is State.SENDING:
                    _end(connection, standing, State.REFUSED, entry.words, stands=False)
                return
            if standing is not None and (standing.submission or not entry.submission):
                return
            # It is here, but not yet that its modal was answered, or its lost answer found.
            copy = (
                standing
                or _latest(connection, here, key)
                or _insert(connection, entry, Payload(entry.payload).text)
            )
            if entry.submission is not None:
                _accept(connection, copy, entry.submission)

    def find(
        self,
        service: str,
        path: str,
        payload: Payload | Mapping[str, Any],
        *,
        parent: str = "",
    ) -> Entry | None:
        """Return what ``begin`` would find, also while another process writes, or None."""
        key = (path, _payload(payload).digest, service)
        known = _known(service, parent)
        with self._database.reading() as connection:
            return _latest(connection, f"number = ({known})", key)

    def accepted(self, entry: Entry, submission: Submission, answers: str = "") -> None:
        """Note the service's answer to a submission that it took.

        Args:
            entry: the submission.
            submission: what the service made of it.
            answers: the task whose modal was answered by it, or "": the press that opened the
                modal stands from now on.
        """
        with self._database.writing() as connection:
            for press in _opened(connection, entry, answers) if answers else ():
                _accept(connection, press, submission)
            _accept(connection, entry, submission)

    def opened(self, answer: Entry, task_id: str) -> list[Entry]:
        """Return the presses that opened a modal, by its answer and the task that waits in it."""
        with self._database.reading() as connection:
            return _opened(connection, answer, task_id)

    def refused(self, entry: Entry, words: str) -> None:
        """Note that nothing was submitted, and why: it may be sent again."""
        self._end(entry, State.REFUSED, words, stands=False)

    def unclear(self, entry: Entry, words: str) -> None:
        """Note that the answer was lost: it may have arrived."""
        self._end(entry, State.UNCLEAR, words, stands=True)

    def forget_lost(self, service: str) -> None:
        """Let be submitted anew what started no task that is kept, at a service that forgot all."""
        kept = (
            "SELECT submission FROM started JOIN tasks ON tasks.id = started.task"
            " WHERE tasks.service = ?"
        )
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE submissions SET stands = 0"  # noqa: S608
                f" WHERE service = ? AND number NOT IN ({kept})",
                (service, service),
            )

    def of_parent(self, service: str, task_id: str) -> list[Entry]:
        """Return what was submitted from a task, as ``begin`` would find it, oldest first."""
        latest = (
            "number IN (SELECT max(number) FROM submissions"
            " WHERE service = ? AND parent = ? AND stands GROUP BY path, digest)"
        )
        with self._database.reading() as connection:
            return list(reversed(_entries(connection, latest, (service, task_id))))

    def origin(self, service: str, task_id: str) -> Entry | None:
        """Return the accepted submission that started a task from another one, or None."""
        # An answer to a modal may have been given where nobody knew whose it is.
        started = (
            "service = ? AND parent != ''"
            " AND number IN (SELECT submission FROM started WHERE task = ?)"
        )
        with self._database.reading() as connection:
            return _latest(connection, started, (service, task_id))

    def kin(self, service: str, task_id: str) -> list[TaskLink]:
        """Return which presses and answers to modals started a task, in the order of sending."""
        return self._kin("service = ? AND task = ?", (service, task_id))

    def children(self, service: str, task_id: str) -> list[TaskLink]:
        """Return which tasks were started from a task, in the order of sending."""
        return self._kin("service = ? AND parent = ?", (service, task_id))

    def entries(self, limit: int = 100) -> list[Entry]:
        """Return the latest submissions, newest first."""
        with self._database.reading() as connection:
            return _entries(connection, "TRUE", (), limit)

    def _kin(self, where: str, values: tuple[object, ...]) -> list[TaskLink]:
        # Those of one submission in the order of its answer.
        order = "number, instr(submissions.submission, '\"' || task || '\"')"
        sql = (
            "SELECT task, parent, button FROM started"  # noqa: S608
            " JOIN submissions ON number = started.submission"
            f" WHERE {where} ORDER BY {order}"
        )
        with self._database.reading() as connection:
            return links_of(connection.execute(sql, values))

    def _end(self, entry: Entry, state: State, words: str, *, stands: bool) -> None:
        with self._database.writing() as connection:
            _end(connection, entry, state, words, stands=stands)


def _known(service: str, parent: str) -> str:
    return _KNOWN_ANYWHERE if parent or not service else _KNOWN


def _payload(payload: Payload | Mapping[str, Any]) -> Payload:
    return payload if isinstance(payload, Payload) else Payload(payload)


def _insert(
    connection: sqlite3.Connection,
    entry: Entry,
    payload: str,
    where: str = "TRUE",
    values: tuple[object, ...] = (),
) -> Entry:
    """Return what was written, with its number; 0 where the condition forbade it."""
    columns = row_of(entry, payload)
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    sql = f"INSERT INTO submissions ({names}) SELECT {places} WHERE {where}"
    row = connection.execute(sql, (*columns.values(), *values))
    return replace(entry, number=row.lastrowid or 0) if row.rowcount else entry


def _end(
    connection: sqlite3.Connection, entry: Entry, state: State, words: str, *, stands: bool
) -> None:
    connection.execute(
        "UPDATE submissions SET state = ?, stands = ?, words = ? WHERE number = ?",
        (state, stands, words, entry.number),
    )


def _accept(connection: sqlite3.Connection, entry: Entry, submission: Submission) -> None:
    connection.execute(
        "UPDATE submissions SET state = ?, stands = ?, submission = ? WHERE number = ?",
        (State.ACCEPTED, submission.stands, written(submission), entry.number),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO started (task, submission) VALUES (?, ?)",
        # trueai answers a bookmark with the task itself.
        [(task_id, entry.number) for task_id in submission.task_ids if task_id != entry.parent],
    )


def _opened(connection: sqlite3.Connection, answer: Entry, task_id: str) -> list[Entry]:
    where = (
        "service = ? AND parent = ? AND button = ? AND state = ?"
        " AND number IN (SELECT submission FROM started WHERE task = ?)"
    )
    key = (answer.service, answer.parent, answer.button, State.ACCEPTED, task_id)
    return _entries(connection, where, key)


def _only(connection: sqlite3.Connection, number: str, values: tuple[object, ...]) -> Entry:
    (entry,) = _entries(connection, f"number = ({number})", values)
    return entry


def _latest(connection: sqlite3.Connection, where: str, values: tuple[object, ...]) -> Entry | None:
    return next(iter(_entries(connection, where, values, 1)), None)


def _entries(
    connection: sqlite3.Connection, where: str, values: tuple[object, ...], limit: int = -1
) -> list[Entry]:
    sql = f"SELECT * FROM submissions WHERE {where} ORDER BY number DESC LIMIT ?"  # noqa: S608
    return [entry_of(row) for row in connection.execute(sql, (*values, limit))]
