"""The static twin of a card: the output beside it that a saved notebook shows in its place."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from IPython import get_ipython
from IPython.core.displaypub import CapturingDisplayPublisher, DisplayPublisher

from mj_widgets import background
from mj_widgets.card.still import Still, StillCopy, to_html
from mj_widgets.pictures.sheets import contact_sheet

_PAUSE = 1.0
# The output above the twin is the card's own. Where there is no kernel it holds nothing but the
# words "Error displaying widget: model not found", or "Loading widget..." for ever. A notebook
# that is not trusted drops the style, and shows no widget either.
_STYLE = (
    "<style>.jp-OutputArea-child:has(+ .jp-OutputArea-child [data-mj-static='{uid}'])"
    ":not(:has(> .jp-OutputArea-output > *)){{display:none}}</style>"
)


class Twin:
    """The second output of a card, hidden by the live one for as long as that can be seen.

    Args:
        width: the longer side of each picture, in CSS pixels.
        on_sent: called with the revision that was sent, which goes up with each ``fill``.
    """

    def __init__(self, width: int, on_sent: Callable[[int], object] = lambda _: None) -> None:
        self.uid = uuid.uuid4().hex
        """By which the live card hides it."""
        self._name = self.uid
        """The ``display_id`` of the output."""
        self._width, self._on_sent = width, on_sent
        self._still: StillCopy | None = None
        self._revision = 0
        self._sheet: tuple[tuple[bytes, ...], str] = ((), "")
        self._is_folded = False
        self._publisher: Any = None
        self._captured: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._is_due = False
        self._free_at = 0.0

    def show(self, *, instead: Twin | None = None) -> None:
        """Show the output, in a kernel; elsewhere nobody could see it.

        Args:
            instead: another one, which is shown no more, and in whose place this one is.
        """
        shell: Any = get_ipython()
        if not hasattr(shell, "kernel"):
            return
        now = shell.display_pub
        # Kept: a later cell that captures its own outputs would swallow what belongs here.
        self._publisher = publisher_of(shell)
        if instead is not None:
            self._name, instead._publisher = instead._name, None
        self._send(now, update=instead is not None)

    def fill(self, still: StillCopy) -> None:
        """Show *still* from now on; callable from any thread, returns at once.

        Of many within a second only the last is sent: a card with its follow-ups weighs megabytes.
        """
        with self._lock:
            self._still = still
            self._revision += 1
        self._update_soon()

    def fold(self) -> None:
        """Show one line until it is clicked: where each output has a page of its own, the live
        card cannot hide this one, and each picture would be there twice."""
        with self._lock:
            if self._is_folded:
                return
            self._is_folded = True
        self._update_soon()

    def refill(self) -> None:
        """Send it once more, at once: for a cell that waits under nbclient.

        nbclient (``jupyter execute``, papermill) keeps only what is sent while a cell runs.
        """
        if self._publisher is not None and self._still is not None:
            self._send(self._publisher, update=True)

    def _update_soon(self) -> None:
        with self._lock:
            if self._publisher is None or self._is_due:
                return
            self._is_due = True
        background.start(self._send_soon())

    async def _send_soon(self) -> None:
        await asyncio.sleep(self._free_at - time.monotonic())
        await asyncio.to_thread(self._picture, self._still or Still())
        publisher = self._publisher
        if self._is_due and publisher is not None:  # else it was sent meanwhile, or gave way
            self._send(publisher, update=True)

    def _send(self, publisher: Any, *, update: bool) -> None:
        with self._lock:  # else an older state could overtake a newer one
            self._is_due = False
            self._free_at = time.monotonic() + _PAUSE
            bundle = self._bundle()
            # What a cell has captured may be shown later, after the last update.
            for captured in self._captured:
                captured["data"] = bundle
            publisher.publish(bundle, transient={"display_id": self._name}, update=update)
            if isinstance(publisher, CapturingDisplayPublisher):
                self._captured.append(publisher.outputs[-1])
            # A page that was loaded again has no output by that display_id any more, and the
            # update reaches nothing: the card says so.
            self._on_sent(self._revision)

    def _bundle(self) -> dict[str, str]:
        still = self._still or Still()
        html = to_html(still, self.uid, self._width, self._revision, is_folded=self._is_folded)
        bundle = {"text/html": html + _STYLE.format(uid=self.uid), "text/plain": still.plain()}
        # For what knows no HTML (LaTeX, docx): it takes a picture rather than the text.
        if picture := self._picture(still):
            bundle["image/jpeg"] = picture
        return bundle

    def _picture(self, still: StillCopy) -> str:
        """Return all pictures in one, as text; "" for none."""
        pictures, known = still.all_pictures, self._sheet
        if pictures != known[0]:
            made = base64.b64encode(contact_sheet(pictures)).decode() if pictures else ""
            self._sheet = known = (pictures, made)
        return known[1]


def publisher_of(shell: Any) -> Any:
    """Return what publishes for the notebook also while a cell captures its outputs."""
    own = (one for one in getattr(shell, "configurables", ()) if isinstance(one, DisplayPublisher))
    return next(own, shell.display_pub)


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
        if self._parent is not None:
            self._parent._fill()
        if self._twin is not None:  # at once: the notebook may be saved the next moment
            self._twin.refill()

    def _fill(self) -> None:
        """Bring the twins of this card and of its parents up to date."""
        if self._twin is not None:
            self._twin.fill(self._whole())
        if self._parent is not None:
            self._parent._fill()

    def _whole(self) -> Still:
        return replace(
            self._still,
            children=tuple(child._whole() for child in self._children if not child._is_closed),
        )
