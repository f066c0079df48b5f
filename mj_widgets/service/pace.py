"""When to ask again about a running task.

Asking costs a request, not asking makes the end late. Four rules settle it:

1. **A little longer each time.** Waits grow with the square root of the time watched, up to
   ten seconds: a task of two seconds is seen at once, a long queue costs little.
2. **A third of what is left.** The end is predicted from the task's own progress and, until
   that has come far, from how long such a task usually runs.
3. **Nothing lasts for ever.** Past the predicted end a wait is a fifth of the delay or of the
   silence, whichever is shorter, up to twelve seconds: for a task stuck at 93 %.
4. **Not when there can be no news.** Some gateways look at the tasks behind them only once in
   about 15 s. Two changes that far apart, with idle asks between them, suggest such a gateway.
   Then one ask comes just before a refresh can be due, and short steps until it is seen. Once
   that has come true, nothing is asked in between. News at another time refutes it.

Measured by ``python -m tests.benchmarks.polling`` for tasks of about 40 s, as requests and as
seconds from the end that the service could show to the answer that shows it (mean, 95 %):

=====================  ========  ==============
asked directly         14 (18)   0.57 (1.02)
through a gateway      16 (19)   0.54 (1.06)
the gateway known      12 (14)   0.51 (0.93)
every second           35 (41)   0.72 (1.31)
every 5 seconds        10 (11)   2.80 (5.14)
=====================  ========  ==============
"""

import math
import random
from typing import Final

from mj_widgets.errors import one_line
from mj_widgets.models.natives import is_number, native
from mj_widgets.models.status import Status, is_final, is_waiting, status_of

SHORTEST: Final = 0.4
LONGEST: Final = 30.0
RETRY_AFTER: Final = 300.0  # the longest that a service can send us away for
RARELY: Final = 180.0  # while nobody answers

STEP: Final = 0.55  # while the end may come at any moment; an answer's journey comes on top
PATIENT: Final = 10.0  # while the end is far
BORED: Final = 12.0  # while nothing happens any more
PERSON: Final = 15.0  # while the service waits for a person
SILENT: Final = 60.0  # no shorter silence is worth a word

# A gateway sleeps for 15 s and then works for up to 2 s. The lower bound allows for answers that
# were 0.4 s old on arrival. So long before a refresh can be due comes an early ask.
PERIOD: Final = (14.6, 17.0)
EARLY: Final = 0.5

Span = tuple[float, float]


class Rhythm:
    """What has been learned about one service, shared by all of its tasks.

    Whether it refreshes its rows only every so often, at which instants, and how long each
    action usually runs.
    """

    def __init__(self) -> None:
        self._usual = {"UPSCALE": 2.0}  # mostly a crop
        self._refresh: Span | None = None  # some refresh fell into this span of time
        self._trust = 0  # how often the supposition came true, less twice how often it did not

    @property
    def supposed(self) -> bool:
        """Whether the service may be a gateway that refreshes its rows only now and then."""
        return self._refresh is not None

    @property
    def sure(self) -> bool:
        """Whether that has proved true often enough to ask at no other time."""
        return self.supposed and self._trust >= 2

    def usual(self, action: str) -> float:
        """Seconds that such a task usually runs; 40 until one has been seen."""
        return self._usual.get(action.upper(), 40.0)

    def ran(self, action: str, seconds: float) -> None:
        """Take in how long a task ran: half of what is known is the last one."""
        known = self._usual.get(action.upper(), seconds)
        self._usual[action.upper()] = (known + seconds) / 2

    def suppose(self, first: Span, second: Span, *, blank: bool) -> None:
        """Suppose a gateway if two changes, seen within these spans, are one period apart.

        A row that was `blank` at first speaks for it: the gateway had not yet looked.
        """
        soonest, latest = first[0] + PERIOD[0], first[1] + PERIOD[1]
        if soonest < second[1] and second[0] < latest:
            self._refresh = max(soonest, second[0]), min(latest, second[1])
            self._trust += blank

    def changed(self, span: Span) -> None:
        """Take in that a row changed within `span`: it narrows or refutes the supposition."""
        if self._refresh is None or span[1] - span[0] >= PERIOD[0]:
            return  # so long a span holds a refresh whatever is supposed
        low, high = self._refresh
        first = max(0, math.floor((span[0] - high) / PERIOD[1]) + 1)
        last = math.ceil((span[1] - low) / PERIOD[0]) - 1
        if first > last:
            self._refresh, self._trust = None, self._trust - 2
        else:
            self._trust += first > 0
            after, before = low + first * PERIOD[0], high + last * PERIOD[1]
            self._refresh = max(after, span[0]), min(before, span[1])

    def window(self, now: float) -> Span | None:
        """When the next refresh can be due, as far as that is known."""
        if self._refresh is None:
            return None
        low, high = self._refresh
        periods = max(1, math.floor((now - high) / PERIOD[1]) + 1)
        return low + periods * PERIOD[0], high + periods * PERIOD[1]


def require_interval(interval: object) -> None:
    """Raise ValueError unless *interval* is a number of seconds above 0, or None for no such."""
    if interval is None or (is_number(given := native(interval)) and given > 0):
        return
    said = one_line(repr(interval), 40)
    raise ValueError(f"interval has to be a number of seconds above 0, not {said}")


