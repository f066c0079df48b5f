"""A task that waits in a window until it is answered, from Python or by a person in the card."""

from __future__ import annotations

import io
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PIL import Image

from mj_widgets.card import words
from mj_widgets.card.openers import Opener, find_opener
from mj_widgets.card.panel import Panel
from mj_widgets.card.showing import is_headless
from mj_widgets.errors import MjError, ServiceUnavailable
from mj_widgets.models.button import Button
from mj_widgets.models.modal import asks_of, first_prompt
from mj_widgets.service import orders

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.card.card_view import Face
    from mj_widgets.models import Task
    from mj_widgets.models.modal import ModalAnswer


class Waiting:
    """The window of one card's task; its coroutines belong on the background thread.

    Args:
        session: where the answer is sent.
        face: where the window is shown.
        run: runs a coroutine on the background thread and says in the card what goes wrong.
        ask: asks the service about the task at once.
        end: called with the error of a window that nobody is going to answer.
        waits: tells whether the task still waits.
    """

    def __init__(
        self,
        session: Account,
        face: Face,
        *,
        run: Callable[[Coroutine[Any, Any, None]], None],
        ask: Callable[[], None],
        end: Callable[[MjError], None],
        waits: Callable[[], bool],
    ) -> None:
        self.session, self._face = session, face
        self._run, self._ask, self._end, self._waits = run, ask, end, waits
        self.window: ModalAnswer | None = None
        """The answer that is ready before the service asks."""
        self._is_answering = self._is_answered = self._is_unclear = self._is_looking = False

    async def meet(self, task: Task, opener: Opener, made_by: tuple[str, str]) -> None:
        """Answer the window that *task* waits in, or open it in the card."""
        if self._is_answering or self._is_looking:  # the service is asked about it meanwhile
            return
        window, self.window = self.window, None
        if window is not None:
            await self._answer(task, made_by, window)
        if self._is_answered or self._face.panel is not None:
            return
        if opener.button is None:
            self._is_looking = True
            try:
                opener = await find_opener(self.session, task, made_by, opener)
            finally:
                self._is_looking = False
            if not self._waits() or self._face.panel is not None:
                return
        asks = asks_of(task, opener.button)
        source = task if task.final_prompt else opener.parent or task
        prompt = first_prompt(source, opener.button or Button(), asks)
        panel = Panel(
            words.window_title(asks, made_by[1], opener.button),
            asks,
            window.prompt if window else prompt,
            opener.picture,
            on_send=lambda window: self._run(self._answer(task, made_by, window)),
            on_cancel=lambda: self._run(self._decline(task)),
            takes_focus=opener.by_click,
            ends_task=True,
        )
        if window is not None and window.mask is not None and panel.painter is not None:
            panel.painter.show(Image.open(io.BytesIO(window.mask)))
        self._face.show_panel(panel)
        if is_headless():
            self._end(
                MjError(
                    f"Task {task.id} waits in a window for a prompt or a mask",
                    advice="Open the notebook and answer it there.",
                )
            )

    async def _answer(self, task: Task, made_by: tuple[str, str], window: ModalAnswer) -> None:
        parent, button = made_by
        order = orders.answer(task.id, window, parent=parent, button=button)
        self._is_answering = True
        try:
            await self.session.submit(order, new=self._is_unclear)
        except MjError as error:
            # A task that still waits was not answered: a person may do so again.
            self._is_unclear = isinstance(error, ServiceUnavailable) and error.maybe_sent
            if self._face.panel is None:
                self._face.caption.say(str(error))
                self._end(error)
            else:
                self._face.panel.say(str(error))
        else:
            self._is_answered = True
            self._face.close_panel()
            self._ask()
        finally:
            self._is_answering = False

    async def _decline(self, task: Task) -> None:
        try:
            await self.session.client.cancel(task.id)
        except MjError as error:
            if self._face.panel is not None:
                is_unclear = isinstance(error, ServiceUnavailable) and error.maybe_sent
                refusal = "" if is_unclear else "The service does not cancel it. "
                self._face.panel.say(f"{refusal}{error}")
        else:
            self._face.close_panel()
        self._ask()
