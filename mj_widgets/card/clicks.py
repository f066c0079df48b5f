"""What a click in a card does: a press, a panel that asks first, a tool, a picture at full size."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from PIL import Image

from mj_widgets import background
from mj_widgets.account.ledger import JournalError
from mj_widgets.card.frame import picture_name
from mj_widgets.card.hearing import Hearing
from mj_widgets.card.look import own_prompt
from mj_widgets.card.panel import Panel, keep_until_taken
from mj_widgets.errors import MjError, fault_of
from mj_widgets.jobs import originals
from mj_widgets.jobs.start import Start
from mj_widgets.jobs.state import Phase, Question
from mj_widgets.models.modal import ModalAnswer, first_prompt
from mj_widgets.models.prompt_slips import slips_of
from mj_widgets.models.template import require_one
from mj_widgets.service import orders

if TYPE_CHECKING:
    from mj_widgets.card.album import Album
    from mj_widgets.card.card_view import CardView
    from mj_widgets.card.look import Tool
    from mj_widgets.jobs import Job
    from mj_widgets.jobs.state import JobState, Tone
    from mj_widgets.models.button import Asks, Button, Group

ClickResult = Literal["sent", "shown", "asked", "nothing"]
"""What a click did: sent a press, showed what came of an earlier one, opened a panel."""
_BY_KEY = {
    "sent": "{} is pressed: its card is behind this",
    "shown": "{} was pressed before: its card is behind this",
}


class Lookable(Protocol):
    """A card that a click has opened, or leads to."""

    by_click: bool
    """True where a person has opened it, and goes on there."""

    def look(self) -> None:
        """Bring it into view, in the browser."""


class Clicks:
    """The clicks in one card, whatever thread they come on.

    Args:
        job: what they are about.
        view: where they were made.
        album: the pictures at hand.
        say: says one line in the card.
        card_of: gives the card of a job that came of this one.
        is_shown: tells whether such a job has a card that is open.
        begin: begins a new job, in a card inside this one.
        on_unknown: called with a button that the service has answered not to know, and the prompt
            that it was pressed with, or "".
    """

    def __init__(
        self,
        job: Job,
        view: CardView,
        album: Album,
        *,
        say: Callable[[str, Tone], None],
        card_of: Callable[[Job], Lookable],
        is_shown: Callable[[Job], bool],
        begin: Callable[[Start], Lookable],
        on_unknown: Callable[[Button, str], object],
    ) -> None:
        self._job, self._view, self._album = job, view, album
        self._say, self._card_of, self._is_shown, self._begin = say, card_of, is_shown, begin
        self._on_unknown = on_unknown
        self._run = Hearing(lambda text: say(text, "failed"), lambda: False).start
        self._tools: dict[Tool, Callable[[], object]] = {
            "stop": job.stop,
            "cancel": lambda: self._by_tool("cancel", job.life.cancel, "Not cancelled"),
            "check": job.check_now,
            "retry": job.check_now,
            "save": lambda: self.save(None),
            "seed": lambda: self._by_tool("seed", job.life.seed, "No seed"),
            "reuse": lambda: background.do(self._reuse),
        }

    # -- buttons --------------------------------------------------------------------------------

    def press(self, name: str) -> ClickResult:
        """Take a click on a button; the second within a second is the same one."""
        return background.do(lambda: self._press(name))

    def press_at(self, group: Group, index: int) -> None:
        """Press U or V of the picture that has the focus (from 0)."""
        name = self._job.presses.name_of(group, index + 1)
        if name is not None and (said := _BY_KEY.get(self.press(name))):
            self._view.tiles.say(index, said.format(name))

    def _press(self, name: str) -> ClickResult:
        found = self._job.state.find(name)
        if found is None or found.is_busy:
            return "nothing"
        if found.button.asks or (found.button.remixes and self._view.rows.remix):
            self._ask(name, found.button)
            return "asked"
        known = self._job.presses.job_of(name)
        try:
            new = self._is_meant_anew(name)
            job = self._job.presses.press(name, new=new, by_click=True)
        except MjError as error:
            self._say(str(error), "failed")
            return "nothing"
        card = self._card_of(job)
        card.by_click = True
        if job is not known:
            self._hear_unknown(job, found.button)
            return "sent"
        card.look()
        return "shown"

    def _hear_unknown(self, job: Job, button: Button, prompt: str = "") -> None:
        """Have it told when the service does not know a button that was pressed."""

        def hear(state: JobState) -> None:
            if state.phase is Phase.UNSENT:
                end()
                if state.trouble is not None and state.trouble.not_offered:
                    self._on_unknown(button, prompt)
            elif state.task_id or state.phase is Phase.NOTHING:
                end()

        end = job.on_change(hear)

    def _is_meant_anew(self, name: str, answer: ModalAnswer | None = None) -> bool:
        """Tell whether who clicks wants more than to see what came of the last press."""
        known = self._job.presses.job_of(name, answer)
        is_seen = known is None or self._is_shown(known)
        return is_seen and self._job.presses.is_meant_anew(name, answer)

    def _ask(self, name: str, button: Button) -> None:
        """Open the panel of a button in the card."""
        task = self._job.state.task
        if task is None or not self._view.has_room:
            return
        asks: Asks = button.asks or "prompt"

        def send(answer: ModalAnswer) -> None:
            background.do(lambda: self._send(panel, name, answer))

        def cancel() -> None:
            self._view.close_panel()
            self._view.rows.by_name[name].focus()

        needs = "" if button.asks else " (the service has to have Remix on)"
        panel = Panel(
            f"{name}: {button.meaning}{needs}",
            asks,
            first_prompt(task, button, asks),
            self._album.canvas,
            name=picture_name(task, None),
            on_send=send,
            on_cancel=lambda: background.do(cancel),
            takes_focus=True,
        )
        self._view.show_panel(panel)

    def _send(self, panel: Panel, name: str, answer: ModalAnswer) -> None:
        """Send what a panel asked for; it stays until that is taken, with what refused it."""
        presses, known = self._job.presses, self._job.presses.job_of(name, answer)
        new = self._is_meant_anew(name, answer)
        job = presses.press(name, answer, new=new, by_click=True)

        if job is known:  # nothing is sent whose answer would close the panel
            self._view.close_panel()
        else:
            keep_until_taken(self._view, panel, job)
            if (found := self._job.state.find(name)) is not None:
                self._hear_unknown(job, found.button, answer.prompt)
        self._card_of(job).look()

    # -- the modal in which the task itself waits ----------------------------------------------

    def question_panel(self, question: Question, *, takes_focus: bool) -> Panel:
        """Return the panel for what the service waits for."""
        job, state = self._job, self._job.state
        parent = job.parent.task if job.parent else None
        panel = Panel(
            _title(question, state.button),
            question.asks,
            question.prompt,
            question.canvas,
            name=picture_name(parent, None) if parent else "picture",
            on_send=lambda answer: self._run(job.dialog.answer(answer)),
            on_cancel=lambda: self._run(job.dialog.decline()),
            takes_focus=takes_focus,
            ends_task=True,
        )
        draft = question.draft
        if draft is not None and draft.mask is not None and panel.painter is not None:
            panel.painter.show(Image.open(io.BytesIO(draft.mask)))
        return panel

    # -- tools ----------------------------------------------------------------------------------

    def use(self, tool: Tool) -> None:
        """Take a click on a tool."""
        self._tools[tool]()

    def _by_tool(
        self, tool: Tool, work: Callable[[], Coroutine[Any, Any, object]], refusal: str
    ) -> None:
        """Do *work* for a click, once at a time; a refusal is said in the card."""
        self._run(self._once(tool, work, refusal))

    async def _once(
        self, tool: Tool, work: Callable[[], Coroutine[Any, Any, object]], refusal: str
    ) -> None:
        button = self._view.tools.by_name[tool]
        if button.disabled:  # the second click of a double click was already on its way
            return
        button.disabled = True
        try:
            await work()
        except MjError as error:
            self._say(f"{refusal} – {error}", "trouble")
        finally:
            button.disabled = False

    def use_mended(self) -> None:
        """Open the same panel with the prompt as it was meant; nothing is sent before Send."""
        background.do(lambda: self._reuse(mended=slips_of(own_prompt(self._job.state)).mended))

    def _reuse(self, mended: str = "") -> None:
        """Open a panel for a new picture with this prompt, and what went along with it."""
        if not self._view.has_room:
            return
        before = self._job.begun_with
        if before is None or not before.prompt:  # of a blend, say
            prompt = self._job.prompt
            before = Start(orders.imagine(prompt), "imagine", prompt=prompt)

        def send(answer: ModalAnswer) -> None:
            if answer.prompt != before.prompt:  # the mended one, say
                require_one(answer.prompt)
            start = self._once_more(before, answer.prompt)
            self._job.account.check(is_known=False, anyhow=True)
            background.do(lambda: self._begin_anew(start))

        def cancel() -> None:
            self._view.close_panel()
            if not mended:
                self._view.tools.by_name["reuse"].focus()

        self._view.show_panel(
            Panel(
                f"{before.origin}: once more, with this prompt",
                "prompt",
                mended or before.prompt,
                on_send=send,
                on_cancel=lambda: background.do(cancel),
                takes_focus=True,
            )
        )

    def _once_more(self, before: Start, prompt: str) -> Start:
        """Return the start of a new picture with this prompt; what was lost is looked for first."""
        order = before.order.with_prompt(prompt)
        state = self._job.state
        is_refused = state.phase is Phase.UNSENT and order == before.order
        trouble = state.trouble if is_refused else None
        is_lost = trouble is not None and trouble.maybe_sent
        # A person has just written it and pressed Send: it is meant, once.
        return replace(
            before,
            order=order,
            prompt=prompt,
            new=not is_lost,
            anyhow=is_lost or isinstance(trouble, JournalError),
        )

    def _begin_anew(self, start: Start) -> None:
        self._view.close_panel()
        self._begin(start).look()

    # -- pictures -------------------------------------------------------------------------------

    def save(self, index: int | None) -> None:
        """Save the picture at *index* (from 0), or all of them."""
        self._run(self._save(index))

    def open(self, index: int) -> None:
        """Send the browser a picture at full size, or a video; *index* counts from 0."""
        self._run(self._open(index))

    async def _save(self, index: int | None) -> None:
        job = self._job
        said: str
        tone: Tone
        try:
            paths = [
                str(await asyncio.to_thread(job.save, quadrant=number))
                for number in originals.numbers_of(job.state, index)
            ]
            said, tone = f"Saved as {', '.join(paths)}", "done"
        except MjError as error:
            said, tone = str(error), "failed"
        if index is None:
            self._say(said, tone)
        else:
            self._view.tiles.say(index, said)

    async def _open(self, index: int) -> None:
        try:
            full = await asyncio.to_thread(originals.full_size_of, self._job.state, index)
        except Exception as error:  # noqa: BLE001 - else the browser would wait for it
            fault = str(fault_of(error))
            self._view.tiles.send_failure(index, fault)
            self._say(fault, "failed")
            return
        if full is not None:
            self._view.tiles.send_full(index, *full)


def _title(question: Question, name: str) -> str:
    """Return what the modal of a task that waits is for: "V1: Four new variations of picture 1".

    Args:
        question: what the service waits for.
        name: the button that the task came from, "" where it is not known.
    """
    if question.button is not None:
        return f"{name}: {question.button.meaning}" if name else question.button.meaning
    what = f"service waits for a {'mask' if question.asks == 'mask' else 'prompt'}"
    return f"{name}: the {what}" if name else f"The {what}"
