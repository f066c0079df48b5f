"""The panel in which a picture is edited: painted over, framed anew, or given another look."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from PIL import Image

from mj_widgets.card.start_panel import StartPanel
from mj_widgets.jobs import making
from mj_widgets.models.modal import ModalAnswer, edit_prompt
from mj_widgets.pictures.edits import NO_PAD
from mj_widgets.service.picture_orders import EDITS

if TYPE_CHECKING:
    import ipywidgets as ipw

    from mj_widgets.card.panel import Panel
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.start import Start
    from mj_widgets.jobs.state import Canvas

_NOTHING = (
    "Mark what is to be painted anew, or pull the frame to add more around it; "
    "Retexture changes the whole picture."
)
_TRIES = "{}; Send tries it all the same."


class EditPanel(StartPanel):
    """Asks what to paint in a picture, or around it.

    Args:
        job: whose picture it is.
        index: which of its pictures (from 0).
        canvas: what is painted on, None where the picture cannot be had.
        name: what stands for the picture where it is not seen.
        begin: begins what was asked for, in a card inside this one; on the background thread.
        on_cancel: called when nothing is to be sent.
    """

    no_picture = "The picture cannot be had: Try again asks for it once more."
    has_frame = True

    def __init__(
        self,
        job: Job,
        index: int,
        canvas: Canvas | None,
        *,
        name: str,
        begin: Callable[[Panel, Start], None],
        on_cancel: Callable[[], None],
    ) -> None:
        self._job, self._index = job, index
        task = job.state.task
        super().__init__(
            f"{making.step_name(job.state, 'Edit', index)}, by edits: paint a part anew, "
            "or more around it",
            "mask",
            edit_prompt(task.final_prompt) if task else "",
            canvas,
            name=name,
            begin=begin,
            on_send=self._edit,
            on_cancel=on_cancel,
        )
        if canvas and (why := job.account.abilities.why_not(EDITS)):
            self.say(_TRIES.format(why))

    def _other_senders(self) -> list[ipw.Button]:
        return [
            self._controls.button(
                "Retexture",
                "Give the whole picture the colours and surfaces that the prompt says, whatever "
                "is marked or added",
                self._retexture,
            )
        ]

    def _problem_of(self, answer: ModalAnswer) -> str:
        painter = self.painter
        if painter is not None and painter.marked == 1:
            return "Everything is marked: leave something that shall stay."
        if answer.mask is None and (painter is None or painter.pad == NO_PAD):
            return _NOTHING
        return "" if answer.prompt else "The prompt is empty: say what to paint."

    def _edit(self, answer: ModalAnswer) -> None:
        pad = self.painter.pad if self.painter else NO_PAD

        def start() -> Start:
            mask = Image.open(io.BytesIO(answer.mask)) if answer.mask else None
            return making.edit_of(
                self._job.state, answer.prompt, mask, pad, self._index + 1, new=True
            )

        self._start(start)

    def _retexture(self) -> None:
        if self.send_button.disabled:  # the second click of a double click
            return
        prompt = self.prompt.value.strip()

        def start() -> Start:
            return making.retexture_of(self._job.state, prompt, self._index + 1, new=True)

        problem = "" if prompt else "The prompt is empty: say what it shall look like."
        self._try(problem, lambda: self._start(start))
