"""A submission as the journal knows it, and how it stands in the tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from mj_widgets.errors import LibraryError
from mj_widgets.models import Submission
from mj_widgets.models.ids import id_of
from mj_widgets.pictures.disk import digest

LONGEST_TEXT = 2000
"""Longer ones in a payload, such as pictures, are kept as their SHA-256 alone."""


class State(StrEnum):
    """What is known about a submission."""

    SENDING = "SENDING"
    """It was about to be sent; from a process that is gone: it may have arrived."""
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    """Nothing was submitted."""
    UNCLEAR = "UNCLEAR"
    """It may have arrived: its answer was lost."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission as it stood in the journal when it was read."""

    number: int
    """Later ones have higher numbers."""
    service: str
    path: str
    digest: str
    """Of the payload, whatever the order of its keys."""
    payload: dict[str, Any]
    """As it was sent, but texts of over 2,000 characters are ``sha256:`` and their hash."""
    parent: str
    """The task whose button was pressed, or ""."""
    button: str
    sent_at: datetime
    """In UTC."""
    state: State
    submission: Submission | None
    """The answer where it was accepted."""
    words: str
    """Why it was refused or is unclear, or ""."""
    echo: str = ""
    """What is sent with it and no other one has, for the service to repeat: 22 letters that say
    nothing. "" for what an earlier release has written down."""
    is_new: bool = False
    """True when ``begin`` has just written it and it is to be sent now."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is the same of one submission in every journal."""
        return self.service, self.path, self.digest, self.sent_at.isoformat()

    def is_refusal_of(self, earlier: Entry) -> bool:
        """Tell whether it is the same submission as *earlier*, and was refused since."""
        return self.state is State.REFUSED and self.key == earlier.key


class Payload:
    """What a submission says: the digest it is known by, and the text that is kept of it.

    A blend may be 27 MB long: each is made once, when it is first asked for.

    Args:
        content: what is sent; the same, whatever the order of its keys.

    Both raise ``LibraryError`` where it is no JSON.

    >>> Payload({"a": 1, "b": 2}).digest == Payload({"b": 2, "a": 1}).digest
    True
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the whole, in hexadecimal."""
        return digest(_canonical(self._content).encode())

    @cached_property
    def text(self) -> str:
        """As JSON, with the hashes of long texts in their place."""
        return _canonical(_shortened(self._content))


def row_of(entry: Entry, payload: str) -> dict[str, object]:
    """Return the columns of a submission that is written down.

    Args:
        entry: the submission.
        payload: the text that is kept of it.
    """
    return {
        "service": entry.service,
        "path": entry.path,
        "digest": entry.digest,
        "payload": payload,
        "parent": entry.parent,
        "button": entry.button,
        "sent_at": entry.sent_at.isoformat(),
        "state": entry.state,
        "words": entry.words,
        "echo": entry.echo,
    }


def entry_of(row: sqlite3.Row) -> Entry:
    """Return a submission as it stands in its row.

    Raises:
        LibraryError: the row was harmed.
    """
    try:
        return _read_entry(row)
    except ValueError as error:
        what = f"The submission {row['number']} in the library cannot be read"
        raise LibraryError(what, words=str(error)) from None


def written(submission: Submission) -> str:
    """Return an answer as it is written down."""
    # Not pydantic's own JSON, which refuses half a character in what a service sent.
    return json.dumps(submission.model_dump(exclude={"known_since"}), default=str)


def _read_entry(row: sqlite3.Row) -> Entry:
    state, submission = State(row["state"]), _answer(row["submission"])
    is_lost = submission is None or (row["stands"] and not submission.stands)
    if state is State.ACCEPTED and is_lost:  # harmed: it is not known what came of it
        state = State.UNCLEAR
    return Entry(
        number=row["number"],
        service=row["service"],
        path=row["path"],
        digest=row["digest"],
        payload=json.loads(row["payload"]),
        parent=id_of(row["parent"]),
        button=row["button"],
        sent_at=datetime.fromisoformat(row["sent_at"]),
        state=state,
        submission=submission,
        words=row["words"],
        echo=row["echo"],
    )


def _answer(text: str | None) -> Submission | None:
    try:
        return None if text is None else Submission.model_validate(json.loads(text))
    except ValueError:
        return None


def _canonical(payload: Mapping[str, Any]) -> str:
    try:
        return json.dumps(payload, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise LibraryError("The submission is no JSON", words=str(error), advice="") from None


def _shortened(value: Any) -> Any:
    """Return *value* with the hashes of long texts in their place."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"sha256:{digest(value.encode('utf-8', 'surrogatepass'))}"
    if isinstance(value, Mapping):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shortened(item) for item in value]
    return value
