"""Pressing a card's buttons: each press sent once, each with the card of what came of it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from mj_widgets import background
from mj_widgets.card import words
from mj_widgets.card.panel import Paintable, Panel
from mj_widgets.errors import MjError, ServiceUnavailable
from mj_widgets.models import Submission, Task
from mj_widgets.models.button import Asks, Button, Group, buttons_by_change
from mj_widgets.models.modal import first_prompt, problem_of

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.card.card_view import Face
    from mj_widgets.card.live import LiveCard
    from mj_widgets.models.modal import ModalAnswer

Deed = Literal["sent", "shown", "asked", "nothing"]
"""What a click did: sent a press, showed what came of an earlier one, opened a window."""

# The second click of a double click comes later than a fast service's answer to the first.
_SAME_CLICK = 1.0


class Presses:
    """The buttons of one finished task, and the cards that their presses opened.

    Args:
        session: where presses are sent.
        face: where buttons and follow-ups are shown.
        new_card: makes the card of a task that is only being submitted, from the button's name.
        complain: shows one line, or none for "".
        to_paint: gives what a mask is painted on.
    """

    def __init__(
        self,
        session: Account,
        face: Face,
        *,
        new_card: Callable[[str], LiveCard],
        complain: Callable[[str], None],
        to_paint: Callable[[], Paintable | None],
    ) -> None:
        self.session, self._face = session, face
        self._new_card, self._complain, self._to_paint = new_card, complain, to_paint
        self._task: Task | None = None
        self._buttons: dict[str, Button] = {}
        self._cards: dict[tuple[str, ModalAnswer | None], LiveCard] = {}
        self._sending: set[str] = set()
        self._unclear: set[tuple[str, ModalAnswer | None]] = set()
        self._asking: dict[tuple[str, ModalAnswer | None], Panel] = {}
        self._pressed_at: dict[str, float] = {}
        # A press may come from the main thread, from a subshell's, and from an observer's.
        self._lock = threading.RLock()

    async def offer(self, task: Task, *, in_grid: bool) -> None:
        """Show the buttons of *task*, below its four pictures where there are four."""
        offered = task.buttons
        if not offered and task.kind == "grid" and task.image_url and self.session.can_change:
            offered = buttons_by_change()
        with self._lock:
            self._task = task
            self._face.offered.show(offered, self.click, in_grid=in_grid, texts=len(task.texts))
            self._buttons = dict(zip(self._face.buttons, offered, strict=True))
        pressed = await self.session.pressed(task, offered)
        for name, button in self._buttons.items():
            if button in pressed:
                self._face.offered.mark_used(
                    name, f"{button.meaning} (pressed before; press to see what came)"
                )

    def press(self, name: str, window: ModalAnswer | None = None, *, new: bool = False) -> LiveCard:
        """Send a press, and return the new task's card at once; see ``TaskWidget.press``."""
        with self._lock:
            name = self._named(name)
            task, button = self._find(name)
            _check(button, name, window)
            known = self._cards.get((name, window))
            if known is not None and not known.is_closed and (not new or name in self._sending):
                return known
            card = self._new_card(name)
            self._cards[name, window] = card
            self._sending.add(name)
            self._pressed_at[name] = time.monotonic()
            self._face.buttons[name].disabled = True
            self._face.add_followup(card)
        background.start(self._send(name, button, card, task, window, new=new))
        return card

    def button(self, name: str) -> Button | None:
        """Return the button of that name, or None."""
        return self._buttons.get(name)

    def asking(self, asks: Asks) -> str | None:
        """Return the name of the button whose window asks for that, or None."""
        return next((name for name, button in self._buttons.items() if button.asks == asks), None)

    def name_of(self, group: Group, quadrant: int | None) -> str | None:
        """Return the name of the button for this work on this picture, or None."""
        for name, button in self._buttons.items():
            if (button.group, button.quadrant) == (group, quadrant):
                return name
        return None

    def _named(self, name: str) -> str:
        """Return the name of the one button that *name* stands for, else *name* itself.

        What is read on the screen is one too: with its emoji, and in any case.

        Raises:
            MjError: it stands for several.
        """
        if name in self._buttons:
            return name
        alike = [
            known
            for known, button in self._buttons.items()
            if _plain(name) in (_plain(known), _plain(button.caption))
        ]
        if len(alike) > 1:
            advice = f"Take one of: {', '.join(alike)}."
            raise MjError(f"There are {len(alike)} buttons “{name}”", advice=advice)
        return alike[0] if alike else name

    def _find(self, name: str) -> tuple[Task, Button]:
        button = self._buttons.get(name)
        if self._task is None or button is None:
            names = ", ".join(self._buttons)
            none = "This task has none." if self._task else "None is there yet; wait: w.wait()."
            advice = f"There are: {names}." if names else none
            raise MjError(f"There is no button “{name}”", advice=advice)
        if button.is_link:
            raise MjError(f"“{name}” only opens a web page")
        return self._task, button

    def click(self, name: str) -> Deed:
        """Take a click of the browser's, of which the second within a second is the same one."""
        if time.monotonic() - self._pressed_at.get(name, -_SAME_CLICK) < _SAME_CLICK:
            return "nothing"
        button = self._buttons[name]
        if button.asks or (button.remixes and self._face.offered.remix):
            self._ask(name)
            return "asked"
        known = self._cards.get((name, None))
        try:
            card = self.press(name, new=self._is_meant_anew(name, None))
        except MjError as error:
            self._complain(str(error))
            return "nothing"
        card.by_click = True
        if card is not known:
            return "sent"
        card.look()
        return "shown"

    def _ask(self, name: str) -> None:
        """Open the window of a button in the card."""
        if not self._face.has_room:
            return
        task, button = self._find(name)
        asks = button.asks or "prompt"

        def send(window: ModalAnswer) -> None:
            known = self._cards.get((name, window))
            self._asking[name, window] = panel
            card = self.press(name, window, new=self._is_meant_anew(name, window))
            if card is known:  # nothing is sent whose answer would close the panel
                self._answered(name, window)
            card.look()

        def cancel() -> None:
            self._face.close_panel()
            self._face.buttons[name].focus()

        needs = "" if button.asks else " (the service has to have Remix on)"
        panel = Panel(
            f"{name}: {button.meaning}{needs}",
            asks,
            first_prompt(task, button, asks),
            self._to_paint(),
            on_send=send,
            on_cancel=cancel,
            takes_focus=True,
        )
        self._face.show_panel(panel)

    def _is_meant_anew(self, name: str, window: ModalAnswer | None) -> bool:
        """Tell whether a person who clicks and sees what came of the last press wants another.

        Not of a U: the picture would be the same, and some servers refuse.
        """
        known = self._cards.get((name, window))
        if known is None or known.is_closed:
            return (name, window) in self._unclear
        is_seen = known.task is not None and known.task.succeeded
        return known.has_failed or (is_seen and not self._buttons[name].picks_quadrant)

    async def _send(
        self,
        name: str,
        button: Button,
        card: LiveCard,
        task: Task,
        window: ModalAnswer | None,
        *,
        new: bool,
    ) -> None:
        try:
            submission = await self.session.press(task, button, window, new=new)
            self._unclear.discard((name, window))
            self._open(name, button, card, submission, window)
        except MjError as error:
            if isinstance(error, ServiceUnavailable) and error.maybe_sent:
                self._unclear.add((name, window))
            self._refuse(name, card, window, error)
            if button.change and not self.session.can_change:
                await self.offer(task, in_grid=False)
        except Exception as error:  # noqa: BLE001 - nobody would ever see it: the card must say it
            fault = MjError("Something is wrong in mj-widgets itself", words=repr(error))
            self._refuse(name, card, window, fault)
        self._sending.discard(name)
        await asyncio.sleep(max(0.0, self._pressed_at[name] + _SAME_CLICK - time.monotonic()))
        if name not in self._sending and name in self._face.buttons:
            self._face.buttons[name].disabled = False

    def _open(
        self,
        name: str,
        button: Button,
        card: LiveCard,
        submission: Submission,
        window: ModalAnswer | None,
    ) -> None:
        again = "press to see it" if button.picks_quadrant else "press to do it once more"
        self._face.offered.mark_used(name, f"{button.meaning} (done; {again})")
        self._complain("")
        self._answered(name, window)
        if not submission.task_ids:
            self._face.caption.say(f"{name}: {submission.description or 'done'}", "done")
            nothing = MjError(f"“{name}” starts no task", words=submission.description)
            self._take_away(card, nothing)
            return
        since = submission.known_since
        first, *others = submission.task_ids
        place = words.place(submission)
        card._begin(first, is_new=since is None, known_since=since, window=window, place=place)
        for task_id in others:
            sibling = self._new_card(name)
            self._face.add_followup(sibling)
            sibling._begin(task_id, is_new=since is None, known_since=since)

    def _refuse(
        self, name: str, card: LiveCard, window: ModalAnswer | None, error: MjError
    ) -> None:
        """Say why a press came to nothing, in its panel too, and take its card away."""
        self._complain(f"{name} – {error}")
        self._answered(name, window, str(error))
        self._take_away(card, error)

    def _answered(self, name: str, window: ModalAnswer | None, refusal: str = "") -> None:
        """Close the panel whose answer was sent, or keep it with what refused it."""
        panel = self._asking.pop((name, window), None)
        if panel is None or panel is not self._face.panel:
            return
        if refusal:
            panel.say(refusal)
        else:
            self._face.close_panel()

    def _take_away(self, card: LiveCard, error: MjError) -> None:
        """Take a card away whose task never came to be; whoever waits for it gets *error*."""
        card._give_up(error)
        with self._lock:
            self._cards = {key: known for key, known in self._cards.items() if known is not card}
            self._face.drop_followup(card)
        card.close()


def _plain(name: str) -> str:
    """Return *name* without case, and without the mark that only asks for a coloured emoji."""
    return " ".join(name.replace("\ufe0f", "").casefold().split())


def _check(button: Button, name: str, window: ModalAnswer | None) -> None:
    """Raise MjError where *button* asks for something that is missing or cannot be sent."""
    if window is not None and not button.takes_prompt:
        raise MjError(f"“{name}” takes no prompt", advice="Leave it out.")
    if window is not None and (problem := problem_of(window, button.asks or "prompt")):
        raise MjError(f"“{name}” was not sent", advice=problem)
    if window is None and button.asks == "mask":
        advice = "w.vary_region(mask, prompt=...) gives it."
        raise MjError(f"“{name}” needs a mask", advice=advice)
    if window is None and button.asks:
        advice = f'w.press("{name}", prompt=...) gives it.'
        raise MjError(f"“{name}” needs a prompt", advice=advice)
