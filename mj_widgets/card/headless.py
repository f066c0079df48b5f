"""Notebooks that a program runs: nobody answers, and only the cell that runs is listened to."""

from __future__ import annotations

import sys
import threading
from typing import Protocol
from weakref import WeakSet

from IPython import get_ipython


class Sendable(Protocol):
    """A card whose end may not have been told to a cell that waits."""

    @property
    def is_told(self) -> bool:
        """True once it has ended, or was closed."""

    def send_family(self) -> None:
        """Send the state of the card and of those in it once more."""


class Unsent:
    """The cards in no other whose end was not told to a cell that waits; from any thread.

    nbclient (``jupyter execute``, papermill) drops what is sent for another cell than the one
    that runs, and all that the background thread sends counts as another's.
    """

    def __init__(self) -> None:
        self._cards: WeakSet[Sendable] = WeakSet()
        self._lock = threading.Lock()

    def add(self, card: Sendable) -> None:
        """Remember a card that goes on."""
        with self._lock:
            self._cards.add(card)

    def send(self, waited: Sendable) -> None:
        """Say once more all of the card that was waited for, and of those that ended unheard."""
        with self._lock:
            ended = {card for card in self._cards if card.is_told}
            self._cards -= ended
        for card in {waited} | ended:
            card.send_family()


unsent = Unsent()


def is_colab() -> bool:
    """Tell whether a notebook is run by Google Colab, for a person.

    It shows nothing of what a thread sends, neither states of widgets nor updates of outputs; only
    what the cell that runs has sent itself.
    """
    return "google.colab" in sys.modules and hasattr(get_ipython(), "kernel")


def is_headless() -> bool:
    """Tell whether the running cell is one of a program's that no person can answer.

    Such a program (nbclient, and with it ``jupyter execute``, papermill and nbconvert) allows no
    ``input()``; front-ends for people do.
    """
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and not getattr(kernel, "_allow_stdin", False)


def only_cells_are_heard() -> bool:
    """Tell whether what is sent besides the running cell is lost, so that the cell has to wait."""
    return is_headless() or is_colab()
