"""The gateway that most resellers run."""

from __future__ import annotations

from mj_widgets.sandbox.flavours.dmx import Dmx


class Newapi(Dmx):
    """A stock gateway: Animate and other newer buttons refused; edits, films by `submit/video`."""

    name = "newapi"
    edits_by_transparency = False

    def __init__(self, strict: bool = True, models: tuple[str, ...] = ()) -> None:
        del strict  # it always is
        super().__init__(strict=True, models=models)
