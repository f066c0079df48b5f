"""What an answer is wrapped in: the task or the submission inside, whoever packed it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mj_widgets.errors import BadReply
from mj_widgets.models.status import Status, is_waiting, status_of
from mj_widgets.models.values import number_of, text_of

_WRAPPERS = ("data", "result", "task")
_TASK_FIELDS = (
    "id",
    "status",
    "action",
    "progress",
    "imageUrl",
    "image_url",
    "buttons",
    "submitTime",
)
_OTHER_FIELDS = (
    "task_id",
    "taskId",
    "mj_id",
    "prompt",
    "imageUrls",
    "image_urls",
    "videoUrl",
    "video_url",
    "finishTime",
    "failReason",
)
_MESSAGES = ("message", "msg", "error")
_DONE_CODES = (0, 1, 200)
_DONE_WORDS = ("success", "succeeded", "ok")


def task_in(reply: object) -> dict[str, Any]:
    """Return the mapping that is the task, out of JSON text, lists and ``data`` wrappers.

    >>> task_in('{"code": 1, "data": [{"id": "17", "status": "SUCCESS"}]}')
    {'id': '17', 'status': 'SUCCESS'}

    Raises:
        BadReply: there is none.
    """
    reply = _decode(reply)
    for _ in range(4):
        if isinstance(reply, list) and len(reply) == 1:
            reply = reply[0]
        if not isinstance(reply, Mapping):
            break
        if any(field in reply for field in _TASK_FIELDS) and not _wraps_task(reply):
            return dict(reply)
        inner = next((reply[k] for k in _WRAPPERS if isinstance(reply.get(k), (dict, list))), None)
        if inner is None:
            break
        reply = inner
    raise BadReply("There is no task in the answer")


def submit_envelope(reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a submission with what is in its ``data`` on top."""
    inner = reply.get("data")
    return {**reply, **inner} if isinstance(inner, Mapping) else dict(reply)


def is_refusal(reply: Mapping[str, Any]) -> bool:
    """Tell an answer that only refuses from a task: a status and a message, no field of a task.

    Seen at web front ends of the family (Dooy/chatgpt-web-midjourney-proxy, middleware/auth.ts).

    >>> is_refusal({"status": "Unauthorized", "message": "who are you?", "data": None})
    True
    >>> is_refusal({"status": "IN_PROGRESS", "message": "wait", "progress": "3%"})
    False
    """
    status = reply.get("status")
    if not any(text_of(reply.get(name)).strip() for name in _MESSAGES) or _has_task(reply):
        return False
    if isinstance(status, bool) or not isinstance(status, str):
        number = number_of(status)
        return status is False or (number is not None and number >= 400)  # as HTTP has it
    meant = status_of(status)
    goes_on = is_waiting(status) or meant in (Status.IN_PROGRESS, Status.MODAL)
    return not goes_on and not says_done(reply)


def says_done(reply: Mapping[str, Any]) -> bool:
    """Tell whether an envelope says that all went well.

    >>> says_done({"code": 1, "message": "ok"}), says_done({"code": 4}), says_done({"data": None})
    (True, False, True)
    """
    code, word = reply.get("code"), reply.get("status")
    if code is not None:
        return number_of(code) in _DONE_CODES or text_of(code).lower() in _DONE_WORDS
    if word is not None:
        return text_of(word).lower() in _DONE_WORDS and len(reply) > 1
    return reply.get("success") is True or any(name in reply for name in _WRAPPERS)


def holds_no_task(reply: object) -> bool:
    """Tell whether an answer says that all is well, and has nothing in it.

    >>> holds_no_task({"code": 1, "message": "ok", "data": []}), holds_no_task([])
    (True, True)
    """
    if isinstance(reply, Mapping) and reply:
        return says_done(reply) and not _has_task(reply)
    return not reply


def _has_task(reply: Mapping[str, Any]) -> bool:
    """Tell whether there is anything of a task beside its status, here or in what is wrapped."""
    fields = (*(name for name in _TASK_FIELDS if name != "status"), *_OTHER_FIELDS)
    inner = (reply.get(name) for name in _WRAPPERS)
    return any(reply.get(name) for name in fields) or not all(map(_is_blank, inner))


def _is_blank(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(not inside or inside == [] for inside in value.values())
    return not any(value) if isinstance(value, list) else value is None or value == ""


def _decode(reply: object) -> object:
    if not isinstance(reply, (str, bytes, bytearray)):
        return reply
    try:
        return json.loads(reply)
    except (ValueError, RecursionError):
        raise BadReply("The answer is not JSON") from None


def _wraps_task(reply: Mapping[str, Any]) -> bool:
    """Tell ``{"status": "success", "data": {"status": ...}}`` from a task."""
    inner = reply.get("data")
    inner = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
    return isinstance(inner, Mapping) and any(field in inner for field in _TASK_FIELDS)
