"""A task that waits in a modal until it is answered, from Python or by a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mj_widgets.account.ledger import JournalError
from mj_widgets.errors import MjError
from mj_widgets.jobs.state import Canvas, Notice, Phase, Question
from mj_widgets.models import Status
from mj_widgets.models.button import Button
from mj_widgets.models.modal import ModalAnswer, asks_of, first_prompt
from mj_widgets.service import orders

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.account.result import Result
    from mj_widgets.jobs.core import JobCore
    from mj_widgets.models import Task


class Dialog:
    """The modal of one job's task; on the background thread.

    Args:
        core: the job.
        ask: asks the service about the task at once.
    """

    __slots__ = ("_ask", "_core", "_is_answered", "_is_busy", "_is_doubtful", "viewers")

    def __init__(self, core: JobCore, ask: Callable[[], None]) -> None:
        self._core, self._ask = core, ask
        self._is_busy = self._is_answered = self._is_doubtful = False
        self.viewers = 0
        """How many views show the question to a person who may answer it."""

    async def meet(self, task: Task) -> None:
        """Answer the modal that *task* waits in, or ask in ``state.question``."""
        core = self._core
        if self._is_busy:  # the service is asked about it meanwhile
            return
        answer, core.ready_answer = core.ready_answer, None
        if answer is not None:
            await self.answer(answer)
        if self._is_answered or core.state.question is not None:
            return
        self._is_busy = True
        try:
            question = await self._question(task, answer)
        finally:
            self._is_busy = False
        if self._waits:
            core.change(question=question)
            if (nobody := self.nobody) is not None:
                core.outcome.interrupt(nobody)

    def close(self) -> None:
        """Ask no more: the task goes on, or has ended."""
        self._core.change(question=None)

    async def answer(self, answer: ModalAnswer) -> None:
        """Send an answer, once; where it is refused, the question stands and says why."""
        core, state = self._core, self._core.state
        if self._is_busy or self._is_answered:
            return
        order = orders.answer(state.task_id, answer, parent=state.parent_id, button=state.button)
        self._is_busy = True
        try:
            await core.account.submit(order, anyhow=self._is_doubtful)
        except MjError as error:
            # A task that still waits was not answered: a person may do so again.
            self._is_doubtful = error.maybe_sent or isinstance(error, JournalError)
            if not self._refuse(str(error)) and self._waits:
                core.end(error, notice=Notice.of(str(error)))
        else:
            self._is_answered = True
            # Whoever waits from now on gets what comes of it, not an earlier answer's refusal.
            core.change(question=None, outcome=None)
            self._ask()
        finally:
            self._is_busy = False

    async def decline(self) -> None:
        """Cancel the task at the service, in place of an answer."""
        try:
            await self._core.account.client.cancel(self._core.state.task_id)
        except MjError as error:
            refusal = "" if error.maybe_sent else "The service does not cancel it. "
            self._refuse(f"{refusal}{error}")
        else:
            self.close()
        self._ask()

    @property
    def nobody(self) -> MjError | None:
        """What whoever waits for the job gets where nobody is there to answer, else None."""
        state = self._core.state
        if state.question is None or self.viewers or not self._waits:
            return None
        return unanswered(state.task_id, "answer(prompt) gives it.")

    @property
    def _waits(self) -> bool:
        state = self._core.state
        is_modal = state.task is not None and state.task.status == Status.MODAL
        return is_modal and state.phase is Phase.FOLLOWED

    def _refuse(self, words: str) -> bool:
        """Say in the question why it stands; False where there is none."""
        question = self._core.state.question
        if question is None:
            return False
        refused = replace(question, refusal=words, refusals=question.refusals + 1)
        self._core.change(question=refused)
        return True

    async def _question(self, task: Task, draft: ModalAnswer | None) -> Question:
        """Return what *task* waits for, with what opened it: the job above tells, or the journal.

        The parent and its picture are the library's, else fetched. What cannot be had is left out.
        """
        core = self._core
        account, above = core.account, core.parent
        parent, result, button = None, None, None
        if above is not None:
            parent, result = above.state.task, above.state.result
            found = above.state.find(core.state.button)
            button = found.button if found else None
        if button is None:
            parent = parent or await _fetched(account, core.state.parent_id or task.parent_id)
            custom_id = task.custom_id or await account.custom_id(task.id)
            buttons = parent.buttons if parent else ()
            button = next((b for b in buttons if b.custom_id == custom_id and custom_id), None)
            if button is None and custom_id:
                button = Button(custom_id=custom_id)
        asks = asks_of(task, button)
        source = task if task.final_prompt else parent or task
        canvas = None
        if asks == "mask" and parent is not None and parent.succeeded:
            canvas = await canvas_of(account, parent, result)
        return Question(
            asks,
            draft.prompt if draft else first_prompt(source, button or Button(), asks),
            button,
            canvas,
            draft,
        )


def unanswered(task_id: str, advice: str) -> MjError:
    """Return what whoever waits for a task gets that waits itself, and nobody answers."""
    return MjError(f"Task {task_id} waits in a window for a prompt or a mask", advice=advice)


async def canvas_of(account: Account, task: Task, result: Result | None) -> Canvas | None:
    """Return a small copy of a task's picture to paint a mask on, None where it cannot be had."""
    try:
        result = result or await account.results.result(task)
        result, copies = await account.results.copies(result)
    except MjError:
        return None
    first = next(iter(result.pictures), None)
    size = first.pixel_size if first else None
    return Canvas(copies.still.data, size) if copies.still and size else None


async def _fetched(account: Account, task_id: str) -> Task | None:
    if not task_id:
        return None
    record = await account.kept(task_id, anywhere=True)
    if record is not None:
        return record.task
    try:
        return await account.client.fetch(task_id)
    except MjError:
        return None
