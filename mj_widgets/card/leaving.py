"""What a card leaves in the notebook's file: its twin, and its part in those of its parents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from mj_widgets.card.still import Still, Twin


class Leaving:
    """The still state of one card; from any thread.

    Args:
        twin: the output beside the card, None for none.
        parent: the same of the card that this one is in.
        children: gives the same of the cards in this one.
    """

    def __init__(
        self,
        twin: Twin | None,
        parent: Leaving | None,
        children: Callable[[], Iterable[Leaving]],
    ) -> None:
        self._twin, self._parent, self._children = twin, parent, children
        self._still = Still()
        self._is_closed = False

    def leave(self, still: Still) -> None:
        """Leave *still* from now on."""
        if not self._is_closed:
            self._still = still
            self.fill()

    def close(self) -> None:
        """Leave nothing, whatever is still on its way."""
        self.leave(Still())
        self._is_closed = True
        if self._twin is not None:  # at once: the notebook may be saved the next moment
            self._twin.refill()

    def fill(self) -> None:
        """Bring the twins of this card and of its parents up to date."""
        if self._twin is not None:
            self._twin.fill(self._whole())
        if self._parent is not None:
            self._parent.fill()

    def _whole(self) -> Still:
        return replace(self._still, children=tuple(child._whole() for child in self._children()))
