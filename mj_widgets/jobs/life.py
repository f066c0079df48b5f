"""The life of a job: sent, followed, fetched, ended; stopped and taken up again."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from mj_widgets.account.asking import Asking
from mj_widgets.errors import ImageError, MjError, TaskNotFound
from mj_widgets.jobs import words
from mj_widgets.jobs.dialog import Dialog
from mj_widgets.jobs.offer import offer
from mj_widgets.jobs.sender import Sender, Wish, Withdrawn
from mj_widgets.jobs.state import MOST_JOBS, Notice, Phase
from mj_widgets.jobs.stopwatch import UNWATCHED, Stopwatch
from mj_widgets.jobs.watch import News, Watch
from mj_widgets.models import Status, TaskFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mj_widgets.account.arrivals import Coming
    from mj_widgets.jobs.core import JobCore
    from mj_widgets.jobs.start import Start
    from mj_widgets.models import Submission, Task
    from mj_widgets.models.modal import ModalAnswer


_JUST_ENDED = 120.0
"""Seconds after its end in which a task's picture may be on its way to where its link leads."""


class Life:
    """Brings one job from its beginning to its end; on the background thread.

    Args:
        core: the job.
    """

    __slots__ = (
        "_core",
        "_fetching",
        "_is_new",
        "_is_on",
        "_is_refreshed",
        "_note",
        "_sender",
        "_watch",
        "_wish",
        "dialog",
        "is_to_stop",
    )

    def __init__(self, core: JobCore) -> None:
        self._core = core
        self.dialog = Dialog(core, self.ask)
        self._sender: Sender | None = None
        self._wish: Wish | None = None
        """That it is submitted, until it is known what came of that."""
        self._watch: Watch | None = None
        self._fetching: asyncio.Task[Any] | None = None
        self._is_on = self.is_to_stop = False
        self._is_refreshed = False
        """Whether a person wants to know anew how it stands."""
        self._is_new = False
        """Whether the task was seen before it had ended."""
        self._note = ""

    # -- beginnings -----------------------------------------------------------------------------

    def plan(self, start: Start) -> None:
        """Note what is to be submitted later, by ``send``."""
        core = self._core
        core.begun_with = start
        core.change(phase=Phase.PLANNED, prompt=start.prompt, origin=start.origin)

    def hold(self, why: MjError | None) -> None:
        """Let nobody wait for what is planned, as it may never be sent; None: it will be."""
        if self._core.state.phase is Phase.PLANNED:
            self._core.change(trouble=why)

    def withdraw(self, error: Withdrawn) -> None:
        """End with *error* what is not sent yet, or refused for now; what is on its way goes on."""
        if self._core.state.phase is Phase.PLANNED:
            self._refuse(error)
        elif self._wish is not None:
            self._wish.withdraw(error)
            if self._sender is not None:
                self._sender.hurry()

    def wish(self, on_withdrawn: Callable[[Withdrawn], None]) -> Wish:
        """Let what is submitted now be withdrawn, as long as it is not on its way."""
        self._wish = Wish(on_withdrawn)
        return self._wish

    def send(self, start: Start, on_refused: Callable[[MjError], None] | None = None) -> None:
        """Submit what the job begins with, then follow the task that came of it.

        Args:
            start: what that is.
            on_refused: called in place of ending the job, where no task comes of it.
        """
        core = self._core
        if start.prompt:  # else there is nothing to begin anew with, and pictures weigh megabytes
            core.begun_with = start
        on_refused = on_refused or self._refuse
        wish = self.wish(on_refused)
        self._sender = Sender(core.account, wish, self._miss)
        core.change(phase=Phase.SENDING, prompt=start.prompt, origin=start.origin, trouble=None)
        if doubt := core.account.purse.doubt(start.order):
            core.say(doubt, "trouble")
        if not wish.is_over:  # an observer may stop it
            core.run(self._send(self._sender, start, wish, on_refused))

    def begin(
        self,
        task_id: str,
        *,
        submission: Submission | None = None,
        refresh: bool = False,
        answer: ModalAnswer | None = None,
    ) -> None:
        """Follow a task from now on.

        Args:
            task_id: the task.
            submission: what it came of, where it was submitted here.
            refresh: ask the service even where the library has the finished task.
            answer: the answer for the modal that the service may open.
        """
        core = self._core
        since = submission.known_since if submission else None
        core.ready_answer = answer
        self._wish = None
        self._is_on, self._is_refreshed = True, refresh
        core.change(
            phase=Phase.FOLLOWED,
            task_id=task_id,
            known_since=since or core.state.known_since,
            place=words.place(submission) if submission else "",
            stopwatch=self._stopwatch(task_id, submission),
            trouble=None,
            retry_at=None,
            kept_since=None,
            outcome=None,
        )
        if self.is_to_stop:
            self.stop()
            return
        self._is_new = submission is not None and since is None
        core.run(self._start(task_id, is_new=self._is_new, refresh=refresh))

    def _stopwatch(self, task_id: str, submission: Submission | None) -> Stopwatch:
        """Return what is known of a task's times before the first answer."""
        if submission is not None:
            since = submission.known_since
            return Stopwatch.of_one_submitted(since.timestamp() if since else time.time())
        state = self._core.state
        return state.stopwatch if state.task_id == task_id else UNWATCHED

    def give_up(self, error: MjError, phase: Phase) -> None:
        """End with *error*: there is no task to follow."""
        core, self._wish = self._core, None
        if core.parent is not None:
            core.parent.note_refusal(error)
        core.end(error, phase=phase, trouble=error, error=str(error))

    async def _send(
        self,
        sender: Sender,
        start: Start,
        wish: Wish,
        on_refused: Callable[[MjError], None],
    ) -> None:
        core = self._core
        try:
            submission = await sender.send(start)
        except MjError as error:
            if wish.is_over:
                return
            core.note_refusal(error)
            if error.maybe_sent:
                error.advice = words.look_first(error, start.again)
            on_refused(error)
            return
        if wish.is_over:
            return
        first, *others = submission.task_ids
        if others:
            named, further = others[:MOST_JOBS], tuple(others[MOST_JOBS:])
            rest = f" and {len(further):,} more: see further_ids" if further else ""
            origin = f"{core.state.origin} · also started: {', '.join(named)}{rest}"
            core.change(origin=origin, further_ids=further)
        self.begin(first, submission=submission)

    def _refuse(self, error: MjError) -> None:
        self._wish = None
        self._end_badly(error, str(error), phase=Phase.UNSENT, trouble=error)

    async def _start(self, task_id: str, *, is_new: bool, refresh: bool) -> None:
        core = self._core
        watch = Watch(core.account, task_id, partial(self._take, task_id), core.interval)
        kept = None if is_new else await watch.look()
        if not core.state.origin:
            parent, button = (kept.parent, kept.button) if kept else ("", "")
            if not parent:
                parent, button = await core.account.origin(task_id)
            core.change(parent_id=parent, button=button, origin=words.origin(parent, button))
        if self._watch is not None:
            self._watch.stop()
        if self._is_on:  # not stopped meanwhile
            self._watch = watch
            watch.start(is_new=is_new, refresh=refresh)

    # -- while it lives -------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask the service at once, or send it again at once."""
        if self._sender is not None:
            self._sender.hurry()
        if self._watch is not None:
            self._watch.ask()

    def check(self) -> None:
        """Ask the service at once, and go on watching."""
        core = self._core
        if core.state.outcome is None:
            self.ask()
        elif core.state.task_id:
            core.renew_account()
            self.begin(core.state.task_id, refresh=True)

    def stop(self) -> None:
        """Watch no more. What is only being sent ends when it is known whether there is a task."""
        core = self._core
        self.withdraw(Withdrawn("Stopped: nothing was submitted"))
        self._is_on, self.is_to_stop = False, not core.state.task_id
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        if self._fetching is not None:
            self._fetching.cancel()
        if core.state.outcome is None and core.state.task_id:
            core.end(
                MjError(f"Task {core.state.task_id} is not watched any more"),
                phase=Phase.STOPPED,
                arriving=None,
                trouble=None,
                retry_at=None,
            )

    async def cancel(self) -> None:
        """End the task itself at the service; see ``Job.cancel``."""
        try:
            await self._core.account.client.cancel(self._required_id)
        except MjError as error:
            if error.maybe_sent:
                error.advice = "It may have been cancelled: Check now tells."
            self.ask()
            raise
        self.check()

    async def seed(self) -> str:
        """Return the picture's seed; see ``Job.seed``."""
        core, task_id = self._core, self._required_id
        if not core.state.seed:
            core.change(seed=await core.account.seed(task_id))
        return core.state.seed

    @property
    def _required_id(self) -> str:
        """The task's id.

        Raises:
            MjError: it is only being submitted.
        """
        if not self._core.state.task_id:
            raise MjError("There is no task yet")
        return self._core.state.task_id

    def resume(self) -> None:
        """Go on with what was stopped."""
        if self.is_to_stop:
            self.is_to_stop = False
        elif self._core.state.phase is Phase.STOPPED:
            self.check()

    def _take(self, task_id: str, news: News) -> None:
        self._core.run(self._absorb(task_id, news))

    async def _absorb(self, task_id: str, news: News) -> None:
        core, update = self._core, news.update
        if not self._is_on or task_id != core.state.task_id:
            return
        task, error = update.task, update.error
        core.note_refusal(error or news.refusal)
        if task is not None and update.changed_at is not None:
            watched = core.state.stopwatch.saw(task, update.before, update.changed_at)
            news = replace(news, stopwatch=watched)
        if error is not None:
            self._miss(error, update.retry_in, task)
        elif task is None:
            return
        elif task.succeeded:
            await self._finish(task, news)
        elif task.is_final:
            await core.account.keep(task)
            self._fail(task, news)
        else:
            await self._go_on(task, news)

    def _miss(self, error: MjError, retry_in: float | None, task: Task | None = None) -> None:
        """Take in that an ask brought nothing; with no next one, it is the last."""
        core = self._core
        if core.state.known_since is not None and isinstance(error, TaskNotFound):
            error = words.gone(error, core.state.button, self._again)
        if retry_in is not None:
            retry_at = time.time() + retry_in
            core.complain(words.passing_words(error), "trouble", trouble=error, retry_at=retry_at)
            return
        task = task or core.state.task
        self._end_badly(error, str(error), phase=Phase.LOST, task=task, trouble=error)

    async def _go_on(self, task: Task, news: News) -> None:
        core, update = self._core, news.update
        self._is_new = True
        note = words.progress_note(task, stalled=update.stalled)
        is_new = core.state.error or note != self._note  # what else was said stays
        self._note = note
        core.change(
            phase=Phase.FOLLOWED,
            task=task,
            trouble=None,
            retry_at=None,
            changed_at=update.changed_at,
            stopwatch=news.stopwatch or core.state.stopwatch,
            stalled=update.stalled,
            error="",
            notice=Notice.of(note, "trouble") if is_new else core.state.notice,
        )
        if task.status == Status.MODAL:
            await self.dialog.meet(task)
        else:
            self.dialog.close()

    # -- ends -----------------------------------------------------------------------------------

    async def _finish(self, task: Task, news: News) -> None:
        core = self._core
        kept_since = _kept_since(news)
        self._fetching = asyncio.current_task()  # first: an observer may stop it
        core.complain(
            "",
            phase=Phase.FETCHING,
            arriving=task,
            coming=None,
            trouble=None,
            retry_at=None,
            stopwatch=news.stopwatch or core.state.stopwatch,
            kept_since=kept_since,
            question=None,
        )
        result, error = None, None
        try:
            asking = Asking(
                is_new=self._is_new or _has_just_ended(task),
                tell=self._miss,
                show=self._show,
                wants_originals=self._is_refreshed,
            )
            result = await core.account.results.result(task, news.kept, asking)
        except MjError as failure:
            error = failure
            core.note_refusal(error)
        finally:
            self._fetching = None
        buttons = await offer(core.account, task)
        if not self._is_on:
            return
        record = result.record if result else None
        missing = words.missing_note(result)
        note = (
            str(error)
            if error
            else missing
            or words.keeping_note(news.refusal, "" if record else core.account.not_kept)
            or self._remix_note(task)
        )
        # What was here before may be held in memory alone: it is not to be lost.
        result = result or core.state.result
        core.end(
            without_picture(task, error) if error and result is None else task,
            phase=Phase.ENDED,
            task=task,
            arriving=None,
            coming=None,
            trouble=None,
            retry_at=None,
            result=result,
            question=None,
            seed=(record.seed if record else "") or core.state.seed,
            buttons=buttons,
            error=str(error) if error else missing,
            notice=Notice.of(note, "trouble"),
        )

    def _show(self, coming: Coming) -> None:
        """Take in what there is of the files while others are on their way."""
        if self._is_on and self._core.state.phase is Phase.FETCHING:
            self._core.change(coming=coming)

    @property
    def _again(self) -> str:
        return self._core.begun_with.again if self._core.begun_with else ""

    def _fail(self, task: Task, news: News) -> None:
        core = self._core
        failure = TaskFailed(task)
        if core.state.known_since is not None:
            failure.advice = words.anew(core.state.button, self._again)
        said = str(failure) if failure.advice else failure.words or str(failure)
        self._end_badly(
            failure,
            said,
            phase=Phase.ENDED,
            task=task,
            trouble=None,
            kept_since=_kept_since(news),
            stopwatch=news.stopwatch or core.state.stopwatch,
        )

    def _end_badly(self, error: MjError, said: str, **changes: Any) -> None:
        """End without a result."""
        self._core.end(
            error,
            arriving=None,
            retry_at=None,
            question=None,
            error=said,
            notice=Notice.of(said),
            **changes,
        )

    def _remix_note(self, task: Task) -> str:
        """Return what is said where a prompt was given and nobody asked for it, or ""."""
        core = self._core
        answer, above = core.ready_answer, core.parent
        found = above.state.find(core.state.button) if above else None
        if answer is None or above is None or above.state.task is None or found is None:
            return ""
        if found.button.asks:
            return ""
        return words.prompt_note(answer.prompt, task, above.state.task)


def without_picture(task: Task, error: MjError) -> ImageError:
    """Return what whoever waits for a task gets that succeeded, and whose picture cannot be had."""
    if not isinstance(error, ImageError):
        error = ImageError(error.what, status=error.status, words=error.words, advice=error.advice)
    error.task = task
    return error


def _has_just_ended(task: Task) -> bool:
    ended = task.finish_time
    return ended is not None and abs(time.time() - ended.timestamp()) < _JUST_ENDED


def _kept_since(news: News) -> datetime | None:
    return news.kept.saved_at if news.kept else None
