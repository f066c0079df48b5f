"""A thousand tasks followed at once on the sandbox.

Whoever starts many tasks goes on working in the same kernel: following must leave most of the
processor, the memory and the attention of the main thread to them. The tasks are of all ages, and
a new one begins as one ends, so that at any time some are near their end, where most is asked.
"""

import statistics

from . import service
from .surroundings import in_own_process
from .table import Row

TASKS = 1000
TASK_SECONDS = 90


def rows(settle: float = 30, window: float = 25) -> list[Row]:
    """Processor, memory and a timer of 10 ms, once the follower knows the service."""
    with service.started("crowd", TASKS, TASK_SECONDS) as sandbox:
        found = in_own_process(
            "crowd", url=sandbox.url, ids=sandbox.ids, count=TASKS, settle=settle, window=window
        )
    ends = found["ends_late"]
    told = (
        f"{found['share_alone'] * 100:.1f} % before; {found['updates'] / window:.0f} updates/s, "
        f"{found['errors']} errors; {len(ends)} ends, told {statistics.mean(ends):.1f} s late "
        f"(95 %: {statistics.quantiles(ends, n=20)[-1]:.1f} s)"
    )
    late = f"{found['latest'] * 1000:.0f} ms at most; {found['late_alone'] * 1000:.1f} ms before"
    return [
        Row("1,000 tasks: of a core", found["share"] * 100, "%", 25, beside=told),
        Row("1,000 tasks: more memory", found["memory"] / 1e6, "MB", 150),
        Row("1,000 tasks: 10 ms timer late, 99 %", found["late"] * 1000, "ms", 20, beside=late),
    ]
