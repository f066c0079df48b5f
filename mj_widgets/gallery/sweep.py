"""One line with braces as a set of tasks: asked for once, sent a few at a time, seen as a sheet."""

from __future__ import annotations

import asyncio
import logging
import sys
from array import array
from typing import TYPE_CHECKING, Any

from IPython import get_ipython

from mj_widgets import background
from mj_widgets.archive import State
from mj_widgets.errors import Interrupted, MjError, even_unmade, one_line
from mj_widgets.gallery.task_set import TaskSet
from mj_widgets.jobs import Job
from mj_widgets.jobs.sender import Withdrawn
from mj_widgets.service.pace import require_interval
from mj_widgets.session.settings import session_of
from mj_widgets.sets.members import MOST, Members
from mj_widgets.sweeps.plan import axes_of, plan_of, starts_of
from mj_widgets.sweeps.sending import Sending
from mj_widgets.sweeps.standing import (
    Standing,
    asked,
    doubts_of,
    question_of,
    said_of,
    standing_of,
    where,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mj_widgets.account import Account
    from mj_widgets.gallery.gallery import Gallery
    from mj_widgets.models import Task
    from mj_widgets.models.speed import Mode
    from mj_widgets.service.balance import Balance
    from mj_widgets.service.orders import Bot
    from mj_widgets.session.session import Session
    from mj_widgets.sweeps.plan import SweepPlan

_log = logging.getLogger(__name__)
_TELL_SECONDS = 0.25
_MOST_AT_ONCE = 100


class Sweep(TaskSet):
    """The jobs of one line with braces, in order, sent or not; see ``sweep``."""

    def __init__(self, members: Members, plan: SweepPlan, sending: Sending) -> None:
        super().__init__(members)
        self._plan, self._sending = plan, sending
        self._numbers = list(sending.jobs)
        self._is_asking = False
        self._balance: Balance | None = None
        self._teller: asyncio.TimerHandle | None = None
        sending.on_change = self._tell_soon

    @even_unmade
    def __repr__(self) -> str:
        return f"<Sweep, {self.standing.words}>"

    @property
    def standing(self) -> Standing:
        """How many of its jobs are where.

        >>> tasks.standing.words                                    # doctest: +SKIP
        '5 of 8 done, 2 running, 1 failed'
        """
        return standing_of([job.state for job in self._sending.jobs.values()])

    def stop(self) -> None:
        """Send no more. What was sent goes on at the service, and is followed."""
        why = Withdrawn("Not sent: the sweep was stopped", advice="Run it again to send it.")
        background.do(lambda: self._stop(why))

    def try_again(self, jobs: Job | Iterable[Job] | None = None) -> int:
        """Send once more what has come to nothing, as the buttons above the sheet do.

        Each is a new job in its place, and is paid for again.

        Args:
            jobs: which; None for all that failed or were not sent. What may have been submitted is
                sent only where it is named: look at the service first.

        Returns:
            How many are sent.

        Raises:
            MjError: nobody has said yes yet, or one is no job of this sweep.

        >>> tasks.try_again()                                       # doctest: +SKIP
        2
        >>> tasks.try_again(job for job in tasks if not job.task_id)    # doctest: +SKIP
        1
        """
        if self._is_asking:
            raise self._unasked
        if jobs is None:
            return background.do(lambda: len(self._again(self._those("failed", "unsent"))))
        number_of = {job: number for number, job in self._sending.jobs.items()}
        wanted = [jobs] if isinstance(jobs, Job) else list(jobs)
        if strangers := [job for job in wanted if job not in number_of]:
            said = one_line(repr(strangers[0]), 60)
            raise MjError(
                f"{said} is no job of this sweep", advice="Give some of it as it is now: tasks[2]."
            )
        return background.do(lambda: len(self._again([number_of[job] for job in wanted])))

    def wait(self, timeout: float | None = None) -> list[Task]:
        """Wait until all have ended and their pictures are here; return the tasks, in order.

        Args:
            timeout: seconds for all together; None waits for ever.

        Raises:
            MjError: nobody has said yes yet, one failed, was refused or was not sent (the first
                of them, when all have ended), or the time is over.
            KeyboardInterrupt: it was interrupted; what is left is sent all the same.
        """
        if self._is_asking:
            raise self._unasked
        try:
            return super().wait(timeout)
        except KeyboardInterrupt:
            goes_on = ", and goes on; stop() keeps back what is not sent"
            raise Interrupted(
                f"Stopped waiting. The sweep stands at {self.standing.words}"
                f"{goes_on if self.standing.waiting else ''}."
            ) from None

    @property
    def is_asking(self) -> bool:
        """Whether nothing is sent yet, as nobody has said yes."""
        return self._is_asking

    @property
    def _unasked(self) -> MjError:
        count = len(self._plan.new)
        return MjError(
            "1 job waits for a yes" if count == 1 else f"{count:,} jobs wait for a yes",
            advice="Press Send above them, or give confirm=False.",
        )

    # -- asked and sent -------------------------------------------------------------------------

    def _begin(self, *, is_agreed: bool) -> None:
        """Follow what was sent before, and send the others or ask; on the background thread."""
        cells = list(zip(self._numbers, self._plan.entries, strict=True))
        if is_agreed or not self._plan.new:
            self._sending.begin(number for number, entry in cells if entry)
            return
        self._is_asking = True
        # What another kernel is sending may be refused there, and would be sent from here.
        settled = [number for number, entry in cells if entry and entry.state is not State.SENDING]
        self._sending.show(settled, self._unasked)
        background.spawn(self._ask_balance())

    async def _ask_balance(self) -> None:
        """Say in the question what is left to spend, once it is known."""
        self._balance = await self._sending.account.purse.ask()
        self._tell()

    def _send(self) -> None:
        if self._is_asking:
            self._is_asking = False
            self._sending.begin(())

    def _stop(self, why: Withdrawn) -> None:
        self._is_asking = False
        self._sending.stop(why)

    def _again(self, numbers: list[int]) -> list[int]:
        sent = self._sending.again(numbers)
        for shown in list(self._members.watchers):
            background.spawn(shown.renew(sent))
        return sent

    async def _hear(self, told: dict[str, Any]) -> None:
        """Do what a button above the sheet says."""
        match told.get("deed"):
            case "send":
                self._send()
            case "stop":
                self._stop(Withdrawn("Not sent: the sweep was stopped"))
            case "again":
                self._again(self._those("failed", "unsent"))
            case "anyway":
                self._again(self._those("unclear"))

    async def _send_again(self, number: int) -> None:
        self._again([number])

    def _those(self, *places: str) -> list[int]:
        return [n for n, job in self._sending.jobs.items() if where(job.state) in places]

    # -- the bar above the sheet ----------------------------------------------------------------

    def _made_to_show(self, *, static: bool) -> Gallery:
        return self.sheet(static=static)

    def _gallery_of(self, **options: Any) -> Gallery:
        answers = {"sweep": self._hear}
        gallery = super()._gallery_of(answers=answers, again=self._send_again, **options)
        gallery.wall.sweep = self._told()
        return gallery

    def _tell_soon(self) -> None:
        """Say how it stands, a few times a second at most; on the background thread."""
        if self._teller is None:
            self._teller = asyncio.get_running_loop().call_later(_TELL_SECONDS, self._tell)

    def _tell(self) -> None:
        self._teller = None
        told = self._told()
        for gallery in list(self._galleries):
            if not gallery.is_closed:
                gallery.wall.sweep = told

    def _told(self) -> dict[str, Any]:
        standing = self.standing
        if self._is_asking:
            said, done = asked(self._plan, self._balance), None
        else:
            said = said_of(standing, self._sending.stopped)
            done = None if standing.is_over else standing.done / standing.total
        return {"lines": said.lines, "done": done, "buttons": list(said.deeds.items())}


def sweep(
    prompt: str,
    *,
    repeat: int = 1,
    at_once: int = 3,
    confirm: bool | int = True,
    mode: Mode = "",
    bot: Bot = "mj",
    interval: float | None = None,
    session: Session | None = None,
) -> Sweep:
    """Submit each prompt that a line with braces stands for, a few at a time.

    First it is said how many jobs that is and what they cost, and asked once: by a button above
    the sheet, in a terminal by a question. Each job is submitted once in a lifetime: the same line
    run again, in this notebook or another, in the middle of it or a day later, goes on where it
    was, and a longer line (``{red, blue, green}``) pays for what is new in it.

    Args:
        prompt: such as ``a {red, blue} fox --s {50, 250}``; see ``expand``.
        repeat: how many of each, where the prompt has no ``--repeat``.
        at_once: how many may be under way at the service.
        confirm: False sends without asking; so does the number of jobs, which has to be given
            where it is over 100. What may be a slip in a prompt is logged then. True asks.
        mode: "fast", "relax" or "turbo"; "" leaves it to the service and the prompt.
        bot: "mj", or "niji" for the bot that draws.
        interval: seconds between two asks; default: found by the follower.
        session: the service; default: the one of ``mj.configure`` or the environment.

    Raises:
        MjError: a brace has no other half or nothing in it, there are no or too many jobs, or
            nobody is there to ask; one line, and nothing is submitted.

    >>> tasks = sweep("a {red, blue} fox --s {50, 250}")            # doctest: +SKIP
    >>> tasks.wait(); tasks.sheet(rows="s", columns=1)              # doctest: +SKIP
    """
    if (
        isinstance(at_once, bool)
        or not isinstance(at_once, int)
        or not (1 <= at_once <= _MOST_AT_ONCE)
    ):
        raise MjError(f"{at_once!r} jobs at once cannot be", advice=f"Give 1 to {_MOST_AT_ONCE}.")
    require_interval(interval)
    groups, cells, starts = starts_of(prompt, repeat, mode=mode, bot=bot)
    chosen = session_of(session)
    account = chosen.account
    plan = background.run(plan_of(account, groups, cells, starts, confirm))
    is_named = confirm is False or plan.is_named_by(confirm)
    is_agreed = is_named or not plan.new or account.offline
    for doubt in doubts_of(plan) if is_named else ():
        _log.warning("%s", doubt)
    if not is_agreed and not hasattr(get_ipython(), "kernel"):
        _ask_in_terminal(plan, account)
        is_agreed = True
    numbers = [MOST - at for at in range(len(cells))]

    def begin() -> Sweep:
        planned = dict(zip(numbers, starts, strict=True))
        sending = Sending(account, planned, at_once, interval)
        members = Members(
            chosen.library,
            array("I", numbers),
            sending.jobs,
            chosen,
            braces=axes_of(groups, cells, numbers),
        )
        begun = Sweep(members, plan, sending)
        begun._begin(is_agreed=is_agreed)
        return begun

    return background.do(begin)


def _ask_in_terminal(plan: SweepPlan, account: Account) -> None:
    """Ask a person for a yes.

    Raises:
        MjError: it was no yes, or nobody is there.
    """
    if not sys.stdin or not sys.stdin.isatty():
        what = question_of(plan)[0].rstrip(".")
        raise MjError(what, advice="mj.sweep(..., confirm=False) sends them. Nothing was sent.")
    balance = background.run(account.purse.ask())
    print("\n".join(question_of(plan, balance)))
    try:
        answer = input(f"Send {len(plan.new):,}? [y/N] ")
    except (EOFError, KeyboardInterrupt):
        answer = ""
    if answer.strip().lower() not in ("y", "yes"):
        raise MjError("Nothing was submitted", advice="")
