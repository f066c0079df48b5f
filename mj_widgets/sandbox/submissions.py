"""Submissions: what a request asks for, decided and made into tasks."""

from __future__ import annotations

import binascii
import re
from dataclasses import replace

from mj_widgets.sandbox import tasks
from mj_widgets.sandbox.bodies import Body, picture_at, picture_of, pictures_in, text_in
from mj_widgets.sandbox.buttons import (
    Press,
    describe_buttons,
    parse,
    shorten_buttons,
)
from mj_widgets.sandbox.decisions import (
    Accepted,
    AcceptedMany,
    ActionUnknown,
    Bookmarked,
    Decision,
    Exists,
    Invalid,
    NeedsWindow,
    NoRoom,
    ParentUnfinished,
    ParentUnknown,
)
from mj_widgets.sandbox.desk import Desk, pictures_in_grid
from mj_widgets.sandbox.examples import grid_of
from mj_widgets.sandbox.painting import recipes
from mj_widgets.sandbox.painting.recipes import Blended, Filmed, Recipe, Stored
from mj_widgets.sandbox.painting.scene import size_of_ratio
from mj_widgets.sandbox.tasks import StudioTask
from mj_widgets.sandbox.texts import described, numbered, shortened, weighed
from mj_widgets.sandbox.works import REMIX_KINDS, WINDOW_KINDS, work_for


