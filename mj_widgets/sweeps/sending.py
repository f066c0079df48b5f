"""The jobs of a sweep on their way: a few at a time, until all are sent or somebody says stop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakSet

from mj_widgets.errors import (
    Forbidden,
    LibraryError,
    MjError,
    Offline,
    QueueFull,
    QuotaExceeded,
    Unauthorized,
)
from mj_widgets.jobs import Job
from mj_widgets.jobs.sender import Withdrawn
from mj_widgets.jobs.state import Phase

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.jobs.start import Start
    from mj_widgets.jobs.state import JobState

_ALIKE_FOR_ALL = (Forbidden, LibraryError, Offline, QuotaExceeded, Unauthorized)
"""What one job is refused for, all others would be as well."""
_living: WeakSet[Sending] = WeakSet()


class Sending:
    """Sends planned jobs, and has never more than a few of them under way at the service.

    Its methods belong on the background thread.

    Args:
        account: where they are sent.
        starts: what is to be submitted, by the numbers of the jobs.
        at_once: how many may be under way.
        interval: seconds between two asks; None to let the follower find the right time.
    """

    def __init__(
        self,
        account: Account,
        starts: dict[int, Start],
        at_once: int,
        interval: float | None,
    ) -> None:
        self.account, self._starts, self._at_once = account, starts, at_once
        self._interval = interval
        self.on_change: Callable[[], object] = lambda: None
        """Called when something has become of one of them."""
        self._waiting: deque[int] = deque()
        self._is_on = False
        self._under_way: set[int] = set()
        self.stopped: Withdrawn | None = None
        """Why it sends no more; None while it does, or has not begun."""
        self.jobs = {number: self._planned(number) for number in starts}
        """One for each, sent or not. One that is sent again is replaced."""
        _living.add(self)

    def begin(self, known: Iterable[int]) -> None:
        """Follow what was sent before, and send the others one after the other.

        Args:
            known: the numbers of those that the journal has.
        """
        before = set(known)
        self._is_on = True
        for number in before:
            self._send(number)
        for job in self.jobs.values():
            job.life.hold(None)
        self._waiting.extend(number for number in self._starts if number not in before)
        self._go_on()

    def show(self, known: Iterable[int], why: MjError) -> None:
        """Follow what was sent before, and send nothing yet: whoever waits for that gets *why*."""
        for number in known:
            self._send(number)
        for job in self.jobs.values():
            job.life.hold(why)

    def stop(self, why: Withdrawn) -> None:
        """Send no more, here and wherever this process sends the same. What was sent goes on."""
        if self.stopped is not None:
            return
        # A cell that is run twice leaves the first one without anybody who could stop it.
        others = [each for each in list(_living) if each._is_on and each._sends_the_same(self)]
        was_on = self._is_on
        self.stopped, self._is_on = why, False
        self._waiting.clear()
        for job in self.jobs.values():
            job.life.withdraw(why)
        self.on_change()
        for other in others if was_on else ():
            other.stop(why)

    def again(self, numbers: Iterable[int]) -> list[int]:
        """Send those again of which nothing came, each as a new job; return which these are."""
        chosen = [n for n in numbers if n in self.jobs and has_come_to_nothing(self.jobs[n].state)]
        self._renew_account()
        for number in chosen:
            if was_sent(self.jobs[number].state):
                self._starts[number] = replace(self._starts[number], new=True)
            self.jobs[number] = self._planned(number)
        self.stopped, self._is_on = None, True
        self._waiting.extend(chosen)
        self._go_on()
        return chosen

    def _renew_account(self) -> None:
        """Go on with the token that was given since, where one was refused."""
        outcomes = (job.state.outcome for job in self.jobs.values())
        if any(isinstance(outcome, (Forbidden, Unauthorized)) for outcome in outcomes):
            self.account = self.account.successor or self.account

    def _sends_the_same(self, other: Sending) -> bool:
        mine, theirs = ([s.order for s in each._starts.values()] for each in (self, other))
        return self.account.client.root == other.account.client.root and mine == theirs

    def _planned(self, number: int) -> Job:
        job = Job(self.account, interval=self._interval)
        job.life.plan(self._starts[number])
        return job

    def _send(self, number: int) -> None:
        job = self.jobs[number]
        if job.state.phase is Phase.PLANNED:
            self._under_way.add(number)
            job.on_change(lambda state: self._hear(number, job, state))
            job.life.send(self._starts[number])

    def _hear(self, number: int, job: Job, state: JobState) -> None:
        if self.jobs[number] is not job:  # it was sent again, and is looked at by itself
            return
        if is_under_way(state):
            self._under_way.add(number)
        else:
            self._under_way.discard(number)
            self._hurry()
        if isinstance(state.outcome, _ALIKE_FOR_ALL) and state.phase is Phase.UNSENT:
            self.stop(_withdrawn(state.outcome))
        self._go_on()

    def _hurry(self) -> None:
        """Let those try again whom the queue had no room for: there may be some now."""
        for number in self._under_way:
            if isinstance(self.jobs[number].state.trouble, QueueFull):
                self.jobs[number].life.ask()

    def _go_on(self) -> None:
        while self._is_on and self._waiting and len(self._under_way) < self._at_once:
            self._send(self._waiting.popleft())
        self.on_change()


def is_under_way(state: JobState) -> bool:
    """Tell whether the service may be at work for it, or is about to be."""
    is_begun = state.phase not in (Phase.PLANNED, Phase.FETCHING)
    return is_begun and state.outcome is None


def was_sent(state: JobState) -> bool:
    """Tell whether it was submitted, or may have been: again would be once more."""
    return bool(state.task_id) or (state.trouble is not None and state.trouble.maybe_sent)


def has_come_to_nothing(state: JobState) -> bool:
    """Tell whether it has ended without a task that succeeded, or goes on."""
    return state.outcome is not None and (state.phase is Phase.UNSENT or state.has_failed)


def _withdrawn(error: MjError) -> Withdrawn:
    return Withdrawn(
        f"Not sent, as the sweep has stopped: {error.what}",
        words=error.words,
        advice=error.advice,
    )
