"""Orders for films: of a picture from outside, and longer ones of a film that is there."""

from __future__ import annotations

from mj_widgets.sandbox import tasks
from mj_widgets.sandbox.bodies import Body, given_picture, text_in
from mj_widgets.sandbox.decisions import Decision, Invalid, ParentUnfinished, ParentUnknown
from mj_widgets.sandbox.desk import Desk
from mj_widgets.sandbox.painting.recipes import Filmed, Recipe

VIDEO_TYPES = ("vid_1.1_i2v_480", "vid_1.1_i2v_720")


class Animations(Desk):
    """Takes pictures to set in motion."""

    def video(self, body: Body, mode: str) -> Decision:
        """POST submit/video: of an image, or with the action "extend" of a task's film."""
        action, prompt = text_in(body, "action").lower(), text_in(body, "prompt").strip()
        motion, count = text_in(body, "motion").lower() or "low", body.get("batchSize") or 4
        loop = body.get("loop") or False
        if action not in ("", "extend"):
            return Invalid("action参数错误")
        if self.house.film_needs_prompt and not prompt:
            return Invalid("prompt不能为空")
        if motion not in ("low", "high"):
            return Invalid("motion参数错误")
        if count not in (1, 2, 4):
            return Invalid("batchSize参数错误")
        if text_in(body, "videoType") not in ("", *VIDEO_TYPES):
            return Invalid("videoType参数错误")
        if not isinstance(loop, bool) or (loop and body.get("endImage")):
            return Invalid("loop参数错误")
        try:
            made = self._longer(body) if action else self._new_film(body)
        except ValueError as error:
            return Invalid(str(error))
        if not isinstance(made, Filmed):
            return made
        refusal = self._refusal(prompt)
        if refusal:
            return refusal
        asked = f"{prompt} --motion {motion} --video 1".strip()
        task = self._new("VIDEO_EXTEND" if action else "VIDEO", asked, "/video", body, mode)
        task.recipe = Filmed(
            made.of,
            high=motion == "high",
            count=int(str(count)),
            end=made.end,
            loop=loop,
            before=made.before,
        )
        return self._accept(task, "film", tasks.ANIMATE)

    def _new_film(self, body: Body) -> Filmed:
        image = given_picture(body, "image", self.file_behind)
        return Filmed(image, end=self._end(body))

    def _longer(self, body: Body) -> Filmed | Decision:
        parent = self.studio.parent(text_in(body, "taskId") or text_in(body, "task_id"))
        if parent is None:
            return ParentUnknown()
        if parent.at(self.studio.clock()).status != "SUCCESS":
            return ParentUnfinished()
        film, index = parent.recipe, body.get("index", 0)
        if not isinstance(film, Filmed):
            return Invalid("关联任务不允许执行变化")
        if not isinstance(index, int) or not 0 <= index < film.count:
            return Invalid("index参数错误")
        return film.longer(index + 1, self._end(body))

    def _end(self, body: Body) -> Recipe | None:
        given = body.get("endImage")
        return given_picture(body, "endImage", self.file_behind) if given else None
