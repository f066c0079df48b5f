"""Several cards in one output."""

from __future__ import annotations

import ipywidgets as ipw

from mj_widgets.widgets.card import TaskWidget
from mj_widgets.widgets.showing import Shown
from mj_widgets.widgets.twin import Twin


class TaskCards(Shown, ipw.VBox):  # type: ignore[misc]
    """Several cards in one output: ``a, b = cards``, ``cards[0]``, ``len(cards)``."""

    def __init__(self, cards: list[TaskWidget]) -> None:
        super().__init__(cards, _dom_classes=("mj-cards",))

    def __getitem__(self, index: int) -> TaskWidget:
        card: TaskWidget = self.children[index]
        return card

    def __len__(self) -> int:
        return len(self.children)

    @property
    def _twins(self) -> tuple[Twin, ...]:
        return tuple(twin for card in self.children for twin in card._twins)

    def close(self) -> None:
        """Stop watching and remove all cards."""
        for card in self.children:
            card.close()
        super().close()
