"""Pressing a job's buttons: the same press, or a double click, gives the same job."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from mj_widgets.account.ledger import JournalError
from mj_widgets.errors import MjError, fault_of
from mj_widgets.jobs import words
from mj_widgets.jobs.offer import offer
from mj_widgets.jobs.state import MOST_JOBS, Followup, Phase
from mj_widgets.models.modal import first_prompt, problem_of
from mj_widgets.service import orders

if TYPE_CHECKING:
    from mj_widgets.jobs.core import JobCore
    from mj_widgets.jobs.life import Life
    from mj_widgets.jobs.sender import Wish
    from mj_widgets.jobs.start import Start
    from mj_widgets.jobs.state import JobButton
    from mj_widgets.models import Submission, Task
    from mj_widgets.models.button import Asks, Button, Group
    from mj_widgets.models.modal import ModalAnswer
    from mj_widgets.service.order import Order

# The second click of a double click comes later than a fast service's answer to the first.
SAME_CLICK = 1.0


class Child(Followup, Protocol):
    """A job that is made for a press."""

    @property
    def life(self) -> Life:
        """What brings it from its beginning to its end."""


_C = TypeVar("_C", bound=Child)
_Key = tuple[str, "ModalAnswer | None"]


class Presses(Generic[_C]):
    """The presses of one job's buttons, and the jobs that came of them; on the background thread.

    Args:
        core: the job.
        new_child: makes the job of what is only being submitted, from the button's name.
    """

    __slots__ = (
        "_begun",
        "_core",
        "_doubtful",
        "_jobs",
        "_new_child",
        "_pressed_at",
        "_sending",
        "_unsure",
        "_unwritten",
    )

    def __init__(self, core: JobCore, new_child: Callable[[str], _C]) -> None:
        self._core, self._new_child = core, new_child
        self._jobs: dict[_Key, _C] = {}
        self._begun: dict[_C, Order] = {}
        self._unsure: list[Order] = []
        self._unwritten: list[Order] = []
        self._sending: list[str] = []
        self._doubtful: dict[_Key, bool] = {}
        """What may have been sent, or could not be written down, and whether it was to be new."""
        self._pressed_at: dict[str, float] = {}

    def press(
        self,
        name: str,
        answer: ModalAnswer | None = None,
        *,
        new: bool = False,
        by_click: bool = False,
    ) -> _C:
        """Send a press, and return the new task's job at once; see ``Job.press``.

        With *by_click* it is a person's, who may have been told that the last one may have been
        sent, or could not be written down: what is known of that by now is shown, and else it is
        sent all the same. What is refused without asking the service is raised then: a person has
        no use for a job that comes and goes.
        """
        name = self._named(name)
        task, button = self._find(name)
        _check(task, button, name, answer)
        known = self.job_of(name, answer)
        if known is not None and (not new or name in self._sending):
            known.life.resume()
            return known
        self._core.renew_account()
        if by_click:
            self._check_account(name, answer, new=new)
        child = self._jobs[name, answer] = self._new_child(name)
        self._sending.append(name)
        self._pressed_at[name] = time.monotonic()
        self._core.change(
            buttons=self._marked(name, is_busy=True),
            followups=(*self._core.state.followups, child),
        )
        anyhow: bool | None = None
        if by_click:
            anyhow = (name, answer) in self._doubtful
            new = self._doubtful.get((name, answer), new)
        wish = child.life.wish(lambda why: self._withdraw(name, child, why))
        self._core.run(
            self._send(name, button, child, task, answer, new=new, anyhow=anyhow, wish=wish)
        )
        return child

    def begin(self, start: Start, *, by_click: bool = False) -> _C:
        """Submit what is made of the task's pictures, and return its job at once.

        The same begun again gives the same job, unless it is *new*, or no task came of it. Where
        its answer was lost, that is looked for before it is sent once more.

        With *by_click* it is a person's, as a press may be: what is only being sent is not sent
        twice, and what cannot be written down first is sent when it is begun once more.
        """
        order = start.order
        for known, begun in self._begun.items():
            is_sending = by_click and known.state.phase is Phase.SENDING
            if begun == order and (is_sending or not start.new):
                known.life.resume()
                return known
        self._core.renew_account()
        child = self._new_child(order.button)
        self._begun[child] = order
        # What was refused before is not to be read any more: this is done in its place.
        self._core.complain("", followups=(*self._core.state.followups, child))
        if is_unsure := order in self._unsure:
            self._unsure.remove(order)
            start = replace(start, new=False, anyhow=True)
        elif by_click:
            if is_unwritten := order in self._unwritten:
                self._unwritten.remove(order)
            start = replace(start, anyhow=is_unwritten)
        child.life.send(
            start, lambda error: self._refuse_start(order, child, error, is_unsure=is_unsure)
        )
        return child

    def job_of(self, name: str, answer: ModalAnswer | None = None) -> _C | None:
        """Return the job of an earlier press, or None."""
        return self._jobs.get((name, answer))

    def is_meant_anew(self, name: str, answer: ModalAnswer | None = None) -> bool:
        """Tell whether a person who clicks and sees what came of the last press wants another.

        Not of a U: the picture would be the same, and some servers refuse.
        """
        known = self.job_of(name, answer)
        if known is None:
            return (name, answer) in self._doubtful
        is_seen = known.state.task is not None and known.state.task.succeeded
        found = self._core.state.find(name)
        return known.state.has_failed or (
            is_seen and found is not None and not found.button.picks_quadrant
        )

    def asking(self, asks: Asks) -> str | None:
        """Return the name of the button whose modal asks for that, or None."""
        found = self._core.state.buttons
        return next((known.name for known in found if known.button.asks == asks), None)

    def name_of(self, group: Group, quadrant: int | None) -> str | None:
        """Return the name of the button for this work on this picture, or None."""
        for known in self._core.state.buttons:
            if (known.button.group, known.button.quadrant) == (group, quadrant):
                return known.name
        return None

    def _named(self, name: str) -> str:
        """Return the name of the one button that *name* stands for, else *name* itself.

        What is read on the screen is one too: with its emoji, and in any case.

        Raises:
            MjError: it stands for several.
        """
        buttons = self._core.state.buttons
        if any(known.name == name for known in buttons):
            return name
        alike = [
            known.name
            for known in buttons
            if _plain(name) in (_plain(known.name), _plain(known.button.caption))
        ]
        if len(alike) > 1:
            advice = f"Take one of: {', '.join(alike)}."
            raise MjError(f"There are {len(alike)} buttons “{name}”", advice=advice)
        return alike[0] if alike else name

    def _find(self, name: str) -> tuple[Task, Button]:
        state = self._core.state
        found, is_there = state.find(name), state.phase is Phase.ENDED or bool(state.buttons)
        if found is None or state.task is None:
            names = ", ".join(known.name for known in state.buttons)
            none = "This task has none." if is_there else "None is there yet: call wait() first."
            advice = f"There are: {names}." if names else none
            raise MjError(f"There is no button “{name}”", advice=advice)
        if found.button.is_link:
            raise MjError(f"“{name}” only opens a web page")
        return state.task, found.button

    def _check_account(self, name: str, answer: ModalAnswer | None, *, new: bool) -> None:
        """Raise MjError where a press would be refused without asking the service."""
        found, is_doubtful = self._core.state.find(name), (name, answer) in self._doubtful
        is_known = is_doubtful or (not new and found is not None and bool(found.used))
        try:
            self._core.account.check(is_known=is_known, anyhow=new)
        except MjError as error:
            if isinstance(error, JournalError):
                self._doubtful[name, answer] = False
            raise

    def _marked(self, name: str, **changes: Any) -> tuple[JobButton, ...]:
        buttons = self._core.state.buttons
        return tuple(replace(b, **changes) if b.name == name else b for b in buttons)

    async def _send(
        self,
        name: str,
        button: Button,
        child: _C,
        task: Task,
        answer: ModalAnswer | None,
        *,
        new: bool,
        anyhow: bool | None,
        wish: Wish,
    ) -> None:
        core = self._core
        if doubt := core.account.purse.doubt(orders.press(task.id, button, answer)):
            core.say(f"{name} – {doubt}", "trouble")
        try:
            submission = await core.account.press(
                task, button, answer, new=new, anyhow=anyhow, wanted=wish.holds
            )
            if wish.is_over:
                return
            self._doubtful.pop((name, answer), None)
            self._open(name, child, submission, answer)
        except MjError as error:
            if wish.is_over:
                return
            if error.maybe_sent or isinstance(error, JournalError):
                self._doubtful[name, answer] = new and not error.maybe_sent
            if error.not_offered:
                core.change(buttons=self._marked(name, is_unknown=True))
            self._refuse(name, child, error)
            if button.change and not core.account.can_change:
                core.change(buttons=await offer(core.account, task))
        except Exception as error:  # noqa: BLE001 - nobody would ever see it: the job must say it
            if wish.is_over:
                return
            self._refuse(name, child, fault_of(error))
        self._sending.remove(name)
        await asyncio.sleep(max(0.0, self._pressed_at[name] + SAME_CLICK - time.monotonic()))
        self._free(name)

    def _withdraw(self, name: str, child: _C, why: MjError) -> None:
        """Take in that a press is not sent, as somebody has said so before it was."""
        self._sending.remove(name)
        self._refuse(name, child, why)
        self._free(name)

    def _free(self, name: str) -> None:
        """Let a button be pressed again, unless it is being pressed."""
        if name not in self._sending:
            self._core.change(buttons=self._marked(name, is_busy=False))

    def _open(
        self, name: str, child: _C, submission: Submission, answer: ModalAnswer | None
    ) -> None:
        core = self._core
        core.complain("", buttons=self._marked(name, used="here"))
        if not submission.task_ids:
            core.say(f"{name}: {submission.description or 'done'}", "done")
            nothing = MjError(f"“{name}” starts no task", words=submission.description)
            self._take_away(child, nothing, Phase.NOTHING)
            return
        first, *others = submission.task_ids[:MOST_JOBS]
        further = submission.task_ids[MOST_JOBS:]
        child.life.begin(first, submission=submission, answer=answer)
        siblings = tuple(self._new_child(name) for _ in others)
        core.change(
            followups=(*core.state.followups, *siblings),
            further_ids=tuple(dict.fromkeys((*core.state.further_ids, *further))),
        )
        for sibling, task_id in zip(siblings, others, strict=True):
            sibling.life.begin(task_id, submission=submission)
        if further:
            core.say(f"{name}: {words.too_many(len(submission.task_ids))}", "trouble")

    def _refuse_start(self, order: Order, child: _C, error: MjError, *, is_unsure: bool) -> None:
        if error.maybe_sent or is_unsure:
            self._unsure.append(order)
        elif isinstance(error, JournalError):
            self._unwritten.append(order)
        self._refuse(order.button, child, error)

    def _refuse(self, name: str, child: _C, error: MjError) -> None:
        """Say why a press came to nothing, and take its job away."""
        self._core.complain(f"{name} – {error}")
        self._take_away(child, error, Phase.UNSENT)

    def _take_away(self, child: _C, error: MjError, phase: Phase) -> None:
        """Take a job away whose task never came to be; whoever waits for it gets *error*."""
        child.life.give_up(error, phase)
        self._jobs = {key: known for key, known in self._jobs.items() if known is not child}
        self._begun.pop(child, None)
        followups = tuple(known for known in self._core.state.followups if known is not child)
        self._core.change(followups=followups)


def _plain(name: str) -> str:
    """Return *name* without case, and without the mark that only asks for a coloured emoji."""
    return " ".join(name.replace("\ufe0f", "").casefold().split())


def _check(task: Task, button: Button, name: str, answer: ModalAnswer | None) -> None:
    """Raise MjError where *button* asks for something that is missing or cannot be sent."""
    if answer is not None and not button.takes_prompt:
        raise MjError(f"“{name}” takes no prompt", advice="Leave it out.")
    if answer is not None:
        asks = button.asks or "prompt"
        if problem := problem_of(answer, asks, first_prompt(task, button, asks)):
            raise MjError(f"“{name}” was not sent", advice=problem)
    if answer is None and button.asks == "mask":
        advice = "vary_region(mask, prompt=...) gives it."
        raise MjError(f"“{name}” needs a mask", advice=advice)
    if answer is None and button.asks:
        advice = f'press("{name}", prompt=...) gives it.'
        raise MjError(f"“{name}” needs a prompt", advice=advice)
