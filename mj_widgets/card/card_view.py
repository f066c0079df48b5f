"""What a card consists of, and how each part is painted; it knows no service."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as ipw

from mj_widgets.account.results import Result
from mj_widgets.card import words
from mj_widgets.card.button_rows import Offered
from mj_widgets.card.caption import Caption, Texts
from mj_widgets.card.controls import Controls, set_class
from mj_widgets.card.panel import Panel
from mj_widgets.card.tiles import Deed, Pictures
from mj_widgets.card.tools import Handlers, Tools
from mj_widgets.models import Task
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.service.follower import Update

_ASPECT = re.compile(r"--(?:ar|aspect)\s+(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")


class Face:
    """The controls and pictures of one card.

    Args:
        size: the longer side of the pictures together, in CSS pixels.
        twin: the still copy that is hidden where the face is seen, "" for none.
        button: the name of the button that it came from, which tells a card from its siblings.
        tools: what the tools call.
        pictures: what the pictures call with their index (from 0), by what was done to them.
    """

    def __init__(
        self,
        size: int,
        *,
        twin: str,
        button: str = "",
        tools: Handlers,
        pictures: Mapping[Deed, Callable[[int], object]],
    ) -> None:
        self._size = size
        # A press may come from the main thread, from a subshell's, and from an observer's.
        self._lock = threading.RLock()
        self.controls = Controls()
        layout = self.controls.layout
        self.caption = Caption(
            twin=twin, heading={"button": button} if button else {}, layout=layout
        )
        self._frame_layout = ipw.Layout(max_width=f"{size}px")
        self.bar = ipw.IntProgress(layout=self._frame_layout, max=100, _dom_classes=("mj-bar",))
        self.tools = Tools(self.controls, tools)
        self.pictures = Pictures(pictures, layout=layout)
        self.frame = ipw.Box([self.pictures], layout=self._frame_layout, _dom_classes=("mj-grid",))
        self.listed = ipw.Box(layout=layout, _dom_classes=("mj-list",))
        self.offered = Offered(self.controls, self.frame, self.listed)
        self.asked = self.controls.column("mj-asked")
        self.followups = self.controls.column("mj-followups")
        self.parts = (
            self.caption,
            self.tools.row,
            self.bar,
            self.frame,
            self.listed,
            self.offered.groups,
            self.asked,
            self.followups,
        )

    @property
    def buttons(self) -> dict[str, ipw.Button]:
        """The task's buttons by name."""
        return self.offered.by_name

    # -- words ----------------------------------------------------------------------------------

    def paint_id(self, task_id: str, origin: str) -> None:
        """Show the id, and where the task comes from, before more is known."""
        self._head(origin=origin, id=task_id)

    def paint_heading(self, task: Task, origin: str) -> None:
        """Show the prompt and how it is understood, where the task comes from, id and link."""
        own = task.prompt or task.final_prompt
        sent = task.final_prompt if task.final_prompt != own and task.kind != "text" else ""
        is_text = task.kind == "text"
        said = parse_prompt("" if is_text else task.final_prompt)
        self._head(
            prompt="" if is_text else own,
            title=text_title(task) if is_text else "",
            sent=sent,
            parameters=words.parameters(said),
            warning=words.unknown_parameters(said),
            origin=origin,
            id=task.id,
            link=(task.image_url or "") if task.succeeded else "",
        )

    def paint_known(self, text: str) -> None:
        """Show that nothing was submitted, on a line of its own."""
        self._head(known=text)

    def paint_seed(self, seed: str) -> None:
        """Show the picture's seed."""
        self._head(seed=seed)

    def _head(self, **changes: Any) -> None:
        heading = {**self.caption.heading, **changes}
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
        set_class(self.bar, "mj-gone", on=gone)

    # -- pictures -------------------------------------------------------------------------------

    def await_picture(self, task: Task) -> None:
        """Show an empty frame of the shape that the picture will have; none before a text."""
        if task.kind == "text" or self.pictures.previews or self.pictures.unfinished:
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

    def show_result(self, result: Result, poster: bytes = b"") -> None:
        """Show the finished pictures, videos or texts.

        Args:
            result: what there is.
            poster: a JPEG that a video without a picture of its own shows until it plays.
        """
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
            posters = [poster] * count if poster and self.pictures.movies else []
            self.pictures.previews = list(result.previews) or posters
            self.pictures.unfinished = False
        self._list(result.task.texts)

    def drop_pictures(self) -> None:
        """Show no picture, because there will be none."""
        with self.pictures.hold_sync():
            self.pictures.previews = []
            self.pictures.unfinished = False

    def _list(self, texts: Sequence[str]) -> None:
        if self.listed.children:
            self.listed.children[0].texts = list(texts)
        elif texts:
            self.listed.children = [Texts(texts=list(texts), layout=self.controls.layout)]

    def _shape(self, aspect: float, scale: float = 1.0) -> None:
        self.pictures.aspect = aspect
        self._frame_layout.max_width = f"{round(self._size * scale * min(1.0, aspect))}px"

    # -- windows --------------------------------------------------------------------------------

    @property
    def panel(self) -> Panel | None:
        """The window that is open in the card, or None."""
        return self.asked.children[0] if self.asked.children else None

    def show_panel(self, panel: Panel) -> None:
        """Open a window in the card, in place of the one that is open, and none over it."""
        self.close_panel()
        self.asked.children = [panel]
        self.pictures.close_zoom()

    @property
    def has_room(self) -> bool:
        """True when a window can open: none is, or nothing is lost when that one closes."""
        return self.panel is None or self.panel.gives_way()

    def close_panel(self) -> None:
        """Close the window that is open, if there is one."""
        panel = self.panel
        if panel is not None:
            self.asked.children = ()
            panel.close()

    # -- follow-ups -----------------------------------------------------------------------------

    def add_followup(self, card: ipw.Widget) -> None:
        """Show a card inside this one, below the others; those that were closed go."""
        with self._lock:
            cards = [other for other in self.followups.children if not other.is_closed]
            self.followups.children = [*cards, card]

    def drop_followup(self, card: ipw.Widget) -> None:
        """Show a card no more."""
        with self._lock:
            self.followups.children = [c for c in self.followups.children if c is not card]

    # -- all of it ------------------------------------------------------------------------------

    def send_again(self) -> None:
        """Send the state of every widget of the card once more."""
        for widget in self._widgets():
            widget.send_state()

    def close(self) -> None:
        """Remove every widget of the card from the kernel and the browser."""
        self.close_panel()
        for widget in self._widgets():
            widget.close()

    def _widgets(self) -> tuple[ipw.Widget, ...]:
        """Return every widget, each before those that it consists of."""
        own = (*self.offered.widgets(), *self.listed.children[:1], *self.tools.row.children)
        shared = (self.bar.style, self._frame_layout, self.controls.layout, self.controls.style)
        return (*own, *self.parts, self.pictures, *shared)


def text_title(task: Task) -> str:
    """Return what a describe or shorten is called: its result is a list, not a prompt.

    >>> text_title(Task(action="SHORTEN", description="/shorten a very tall tower"))
    'shorten: a very tall tower'
    """
    name = task.action.lower()
    shortened = task.description.removeprefix("/shorten ").strip()
    is_told = name == "shorten" and shortened != task.description
    return f"{name}: {shortened}" if is_told else name


def aspect_of(prompt: str) -> float:
    """Return width over height as the prompt's ``--ar`` asks for it, else 1.

    >>> aspect_of("a fox --ar 16:9")
    1.7777777777777777
    """
    match = _ASPECT.search(prompt)
    if not match or not float(match[1]) or not float(match[2]):
        return 1.0
    return min(8.0, max(0.125, float(match[1]) / float(match[2])))
