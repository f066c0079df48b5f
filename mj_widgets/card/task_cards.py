"""Several cards in one output."""

from __future__ import annotations

import time
from collections.abc import Iterable

import ipywidgets as ipw

from mj_widgets.card.notebook import Shown
from mj_widgets.card.task_widget import TaskWidget
from mj_widgets.card.twin import Twin
from mj_widgets.errors import MjError
from mj_widgets.models import Task


class TaskCards(Shown, ipw.VBox):
    """Several cards in one output: ``a, b = cards``, ``cards[0]``, ``for w in cards``.

    Args:
        cards: the cards, in order.

    >>> cards = TaskCards(mj.imagine(f"a {c} fox") for c in ["red", "blue"])    # doctest: +SKIP
    >>> [w.save("foxes/") for w in cards if w.task.succeeded]                   # doctest: +SKIP
    """

    def __init__(self, cards: Iterable[TaskWidget]) -> None:
        cards = tuple(cards)
        widest = max((card.size for card in cards), default=0)
        columns = f"repeat(auto-fit, minmax(min(100%, {widest}px), 1fr))"
        layout = ipw.Layout(display="grid", grid_template_columns=columns)
        super().__init__(cards, layout=layout, _dom_classes=("mj-cards",))

    def __repr__(self) -> str:
        return f"TaskCards([{', '.join(map(repr, self.children))}])"

    def wait(self, timeout: float | None = None) -> list[Task]:
        """Wait until all tasks have ended and their pictures are here; return the tasks, in order.

        Args:
            timeout: seconds for all together; None waits for ever.

        Raises:
            MjError: one failed or cannot be followed (the first of them, when all have ended), or
                the time is over.
        """
        end = None if timeout is None else time.monotonic() + timeout
        tasks: list[Task] = []
        failures: list[MjError] = []
        for card in self.children:
            try:
                tasks.append(card.wait(None if end is None else max(0.0, end - time.monotonic())))
            except MjError as error:
                failures.append(error)
        if failures:
            raise failures[0]
        return tasks

    def __getitem__(self, index: int) -> TaskWidget:
        card: TaskWidget = self.children[index]
        return card

    def __len__(self) -> int:
        return len(self.children)

    @property
    def _plain(self) -> str:
        return f"TaskCards([{', '.join(card._plain for card in self.children)}])"

    @property
    def _twins(self) -> tuple[Twin, ...]:
        return tuple(twin for card in self.children for twin in card._twins)

    def close(self) -> None:
        """Stop watching and remove all cards."""
        for card in self.children:
            card.close()
        self.layout.close()
        super().close()
