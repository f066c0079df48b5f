"""The Java original."""

from __future__ import annotations

from mj_widgets.sandbox.decisions import Accepted, Answer, Decision
from mj_widgets.sandbox.flavours.flavour import COMMON, Credentials, Flavour, envelope
from mj_widgets.sandbox.views import TaskView


class Novicezk(Flavour):
    """The Java original: no buttons; pictures are changed by U, V and R."""

    name = "novicezk"
    endpoints = COMMON | {"list"}
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
                return envelope(1, "成功", task.id, self._where())
            case _:
                return super().answer(decision)
