"""What an answer is wrapped in: the task or the submission inside, whoever packed it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mj_widgets.errors import BadReply

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
