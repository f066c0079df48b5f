"""What a card makes of its pictures that is no button of the service: edits, films, references."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mj_widgets import background
from mj_widgets.card.edit_panel import EditPanel
from mj_widgets.card.film_panel import FilmPanel, FilmWish
from mj_widgets.card.frame import picture_name
from mj_widgets.card.panel import Panel, keep_until_taken
from mj_widgets.card.start_panel import StartPanel
from mj_widgets.card.style_panel import StylePanel
from mj_widgets.jobs import making
from mj_widgets.models import Task
from mj_widgets.models.button import Group
from mj_widgets.service.picture_orders import AUTOMATIC, EDITS, VIDEO

if TYPE_CHECKING:
    from mj_widgets.card.album import Album
    from mj_widgets.card.card_view import CardView
    from mj_widgets.card.clicks import Lookable
    from mj_widgets.card.tiles import Deed
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.start import Start
    from mj_widgets.models.button import Button
    from mj_widgets.service.picture_orders import Motion

_PATHS: dict[Deed, str] = {"edit": EDITS, "extend": VIDEO}
_IN_WORDS = "Here it goes as a prompt with --video 1, and the picture is uploaded first."
_UNKNOWN = "The service does not know its button “{}”: Send asks for the film in another way."


class Deeds:
    """The panels of one card in which it is said what is to be made of a picture.

    Args:
        job: whose pictures they are.
        view: where the panels open.
        album: the pictures at hand.
        card_of: gives the card of a job that came of this one.
    """

    def __init__(
        self,
        job: Job,
        view: CardView,
        album: Album,
        *,
        card_of: Callable[[Job], Lookable],
    ) -> None:
        self._job, self._view, self._album = job, view, album
        self._card_of = card_of

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
        makers: dict[Deed, Callable[[int], Panel]] = {
            "edit": self._edit_panel,
            "animate": self._film_panel,
            "extend": self._longer_panel,
            "style": self._style_panel,
        }
        self._view.show_panel(makers[deed](index))

    def open_still(self, index: int, still: bytes) -> None:
        """Open the panel for a new picture that looks like a still of the film at *index*."""

        def show() -> None:
            if self._view.has_room:
                self._view.show_panel(self._style_panel(index, still))

        background.do(show)

    def offer(self, button: Button, prompt: str) -> None:
        """Open the panel that does what a button would have done which the service does not know.

        Args:
            button: the button.
            prompt: what it was pressed with, or "".
        """
        if self._job.state.task is None or button.group is not Group.ANIMATE:
            return
        # The panel of the button itself has done its work; another one may be written in.
        if isinstance(self._view.panel, StartPanel) and not self._view.has_room:
            return
        make = self._longer_panel if button.extends else self._film_panel
        panel = make(0, button.motion, prompt)
        self._view.show_panel(panel)
        panel.say(_UNKNOWN.format(button.name), "trouble")

    def _edit_panel(self, index: int) -> Panel:
        return EditPanel(
            self._job,
            index,
            self._album.canvas_of(index),
            name=self._name_of(index),
            begin=self._begin,
            on_cancel=self._cancel,
        )

    def _film_panel(self, index: int, motion: Motion = "low", prompt: str = "") -> Panel:
        job = self._job

        def make(wishes: FilmWish) -> Start:
            return making.animate_of(
                job.state,
                wishes.prompt or AUTOMATIC,
                wishes.motion,
                index + 1,
                new=True,
                loop=wishes.loop,
                hd=wishes.hd,
                batch=wishes.batch,
            )

        panel = FilmPanel(
            f"{making.step_name(job.state, 'Animate', index)}: make films of the picture",
            prompt or making.own_words(job.state),
            motion,
            make=make,
            begin=self._begin,
            on_cancel=self._cancel,
        )
        if job.account.abilities.lacks_path(VIDEO):
            panel.say(_IN_WORDS, "trouble")
        return panel

    def _longer_panel(self, index: int, motion: Motion = "low", prompt: str = "") -> Panel:
        job = self._job

        def make(wishes: FilmWish) -> Start:
            prompt = wishes.prompt or AUTOMATIC
            return making.extend_of(
                job.state, index + 1, prompt, wishes.motion, wishes.batch, new=True
            )

        return FilmPanel(
            f"{making.step_name(job.state, 'Extend', index)}: go on from the end of the film",
            prompt or making.own_words(job.state),
            motion,
            is_longer=True,
            make=make,
            begin=self._begin,
            on_cancel=self._cancel,
        )

    def _style_panel(self, index: int, still: bytes | None = None) -> Panel:
        return StylePanel(self._job, index, still, begin=self._begin, on_cancel=self._cancel)

    def _cancel(self) -> None:
        background.do(self._view.close_panel)

    def _begin(self, panel: Panel, start: Start) -> None:
        """Begin what a panel asked for, in a card inside this one; on the background thread."""
        self._job.account.check(is_known=False, anyhow=True)
        job = self._job.presses.begin(start, by_click=True)
        keep_until_taken(self._view, panel, job)
        self._card_of(job).look()

    def _name_of(self, index: int) -> str:
        """Return what stands for a picture where it is not seen."""
        task, result = self._job.state.task, self._job.state.result
        count = result.count if result else 0
        return picture_name(task or Task(), index + 1 if count > 1 else None, count)
