"""A task at one moment, with its links: what a flavour writes down."""

from __future__ import annotations

from dataclasses import dataclass

from mj_widgets.sandbox.tasks import Moment, StudioTask

CHANNEL = "1371679336578420847"


@dataclass(frozen=True)
class TaskView:
    """A task at one moment, with its links, ready to be written down."""

    task: StudioTask
    moment: Moment
    image_url: str = ""
    singles: tuple[str, ...] = ()
    films: tuple[str, ...] = ()
    size: tuple[int, int] | None = None
    content_type: str = ""
    instance: str = CHANNEL

    @property
    def percent(self) -> str:
        """Progress as text."""
        return f"{self.moment.percent}%"

    def millis(self, seconds: float | None) -> int | None:
        """Seconds as whole milliseconds."""
        return None if seconds is None else round(seconds * 1000)

    @property
    def message_id(self) -> str:
        """A Discord message number that fits the task's time."""
        return str((round(self.task.submitted * 1000) - 1_420_070_400_000) << 22)


def shown_text(view: TaskView) -> str:
    """What `promptEn` holds: a described picture's texts once they are there."""
    if view.task.text and view.moment.status != "SUCCESS":
        return view.task.prompt
    return view.task.prompt_en
