"""How a sweep stands, and what is said and asked of it, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mj_widgets.errors import one_line
from mj_widgets.jobs.sender import Withdrawn
from mj_widgets.jobs.state import Phase
from mj_widgets.models.costs import minutes_of
from mj_widgets.models.prompt import SHORTEST
from mj_widgets.models.prompt_slips import slips_of
from mj_widgets.sweeps.sending import has_come_to_nothing, was_sent

if TYPE_CHECKING:
    from mj_widgets.errors import MjError
    from mj_widgets.jobs.state import JobState
    from mj_widgets.models.template import Braces
    from mj_widgets.service.balance import Balance
    from mj_widgets.sweeps.plan import SweepPlan

TERMS = (
    "Midjourney's terms forbid to run prompts by programs, on pain of a ban: it is your decision."
)
_LONGEST_PROMPT = 90
_MOST_READ = 1_000
"""Prompts that are looked at for slips: a tenth of a second."""
_MOST_DOUBTS = 3


@dataclass(frozen=True)
class Standing:
    """How many of the jobs of a sweep are where."""

    total: int = 0
    waiting: int = 0
    """Planned, and not sent yet."""
    running: int = 0
    """Under way, or their pictures are."""
    done: int = 0
    failed: int = 0
    """Refused, or failed at the service."""
    unclear: int = 0
    """They may have been submitted: their answers were lost."""
    unsent: int = 0
    """Withdrawn, as the sweep was stopped."""
    unwatched: int = 0
    """They were sent, and how they go on is not known here: they are not followed any more."""
    known: int = 0
    """Of all, those that were answered from the journal."""

    @property
    def is_over(self) -> bool:
        """Whether none of them will change by itself."""
        return not self.waiting and not self.running

    @property
    def words(self) -> str:
        """All of it on one line.

        >>> Standing(total=8, done=5, running=2, failed=1).words
        '5 of 8 done, 2 running, 1 failed'
        """
        parts = {
            "running": self.running,
            "waiting": self.waiting,
            "failed": self.failed,
            "may have been submitted": self.unclear,
            "not sent": self.unsent,
            "not watched any more": self.unwatched,
            "known from before": self.known,
        }
        said = [f"{count:,} {word}" for word, count in parts.items() if count]
        return ", ".join([f"{self.done:,} of {self.total:,} done", *said])


@dataclass(frozen=True)
class Said:
    """What is said of a sweep, and what can be done about it."""

    lines: list[str]
    deeds: dict[str, str]
    """What each button is for, and what stands on it: "send", "stop", "again", "anyway"."""


def asked(plan: SweepPlan, balance: Balance | None = None) -> Said:
    """Return the question before anything is paid for; see ``question_of``."""
    new = len(plan.new)
    send = "Send 1 job" if new == 1 else f"Send {new:,} jobs"
    return Said(question_of(plan, balance), {"send": send, "stop": "Not now"})


def said_of(standing: Standing, stopped: MjError | None) -> Said:
    """Return how a sweep stands, in words.

    Args:
        standing: how many of its jobs are where.
        stopped: why it sends no more, if it does not.
    """
    lines, deeds = [f"{standing.words}."], {}
    if stopped is not None and standing.unsent:
        lines.append(str(stopped))
    if standing.waiting:
        deeds["stop"] = "Stop sending"
    elif standing.unsent:
        deeds["again"] = f"Send the {standing.unsent + standing.failed:,} left"
    elif standing.failed:
        deeds["again"] = f"Send {standing.failed:,} again"
    if standing.unclear and not standing.waiting:
        lines.append(f"{standing.unclear:,} may have been submitted: look at the service first.")
        deeds["anyway"] = f"Send {standing.unclear:,} all the same"
    return Said(lines, deeds)


def standing_of(states: Iterable[JobState]) -> Standing:
    """Return how the jobs of a sweep stand."""
    counts = dict.fromkeys(Standing.__dataclass_fields__, 0)
    for state in states:
        counts["total"] += 1
        counts["known"] += state.known_since is not None
        counts[where(state)] += 1
    return Standing(**counts)


def where(state: JobState) -> str:
    """Return under which name of a ``Standing`` a job is counted."""
    if state.phase is Phase.PLANNED:
        return "waiting"
    if state.outcome is None:
        return "running"
    if not has_come_to_nothing(state):
        return "unwatched" if state.phase in (Phase.LOST, Phase.STOPPED) else "done"
    if isinstance(state.trouble, Withdrawn):
        return "unsent"
    return "unclear" if was_sent(state) and not state.task_id else "failed"


def doubts_of(plan: SweepPlan) -> list[str]:
    """Return what may be a slip in what is to be sent, a line each; [] for nothing."""
    told: dict[str, str] = {}
    for at in plan.new[:_MOST_READ]:
        prompt = plan.cells[at].prompt
        if words := slips_of(prompt).words:
            which = "the first prompt" if at == plan.new[0] else f"“{one_line(prompt, 60)}”"
            told.setdefault(words, f"Look at {which}: {words}.")
    twice = [
        f"“{one_line(value, 40)}” stands {'twice' if count == 2 else f'{count} times'} in "
        f"{_said_of_braces(group)}, and each is a job of its own."
        for group in plan.groups
        for value, count in Counter(group.values).items()
        if plan.new and count > 1
    ]
    return [*list(told.values())[:_MOST_DOUBTS], *twice[:_MOST_DOUBTS]]


def _said_of_braces(group: Braces) -> str:
    return f"--{group.name}" if group.name in SHORTEST else one_line(group.name, 60)


def question_of(plan: SweepPlan, balance: Balance | None = None) -> list[str]:
    """Return what a person is to know before anything is paid for, a line each.

    Args:
        plan: what is to be sent.
        balance: what the service says is left, None where it does not tell.
    """
    new = plan.new
    count, known = len(new), len(plan.entries) - len(new)
    first, last = (one_line(plan.cells[at].prompt, _LONGEST_PROMPT) for at in (new[0], new[-1]))
    prompts = f"“{first}”" if first == last else f"“{first}” to “{last}”"
    jobs = "1 job is" if count == 1 else f"{count:,} jobs are"
    more = (
        "1 more was sent before and costs"
        if known == 1
        else f"{known:,} more were sent before and cost"
    )
    before = f"; {more} nothing" if known else ""
    minutes = f"{count * minutes_of('imagine'):,.1f}"
    left = f" The service says: {balance.words}." if balance and balance.words else ""
    cost = "Each is paid for at the service, as each %mjimagine is; at Midjourney that is"
    return [
        f"{jobs} to be sent: {prompts}{before}.",
        *doubts_of(plan),
        f"{cost} some {minutes} minutes of fast time in all.{left}",
        TERMS,
    ]
