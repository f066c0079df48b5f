"""Following tasks where there is no browser: a text bar each in plain IPython."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from mj_widgets.errors import MjError, one_line
from mj_widgets.jobs.words import status_words

if TYPE_CHECKING:
    from mj_widgets.card import TaskWidget

_SENDING = "submitting"
_LONGEST_TEXT = 2_000
_PAINTED = ["progress", "status", "error"]


def follow(widgets: Sequence[TaskWidget], timeout: float | None = None) -> None:
    """Show a text bar until each task has ended; Ctrl-C ends the watching, not the tasks.

    Raises:
        TimeoutError: one is still running after *timeout* seconds.
        MjError: one failed, or cannot be followed.
    """
    try:
        for widget in widgets:
            _follow(widget, timeout)
    except KeyboardInterrupt:
        left = [w.task_id for w in widgets if w.task is None or not w.task.is_final]
        print(f"Stopped waiting; still running and followed: {', '.join(left)}")


def _follow(widget: TaskWidget, timeout: float | None) -> None:
    with tqdm(
        total=100,
        desc=widget.task_id or _SENDING,
        bar_format="{desc} {percentage:3.0f} % |{bar:30}| {elapsed}{postfix}",
    ) as bar:

        def paint(_: Any = None) -> None:
            bar.n = widget.progress
            task = widget.task
            bar.set_description_str(widget.task_id or _SENDING, refresh=False)
            bar.set_postfix_str(widget.error or (status_words(task)[0] if task else "asking"))

        widget.observe(paint, _PAINTED)
        paint()
        try:
            widget.wait(timeout)
        except MjError:
            bar.leave = False  # the error is a line of its own and says it all
            raise
        finally:
            widget.unobserve(paint, _PAINTED)
            paint()
    for number, text in enumerate(widget.texts, 1):
        print(f"{number}. {one_line(text, _LONGEST_TEXT)}")
    for file in widget.files:
        print(f"kept as {file}")
