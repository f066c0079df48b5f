"""The card of one task: it follows it, shows its result and presses its buttons."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Generator
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw
import traitlets

from mj_widgets import background
from mj_widgets.buttons import Group
from mj_widgets.errors import MjError, StillRunning, TaskFailed
from mj_widgets.following import Update
from mj_widgets.images import split_grid
from mj_widgets.models import Task, task_id_from
from mj_widgets.session import Session
from mj_widgets.settings import session as default_session
from mj_widgets.widgets import words
from mj_widgets.widgets.face import Face
from mj_widgets.widgets.pressing import Presses
from mj_widgets.widgets.showing import Shown
from mj_widgets.widgets.viewing import Viewer
from mj_widgets.widgets.watching import Watch

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from PIL import Image

    from mj_widgets.images import Picture

_log = logging.getLogger(__name__)
SIZE = 640
_SLICE = 0.2


class TaskWidget(Shown, ipw.VBox):  # type: ignore[misc]
    """Follow one task live: its state, its picture as it grows, then its pictures and buttons.

    Args:
        task_id: the task; quotes around it are dropped.
        session: the service; default: the one of ``mj.configure`` or the environment.
        size: the longer side of the pictures together, in CSS pixels.
        interval: seconds between two asks; default: found by the follower.
        refresh: ask the service even where the library has the finished task.

    Everything goes on in the background: the cell returns at once, and the card moves while other
    cells run. Observers are called on the background thread; they may press, not wait. ``status``
    is SUCCESS as soon as the pictures and buttons are there.

    Raises:
        Unauthorized: no token is set.
        ValueError: *task_id* cannot be an id, or another argument is out of range.

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

    def __init__(
        self,
        task_id: str,
        *,
        session: Session | None = None,
        size: int = SIZE,
        interval: float | None = None,
        refresh: bool = False,
    ) -> None:
        task_id = task_id_from(task_id)
        if size < 1 or (interval is not None and not interval > 0):
            raise ValueError("size and interval have to be above 0")
        self._prepare(session or default_session(), size, interval)
        self.begin(task_id, refresh=refresh)

    def _new_child(self, name: str) -> TaskWidget:
        """Return the card of a task that is only being submitted."""
        child = TaskWidget.__new__(TaskWidget)
        child._prepare(self._session, self._size, self._interval)
        child._made_by = (self.task_id, name)
        child._origin = f"{name} of task {self.task_id}"
        child._face.paint_words(f"sending {name}", "waiting")
        return child

    def _prepare(self, session: Session, size: int, interval: float | None) -> None:
        self._session, self._size, self._interval = session, size, interval
        self.task_id = ""
        self._origin = ""
        self._made_by = ("", "")
        self._watch = Watch(session, self._take, interval)
        self.is_closed = False
        self._done: Future[Task] = Future()
        self._face = Face(
            size,
            on_open=self._open,
            on_save=self._save,
            on_stop=self.stop,
            on_check=self.check_now,
            on_retry=self.check_now,
        )
        self._viewer = Viewer(session, self._face)
        self._presses = Presses(
            session, self._face, new_card=self._new_child, complain=self._complain
        )
        super().__init__(self._face.parts, _dom_classes=("mj-card",))

    def __repr__(self) -> str:
        return f"TaskWidget({self.task_id!r}, {self.status or 'asking'})"

    # -- following ------------------------------------------------------------------------------

    def begin(
        self,
        task_id: str,
        *,
        is_new: bool = False,
        refresh: bool = False,
        known_since: datetime | None = None,
    ) -> None:
        """Follow *task_id* from now on; for a card that has none yet or was stopped.

        Args:
            task_id: the task.
            is_new: it was just submitted, so that the service may not know it yet.
            refresh: ask the service even where the library has the finished task.
            known_since: when it was submitted, where the press was not sent again.
        """
        self.task_id = task_id
        if known_since is not None:
            self._origin += f", {words.known_since(known_since)}"
        if self.is_closed:
            return
        if self._done.done():
            self._done = Future()
        self._watch.is_on = True
        self._face.paint_id(task_id, self._origin)
        self._face.paint_state(Update(self.task))
        self._face.offer(self._face.stop, self._face.check)
        self._in_background(self._watch.start(task_id, is_new=is_new, refresh=refresh))

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; Check now watches it again."""
        self._watch.stop()
        if not self._done.done():
            self._face.paint_words("not watched any more", "waiting")
            self._face.offer(self._face.check)
            self._end(MjError(f"Task {self.task_id} is not watched any more"))

    def check_now(self) -> None:
        """Ask the service at once, and go on watching."""
        if self._done.done():
            self.begin(self.task_id, refresh=True)
        else:
            background.call(self._watch.ask)

    def wait(self, timeout: float | None = None) -> Task:
        """Wait until the task has ended and its pictures are here; return the task.

        Interrupting ends the waiting only: the task is still followed.

        Args:
            timeout: seconds; None waits for ever.

        Raises:
            TaskFailed: the task failed or was cancelled.
            MjError: it cannot be followed, or its press was refused.
            StillRunning: the time is over (a TimeoutError); the task is still followed.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self._done.done() and (end is None or time.monotonic() < end):
            # In slices: an interrupt that comes just before a lock is taken would be lost,
            # and Windows does not end the waiting for a lock at all.
            left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
            wait([self._done], timeout=max(0.0, left))
        try:
            return self._done.result(0)
        except TimeoutError:
            now = f"{self.status.lower() or 'unknown'}, {self.progress} %"
            raise StillRunning(
                f"Task {self.task_id} has not ended within {timeout:g} s ({now})",
                advice="It is still followed.",
            ) from None

    def __await__(self) -> Generator[Any, None, Task]:
        return asyncio.shield(asyncio.wrap_future(self._done)).__await__()

    def close(self) -> None:
        """Stop watching and remove the card."""
        # Refused before there was anything to close, or closed before.
        if not hasattr(self, "_face") or self.is_closed:
            return
        self.is_closed = True
        self.stop()
        for child in self.followups:
            child.close()
        self._face.close()
        self.layout.close()
        super().close()

    def _take(self, update: Update) -> None:
        self._in_background(self._absorb(update))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        background.start(self._guarded(work))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work*; what goes wrong is said in the card, because nobody would ever see it."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - see above
            fault = MjError("Something is wrong in mj-widgets itself", words=repr(error))
            self._complain(str(fault))
            self._end(fault)

    async def _absorb(self, update: Update) -> None:
        """Paint what is new; on the background thread."""
        if not self._watch.is_on:
            return
        task = update.task
        if task is not None:
            self._face.paint_heading(task, self._origin)
        self._face.paint_state(update, words.notes(task, self._watch.kept_since))
        if update.error is not None:
            self._complain(str(update.error), "trouble" if update.retry_in else "failed")
            if update.is_last:
                self._face.paint_words(words.refusal_words(update.error), "failed")
                self._face.drop_pictures()
                self._face.offer(self._face.check)
                self._end(update.error)
        elif task is None:
            return
        elif task.succeeded:
            self._complain("")
            await self._finish(task)
        elif task.is_final:
            await self._session.keep(task)
            self._fail(task)
        else:
            self._complain("")
            self._set(task)
            if note := words.progress_note(task, stalled=update.stalled):
                self._face.caption.say(note, "trouble")
            self._face.await_picture(task)
            await self._viewer.preview(task)

    def _set(self, task: Task) -> None:
        progress = 100 if task.succeeded else task.progress
        traits = {"task": task, "status": str(task.status)}
        self._tell(**traits, **({} if progress is None else {"progress": progress}))

    def _tell(self, **traits: Any) -> None:
        """Set public traits; an observer of the user's that raises does not stop the card."""
        try:
            with self.hold_trait_notifications():
                for name, value in traits.items():
                    setattr(self, name, value)
        except Exception:  # noqa: BLE001 - an observer may raise anything
            _log.exception("An observer of %r failed", self)

    @property
    def has_failed(self) -> bool:
        """True when the task ended without a result."""
        return self.task is not None and self.task.is_final and not self.task.succeeded

    def give_up(self, error: MjError) -> None:
        """End with *error*: there is no task to follow."""
        self._tell(error=str(error))
        self._end(error)

    def look(self) -> None:
        """Bring the card into view, in the browser."""
        self._face.caption.look()

    def _fail(self, task: Task) -> None:
        failure = TaskFailed(task)
        self._set(task)
        self._complain(failure.words or str(failure))
        self._face.drop_pictures()
        self._face.offer()
        self._end(failure)

    def _complain(self, text: str, tone: str = "failed") -> None:
        self._tell(error=text)
        self._face.caption.say(text, tone)

    def _end(self, error: BaseException | None = None) -> None:
        if self._done.done():
            return
        if error is not None:
            self._done.set_exception(error)
        elif self.task is not None:
            self._done.set_result(self.task)

    # -- pictures -------------------------------------------------------------------------------

    @property
    def image(self) -> Image.Image | None:
        """The picture as a PIL image (a grid whole, an animation's first frame), or None."""
        picture = self._picture
        return None if picture is None or picture.format == "mp4" else picture.decode()

    @property
    def quadrants(self) -> tuple[Image.Image, ...]:
        """A grid's four PIL images in reading order, () for anything else."""
        picture = self._picture
        return split_grid(picture.decode()) if picture and self._viewer.has_grid else ()

    @property
    def image_bytes(self) -> bytes | None:
        """The original bytes, exactly as they were served, or None."""
        return self._picture.data if self._picture else None

    def save(self, target: str | Path = ".", *, quadrant: int | None = None) -> Path:
        """Write the picture to a file that tells its prompt, task, parent and seed, if known.

        No file is ever written over: the same picture twice is one file, another one with its
        name becomes "fox (2).png". ``mj.read_metadata`` gives back what it tells.

        Args:
            target: a folder, where it gets a readable name, or a file.
            quadrant: 1 to 4 for one picture of a grid (as PNG) or one of several videos; None for
                the file as it was served.

        Returns:
            Where it is.

        Raises:
            MjError: there is no such picture, or it cannot be written.

        >>> w.save("foxes/", quadrant=2)                # doctest: +SKIP
        PosixPath('foxes/a-red-fox_1747132423020537_2.png')
        """
        return self._viewer.save(target, quadrant, self._made_by)

    @property
    def _picture(self) -> Picture | None:
        result = self._viewer.result
        return result.pictures[0] if result and result.pictures else None

    async def _finish(self, task: Task) -> None:
        self._face.offer()
        try:
            result = await self._viewer.fetch(task)
        except MjError as error:
            self._complain(str(error), "trouble")
            self._face.drop_pictures()
            self._face.offer(self._face.retry)
        else:
            if not self._watch.is_on:
                return
            self._viewer.show(result)
            again = [self._face.check] if self._watch.kept_since else []
            self._face.offer(*again, *([self._face.save] if result.pictures else []))
            if note := words.keeping_note(self._watch.refusal, self._session.not_kept):
                self._face.caption.say(note, "trouble")
        await self._presses.offer(task, in_grid=self._viewer.has_grid)
        self._set(task)
        self._end()

    def _open(self, index: int) -> None:
        self._in_background(self._viewer.send_full(index))

    def _save(self, index: int | None) -> None:
        self._in_background(self._save_here(index))

    async def _save_here(self, index: int | None) -> None:
        try:
            paths = [
                str(await asyncio.to_thread(self.save, quadrant=number))
                for number in self._viewer.numbers(index)
            ]
            said, tone = f"Saved as {', '.join(paths)}", "done"
        except MjError as error:
            said, tone = str(error), "failed"
        if index is None:
            self._face.caption.say(said, tone)
        else:
            self._face.pictures.say(index, said)

    # -- buttons --------------------------------------------------------------------------------

    @property
    def buttons(self) -> dict[str, ipw.Button]:
        """The buttons by label, else emoji: ``w.buttons["U1"].click()``."""
        return dict(self._face.buttons)

    @property
    def followups(self) -> tuple[TaskWidget, ...]:
        """The cards of the tasks that were started from this one, in order."""
        return tuple(self._face.followups.children)

    def press(self, name: str, *, new: bool = False) -> TaskWidget:
        """Press a button by its label (else emoji), and return the new task's card at once.

        A press that was sent before, in this notebook or another, is not sent again: it returns
        the card of its task, so that running a cell again costs nothing.

        Args:
            name: the button, a key of ``buttons``.
            new: send it anew.

        Raises:
            MjError: there is no such button (yet), or it needs a window.
        """
        return self._presses.press(name, new=new)

    def upscale(self, quadrant: int, *, new: bool = False) -> TaskWidget:
        """Press U1 to U4: take one picture of the grid alone."""
        name = self._presses.name_of(Group.UPSCALE, quadrant) or f"U{quadrant}"
        return self.press(name, new=new)

    def vary(self, quadrant: int, *, new: bool = False) -> TaskWidget:
        """Press V1 to V4: four new variations of one picture of the grid."""
        return self.press(self._presses.name_of(Group.VARY, quadrant) or f"V{quadrant}", new=new)

    def reroll(self, *, new: bool = False) -> TaskWidget:
        """Press 🔄: run the same prompt again."""
        return self.press(self._presses.name_of(Group.REROLL, None) or "🔄", new=new)


class TaskCards(Shown, ipw.VBox):  # type: ignore[misc]
    """Several cards in one output: ``a, b = cards``, ``cards[0]``, ``len(cards)``."""

    def __init__(self, cards: list[TaskWidget]) -> None:
        super().__init__(cards, _dom_classes=("mj-cards",))

    def __getitem__(self, index: int) -> TaskWidget:
        card: TaskWidget = self.children[index]
        return card

    def __len__(self) -> int:
        return len(self.children)

    def close(self) -> None:
        """Stop watching and remove all cards."""
        for card in self.children:
            card.close()
        super().close()
