"""The life of a card: from a task's id to its pictures, in words, and still where it is saved."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Generator, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import ipywidgets as ipw
import traitlets

from mj_widgets import background
from mj_widgets.buttons import Group
from mj_widgets.errors import MjError, StillRunning, TaskFailed, TaskNotFound
from mj_widgets.following import Update
from mj_widgets.models import Status, Task
from mj_widgets.widgets import words
from mj_widgets.widgets.extras import Extras
from mj_widgets.widgets.face import Face
from mj_widgets.widgets.leaving import Leaving
from mj_widgets.widgets.pressing import Presses
from mj_widgets.widgets.showing import Shown, is_headless
from mj_widgets.widgets.tools import Handlers, Tools
from mj_widgets.widgets.twin import Still, Twin, still_of
from mj_widgets.widgets.viewing import Viewer
from mj_widgets.widgets.waiting import Opener, Waiting
from mj_widgets.widgets.watching import Watch

if TYPE_CHECKING:
    from datetime import datetime

    from mj_widgets.orders import Window
    from mj_widgets.session import Result, Session

_log = logging.getLogger(__name__)
_SLICE = 0.2
UNFINISHED = "Not finished when this notebook was saved."


@dataclass(frozen=True)
class Options:
    """What a card and the cards below it have in common; see ``TaskWidget``."""

    session: Session
    size: int
    interval: float | None
    static: bool

    def __post_init__(self) -> None:
        if self.size < 1 or (self.interval is not None and not self.interval > 0):
            raise ValueError("size and interval have to be above 0")


class LiveCard(Shown, ipw.VBox):  # type: ignore[misc]
    """A card that follows one task, shows what comes of it, and can be waited for."""

    task = traitlets.Instance(Task, allow_none=True, help="The task's last known state.")
    status = traitlets.Unicode("", help="The service's status, such as IN_PROGRESS.")
    progress = traitlets.Int(0, min=0, max=100, help="Per cent.")
    error = traitlets.Unicode("", help="What went wrong, on one line, or nothing.")

    def _prepare(self, options: Options, parent: LiveCard | None = None, button: str = "") -> None:
        self._options, self._parent = options, parent
        self._session = options.session
        self.task_id = ""
        self._made_by = (parent.task_id, button) if parent and button else ("", "")
        self._origin = words.origin(*self._made_by)
        self._known_since: datetime | None = None
        self._watch = Watch(options.session, self._take, options.interval)
        self.is_closed = False
        self._done: Future[Task] = Future()
        self._twin = Twin(options.size) if options.static else None
        self._leaving: Leaving = Leaving(
            self._twin,
            parent._leaving if parent else None,
            lambda: (child._leaving for child in self.followups if not child.is_closed),
        )
        self._face = Face(
            options.size,
            twin=self._twin.uid if self._twin else "",
            tools=Handlers(
                stop=self.stop,
                cancel=lambda: self._in_background(self._cancel()),
                check=self.check_now,
                retry=self.check_now,
                save=lambda: self._save(None),
                seed=lambda: self._in_background(self._extras.show_seed(self.task_id)),
                reuse=self._reuse,
            ),
            pictures={
                "open": self._open,
                "save": self._save,
                "upscale": partial(self._press_at, Group.UPSCALE),
                "vary": partial(self._press_at, Group.VARY),
            },
        )
        self._extras = Extras(options.session, self._face)
        self._viewer = Viewer(options.session, self._face)
        self._presses = Presses(
            options.session,
            self._face,
            new_card=self._new_child,
            complain=self._complain,
            to_paint=lambda: self._viewer.to_paint,
        )
        self._waiting = Waiting(
            options.session,
            self._face,
            run=self._in_background,
            ask=lambda: self._watch.ask(),
            end=self._end,
        )
        self._face.followups.observe(self._on_followups, "children")
        super().__init__(self._face.parts, _dom_classes=("mj-card",))

    def _new_child(self, button: str) -> Self:
        """Return the card of a task that is only being submitted."""
        child = type(self).__new__(type(self))
        child._prepare(self._options, self, button)
        child._face.paint_words(f"sending {button}", "waiting")
        return child

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.task_id!r}, {self.status or 'asking'})"

    def _on_followups(self, change: Any) -> None:
        if len(change.new) < len(change.old):
            self._leaving.fill()
        else:
            self._fold_older()
        caption = self._face.caption
        caption.folds = (caption.folds or "open") if change.new else ""

    def _fold_older(self) -> None:
        """Fold the cards that this one and its parent stand in: a long chain stays readable."""
        older = self._parent and self._parent._parent
        while older is not None:
            older._face.caption.folds = "folded"
            older = older._parent

    @property
    def _name(self) -> str:
        return f"Task {self.task_id}" if self.task_id else "What is being submitted"

    @property
    def _tools(self) -> Tools:
        return self._face.tools

    @property
    def _prompt(self) -> str:
        """What Midjourney is given, as far as it is known."""
        prompt: str = self._face.caption.heading.get("prompt", "")
        return self.task.final_prompt if self.task else prompt

    @property
    def followups(self) -> tuple[Self, ...]:
        """The cards of the tasks that were started from this one, in order."""
        return tuple(self._face.followups.children)

    # -- following ------------------------------------------------------------------------------

    def begin(
        self,
        task_id: str,
        *,
        is_new: bool = False,
        refresh: bool = False,
        known_since: datetime | None = None,
        window: Window | None = None,
    ) -> None:
        """Follow *task_id* from now on; for a card that has none yet or was stopped.

        Args:
            task_id: the task.
            is_new: it was just submitted, so that the service may not know it yet.
            refresh: ask the service even where the library has the finished task.
            known_since: when it was submitted, where the press was not sent again.
            window: the answer for the window that the service may open.
        """
        self._waiting.window = window
        self.task_id = task_id
        if known_since is not None:
            self._known_since = known_since
            self._origin += f", {words.known_since(known_since)}"
        if self.is_closed:
            return
        if self._done.done():
            self._done = Future()
        self._watch.is_on = True
        self._face.paint_id(task_id, self._origin)
        self._face.paint_state(Update(self.task))
        self._tools.offer(self._tools.stop, self._tools.cancel, self._tools.check)
        self._leaving.leave(Still(task_id=task_id, origin=self._origin, note=UNFINISHED))
        self._in_background(self._start(task_id, is_new=is_new, refresh=refresh))

    async def _start(self, task_id: str, *, is_new: bool, refresh: bool) -> None:
        if not self._origin:
            self._made_by = await self._session.origin(task_id)
            self._origin = words.origin(*self._made_by)
        if not self._watch.is_on:  # closed or stopped meanwhile
            return
        self._face.paint_id(task_id, self._origin)
        await self._watch.start(task_id, is_new=is_new, refresh=refresh)

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; Check now watches it again."""
        self._watch.stop()
        # What is only being sent ends when it is known whether there is a task.
        if not self._done.done() and (self.task_id or self.is_closed):
            self._face.paint_words("not watched any more", "waiting")
            self._tools.offer(self._tools.check)
            self._end(MjError(f"{self._name} is not watched any more"))

    def check_now(self) -> None:
        """Ask the service at once, and go on watching."""
        if not self._done.done():
            background.call(self._watch.ask)
        elif self.task_id:
            self.begin(self.task_id, refresh=True)

    def wait(self, timeout: float | None = None) -> Task:
        """Wait until the task has ended and its pictures are here; return the task.

        Interrupting ends the waiting only: the task is still followed.

        Args:
            timeout: seconds; None waits for ever.

        Raises:
            TaskFailed: the task failed or was cancelled.
            MjError: it cannot be followed, its press was refused, or an observer waits.
            StillRunning: the time is over (a TimeoutError); the task is still followed.
        """
        background.refuse_to_wait_here()
        end = None if timeout is None else time.monotonic() + timeout
        while not self._done.done() and (end is None or time.monotonic() < end):
            # In slices: an interrupt that comes just before a lock is taken would be lost,
            # and Windows does not end the waiting for a lock at all.
            left = _SLICE if end is None else min(_SLICE, end - time.monotonic())
            wait([self._done], timeout=max(0.0, left))
        self._send_again()
        try:
            return self._done.result(0)
        except TimeoutError:
            now = f"{self.status.lower() or 'unknown'}, {self.progress} %"
            raise StillRunning(
                f"{self._name} has not ended within {timeout:g} s ({now})",
                advice="It is still followed.",
            ) from None

    def __await__(self) -> Generator[Any, None, Task]:
        return self._awaited().__await__()

    async def _awaited(self) -> Task:
        try:
            return await asyncio.shield(asyncio.wrap_future(self._done))
        finally:
            self._send_again()

    async def _cancel(self) -> None:
        await self._extras.try_to_cancel(self.task_id)
        self._watch.ask()

    def close(self) -> None:
        """Stop watching and remove the card."""
        # Refused before there was anything to close, or closed before.
        if not hasattr(self, "_face") or self.is_closed:
            return
        self.is_closed = True
        self.stop()
        for child in self.followups:
            child.close()
        self._leaving.close()
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
            self._leave_failure(None, str(fault))
            self._end(fault)

    async def _absorb(self, update: Update) -> None:
        """Paint what is new; on the background thread."""
        if not self._watch.is_on:
            return
        task = update.task
        if task is not None:
            self._face.paint_heading(task, self._origin)
        if task is None or not task.succeeded:  # one that succeeded is done once it is kept
            self._paint_state(update)
        if (error := update.error) is not None:
            if self._known_since is not None and isinstance(error, TaskNotFound):
                error = words.gone(error)
            self._complain(str(error), "trouble" if update.retry_in else "failed")
            if update.is_last:
                self._face.paint_words(words.refusal_words(error), "failed")
                self._face.drop_pictures()
                self._tools.offer(self._tools.check)
                self._leave_failure(task, str(error))
                self._end(error)
        elif task is None:
            return
        elif task.succeeded:
            self._complain("")
            await self._finish(task, update)
        elif task.is_final:
            await self._session.keep(task)
            self._fail(task)
        else:
            self._complain("")
            self._set(task)
            if note := words.progress_note(task, stalled=update.stalled):
                self._face.caption.say(note, "trouble")
            if task.status == Status.MODAL:
                await self._waiting.meet(task, self._opener(), self._made_by)
            else:
                self._face.close_panel()
                self._face.await_picture(task)
                await self._viewer.preview(task)

    def _paint_state(self, update: Update) -> None:
        self._face.paint_state(update, words.notes(update.task, self._watch.kept_since))

    def _opener(self) -> Opener:
        parent = self._parent
        if parent is None:
            return Opener()
        button = parent._presses.button(self._made_by[1])
        return Opener(parent.task, button, parent._viewer.to_paint)

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
        """True when the task ended without a result, or nobody knows it any more."""
        if self._done.done() and isinstance(self._done.exception(), TaskNotFound):
            return True
        return self.task is not None and self.task.is_final and not self.task.succeeded

    def give_up(self, error: MjError) -> None:
        """End with *error*: there is no task to follow."""
        self._tell(error=str(error))
        self._leave_failure(None, str(error))
        self._end(error)

    def look(self) -> None:
        """Bring the card into view, in the browser."""
        self._face.caption.look()

    def _fail(self, task: Task) -> None:
        failure = TaskFailed(task)
        if self._known_since is not None:
            failure.advice = words.ANEW
        self._set(task)
        self._complain(failure.words or str(failure))
        self._leave_failure(task, str(failure))
        self._face.drop_pictures()
        self._tools.offer(*self._to_check_again, *self._to_reuse(task))
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

    async def _finish(self, task: Task, update: Update) -> None:
        self._tools.offer()
        if self._watch.kept_since is None:
            self._face.paint_words("getting the picture", "running")
        try:
            result = await self._viewer.fetch(task)
        except MjError as error:
            self._complain(str(error), "trouble")
            self._leave_failure(task, str(error))
            self._face.drop_pictures()
            self._tools.offer(self._tools.retry)
        else:
            if not self._watch.is_on:
                return
            self._viewer.show(result)
            self._leaving.leave(still_of(task, self._origin, result=result))
            self._tools.offer(*self._to_check_again, *self._to_use(result), *self._to_reuse(task))
            not_kept = "" if result.record else self._session.not_kept
            if note := words.keeping_note(self._watch.refusal, not_kept) or self._remix_note(task):
                self._face.caption.say(note, "trouble")
        await self._presses.offer(task, in_grid=self._viewer.has_grid)
        self._set(task)
        self._paint_state(update)
        self._end()

    @property
    def _to_check_again(self) -> list[ipw.Button]:
        return [self._tools.check] if self._watch.kept_since else []

    def _to_use(self, result: Result) -> list[ipw.Button]:
        if not result.pictures:
            return []
        has_seed = result.task.kind in ("grid", "image") and bool(result.task.buttons)
        return [self._tools.save, *([self._tools.seed] if has_seed else [])]

    def _to_reuse(self, task: Task | None = None) -> list[ipw.Button]:
        is_text = task is not None and task.kind == "text"
        return [self._tools.reuse] if self._prompt and not is_text else []

    def _remix_note(self, task: Task) -> str:
        """Return what is said where a prompt was given and nobody asked for it, or ""."""
        window, button = self._waiting.window, self._opener().button
        if window is None or button is None or button.asks:
            return ""
        return words.prompt_note(window.prompt, task)

    # -- what stays in the notebook -------------------------------------------------------------

    @property
    def _root(self) -> LiveCard:
        return self if self._parent is None else self._parent._root

    def _family(self) -> Iterator[LiveCard]:
        """Yield this card and all below it."""
        yield self
        for child in self.followups:
            yield from child._family()

    def _leave_failure(self, task: Task | None, words: str) -> None:
        known = task or Task(id=self.task_id)
        self._leaving.leave(still_of(known, self._origin, failure=words))

    def _send_again(self) -> None:
        """Say once more all that was said in the background, where only this cell is listened to.

        nbclient (``jupyter execute``, papermill) drops what is sent for another cell than the one
        that runs, and all that the background thread sends counts as another's.
        """
        if self.is_closed or not is_headless():
            return
        for card in self._root._family():
            card._face.send_again()
            card.layout.send_state()
            card.send_state()
        self._leaving.refill()
