"""From a job to its card: what is known goes down into the view, and nothing comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mj_widgets import background
from mj_widgets.card.album import Album
from mj_widgets.card.card_view import CardView
from mj_widgets.card.clicks import Clicks, Lookable
from mj_widgets.card.headless import only_cells_are_heard
from mj_widgets.card.look import look_of
from mj_widgets.card.still import UNFINISHED, Still, still_of
from mj_widgets.card.twin import Leaving, Twin
from mj_widgets.errors import MjError, fault_of
from mj_widgets.jobs import words
from mj_widgets.jobs.dialog import unanswered
from mj_widgets.jobs.outcome import Outcome
from mj_widgets.jobs.state import JobState, Notice, Phase, Tone
from mj_widgets.models import Task
from mj_widgets.models.button import Group

if TYPE_CHECKING:
    import ipywidgets as ipw

    from mj_widgets.jobs import Job
    from mj_widgets.jobs.start import Start


class InnerCard(Lookable, Protocol):
    """A card inside another one."""

    job: Job
    is_closed: bool
    presenter: Presenter

    def close(self) -> None:
        """Remove it."""


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
        self.job, self._inside, self._new_card, self._tell = job, inside, new_card, tell
        self.outcome = Outcome()
        """How the card ends: as its job does, once its pictures are here."""
        self.twin = Twin(size, self._on_twin_sent) if static else None
        self.leaving: Leaving = Leaving(self.twin, inside.leaving if inside else None)
        self.cards: tuple[InnerCard, ...] = ()
        """The cards inside, in order."""
        self.by_click = False
        """True where a person has opened the card by a click, and goes on there."""
        self.seen = JobState()
        """What is shown: how the job stands, but done only once its pictures are here."""
        self._said: Notice | None = None
        self._dismissed: set[Job] = set()
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
            },
        )
        self.clicks: Clicks = Clicks(
            job,
            self.view,
            self.album,
            say=self.say,
            card_of=self.card_of,
            is_shown=lambda known: any(card.job is known for card in self._open_cards()),
            begin=self._begin,
        )
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
        self._keep_cards()
        self.view.list_further(state.further_ids)
        look = look_of(seen, self.album.frame(seen))
        self.view.show(replace(look, notice=self._said) if self._said else look)
        self._show_question(before)
        self._tell(seen)
        if self._is_closed or self.seen is not seen:  # an observer has done something
            return
        self.view.show_line(look)
        self.leaving.leave(self._still(), (card.presenter.leaving for card in self.cards))
        self._end_waiting()

    def say(self, text: str, tone: Tone) -> None:
        """Say one line, until the job has something else to say; from any thread."""

        def say() -> None:
            self._said = Notice.of(text, tone)
            self.paint()

        background.do(say)

    def card_of(self, job: Job) -> InnerCard:
        """Return the card of a job that came of this one, a new one where it was closed."""
        self._keep_cards()
        if job in self._dismissed:
            self._dismissed.remove(job)
            self._keep_cards()
        return next(card for card in self.cards if card.job is job)

    def close(self) -> None:
        """Paint no more, and remove what there is."""
        self._is_closed = True  # first: each card inside would have it painted once more
        self._end_listening()
        self.job.dialog.viewers -= 1
        self.album.close()
        for card in self.cards:
            card.close()
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

    # -- the cards inside -----------------------------------------------------------------------

    def _keep_cards(self) -> None:
        """Have a card for each job that came of this one, and none for what was taken away."""
        jobs = self.job.followups
        self._dismissed.update(card.job for card in self.cards if card.is_closed)
        shown = self._open_cards()
        gone = [c for c in shown if c.job.parent is self.job and c.job not in jobs]
        known = self._dismissed.union(card.job for card in shown)
        new = [self._new_card(job) for job in jobs if job not in known]
        # First out of the row, then closed: a closed widget cannot be told of any more.
        self._show_cards([*(card for card in shown if card not in gone), *new])
        for card in gone:
            card.close()

    def _open_cards(self) -> list[InnerCard]:
        return [card for card in self.cards if not card.is_closed]

    def _begin(self, start: Start) -> InnerCard:
        """Begin a new job in a card inside this one."""
        card = self._new_card(self.job.begin_anew(start))
        self._show_cards([*self.cards, card])
        return card

    def _show_cards(self, cards: Iterable[InnerCard]) -> None:
        before, self.cards = self.cards, tuple(cards)
        if self.cards == before:
            return
        children: tuple[ipw.Widget, ...] = self.cards  # type: ignore[assignment]
        self.view.show_followups(children)
        caption = self.view.caption
        caption.folds = (caption.folds or "open") if self.cards else ""
        if len(self.cards) > len(before):
            self._fold_older()

    def _fold_older(self) -> None:
        """Fold the cards that this one and its parent stand in: a long chain stays readable."""
        older = self._inside and self._inside._inside
        while older is not None:
            older.view.caption.folds = "folded"
            older = older._inside

    def _poster(self) -> bytes:
        above = self._inside.album.still if self._inside else None
        return above.data if above else b""

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
