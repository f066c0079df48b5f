"""The panel in which a new picture is begun that looks like one that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mj_widgets.card.start_panel import StartPanel
from mj_widgets.jobs import making
from mj_widgets.service.order import UPLOADS

if TYPE_CHECKING:
    from mj_widgets.card.panel import Panel
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.start import Start
    from mj_widgets.models.modal import ModalAnswer


class StylePanel(StartPanel):
    """Asks what a new picture is to show that gets the style of one that is there.

    Args:
        job: whose picture or film it is.
        index: which of them, from 0.
        still: the picture of the film, None where it is a picture itself.
        begin: see ``StartPanel``.
        on_cancel: called when nothing is to be sent.
    """

    placeholder = "What the new picture shows"

    def __init__(
        self,
        job: Job,
        index: int,
        still: bytes | None = None,
        *,
        begin: Callable[[Panel, Start], None],
        on_cancel: Callable[[], None],
    ) -> None:
        self._job, self._index, self._still = job, index, still
        name = making.step_name(job.state, "Style" if still is None else "Still", index)
        like = "this one" if still is None else "this still, where the film stands now"
        super().__init__(
            f"{name}: a new picture in the style of {like}",
            "prompt",
            making.own_words(job.state),
            begin=begin,
            on_send=self._send_prompt,
            on_cancel=on_cancel,
        )
        if job.account.abilities.lacks_path(UPLOADS):
            self.say("This service takes no uploads, which this needs.", "trouble")

    def _send_prompt(self, answer: ModalAnswer) -> None:
        job, index, still = self._job, self._index, self._still
        self._start(lambda: making.style_of(job.state, answer.prompt, index, still, new=True))
