"""A task and its life: where it stands is computed from the clock whenever someone asks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace

from mj_widgets.sandbox.buttons import Buttons
from mj_widgets.sandbox.painting.recipes import Recipe
from mj_widgets.sandbox.wishes import Reason, Wishes

STEPS = (0, 6, 15, 31, 46, 62, 78, 93)
_FIRST_PREVIEW = 2


@dataclass(frozen=True)
class Timing:
    """How many seconds a kind of work waits and runs, and whether it shows percentages."""

    queue: float
    run: float
    steps: bool = True

    def at_speed(self, speed: float) -> Timing:
        """The same work, `speed` times as fast."""
        return replace(self, queue=self.queue / speed, run=self.run / speed)


IMAGINE = Timing(1.5, 10.5)
PICK = Timing(0.5, 1.0, steps=False)
UPSCALE_HD = Timing(1.5, 13.5)
ANIMATE = Timing(1.5, 12.5)
TEXT = Timing(0.7, 3.0, steps=False)


@dataclass(frozen=True)
class Moment:
    """Where a task stands at one time."""

    status: str
    percent: int = 0
    preview: int | None = None
    started: float | None = None
    finished: float | None = None
    fresh: bool = False

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in ("SUCCESS", "FAILURE", "CANCEL")


@dataclass
class StudioTask:
    """One task. `begun` is when its clock starts; a window or a sleeping example has none yet."""

    id: str
    action: str
    prompt: str
    submitted: float
    prompt_en: str = ""
    final_prompt: str = ""
    description: str = ""
    timing: Timing = IMAGINE
    begun: float | None = None
    wait: float = 0.0
    recipe: Recipe | None = None
    text: str = ""
    buttons: Buttons = ()
    parent: str = ""
    state: str = ""
    bot_type: str = "MID_JOURNEY"
    mode: str = "FAST"
    notify_hook: str | None = None
    wishes: Wishes = field(default_factory=Wishes)
    fails_at: int | None = None
    fail_reason: Reason = ""
    stays_at: int | None = None
    window: str = ""
    wakes_on_fetch: bool = False
    always_fresh: bool = False
    cancelled: float | None = None
    message_hash: str = ""
    properties: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.prompt_en = self.prompt_en or self.prompt
        self.final_prompt = self.final_prompt or self.prompt_en
        self.message_hash = self.message_hash or str(uuid.uuid5(uuid.NAMESPACE_URL, self.id))

    def at(self, now: float) -> Moment:
        """Where this task stands at a time."""
        if self.cancelled is not None and now >= self.cancelled:
            return Moment("CANCEL", started=self.begun, finished=self.cancelled)
        if self.window:
            return Moment("MODAL", fresh=now < self.submitted)
        if self.begun is None or now < self.begun:
            return Moment("NOT_START", fresh=True)
        age = now - self.begun
        queue, run = self.timing.queue + self.wait, self.timing.run
        if age < queue:
            share = age / queue
            status = "NOT_START" if share < 2 / 3 else "SUBMITTED"
            return Moment(status, fresh=share < 1 / 3)
        return self._running((age - queue) / run if run else 1.0, self.begun + queue)

    def _running(self, share: float, started: float) -> Moment:
        if share >= 1 and self.fails_at is None and self.stays_at is None:
            return Moment("SUCCESS", 100, started=started, finished=started + self.timing.run)
        step = min(len(STEPS) - 1, int(share * len(STEPS))) if self.timing.steps else 0
        if self.fails_at is not None:
            end = _step_of(self.fails_at)
            if share >= (end + 0.5) / len(STEPS):
                finished = started + self.timing.run * (end + 0.5) / len(STEPS)
                return Moment("FAILURE", self.fails_at, started=started, finished=finished)
        if self.stays_at is not None:
            step = min(step, _step_of(self.stays_at))
        preview = step if step >= _FIRST_PREVIEW and self.recipe is not None else None
        return Moment("IN_PROGRESS", STEPS[step], preview, started)


def _step_of(percent: int) -> int:
    return max(i for i, at in enumerate(STEPS) if at <= percent)
