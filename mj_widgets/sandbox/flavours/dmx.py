"""A gateway in front of other servers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

from mj_widgets.sandbox.decisions import (
    ActionUnknown,
    Answer,
    Decision,
    NeedsWindow,
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
from mj_widgets.sandbox.flavours.key_models import limits_of, model_asked_for, refusal_words
from mj_widgets.sandbox.tasks import StudioTask
from mj_widgets.sandbox.views import CHANNEL, TaskView, shown_text

STOCK = (COMMON | BUTTONS) - {"cancel"}
"""The endpoints that every stock gateway has."""


class Dmx(Flavour):
    """A gateway in front of other servers: its own errors, its own idea of unset values.

    An edit paints anew what is transparent in its picture, and looks at no mask. `strict` refuses
    the buttons and endpoints that a stock gateway does not know, and keeps a window's words.
    `models` are what its key is limited to, as mj_imagine; none is no limit.
    """

    name = "dmx"
    endpoints = COMMON | BUTTONS | FILES | STUDIO
    refused_kinds = frozenset()
    edits_by_transparency = True
    pressed_name = ""
    reroll_needs_index = True
    action_words: ClassVar[Mapping[str, str]] = {"UPSCALE_HD": "UPSCALE", "EDIT": "EDITS"}

    def __init__(self, strict: bool = False, models: tuple[str, ...] = ()) -> None:
        self.strict, self.models = strict, models
        self.seed_of_unfinished = _upstream("task_no_found")
        if strict:
            self.endpoints = STOCK | FILES | {"edits", "video"}
            self.refused_kinds = frozenset(
                {
                    "describe_one",
                    "describe_all",
                    "describe_again",
                    "shorten_one",
                    "shorten_details",
                    "bookmark",
                    "animate",
                    "animate_auto",
                    "animate_manual",
                    "extend",
                    "film",
                }
            )

    def balance(self, path: str) -> Answer | None:
        """Points, of which 500,000 are one unit of money."""
        if path != "/api/usage/token":
            return None
        usage = {
            "object": "token_usage",
            "total_granted": 10_000_000,
            "total_used": 3_750_000,
            "total_available": 6_250_000,
            "unlimited_quota": False,
            "expires_at": 0,
            **limits_of(self.models),
        }
        return Answer(200, {"code": True, "message": "ok", "data": usage})

    def refuse(self, who: Credentials, token: str | None) -> Answer | None:
        """A token of the Authorization header; the secret counts only when that is empty."""
        given = who.authorization.removeprefix("Bearer ").strip()
        if given in ("", "midjourney-proxy"):
            given = who.secret
        if given and token in (None, given):
            return None
        why = "无效的令牌" if given else "未提供令牌"
        message = f"{why} (request id: 20250411120000000000000sandbox)"
        return Answer(401, {"error": {"message": message, "type": "new_api_error"}})

    def forbids(self, what: str, body: Mapping[str, object]) -> Answer | None:
        """A 403 for what the key's models leave out."""
        model = model_asked_for(what, body)
        if not self.models or model in self.models or what == "modal":
            return None
        return Answer(403, text=refusal_words(model))

    def no_endpoint(self, method: str, path: str) -> Answer:
        """The gateway's 404."""
        message = f"Invalid URL ({method} {path})"
        error = {"message": message, "type": "invalid_request_error", "param": "", "code": ""}
        return Answer(404, {"error": error})

    def unknown_task(self) -> Answer:
        """A 400 with the gateway's own spelling."""
        return _upstream("task_no_found")

    def bad_body(self) -> Answer:
        """A 400 in the gateway's words."""
        return _upstream("bind_request_body_failed")

    def body(self, view: TaskView) -> dict[str, object]:
        """The task object in the gateway's order, with 0 and "" for what is not set."""
        task, moment = view.task, view.moment
        done = moment.status == "SUCCESS"
        body: dict[str, object] = {
            "id": task.id,
            "action": self._action(task),
            "customId": "",
            "botType": "",
            "prompt": task.prompt,
            "promptEn": shown_text(view),
            "description": task.description,
            "state": task.state,
            "mode": "",
            "proxy": "",
            "submitTime": view.millis(task.submitted) or 0,
            "startTime": view.millis(moment.started) or 0,
            "finishTime": view.millis(moment.finished) or 0,
            "imageUrl": view.image_url,
            "imageHeight": 0,
            "imageWidth": 0,
            "status": "" if moment.fresh else moment.status,
            "progress": "100%" if moment.status == "FAILURE" else view.percent,
            "failReason": task.fail_reason if moment.status == "FAILURE" else "",
            "buttons": [b.body() for b in task.buttons] if done else [],
            "maskBase64": "",
            "properties": None if moment.fresh else self._properties(view),
        }
        if view.films:
            body |= {"videoUrl": view.films[0], "videoUrls": [{"url": u} for u in view.films]}
        return body

    def answer(self, decision: Decision) -> Answer:
        """Like the server behind it, but codes 21 and 22 become 1 on the way through."""
        answer = super().answer(decision)
        keeps_21 = isinstance(decision, NeedsWindow) and (
            wants_mask(decision.task) or wants_zoom(decision.task)
        )
        text = json.dumps(answer.json, ensure_ascii=False, separators=(",", ":"))
        text = text.replace('"code":22', '"code":1')
        if not keeps_21:
            text = text.replace('"code":21', '"code":1')
        if not (keeps_21 or self.strict):  # with many resellers it looks like plain success
            text = text.replace("Waiting for window confirm", "提交成功")
        return Answer(answer.status, text=text)

    def _action(self, task: StudioTask) -> str:
        if wants_mask(task):
            return "INPAINT"
        return "CUSTOM_ZOOM" if wants_zoom(task) else super()._action(task)

    def _queued(self, task: StudioTask, ahead: int) -> Answer:
        return envelope(22, f"In queue, there are {ahead} tasks ahead", task.id)

    def _refused(
        self, decision: NoRoom | ParentUnknown | ParentUnfinished | ActionUnknown
    ) -> Answer:
        match decision:
            case ParentUnknown():
                return _upstream("task_not_found")
            case ParentUnfinished():
                return _upstream("task_status_not_success")
            case ActionUnknown(custom_id):
                return _upstream(f"unknown_action:{custom_id}")
            case NoRoom():
                return super()._refused(decision)

    def _where(self) -> dict[str, object]:
        return {"discordInstanceId": CHANNEL, "discordChannelId": CHANNEL}

    def _properties(self, view: TaskView) -> dict[str, object] | None:
        found = super()._properties(view)
        if found is None or view.task.properties:
            return found
        if "finalPrompt" in found:
            found["messageContent"] = f"**{found['finalPrompt']}** - <@1364921896055083058> (fast)"
        return found | {"customId": "", "discordChannelId": view.instance}


def _upstream(description: str, status: int = 400) -> Answer:
    return Answer(status, {"description": f"{description} ", "type": "upstream_error", "code": 4})
