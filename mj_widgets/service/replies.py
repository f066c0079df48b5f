"""What an HTTP answer of the family means: a task, a submission, or the right error.

The order is that of what can be trusted most: the HTTP status, an empty body, a web page, an
``error`` field, ``success: false``, a status that is a refusal's, a submit envelope where a task
was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mj_widgets.errors import ITS_ADDRESS, BadReply, MjError
from mj_widgets.models import Submission, Task, submit_envelope
from mj_widgets.models.envelope import holds_no_task, is_refusal
from mj_widgets.service.refusals import (
    refusal,
    refusal_by_status,
    says_no_such_path,
    says_not_found,
    unknown,
)
from mj_widgets.service.reply import Reply, code_of, message_of

# It goes into a prompt: no braces there, of which a server may make several jobs.
_ADDRESS = re.compile(r"https?://[^\s{}<>\"\\^`|]{1,4000}", re.IGNORECASE)
_MOST_LISTED = 1000  # a hundred are asked for; some list all there are
ACCEPTED_CODES = (0, 1, 21, 22, 200)
REFUSED_CODES = frozenset({-1, 3, 4, 5, 9, 23, 24, 30, *range(400, 600)})


def read_task(reply: Reply, task_id: str) -> Task:
    """Return the task that was asked for.

    Raises:
        MjError: the right one below it.
    """
    what = f"Task {task_id}"
    if reply.status < 300 and reply.is_empty and not reply.packed:
        raise unknown(what)
    data = read_json(reply, what)
    if holds_no_task(data):
        raise unknown(what, status=reply.status)
    if isinstance(data, list) and len(data) != 1:
        raise BadReply("The service answered with a list instead of one task", status=reply.status)
    if isinstance(data, Mapping) and "code" in data and "status" not in data:
        inside = data.get("data") or data.get("result")
        if not isinstance(inside, (Mapping, list)) or not inside:
            raise refusal(reply, code_of(data), message_of(data), what)
    task = Task.parse(data)
    return task if task.id else task.model_copy(update={"id": task_id})


def read_tasks(reply: Reply) -> list[Task]:
    """Return the tasks in an answer of ``list-by-condition``; what is no task is left out."""
    tasks = []
    for item in _listed(reply)[:_MOST_LISTED]:
        try:
            tasks.append(Task.parse(item))
        except BadReply:
            continue
    return tasks


def read_echoes(reply: Reply) -> dict[str, list[Any]]:
    """Return what stands in an answer of ``task/list``, by the ``state`` that it was sent with.

    Some servers list all there are: each is left as it is until it is looked for. What was sent
    with none, or does not repeat it, is under "".
    """
    by_echo: dict[str, list[Any]] = {}
    for item in _listed(reply):
        echo = item.get("state") if isinstance(item, Mapping) else None
        by_echo.setdefault(echo if isinstance(echo, str) else "", []).append(item)
    return by_echo


def _listed(reply: Reply) -> list[Any]:
    what = "The list of tasks"
    data = read_json(reply, what)
    listed = data.get("data", data.get("result")) if isinstance(data, Mapping) else data
    if isinstance(data, Mapping) and "code" in data and not isinstance(listed, list):
        raise refusal(reply, code_of(data), message_of(data), what)
    if not isinstance(listed, list):
        raise BadReply("The service does not list tasks", status=reply.status)
    return listed


def read_submission(reply: Reply) -> Submission:
    """Return what the service answered to a submission that it took.

    Raises:
        MjError: the right one below it. Nothing was submitted, unless it is a BadReply to a
            status below 300, or ``ServiceUnavailable.maybe_sent``.
    """
    _require_endpoint(reply)
    what = "The submission"
    data = read_json(reply, what)
    unclear = "The service's answer to the submission is unknown"
    if not isinstance(data, Mapping):
        raise BadReply(unclear, status=reply.status, words=reply.text)
    data = submit_envelope(data)
    submission = Submission.parse(data)
    refused = data.get("success") is False
    if data.get("code") is None and not submission.task_ids and not refused:
        raise BadReply(unclear, status=reply.status, words=message_of(data))
    # A code that nobody has documented, with a task: it was taken, and is paid for.
    is_taken = submission.code in ACCEPTED_CODES or bool(submission.task_ids)
    if refused or submission.code in REFUSED_CODES or not is_taken:
        raise refusal(reply, submission.code, submission.description, what)
    return submission


def read_upload(reply: Reply) -> list[str]:
    """Return where a service has put up pictures, in their order; "" for one that it has not.

    ``{"code": 1, "result": ["https://...", ...]}``.

    Raises:
        MjError: it has put up none; or see ``read_submission`` for what the answer leaves open.
    """
    _require_endpoint(reply)
    what = "The upload"
    data = read_json(reply, what)
    inside = submit_envelope(data) if isinstance(data, Mapping) else {"result": data}
    listed = inside.get("result", inside.get("data"))
    links = [listed] if isinstance(listed, str) else listed
    if not isinstance(links, list) or inside.get("code", 1) not in ACCEPTED_CODES:
        raise refusal(reply, code_of(inside), message_of(inside), what)
    return [link if _is_address(link) else "" for link in links]


def read_cancel(reply: Reply) -> None:
    """Take in that a task was cancelled: trueai's servers say so with 200 and nothing.

    Raises:
        MjError: it was not; or see ``read_submission`` for what the answer leaves open.
    """
    if reply.status >= 300 or reply.packed or not reply.is_empty:
        read_submission(reply)


def read_seed(reply: Reply) -> str:
    """Return the seed in an answer of ``image-seed``: ``{"code": 1, "result": "636646138"}``.

    Raises:
        MjError: the service does not tell it.
    """
    if says_no_such_path(reply) and reply.status == 404:  # this one alone may be missing
        raise MjError("This service does not tell seeds", status=404, words=reply.words)
    data = read_json(reply, "The seed")
    seed = str(data.get("result") or "") if isinstance(data, Mapping) else ""
    if not isinstance(data, Mapping) or code_of(data) not in ACCEPTED_CODES or not seed.isdigit():
        words = message_of(data) or reply.words
        raise MjError("The service does not tell the seed", status=reply.status, words=words)
    return seed


def _require_endpoint(reply: Reply) -> None:
    """Raise MjError where a service does not have what was submitted to."""
    if reply.status != 404 or reply.is_page or says_not_found(reply):
        return
    raise MjError(
        "This service does not offer that",
        status=404,
        words=reply.words,
        advice=f"If nothing else works either, check {ITS_ADDRESS}.",
        not_offered=reply.is_empty or says_no_such_path(reply),
    )


def _is_address(link: object) -> bool:
    return isinstance(link, str) and link.isprintable() and bool(_ADDRESS.fullmatch(link))


def read_json(reply: Reply, what: str) -> Any:
    """Return what an answer says, where it is no refusal.

    Raises:
        MjError: it is one, or no JSON.
    """
    error = refusal_by_status(reply, what)
    if error is not None:
        raise error
    if reply.is_empty and not reply.packed:
        raise BadReply("The service's answer is empty", status=reply.status)
    data = reply.json()
    if isinstance(data, Mapping):
        has_error = data.get("error") and not isinstance(data.get("status"), str)
        fails = data.get("success") is False and not isinstance(data.get("data"), Mapping)
        if has_error or fails or is_refusal(data):
            raise refusal(reply, code_of(data), message_of(data), what)
    return data