class Orders(Desk):
    """Takes what is written, and what is pressed."""

    def imagine(self, body: Body, mode: str) -> Decision:
        """POST submit/imagine."""
        prompt = text_in(body, "prompt")
        if not prompt.strip():
            return Invalid("prompt不能为空")
        try:
            images = pictures_in(body, "base64Array")
        except ValueError as error:
            return Invalid(str(error))
        refusal = self._refusal(prompt)
        if refusal:
            return refusal
        if re.search(r"--video\s+1\b", prompt):
            return self._imagined_film(prompt, images, body, mode)
        task = self._new("IMAGINE", prompt, f"/imagine {prompt}", body, mode)
        salt = "/".join(str(binascii.crc32(image.data)) for image in images)
        task.recipe = grid_of(prompt, salt or task.id)
        return self._accept(task, "grid")

    def action(self, body: Body, mode: str) -> Decision:
        """POST submit/action: a pressed button."""
        custom_id, task_id = text_in(body, "customId"), text_in(body, "taskId")
        if not task_id:
            return Invalid("taskId不能为空")
        if not custom_id:
            return Invalid("customId不能为空")
        press = parse(custom_id)
        if press is None or press.kind in self.house.refused_kinds:
            return ActionUnknown(custom_id)
        parent = self.studio.parent(task_id)
        if parent is None:
            return ParentUnknown()
        if parent.at(self.studio.clock()).status != "SUCCESS":
            return ParentUnfinished()
        is_pick = press.kind in ("upscale", "variation")
        if is_pick and press.index > pictures_in_grid(parent.recipe):
            return Invalid("关联按钮错误")
        if press.message_hash and parent.message_hash not in (press.message_hash, "any"):
            return Invalid("关联按钮错误")
        return self._press(press, parent, body, mode)

    def change(self, body: Body, mode: str) -> Decision:
        """POST submit/change: U, V or R by name."""
        action, index = text_in(body, "action").upper(), body.get("index")
        kinds = {"UPSCALE": "upscale", "VARIATION": "variation", "REROLL": "reroll"}
        if not text_in(body, "taskId"):
            return Invalid("taskId不能为空")
        if action not in kinds:
            return Invalid("action参数错误")
        if action == "REROLL" and self.house.reroll_needs_index and not index:
            return Invalid("index_is_required")
        if action != "REROLL" and (not isinstance(index, int) or not 1 <= index <= 4):
            return Invalid("index参数错误")
        parent = self.studio.parent(text_in(body, "taskId"))
        if parent is None:
            return ParentUnknown()
        if parent.at(self.studio.clock()).status != "SUCCESS":
            return ParentUnfinished()
        if not _is_grid(parent):
            return Invalid("关联任务不允许执行变化")
        press = Press(kinds[action], "", index=index if isinstance(index, int) else 0)
        if press.kind == "upscale" and self.house.finds_repeats:
            title = f"/up {parent.id} U{press.index}"
            for task in self.studio.tasks.values():
                if task.parent == parent.id and task.description == title:
                    return Exists(task)
        return self._press(press, parent, body, mode)

    def simple_change(self, body: Body, mode: str) -> Decision:
        """POST submit/simple-change: `<id> U2`, `<id> V3` or `<id> R`."""
        found = re.fullmatch(
            r"\s*(\S+)\s+(?:([UV])([1-4])|(R))\s*", text_in(body, "content").upper()
        )
        if not found:
            return Invalid("content参数错误")
        action = {"U": "UPSCALE", "V": "VARIATION", None: "REROLL"}[found[2]]
        task_id = text_in(body, "content").split()[0]
        index = int(found[3]) if found[3] else None
        given = {"taskId": task_id, "action": action, "index": index or 1}
        return self.change({**body, **given}, mode)

    def modal(self, body: Body, mode: str) -> Decision:
        """POST submit/modal: the answer to a window."""
        del mode  # the task has had its mode since the button was pressed
        task = self.studio.find(text_in(body, "taskId"))
        if task is None:
            return ParentUnknown()
        press = parse(task.window) if task.window else None
        parent = self.studio.parent(task.parent)
        if press is None or parent is None or task.cancelled is not None:
            return Invalid("关联任务状态错误")
        prompt = text_in(body, "prompt").strip() or task.final_prompt or parent.final_prompt
        refusal = self._refusal(prompt)
        if refusal:
            return refusal
        mask = b""
        if press.kind == "inpaint":
            try:
                mask = picture_of(body.get("maskBase64"), "image/png").data
            except ValueError:
                return Invalid("maskBase64参数错误")
        if press.kind == "custom_zoom":
            found = re.findall(r"--zoom\s+(\d+(?:\.\d+)?)", prompt)
            if not found or not 1 <= float(found[-1]) <= 2:
                return Invalid("prompt参数错误: --zoom 1-2")
            press = replace(press, detail=found[-1])
            prompt = re.sub(r"\s*--zoom\s+\S+", "", prompt)
        task.prompt = task.prompt_en = task.final_prompt = prompt
        return self._make(task, press, parent, prompt, mask)

    def describe(self, body: Body, mode: str) -> Decision:
        """POST submit/describe: four texts for a picture."""
        try:
            image = picture_of(body.get("base64"), "image/")
        except ValueError as error:
            return Invalid(str(error))
        if self.studio.is_full:
            return NoRoom()
        task = self._new("DESCRIBE", "", "", body, mode)
        task.description = f"/describe {task.id}.png"
        task.recipe = image
        w, h = recipes.size_of(image)
        salt = str(binascii.crc32(image.data))
        subject = ("a quiet landscape", "an open country", "a far horizon")[len(image.data) % 3]
        self._write(task, described(subject, salt, "--ar 1:1" if w == h else f"--ar {_ar(w, h)}"))
        task.buttons = describe_buttons()
        return Accepted(task, self.studio.add(task, tasks.TEXT))

    def shorten(self, body: Body, mode: str) -> Decision:
        """POST submit/shorten: which words matter, and five shorter prompts."""
        prompt = text_in(body, "prompt")
        if not prompt.strip():
            return Invalid("prompt不能为空")
        refusal = self._refusal(prompt)
        if refusal:
            return refusal
        task = self._new("SHORTEN", prompt, f"/shorten {prompt}", body, mode)
        task.text = task.final_prompt = shortened(prompt)
        task.buttons = shorten_buttons()
        return Accepted(task, self.studio.add(task, tasks.TEXT))

    def blend(self, body: Body, mode: str) -> Decision:
        """POST submit/blend: two to five pictures mixed."""
        try:
            images = pictures_in(body, "base64Array")
        except ValueError as error:
            return Invalid(str(error))
        if not 2 <= len(images) <= 5:
            return Invalid("base64List参数错误")
        if self.studio.is_full:
            return NoRoom()
        shape = text_in(body, "dimensions").upper() or "SQUARE"
        ratio = {"PORTRAIT": 2 / 3, "SQUARE": 1.0, "LANDSCAPE": 3 / 2}.get(shape, 1.0)
        task = self._new("BLEND", "", f"/blend {len(images)}", body, mode)
        task.recipe = Blended(tuple(images), size_of_ratio(ratio))
        return self._accept(task, "grid")

    def _imagined_film(self, prompt: str, images: list[Stored], body: Body, mode: str) -> Decision:
        """What a prompt with `--video 1` makes of the picture in front of it."""
        in_front, _, ending = prompt.partition("--end ")
        first, last = (re.match(r"\s*<?(https?://[^\s>]+)", text) for text in (in_front, ending))
        try:
            end = picture_at(last[1], self.file_behind) if last else None
            image: Recipe = picture_at(first[1], self.file_behind) if first else images[0]
        except (IndexError, ValueError):
            return Invalid("Invalid link")
        count = re.search(r"--bs\s+([124])\b", prompt)
        task = self._new("VIDEO", prompt, f"/imagine {prompt}", body, mode)
        task.recipe = Filmed(
            image,
            high=bool(re.search(r"--motion\s+high\b", prompt)),
            count=int(count[1]) if count else 4,
            end=end,
            loop=bool(re.search(r"--loop\b", prompt)),
        )
        return self._accept(task, "film", tasks.ANIMATE)

    def _press(self, press: Press, parent: StudioTask, body: Body, mode: str) -> Decision:
        if press.kind == "bookmark":
            return Bookmarked(parent.id)
        if self.studio.is_full:
            return NoRoom()
        if press.kind == "describe_again" and isinstance(parent.recipe, Stored | recipes.Grid):
            task = self._new("DESCRIBE", "", parent.description, body, mode, parent)
            task.recipe = parent.recipe
            self._write(task, described("the same picture, seen again", task.id))
            task.buttons = describe_buttons()
            return Accepted(task, self.studio.add(task, tasks.TEXT))
        if press.kind == "shorten_details":
            task = self._new("SHORTEN", parent.prompt, parent.description, body, mode, parent)
            task.text = task.final_prompt = weighed(parent.prompt)
            return Accepted(task, self.studio.add(task, tasks.TEXT))
        if press.kind == "describe_all":
            made = [self._imagine_number(i, parent, body, mode) for i in range(1, 5)]
            return AcceptedMany(tuple(made))
        prompt = parent.final_prompt
        if press.kind in ("describe_one", "shorten_one"):
            prompt = numbered(parent.text, press.index)
        task = self._new("ACTION", prompt, press.custom_id, body, mode, parent)
        remix = self.studio.options.remix
        if self.house.remix_on_request and body.get("enableRemix") is not True:
            remix = False
        elif self.house.remix_on_request and not remix:
            return Invalid("当前账号不支持 remix，请开启 remix 功能")
        if press.kind in WINDOW_KINDS or (remix and press.kind in REMIX_KINDS):
            task.window = press.custom_id
            self.studio.add(task)
            shown = f"{prompt} --zoom 2" if press.kind == "custom_zoom" else prompt
            return NeedsWindow(task, shown, press.kind in REMIX_KINDS)
        return self._make(task, press, parent, prompt)

    def _make(
        self, task: StudioTask, press: Press, parent: StudioTask, prompt: str, mask: bytes = b""
    ) -> Decision:
        again = press.kind not in ("upscale", "variation", "upscale_hd")
        salt = f"{parent.id}/{press.kind}{press.index}" + (f"/{task.id}" if again else "")
        partner = self.studio.options.partner
        work = work_for(press, parent, prompt, salt, mask, partner=partner)
        if work is None:
            self.studio.tasks.pop(task.id, None)
            return Invalid("关联任务不允许执行变化")
        task.action, task.description, task.recipe = work.action, work.title, work.recipe
        task.window = ""
        return self._accept(task, work.follows, work.timing)

    def _imagine_number(self, index: int, parent: StudioTask, body: Body, mode: str) -> StudioTask:
        prompt = numbered(parent.text, index)
        task = self._new("IMAGINE", prompt, f"/imagine {prompt}", body, mode, parent)
        task.recipe = grid_of(prompt, task.id)
        self._accept(task, "grid")
        return task

    def _write(self, task: StudioTask, text: str) -> None:
        task.text = task.prompt_en = task.final_prompt = text


def _is_grid(task: StudioTask) -> bool:
    return any(button.label == "U1" for button in task.buttons) or task.message_hash == "any"


def _ar(w: int, h: int) -> str:
    return f"{round(w / max(1, h) * 10)}:10"
