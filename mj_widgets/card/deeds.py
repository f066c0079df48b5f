"""What a card makes of its pictures that is no button of the service: edits, films, references."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mj_widgets import background
from mj_widgets.card.edit_panel import EditPanel
from mj_widgets.card.frame import picture_name
from mj_widgets.card.panel import Panel, keep_until_taken
from mj_widgets.models import Task
from mj_widgets.service.picture_orders import EDITS

if TYPE_CHECKING:
    from mj_widgets.card.album import Album
    from mj_widgets.card.card_view import CardView
    from mj_widgets.card.clicks import Lookable
    from mj_widgets.card.tiles import Deed
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.start import Start
    from mj_widgets.jobs.state import Tone

_PATHS: dict[Deed, str] = {"edit": EDITS}


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

    @property
    def cannot(self) -> dict[Deed, str]:
        """Why the service has refused for good what can be made of a picture, "" where not."""
        return {deed: self._job.account.abilities.why_not(path) for deed, path in _PATHS.items()}

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
        return EditPanel(
            self._job,
            index,
            self._album.canvas_of(index),
            name=self._name_of(index),
            begin=self._begin,
            on_cancel=lambda: background.do(self._view.close_panel),
        )

    def _begin(self, panel: Panel, start: Start) -> None:
        """Begin what a panel asked for, in a card inside this one; on the background thread."""
        self._job.account.check(is_known=False, anyhow=True)
        job = self._job.presses.begin(start)
        keep_until_taken(self._view, panel, job)
        self._card_of(job).look()

    def _name_of(self, index: int) -> str:
        """Return what stands for a picture where it is not seen."""
        task, result = self._job.state.task, self._job.state.result
        count = result.count if result else 0
        return picture_name(task or Task(), index + 1 if count > 1 else None, count)
