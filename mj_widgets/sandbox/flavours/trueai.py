"""The C# server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mj_widgets.sandbox.decisions import (
    ActionUnknown,
    Answer,
    NoRoom,
    ParentUnfinished,
    ParentUnknown,
)
from mj_widgets.sandbox.flavours.flavour import (
    BUTTONS,
    COMMON,
    FILES,
    STUDIO,
    Credentials,
    Flavour,
    envelope,
    wants_mask,
    wants_zoom,
)
from mj_widgets.sandbox.tasks import Moment, StudioTask
from mj_widgets.sandbox.views import TaskView


class Trueai(Flavour):
    """The C# server: bare tokens, windows, four originals beside a merged sheet, edits."""

    name = "trueai"
    endpoints = (COMMON | BUTTONS | FILES | STUDIO | {"edit", "list"}) - {"change", "simple-change"}
    zoom_id = "MJ::CustomZoom::1::{h}"
    refused_kinds = frozenset(
        {"bookmark", "animate_auto", "animate_manual", "shorten_one", "shorten_details"}
    )
    remix_on_request = True
    film_needs_prompt = True
    balance_needs_key = False
    merges_sheets = True
    pressed_name = "custom_id"
    action_words: ClassVar[Mapping[str, str]] = {
        "INPAINT": "VARIATION",
        "LOW_VARIATION": "VARIATION",
        "HIGH_VARIATION": "VARIATION",
        "CUSTOM_ZOOM": "ZOOM",
    }
    seed_of_unfinished = Answer(400, {"code": 4, "description": "关联任务状态错误"})

    def balance(self, path: str) -> Answer | None:
        """How many pictures its accounts can make."""
        home = {"fastAvailableCount": 240, "relaxAvailableCount": -1, "notify": "", "version": "8"}
        return Answer(200, home) if path == "/mj/home" else None

    def refuse(self, who: Credentials, token: str | None) -> Answer | None:
        """The Authorization header is compared as it is, "Bearer " and all."""
        given = who.authorization or who.secret
        known = given == token if token is not None else not given.startswith("Bearer ")
        if given and known:
            return None
        return Answer(401, text="Authorization header missing.", content_type="text/plain")

    def no_endpoint(self, method: str, path: str) -> Answer:  # noqa: ARG002
        """Nothing but the status."""
        return Answer(404, text="", content_type="text/plain")

    def unknown_task(self) -> Answer:
        """No content."""
        return Answer(204, text="", content_type="application/json")

    def cancelled(self, task: StudioTask) -> Answer:  # noqa: ARG002
        """Nothing but the status."""
        return Answer(200, text="", content_type="text/plain")

    def body(self, view: TaskView) -> dict[str, object]:
        """The task object with its many extras."""
        task, body = view.task, super().body(view)
        done = view.moment.status == "SUCCESS"
        w, h = view.size or (None, None)
        body |= {
            "botType": task.bot_type,
            "mode": task.mode,
            "imageUrls": [{"url": url, "thumbnail": url} for url in view.singles],
            "thumbnailUrl": view.image_url or None,
            "width": w,
            "height": h,
            "contentType": view.content_type or None,
            "isCompleted": view.moment.is_final,
            "parentId": task.parent or None,
            "jobId": task.message_hash if done else None,
            "seed": None,
        }
        if done and view.content_type == "video/mp4":
            films = view.films or view.siblings or (view.image_url,)
            body["videoUrl"] = view.sheet or view.image_url
            body["videoUrls"] = [{"url": url, "thumbnail": None} for url in films]
        if view.films:
            body["imageUrls"] = body["videoUrls"]
        if wants_mask(task):
            body["prompt"] = body["promptEn"] = ""
        return body

    def _action(self, task: StudioTask) -> str:
        if wants_mask(task):
            return "VARIATION"
        return "ZOOM" if wants_zoom(task) else super()._action(task)

    def _status(self, moment: Moment) -> str:
        return "FAILURE" if moment.status == "CANCEL" else moment.status

    def _core(self, view: TaskView) -> dict[str, object]:
        body = super()._core(view)
        if view.moment.status == "CANCEL":
            body["failReason"] = "取消任务"
        return body

    def _refused(
        self, decision: NoRoom | ParentUnknown | ParentUnfinished | ActionUnknown
    ) -> Answer:
        match decision:
            case NoRoom():
                return envelope(9, "提交失败，队列已满，请稍后重试", None, {})
            case ParentUnknown():
                return envelope(3, "关联任务不存在或已失效", None, {}, status=404)
            case ActionUnknown():
                return envelope(4, "未知的 Action 类型", None, {})
            case ParentUnfinished():
                return super()._refused(decision)

    def _window(self, task: StudioTask, final_prompt: str, remix: bool) -> Answer:
        empty = wants_mask(task)
        return super()._window(task, "" if empty else final_prompt, remix or empty)
