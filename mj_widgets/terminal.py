"""Following a task where there is no browser: a text bar in plain IPython."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from mj_widgets.widgets.words import status_words

if TYPE_CHECKING:
    from mj_widgets.widgets import TaskWidget


def follow(widget: TaskWidget, timeout: float | None = None) -> None:
    """Show a text bar until the task has ended; Ctrl-C ends the watching, not the task.

    Raises:
        TimeoutError: it is still running after *timeout* seconds.
        MjError: the task failed, or cannot be followed.
    """
    with tqdm(
        total=100,
        desc=widget.task_id,
        bar_format="{desc} {percentage:3.0f} % |{bar:30}| {elapsed} {postfix}",
    ) as bar:

        def paint(_: Any = None) -> None:
            bar.n = widget.progress
            task = widget.task
            bar.set_postfix_str(widget.error or (status_words(task)[0] if task else "asking"))

        widget.observe(paint, ["progress", "status", "error"])
        paint()
        try:
            widget.wait(timeout)
        except KeyboardInterrupt:
            bar.write(f"Not waiting any longer; task {widget.task_id} goes on.")
        finally:
            widget.unobserve(paint, ["progress", "status", "error"])
            paint()
