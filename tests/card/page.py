"""A card as a person sees and uses it: the only file of the tests that knows its insides.

The parts are found as they are found in a page: by the kind of widget, by the class that the style
sheet knows, by the label of a button.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.card import headless, notebook
from mj_widgets.card import twin as twins
from mj_widgets.card.caption import Caption
from mj_widgets.card.painter import Painter
from mj_widgets.card.strip import Strip
from mj_widgets.card.text_list import Texts
from mj_widgets.card.tiles import Tiles
from mj_widgets.card.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mj_widgets.models.modal import ModalAnswer

SECONDS = 30


# -- the browser's part --------------------------------------------------------------------------


def browser_sends(
    widget: ipywidgets.Widget, content: object, buffers: Sequence[bytes | memoryview] = ()
) -> None:
    """Let a widget get a message of its own from the browser."""
    data = {"method": "custom", "content": content}
    widget._handle_msg({"content": {"data": data}, "buffers": list(buffers)})


def browser_gets(widget: Any) -> Messages:
    """Catch all messages that a widget sends from now on."""
    messages = Messages()
    widget.send = messages.take
    return messages


class Messages:
    """Messages to the browser, each with its buffers, and how to wait for one."""

    def __init__(self) -> None:
        self.all: list[tuple[Any, Any]] = []
        self._arrived = threading.Event()

    def take(self, content: Any, buffers: Any = None) -> None:
        self.all.append((content, buffers))
        self._arrived.set()

    @property
    def contents(self) -> list[Any]:
        return [content for content, _ in self.all]

    def one(self) -> tuple[Any, Any]:
        """Wait for a message, which is to be the only one."""
        assert self._arrived.wait(SECONDS)
        (message,) = self.all
        return message


def click(button: ipywidgets.Button) -> None:
    """Click as the browser does."""
    browser_sends(button, {"event": "click"})


def until(widget: Any, trait: str, wanted: Any) -> None:
    """Wait until a trait has the wanted value, or one of which *wanted* is true."""
    reached = threading.Event()

    def look(_: Any = None) -> None:
        value = getattr(widget, trait)
        if wanted(value) if callable(wanted) else value == wanted:
            reached.set()

    widget.observe(look, trait)
    look()
    assert reached.wait(SECONDS), f"{trait} is {getattr(widget, trait)!r}, not {wanted!r}"
    widget.unobserve(look, trait)


def classes(widget: ipywidgets.DOMWidget) -> tuple[str, ...]:
    """The classes by which the style sheet knows a widget."""
    return tuple(widget._dom_classes)


def is_gone(widget: ipywidgets.DOMWidget) -> bool:
    """Whether the style sheet hides a widget, which is left out of the card soon."""
    return "mj-gone" in classes(widget)


def is_used(button: ipywidgets.Button) -> bool:
    """Whether a button is marked as pressed before."""
    return "mj-used" in classes(button)


def until_used(button: ipywidgets.Button) -> None:
    until(button, "_dom_classes", lambda names: "mj-used" in names)


# -- a card --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What a person sees of a card, and does with it."""

    card: mj.TaskWidget

    @property
    def _body(self) -> ipywidgets.Box:
        return self.card.children[0]

    def _part(self, name: str) -> Any:
        """The part of the card with a class of the style sheet."""
        return next(part for part in self._body.children if name in classes(part))

    # Words

    @property
    def caption(self) -> Caption:
        return next(part for part in self._body.children if isinstance(part, Caption))

    @property
    def heading(self) -> dict[str, Any]:
        """The prompt and all that is said around it."""
        return dict(self.caption.heading)

    @property
    def state(self) -> dict[str, Any]:
        """The state line: its words, its tone, its notes, its times."""
        return dict(self.caption.state)

    @property
    def words(self) -> str:
        """The state itself, such as "done"."""
        return str(self.caption.state["words"])

    @property
    def notes(self) -> list[str]:
        """What the state line says beside."""
        return list(self.caption.state.get("notes", ()))

    @property
    def notice(self) -> str:
        """The line below the state, "" for none."""
        return str(self.caption.notice.get("text", ""))

    @property
    def notice_tone(self) -> str:
        return str(self.caption.notice.get("tone", ""))

    def until_heading(self, is_met: Callable[[dict[str, Any]], object]) -> None:
        until(self.caption, "heading", is_met)

    def until_note(self, text: str) -> None:
        """Wait until the state line has a note."""
        until(self.caption, "state", lambda state: text in state.get("notes", ()))

    def until_notice(self, pattern: str) -> None:
        """Wait until the line below the state has what a regular expression finds."""
        until(self.caption, "notice", lambda notice: re.search(pattern, notice.get("text", "")))

    def until_no_notice(self) -> None:
        until(self.caption, "notice", {})

    # Tools

    @property
    def _tools(self) -> ipywidgets.Box:
        return next(row for row in self._part("mj-foot").children if "mj-tools" in classes(row))

    @property
    def tools(self) -> list[str]:
        """The labels of the tools that are offered."""
        return [tool.description for tool in self._tools.children if not is_gone(tool)]

    def tool(self, label: str) -> ipywidgets.Button:
        """The tool with a label, which is offered."""
        (found,) = (tool for tool in self._tools.children if tool.description == label)
        return found

    def click_tool(self, label: str) -> None:
        """Click a tool that is offered."""
        click(self.tool(label))

    def until_tool(self, label: str) -> None:
        """Wait until a tool is offered."""
        until(self._tools, "children", lambda tools: label in [tool.description for tool in tools])
        until(self.tool(label), "_dom_classes", lambda names: "mj-gone" not in names)

    # Tiles and texts

    @property
    def bar(self) -> ipywidgets.IntProgress | None:
        """The progress bar, None where nothing goes on."""
        bars = (part for part in self._body.children if "mj-bar" in classes(part))
        return next((bar for bar in bars if not is_gone(bar)), None)

    @property
    def inside(self) -> list[str]:
        """What is said in the picture while it is awaited."""
        return list(self.tiles.inside)

    @property
    def tiles(self) -> Tiles:
        """The pictures: their previews, names and shape."""
        return next(part for part in self._part("mj-grid").children if isinstance(part, Tiles))

    @property
    def texts(self) -> list[str]:
        """The texts of a describe or shorten."""
        return [text for part in self._part("mj-list").children[:1] for text in part.texts]

    # The task's buttons

    @property
    def on_pictures(self) -> list[list[str]]:
        """The labels of the buttons on each picture of a grid."""
        rows = [row for row in self._part("mj-grid").children if not isinstance(row, Tiles)]
        return [[button.description for button in row.children] for row in rows]

    def button(self, label: str, picture: int = 0) -> ipywidgets.Button:
        """The button with a label: on a picture of a grid (from 1), or among the others."""
        rows = [row for row in self._part("mj-grid").children if not isinstance(row, Tiles)]
        shown = [rows[picture - 1]] if picture else self._rows()
        parts = [part for row in shown for part in row.children]
        made = [each for part in parts for each in getattr(part, "children", (part,))]
        (found,) = (each for each in made if each.description == label)
        return found

    @property
    def beside(self) -> dict[str, ipywidgets.Button]:
        """The buttons beside the texts, by the class that places each."""
        inside = self._part("mj-list").children
        return {classes(made)[0]: made for made in inside if not isinstance(made, Texts)}

    def _rows(self) -> Iterator[ipywidgets.Box]:
        return (row for row in self._part("mj-foot").children if "mj-group" in classes(row))

    @property
    def rows(self) -> dict[str, list[str]]:
        """The labels of all other buttons, by the class that has the heading of their row."""
        return {
            classes(row)[-1]: [
                button.description
                for part in row.children
                for button in getattr(part, "children", (part,))  # some stay on one line
            ]
            for row in self._rows()
        }

    @property
    def together(self) -> list[list[str]]:
        """The labels of the buttons that stay on one line."""
        boxes = (box for row in self._rows() for box in row.children)
        return [
            [button.description for button in box.children]
            for box in boxes
            if "mj-together" in classes(box)
        ]

    def until_no_rows(self) -> None:
        until(self._part("mj-foot"), "children", lambda rows: rows == (self._tools,))

    def ask_for_prompts(self) -> None:
        """Switch Remix on."""
        (remix,) = (w for w in self._part("mj-foot").children if "mj-remix" in classes(w))
        remix.value = True

    # Its window

    @property
    def panel(self) -> PanelPage | None:
        """The window that is open in the card."""
        return next(map(PanelPage, self._part("mj-asked").children), None)

    @property
    def open_panel(self) -> PanelPage:
        """The window, which has to be open."""
        assert self.panel is not None
        return self.panel

    def until_panel(self) -> PanelPage:
        """Wait until a window is open, and return it."""
        until(self._part("mj-asked"), "children", lambda children: len(children) == 1)
        return self.open_panel

    def until_no_panel(self) -> None:
        until(self._part("mj-asked"), "children", ())

    def panels_from_now_on(self) -> list[Any]:
        """Return a list that fills with every change of what is open."""
        changes: list[Any] = []
        self._part("mj-asked").observe(lambda change: changes.append(change.new), "children")
        return changes

    # What came of it

    @property
    def followups(self) -> tuple[ipywidgets.Widget, ...]:
        """The card inside this one that is open, and the ids of tasks that have none."""
        return tuple(part for part in self._part("mj-followups").children if not is_gone(part))

    @property
    def strip(self) -> Strip | None:
        return next((part for part in self._body.children if isinstance(part, Strip)), None)

    @property
    def thumbs(self) -> list[str]:
        """The names of what came of it, in order."""
        return [thumb["name"] for thumb in self.strip.thumbs] if self.strip else []

    @property
    def open_thumb(self) -> str:
        """The name of the one that is open, "" for none."""
        at = self.strip.open_at if self.strip else -1
        return self.thumbs[at] if at >= 0 else ""

    def press_thumb(self, name: str) -> None:
        """Open what came of it, or close it where it is open."""
        browser_sends(self.strip, {"type": "press", "index": self.thumbs.index(name)})

    def go_back(self, name: str) -> None:
        """Go back to one of the cards that this one stands in."""
        to = self.heading["path"].index(name)
        browser_sends(self.caption, {"type": "back", "to": to})

    def until_followups(self, count: int) -> None:
        """Wait until so many cards came of this one."""
        reached = threading.Event()

        def look(_: Any = None) -> None:
            if len(self.card.followups) == count:
                reached.set()

        end = self.card.job.on_change(look)
        look()
        assert reached.wait(SECONDS), self.card.followups
        end()

    def saved(self) -> str:
        """The HTML that a notebook's file keeps of the card, "" where it is to keep none."""
        publisher = Publisher()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(twins, "get_ipython", publisher.shell)
            patch.setattr(notebook, "display", lambda *_, **__: None)
            self.card._ipython_display_()
        return publisher.sent[-1][0] if publisher.sent else ""


