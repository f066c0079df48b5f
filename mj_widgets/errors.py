"""What can go wrong, in words that say what to do.

MjError
 ├ Unauthorized        no token, or one that the service does not accept
 ├ Forbidden           the token may not do this
 ├ TaskNotFound        the service does not know the task (any more)
 ├ RateLimited         too many requests; carries ``retry_after`` seconds
 ├ QueueFull           the service takes no more work just now
 ├ QuotaExceeded       the account has nothing left to spend
 ├ PromptRejected      a banned word, or a prompt that Midjourney refuses
 ├ ServiceUnavailable  no answer, or an answer of 5xx
 ├ BadReply            an answer that is not of this API (a web page, half a JSON)
 ├ TaskFailed          the task ended without a result; carries ``task`` (in models.task)
 ├ StillRunning        waiting is over, the task is not; a TimeoutError too
 ├ ImageError          a picture that cannot be had or is none
 ├ LibraryError        what is kept on disk cannot be read or written
 └ Offline             a request while none may leave this machine

``Interrupted`` is a KeyboardInterrupt: only the waiting has ended.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, TypeVar

LONGEST_QUOTE = 240
_LONG_LINK = re.compile(
    r"(data:[\w.+-]{1,40}/[\w.+-]{1,40})[^\s,]{0,80},[^\s\"'”)]+|(https?://[^\s\"'”)]{80})[^\s\"'”)]+",
    re.IGNORECASE,
)
LONGEST_LINE = 600
"""Characters of a whole message."""
# Controls, marks of direction, halves of a character, and what each font makes something else of.
_UNSEEN = ("Cc", "Cf", "Cs", "Co")
_MOST_BLANKS = 20
"""How many characters are read for each one that is shown."""


def one_line(text: str, limit: int = LONGEST_QUOTE) -> str:
    """Return *text* on one line, without control and direction marks, cut at *limit* characters.

    >>> one_line("Bad\\n gateway")
    'Bad gateway'
    """
    start = text[: limit * _MOST_BLANKS]  # a service may say megabytes
    line = re.sub(r"\s+", " ", "".join(map(_seen, start))).strip()
    is_whole = len(line) <= limit and len(start) == len(text)
    return line if is_whole else line[: limit - 1].rstrip() + "…"


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cn":  # a character to nobody, or of a later Unicode than Python's
        return "\ufffd"
    return " " if category in _UNSEEN else character


def links_cut(text: str) -> str:
    """Return *text* with its long links cut, those above all that are a picture themselves.

    >>> links_cut("cannot read data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAIA now")
    'cannot read data:image/png… now'
    """
    # By a function: for a template the interpreter would import, even when it ends.
    start = text[: LONGEST_QUOTE * 100]  # a service may say megabytes
    cut = _LONG_LINK.sub(lambda link: f"{link[1] or link[2]}…", start)
    return cut if len(start) == len(text) or cut.endswith("…") else f"{cut}…"


ITS_ADDRESS = "its address (MJ_API_URL or base_url)"
"""What is said to be looked at: who has set the variable has never seen the argument."""

_Made = TypeVar("_Made")


def even_unmade(shown: Callable[[_Made], str]) -> Callable[[_Made], str]:
    """Let a ``__repr__`` work for what was refused while it was made: debuggers show that too."""

    @wraps(shown)
    def safely_shown(self: _Made) -> str:
        try:
            return shown(self)
        except AttributeError:
            return f"<{type(self).__name__} that was not made>"

    return safely_shown


class MjError(Exception):
    """Anything that the service or a picture did not do as hoped.

    ``str(error)`` is one line: what happened, the service's own words in quotes, what to do next.
    In IPython it is shown as that line, without a traceback, and still stops Run All.

    Attributes:
        status: the HTTP status, or None where there was none.
        words: the service's own words, or "".
        advice: what the user can do.
        may_pass: True when the same request may well succeed a little later.
        lasting: True when no waiting will mend it: a person has to do something.
        maybe_sent: True when the request may have been worked on all the same; of account for a
            submission only.
        retry_after: seconds that the service asked us to wait, or None.
        not_offered: True where the service has no such endpoint (then ``status`` is 404), or does
            not know that button.
    """

    advice: str = ""
    may_pass: bool = False
    default_advice: ClassVar[str] = ""

    def __init__(
        self,
        what: str,
        *,
        status: int | None = None,
        words: str = "",
        advice: str | None = None,
        may_pass: bool | None = None,
        lasting: bool = False,
        maybe_sent: bool = False,
        retry_after: float | None = None,
        not_offered: bool = False,
    ) -> None:
        self.what = one_line(what, LONGEST_LINE)
        self.status = status
        self.words = one_line(links_cut(words))
        self.advice = type(self).default_advice if advice is None else advice
        self.lasting = lasting
        self.maybe_sent = maybe_sent
        self.retry_after = retry_after
        self.not_offered = not_offered
        if may_pass is not None:
            self.may_pass = may_pass
        super().__init__(self.what)

    @property
    def sentence(self) -> str:
        """What happened and the service's own words, without advice and full stop."""
        http = f"HTTP {self.status}" if self.status and self.status >= 300 else ""
        quote = f"“{self.words}”" if self.words else ""
        said = ": ".join(part for part in (http, quote) if part)
        return f"{self.what} ({said})" if said else self.what

    @even_unmade
    def __str__(self) -> str:
        advice = f" {self.advice}" if self.advice else ""
        return one_line(f"{self.sentence}.{advice}", LONGEST_LINE)

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class Unauthorized(MjError):
    """No token, or one that the service does not accept."""

    default_advice = "mj.login() asks for it; MJ_API_TOKEN is read when Jupyter starts."


