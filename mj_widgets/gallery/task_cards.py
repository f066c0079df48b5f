"""Several cards in one output."""

from __future__ import annotations

from collections.abc import Iterable

import ipywidgets as ipw

from mj_widgets.card.notebook import Shown
from mj_widgets.card.task_widget import TaskWidget
from mj_widgets.card.twin import Twin
from mj_widgets.gallery.gallery import Gallery
from mj_widgets.jobs import Job
from mj_widgets.jobs.outcome import wait_for_all
from mj_widgets.models import Task
from mj_widgets.sets.fetched import numbered
from mj_widgets.sets.members import Members

MOST_CARDS = 24
"""More than these are shown as a gallery."""


class TaskCards(Shown, ipw.VBox):
    """Several cards in one output: ``a, b = cards``, ``cards[0]``, ``for w in cards``.

    More than 24 are shown as a gallery, which has the card of the one that is opened.

    Args:
        cards: the cards, in order; a job in the place of one gets a card.

    >>> cards = TaskCards(mj.imagine(f"a {c} fox") for c in ["red", "blue"])    # doctest: +SKIP
    >>> [w.save("foxes/") for w in cards if w.task.succeeded]                   # doctest: +SKIP
    """

    _gallery: Gallery | None = None
    """What is shown in their place, where they are too many."""

    def __init__(self, cards: Iterable[TaskWidget | Job]) -> None:
        given = tuple(TaskWidget(card) if isinstance(card, Job) else card for card in cards)
        widest = max((card.size for card in given), default=0)
        columns = f"repeat(auto-fit, minmax(min(100%, {widest}px), 1fr))"
        layout = ipw.Layout(display="grid", grid_template_columns=columns)
        super().__init__(given, layout=layout, _dom_classes=("mj-cards",))

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
        try:
            return wait_for_all(self.children, timeout)
        finally:
            if self._gallery is not None:
                self._gallery.send_again()

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
        if self._gallery is not None:
            return self._gallery._twins
        return tuple(twin for card in self.children for twin in card._twins)

    def _show(self) -> bool:
        if len(self.children) <= MOST_CARDS:
            return super()._show()
        if self._gallery is None:
            numbers, followed = numbered(card.job for card in self.children)
            self._gallery = Gallery(Members(self[0].job.account.library, numbers, followed))
        return self._gallery._show()

    def close(self) -> None:
        """Stop watching and remove all cards."""
        if self._gallery is not None:
            self._gallery.close()
        for card in self.children:
            card.close()
        self.layout.close()
        super().close()