class Pace:
    """When to ask again about one task.

    `now` is any clock that never goes back, in seconds. Hand in every answer, the last one too:
    from it the `rhythm` learns for the tasks to come. `interval` is the user's own fixed number
    of seconds and overrides the rules above.
    """

    def __init__(self, rhythm: Rhythm, interval: float | None = None) -> None:
        require_interval(interval)
        self._rhythm = rhythm
        self._interval = interval
        self._misses = 0
        self._status: Status | str = ""
        self._action = ""
        self._looks_ended = False  # by all but its status
        # When the first answer came, the last one, and the last that was news: not yet.
        self._watched_from = self._answered = self._changed_at = math.inf
        self._last_change: Span | None = None
        self._idle = 0  # answers since then that were no news
        self._blank = False  # whether it had no status once
        self._began: float | None = None  # when it left the queue,
        self._saw_it_begin = False  # known from watching, not from the service
        self._first = self._latest = (0.0, 0)  # when which progress was seen

    def saw(
        self,
        now: float,
        *,
        status: str,
        progress: int | None,
        action: str,
        running_for: float | None,
        changed: bool,
        looks_ended: bool = False,
    ) -> float:
        """Take in an answer; returns the seconds until the next ask."""
        self._misses, self._looks_ended = 0, looks_ended
        self._status, self._action = status_of(status), action
        self._blank = self._blank or not status
        if self._watched_from == math.inf:
            self._watched_from = self._changed_at = self._answered = now
        elif changed:
            self._take_change((self._answered, now))
        else:
            self._idle += 1
        if is_waiting(self._status) or self._status == Status.MODAL:
            self._began = None
        else:
            self._take_progress(now, progress, running_for)
        self._answered = now
        wait = self._wait(now) if self._interval is None else self._interval
        return min(max(SHORTEST, wait), LONGEST)

    def missed(
        self,
        now: float,  # noqa: ARG002
        retry_after: float | None = None,
        *,
        rarely: bool = False,
    ) -> float:
        """Take in a poll without a usable answer; returns the seconds until the next try.

        Where nobody answers at all, or a person has to mend something first, it is asked less and
        less: `rarely`.
        """
        self._misses += 1
        spread = random.uniform(0.5, 1.0)  # noqa: S311 - so that many cards do not return at once
        wait = spread * min(2.0 ** min(self._misses, 9), RARELY if rarely else LONGEST)
        wait = max(wait, min(self._interval or 0.0, LONGEST))
        if retry_after is not None and retry_after > wait:
            wait = min(retry_after, RETRY_AFTER)
        return wait

    def unchanged_for(self, now: float) -> float:
        """Seconds since the last change; 0 before the first answer."""
        return max(0.0, now - self._changed_at)

    def is_stalled(self, now: float) -> bool:
        """Whether a running task has shown nothing new for longer than is to be expected.

        A task that works is not silent for three times its usual run, and no silence under a
        minute is worth a word. A queue lasts as long as it lasts, a person may take their time.
        One that looks ended by all but its status has had its run.
        """
        if self._looks_ended:
            return self.unchanged_for(now) > SILENT
        running = self._began is not None and not is_final(self._status)
        return running and self.unchanged_for(now) > max(
            SILENT, 3 * self._rhythm.usual(self._action)
        )

    def _take_change(self, span: Span) -> None:
        if self._rhythm.supposed:
            self._rhythm.changed(span)
        elif self._last_change and self._idle + self._blank >= 2:
            self._rhythm.suppose(self._last_change, span, blank=self._blank)
        self._last_change, self._changed_at, self._idle = span, span[1], 0

    def _take_progress(self, now: float, progress: int | None, running_for: float | None) -> None:
        usual = self._rhythm.usual(self._action)
        told = None if progress is None else min(max(progress, 0), 100)
        if self._began is None:
            self._saw_it_begin = self._answered < now
            self._began = (self._answered + now) / 2
            self._first = self._latest = (self._began, 0)
            if not self._saw_it_begin:
                # Joined on the way. The service's clock may be wrong: it is believed as far as
                # it is plausible, and only until progress has been seen from here.
                self._first = self._latest = (now, told or 0)
                if running_for is not None and 0 < running_for < 2 * usual:
                    self._began = now - running_for
        if told is not None and told > self._latest[1]:
            self._latest = (now, told)
        elif told is not None and told < self._latest[1]:  # it began anew
            self._first = self._latest = (now, told)
        if self._status == Status.SUCCESS and self._saw_it_begin:
            self._rhythm.ran(self._action, now - self._began)

    def _end(self, now: float) -> float:
        """When the task will end, by its own pace and by habit."""
        if self._began is None:
            return now + self._rhythm.usual(self._action)
        habit = self._began + self._rhythm.usual(self._action)
        (since, start), (at, progress) = self._first, self._latest
        if progress == start:
            return habit
        pace = since + (100 - start) * (at - since) / (progress - start)
        sureness = progress / 100
        return (1 - sureness) * max(habit, now) + sureness * pace

    def _wait(self, now: float) -> float:
        if self._status == Status.MODAL:
            return PERSON
        left = self._end(now) - now
        silence = self.unchanged_for(now)
        overdue = silence if self._began is None else min(silence, -left)
        wait = min(1.5 * math.sqrt(max(0.0, now - self._watched_from)), left / 3, PATIENT)
        window = self._rhythm.window(now)
        if window is not None:
            opens, closes = window
            ahead = opens - EARLY - now
            overdue = min(overdue, silence - PERIOD[1])
            if ahead <= 0:  # coarser while the end is far, or if hardly anything is known
                wait = max((closes - opens) / 8, min((closes - opens) / 2, left / 10))
            elif self._rhythm.sure and silence < PERIOD[0]:
                wait = ahead
            else:  # the last refresh brought nothing, or is late: better look in between
                wait = min(wait, ahead)
        return max(STEP, wait, min(overdue / 5, BORED))
