"""What an HTTP answer of the family means: its JSON, or the right error.

The order is that of what can be trusted most: the HTTP status, an empty body, a web page, an
``error`` field, ``success: false``, a submit envelope where a task was asked for.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from mj_widgets.errors import (
    BadReply,
    Forbidden,
    MjError,
    PromptRejected,
    QueueFull,
    QuotaExceeded,
    RateLimited,
    ServiceUnavailable,
    TaskNotFound,
    Unauthorized,
)
from mj_widgets.models import Submission, Task, submit_envelope

# The service's words decide where one code or status stands for many things (new-api's code 4).
_NOT_FOUND = re.compile(
    r"task_no_?t?_found|任务不存在|不存在或已失效|task[ _]not[ _](found|exist)", re.IGNORECASE
)
_QUOTA = re.compile(r"quota|insufficient|余额|额度|今日绘图次数|credits? exhausted", re.IGNORECASE)
_QUEUE_FULL = re.compile(r"队列已满|队列数已达上限|并发数已达上限|queue is full", re.IGNORECASE)
_REJECTED = re.compile(r"敏感词|banned|content policy|sensitive word", re.IGNORECASE)
_UNKNOWN_ACTION = re.compile(r"unknown_action|未知的 ?Action", re.IGNORECASE)
_NO_ACCOUNT = re.compile(
    r"无可用的账号|无可用渠道|实例不可用|model_not_found|no available channel", re.IGNORECASE
)
_SATURATED = re.compile(r"负载已饱和|saturated|too many requests", re.IGNORECASE)

_LONGEST_TEXT = 20_000
_MOST_LISTED = 1000  # a hundred are asked for; some list all there are
ACCEPTED_CODES = (0, 1, 21, 22, 200)
REFUSED_CODES = frozenset({-1, 3, 4, 5, 9, 23, 24, 30, *range(400, 600)})


@dataclass(frozen=True)
class Reply:
    """One HTTP answer, read to its end (or as far as its words are of use)."""

    status: int
    body: bytes
    content_type: str = ""
    retry_after: str = ""

    @property
    def is_page(self) -> bool:
        """True for a web page where JSON was expected; some send JSON under the name of HTML."""
        first = self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        return first == b"<" or ("html" in self.content_type and first not in (b"{", b"["))

    @property
    def text(self) -> str:
        """The beginning of the body as text, whatever its bytes."""
        return self.body[:_LONGEST_TEXT].decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the decoded body.

        Raises:
            BadReply: it is a web page, or no whole JSON.
        """
        if self.is_page:
            raise BadReply(
                "The service answered with a web page",
                status=self.status,
                words=_page_title(self.text),
                may_pass=True,
            )
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise BadReply(
                "The service's answer is not whole JSON",
                status=self.status,
                words=self.text,
                may_pass=True,
                advice="If it stays so, check base_url.",
            ) from None

    @property
    def words(self) -> str:
        """What the service says in it, for people: a message, a page's title, or plain text."""
        if self.is_page:
            return _page_title(self.text)
        try:
            return _message(json.loads(self.body)) if self.body.strip() else ""
        except (ValueError, RecursionError):
            return self.text

    @property
    def seconds_to_wait(self) -> float | None:
        """What ``Retry-After`` asks for: it holds a number, or a date."""
        return _seconds(self.retry_after)

    @property
    def code(self) -> int | None:
        """The number by which services of the family say what they make of a request, or None."""
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return _code(data) if isinstance(data, Mapping) else None


def read_task(reply: Reply, task_id: str) -> Task:
    """Return the task that was asked for.

    Raises:
        MjError: the right one below it.
    """
    if reply.status == 204 or (reply.status == 200 and not reply.body.strip()):
        raise TaskNotFound(f"The service does not know task {task_id}")
    data = _sound_json(reply, f"Task {task_id}")
    if isinstance(data, list) and len(data) != 1:
        raise BadReply("The service answered with a list instead of one task", status=reply.status)
    if isinstance(data, Mapping) and "code" in data and "status" not in data:
        inside = data.get("data") or data.get("result")
        if not isinstance(inside, (Mapping, list)) or not inside:
            raise _refusal(reply, _code(data), _message(data), f"task {task_id}")
    task = Task.parse(data)
    return task if task.id else task.model_copy(update={"id": task_id})


def read_tasks(reply: Reply) -> list[Task]:
    """Return the tasks in an answer of ``list-by-condition``; what is no task is left out."""
    data = _sound_json(reply, "The list of tasks")
    listed = data.get("data", data.get("result")) if isinstance(data, Mapping) else data
    if isinstance(data, Mapping) and "code" in data and not isinstance(listed, list):
        raise _refusal(reply, _code(data), _message(data), "the list of tasks")
    if not isinstance(listed, list):
        raise BadReply("The service does not list tasks", status=reply.status)
    tasks = []
    for item in listed[:_MOST_LISTED]:
        try:
            tasks.append(Task.parse(item))
        except BadReply:
            continue
    return tasks


