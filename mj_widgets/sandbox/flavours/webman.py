"""The PHP server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mj_widgets.sandbox.decisions import Answer
from mj_widgets.sandbox.flavours.flavour import BUTTONS, COMMON, Flavour
from mj_widgets.sandbox.tasks import Moment
from mj_widgets.sandbox.views import TaskView


class Webman(Flavour):
    """The PHP server: other words for where a task stands, seconds, and all of it in `data`."""

    name = "webman"
    endpoints = COMMON | BUTTONS
    status_words: ClassVar[Mapping[str, str]] = {
        "NOT_START": "PENDING",
        "SUBMITTED": "STARTED",
        "IN_PROGRESS": "RUNNING",
        "SUCCESS": "FINISHED",
        "FAILURE": "FAILED",
    }

    def unknown_task(self) -> Answer:
        """A 404 that is written into the body alone."""
        return Answer(200, {"code": 404, "msg": "没有这个任务", "data": None})

    def fetched(self, body: dict[str, object]) -> Answer:
        """The task in `data`."""
        return Answer(200, {"code": 0, "msg": "success", "data": body})

    def body(self, view: TaskView) -> dict[str, object]:
        """The task object, with times in seconds."""
        body = super().body(view)
        for name in ("submitTime", "startTime", "finishTime"):
            at = body[name]
            body[name] = at // 1000 if isinstance(at, int) else None
        return body

    def _status(self, moment: Moment) -> str:
        return self.status_words.get(moment.status, moment.status)
