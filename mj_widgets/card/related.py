"""Where a card's task comes from, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self, cast

from mj_widgets.archive.lineage import Branch, TaskLink
from mj_widgets.card.live import LiveCard


class RelatedCard(LiveCard):
    """A card that knows its parent, its button, and the tree that it belongs to."""

    @property
    def parent(self) -> Self | None:
        """The card that this one is in; None for one that is alone."""
        return self._parent

    @property
    def parent_id(self) -> str:
        """The task whose button started this one, "" for a root or where it is not known."""
        return self._step[0]

    @property
    def button(self) -> str:
        """The name of the button that started this task, "" for a root or where it is not known."""
        return self._step[1]

    @property
    def quadrant(self) -> int | None:
        """The picture of the parent's grid (1 to 4) that this task was made of, else None."""
        return Branch(self.task_id, self.button).quadrant

    def tree(self) -> Branch:
        """Return this task with all that came of it, in this notebook or another.

        What the open cards know is put over what the library and its journal have; nothing is
        asked of the service. A press that is being sent is there without an id, and so is a card
        whose task never came to be.

        >>> w.tree()                                    # doctest: +SKIP
        1747132423020537  a little red fox  (done)
        ├─ V2  1747132423020612  (done)
        │  └─ U3  1747132423020700  (in progress)
        └─ U1  1747132423020655  (done)
        """
        if not self.task_id:
            return self.path()[-1]
        return self._session.tree(self.task_id, self._open_tasks())

    def path(self) -> tuple[Branch, ...]:
        """Return the tasks from the root to this one, which is the last; see ``tree``.

        >>> [(step.task_id, step.button, step.quadrant) for step in w.path()]   # doctest: +SKIP
        [('1747132423020537', '', None), ('1747132423020612', 'V2', 2)]
        """
        known = self._open_tasks()
        if self.task_id:
            return self._session.path(self.task_id, known)
        own = self._kin()
        above = self._session.path(own.parent, known) if own.parent else ()
        return (*above, Branch("", own.button, prompt=own.prompt))

    @property
    def _step(self) -> tuple[str, str]:
        """The parent's task and the button; one that was fetched alone is looked up."""
        if self._made_by[0] or not self.task_id:
            return self._made_by
        *above, own = self.path()
        return above[-1].task_id if above else "", own.button

    def _open_tasks(self) -> list[TaskLink]:
        """Return what this card and those around it know."""
        cards = cast("Iterator[Self]", self._root._family())
        return [card._kin() for card in cards if card.task_id or not card.is_closed]

    def _kin(self) -> TaskLink:
        task, (parent, button) = self.task, self._made_by
        if task is None:
            prompt = self._face.caption.heading.get("prompt", "")
            return TaskLink(self.task_id, parent, button, prompt=prompt)
        return TaskLink(self.task_id, parent or task.parent_id, button, self.status, task.prompt)
