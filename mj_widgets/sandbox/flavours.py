"""What differs between the services that speak this API: words, headers, codes and gaps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from mj_widgets.sandbox.decisions import (
    Accepted,
    AcceptedMany,
    ActionUnknown,
    Answer,
    Banned,
    Bookmarked,
    Decision,
    Exists,
    Invalid,
    NeedsWindow,
    NoRoom,
    ParentUnfinished,
    ParentUnknown,
)
from mj_widgets.sandbox.tasks import Moment, StudioTask
from mj_widgets.sandbox.views import CHANNEL, TaskView, shown_text

_COMMON = frozenset(
    {"fetch", "list-by-condition", "imagine", "blend", "describe", "change", "simple-change"}
)
_INPAINT, _CUSTOM_ZOOM = "MJ::Inpaint", "MJ::CustomZoom"
_BUTTONS = frozenset({"action", "modal", "shorten", "cancel", "image-seed"})


@dataclass(frozen=True)
class Credentials:
    """What a request says about who asks."""

    authorization: str
    secret: str


class Flavour:
    """The common tongue: the Java original with the buttons that later servers added."""

    name = "plus"
    endpoints = _COMMON | _BUTTONS
    zoom_id = "MJ::CustomZoom::{h}"
    refused_kinds = frozenset({"bookmark", "describe_all"})
    remix_on_request = False
    finds_repeats = False
    seed_of_unfinished = Answer(200, {"code": 4, "description": "关联任务状态错误"})
    pressed_name = "customId"
    """Under which name a task's properties tell the button that was pressed."""
    action_words: ClassVar[Mapping[str, str]] = {"UPSCALE_HD": "ACTION"}
    """What it calls the work that others have words of their own for."""

    def refuse(self, who: Credentials, token: str | None) -> Answer | None:
        """The answer to someone who may not ask, or None."""
        given = who.secret or who.authorization.removeprefix("Bearer ").strip()
        if given and token in (None, given):
            return None
        return Answer(401, text="", content_type="text/plain")

    def no_endpoint(self, method: str, path: str) -> Answer:
        """The answer to a path that this service does not have."""
        body = {"status": 404, "error": "Not Found", "path": path, "method": method}
        return Answer(404, body)

    def unknown_task(self) -> Answer:
        """The answer to a fetch of a task nobody knows."""
        return Answer(200, text="", content_type="application/json")

    def bad_body(self) -> Answer:
        """The answer to a body that is not a JSON object."""
        return _envelope(4, "请求参数错误", None)

    def body(self, view: TaskView) -> dict[str, object]:
        """The task object."""
        task, moment = view.task, view.moment
        body = self._core(view)
        body["buttons"] = [b.body() for b in task.buttons] if moment.status == "SUCCESS" else []
        body["imageWidth"], body["imageHeight"] = view.size or (None, None)
        return body

    def answer(self, decision: Decision) -> Answer:
        """A decision in the words of this service."""
        match decision:
            case Accepted(task, 0):
                return _envelope(1, "提交成功", task.id, self._where())
            case Accepted(task, ahead):
                return self._queued(task, ahead)
            case AcceptedMany(tasks):
                return _envelope(1, "提交成功", ",".join(t.id for t in tasks), self._where())
            case NeedsWindow(task, final_prompt, remix):
                return self._window(task, final_prompt, remix)
            case Bookmarked(parent):
                return _envelope(1, "提交成功", parent, {})
            case Banned(prompt, word):
                return _banned(prompt, word)
            case Exists(task, status, image_url):
                known: dict[str, object] = {"status": status, "imageUrl": image_url}
                return _envelope(21, "任务已存在", task.id, known)
            case Invalid(why):
                return _envelope(4, why, None)
            case NoRoom() | ParentUnknown() | ParentUnfinished() | ActionUnknown():
                return self._refused(decision)

    def _refused(
        self, decision: NoRoom | ParentUnknown | ParentUnfinished | ActionUnknown
    ) -> Answer:
        match decision:
            case NoRoom():
                return _envelope(23, "队列已满，请稍后尝试", None, self._where())
            case ParentUnknown():
                return _envelope(3, "关联任务不存在或已失效", None)
            case ParentUnfinished():
                return _envelope(4, "关联任务状态错误", None)
            case ActionUnknown():
                return _envelope(4, "customId参数错误", None)

    def _queued(self, task: StudioTask, ahead: int) -> Answer:
        where = {"numberOfQueues": ahead, **self._where()}
        return _envelope(22, f"排队中，前面还有{ahead}个任务", task.id, where)

    def _window(self, task: StudioTask, final_prompt: str, remix: bool) -> Answer:
        window = {"finalPrompt": final_prompt, "remix": remix}
        return _envelope(21, "Waiting for window confirm", task.id, window)

    def _where(self) -> dict[str, object]:
        return {"discordInstanceId": CHANNEL}

    def _action(self, task: StudioTask) -> str:
        return self.action_words.get(task.action, task.action)

    def _status(self, moment: Moment) -> str:
        return moment.status

    def _progress(self, view: TaskView) -> str | None:
        match view.moment.status:
            case "NOT_START" if view.moment.fresh:
                return None
            case "FAILURE" | "CANCEL":
                return ""
            case "IN_PROGRESS" if view.moment.percent == 0:
                return "Waiting to start"
            case _:
                return view.percent

    def _core(self, view: TaskView) -> dict[str, object]:
        task, moment = view.task, view.moment
        body: dict[str, object] = {
            "id": task.id,
            "action": self._action(task),
            "status": self._status(moment),
            "prompt": task.prompt,
            "promptEn": shown_text(view),
            "description": task.description,
            "submitTime": view.millis(task.submitted),
            "startTime": view.millis(moment.started),
            "finishTime": view.millis(moment.finished),
            "progress": self._progress(view),
            "imageUrl": view.image_url or None,
            "failReason": task.fail_reason if moment.status == "FAILURE" else None,
            "state": task.state or None,
            "properties": self._properties(view),
        }
        return body

    def _properties(self, view: TaskView) -> dict[str, object] | None:
        task, moment = view.task, view.moment
        if task.properties:
            return task.properties
        found: dict[str, object] = {
            "notifyHook": task.notify_hook,
            "discordInstanceId": view.instance,
            "flags": 0,
            "nonce": str(int(view.message_id) + 4_194_304),
        }
        if task.window and self.pressed_name:
            found[self.pressed_name] = task.window
        if moment.started is not None and (not task.text or moment.status == "SUCCESS"):
            found["finalPrompt"] = task.text or task.final_prompt
            found["progressMessageId"] = view.message_id
        if moment.status == "SUCCESS":
            found["messageId"] = str(int(view.message_id) + (40_000 << 22))
            found["messageHash"] = task.message_hash
        return found


