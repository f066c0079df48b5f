"""What can be done about a task besides following it and pressing its buttons."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw

from mj_widgets.errors import MjError, ServiceUnavailable

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.card.card_view import Face


class Extras:
    """Cancels a card's task and asks for its seed; coroutines for the background thread.

    Args:
        session: the service.
        face: where a refusal is said and a seed is shown.
    """

    def __init__(self, session: Account, face: Face) -> None:
        self.session, self._face = session, face
        self.seed = ""
        """The seed as the service told it, or ""."""

    async def cancel(self, task_id: str) -> None:
        """End a task at the service.

        Raises:
            MjError: there is no task yet, the service does not let its users do that, it is too
                late, or the answer was lost, so that it may have been cancelled.
        """
        _require(task_id)
        try:
            await self.session.client.cancel(task_id)
        except MjError as error:
            is_unclear = isinstance(error, ServiceUnavailable) and error.maybe_sent
            error.advice = (
                "It may have been cancelled: Check now tells."
                if is_unclear
                else "The task goes on."
            )
            raise

    async def ask_for_seed(self, task_id: str) -> str:
        """Return a finished task's seed, and show it; the service is asked once.

        Raises:
            MjError: there is no task yet, or the service does not tell it.
        """
        _require(task_id)
        if not self.seed:
            self.show_seed(await self.session.seed(task_id))
        return self.seed

    def show_seed(self, seed: str) -> None:
        """Show a seed that is known."""
        self.seed = seed
        self._face.paint_seed(seed)

    async def by_click(
        self, tool: ipw.Button, work: Coroutine[Any, Any, object], refusal: str
    ) -> None:
        """Do *work* for a click on *tool*, once at a time; a refusal is said in the card."""
        if tool.disabled:  # the second click of a double click was already on its way
            work.close()
            return
        tool.disabled = True
        try:
            await work
        except MjError as error:
            self._face.caption.say(f"{refusal} – {error}", "trouble")
        finally:
            tool.disabled = False


def _require(task_id: str) -> None:
    """Raise MjError for a card whose task is only being submitted."""
    if not task_id:
        raise MjError("There is no task yet")
