"""Where a task stands: the service's word for it, and ours for people."""

from __future__ import annotations

from enum import StrEnum

from mj_widgets.errors import one_line
from mj_widgets.models.values import text_of

_LONGEST_WORD = 60


class Status(StrEnum):
    """Where a task stands. A service may also send a word of its own: then it stays a plain str."""

    NOT_START = "NOT_START"
    SUBMITTED = "SUBMITTED"
    MODAL = "MODAL"
    """The service waits for a prompt or a mask."""
    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCEL = "CANCEL"

    @property
    def is_final(self) -> bool:
        """True when nothing will change any more."""
        return self in (Status.SUCCESS, Status.FAILURE, Status.CANCEL)

    @property
    def is_waiting(self) -> bool:
        """True while it is accepted and nothing works on it; MODAL waits for a person instead."""
        return self in (Status.NOT_START, Status.SUBMITTED)


_IN_WORDS: dict[str, str] = {
    "": "accepted",
    Status.NOT_START: "waiting in the queue",
    Status.SUBMITTED: "submitted",
    Status.MODAL: "waiting for input in a window",
    Status.IN_PROGRESS: "in progress",
    Status.SUCCESS: "done",
    Status.FAILURE: "failed",
    Status.CANCEL: "cancelled",
}


def status_words(status: str) -> str:
    """Return a status for people; a word of the service's own is passed on.

    >>> status_words("IN_PROGRESS"), status_words("WAITING_FOR_GPU")
    ('in progress', 'waiting for gpu')
    """
    return _IN_WORDS.get(status) or one_line(status.lower().replace("_", " "), _LONGEST_WORD)


_OTHER_WORDS = {
    "COMPLETED": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "CANCELLED": Status.CANCEL,
    "CANCELED": Status.CANCEL,
    "PROCESSING": Status.IN_PROGRESS,
    "RUNNING": Status.IN_PROGRESS,
    "QUEUED": Status.NOT_START,
    "PENDING": Status.NOT_START,
}


def status_of(value: object) -> Status | str:
    """Return the status that a service means, or the word of its own that it sent."""
    text = text_of(value).strip()
    word = text.upper()
    if word in Status.__members__:
        return Status(word)
    return _OTHER_WORDS.get(word) or one_line(text, _LONGEST_WORD)


def is_final(status: str) -> bool:
    """Tell whether nothing will change any more, of any word that a service may send.

    >>> is_final("FAILURE"), is_final("failed"), is_final("WAITING_FOR_GPU")
    (True, True, False)
    """
    meant = status_of(status)
    return isinstance(meant, Status) and meant.is_final


def is_waiting(status: str) -> bool:
    """Tell whether a task waits for its turn, of any word; "" is that of one just accepted.

    >>> is_waiting(""), is_waiting("queued"), is_waiting("MODAL")
    (True, True, False)
    """
    meant = status_of(status)
    return meant.is_waiting if isinstance(meant, Status) else not meant
