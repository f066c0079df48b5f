"""The cards inside a card: one for each job that came of it, of which one is seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Protocol

from mj_widgets.card.clicks import Lookable

if TYPE_CHECKING:
    import ipywidgets as ipw

    from mj_widgets.card.card_view import CardView
    from mj_widgets.card.strip import Thumb
    from mj_widgets.card.twin import Leaving
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.start import Start


class InnerPresenter(Protocol):
    """What paints a card inside another one."""

    followups: Followups
    leaving: Leaving

    @property
    def thumb(self) -> Thumb:
        """What stands for the card in the strip."""


class InnerCard(Lookable, Protocol):
    """A card inside another one."""

    job: Job
    is_closed: bool

    @property
    def presenter(self) -> InnerPresenter:
        """What paints it."""

    def close(self) -> None:
        """Remove it."""


class Followups:
    """What came of one card; on the background thread.

    Args:
        job: whose follow-ups they are.
        view: where they are seen.
        above: the same of the card that this one stands in.
        new_card: makes the card of a job inside this one.
    """

    def __init__(
        self,
        job: Job,
        view: CardView,
        above: Followups | None,
        new_card: Callable[[Job], InnerCard],
    ) -> None:
        self._job, self._view, self._above, self._new_card = job, view, above, new_card
        self.cards: tuple[InnerCard, ...] = ()
        """All of them, in order."""
        self._seen: InnerCard | None = None
        self._dismissed: set[Job] = set()

    def keep(self) -> None:
        """Have a card for each job that came of this one, and none for what was taken away."""
        jobs = self._job.followups
        self._dismissed.update(card.job for card in self.cards if card.is_closed)
        shown = self._not_closed()
        gone = [c for c in shown if c.job.parent is self._job and c.job not in jobs]
        known = self._dismissed.union(card.job for card in shown)
        new = [self._new_card(job) for job in jobs if job not in known]
        # First out of the row, then closed: a closed widget cannot be told of any more.
        self._have([*(card for card in shown if card not in gone), *new])
        for card in gone:
            card.close()

    def card_of(self, job: Job) -> InnerCard:
        """Return the card of a job that came of this one, which is seen from now on.

        It is a new one where it was closed.
        """
        self.keep()
        if job in self._dismissed:
            self._dismissed.remove(job)
            self.keep()
        card = next(card for card in self.cards if card.job is job)
        self._see(card)
        return card

    def is_shown(self, job: Job) -> bool:
        """Tell whether a job has a card that was not closed."""
        return any(card.job is job for card in self._not_closed())

    def begin(self, start: Start) -> InnerCard:
        """Begin a new job in a card inside this one."""
        card = self._new_card(self._job.begin_anew(start))
        self._have([*self.cards, card])
        return card

    def turn(self, index: int) -> None:
        """Let the card be seen whose thumbnail was pressed, or no more, where it is."""
        cards = self._not_closed()
        if index < len(cards):
            self._see(None if cards[index] is self._seen else cards[index])

    def go_back(self, index: int) -> None:
        """Let nothing be seen inside one of the cards above this one, by its number from the root.

        That one is then the last that is seen.
        """
        above = [self]
        while above[0]._above is not None:
            above.insert(0, above[0]._above)
        if 0 <= index < len(above) - 1:
            above[index]._see(None)

    def show_strip(self) -> None:
        """Show a thumbnail of each, as it stands now."""
        cards = self._not_closed()
        at = cards.index(self._seen) if self._seen in cards else -1
        self._view.show_strip([card.presenter.thumb for card in cards], at)

    def close(self) -> None:
        """Remove all of them."""
        for card in self.cards:
            card.close()

    def _not_closed(self) -> list[InnerCard]:
        return [card for card in self.cards if not card.is_closed]

    def _have(self, cards: Iterable[InnerCard]) -> None:
        before, self.cards = self.cards, tuple(cards)
        if self.cards == before:
            return
        new = [card for card in self.cards if card not in before]
        if new:
            self._see(new[-1])
            return
        if self._seen not in self.cards:
            self._seen = None
        self._show()

    def _see(self, card: InnerCard | None) -> None:
        """Let one of them be seen, or none; with it all are seen that it stands in."""
        if card is not self._seen:
            self._seen = card
            self._show()
        if card is not None and self._above is not None:
            self._above._see_above(self)

    def _show(self) -> None:
        self.show_strip()
        kept: Collection[ipw.Widget] = self.cards  # type: ignore[assignment]
        seen: ipw.DOMWidget | None = self._seen  # type: ignore[assignment]
        self._view.show_followup(seen, kept)

    def _see_above(self, below: Followups) -> None:
        card = next((card for card in self.cards if card.presenter.followups is below), None)
        if card is not None:
            self._see(card)
