"""What a card consists of, and how each part is painted; it knows no service."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import ipywidgets as ipw

from mj_widgets.buttons import Button
from mj_widgets.following import Update
from mj_widgets.models import Task
from mj_widgets.session import Result
from mj_widgets.widgets import words
from mj_widgets.widgets.busy import answer_while_busy
from mj_widgets.widgets.caption import Caption
from mj_widgets.widgets.panel import Panel
from mj_widgets.widgets.pictures import Pictures

_ASPECT = re.compile(r"--(?:ar|aspect)\s+(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")
_Handler = Callable[[], object]


class Face:
    """The controls and pictures of one card.

    Args:
        size: the longer side of the pictures together, in CSS pixels.
        twin: the still copy that is hidden where the face is seen, "" for none.
        on_open: called with the index of a picture that someone zooms.
        on_save: called with the index of one to save, None for the whole.
        on_stop: called when Stop is pressed; likewise *on_check* and *on_retry*.
    """

    def __init__(
        self,
        size: int,
        *,
        twin: str,
        on_open: Callable[[int], None],
        on_save: Callable[[int | None], None],
        on_stop: _Handler,
        on_check: _Handler,
        on_retry: _Handler,
    ) -> None:
        self._size = size
        # Each Layout and Style is a model of its own in the browser: a card shares them.
        # Classes are given at the start: adding one later is a message more.
        self._layout = ipw.Layout()
        self._style = ipw.ButtonStyle()
        self.caption = Caption(twin=twin, layout=self._layout)
        self._frame_layout = ipw.Layout(max_width=f"{size}px")
        self.bar = ipw.IntProgress(layout=self._frame_layout, max=100, _dom_classes=("mj-bar",))
        self.stop = self._control("Stop", "Stop watching; the task goes on at the service", on_stop)
        self.check = self._control("Check now", "Ask the service at once", on_check)
        self.retry = self._control("Try again", "Ask for the picture once more", on_retry)
        self.save = self._control(
            "Save", "Save the picture as a file beside the notebook", lambda: on_save(None)
        )
        self.tools = self._row([self.stop, self.check, self.retry, self.save])
        self.pictures = Pictures(on_open, on_save, layout=self._layout)
        self.frame = ipw.Box([self.pictures], layout=self._frame_layout, _dom_classes=("mj-grid",))
        self.more = self._row()
        self.asked = ipw.VBox(layout=self._layout, _dom_classes=("mj-asked",))
        self.followups = ipw.VBox(layout=self._layout, _dom_classes=("mj-followups",))
        self.parts = (
            self.caption,
            self.tools,
            self.bar,
            self.frame,
            self.more,
            self.asked,
            self.followups,
        )
        self.buttons: dict[str, ipw.Button] = {}

    # -- words ----------------------------------------------------------------------------------

    def paint_id(self, task_id: str, origin: str) -> None:
        """Show the id, and where the task comes from, before more is known."""
        self.caption.heading = {**self.caption.heading, "origin": origin, "id": task_id}

    def paint_heading(self, task: Task, origin: str) -> None:
        """Show the prompt, what it was sent as, where the task comes from, and its id."""
        own = task.prompt or task.final_prompt
        sent = task.final_prompt if task.final_prompt != own and task.kind != "text" else ""
        if task.kind == "text" and task.texts:
            own = task.description
        heading = {"prompt": own, "sent": sent, "origin": origin, "id": task.id}
        if heading != self.caption.heading:
            self.caption.heading = heading

    def paint_state(self, update: Update, notes: Sequence[str] = ()) -> None:
        """Show the state line and the bar of a task that is followed.

        Args:
            update: what is known of it.
            notes: what else the line says.
        """
        task = update.task
        text, tone = words.status_words(task) if task else ("asking the service", "waiting")
        state: dict[str, Any] = {"words": text, "tone": tone, "notes": list(notes)}
        if task:
            state |= words.times(task)
            state["progress"] = None if task.is_final else task.progress
        if update.error is not None and update.retry_in is not None:
            trouble = words.trouble_words(update.error)
            state |= {"words": f"{trouble}, was {text}" if task else trouble, "tone": "trouble"}
            state["retryAt"] = (time.time() + update.retry_in) * 1000
        elif update.changed_at is not None and task and not task.is_final:
            state["changedAt"] = update.changed_at * 1000
        self.caption.state = state
        self._paint_bar(task, gone=bool(task and task.is_final))

    def paint_words(self, text: str, tone: words.Tone) -> None:
        """Show a state of the card's own, such as "sending U2"."""
        self.caption.state = {"words": text, "tone": tone}
        self._paint_bar(None, gone=tone == "failed")

    def _paint_bar(self, task: Task | None, *, gone: bool) -> None:
        if task and task.progress is not None:
            self.bar.value = task.progress
        _set_class(self.bar, "mj-gone", on=gone)

    def offer(self, *tools: ipw.Button) -> None:
        """Show just these of Stop, Check now, Try again and Save.

        The others are hidden, not removed: ipywidgets still paints a view that is on its way out
        ("Cannot read properties of null (reading 'processLuminoMessage')").
        """
        for tool in self.tools.children:
            _set_class(tool, "mj-gone", on=tool not in tools)

    @property
    def offered(self) -> tuple[ipw.Button, ...]:
        """Which of Stop, Check now, Try again and Save are shown."""
        return tuple(t for t in self.tools.children if "mj-gone" not in t._dom_classes)

    # -- pictures -------------------------------------------------------------------------------

    def await_picture(self, task: Task) -> None:
        """Show an empty frame of the shape that the picture will have."""
        if self.pictures.previews or self.pictures.unfinished:
            return
        with self.pictures.hold_sync():
            self._shape(aspect_of(task.final_prompt or task.prompt))
            self.pictures.unfinished = True

    def show_preview(self, task: Task, preview: bytes, aspect: float) -> None:
        """Show the half-done picture of a running task."""
        with self.pictures.hold_sync():
            self._shape(aspect)
            self.pictures.names = [words.picture_name(task, None)]
            self.pictures.previews = [preview]
            self.pictures.unfinished = True

    def show_result(self, result: Result) -> None:
        """Show the finished pictures, videos or texts."""
        first = result.pictures[0] if result.pictures else None
        width, height = (first and first.size) or (0, 0)
        count = max(len(result.pictures), len(result.previews))
        with self.pictures.hold_sync():
            shape = width / height if height else aspect_of(result.task.final_prompt)
            self._shape(shape, 0.5 if result.task.kind == "text" else 1.0)
            self.pictures.names = [
                words.picture_name(result.task, n + 1 if count == 4 else None) for n in range(count)
            ]
            parts = 2 if result.is_grid else 1
            self.pictures.full_size = [width // parts, height // parts] if width else []
            self.pictures.movies = [
                {"mime": p.mime, "bytes": len(p.data)} for p in result.pictures if p.moves
            ]
            self.pictures.previews = list(result.previews)
            self.pictures.unfinished = False
        self.caption.texts = list(result.task.texts)

    def drop_pictures(self) -> None:
        """Show no picture, because there will be none."""
        with self.pictures.hold_sync():
            self.pictures.previews = []
            self.pictures.unfinished = False

    def _shape(self, aspect: float, scale: float = 1.0) -> None:
        self.pictures.aspect = aspect
        self._frame_layout.max_width = f"{round(self._size * scale * min(1.0, aspect))}px"

    # -- buttons --------------------------------------------------------------------------------

    def show_buttons(
        self, buttons: tuple[Button, ...], press: Callable[[str], object], *, in_grid: bool
    ) -> None:
        """Show a task's buttons: U and V below their quadrants, all others in one row.

        Args:
            buttons: in the service's order.
            press: called with the name of the button that is pressed.
            in_grid: whether there are four pictures to put U and V under.
        """
        old = (*self.frame.children[1:], *self.buttons.values())
        self.buttons = {}
        below: dict[int, list[ipw.Button]] = {}
        others: list[ipw.Button] = []
        for button in buttons:
            name = _unused(button.name, self.buttons)
            made = self._control(button.caption, button.meaning, partial(press, name))
            made.disabled = button.is_link
            if button.was_pressed:
                made.add_class("mj-used")
                made.tooltip = f"{button.meaning} (pressed before)"
            self.buttons[name] = made
            row = below.setdefault(button.quadrant, []) if in_grid and button.quadrant else others
            row.append(made)
        self.more.children = others
        self.frame.children = [self.pictures, *(self._under(n, below[n]) for n in sorted(below))]
        for widget in old:
            widget.close()

    def mark_used(self, name: str, note: str) -> None:
        """Mark a button as used."""
        self.buttons[name].add_class("mj-used")
        self.buttons[name].tooltip = note

    def _under(self, quadrant: int, buttons: list[ipw.Button]) -> ipw.HBox:
        return self._row(buttons, f"mj-quadrant-{quadrant}")

    def _row(self, children: Sequence[ipw.Button] = (), *classes: str) -> ipw.HBox:
        return ipw.HBox(children, layout=self._layout, _dom_classes=("mj-row", *classes))

    def _control(self, text: str, tooltip: str, handler: _Handler) -> ipw.Button:
        button = ipw.Button(
            description=text, tooltip=tooltip, layout=self._layout, style=self._style
        )
        button.on_click(lambda _: handler())
        answer_while_busy(button)
        return button

    # -- windows --------------------------------------------------------------------------------

    @property
    def panel(self) -> Panel | None:
        """The window that is open in the card, or None."""
        return self.asked.children[0] if self.asked.children else None

    def show_panel(self, panel: Panel) -> None:
        """Open a window in the card, in place of the one that is open."""
        self.close_panel()
        self.asked.children = [panel]

    def close_panel(self) -> None:
        """Close the window that is open, if there is one."""
        panel = self.panel
        if panel is not None:
            self.asked.children = ()
            panel.close()

    # -- all of it ------------------------------------------------------------------------------

    def send_again(self) -> None:
        """Send the state of every widget of the card once more."""
        for widget in self._widgets():
            widget.send_state()

    def close(self) -> None:
        """Remove every widget of the card from the kernel and the browser."""
        for widget in self._widgets():
            widget.close()

    def _widgets(self) -> tuple[ipw.Widget, ...]:
        """Return every widget, each before those that it consists of."""
        own = (*self.buttons.values(), *self.frame.children[1:], *self.tools.children)
        shared = (self.bar.style, self._frame_layout, self._layout, self._style)
        return (*own, *self.parts, self.pictures, *shared)


def aspect_of(prompt: str) -> float:
    """Return width over height as the prompt's ``--ar`` asks for it, else 1.

    >>> aspect_of("a fox --ar 16:9")
    1.7777777777777777
    """
    match = _ASPECT.search(prompt)
    if not match or not float(match[1]) or not float(match[2]):
        return 1.0
    return min(8.0, max(0.125, float(match[1]) / float(match[2])))


def _set_class(widget: ipw.DOMWidget, name: str, *, on: bool) -> None:
    if on != (name in widget._dom_classes):
        (widget.add_class if on else widget.remove_class)(name)


def _unused(name: str, taken: dict[str, ipw.Button]) -> str:
    unused, number = name, 1
    while unused in taken:
        number += 1
        unused = f"{name} ({number})"
    return unused
