"""What asking costs and how late the end is seen: ``python -m tests.benchmarks.polling``.

Every row follows a few hundred made-up tasks in simulated time. An answer takes 50 to 400 ms,
and shows what the service knew half-way. The delay counts from the instant at which the service
could first have shown the end until the answer that shows it has arrived.
"""

import math
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from mj_widgets.service.pace import Pace, Rhythm

# The steps in which Discord tells the progress of a task.
DISCORD = (0, 6, 15, 31, 46, 62, 78, 93)
Row = tuple[str, int]


class Task:
    """One task as a service that is asked directly would show it: a row per instant."""

    def __init__(
        self,
        rng: random.Random,
        *,
        queue: float = 1.5,
        run: float = 40.0,
        marks: Iterable[int] = DISCORD,
        curve: float | None = None,
        lingers: float = 0.0,
        action: str = "IMAGINE",
        first_status: str = "SUBMITTED",
    ) -> None:
        self.action = action
        queue *= rng.uniform(0.6, 1.4)
        run *= rng.uniform(0.8, 1.2)
        bend = rng.uniform(0.7, 1.4) if curve is None else curve
        noise = run / 80  # of each step; `bend` makes the run quicker at one of its ends
        changes: list[tuple[float, Row]] = [(queue, ("IN_PROGRESS", 0))]
        for mark in marks:
            share = ((mark + rng.uniform(-2, 2)) / 100 if mark else 0.001) ** bend
            at = queue + min(max(share * run + rng.gauss(0, noise), 0.0), run * 0.99)
            changes.append((at, ("IN_PROGRESS", mark)))
        self.end = queue + run + rng.uniform(0, lingers)
        times = sorted(at for at, _ in changes)
        rows = [row for _, row in changes]
        self.times = [0.0, *times, self.end]
        self.rows = [(first_status, 0), *rows, ("SUCCESS", 100)]

    def row(self, now: float) -> Row:
        return self.rows[bisect_right(self.times, now) - 1]


class Service(Protocol):
    def look(self, task: Task, submitted: float, now: float) -> Row: ...
    def shows_end(self, task: Task, submitted: float) -> float: ...


class Direct:
    def look(self, task: Task, submitted: float, now: float) -> Row:
        return task.row(now - submitted)

    def shows_end(self, task: Task, submitted: float) -> float:
        return submitted + task.end


class Gateway:
    """Looks at its tasks every 15 s and a bit, and serves what it saw until the next look."""

    def __init__(self, rng: random.Random, period: float = 15.0, work: float = 0.7) -> None:
        self.refreshes = [rng.uniform(-period, 0)]
        while self.refreshes[-1] < 20_000:
            self.refreshes.append(self.refreshes[-1] + period + rng.uniform(0, work))

    def look(self, task: Task, submitted: float, now: float) -> Row:
        last = self.refreshes[bisect_right(self.refreshes, now) - 1]
        return ("", 0) if last < submitted else task.row(last - submitted)

    def shows_end(self, task: Task, submitted: float) -> float:
        return self.refreshes[bisect_right(self.refreshes, submitted + task.end)]


MakeService = Callable[[random.Random], Service]
MakeTask = Callable[[random.Random], Task]


class Outcome(NamedTuple):
    asks: int
    late: float
    ended: float
    gap: float  # between the last two asks


def follow(
    rng: random.Random,
    service: Service,
    task: Task,
    pace: Pace,
    submitted: float = 0.0,
    until: float = 20_000.0,
) -> Outcome:
    """Follow one task as the client would, from the moment that it was accepted."""
    now, asks, seen, wait = submitted, 0, None, 0.0
    while now < until:
        journey = rng.uniform(0.05, 0.4)
        row = service.look(task, submitted, now + journey / 2)
        now += journey
        asks += 1
        status, progress = row
        wait = pace.saw(
            now,
            status=status,
            progress=progress,
            action=task.action,
            running_for=None,
            changed=row != seen,
        )
        seen = row
        if status == "SUCCESS":
            return Outcome(asks, now - service.shows_end(task, submitted), now, wait)
        now += wait
    return Outcome(asks, math.nan, now, wait)


def cold(
    service: MakeService,
    task: MakeTask,
    interval: float | None = None,
    count: int = 400,
) -> list[Outcome]:
    """The first task of many sessions."""
    outcomes = []
    for seed in range(count):
        rng = random.Random(seed)
        outcomes.append(follow(rng, service(rng), task(rng), Pace(Rhythm(), interval)))
    return outcomes


