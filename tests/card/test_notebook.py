"""A card in a notebook: shown once in its cell's output, and what is left of it in the file."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from card.page import Publisher, give_twin
from mj_widgets.card import notebook, still
from mj_widgets.card.notebook import Leaving, Shown, Unsent, is_headless
from mj_widgets.card.still import Still, Twin

if TYPE_CHECKING:
    from collections.abc import Iterator

FOX, HEN = Still(prompt="a red fox", task_id="17"), Still(prompt="a brown hen", task_id="18")


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A kernel's publisher."""
    made = Publisher()
    monkeypatch.setattr(still, "get_ipython", made.shell)
    monkeypatch.setattr(still, "_PAUSE", 0.0)
    return made


@pytest.fixture
def twin(publisher: Publisher) -> Twin:
    """A twin that is in the notebook already."""
    made = Twin(640)
    made.show()
    return made


# -- how it gets into a cell's output --------------------------------------------------------------


class Widget(Shown):
    """Something that can be shown."""

    def __init__(self, *, is_open: bool = True) -> None:
        self._repr_mimebundle_ = self._bundle if is_open else None

    def __repr__(self) -> str:
        return "Widget()"

    def _bundle(self) -> dict[str, str]:
        return {"application/vnd.jupyter.widget-view+json": "the card", "text/html": "a copy"}


class Notebook:
    """Cells, and what is displayed in them."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.shown: list[dict[str, str]] = []
        self.shell: Any = SimpleNamespace(execution_count=1)
        patch.setattr(notebook, "get_ipython", lambda: self.shell)
        patch.setattr(notebook, "display", lambda bundle, **_: self.shown.append(bundle))

    def next_cell(self) -> None:
        self.shell.execution_count += 1


@pytest.fixture
def cells(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    return Notebook(monkeypatch)


def test_a_widget_that_ends_a_cell_is_shown_and_in_each_further_cell_again(
    cells: Notebook,
) -> None:
    widget = Widget()
    for count in (1, 2):
        widget._ipython_display_()
        assert len(cells.shown) == count
        cells.next_cell()


def test_what_was_shown_while_its_cell_waits_is_not_shown_again_at_that_cells_end(
    cells: Notebook,
) -> None:
    widget = Widget()
    widget._show_now()
    widget._ipython_display_()
    assert len(cells.shown) == 1
    cells.next_cell()
    widget._ipython_display_()
    assert len(cells.shown) == 2


def test_outside_of_cells_it_is_shown_whenever_that_is_asked_for(cells: Notebook) -> None:
    cells.shell = None
    widget = Widget()
    widget._show_now()
    widget._ipython_display_()
    assert len(cells.shown) == 2


def test_a_closed_widget_is_shown_as_a_line_of_text(cells: Notebook) -> None:
    Widget(is_open=False)._ipython_display_()
    assert cells.shown == [{"text/plain": "Widget()"}]


def test_where_no_widget_can_be_its_twin_stands_alone(cells: Notebook, twin: Twin) -> None:
    widget = Widget()
    widget._ipython_display_()
    give_twin(widget, twin)
    widget._ipython_display_()
    assert [bundle["text/html"] for bundle in cells.shown] == ["a copy", ""]


# -- what is left in the file ----------------------------------------------------------------------


def test_what_a_card_leaves_is_brought_up_to_date(twin: Twin, publisher: Publisher) -> None:
    leaving = Leaving(twin, None)
    leaving.leave(FOX, ())
    publisher.until("a red fox")
    leaving.leave(HEN, ())
    publisher.until("a brown hen")
    assert "a red fox" not in publisher.sent[-1][0]


def test_what_has_not_changed_is_not_sent_again(twin: Twin, publisher: Publisher) -> None:
    leaving = Leaving(twin, None)
    leaving.leave(FOX, ())
    publisher.until("a red fox")
    count = len(publisher.sent)
    leaving.leave(Still(prompt="a red fox", task_id="17"), ())
    leaving.leave(HEN, ())
    publisher.until("a brown hen")
    assert len(publisher.sent) == count + 1


def test_what_came_of_a_card_is_left_in_all_that_it_stands_in(
    twin: Twin, publisher: Publisher
) -> None:
    top = Leaving(twin, None)
    middle = Leaving(None, top)
    inner = Leaving(None, middle)
    top.leave(FOX, [middle])
    middle.leave(Still(prompt="a blue fox"), [inner])
    inner.leave(HEN, ())
    publisher.until("a brown hen")
    last = publisher.sent[-1][0]
    assert last.index("a red fox") < last.index("a blue fox") < last.index("a brown hen")


def test_a_card_that_is_closed_leaves_nothing_at_once_and_whatever_comes(
    twin: Twin, publisher: Publisher
) -> None:
    leaving = Leaving(twin, None)
    leaving.leave(FOX, ())
    publisher.until("a red fox")
    leaving.close()
    assert "a red fox" not in publisher.sent[-1][0]
    count = len(publisher.sent)
    leaving.leave(HEN, ())
    twin.refill()
    assert len(publisher.sent) == count + 1
    assert "a brown hen" not in str(publisher.sent)


# -- cells that a program runs ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shell", "is_one"),
    [
        (None, False),  # a script
        (SimpleNamespace(), False),  # IPython in a terminal
        (SimpleNamespace(kernel=None), False),
        (SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=True)), False),
        (SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=False)), True),
        (SimpleNamespace(kernel=SimpleNamespace()), True),
    ],
)
def test_a_cell_that_nobody_can_answer_is_one_of_a_kernel_that_takes_no_input(
    monkeypatch: pytest.MonkeyPatch, shell: object, is_one: bool
) -> None:
    monkeypatch.setattr(notebook, "get_ipython", lambda: shell)
    assert is_headless() is is_one


class Card:
    """A card in no other, as far as its end is concerned."""

    def __init__(self) -> None:
        self.is_told, self.sent = False, 0

    def send_family(self) -> None:
        self.sent += 1


def test_a_card_that_has_ended_is_sent_once_more_and_one_that_goes_on_when_it_has() -> None:
    unsent, ended, running = Unsent(), Card(), Card()
    ended.is_told = True
    for card in (ended, running):
        unsent.add(card)
    for _ in range(2):
        unsent.send()
        assert (ended.sent, running.sent) == (1, 0)
    running.is_told = True
    for _ in range(2):
        unsent.send()
        assert (ended.sent, running.sent) == (1, 1)


def test_a_card_that_nobody_has_any_more_is_not_kept_for_its_end() -> None:
    unsent, card = Unsent(), Card()
    unsent.add(card)
    gone = weakref.ref(card)
    del card
    gc.collect()
    assert gone() is None
    unsent.send()
