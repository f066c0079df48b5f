"""The card of one job, as a person uses it from Python: what is seen, and all that a job does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Unpack

import ipywidgets as ipw
import traitlets

from mj_widgets import background
from mj_widgets.archive.drawing import AS_TYPED
from mj_widgets.card.controls import LeanLayout
from mj_widgets.card.headless import only_cells_are_heard, unsent
from mj_widgets.card.notebook import Shown
from mj_widgets.card.presenter import Presenter
from mj_widgets.card.twin_place import watch_cells
from mj_widgets.errors import LONGEST_LINE, MjError, even_unmade, one_line
from mj_widgets.jobs import Job, making, words
from mj_widgets.jobs.awaiting import Awaited
from mj_widgets.jobs.outcome import wait_for
from mj_widgets.models import Status, Task
from mj_widgets.pictures.edits import NO_PAD
from mj_widgets.session.settings import session_of

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from mj_widgets.archive.lineage import Branch
    from mj_widgets.jobs.filming import FilmOptions
    from mj_widgets.jobs.start import Start
    from mj_widgets.jobs.state import JobState
    from mj_widgets.pictures.edits import Pad
    from mj_widgets.service.picture_orders import Motion
    from mj_widgets.session import Session

_log = logging.getLogger(__name__)
SIZE = 640


class TaskWidget(Awaited, Shown, ipw.VBox):
    """Follow one task live: its state, its picture as it grows, then its pictures and buttons.

    Args:
        task_id: the task's id (quotes around it are dropped, and digits may be an int), or its job.
        session: the service; default: the one of ``mj.configure`` or the environment.
        size: the longer side of the pictures together, in CSS pixels.
        interval: seconds between two asks; default: found by the follower.
        refresh: ask the service even where the library has the finished task.
        static: leave a still copy in the notebook, shown where no live card can be.
        inside: the card that it is to stand in.

    Everything goes on in the background: the cell returns at once, and the card moves while other
    cells run. Observers are called on the background thread; they may press, not wait. ``status``
    is SUCCESS as soon as the pictures and buttons are there.

    Raises:
        Unauthorized: no token is set.
        ValueError: *task_id* cannot be an id, or another argument is out of range.
        TypeError: *task_id* is neither a text, an int, nor a job.

    >>> w = TaskWidget("1747132423020537")              # doctest: +SKIP
    >>> w.wait().succeeded                              # doctest: +SKIP
    True
    >>> w.quadrants[1].size, w.upscale(2)               # doctest: +SKIP
    ((1024, 1024), TaskWidget('1747132423020612', IN_PROGRESS))
    """

    task = traitlets.Instance(Task, allow_none=True, help="The task's last known state.")
    status = traitlets.Unicode("", help="The service's status, such as IN_PROGRESS.")
    progress = traitlets.Int(0, min=0, max=100, help="Per cent.")
    error = traitlets.Unicode("", help="What went wrong, on one line, or nothing.")

    is_closed = True
    """True before the card is made and after it was removed."""
    _is_faulty = False

    def __init__(
        self,
        task_id: str | int | Job,
        *,
        session: Session | None = None,
        size: int = SIZE,
        interval: float | None = None,
        refresh: bool = False,
        static: bool = True,
        inside: TaskWidget | None = None,
    ) -> None:
        check_size(size)
        self.owns_job = not isinstance(task_id, Job)
        """Whether closing the card stops its job: not where somebody else has begun it."""
        if isinstance(task_id, Job):
            self.job = task_id
        else:
            service = session_of(session)
            self.job = service.follow(task_id, interval=interval, refresh=refresh)
        self.parent = inside
        self.size, self._static = size, static
        self.presenter: Presenter = Presenter(
            self.job,
            size,
            static=static,
            inside=inside.presenter if inside else None,
            new_card=self._new_card,
            tell=self._tell,
        )
        self._twin = self.presenter.twin
        super().__init__(
            [self.presenter.view.body], layout=LeanLayout(), _dom_classes=("mj-card", *AS_TYPED)
        )
        self.is_closed = False
        watch_cells()
        if self._twin is not None:
            self.presenter.view.caption.on_msg(self._hear_of_twin)
        background.do(self.presenter.start)

    @even_unmade
    def __repr__(self) -> str:
        state = self.status or words.state_words(self.job.state)[0]
        said = f": {self.error}" if self.error and self.status != Status.SUCCESS else ""
        return one_line(f"{type(self).__name__}({self.task_id!r}, {state}){said}", LONGEST_LINE)

    @property
    def _plain(self) -> str:
        if self.is_told and self.job.state.outcome is not None:
            return repr(self)
        named = self.task_id or self.job.state.prompt
        return one_line(f"{type(self).__name__}({named!r})", LONGEST_LINE)

    def _hear_of_twin(self, _: Any, content: Any, __: Any) -> None:
        """Take the word of a card in the page that sees no twin there."""
        if self._twin and isinstance(content, dict) and content.get("type") == "apart":
            self._twin.fold()

    @property
    def task_id(self) -> str:
        """The task's id, "" while it is being submitted."""
        return self.job.task_id

    @property
    def by_click(self) -> bool:
        """True where a person has opened the card by a click, and goes on there."""
        return self.presenter.by_click

    @by_click.setter
    def by_click(self, by_click: bool) -> None:
        self.presenter.by_click = by_click

    def _new_card(self, job: Job) -> TaskWidget:
        card = type(self)(job, size=self.size, static=self._static, inside=self)
        card.owns_job = self.owns_job
        return card

    def _tell(self, state: JobState) -> None:
        """Set public traits; an observer of the user's that raises does not stop the card."""
        if state.outcome is None and self.parent is None:
            unsent.add(self)
        try:
            with self.hold_trait_notifications():
                self.error = state.error
                if state.task is not None:
                    self.task, self.status = state.task, state.status
                    if state.task.progress is not None or state.task.succeeded:
                        self.progress = state.progress
        except BaseException:  # noqa: BLE001 - an observer may raise anything
            if not self._is_faulty:  # it may do so at each change
                self._is_faulty = True
                _log.exception("An observer of %r failed", self)

    # -- waiting --------------------------------------------------------------------------------

    def wait(self, timeout: float | None = None) -> Task:
        """Wait until the task has ended and its pictures are here; return the task.

        Interrupting ends the waiting only: the task is still followed.

        Args:
            timeout: seconds; None waits for ever.

        Raises:
            TaskFailed: the task failed or was cancelled.
            ImageError: it succeeded, and its picture cannot be had; ``error.task`` is the task.
            MjError: it cannot be followed, its press was refused, or an observer waits.
            StillRunning: the time is over (a TimeoutError); the task is still followed.
            KeyboardInterrupt: it was interrupted; the task is still followed.
        """
        try:
            return wait_for(self.presenter.outcome, lambda: self.presenter.seen, timeout)
        finally:
            self._send_again()

    async def reached(self) -> Task:
        """Do what ``wait`` does, without blocking; the same as awaiting the card itself."""
        try:
            return await self.presenter.outcome.reached()
        finally:
            self._send_again()

    def send(self, content: Any, buffers: Any = None) -> Any:
        """Send a message to the browser; asyncio, which sends None, goes one step on."""
        if content is None:
            return super().send(content)
        return ipw.VBox.send(self, content, buffers)

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; Check now watches it again.

        What is not on its way to the service yet is not sent.
        """
        self.job.stop()

    def check_now(self) -> None:
        """Ask the service at once, and go on watching."""
        self.job.check_now()

    def close(self) -> None:
        """Stop watching and remove the card; a job that somebody else has begun goes on."""
        if self.is_closed:
            return
        self.is_closed = True
        background.do(self._close)

    def _close(self) -> None:
        name = words.name_of(self.job.state)
        if self.owns_job:
            self.job.stop()  # first: it may tell that nothing was submitted
        self.presenter.outcome.tell(MjError(f"{name} is not watched any more"))
        self.presenter.close()
        if self.parent is not None:
            self.parent.presenter.paint()
        self.layout.close()
        super().close()

    def look(self) -> None:
        """Bring the card into view, in the browser."""
        self.presenter.view.caption.look()

    # -- what a cell that waits is to be told ---------------------------------------------------

    @property
    def is_told(self) -> bool:
        """True once it has ended, or was closed."""
        return self.is_closed or self.presenter.outcome.is_known

    def send_family(self) -> None:
        """Send the state of the card and of those in it once more."""
        for card in self._family():
            if card.is_closed:
                continue
            card.presenter.view.send_again()
            card.layout.send_state()
            card.send_state()
            for twin in card._twins:
                twin.refill()

    def _family(self) -> Iterator[TaskWidget]:
        """Yield this card and all below it."""
        yield self
        for child in self.followups:
            yield from child._family()

    def _send_again(self) -> None:
        """Say once more what was said in the background, where only this cell is listened to."""
        if self.is_closed or not only_cells_are_heard():
            return
        root = self
        while root.parent is not None:
            root = root.parent
        # Where the cards are changed: none is closed while it is sent. It counts as said by this
        # cell all the same, as its context goes along.
        background.do(lambda: unsent.send(root))

    # -- what the job has and does --------------------------------------------------------------

    @property
    def image(self) -> Image.Image | None:
        """The picture as a PIL image (a grid whole, an animation's first frame), or None."""
        return self.job.image

    @property
    def quadrants(self) -> tuple[Image.Image, ...]:
        """A grid's PIL images in reading order, mostly four; see ``Job.quadrants``."""
        return self.job.quadrants

    @property
    def image_bytes(self) -> bytes | None:
        """The original bytes, exactly as they were served, or None."""
        return self.job.image_bytes

    @property
    def files(self) -> tuple[Path, ...]:
        """Where the library keeps the original files, () where it has none."""
        return self.job.files

    @property
    def video_bytes(self) -> bytes | None:
        """The original file of a video or animation (the first of several), or None."""
        return self.job.video_bytes

    @property
    def videos(self) -> tuple[bytes, ...]:
        """The original files of all videos, () for anything that does not move."""
        return self.job.videos

    @property
    def texts(self) -> tuple[str, ...]:
        """The prompts that a describe or shorten has found, in the order of their numbers."""
        return self.task.texts if self.task else ()

    @property
    def buttons(self) -> dict[str, ipw.Button]:
        """The buttons by label, else emoji: ``w.buttons["U1"].click()``."""
        return dict(self.presenter.view.rows.by_name)

    @property
    def followups(self) -> tuple[TaskWidget, ...]:
        """The cards of the tasks that were started from this one, in order."""
        return tuple(
            card for card in self.presenter.followups.cards if isinstance(card, TaskWidget)
        )

    @property
    def further_ids(self) -> tuple[str, ...]:
        """The tasks that came of it and have no card, as one answer named too many; mostly ()."""
        return self.job.further_ids

    @property
    def parent_id(self) -> str:
        """The task whose button started this one, "" for a root or where it is not known."""
        return self.job.parent_id

    @property
    def button(self) -> str:
        """The name of the button that started this task, "" for a root or where it is not known."""
        return self.job.button

    @property
    def quadrant(self) -> int | None:
        """The picture of the parent's grid (from 1) that this task was made of, else None."""
        return self.job.quadrant

    @property
    def has_failed(self) -> bool:
        """True when the task ended without a result, or nobody knows it any more."""
        return self.job.state.has_failed

    def tree(self) -> Branch:
        """Return this task with all that came of it, in this notebook or another; see ``Job``."""
        return self.job.tree()

    def path(self) -> tuple[Branch, ...]:
        """Return the tasks from the root to this one, which is the last; see ``Job``."""
        return self.job.path()

    def save(self, target: str | Path = ".", *, quadrant: int | None = None) -> Path:
        """Write the picture to a file that tells its prompt, task, parent and seed; see ``Job``."""
        return self.job.save(target, quadrant=quadrant)

    def seed(self) -> str:
        """Return the picture's seed, digits; the service is asked the first time; see ``Job``."""
        return self.job.seed()

    def cancel(self) -> None:
        """End the task itself at the service, where it lets its users do that; see ``Job``."""
        self.job.cancel()

    def press(self, name: str, *, prompt: str | None = None, new: bool = False) -> TaskWidget:
        """Press a button by its label (else emoji), and return the new task's card at once.

        A press that was sent before, in this notebook or another, is not sent again: it returns
        the card of its task, so that running a cell again costs nothing.

        Args:
            name: the button, a key of ``buttons``, or as it stands on the screen.
            prompt: what to answer in the button's modal; with V, 🔄, Vary, pan and animate it
                takes the place of the prompt where the service has Remix.
            new: send it anew.

        Raises:
            MjError: there is no such button (yet), or it needs another prompt.

        >>> w.press("Custom Zoom", prompt="a red fox --zoom 1.7")       # doctest: +SKIP
        """
        return self._card_of(lambda: self.job.press(name, prompt=prompt, new=new))

    def upscale(self, quadrant: int, *, new: bool = False) -> TaskWidget:
        """Press U1, U2, ...: take one picture of the grid alone."""
        return self._card_of(lambda: self.job.upscale(quadrant, new=new))

    def vary(self, quadrant: int, *, prompt: str | None = None, new: bool = False) -> TaskWidget:
        """Press V1, V2, ...: four new variations of one picture of the grid."""
        return self._card_of(lambda: self.job.vary(quadrant, prompt=prompt, new=new))

    def reroll(self, *, prompt: str | None = None, new: bool = False) -> TaskWidget:
        """Press 🔄: run the same prompt again, or with Remix another one."""
        return self._card_of(lambda: self.job.reroll(prompt=prompt, new=new))

    def vary_region(self, mask: Any, *, prompt: str | None = None, new: bool = False) -> TaskWidget:
        """Press Vary (Region): paint a part of the picture anew; see ``Job``."""
        return self._card_of(lambda: self.job.vary_region(mask, prompt=prompt, new=new))

    def edit(
        self,
        prompt: str,
        mask: Any = None,
        pad: Pad = NO_PAD,
        *,
        quadrant: int | None = None,
        new: bool = False,
    ) -> TaskWidget:
        """Paint a part of a picture anew, or more around it; see ``Job.edit``."""
        return self._begun(making.edit_of(self.job.state, prompt, mask, pad, quadrant, new=new))

    def retexture(
        self, prompt: str, *, quadrant: int | None = None, new: bool = False
    ) -> TaskWidget:
        """Keep what stands where in a picture, and paint it anew by the prompt; see ``Job``."""
        return self._begun(making.retexture_of(self.job.state, prompt, quadrant, new=new))

    def animate(
        self,
        prompt: str = "",
        motion: Motion = "low",
        *,
        quadrant: int | None = None,
        new: bool = False,
        **options: Unpack[FilmOptions],
    ) -> TaskWidget:
        """Make films of a picture; see ``Job.animate``."""
        state = self.job.state
        return self._begun(making.animate_of(state, prompt, motion, quadrant, new=new, **options))

    def extend(
        self,
        number: int = 1,
        prompt: str = "",
        motion: Motion = "low",
        batch: int = 4,
        *,
        new: bool = False,
    ) -> TaskWidget:
        """Make one of the films longer; see ``Job.extend``."""
        return self._begun(making.extend_of(self.job.state, number, prompt, motion, batch, new=new))

    def _begun(self, start: Start) -> TaskWidget:
        return self._card_of(lambda: self.job.begin_from(start))

    def _card_of(self, press: Callable[[], Job]) -> TaskWidget:
        card = background.do(lambda: self.presenter.followups.card_of(press()))
        assert isinstance(card, TaskWidget)  # noqa: S101 - they are made by _new_card
        return card


def check_size(size: int) -> None:
    """Raise ValueError for a card that nobody could see."""
    if size < 1:
        raise ValueError("size has to be above 0")