class Novicezk(Flavour):
    """The Java original: no buttons; pictures are changed by U, V and R."""

    name = "novicezk"
    endpoints = _COMMON
    finds_repeats = True

    def refuse(self, who: Credentials, token: str | None) -> Answer | None:
        """A secret is needed only if one is configured; other headers do not count."""
        if token is None or who.secret == token:
            return None
        return Answer(401, text="", content_type="text/plain")

    def body(self, view: TaskView) -> dict[str, object]:
        """The task object; reasons are absent unless it failed."""
        body = self._core(view)
        if body["failReason"] is None:
            del body["failReason"]
        return body

    def answer(self, decision: Decision) -> Answer:
        """The original's words."""
        match decision:
            case Accepted(task, 0):
                return _envelope(1, "成功", task.id, self._where())
            case _:
                return super().answer(decision)


class Trueai(Flavour):
    """The C# server: bare tokens, windows, four single pictures beside the grid."""

    name = "trueai"
    endpoints = (_COMMON | _BUTTONS) - {"change", "simple-change"}
    zoom_id = "MJ::CustomZoom::1::{h}"
    refused_kinds = frozenset(
        {"bookmark", "animate_auto", "animate_manual", "shorten_one", "shorten_details"}
    )
    remix_on_request = True
    pressed_name = "custom_id"
    action_words: ClassVar[Mapping[str, str]] = {
        "INPAINT": "VARIATION",
        "LOW_VARIATION": "VARIATION",
        "HIGH_VARIATION": "VARIATION",
        "CUSTOM_ZOOM": "ZOOM",
    }
    seed_of_unfinished = Answer(400, {"code": 4, "description": "关联任务状态错误"})

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
            films = view.films or (view.image_url,)
            body["videoUrl"] = films[0]
            body["videoUrls"] = [{"url": url, "thumbnail": None} for url in films]
        if view.films:
            body["imageUrls"] = body["videoUrls"]
        if task.window.startswith(_INPAINT):
            body["prompt"] = body["promptEn"] = ""
        return body

    def _action(self, task: StudioTask) -> str:
        if task.window.startswith(_INPAINT):
            return "VARIATION"
        return "ZOOM" if task.window.startswith(_CUSTOM_ZOOM) else super()._action(task)

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
                return _envelope(9, "提交失败，队列已满，请稍后重试", None, {})
            case ParentUnknown():
                return _envelope(3, "关联任务不存在或已失效", None, {}, status=404)
            case ActionUnknown():
                return _envelope(4, "未知的 Action 类型", None, {})
            case ParentUnfinished():
                return super()._refused(decision)

    def _window(self, task: StudioTask, final_prompt: str, remix: bool) -> Answer:
        empty = task.window.startswith(_INPAINT)
        return super()._window(task, "" if empty else final_prompt, remix or empty)


