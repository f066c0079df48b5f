"""What came of what, as the jobs at hand know it beside the library and its journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, Self

from mj_widgets.archive.lineage import Branch, TaskLink
from mj_widgets.jobs.state import Phase

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.jobs.life import Life
    from mj_widgets.jobs.state import JobState


class Relative(Protocol):
    """A job among those that came of one another."""

    @property
    def account(self) -> Account:
        """The service that it is asked of."""

    @property
    def life(self) -> Life:
        """What brings it from its beginning to its end."""

    @property
    def state(self) -> JobState:
        """All that is known of it."""

    @property
    def parent(self) -> Self | None:
        """The job that it came of."""

    @property
    def followups(self) -> Sequence[Self]:
        """The jobs that came of it, in order."""


def tree_of(job: Relative) -> Branch:
    """Return a job's task with all that came of it; see ``Job.tree``."""
    if not job.state.task_id:
        return path_of(job)[-1]
    return job.account.tree(job.state.task_id, _links(job))


def path_of(job: Relative) -> tuple[Branch, ...]:
    """Return the tasks from the root to this one; see ``Job.path``."""
    known = _links(job)
    if job.state.task_id:
        return job.account.path(job.state.task_id, known)
    own = _link(job)
    above = job.account.path(own.parent, known) if own.parent else ()
    return (*above, Branch("", own.button, prompt=own.prompt))


def step_of(job: Relative) -> tuple[str, str]:
    """Return the parent's task and the button; of a job that stands alone they are looked up."""
    state = job.state
    if state.parent_id or not state.task_id:
        return state.parent_id, state.button
    *above, own = path_of(job)
    return above[-1].task_id if above else "", own.button


def _links(job: Relative) -> list[TaskLink]:
    """Return what this job and those around it know."""
    root = job
    while root.parent is not None:
        root = root.parent
    return [_link(each) for each in _family(root) if each.state.task_id or _may_come(each, root)]


def _may_come(job: Relative, root: Relative) -> bool:
    """Tell whether a job without a task has a place of its own; one that was refused is leaving."""
    return not job.life.is_to_stop and (job is root or job.state.phase is not Phase.UNSENT)


def _family(root: Relative) -> Iterator[Relative]:
    left = [root]
    while left:
        job = left.pop()
        yield job
        left += reversed(job.followups)


def _link(job: Relative) -> TaskLink:
    state, task = job.state, job.state.task
    if task is None:
        return TaskLink(state.task_id, state.parent_id, state.button, prompt=state.prompt)
    parent = state.parent_id or task.parent_id
    return TaskLink(state.task_id, parent, state.button, str(task.status), task.prompt)
