"""A card in marimo: one anywidget, and every widget that it draws is known to the page."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw
import pytest

import mj_widgets as mj
from mj_widgets.card.marimo import MarimoCard
from mj_widgets.sandbox import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.sandbox import Sandbox

SECONDS = 30


class Comm:
    """As marimo's: what is sent reaches the page of the thread that made it, or nobody."""

    kernel = "marimo"

    def __init__(self, page: set[str] | None, comm_id: str) -> None:
        self.comm_id, self._stream = comm_id, page
        self.open({})

    def open(self, _: dict[str, Any], **__: Any) -> None:
        if self._stream is not None:
            self._stream.add(self.comm_id)

    def send(self, *_: Any, **__: Any) -> None:
        assert self._stream is None or self.comm_id in self._stream

    def on_msg(self, _: Any) -> None: ...

    def close(self) -> None: ...


@pytest.fixture
def page() -> Iterator[set[str]]:
    """The models that marimo's page knows."""
    known: set[str] = set()
    number = iter(range(10_000))

    def made(widget: ipw.Widget) -> None:
        is_late = threading.current_thread() is not threading.main_thread()
        widget.comm = Comm(None if is_late else known, f"{next(number)}")

    ipw.Widget.on_widget_constructed(made)
    yield known
    ipw.Widget.on_widget_constructed(None)


def drawn(widget: ipw.Widget) -> Iterator[ipw.Widget]:
    yield widget
    yield widget.layout
    for child in getattr(widget, "children", ()):
        yield from drawn(child)


def unknown(card: ipw.Widget, page: set[str]) -> list[ipw.Widget]:
    return [widget for widget in drawn(card) if widget.comm.comm_id not in page]


def test_marimo_is_given_one_anywidget_that_names_the_card(
    sandbox: Sandbox, page: set[str]
) -> None:
    mj.configure(sandbox.url, "key")
    card = mj.TaskWidget(EXAMPLES["finished"])
    shown = card._display_()
    assert isinstance(shown, MarimoCard)
    assert shown.card == f"IPY_MODEL_{card.model_id}"
    assert "TaskWidget('1747132423020537'" in shown.instead


def test_the_page_knows_what_was_made_before_the_card_was_shown_and_after(
    sandbox: Sandbox, page: set[str]
) -> None:
    mj.configure(sandbox.url, "key")
    card = mj.TaskWidget(EXAMPLES["finished"])
    card.wait(SECONDS)
    assert unknown(card, page)  # its buttons are made on the background thread

    card._display_()
    assert unknown(card, page) == []

    card.upscale(2).wait(SECONDS)
    assert card.followups[0] in list(drawn(card))
    assert unknown(card, page) == []


def test_several_cards_are_shown_as_one(sandbox: Sandbox, page: set[str]) -> None:
    mj.configure(sandbox.url, "key")
    cards = mj.TaskCards([mj.TaskWidget(EXAMPLES["finished"]), mj.TaskWidget(EXAMPLES["failed"])])
    assert cards._display_().card == f"IPY_MODEL_{cards.model_id}"
    cards[0].wait(SECONDS)
    assert unknown(cards, page) == []