class Dmx(Flavour):
    """A gateway in front of other servers: its own errors, its own idea of unset values.

    `strict` refuses the buttons that a stock gateway does not know, and keeps a window's words.
    """

    name = "dmx"
    refused_kinds = frozenset()
    pressed_name = ""
    action_words: ClassVar[Mapping[str, str]] = {"UPSCALE_HD": "UPSCALE"}

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict
        self.seed_of_unfinished = _upstream("task_no_found")
        if strict:
            self.endpoints = self.endpoints - {"cancel"}
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
        keeps_21 = isinstance(decision, NeedsWindow) and decision.task.window.startswith(
            (_INPAINT, _CUSTOM_ZOOM)
        )
        text = json.dumps(answer.json, ensure_ascii=False, separators=(",", ":"))
        text = text.replace('"code":22', '"code":1')
        if not keeps_21:
            text = text.replace('"code":21', '"code":1')
        if not (keeps_21 or self.strict):  # with many resellers it looks like plain success
            text = text.replace("Waiting for window confirm", "提交成功")
        return Answer(answer.status, text=text)

    def _action(self, task: StudioTask) -> str:
        if task.window.startswith(_INPAINT):
            return "INPAINT"
        return "CUSTOM_ZOOM" if task.window.startswith(_CUSTOM_ZOOM) else super()._action(task)

    def _queued(self, task: StudioTask, ahead: int) -> Answer:
        return _envelope(22, f"In queue, there are {ahead} tasks ahead", task.id)

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


def flavour_named(name: str, *, strict: bool = False) -> Flavour:
    """The flavour called "dmx", "novicezk", "trueai" or "plus"."""
    makers: dict[str, Flavour] = {
        "dmx": Dmx(strict),
        "novicezk": Novicezk(),
        "trueai": Trueai(),
        "plus": Flavour(),
    }
    if name not in makers:
        msg = f"unknown flavour {name!r}: use one of {', '.join(makers)}"
        raise ValueError(msg)
    return makers[name]


def _envelope(
    code: int,
    description: str,
    result: object,
    properties: dict[str, object] | None = None,
    status: int = 200,
) -> Answer:
    body: dict[str, object] = {"code": code, "description": description, "result": result}
    return Answer(status, {**body, "properties": properties})


def _banned(prompt: str, word: str) -> Answer:
    found = {"promptEn": prompt, "bannedWord": word}
    return Answer(200, {"code": 24, "description": "可能包含敏感词", "properties": found})


def _upstream(description: str, status: int = 400) -> Answer:
    return Answer(status, {"description": f"{description} ", "type": "upstream_error", "code": 4})
