"""The common tongue of the services that speak this API, and where each may differ."""

from __future__ import annotations

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
    Uploaded,
)
from mj_widgets.sandbox.tasks import Moment, StudioTask
from mj_widgets.sandbox.views import CHANNEL, TaskView, shown_text

COMMON = frozenset(
    {"fetch", "list-by-condition", "imagine", "blend", "describe", "change", "simple-change"}
)
"""The endpoints that every service has."""
BUTTONS = frozenset({"action", "modal", "shorten", "cancel", "image-seed"})
"""The endpoints that came with the buttons."""
FILES = frozenset({"upload-discord-images", "insight-face/swap"})
"""The endpoints for pictures that a prompt names, and for faces."""
STUDIO = frozenset({"edits", "retexture", "video"})
"""The endpoints for what Midjourney's own site does with any picture."""


@dataclass(frozen=True)
class Credentials:
    """What a request says about who asks."""

    authorization: str
    secret: str


class Flavour:
    """The common tongue: the Java original with the buttons that later servers added."""

    name = "plus"
    endpoints = COMMON | BUTTONS | FILES | {"list"}
    zoom_id = "MJ::CustomZoom::{h}"
    refused_kinds = frozenset({"bookmark", "describe_all"})
    remix_on_request = False
    finds_repeats = False
    reroll_needs_index = False
    edits_by_transparency = False
    film_needs_prompt = False
    balance_needs_key = True
    merges_sheets = False
    """Whether a grid is only a sheet merged of its pictures, which are given beside it."""
    singles = ""
    """How it lists a grid's pictures if it gives no grid, "" where it does."""
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

    def forbids(self, what: str, body: Mapping[str, object]) -> Answer | None:  # noqa: ARG002
        """The answer to someone who may ask, but not for this; None where that may be asked."""
        return None

    def balance(self, path: str) -> Answer | None:  # noqa: ARG002
        """The answer to someone who asks at this path what is left, None where it does not tell."""
        return None

    def no_endpoint(self, method: str, path: str) -> Answer:
        """The answer to a path that this service does not have."""
        body = {"status": 404, "error": "Not Found", "path": path, "method": method}
        return Answer(404, body)

    def unknown_task(self) -> Answer:
        """The answer to a fetch of a task nobody knows."""
        return Answer(200, text="", content_type="application/json")

    def bad_body(self) -> Answer:
        """The answer to a body that is not a JSON object."""
        return envelope(4, "请求参数错误", None)

    def body(self, view: TaskView) -> dict[str, object]:
        """The task object."""
        task, moment = view.task, view.moment
        body = self._core(view)
        body["buttons"] = [b.body() for b in task.buttons] if moment.status == "SUCCESS" else []
        body["imageWidth"], body["imageHeight"] = view.size or (None, None)
        return body

    def fetched(self, body: dict[str, object]) -> Answer:
        """The answer to a fetch of the task with this body."""
        return Answer(200, body)

    def cancelled(self, task: StudioTask) -> Answer:
        """The answer to someone who has cancelled a task."""
        return envelope(1, "成功", task.id, {})

    def answer(self, decision: Decision) -> Answer:
        """A decision in the words of this service."""
        match decision:
            case Accepted(task, 0):
                return envelope(1, "提交成功", task.id, self._where())
            case Accepted(task, ahead):
                return self._queued(task, ahead)
            case AcceptedMany(tasks):
                return envelope(1, "提交成功", ",".join(t.id for t in tasks), self._where())
            case NeedsWindow(task, final_prompt, remix):
                return self._window(task, final_prompt, remix)
            case Bookmarked(parent):
                return envelope(1, "提交成功", parent, {})
            case Uploaded(_, links):
                return envelope(1, "success", list(links), {})
            case Banned(prompt, word):
                return _banned(prompt, word)
            case Exists(task, status, image_url):
                known: dict[str, object] = {"status": status, "imageUrl": image_url}
                return envelope(21, "任务已存在", task.id, known)
            case Invalid(why):
                return envelope(4, why, None)
            case NoRoom() | ParentUnknown() | ParentUnfinished() | ActionUnknown():
                return self._refused(decision)

    def _refused(
        self, decision: NoRoom | ParentUnknown | ParentUnfinished | ActionUnknown
    ) -> Answer:
        match decision:
            case NoRoom():
                return envelope(23, "队列已满，请稍后尝试", None, self._where())
            case ParentUnknown():
                return envelope(3, "关联任务不存在或已失效", None)
            case ParentUnfinished():
                return envelope(4, "关联任务状态错误", None)
            case ActionUnknown():
                return envelope(4, "customId参数错误", None)

    def _queued(self, task: StudioTask, ahead: int) -> Answer:
        where = {"numberOfQueues": ahead, **self._where()}
        return envelope(22, f"排队中，前面还有{ahead}个任务", task.id, where)

    def _window(self, task: StudioTask, final_prompt: str, remix: bool) -> Answer:
        window = {"finalPrompt": final_prompt, "remix": remix}
        return envelope(21, "Waiting for window confirm", task.id, window)

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


def envelope(
    code: int,
    description: str,
    result: object,
    properties: dict[str, object] | None = None,
    status: int = 200,
) -> Answer:
    """An answer of the kind that every submission gets."""
    body: dict[str, object] = {"code": code, "description": description, "result": result}
    return Answer(status, {**body, "properties": properties})


def wants_mask(task: StudioTask) -> bool:
    """Whether a task waits for a mask."""
    return task.window.startswith("MJ::Inpaint")


def wants_zoom(task: StudioTask) -> bool:
    """Whether a task waits for how far to zoom out."""
    return task.window.startswith("MJ::CustomZoom")


def _banned(prompt: str, word: str) -> Answer:
    found = {"promptEn": prompt, "bannedWord": word}
    return Answer(200, {"code": 24, "description": "可能包含敏感词", "properties": found})
