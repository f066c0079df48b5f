"""The process that follows jobs which the library has, and looks at itself.

Started as ``python -m tests.benchmarks.kept``, it reads what to do as JSON from its input and
prints what it found as JSON; see `crowd`.
"""

import gc
import json
import sys
import time
import tracemalloc
from typing import Any

import psutil

from mj_widgets.archive import Library
from mj_widgets.jobs import Job
from mj_widgets.session import Session

WARM_UP = 20


def over(session: Session, ids: list[str]) -> list[Job]:
    """The jobs of finished tasks, once the last of them is over."""
    jobs = [session.follow(task_id) for task_id in ids]
    assert all(job.wait(60).succeeded for job in jobs)
    return jobs


def measure(url: str, folder: str, ids: list[str], rounds: int) -> dict[str, Any]:
    """Follow them all at once: by the clock, then once more to see what Python holds."""
    session = Session(url, "sandbox", library=Library(folder))
    kept = over(session, ids[:WARM_UP])
    before, resident, seconds, busy = _resident(), 0, [], []
    for _ in range(rounds):
        started, used = time.perf_counter(), time.process_time()
        kept = over(session, ids)
        seconds.append(time.perf_counter() - started)
        busy.append(time.process_time() - used)
        resident = resident or _resident() - before
        kept.clear()
    gc.collect()
    tracemalloc.start()
    kept = over(session, ids)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    return {"seconds": seconds, "busy": busy, "resident": resident, "held": held}


def _resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    print(json.dumps(measure(**json.load(sys.stdin))))