@dataclass(frozen=True)
class PanelPage:
    """A window in a card, as a person sees and uses it."""

    widget: ipywidgets.VBox

    def __post_init__(self) -> None:
        # Looked up once: who clicks twice clicks on what may be gone by then.
        parts = self.widget.children
        heading, caption = (part for part in parts if isinstance(part, Caption))
        (prompt,) = (part for part in parts if isinstance(part, ipywidgets.Textarea))
        (row,) = (part for part in parts if isinstance(part, ipywidgets.HBox))
        painter = next((part for part in parts if isinstance(part, Painter)), None)
        found = {"_heading": heading, "_caption": caption, "_prompt": prompt, "painter": painter}
        for name, value in (found | {"buttons": tuple(row.children)}).items():
            object.__setattr__(self, name, value)

    if TYPE_CHECKING:
        _heading: Caption
        _caption: Caption
        _prompt: ipywidgets.Textarea
        painter: Painter | None
        buttons: tuple[ipywidgets.Button, ...]

    @property
    def title(self) -> str:
        return str(self._heading.heading["prompt"])

    @property
    def takes_focus(self) -> bool:
        return bool(self._heading.takes_focus)

    @property
    def prompt(self) -> str:
        return str(self._prompt.value)

    def write(self, prompt: str) -> None:
        """Put another prompt in place of the one that stands in it."""
        self._prompt.value = prompt

    @property
    def warning(self) -> str:
        """What is said to be wrong in the prompt, "" for nothing."""
        return str(self._caption.heading.get("warning", ""))

    def use_mended(self) -> None:
        """Press Use beside that."""
        browser_sends(self._caption, {"type": "use"})

    @property
    def notice(self) -> str:
        """The line beside its buttons, "" for none."""
        return str(self._caption.notice.get("text", ""))

    def until_notice(self, pattern: str) -> None:
        until(self._caption, "notice", lambda notice: re.search(pattern, notice.get("text", "")))

    @property
    def labels(self) -> list[str]:
        return [button.description for button in self.buttons]

    @property
    def send_button(self) -> ipywidgets.Button:
        (found,) = (button for button in self.buttons if button.description == "Send")
        return found

    @property
    def cancel_button(self) -> ipywidgets.Button:
        (found,) = (button for button in self.buttons if button.description.startswith("Cancel"))
        return found

    def send(self, *fields: object) -> None:
        """Click Send, where *fields* are what the page has and the kernel may not have yet."""
        if fields:
            browser_sends(self._heading, {"type": "fields", "fields": list(fields)})
        click(self.send_button)

    def retexture(self) -> None:
        """Click what gives the whole picture another look."""
        (found,) = (button for button in self.buttons if button.description == "Retexture")
        click(found)

    def cancel(self) -> None:
        click(self.cancel_button)

    def escape(self, text: str | None = None) -> None:
        """Press Esc, where *text* is what the page has and the kernel may not have yet."""
        browser_sends(self._heading, {"type": "escape"} | ({} if text is None else {"text": text}))

    def mark(self, mask: Any) -> None:
        """Mark a part of the picture."""
        assert self.painter is not None
        self.painter.show(mask)

    def unmark(self) -> None:
        """Take away all that is marked, as a person does with the eraser."""
        assert self.painter is not None
        browser_sends(self.painter, {"type": "mask", "marked": 0})


