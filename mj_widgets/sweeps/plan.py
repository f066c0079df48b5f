"""What a sweep is to make: its jobs, in order, and which of them were sent before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mj_widgets.errors import MjError
from mj_widgets.jobs import start
from mj_widgets.models.template import Template
from mj_widgets.sets.axes import Axis

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.archive import Entry
    from mj_widgets.jobs.start import Start
    from mj_widgets.models.speed import Mode
    from mj_widgets.models.template import Braces, Cell
    from mj_widgets.service.orders import Bot

_AGAIN = "tasks.try_again(job), or the button above the sheet,"
MOST_UNNAMED = 100
"""More jobs are sent only where a person names their number."""


@dataclass(frozen=True)
class SweepPlan:
    """The jobs of a sweep. The same line gives the same plan, in any kernel."""

    groups: tuple[Braces, ...]
    """The braces of the line."""
    cells: tuple[Cell, ...]
    starts: tuple[Start, ...]
    """What is to be submitted for each cell."""
    entries: tuple[Entry | None, ...]
    """What the journal has of each: None where it is to be sent."""

    @property
    def new(self) -> list[int]:
        """The places of those that are to be sent."""
        return [at for at, entry in enumerate(self.entries) if entry is None]

    def is_named_by(self, confirm: object) -> bool:
        """Tell whether a person has said yes to just so many jobs."""
        return not isinstance(confirm, bool) and confirm == len(self.cells)

    def require_number(self, confirm: object) -> None:
        """Raise MjError where the number of jobs is large or another one than was meant.

        Args:
            confirm: how many jobs a person has said yes to; a bool names none.
        """
        count = len(self.cells)
        named = None if isinstance(confirm, bool) else confirm
        if named is not None and named != count:
            raise MjError(
                f"That is {_jobs(count)}, and confirm says {named!r}",
                advice=f"confirm={count} sends them. Nothing was submitted.",
            )
        if named is None and count > MOST_UNNAMED and self.new:
            raise MjError(
                f"That is {_jobs(count)}, and more than {MOST_UNNAMED} want their number",
                advice=f"confirm={count}, or --confirm {count}, sends them. Nothing was submitted.",
            )


def starts_of(
    text: str,
    repeat: int = 1,
    *,
    mode: Mode = "",
    bot: Bot = "mj",
) -> tuple[tuple[Braces, ...], tuple[Cell, ...], tuple[Start, ...]]:
    """Return the braces of a line, its jobs, and what is to be submitted for each.

    Raises:
        MjError: see ``Template``; or nothing stands between two braces, or a prompt is empty.
    """
    template = Template(text)
    if template.empty:
        raise MjError(
            f"There is nothing between these braces: {template.empty}",
            advice="Write the options, with commas. Nothing was submitted.",
        )
    cells = tuple(template.cells(repeat))
    starts = tuple(
        replace(
            start.imagine(
                cell.prompt, mode=mode, bot=bot, retry=True, copy=cell.copy, is_spelled_out=True
            ),
            is_patient=True,
            again=_AGAIN,
        )
        for cell in cells
    )
    return template.groups, cells, starts


async def plan_of(
    account: Account,
    groups: tuple[Braces, ...],
    cells: tuple[Cell, ...],
    starts: tuple[Start, ...],
    confirm: object,
) -> SweepPlan:
    """Return a plan that a person has agreed to, or may be asked for; on the background thread.

    Args:
        account: where it is to be sent.
        groups: see ``starts_of``, as for the next ones.
        cells: its jobs.
        starts: what is to be submitted for each.
        confirm: see ``require_number``.

    Raises:
        JournalError: it cannot be known what was sent before.
        MjError: the number of jobs is large or another one than was meant.
    """
    orders = [each.order for each in starts]
    # One that is new among the first is enough to refuse many thousands.
    entries = await account.sent_before(orders[:MOST_UNNAMED])
    SweepPlan(groups, cells, starts, tuple(entries)).require_number(confirm)
    entries += await account.sent_before(orders[MOST_UNNAMED:])
    plan = SweepPlan(groups, cells, starts, tuple(entries))
    plan.require_number(confirm)
    return plan


def axes_of(
    groups: tuple[Braces, ...], cells: tuple[Cell, ...], numbers: Sequence[int]
) -> tuple[Axis, ...]:
    """Return the braces of a line as what tells its jobs apart.

    Args:
        groups: the braces.
        cells: the jobs.
        numbers: of the jobs, in the same order.
    """
    return tuple(
        Axis(
            group.name,
            tuple(dict.fromkeys(group.values)),
            {number: cell.values[at] for number, cell in zip(numbers, cells, strict=True)},
        )
        for at, group in enumerate(groups)
    )


def _jobs(count: int) -> str:
    return f"{count:,} job{'' if count == 1 else 's'}"
