"""The tasks of a sandbox: makes them, finds them, lets them wait for a free place."""

from __future__ import annotations

import itertools
import json
import re
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mj_widgets.sandbox.buttons import grid_buttons
from mj_widgets.sandbox.examples import example_tasks, grid_of
from mj_widgets.sandbox.painting.recipes import Animated
from mj_widgets.sandbox.tasks import IMAGINE, StudioTask, Timing
from mj_widgets.sandbox.wishes import wishes_in

BANNED_WORDS: frozenset[str] = frozenset({"banned", "forbidden", "nsfw"})
"""A prompt with one of these words is refused at once, with code 24."""


@dataclass
class StudioOptions:
    """How a studio behaves; may be changed while it runs."""

    speed: float = 1.0
    slots: int = 12
    queue_size: int = 100
    queue_full: bool = False
    remix: bool = False
    partner: bool = False
    edits: bool = True
    hd: bool = True
    version: str = "7"


@dataclass(frozen=True)
class Canned:
    """A body that is served as it is."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"


class Studio:
    """Holds the tasks. Nothing runs in the background: every state follows from the clock."""

    def __init__(self, clock: Callable[[], float], options: StudioOptions) -> None:
        self.clock = clock
        self.options = options
        self.tasks: OrderedDict[str, StudioTask] = OrderedDict(
            (task.id, task) for task in example_tasks()
        )
        self.canned: dict[str, list[Canned]] = {}
        self._busy_until: list[float] = []
        self._counter = itertools.count(538)

    def find(self, task_id: str) -> StudioTask | None:
        """The task with an id, or None."""
        return self.tasks.get(task_id)

    def visit(self, task_id: str) -> StudioTask | None:
        """The task with an id; an example that waits for its first visit starts now."""
        task = self.tasks.get(task_id)
        if task is not None and task.wakes_on_fetch and task.begun is None:
            task.timing = IMAGINE.at_speed(self.options.speed)
            task.submitted = task.begun = self.clock()
        return task

    def parent(self, task_id: str) -> StudioTask | None:
        """The task to act on. A canned body that is a finished task may be acted on too."""
        return self.tasks.get(task_id) or self._adopted(task_id)

    def next_canned(self, task_id: str) -> Canned | None:
        """What `put` or `play` left for a task; a played body is used up but for the last."""
        left = self.canned.get(task_id)
        if not left:
            return None
        return left.pop(0) if len(left) > 1 else left[0]

    def seed_of(self, task: StudioTask) -> str:
        """The seed a task was painted with."""
        return str(uuid.uuid5(uuid.NAMESPACE_OID, task.message_hash).int % 4_294_967_296)

    def new_id(self) -> str:
        """A new id: milliseconds and three digits more."""
        while True:
            task_id = f"{int(self.clock() * 1000):013d}{next(self._counter) % 1000:03d}"
            if task_id not in self.tasks and task_id not in self.canned:
                return task_id

    def add(self, task: StudioTask, timing: Timing = IMAGINE) -> int:
        """Keep a new task and start its clock, unless it has a window. Returns how many wait."""
        self.tasks[task.id] = task
        task.timing = timing.at_speed(self.options.speed)
        _grant_wishes(task)
        return 0 if task.window else self.begin(task)

    def begin(self, task: StudioTask) -> int:
        """Start the clock of a task. Returns how many wait before it."""
        now = self.clock()
        self._busy_until = [end for end in self._busy_until if end > now]
        ahead = max(0, len(self._busy_until) + 1 - self.options.slots)
        if ahead:
            task.wait = max(0.0, sorted(self._busy_until)[ahead - 1] - now)
        task.begun = now
        task.window = ""
        self._busy_until.append(now + task.wait + task.timing.queue + task.timing.run)
        return ahead

    @property
    def is_full(self) -> bool:
        """Whether the next submission is refused."""
        now = self.clock()
        waiting = sum(end > now for end in self._busy_until) - self.options.slots
        return self.options.queue_full or waiting >= self.options.queue_size

    def banned_word(self, prompt: str) -> str:
        """The first word of a prompt that is not allowed, or ""."""
        words = re.findall(r"[a-z]+", prompt.lower())
        return next((word for word in words if word in BANNED_WORDS), "")

    def add_example(self, prompt: str, task_id: str | None = None, age: float = 0.0) -> StudioTask:
        """A task as if it had been submitted `age` seconds ago."""
        now = self.clock() - age
        task = StudioTask(
            id=task_id or self.new_id(),
            action="IMAGINE",
            prompt=prompt,
            description=f"/imagine {prompt}",
            submitted=now,
            recipe=(grid := grid_of(prompt)),
        )
        task.buttons = grid_buttons(task.message_hash, len(grid.scenes))
        self.add(task)
        task.submitted = task.begun = now
        return task

    def _adopted(self, task_id: str) -> StudioTask | None:
        for canned in reversed(self.canned.get(task_id, [])):
            try:
                body = json.loads(canned.body)
            except ValueError:
                continue
            if isinstance(body, Mapping) and str(body.get("status", "")).upper() == "SUCCESS":
                prompt = str(body.get("prompt") or "a canned task")
                properties = body.get("properties")
                known = properties.get("messageHash") if isinstance(properties, dict) else None
                task = StudioTask(
                    id=task_id,
                    action=str(body.get("action") or "IMAGINE"),
                    prompt=prompt,
                    prompt_en=str(body.get("promptEn") or prompt),
                    submitted=0.0,
                    begun=0.0,
                    recipe=grid_of(prompt),
                    message_hash=str(known or "any"),
                )
                text = properties.get("finalPrompt") if isinstance(properties, dict) else None
                if task.action in ("DESCRIBE", "SHORTEN"):
                    task.text = str(text or task.prompt_en)
                if task.action.startswith("VIDEO"):
                    task.recipe = Animated(grid_of(prompt), high=False)
                return task
        return None


def _grant_wishes(task: StudioTask) -> None:
    task.wishes = wishes_in(f"{task.prompt} {task.prompt_en}")
    task.stays_at = task.wishes.stays_at
    if task.wishes.fails:
        task.fails_at, task.fail_reason = task.wishes.fails
