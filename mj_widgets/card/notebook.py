"""A card in a notebook: how it gets into a cell's output, and what it leaves in the file."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from IPython import get_ipython
from IPython.display import display

from mj_widgets.card.still import Still

if TYPE_CHECKING:
    from mj_widgets.card.still import Twin


class Shown:
    """Mixed into a widget: shown when it ends a cell, and only once where it was shown before."""

    _shown_in: int | None = None
    _twin: Twin | None = None
    """What a saved notebook shows in its place."""

    @property
    def _twins(self) -> tuple[Twin, ...]:
        return () if self._twin is None else (self._twin,)

    def _show_now(self) -> None:
        """Show it at once, in a cell that goes on to wait for it and may then return it."""
        self._ipython_display_()
        self._shown_in = _cell()

    def _ipython_display_(self) -> None:
        if self._shown_in is None or self._shown_in != _cell():
            make_bundle = self._repr_mimebundle_  # type: ignore[attr-defined]
            if make_bundle is None:  # it is closed
                display({"text/plain": repr(self)}, raw=True)
                return
            bundle: Any = make_bundle()
            if self._twins:
                # Read where no widget can be: an untrusted notebook, nbconvert. The twin says it.
                bundle["text/html"] = ""
            display(bundle, raw=True)
            for twin in self._twins:
                twin.show()


class Leaving:
    """The still state of one card, which is a part of those of the cards that it stands in.

    Args:
        twin: the output beside the card, None for none.
        parent: the same of the card that this one is in.
    """

    def __init__(self, twin: Twin | None, parent: Leaving | None) -> None:
        self._twin, self._parent = twin, parent
        self._children: tuple[Leaving, ...] = ()
        self._still = Still()
        self._is_closed = False

    def leave(self, still: Still, children: Iterable[Leaving]) -> None:
        """Leave *still* and what came of it from now on."""
        children = tuple(children)
        if not self._is_closed and (still, children) != (self._still, self._children):
            self._still, self._children = still, children
            self._fill()

    def close(self) -> None:
        """Leave nothing, whatever is still on its way."""
        self.leave(Still(), ())
        self._is_closed = True
        if self._twin is not None:  # at once: the notebook may be saved the next moment
            self._twin.refill()

    def _fill(self) -> None:
        """Bring the twins of this card and of its parents up to date."""
        if self._twin is not None:
            self._twin.fill(self._whole())
        if self._parent is not None:
            self._parent._fill()

    def _whole(self) -> Still:
        return replace(self._still, children=tuple(child._whole() for child in self._children))


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

    def send(self) -> None:
        """Say once more all that was said, for cells too that did not wait for their card's end."""
        with self._lock:
            ended = [card for card in self._cards if card.is_told]
            self._cards -= set(ended)
        for card in ended:
            card.send_family()


unsent = Unsent()


def is_headless() -> bool:
    """Tell whether the running cell is one of a program's that no person can answer.

    Such a program (nbclient, and with it ``jupyter execute``, papermill and nbconvert) allows no
    ``input()``; front-ends for people do.
    """
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and not getattr(kernel, "_allow_stdin", False)


def _cell() -> int | None:
    shell = get_ipython()
    return shell.execution_count if shell else None
