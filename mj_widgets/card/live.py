"""The life of a card: from a task's id to its pictures, watched, stopped, waited for, closed."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakSet

from mj_widgets import background
from mj_widgets.card import words
from mj_widgets.card.informed import InformedCard
from mj_widgets.card.showing import is_headless
from mj_widgets.card.still import Still
from mj_widgets.errors import Interrupted, MjError, StillRunning
from mj_widgets.models import Status, Task
from mj_widgets.service.follower import Update

if TYPE_CHECKING:
    from datetime import datetime

    from mj_widgets.models.modal import ModalAnswer

UNFINISHED = "Not finished when this notebook was saved."
_unsent: WeakSet[LiveCard] = WeakSet()
"""The cards in no other whose end was not told to a cell that waits."""


class LiveCard(InformedCard):
    """A card that follows one task, shows what comes of it, and can be waited for."""

    def _new_child(self, button: str) -> Self:
        """Return the card of a task that is only being submitted."""
        self._renew_session()
        child = type(self).__new__(type(self))
        child._prepare(self._options, self, button)
        child._face.paint_words(f"sending {button}", "waiting")
        return child

    def __repr__(self) -> str:
        state = self.status or self._face.caption.state.get("words") or "asking"
        said = f": {self.error}" if self.error and self.status != Status.SUCCESS else ""
        return f"{type(self).__name__}({self.task_id!r}, {state}){said}"

    def _on_followups(self, change: Any) -> None:
        if len(change.new) < len(change.old):
            self._leaving.fill()
        else:
            self._fold_older()
        caption = self._face.caption
        caption.folds = (caption.folds or "open") if change.new else ""

    def _fold_older(self) -> None:
        """Fold the cards that this one and its parent stand in: a long chain stays readable."""
        older = self._parent and self._parent._parent
        while older is not None:
            older._face.caption.folds = "folded"
            older = older._parent

    @property
    def followups(self) -> tuple[Self, ...]:
        """The cards of the tasks that were started from this one, in order."""
        return tuple(self._face.followups.children)

    def _begin(
        self,
        task_id: str,
        *,
        is_new: bool = False,
        refresh: bool = False,
        known_since: datetime | None = None,
        window: ModalAnswer | None = None,
        place: str = "",
    ) -> None:
        """Follow *task_id* from now on; for a card that has none yet or was stopped.

        Args:
            task_id: the task.
            is_new: it was just submitted, so that the service may not know it yet.
            refresh: ask the service even where the library has the finished task.
            known_since: when it was submitted, where the press was not sent again.
            window: the answer for the window that the service may open.
            place: where it stands in the service's queue, in words.
        """
        self._waiting.window, self._place = window, place
        self.task_id = task_id
        if self._parent is None:
            _unsent.add(self)
        if known_since is not None:
            self._known_since = known_since
            self._face.paint_known(words.known_since(known_since))
        if self.is_closed:
            return
        self._outcome.forget()
        self._watch.is_on = True
        self._face.paint_id(task_id, self._origin)
        self._face.paint_state(Update(self.task), words.notes(None, None, place))
        self._tools.offer(self._tools.stop, self._tools.cancel, self._tools.check)
        self._leaving.leave(Still(task_id=task_id, origin=self._whole_origin, note=UNFINISHED))
        self._in_background(self._start(task_id, is_new=is_new, refresh=refresh))

    async def _start(self, task_id: str, *, is_new: bool, refresh: bool) -> None:
        if not self._origin:
            self._made_by = await self._session.origin(task_id)
            self._origin = words.origin(*self._made_by)
        if not self._watch.is_on:  # closed or stopped meanwhile
            return
        self._face.paint_id(task_id, self._origin)
        await self._watch.start(task_id, is_new=is_new, refresh=refresh)

    def stop(self) -> None:
        """Stop watching. The task goes on at the service; Check now watches it again."""
        self._watch.stop()
        # What is only being sent ends when it is known whether there is a task.
        if not self._outcome.is_known and (self.task_id or self.is_closed):
            self._face.paint_words("not watched any more", "waiting")
            self._tools.offer(self._tools.check)
            self._outcome.tell(MjError(f"{self._name} is not watched any more"))

    def check_now(self) -> None:
        """Ask the service at once, and go on watching."""
        if not self._outcome.is_known:
            background.call(self._watch.ask)
        elif self.task_id:
            self._renew_session()
            self._begin(self.task_id, refresh=True)

    def wait(self, timeout: float | None = None) -> Task:
        """Wait until the task has ended and its pictures are here; return the task.

        Interrupting ends the waiting only: the task is still followed.

        Args:
            timeout: seconds; None waits for ever.

        Raises:
            TaskFailed: the task failed or was cancelled.
            MjError: it cannot be followed, its press was refused, or an observer waits.
            StillRunning: the time is over (a TimeoutError); the task is still followed.
            KeyboardInterrupt: it was interrupted; the task is still followed.
        """
        try:
            outcome = self._outcome.wait(timeout)
        except KeyboardInterrupt:
            raise Interrupted(f"Stopped waiting. {self._name} is still followed.") from None
        self._send_again()
        try:
            return outcome.result(0)
        except TimeoutError:
            now = words.status_words(self.task)[0] if self.task else "no answer yet"
            raise StillRunning(
                f"{self._name} has not ended within {timeout:g} s ({now}, {self.progress} %)",
                advice="It is still followed.",
            ) from None

    def __await__(self) -> Generator[Any, None, Task]:
        return self._awaited().__await__()

    async def _awaited(self) -> Task:
        try:
            return await self._outcome.reached()
        finally:
            self._send_again()

    def close(self) -> None:
        """Stop watching and remove the card."""
        # Refused before there was anything to close, or closed before.
        if not hasattr(self, "_face") or self.is_closed:
            return
        self.is_closed = True
        self.stop()
        for child in self.followups:
            child.close()
        self._leaving.close()
        self._face.close()
        self.layout.close()
        super().close()

    def _give_up(self, error: MjError) -> None:
        """End with *error*: there is no task to follow."""
        if self._parent is not None:
            self._parent._note_refusal(error)
        self._tell(error=str(error))
        self._leave_failure(None, str(error))
        self._outcome.tell(error)

    def look(self) -> None:
        """Bring the card into view, in the browser."""
        self._face.caption.look()

    @property
    def _root(self) -> LiveCard:
        return self if self._parent is None else self._parent._root

    def _family(self) -> Iterator[LiveCard]:
        """Yield this card and all below it."""
        yield self
        for child in self.followups:
            yield from child._family()

    def _send_again(self) -> None:
        """Say once more all that was said in the background, where only this cell is listened to.

        nbclient (``jupyter execute``, papermill) drops what is sent for another cell than the one
        that runs, and all that the background thread sends counts as another's.
        """
        if self.is_closed or not is_headless():
            return
        self._root._send_family()
        for other in list(_unsent):  # a cell that did not wait for its card's end
            if other._outcome.is_known and not other.is_closed:
                other._send_family()

    def _send_family(self) -> None:
        if self._outcome.is_known:
            _unsent.discard(self)
        for card in self._family():
            card._face.send_again()
            card.layout.send_state()
            card.send_state()
            for twin in card._twins:
                twin.refill()
