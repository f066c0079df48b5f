"""Who wants an order to be sent, up to the moment when it is."""

from __future__ import annotations

from collections.abc import Callable

from mj_widgets.errors import MjError

Wanted = Callable[[], bool]
"""Asked right before an order is sent: whether it is still wanted. Who says so gets its answer."""


class Demand:
    """Those who want one order sent; on the background thread.

    There may be several: while it is being sent, the same order gets the same answer.
    """

    def __init__(self) -> None:
        self._asked: list[Wanted] = []
        self._is_on_its_way = False
        self.is_over = False
        """True once nobody wanted it any more when its turn came."""

    def add(self, wanted: Wanted) -> None:
        """Take in one more who wants it."""
        self._asked.append(wanted)
        if self._is_on_its_way:
            wanted()

    def require_one(self) -> None:
        """Let the order be sent now.

        Raises:
            MjError: nobody wants that any more.
        """
        answers = [wanted() for wanted in self._asked]  # each is to know that it goes
        self._is_on_its_way = any(answers)
        if not self._is_on_its_way:
            self.is_over = True
            raise MjError("It was stopped before it was sent", advice="Nothing was submitted.")
