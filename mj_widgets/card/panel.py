"""The modal that a button opens, as a part of the card: a prompt, where it is needed a mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import ipywidgets as ipw

from mj_widgets import background
from mj_widgets.card.caption import Caption
from mj_widgets.card.controls import Controls, answer_while_busy
from mj_widgets.card.painter import Painter
from mj_widgets.errors import MjError
from mj_widgets.jobs import words
from mj_widgets.jobs.sender import Withdrawn
from mj_widgets.jobs.state import Phase
from mj_widgets.models.button import Asks
from mj_widgets.models.modal import ModalAnswer, problem_of
from mj_widgets.models.prompt_slips import slips_of

if TYPE_CHECKING:
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.state import Canvas, JobState, Tone


_LOST = "Send or Cancel this first: what you have {} would be lost."


class Panel(ipw.VBox):
    """Asks for a prompt, and sends or cancels.

    Args:
        title: what it is for.
        asks: what the service asks for.
        prompt: what stands in it at first.
        canvas: what a mask is painted on, where it asks for one.
        name: what stands for that picture where it is not seen.
        on_send: called with the ``ModalAnswer`` once it can be sent.
        on_cancel: called when it is not to be sent.
        takes_focus: True where a person has opened it, who wants to go on typing.
        ends_task: True where the task itself waits in it: Cancel ends that, and Esc does nothing.
    """

    no_picture = str(words.no_canvas())
    """What is said where there is nothing to paint on."""
    has_frame = False
    """Whether more can be added around the picture."""
    placeholder = ""
    """What is said in the prompt while it is empty."""

    def __init__(
        self,
        title: str,
        asks: Asks,
        prompt: str,
        canvas: Canvas | None = None,
        *,
        name: str = "",
        on_send: Callable[[ModalAnswer], None],
        on_cancel: Callable[[], None],
        takes_focus: bool = False,
        ends_task: bool = False,
    ) -> None:
        self._asks, self._on_send, self._on_cancel = asks, on_send, on_cancel
        self._first = prompt
        self._controls = Controls()
        layout = self._controls.layout
        self.prompt = ipw.Textarea(
            prompt,
            description="Prompt",
            placeholder=self.placeholder,
            rows=3,
            # Else each letter is a message; what is in it goes along with a click.
            continuous_update=False,
            layout=layout,
            _dom_classes=("mj-panel-prompt",),
        )
        self.send_button = self._controls.button(
            "Send", "Submit it with this prompt", self._submit, "mj-send"
        )
        cancel = (
            ("Cancel task", "End the task at the service; nothing is submitted")
            if ends_task
            else ("Cancel", "Submit nothing (Esc)")
        )
        self.cancel_button = self._controls.button(*cancel, self._cancel)
        self.withdraw: Callable[[], object] = lambda: None
        """Takes back what was sent, as far as it is not on its way; on the background thread."""
        # Not an ipywidgets Label, which sets what stands between two $ as a formula.
        self.heading = Caption(
            None if ends_task else self._escape,
            on_fields=self._take_fields,
            heading={"prompt": title},
            takes_focus=takes_focus,
            layout=layout,
        )
        # Below Send, where people look: above it, a slip that is said when the text is left would
        # move the button away from below the click that has left it.
        self.caption = Caption(on_use=self._use_mended, layout=layout)
        self.prompt.observe(lambda _: self._say_slips(), "value")
        self._say_slips()
        answer_while_busy(self.prompt)
        self.painter = (
            Painter(canvas.image, canvas.size, name=name, layout=layout, has_frame=self.has_frame)
            if canvas and asks == "mask"
            else None
        )
        painted = [self.painter] if self.painter else []
        if asks == "mask" and not painted:
            self.caption.say(self.no_picture)
        can_send = asks != "mask" or bool(painted)
        senders = [self.send_button, *self._other_senders()] if can_send else []
        buttons = [*senders, self.cancel_button]
        self._row = self._controls.row(buttons)
        parts = [self.heading, *painted, self.prompt, *self._choices(), self._row, self.caption]
        super().__init__(parts, layout=layout, _dom_classes=("mj-panel",))

    def say(self, text: str, tone: Tone = "failed") -> None:
        """Show one line, and let the buttons be pressed again."""
        self.caption.say(text, tone)
        self.send_button.disabled = False

    def close(self) -> None:
        """Remove it."""
        for part in (self.send_button, *self._row.children, *self.children):
            part.close()
        self.prompt.style.close()
        super().close()
        self._controls.close()

    def gives_way(self, text: str | None = None) -> bool:
        """Tell whether nothing is lost when it closes; what would be is said in it.

        Args:
            text: the prompt as it stands in the page, where that is known.
        """
        text = self.prompt.value if text is None else text
        if self.send_button.disabled:
            why = "This is being sent: wait until it is taken."
        elif text.split() != self._first.split():
            why = _LOST.format("written")
        elif self.painter is not None and self.painter.is_used:
            why = _LOST.format("marked")
        else:
            return True
        # Not say(), which lets Send be pressed again: what is on its way would be sent twice.
        self.caption.say(why, "failed")
        return False

    def _say_slips(self) -> None:
        """Say what is wrong in the prompt; it can be sent all the same."""
        slips = slips_of(self.prompt.value)
        told = {"warning": slips.words, "mended": slips.mended}
        self.caption.heading = told if slips.words else {}

    def _use_mended(self) -> None:
        if mended := slips_of(self.prompt.value).mended:
            self.prompt.value = mended

    def _take_fields(self, fields: list[Any]) -> None:
        """Take what stands in the page when a button is pressed: changes may come after that."""
        for box, told in zip(self._boxes(), fields, strict=False):
            box.set_trait("index" if isinstance(box, ipw.Dropdown) else "value", told)

    def _escape(self, text: str | None) -> None:
        if self.gives_way(text):
            self._on_cancel()

    def _cancel(self) -> None:
        background.do(self.withdraw)
        self._on_cancel()

    def _submit(self) -> None:
        if self.send_button.disabled:  # the second click of a double click
            return
        answer = ModalAnswer(self.prompt.value.strip(), self.painter.mask if self.painter else None)
        self._try(self._problem_of(answer), lambda: self._on_send(answer))

    def _try(self, problem: str, send: Callable[[], None]) -> None:
        self.say(problem)
        if not problem:
            self.send_button.disabled = True
            try:
                send()
            except MjError as error:
                self.say(str(error))

    def _problem_of(self, answer: ModalAnswer) -> str:
        """Return why *answer* cannot be sent, on one line, or ""."""
        return problem_of(answer, self._asks, self._first)

    def _choices(self) -> list[ipw.Widget]:
        """Return what else can be chosen, below the prompt."""
        return []

    def _boxes(self) -> list[ipw.Widget]:
        """Return what is written and chosen in, in its order on the page."""
        return [self.prompt]

    def _other_senders(self) -> list[ipw.Button]:
        """Return what stands beside Send."""
        return []


class PanelHolder(Protocol):
    """Where panels open."""

    @property
    def panel(self) -> Panel | None:
        """The one that is open, or None."""

    def close_panel(self) -> None:
        """Close it."""


def keep_until_taken(view: PanelHolder, panel: Panel, job: Job) -> None:
    """Keep a panel open until what it has sent is taken, and say in it what refuses that.

    Cancel takes back what is not on its way yet.
    """
    panel.withdraw = lambda: job.life.withdraw(Withdrawn("Cancelled: nothing was submitted"))

    def hear(state: JobState) -> None:
        if panel is not view.panel:
            end()
        elif state.phase is Phase.UNSENT and state.trouble is not None:
            panel.say(str(state.trouble))
        elif state.task_id or state.phase is Phase.NOTHING:
            view.close_panel()

    end = job.on_change(hear)
