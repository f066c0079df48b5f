"""The card of one task, as a person uses it from Python: its pictures, its buttons, its files."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import ipywidgets as ipw

from mj_widgets import background
from mj_widgets.card import words
from mj_widgets.card.informed import Options
from mj_widgets.card.live import UNFINISHED
from mj_widgets.card.panel import Panel
from mj_widgets.card.related import RelatedCard
from mj_widgets.card.sending import Sending, Start
from mj_widgets.card.still import Still
from mj_widgets.errors import MjError, ServiceUnavailable
from mj_widgets.models import Task, task_id_from
from mj_widgets.models.button import Group
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.pictures.images import split_grid
from mj_widgets.pictures.masks import mask_png
from mj_widgets.service import orders
from mj_widgets.session.settings import session as default_session

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from mj_widgets.pictures.images import Picture
    from mj_widgets.session.session import Session

SIZE = 640
_BY_KEY = {
    "sent": "{} is pressed: see below the pictures",
    "shown": "{} was pressed before: see below the pictures",
}


class TaskWidget(RelatedCard):
    """Follow one task live: its state, its picture as it grows, then its pictures and buttons.

    Args:
        task_id: the task; quotes around it are dropped, and digits may be an int.
        session: the service; default: the one of ``mj.configure`` or the environment.
        size: the longer side of the pictures together, in CSS pixels.
        interval: seconds between two asks; default: found by the follower.
        refresh: ask the service even where the library has the finished task.
        static: leave a still copy in the notebook, shown where no live card can be.

    Everything goes on in the background: the cell returns at once, and the card moves while other
    cells run. Observers are called on the background thread; they may press, not wait. ``status``
    is SUCCESS as soon as the pictures and buttons are there.

    Raises:
        Unauthorized: no token is set.
        ValueError: *task_id* cannot be an id, or another argument is out of range.
        TypeError: *task_id* is neither a text nor an int.

    >>> w = TaskWidget("1747132423020537")              # doctest: +SKIP
    >>> w.wait().succeeded                              # doctest: +SKIP
    True
    >>> w.quadrants[1].size, w.upscale(2)               # doctest: +SKIP
    ((1024, 1024), TaskWidget('1747132423020612', IN_PROGRESS))
    """

    _begun_with: Start | None = None

    def __init__(
        self,
        task_id: str | int,
        *,
        session: Session | None = None,
        size: int = SIZE,
        interval: float | None = None,
        refresh: bool = False,
        static: bool = True,
    ) -> None:
        known_as = task_id_from(task_id)
        self._prepare(Options((session or default_session()).account, size, interval, static))
        self._begin(known_as, refresh=refresh)

    @classmethod
    def _started(cls, start: Start, options: Options, parent: TaskWidget | None = None) -> Self:
        """Return the card of a task that is only being submitted; see ``starting``.

        Args:
            start: what is submitted.
            options: what it has in common with other cards.
            parent: the card that it is to stand in.
        """
        card = cls.__new__(cls)
        card._prepare(options, parent)
        card._watch = sending = Sending(options.session, card._take, options.interval)
        card._begun_with, card._origin = start, start.origin
        card._face.paint_heading(Task(prompt=start.prompt), start.origin)
        card._face.paint_words("sending", "waiting")
        tools = card._face.tools
        tools.offer(tools.stop, *([tools.check] if start.retry else []))
        card._leaving.leave(Still(start.prompt, origin=start.origin, note=UNFINISHED))
        card._in_background(card._submit(sending, start))
        return card

    async def _submit(self, sending: Sending, start: Start) -> None:
        try:
            submission = await sending.send(start)
        except MjError as error:
            self._note_refusal(error)
            if isinstance(error, ServiceUnavailable) and error.maybe_sent:
                error.advice = words.look_first(error)
            self._face.paint_words(*words.unsent_words(error))
            self._offer_after()
            self._complain(str(error))
            self._leave_failure(Task(prompt=start.prompt), str(error))
            self._outcome.tell(error)
            return
        was_stopped = not sending.is_on
        since = submission.known_since
        first, *others = submission.task_ids
        if others:
            self._origin += f" · also started: {', '.join(others)}"
        place = words.place(submission)
        self._begin(first, is_new=since is None, known_since=since, place=place)
        if was_stopped:
            self.stop()

    # -- pictures -------------------------------------------------------------------------------

    @property
    def image(self) -> Image.Image | None:
        """The picture as a PIL image (a grid whole, an animation's first frame), or None."""
        picture = self._picture
        return None if picture is None or picture.format == "mp4" else picture.decode()

    @property
    def quadrants(self) -> tuple[Image.Image, ...]:
        """A grid's four PIL images in reading order, () for anything else."""
        picture = self._picture
        return split_grid(picture.decode()) if picture and self._viewer.has_grid else ()

    @property
    def image_bytes(self) -> bytes | None:
        """The original bytes, exactly as they were served, or None."""
        return self._picture.data if self._picture else None

    @property
    def files(self) -> tuple[Path, ...]:
        """Where the library keeps the original files, () where it has none."""
        record = self._viewer.result.record if self._viewer.result else None
        return tuple(file.path for file in record.files) if record else ()

    def save(self, target: str | Path = ".", *, quadrant: int | None = None) -> Path:
        """Write the picture to a file that tells its prompt, task, parent and seed, if known.

        No file is ever written over: the same picture twice is one file, another one with its
        name becomes "fox (2).png". ``mj.read_metadata`` gives back what it tells.

        Args:
            target: a folder, where it gets a readable name, or a file.
            quadrant: 1 to 4 for one picture of a grid (as PNG) or one of several videos; None for
                the file as it was served.

        Returns:
            Where it is.

        Raises:
            MjError: there is no such picture, or it cannot be written.

        >>> w.save("foxes/", quadrant=2)                # doctest: +SKIP
        PosixPath('foxes/a-red-fox_1747132423020537_2.png')
        """
        return self._viewer.save(target, quadrant, self._made_by, self._extras.seed)

    @property
    def video_bytes(self) -> bytes | None:
        """The original file of a video or animation (the first of several), or None."""
        return next(iter(self.videos), None)

    @property
    def videos(self) -> tuple[bytes, ...]:
        """The original files of all videos, () for anything that does not move."""
        result = self._viewer.result
        return tuple(p.data for p in result.pictures if p.moves) if result else ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The prompts that a describe or shorten has found, in the order of their numbers."""
        return self.task.texts if self.task else ()

    @property
    def _picture(self) -> Picture | None:
        result = self._viewer.result
        return result.pictures[0] if result and result.pictures else None

    def _open(self, index: int) -> None:
        self._in_background(self._viewer.send_full(index))

    def _save(self, index: int | None) -> None:
        self._in_background(self._save_here(index))

    async def _save_here(self, index: int | None) -> None:
        try:
            paths = [
                str(await asyncio.to_thread(self.save, quadrant=number))
                for number in self._viewer.numbers(index)
            ]
            said, tone = f"Saved as {', '.join(paths)}", "done"
        except MjError as error:
            said, tone = str(error), "failed"
        if index is None:
            self._face.caption.say(said, tone)
        else:
            self._face.pictures.say(index, said)

    def seed(self) -> str:
        """Return the picture's seed, digits; the service is asked the first time.

        Raises:
            MjError: there is no task yet, or the service does not tell it.
        """
        return background.run(self._extras.ask_for_seed(self.task_id))

    def cancel(self) -> None:
        """End the task itself at the service, where it lets its users do that.

        Raises:
            MjError: there is no task yet; the service does not, or it is too late, so that the
                task goes on; or the answer was lost, and Check now tells whether it does.
        """
        background.run(self._extras.cancel(self.task_id))
        self.check_now()

    # -- buttons --------------------------------------------------------------------------------

    @property
    def buttons(self) -> dict[str, ipw.Button]:
        """The buttons by label, else emoji: ``w.buttons["U1"].click()``."""
        return dict(self._face.buttons)

    def _press_at(self, group: Group, index: int) -> None:
        """Press U or V of the picture that has the focus (from 0)."""
        name = self._presses.name_of(group, index + 1)
        if name is not None and (said := _BY_KEY.get(self._presses.click(name))):
            self._face.pictures.say(index, said.format(name))

    def _reuse(self) -> None:
        """Open a panel for a new picture with this prompt, and what went along with it."""
        if not self._face.has_room:
            return
        before = self._begun_with
        if before is None or not before.prompt:  # of a blend, say
            before = Start(orders.imagine(self._prompt), "imagine", prompt=self._prompt)

        def send(window: ModalAnswer) -> None:
            order = before.order.with_prompt(window.prompt)
            self._face.close_panel()
            # A person has just written it and pressed Send: it is meant, once.
            start = replace(before, order=order, prompt=window.prompt, new=True)
            self._renew_session()
            card = type(self)._started(start, self._options, self)
            self._face.add_followup(card)
            card.look()

        def cancel() -> None:
            self._face.close_panel()
            self._face.tools.reuse.focus()

        self._face.show_panel(
            Panel(
                f"{before.origin}: once more, with this prompt",
                "prompt",
                before.prompt,
                on_send=send,
                on_cancel=cancel,
                takes_focus=True,
            )
        )

    def press(self, name: str, *, prompt: str | None = None, new: bool = False) -> TaskWidget:
        """Press a button by its label (else emoji), and return the new task's card at once.

        A press that was sent before, in this notebook or another, is not sent again: it returns
        the card of its task, so that running a cell again costs nothing.

        Args:
            name: the button, a key of ``buttons``, or as it stands on the screen.
            prompt: what to answer in the button's window; with V, 🔄, Vary, pan and animate it
                takes the place of the prompt where the service has Remix.
            new: send it anew.

        Raises:
            MjError: there is no such button (yet), or it needs another prompt.

        >>> w.press("Custom Zoom", prompt="a red fox --zoom 1.7")       # doctest: +SKIP
        """
        window = None if prompt is None else ModalAnswer(prompt)
        return self._presses.press(name, window, new=new)

    def upscale(self, quadrant: int, *, new: bool = False) -> TaskWidget:
        """Press U1 to U4: take one picture of the grid alone."""
        _check_quadrant(quadrant)
        name = self._presses.name_of(Group.UPSCALE, quadrant) or f"U{quadrant}"
        return self.press(name, new=new)

    def vary(self, quadrant: int, *, prompt: str | None = None, new: bool = False) -> TaskWidget:
        """Press V1 to V4: four new variations of one picture of the grid."""
        _check_quadrant(quadrant)
        name = self._presses.name_of(Group.VARY, quadrant) or f"V{quadrant}"
        return self.press(name, prompt=prompt, new=new)

    def reroll(self, *, prompt: str | None = None, new: bool = False) -> TaskWidget:
        """Press 🔄: run the same prompt again, or with Remix another one."""
        name = self._presses.name_of(Group.REROLL, None) or "🔄"
        return self.press(name, prompt=prompt, new=new)

    def vary_region(self, mask: Any, *, prompt: str | None = None, new: bool = False) -> TaskWidget:
        """Press Vary (Region): paint a part of the picture anew.

        Args:
            mask: what to repaint; see ``masks.mask_png``.
            prompt: what to paint there; default: the task's own.
            new: send it anew.

        Raises:
            MjError: there is no such button or no picture, or the mask does not fit.
        """
        picture = self._picture
        if picture is None or picture.size is None or self.task is None:
            raise MjError("There is no picture to mark yet", advice="Wait for it: w.wait().")
        words = self.task.final_prompt if prompt is None else prompt
        window = ModalAnswer(words, mask_png(mask, picture.size))
        return self._presses.press(self._presses.asking("mask") or "Vary (Region)", window, new=new)


def _check_quadrant(quadrant: object) -> None:
    """Raise MjError unless *quadrant* is 1, 2, 3 or 4; True is none, though it equals 1."""
    if isinstance(quadrant, bool) or quadrant not in (1, 2, 3, 4):
        raise MjError(f"A grid has no picture {quadrant!r}", advice="Give 1, 2, 3 or 4.")