def read_submission(reply: Reply) -> Submission:
    """Return what the service answered to a submission that it took.

    Raises:
        MjError: the right one below it. Nothing was submitted, unless it is a BadReply to a
            status below 300, or ``ServiceUnavailable.maybe_sent``.
    """
    if reply.status == 404 and not reply.is_page and not _says_not_found(reply):
        raise MjError("This service does not offer that", status=404, words=reply.words)
    data = _sound_json(reply, "The submission")
    unknown = "The service's answer to the submission is unknown"
    if not isinstance(data, Mapping):
        raise BadReply(unknown, status=reply.status, words=reply.text)
    data = submit_envelope(data)
    submission = Submission.parse(data)
    refused = data.get("success") is False
    if data.get("code") is None and not submission.task_ids and not refused:
        raise BadReply(unknown, status=reply.status, words=_message(data))
    # A code that nobody has documented, with a task: it was taken, and is paid for.
    is_taken = submission.code in ACCEPTED_CODES or bool(submission.task_ids)
    if refused or submission.code in REFUSED_CODES or not is_taken:
        raise _refusal(reply, submission.code, submission.description, "the submission")
    return submission


def read_seed(reply: Reply) -> str:
    """Return the seed in an answer of ``image-seed``: ``{"code": 1, "result": "636646138"}``.

    Raises:
        MjError: the service does not tell it.
    """
    data = _sound_json(reply, "The seed")
    seed = str(data.get("result") or "") if isinstance(data, Mapping) else ""
    if not isinstance(data, Mapping) or _code(data) not in ACCEPTED_CODES or not seed.isdigit():
        words = _message(data) or reply.words
        raise MjError("The service does not tell the seed", status=reply.status, words=words)
    return seed


def check(reply: Reply, what: str) -> None:
    """Raise the right error when the HTTP status says that the request failed."""
    status = reply.status
    if status < 300:
        return
    words = reply.words
    if status == 401 and not _QUOTA.search(words):
        raise Unauthorized("The service does not accept the token", status=status, words=words)
    if status == 403 and not _QUOTA.search(words):
        raise Forbidden("The service refuses this token", status=status, words=words)
    if status == 404 and not reply.is_page:
        raise TaskNotFound(f"{what} is not known to the service", status=status, words=words)
    if status == 429 or (status < 500 and _SATURATED.search(words)):
        seconds = reply.seconds_to_wait
        raise RateLimited("Too many requests", status=status, words=words, retry_after=seconds)
    if status >= 500 or status in (408, 425):
        raise ServiceUnavailable(
            "The service cannot answer now",
            status=status,
            words=words,
            retry_after=reply.seconds_to_wait,
            maybe_sent=not _NO_ACCOUNT.search(f"{words} {reply.text}"),
        )
    if status < 400:
        raise BadReply("The service sends us to another address", status=status)
    if reply.is_page:
        raise BadReply("The service answered with a web page", status=status, words=words)
    raise _refusal(reply, reply.code, words, what)


def _sound_json(reply: Reply, what: str) -> Any:
    check(reply, what)
    if not reply.body.strip():
        raise BadReply("The service's answer is empty", status=reply.status)
    data = reply.json()
    if isinstance(data, Mapping):
        if data.get("error") and not isinstance(data.get("status"), str):
            raise _refusal(reply, _code(data), _message(data), what)
        if data.get("success") is False and not isinstance(data.get("data"), Mapping):
            raise _refusal(reply, _code(data), _message(data), what)
    return data


def _refusal(reply: Reply, code: int | None, words: str, what: str) -> MjError:
    """Return the error that an envelope with *code* and *words* stands for."""
    status, seconds = reply.status, reply.seconds_to_wait
    said: dict[str, Any] = {"status": status, "words": words, "retry_after": seconds}
    if _NO_ACCOUNT.search(words):
        return ServiceUnavailable("The service has no free account for this", **said)
    if _NOT_FOUND.search(words) or code == 3:
        asked = f"{what[0].lower()}{what[1:]}"
        known = asked if asked.startswith("task ") else "this task"
        return TaskNotFound(f"The service does not know {known}", **said)
    if code == 24 or _REJECTED.search(words):
        return PromptRejected("The prompt is rejected", **said)
    if code == 23 or _QUEUE_FULL.search(words):
        return QueueFull("The service's queue is full", **said)
    if _QUOTA.search(words):
        return QuotaExceeded("The account's quota is used up", **said)
    if code == 30 or _SATURATED.search(words):
        return RateLimited("The service is overloaded", **said)
    if code == 401:
        return Unauthorized("The service does not accept the token", **said)
    if code == 5:
        return ServiceUnavailable("The service had a fault of its own", maybe_sent=True, **said)
    if _UNKNOWN_ACTION.search(words):
        return MjError("This service does not offer that button", **said)
    return MjError(f"The service refuses {what[0].lower()}{what[1:]}", **said)


def _message(data: object) -> str:
    """Return the sentence for people in an answer's JSON."""
    if isinstance(data, str):
        return data[:_LONGEST_TEXT]
    if not isinstance(data, Mapping):
        return ""
    error = data.get("error")
    if isinstance(error, Mapping):
        return _message(error)
    for text in (error, *(data.get(k) for k in ("description", "message", "msg", "failReason"))):
        if isinstance(text, str) and text.strip():
            return text[:_LONGEST_TEXT]
    return ""


def _code(data: Mapping[str, Any]) -> int | None:
    code = data.get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _says_not_found(reply: Reply) -> bool:
    return reply.code == 3 or bool(_NOT_FOUND.search(reply.words))


def _page_title(page: str) -> str:
    match = re.search(r"<title[^>]*>(.*?)</title>", page, re.IGNORECASE | re.DOTALL)
    return html.unescape(match.group(1)) if match else ""


def _seconds(retry_after: str) -> float | None:
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    left = date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)
    return max(0.0, left.total_seconds())
