"""A widget in a notebook: shown once in its cell's output, with its still copy beside it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from card.page import give_twin
from mj_widgets.card import notebook
from mj_widgets.card.notebook import Shown
from mj_widgets.card.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    widget._show_and_wait(lambda: None)
    widget._ipython_display_()
    assert len(cells.shown) == 1
    cells.next_cell()
    widget._ipython_display_()
    assert len(cells.shown) == 2


def test_outside_of_cells_it_is_shown_whenever_that_is_asked_for(cells: Notebook) -> None:
    cells.shell = None
    widget = Widget()
    widget._show_and_wait(lambda: None)
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
