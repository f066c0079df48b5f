"""What a card makes of the news of its task: it paints, keeps, warns, and ends."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import ipywidgets as ipw
import traitlets

from mj_widgets import background
from mj_widgets.card import words
from mj_widgets.card.card_view import Face
from mj_widgets.card.extras import Extras
from mj_widgets.card.leaving import Leaving
from mj_widgets.card.openers import Opener
from mj_widgets.card.outcome import Outcome
from mj_widgets.card.pressing import Presses
from mj_widgets.card.showing import Shown
from mj_widgets.card.still import Twin, still_of
from mj_widgets.card.tools import Handlers, Tools
from mj_widgets.card.viewing import Viewer
from mj_widgets.card.waiting import Waiting
from mj_widgets.card.watching import Watch
from mj_widgets.errors import Forbidden, MjError, TaskNotFound, Unauthorized
from mj_widgets.models import Status, Task, TaskFailed
from mj_widgets.models.button import Group
from mj_widgets.service.follower import Update
from mj_widgets.session.settings import session as default_session

if TYPE_CHECKING:
    from datetime import datetime

    from mj_widgets.account import Account
    from mj_widgets.account.results import Result

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """What a card and the cards below it have in common; see ``TaskWidget``."""

    session: Account
    size: int
    interval: float | None
    static: bool

    def __post_init__(self) -> None:
        if self.size < 1 or (self.interval is not None and not self.interval > 0):
            raise ValueError("size and interval have to be above 0")


class InformedCard(Shown, ipw.VBox):  # type: ignore[misc]
    """A card that takes in what is heard of its task, until that has ended."""

    task = traitlets.Instance(Task, allow_none=True, help="The task's last known state.")
    status = traitlets.Unicode("", help="The service's status, such as IN_PROGRESS.")
    progress = traitlets.Int(0, min=0, max=100, help="Per cent.")
    error = traitlets.Unicode("", help="What went wrong, on one line, or nothing.")

    def _prepare(self, options: Options, parent: Self | None = None, button: str = "") -> None:
        self._options, self._parent = options, parent
        self._is_refused = False
        self.task_id = ""
        self._made_by = (parent.task_id, button) if parent and button else ("", "")
        self._origin = words.origin(*self._made_by)
        self._known_since: datetime | None = None
        self._note = self._place = ""
        self._watch = Watch(options.session, self._take, options.interval)
        self.is_closed = self.by_click = False
        self._outcome = Outcome()
        self._twin = Twin(options.size, self._on_twin_sent) if options.static else None
        self._leaving: Leaving = Leaving(
            self._twin,
            parent._leaving if parent else None,
            lambda: (child._leaving for child in self.followups if not child.is_closed),
        )
        self._face = Face(
            options.size,
            twin=self._twin.uid if self._twin else "",
            button=button,
            tools=Handlers(
                stop=self.stop,
                cancel=lambda: self._in_background(self._cancel_by_click()),
                check=self.check_now,
                retry=self.check_now,
                save=lambda: self._save(None),
                seed=lambda: self._in_background(self._show_seed()),
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
            end=self._outcome.tell,
            waits=lambda: self.task is not None and self.task.status == Status.MODAL,
        )
        self._face.followups.observe(self._on_followups, "children")
        super().__init__(self._face.parts, _dom_classes=("mj-card",))

    @property
    def _session(self) -> Account:
        return self._options.session

    def _note_refusal(self, error: MjError | None) -> None:
        """Remember whether it is the token that was not accepted."""
        self._is_refused = isinstance(error, (Unauthorized, Forbidden))

    def _renew_session(self) -> None:
        """Go on with the token that was given since for the same service, where one was refused."""
        if not self._is_refused:
            return
        try:
            session = default_session().account
        except MjError:  # none was given
            return
        if session.client.root != self._session.client.root:
            return
        self._options = replace(self._options, session=session)
        if self._outcome.is_known:
            self._watch.stop()
            self._watch = Watch(session, self._take, self._options.interval)
        for part in (self._extras, self._viewer, self._presses, self._waiting):
            part.session = session
        self._is_refused = False

    @property
    def _tools(self) -> Tools:
        return self._face.tools

    @property
    def _prompt(self) -> str:
        """What Midjourney is given, as far as it is known."""
        prompt: str = self._face.caption.heading.get("prompt", "")
        return self.task.final_prompt if self.task else prompt

    @property
    def _name(self) -> str:
        return f"Task {self.task_id}" if self.task_id else "What is being submitted"

    @property
    def _whole_origin(self) -> str:
        """Where the task comes from, and that it was not submitted again."""
        known = words.known_since(self._known_since) if self._known_since else ""
        return ", ".join(part for part in (self._origin, known) if part)

    @property
    def has_failed(self) -> bool:
        """True when the task ended without a result, or nobody knows it any more."""
        if isinstance(self._outcome.error, TaskNotFound):
            return True
        return self.task is not None and self.task.is_final and not self.task.succeeded

    async def _cancel_by_click(self) -> None:
        extras = self._extras
        await extras.by_click(self._tools.cancel, extras.cancel(self.task_id), "Not cancelled")
        self._watch.ask()

    async def _show_seed(self) -> None:
        extras = self._extras
        await extras.by_click(self._tools.seed, extras.ask_for_seed(self.task_id), "No seed")

    def _on_twin_sent(self, revision: int) -> None:
        self._face.caption.twin_revision = revision

    def _take(self, update: Update) -> None:
        self._in_background(self._absorb(update))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        background.start(self._guarded(work))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work*; what goes wrong is said in the card, because nobody would ever see it."""
        try:
            await work
        except (Exception, SystemExit) as error:  # noqa: BLE001 - see above
            fault = MjError("Something is wrong in mj-widgets itself", words=repr(error))
            self._complain(str(fault))
            self._leave_failure(None, str(fault))
            self._outcome.tell(fault)

    async def _absorb(self, update: Update) -> None:
        """Paint what is new; on the background thread."""
        if not self._watch.is_on:
            return
        task = update.task
        if task is not None:
            self._face.paint_heading(task, self._origin)
        if task is None or not task.succeeded:  # one that succeeded is done once it is kept
            self._paint_state(update)
        self._note_refusal(update.error or self._watch.refusal)
        if (error := update.error) is not None:
            if self._known_since is not None and isinstance(error, TaskNotFound):
                error = words.gone(error, self._made_by[1])
            if update.retry_in:
                self._complain(words.passing_words(error), "trouble")
            else:
                self._complain(str(error))
            if update.is_last:
                self._close_waiting()
                self._face.paint_words(words.refusal_words(error), "failed")
                self._face.drop_pictures()
                self._tools.offer(self._tools.check)
                self._leave_failure(task, str(error))
                self._outcome.tell(error)
        elif task is None:
            return
        elif task.succeeded:
            self._complain("")
            await self._finish(task, update)
        elif task.is_final:
            await self._session.keep(task)
            self._fail(task)
        else:
            self._set(task)
            note = words.progress_note(task, stalled=update.stalled)
            if self.error or note != self._note:  # what else was said stays
                self._complain("")
                self._face.caption.say(note, "trouble")
            self._note = note
            if task.status == Status.MODAL:
                await self._waiting.meet(task, self._opener(), self._made_by)
            else:
                self._face.close_panel()
                self._face.await_picture(task)
                await self._viewer.preview(task)

    async def _finish(self, task: Task, update: Update) -> None:
        self._close_waiting()
        self._tools.offer()
        if self._watch.kept_since is None:
            self._face.paint_words("getting the picture", "running")
        try:
            result = await self._viewer.fetch(task)
        except MjError as error:
            self._note_refusal(error)
            self._complain(str(error), "trouble")
            self._leave_failure(task, str(error))
            self._face.drop_pictures()
            self._tools.offer(self._tools.retry)
        else:
            if not self._watch.is_on:
                return
            opener = self._opener().picture
            self._viewer.show(result, opener.image if opener else b"")
            if result.record is not None and result.record.seed:
                self._extras.show_seed(result.record.seed)
            self._leaving.leave(still_of(task, self._whole_origin, result=result))
            self._offer_after(task, result)
            not_kept = "" if result.record else self._session.not_kept
            if note := words.keeping_note(self._watch.refusal, not_kept) or self._remix_note(task):
                self._face.caption.say(note, "trouble")
        await self._presses.offer(task, in_grid=self._viewer.has_grid)
        self._set(task)
        self._paint_state(update)
        self._outcome.tell(self.task)

    def _close_waiting(self) -> None:
        """Close the window that a task has waited in; one that a person has opened stays."""
        if self.task is None or not self.task.is_final:
            self._face.close_panel()

    def _fail(self, task: Task) -> None:
        self._close_waiting()
        failure = TaskFailed(task)
        if self._known_since is not None:
            failure.advice = words.anew(self._made_by[1])
        self._set(task)
        self._complain(str(failure) if failure.advice else failure.words or str(failure))
        self._leave_failure(task, str(failure))
        self._face.drop_pictures()
        self._offer_after(task)
        self._outcome.tell(failure)

    def _paint_state(self, update: Update) -> None:
        notes = words.notes(update.task, self._watch.kept_since, self._place)
        self._face.paint_state(update, notes)

    def _opener(self) -> Opener:
        parent = self._parent
        if parent is None:
            return Opener()
        button = parent._presses.button(self._made_by[1])
        return Opener(parent.task, button, parent._viewer.to_paint, self.by_click)

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
        except (Exception, SystemExit):  # noqa: BLE001 - an observer may raise anything
            _log.exception("An observer of %r failed", self)

    def _complain(self, text: str, tone: str = "failed") -> None:
        self._tell(error=text)
        self._face.caption.say(text, tone)

    def _offer_after(self, task: Task | None = None, result: Result | None = None) -> None:
        """Offer what can be done about a task that has ended, or never came to be."""
        shown = task if result and result.pictures else None
        is_text = task is not None and task.kind == "text"
        prompt = self._prompt if task is None else task.final_prompt  # not yet in the trait
        self._tools.offer_after(
            check=self._watch.kept_since is not None,
            save=shown is not None,
            seed=shown is not None and shown.kind in ("grid", "image") and bool(shown.buttons),
            reuse=bool(prompt) and not is_text,
        )

    def _remix_note(self, task: Task) -> str:
        """Return what is said where a prompt was given and nobody asked for it, or ""."""
        window, opener = self._waiting.window, self._opener()
        if window is None or opener.parent is None or opener.button is None or opener.button.asks:
            return ""
        return words.prompt_note(window.prompt, task, opener.parent)

    def _leave_failure(self, task: Task | None, words: str) -> None:
        known = task or Task(id=self.task_id)
        self._leaving.leave(still_of(known, self._whole_origin, failure=words))
