"""Orders for films: of a picture from outside, and longer ones of a film that is there."""

from __future__ import annotations

from dataclasses import replace

from mj_widgets.sandbox import tasks
from mj_widgets.sandbox.bodies import Body, given_picture, text_in
from mj_widgets.sandbox.decisions import Decision, Invalid, ParentUnfinished, ParentUnknown
from mj_widgets.sandbox.desk import Desk
from mj_widgets.sandbox.painting.recipes import Filmed, films_of
from mj_widgets.sandbox.tasks import StudioTask

VIDEO_TYPES = ("vid_1.1_i2v_480", "vid_1.1_i2v_720")


class Animations(Desk):
    """Takes pictures to set in motion."""

    def video(self, body: Body, mode: str) -> Decision:
        """POST submit/video: of an image, or with the action "extend" of a task's film."""
        action, prompt = text_in(body, "action").lower(), text_in(body, "prompt").strip()
        motion = text_in(body, "motion").lower() or "low"
        refusal = self._invalid(body, action, prompt, motion) or self._refusal(prompt)
        if refusal:
            return refusal
        parent = None
        if action:
            parent = self.studio.parent(text_in(body, "taskId") or text_in(body, "task_id"))
            if parent is None:
                return ParentUnknown()
            if parent.at(self.studio.clock()).status != "SUCCESS":
                return ParentUnfinished()
        try:
            film = self._longer(parent, body) if parent else self._begun(body)
            given = body.get("endImage")
            end = given_picture(body, "endImage", self.file_behind) if given else None
        except ValueError as error:
            return Invalid(str(error))
        asked = f"{prompt} --motion {motion} --video 1".strip()
        kind = "VIDEO_EXTEND" if action else "VIDEO"
        task = self._new(kind, asked, f"/video {asked}", body, mode, parent)
        count, loop = body.get("batchSize"), body.get("loop") is True
        task.recipe = replace(
            film,
            high=motion == "high",
            count=count if isinstance(count, int) else 4,
            end=end,
            loop=loop,
        )
        return self._accept(task, "film", tasks.ANIMATE)

    def _invalid(self, body: Body, action: str, prompt: str, motion: str) -> Invalid | None:
        count, loop = body.get("batchSize"), body.get("loop")
        types = VIDEO_TYPES if self.studio.options.hd else VIDEO_TYPES[:1]
        is_good = {
            "action": action in ("", "extend"),
            "motion": motion in ("low", "high"),
            "batchSize": count is None or (type(count) is int and count in (1, 2, 4)),
            "videoType": body.get("videoType") in (None, "", *types),
            "loop": loop in (None, False) or (loop is True and not body.get("endImage")),
        }
        if self.house.film_needs_prompt and not prompt:
            return Invalid("prompt不能为空")
        bad = [name for name, good in is_good.items() if not good]
        return Invalid(f"{bad[0]}参数错误") if bad else None

    def _begun(self, body: Body) -> Filmed:
        return Filmed(given_picture(body, "image", self.file_behind))

    def _longer(self, parent: StudioTask, body: Body) -> Filmed:
        films, index = films_of(parent.recipe), body.get("index", 0)
        if films is None:
            msg = "关联任务不允许执行变化"
            raise ValueError(msg)
        if type(index) is not int or not 0 <= index < films.count:
            msg = "index参数错误"
            raise ValueError(msg)
        return films.longer(index + 1)
