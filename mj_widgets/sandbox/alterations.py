"""Orders that begin with a picture from outside: edits, new surfaces, other faces, uploads."""

from __future__ import annotations

from mj_widgets.sandbox import tasks
from mj_widgets.sandbox.bodies import Body, given_picture, picture_of, pictures_in, text_in
from mj_widgets.sandbox.decisions import Decision, Invalid, NoRoom, Uploaded
from mj_widgets.sandbox.desk import Desk
from mj_widgets.sandbox.examples import grid_of
from mj_widgets.sandbox.painting.recipes import Recipe, Repainted, Retextured, Swapped

NOT_FOR_THIS_ACCOUNT = "当前账号不支持编辑/重绘任务"
"""What a server says whose accounts are Discord's."""


class Alterations(Desk):
    """Takes pictures to change, to keep, and with faces."""

    def edits(self, body: Body, mode: str) -> Decision:
        """POST submit/edits: what is marked is painted anew.

        It is marked by being transparent, or by white in a mask, as the house has it.
        """
        try:
            image, prompt = self._asked(body)
            mask = b""
            if body.get("maskBase64") and not self.house.edits_by_transparency:
                mask = picture_of(body["maskBase64"], "image/png").data
        except ValueError as error:
            return Invalid(str(error))
        refusal = self._refusal(prompt)
        if refusal:
            return refusal
        task = self._new("EDIT", prompt, f"/edit {prompt}", body, mode)
        task.recipe = Repainted(image, mask, grid_of(prompt, task.id).scenes[:4])
        return self._accept(task, "grid")

    def retexture(self, body: Body, mode: str) -> Decision:
        """POST submit/retexture: the same shapes in other colours."""
        try:
            image, prompt = self._asked(body)
        except ValueError as error:
            return Invalid(str(error))
        refusal = self._refusal(prompt)
        if refusal:
            return refusal
        task = self._new("RETEXTURE", prompt, f"/retexture {prompt}", body, mode)
        scenes = grid_of(prompt, task.id).scenes[:4]
        task.recipe = Retextured(image, tuple(scene.palette for scene in scenes))
        return self._accept(task, "grid")

    def swap(self, body: Body, mode: str) -> Decision:
        """POST insight-face/swap: one picture with the middle of another."""
        try:
            source = picture_of(body.get("sourceBase64"), "image/")
            target = picture_of(body.get("targetBase64"), "image/")
        except ValueError as error:
            return Invalid(str(error))
        if self.studio.is_full:
            return NoRoom()
        task = self._new("SWAP_FACE", "", "/swap", {**body, "botType": "INSIGHT_FACE"}, mode)
        task.recipe = Swapped(target, source)
        return self._accept(task, "none", tasks.PICK)

    def upload(self, body: Body, mode: str) -> Decision:
        """POST submit/upload-discord-images: a link for each picture, at once."""
        del mode  # nothing is made
        try:
            images = pictures_in(body, "base64Array")
        except ValueError as error:
            return Invalid(str(error))
        return Uploaded(tuple(images)) if images else Invalid("base64Array不能为空")

    def _asked(self, body: Body) -> tuple[Recipe, str]:
        if not self.studio.options.edits:
            raise ValueError(NOT_FOR_THIS_ACCOUNT)
        prompt = text_in(body, "prompt")
        if not prompt.strip():
            msg = "prompt不能为空"
            raise ValueError(msg)
        return given_picture(body, "image", self.file_behind), prompt
