"""What can be done about a task besides following it and pressing its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mj_widgets.errors import MjError

if TYPE_CHECKING:
    from mj_widgets.session import Session
    from mj_widgets.widgets.face import Face


class Extras:
    """Cancels a card's task and asks for its seed; coroutines for the background thread.

    Args:
        session: the service.
        face: where a refusal is said and a seed is shown.
    """

    def __init__(self, session: Session, face: Face) -> None:
        self._session, self._face = session, face
        self.seed = ""
        """The seed as the service told it, or ""."""

    async def cancel(self, task_id: str) -> None:
        """End a task at the service.

        Raises:
            MjError: the service does not let its users do that, or it is too late.
        """
        try:
            await self._session.client.cancel(task_id)
        except MjError as error:
            error.advice = "The task goes on."
            raise

    async def try_to_cancel(self, task_id: str) -> None:
        """End a task at the service; a refusal is said in the card."""
        self._face.tools.cancel.disabled = True
        try:
            await self.cancel(task_id)
        except MjError as error:
            self._face.caption.say(f"Not cancelled – {error}", "trouble")
        finally:
            self._face.tools.cancel.disabled = False

    async def ask_for_seed(self, task_id: str) -> str:
        """Return a finished task's seed, and show it; the service is asked once.

        Raises:
            MjError: the service does not tell it.
        """
        if not self.seed:
            self.seed = await self._session.client.image_seed(task_id)
            self._face.paint_seed(self.seed)
        return self.seed

    async def show_seed(self, task_id: str) -> None:
        """Show a finished task's seed; a refusal is said in the card."""
        self._face.tools.seed.disabled = True
        try:
            await self.ask_for_seed(task_id)
        except MjError as error:
            self._face.caption.say(f"No seed – {error}", "trouble")
        finally:
            self._face.tools.seed.disabled = False
