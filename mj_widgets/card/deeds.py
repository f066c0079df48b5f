"""What a card makes of its pictures that is no button of the service: edits, films, references."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from mj_widgets import background
from mj_widgets.card.frame import picture_name
from mj_widgets.card.panel import Panel, keep_until_taken
from mj_widgets.errors import fault_of
from mj_widgets.jobs import making
from mj_widgets.jobs.state import Canvas

if TYPE_CHECKING:
    from mj_widgets.card.album import Album
    from mj_widgets.card.card_view import CardView
    from mj_widgets.card.clicks import Lookable
    from mj_widgets.card.tiles import Deed
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.start import Start
    from mj_widgets.jobs.state import Tone
    from mj_widgets.models.modal import ModalAnswer


class Deeds:
    """The panels of one card in which it is said what is to be made of a picture.

    Args:
        job: whose pictures they are.
        view: where the panels open.
        album: the pictures at hand.
        say: says one line in the card.
        card_of: gives the card of a job that came of this one.
    """

    def __init__(
        self,
        job: Job,
        view: CardView,
        album: Album,
        *,
        say: Callable[[str, Tone], None],
        card_of: Callable[[Job], Lookable],
    ) -> None:
        self._job, self._view, self._album = job, view, album
        self._say, self._card_of = say, card_of

    def open(self, deed: Deed, index: int) -> None:
        """Open the panel for the picture at *index* (from 0); on any thread."""
        background.do(lambda: self._open(deed, index))

    def _open(self, deed: Deed, index: int) -> None:
        task = self._job.state.task
        if task is None or not self._view.has_room:
            return
        if deed == "edit":
            self._view.show_panel(self._edit_panel(index))

    def _edit_panel(self, index: int) -> Panel:
        task = self._job.state.task
        assert task is not None  # noqa: S101 - see _open

        def send(answer: ModalAnswer) -> None:
            background.start(self._edit(panel, index, answer))

        panel = Panel(
            f"{making.step_name(self._job.state, 'Edit', index)}: paint a part of the picture anew",
            "mask",
            task.final_prompt,
            self._canvas(index),
            name=picture_name(task, index + 1),
            on_send=send,
            on_cancel=lambda: background.do(self._view.close_panel),
            takes_focus=True,
        )
        return panel

    async def _edit(self, panel: Panel, index: int, answer: ModalAnswer) -> None:
        """Begin an edit; what was written and painted stays until it is taken."""
        try:
            start = await asyncio.to_thread(
                lambda: making.edit_of(
                    self._job.state,
                    answer.prompt,
                    answer.mask,
                    quadrant=index + 1,
                    new=True,
                )
            )
            self._begin(panel, start)
        except Exception as error:  # noqa: BLE001 - nobody would see it: the panel must say it
            panel.say(str(fault_of(error)))

    def _begin(self, panel: Panel, start: Start) -> None:
        """Begin what a panel asked for, in a card inside this one; on the background thread."""
        self._job.account.check(is_known=False, anyhow=True)
        job = self._job.presses.begin(start)
        keep_until_taken(self._view, panel, job)
        self._card_of(job).look()

    def _canvas(self, index: int) -> Canvas | None:
        """Return what is painted on, None where the picture cannot be had."""
        return self._album.canvas_of(index)