class Forbidden(MjError):
    """The token is known, but may not do this."""

    default_advice = "Ask the service's operator what this token may do."


class TaskNotFound(MjError):
    """The service does not know the task: never did, does no longer, or it is another account's."""

    default_advice = "Check the id and that it was made with this service and this token."


class RateLimited(MjError):
    """Too many requests for the moment."""

    may_pass = True
    default_advice = "Wait a little."


class QueueFull(MjError):
    """The service takes no more work just now; nothing was submitted."""

    default_advice = "Nothing was submitted: press again later."


class QuotaExceeded(MjError):
    """The account has nothing left to spend; nothing was submitted."""

    default_advice = "Top up the account at the service."


class PromptRejected(MjError):
    """A banned word, or a prompt that is refused; nothing was submitted."""

    default_advice = "Change the prompt."


class ServiceUnavailable(MjError):
    """The service could not be reached, or answered that it cannot work."""

    may_pass = True
    default_advice = "Try again later."


class BadReply(MjError):
    """An answer that is not of this API: a web page, half a JSON, an unexpected shape."""

    default_advice = f"Check {ITS_ADDRESS}: it should be that of a midjourney-proxy API."


class StillRunning(MjError, TimeoutError):
    """The time to wait is over and the task still runs; it is still followed."""


class Interrupted(KeyboardInterrupt):
    """Someone has stopped waiting; IPython shows it as one line."""

    def __str__(self) -> str:
        return one_line(super().__str__(), LONGEST_LINE)

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class ImageError(MjError):
    """A picture that cannot be downloaded, or that is no picture.

    Attributes:
        expired: True when the link has died and a fresh one may be had by asking for the task.
        task: the task that succeeded, where it is its picture that cannot be had; else None.
    """

    def __init__(self, what: str, *, expired: bool = False, **details: object) -> None:
        super().__init__(what, **details)  # type: ignore[arg-type]
        self.expired = expired
        self.task: Any = None


class LibraryError(MjError):
    """The library cannot be opened, read or written: what is shown is not kept."""

    default_advice = "Choose another folder with mj.configure(library=...), or mend this one."


class Offline(MjError):
    """Something was asked of the service while no request may leave this machine."""

    default_advice = "mj.configure(offline=False) lets requests out again."


def fault_of(error: BaseException) -> MjError:
    """Return what a person is told of an error that nobody foresaw: the fault is ours.

    An ``MjError`` says for itself what went wrong, and stays as it is.

    >>> print(fault_of(KeyError("id")))
    Something is wrong in mj-widgets itself (“KeyError('id')”).
    """
    if isinstance(error, MjError):
        return error
    return MjError("Something is wrong in mj-widgets itself", words=repr(error))
