"""What all parts of a job share: its account, its state in one place, and how that changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mj_widgets import background
from mj_widgets.errors import Forbidden, MjError, Unauthorized, fault_of, one_line
from mj_widgets.jobs.outcome import Outcome
from mj_widgets.jobs.state import JobState, Notice, Phase, Tone
from mj_widgets.service.pace import require_interval

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.jobs.start import Start
    from mj_widgets.models import Task
    from mj_widgets.models.modal import ModalAnswer

_log = logging.getLogger(__name__)
Listener = Callable[[JobState], object]


class JobCore:
    """The state of one job. It is changed on the background thread alone, and read from any.

    Args:
        account: where it is asked, sent and kept.
        state: what is known at first.
        interval: seconds between two asks; None to let the follower find the right time.
        parent: the job whose button started this one.
    """

    __slots__ = (
        "_faulty",
        "_is_refused",
        "_listeners",
        "_news",
        "account",
        "begun_with",
        "interval",
        "outcome",
        "parent",
        "ready_answer",
        "state",
    )

    def __init__(
        self,
        account: Account,
        state: JobState,
        interval: float | None = None,
        parent: JobCore | None = None,
    ) -> None:
        require_interval(interval)
        self.account, self.state, self.interval, self.parent = account, state, interval, parent
        self.outcome = Outcome()
        self.begun_with: Start | None = None
        """What was submitted for it, where no press was."""
        self.ready_answer: ModalAnswer | None = None
        """The answer for the modal that the service may open."""
        self._listeners: tuple[Listener, ...] = ()
        self._faulty: tuple[Listener, ...] = ()
        self._news: list[JobState] = []
        self._is_refused = False

    @property
    def prompt(self) -> str:
        """What Midjourney is given, as far as it is known."""
        return self.state.known.final_prompt if self.state.known else self.state.prompt

    def change(self, **changes: Any) -> None:
        """Take in what is new, and tell it as one new state; on the background thread."""
        state = replace(self.state, **changes)
        if state == self.state:
            return
        self.state = state
        self._news.append(state)
        if len(self._news) > 1:  # an observer has pressed: one after the other, to each in order
            return
        while self._news:
            self._tell(self._news[0])
            del self._news[0]

    def _tell(self, state: JobState) -> None:
        if state.outcome is None:
            self.outcome.forget()
        for listener in self._listeners:
            try:
                listener(state)
            except BaseException:  # noqa: BLE001 - an observer may raise anything
                if listener not in self._faulty:  # it may do so at each change
                    self._faulty = (*self._faulty, listener)
                    _log.exception("An observer of task %s failed", one_line(state.task_id))
        # Last: who has waited for it finds all that its views have made of it.
        self.outcome.tell(state.outcome)

    def end(self, outcome: Task | MjError, **changes: Any) -> None:
        """Take in what is new, and that it is over; the first outcome counts."""
        self.change(outcome=self.state.outcome or outcome, **changes)

    def listen(self, listener: Listener) -> None:
        """Call *listener* with each new state; on the background thread."""
        self._listeners = (*self._listeners, listener)

    def leave(self, listener: Listener) -> None:
        """Call *listener* no more; on the background thread."""
        self._listeners = tuple(known for known in self._listeners if known != listener)

    def complain(self, text: str, tone: Tone = "failed", **changes: Any) -> None:
        """Say what went wrong, or with "" that nothing does any more."""
        notice = Notice.of(text, tone)
        self.change(error=notice.text, notice=notice, **changes)

    def say(self, text: str, tone: Tone) -> None:
        """Say what else there is to know."""
        self.change(notice=Notice.of(text, tone))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work* on the background thread; what goes wrong is said, as nobody would see it."""
        try:
            background.spawn(self._guarded(work))
        except MjError:
            work.close()
            raise

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except BaseException as error:
            if background.is_cancelled(error):
                raise
            fault = fault_of(error)
            changes: dict[str, Any] = {"error": str(fault), "notice": Notice.of(str(fault))}
            if self.state.phase in (Phase.SENDING, Phase.FOLLOWED, Phase.FETCHING):
                phase = Phase.LOST if self.state.task_id else Phase.UNSENT
                changes |= {"phase": phase, "trouble": fault, "arriving": None, "retry_at": None}
            self.end(fault, **changes)

    def note_refusal(self, error: MjError | None) -> None:
        """Remember whether it is the token that was not accepted."""
        self._is_refused = isinstance(error, (Unauthorized, Forbidden))

    def renew_account(self) -> None:
        """Go on with the token that was given since for the same service, where one was refused."""
        if self._is_refused and self.account.successor is not None:
            self.account = self.account.successor
            self._is_refused = False
