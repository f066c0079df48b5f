"""Where a task stands: the service's word for it, and ours for people."""

from __future__ import annotations

import re
from enum import StrEnum

from mj_widgets.errors import one_line
from mj_widgets.models.values import text_of


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


# Without blanks, hyphens and underscores, in capitals: the one place that knows all words.
_BY_WORD = {
    word: status
    for status, words in {
        Status.NOT_START: "NOTSTART NOTSTARTED QUEUED QUEUEING QUEUING INQUEUE PENDING WAITING",
        Status.SUBMITTED: "SUBMITTED",
        Status.MODAL: "MODAL",
        Status.IN_PROGRESS: "INPROGRESS PROCESSING RUNNING STARTED GENERATING",
        Status.SUCCESS: "SUCCESS SUCCEEDED SUCCEED SUCCESSFUL COMPLETED COMPLETE DONE"
        " FINISHED FINISH",
        Status.FAILURE: "FAILURE FAILED FAIL ERROR ERRORED TIMEOUT TIMEDOUT EXPIRED REJECTED",
        Status.CANCEL: "CANCEL CANCELLED CANCELED ABORTED",
    }.items()
    for word in words.split()
}
_BETWEEN_WORDS = re.compile(r"[\s_-]+")
_LONGEST_WORD = 60
_PLAIN_FAILURES = ("FAILURE", "FAILED", "FAIL", "ERROR", "ERRORED")


def status_of(value: object) -> Status | str:
    """Return the status that a service means, or the word of its own that it sent.

    >>> status_of("in-progress"), status_of("Timed out"), status_of("PAINTING")
    (<Status.IN_PROGRESS: 'IN_PROGRESS'>, <Status.FAILURE: 'FAILURE'>, 'PAINTING')
    """
    if type(value) is Status:
        return value
    text = text_of(value).strip()
    word = _BETWEEN_WORDS.sub("", text) if len(text) <= _LONGEST_WORD else ""
    return _BY_WORD.get(word.upper()) or one_line(text, _LONGEST_WORD)


def own_word(value: object) -> str:
    """Return a service's own word for a failure where it tells more than that, else "".

    >>> own_word("EXPIRED"), own_word("FAILED")
    ('expired', '')
    """
    word = text_of(value).strip()
    meant = status_of(word)
    is_plain = _BETWEEN_WORDS.sub("", word).upper() in _PLAIN_FAILURES
    return status_words(word) if meant is Status.FAILURE and not is_plain else ""


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