def card_with_answer(
    parent: mj.TaskWidget, button: str, task_id: str, window: ModalAnswer
) -> mj.TaskWidget:
    """Return a card of a press whose task waits in a window that Python has answered already."""
    job = mj.Job(parent.job.account, parent=parent.job, button=button)
    child = mj.TaskWidget(job, inside=parent)
    background.do(lambda: job.life.begin(task_id, answer=window))
    return child


class Told:
    """All states that a card's line has had, and how to wait for another."""

    def __init__(self, card: mj.TaskWidget) -> None:
        self.states = [Seen(card).state]
        self._news = threading.Condition()
        Seen(card).caption.observe(self._hear, "state")

    def _hear(self, change: Any) -> None:
        with self._news:
            self.states.append(dict(change.new))
            self._news.notify_all()

    @property
    def words(self) -> list[str]:
        return [state["words"] for state in self.states]

    def until(self, is_met: Callable[[list[dict[str, Any]]], bool]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: is_met(self.states), SECONDS), self.states

    def until_refused(self, times: int) -> None:
        self.until(lambda states: sum("retryAt" in each for each in states) >= times)


# -- the notebook around it ----------------------------------------------------------------------


class Publisher:
    """Stands for a kernel's: keeps what is published, and lets a test wait for it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bool]] = []
        self.ids: set[str] = set()
        self._changed = threading.Condition()

    def shell(self) -> SimpleNamespace:
        """A shell with a kernel that publishes here."""
        return SimpleNamespace(kernel=object(), display_pub=self, execution_count=1)

    def publish(self, data: dict[str, str], *, transient: dict[str, str], update: bool) -> None:
        with self._changed:
            self.sent.append((data["text/html"], update))
            self.ids.add(transient["display_id"])
            self._changed.notify_all()

    def until(self, word: str) -> None:
        """Wait until a word has been sent."""
        with self._changed:
            assert self._changed.wait_for(lambda: word in str(self.sent), SECONDS)


def give_twin(widget: notebook.Shown, twin: Twin) -> None:
    """Let a widget leave a twin in the notebook's file."""
    widget._twin = twin


def with_nobody_to_ask(patch: pytest.MonkeyPatch) -> None:
    """Be in a program that runs a notebook without a person, as nbclient does."""
    shell = SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=False), execution_count=1)
    patch.setattr(headless, "get_ipython", lambda: shell)


def when_waiting_ends(patch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something at the moment when what was waited for is there and not yet looked at.

    A card asks then whether a program runs the cell.
    """
    patch.setattr(headless, "get_ipython", lambda: act() and None)
