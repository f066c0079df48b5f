"""From a job to its card: what is known goes down into the view, and nothing comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mj_widgets import background
from mj_widgets.archive.lineage import Branch
from mj_widgets.card.album import Album
from mj_widgets.card.card_view import CardView
from mj_widgets.card.clicks import Clicks
from mj_widgets.card.deeds import Deeds
from mj_widgets.card.followups import Followups, InnerCard
from mj_widgets.card.headless import only_cells_are_heard
from mj_widgets.card.look import look_of, step_name
from mj_widgets.card.still import UNFINISHED, Still, still_of
from mj_widgets.card.strip import Thumb
from mj_widgets.card.twin import Leaving, Twin
from mj_widgets.errors import MjError, fault_of
from mj_widgets.jobs import words
from mj_widgets.jobs.dialog import unanswered
from mj_widgets.jobs.outcome import Outcome
from mj_widgets.jobs.state import JobState, Notice, Phase, Tone
from mj_widgets.models import Task
from mj_widgets.models.button import Group

if TYPE_CHECKING:
    from mj_widgets.jobs import Job


class Presenter:
    """Paints one card whenever its job has changed; on the background thread.

    Args:
        job: what is shown.
        size: the longer side of the pictures together, in CSS pixels.
        static: leave a still copy in the notebook.
        inside: the presenter of the card that this one stands in.
        new_card: makes the card of a job inside this one.
        tell: called with what is seen, after it was painted.
    """

    def __init__(
        self,
        job: Job,
        size: int,
        *,
        static: bool,
        inside: Presenter | None,
        new_card: Callable[[Job], InnerCard],
        tell: Callable[[JobState], None],
    ) -> None:
        self.job, self._inside, self._tell = job, inside, tell
        self.outcome = Outcome()
        """How the card ends: as its job does, once its pictures are here."""
        self.twin = Twin(size, self._on_twin_sent) if static else None
        self.leaving: Leaving = Leaving(self.twin, inside.leaving if inside else None)
        self.by_click = False
        """True where a person has opened the card by a click, and goes on there."""
        self.seen = JobState()
        """What is shown: how the job stands, but done only once its pictures are here."""
        self._said: Notice | None = None
        self._is_closed = False
        self.album = Album(job, self.paint, self._poster)
        self.view = CardView(
            size,
            twin=self.twin.uid if self.twin else "",
            press=lambda name: self.clicks.press(name),
            use=lambda tool: self.clicks.use(tool),
            on_tile={
                "open": lambda index: self.clicks.open(index),
                "save": lambda index: self.clicks.save(index),
                "upscale": lambda index: self.clicks.press_at(Group.UPSCALE, index),
                "vary": lambda index: self.clicks.press_at(Group.VARY, index),
                "edit": lambda index: self.deeds.open("edit", index),
                "animate": lambda index: self.deeds.open("animate", index),
                "extend": lambda index: self.deeds.open("extend", index),
                "style": lambda index: self.deeds.open("style", index),
            },
            on_still=lambda index, png: self.deeds.open_still(index, png),
            on_thumb=lambda index: background.do(lambda: self.followups.turn(index)),
            on_back=lambda index: background.do(lambda: self.followups.go_back(index)),
            on_use=lambda: self.clicks.use_mended(),
        )
        above = inside.followups if inside else None
        self.followups: Followups = Followups(job, self.view, above, new_card)
        self.clicks: Clicks = Clicks(
            job,
            self.view,
            self.album,
            say=self.say,
            card_of=self.followups.card_of,
            is_shown=self.followups.is_shown,
            begin=self.followups.begin,
            on_unknown=lambda button, prompt: self.deeds.offer(button, prompt),
        )
        self.deeds = Deeds(job, self.view, self.album, card_of=self.followups.card_of)
        self._end_listening: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Show how the job stands, and from now on each change of that."""
        self._end_listening = self.job.on_change(lambda _: self.paint())
        self.job.dialog.viewers += 1
        self.paint()

    def paint(self) -> None:
        """Show how the job stands."""
        if self._is_closed:
            return
        try:
            self._paint()
        except BaseException as error:  # noqa: BLE001 - nobody would see it: the card must say it
            fault = fault_of(error)
            self.view.caption.say(str(fault))
            self.outcome.tell(fault)

    def _paint(self) -> None:
        state = self.job.state
        self.album.look_at(state)
        seen, before = self._settled(state), self.seen
        self.seen = seen
        if seen.notice is not before.notice:
            self._said = None
        self.followups.keep()
        self.view.list_further(state.further_ids)
        look = look_of(seen, self.album.frame(seen), self._above(), self.deeds.cannot)
        self.view.show(replace(look, notice=self._said) if self._said else look)
        self._show_question(before)
        self._tell(seen)
        if self._is_closed or self.seen is not seen:  # an observer has done something
            return
        self.view.show_line(look)
        if self._inside is not None:
            self._inside.followups.show_strip()
        self.leaving.leave(self._still(), (card.presenter.leaving for card in self.followups.cards))
        self._end_waiting()

    def say(self, text: str, tone: Tone) -> None:
        """Say one line, until the job has something else to say; from any thread."""

        def say() -> None:
            self._said = Notice.of(text, tone)
            self.paint()

        background.do(say)

    def close(self) -> None:
        """Paint no more, and remove what there is."""
        self._is_closed = True  # first: each card inside would have it painted once more
        self._end_listening()
        self.job.dialog.viewers -= 1
        self.album.close()
        self.followups.close()
        self.leaving.close()
        self.view.close()

    def _settled(self, state: JobState) -> JobState:
        """Return what is to be seen: a task that succeeded is done once its pictures are here."""
        seen = self.seen
        if not self.album.has(state.result):
            return replace(
                state,
                phase=Phase.FETCHING,
                arriving=state.task,
                task=seen.task,
                result=seen.result,
                buttons=seen.buttons,
                outcome=None,
            )
        return state

    def _show_question(self, before: JobState) -> None:
        """Open a panel for what the service waits for, keep it while that is so, then close it."""
        question, known = self.seen.question, before.question
        if question is None:
            if known is not None:
                self.view.close_panel()
        elif known is None:
            self.view.show_panel(self.clicks.question_panel(question, takes_focus=self.by_click))
        elif question.refusals != known.refusals and self.view.panel is not None:
            self.view.panel.say(question.refusal)

    def _end_waiting(self) -> None:
        """Let those go on who wait for the card, or begin anew with the job."""
        state = self.seen
        if state.question is not None and only_cells_are_heard():
            advice = "Open the notebook and answer it there."
            self.outcome.tell(unanswered(state.task_id, advice))
        elif state.outcome is None:
            self.outcome.forget()
        else:
            self.outcome.tell(state.outcome)

    # -- the cards around it --------------------------------------------------------------------

    @property
    def thumb(self) -> Thumb:
        """What stands for the card in its parent's strip."""
        said, tone = words.state_words(self.seen)
        return Thumb(step_name(self.seen), said, tone, self.album.thumb)

    def _above(self) -> list[JobState]:
        """Return what is seen in the cards that this one stands in, from the root."""
        inside = self._inside
        above: list[JobState] = []
        while inside is not None:
            above.insert(0, inside.seen)
            inside = inside._inside
        return above

    def _poster(self) -> bytes:
        """Return what a film shows until it plays: the picture that it was made of."""
        above = self._inside.album if self._inside else None
        return above.seen_of(Branch("", self.job.state.button).quadrant) if above else b""

    # -- what is left in the notebook's file ----------------------------------------------------

    def _still(self) -> Still:
        state = self.seen
        known_since = words.known_since(state.known_since)
        origin = ", ".join(part for part in (state.origin, known_since) if part)
        task = state.task or Task(id=state.task_id, prompt=state.prompt)
        match state.phase:
            case Phase.SENDING if state.parent_id or not state.origin:
                return Still()
            case Phase.ENDED if state.result is not None and task.succeeded:
                return still_of(task, origin, result=state.result, picture=self.album.still)
            case Phase.UNSENT | Phase.NOTHING | Phase.LOST | Phase.ENDED:
                told = state.outcome
                failure = str(told) if isinstance(told, MjError) else state.error
                return still_of(task, origin, failure=failure)
        return Still(state.prompt, state.task_id, origin, note=UNFINISHED)

    def _on_twin_sent(self, revision: int) -> None:
        self.view.caption.twin_revision = revision