def warm(
    service: MakeService,
    task: MakeTask,
    pause: float = 20.0,
    count: int = 80,
    after: MakeTask | None = None,
) -> list[Outcome]:
    """The second to the sixth task of many sessions, with a pause before each."""
    outcomes = []
    for seed in range(count):
        rng = random.Random(seed)
        place, rhythm, now = service(rng), Rhythm(), 0.0
        for turn in range(6):
            kind = task if turn or after is None else after
            outcome = follow(rng, place, kind(rng), Pace(rhythm), now)
            now = outcome.ended + rng.uniform(0, 2 * pause)
            if turn:
                outcomes.append(outcome)
    return outcomes


def line(name: str, outcomes: list[Outcome]) -> str:
    def high(values: list[float]) -> float:
        return statistics.quantiles(values, n=20)[-1]

    asks = [float(outcome.asks) for outcome in outcomes]
    late = [outcome.late for outcome in outcomes]
    return (
        f"{name:<44}{statistics.mean(asks):7.1f}{high(asks):7.0f}"
        f"{statistics.mean(late):9.2f}{high(late):7.2f}{max(late):7.2f}"
    )


def asks_in_an_hour(task: Task) -> tuple[int, float]:
    """How often a task that never ends is asked about in an hour, and the last gap."""
    rng, pace = random.Random(0), Pace(Rhythm())
    hour = follow(rng, Direct(), task, pace, until=3600.0)
    return hour.asks, hour.gap


SERVICES: dict[str, MakeService] = {
    "direct": lambda _rng: Direct(),
    "gateway": Gateway,
    "busy gateway": lambda rng: Gateway(rng, work=2.0),
    "overloaded gateway": lambda rng: Gateway(rng, work=4.0),
}
ODD_TASKS: dict[str, MakeTask] = {
    "15 s": lambda rng: Task(rng, run=15.0),
    "60 s": lambda rng: Task(rng, run=60.0),
    "90 s": lambda rng: Task(rng, run=90.0),
    "40 s, no progress told": lambda rng: Task(rng, marks=()),
    "40 s, only 50 % told": lambda rng: Task(rng, marks=(0, 50)),
    "40 s, steps of 3 %": lambda rng: Task(rng, marks=range(0, 100, 3)),
    "40 s, slow at first": lambda rng: Task(rng, curve=0.5),
    "40 s, slow at last": lambda rng: Task(rng, curve=2.0),
    "40 s, then 93 % for up to 20 s": lambda rng: Task(rng, lingers=20.0),
}


def imagine(rng: random.Random) -> Task:
    return Task(rng)


def upscale(rng: random.Random) -> Task:
    return Task(rng, queue=0.5, run=1.0, marks=(0,), action="UPSCALE")


def relaxed(rng: random.Random) -> Task:
    return Task(rng, run=240.0)


def queued(rng: random.Random) -> Task:
    return Task(rng, queue=600.0, first_status="NOT_START")


def main() -> None:
    print(f"{'':<44}{'requests':^14}{'seconds late':^23}")
    print(f"{'':<44}{'mean':>7}{'95 %':>7}{'mean':>9}{'95 %':>7}{'most':>7}")
    for name, service in SERVICES.items():
        print(line(f"40 s, {name}, first", cold(service, imagine)))
        print(line(f"40 s, {name}, later", warm(service, imagine)))
        if name in {"direct", "gateway"}:
            for interval in (1.0, 2.0, 5.0):
                print(line(f"  every {interval:.0f} s", cold(service, imagine, interval)))
    gateway, direct = SERVICES["gateway"], SERVICES["direct"]
    print(line("40 s, gateway, after pauses of 5 minutes", warm(gateway, imagine, pause=300.0)))
    print(line("U, direct, first", cold(direct, upscale)))
    print(line("U, direct, later", warm(direct, upscale)))
    print(line("U, gateway, first", cold(gateway, upscale)))
    print(line("U, gateway, after a 40 s task", warm(gateway, upscale, after=imagine)))
    print(line("relax 4 min, direct, first", cold(direct, relaxed)))
    print(line("relax 4 min, direct, later", warm(direct, relaxed)))
    print(line("relax 4 min, gateway, first", cold(gateway, relaxed)))
    print(line("10 min queue, then 40 s, direct", cold(direct, queued)))
    print("\nNot what the rules were made for:")
    for name, task in ODD_TASKS.items():
        print(line(f"{name}, direct", cold(direct, task)))
        print(line(f"{name}, gateway", cold(gateway, task)))
    print()
    for name, forever in (
        ("queue", Task(random.Random(0), queue=9000.0, first_status="NOT_START")),
        ("93 %", Task(random.Random(0), lingers=10.0**9)),
    ):
        asks, gap = asks_in_an_hour(forever)
        print(f"an hour at {name}: {asks} requests, at last every {gap:.1f} s")


if __name__ == "__main__":
    main()
