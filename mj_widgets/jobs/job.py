"""A task as it lives: submitted or fetched, followed, kept, pressed, saved, waited for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from mj_widgets import background
from mj_widgets.archive.lineage import Branch
from mj_widgets.errors import LONGEST_LINE, MjError, even_unmade, fault_of, one_line
from mj_widgets.jobs import answers, kinship, making, originals, words
from mj_widgets.jobs.awaiting import Awaited
from mj_widgets.jobs.core import JobCore
from mj_widgets.jobs.life import Life, without_picture
from mj_widgets.jobs.outcome import wait_for
from mj_widgets.jobs.presses import Presses
from mj_widgets.jobs.state import JobState, Phase
from mj_widgets.models import Status, Task
from mj_widgets.models.button import Group, numbered
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.pictures.edits import NO_PAD

if TYPE_CHECKING:
    from PIL import Image

    from mj_widgets.account import Account
    from mj_widgets.account.result import Copies, Result
    from mj_widgets.jobs.dialog import Dialog
    from mj_widgets.jobs.filming import FilmOptions
    from mj_widgets.jobs.start import Start
    from mj_widgets.pictures.edits import Pad
    from mj_widgets.service.picture_orders import Motion


class Job(Awaited):
    """One task, followed in the background to its end, its files kept, its buttons pressed once.

    It knows no notebook: cards, a terminal and scripts look at it. All that is known of it is in
    ``state``, one value that never changes, replaced on the background thread by the next one.

    Args:
        account: where it is asked, sent and kept.
        source: what it begins with: a task's id, or what is to be submitted; None for a press that
            is being sent.
        interval: seconds between two asks; None to let the follower find the right time.
        refresh: ask the service even where the library has the finished task.
        parent: the job whose button started this one.
        button: the name of that button.

    Raises:
        ValueError: *interval* is not above 0.

    >>> job = session.imagine("a red fox")                  # doctest: +SKIP
    >>> job.wait().succeeded, job.press("U2").wait().id     # doctest: +SKIP
    (True, '1747132423020612')
    """

    __slots__ = ("__weakref__", "_core", "life", "parent", "presses")

    def __init__(
        self,
        account: Account,
        source: str | Start | None = None,
        *,
        interval: float | None = None,
        refresh: bool = False,
        parent: Job | None = None,
        button: str = "",
    ) -> None:
        parent_id = parent.task_id if parent else ""
        state = JobState(parent_id=parent_id, button=button, origin=words.origin(parent_id, button))
        above = parent._core if parent else None
        self._core: JobCore = JobCore(account, state, interval, above)
        self.parent = parent
        """The job whose press started this one; None for one that was fetched or begun anew."""
        self.life = Life(self._core)
        """What brings it from its beginning to its end; for views, on the background thread."""
        self.presses = Presses(self._core, self._new_child)
        """What was pressed, and what came of it; for views, on the background thread."""
        if isinstance(source, str):
            background.do(lambda: self.life.begin(source, refresh=refresh))
        elif source is not None:
            background.do(lambda: self.life.send(source))

    @even_unmade
    def __repr__(self) -> str:
        status = self.status or words.state_words(self.state)[0]
        said = f": {self.error}" if self.error and self.status != Status.SUCCESS else ""
        return one_line(f"Job({self.task_id!r}, {status}){said}", LONGEST_LINE)

    # -- what is known --------------------------------------------------------------------------

    @property
    def state(self) -> JobState:
        """All that is known of it at this moment."""
        return self._core.state

    @property
    def account(self) -> Account:
        """Where it is asked, sent and kept."""
        return self._core.account

    @property
    def task_id(self) -> str:
        """The task's id, "" while it is being submitted."""
        return self.state.task_id

    @property
    def task(self) -> Task | None:
        """The task's last known state; one that succeeded is here once its files are."""
        return self.state.task

    @property
    def status(self) -> str:
        """The service's status, such as IN_PROGRESS; "" before it is known."""
        return self.state.status

    @property
    def progress(self) -> int:
        """Per cent."""
        return self.state.progress

    @property
    def error(self) -> str:
        """What went wrong, on one line, or ""."""
        return self.state.error

    @property
    def image(self) -> Image.Image | None:
        """The picture as a PIL image (a grid whole, an animation's first frame), or None.

        Where the service has no file with all pictures of a grid, they are put together.

        Raises:
            MjError: its file is not in the library any more, or was changed there; the same of
                all that needs it.
        """
        return originals.image_of(self.state)

    @property
    def quadrants(self) -> tuple[Image.Image, ...]:
        """A grid's PIL images in reading order, mostly four; () for anything else.

        Where the service has them as files of their own, these are meant. One that cannot be had is
        cut from the sheet, if there is one, else it is left out, as one that cannot be opened is:
        ``error`` or a note on the card says which. ``check_now`` asks for it once more.
        """
        return originals.quadrants_of(self.state)

    @property
    def image_bytes(self) -> bytes | None:
        """The original bytes (the first of several files), exactly as they were served, or None.

        They are read from the library each time, as far as there is one.
        """
        return originals.bytes_of(self.state)

    @property
    def files(self) -> tuple[Path, ...]:
        """Where the library keeps the original files, () where it has none."""
        return originals.files_of(self.state)

    @property
    def video_bytes(self) -> bytes | None:
        """The original file of a video or animation (the first of several), or None."""
        return next(iter(self.videos), None)

    @property
    def videos(self) -> tuple[bytes, ...]:
        """The original files of all videos, () for anything that does not move."""
        return originals.videos_of(self.state)

    @property
    def texts(self) -> tuple[str, ...]:
        """The prompts that a describe or shorten has found, in the order of their numbers."""
        return self.task.texts if self.task else ()

    # -- following ------------------------------------------------------------------------------

    def on_change(self, function: Callable[[JobState], object]) -> Callable[[], None]:
        """Call *function* with each new ``state``, on the background thread; one call a change.

        It may press, but not wait; all other work waits for it. What it raises is logged, and
        stops nothing.

        Returns:
            A function that ends it.

        >>> end = job.on_change(lambda state: print(state.task))     # doctest: +SKIP
        """

        def listener(state: JobState) -> None:
            function(state)

        background.do(lambda: self._core.listen(listener))
        return lambda: background.do(lambda: self._core.leave(listener))

    def wait(self, timeout: float | None = None) -> Task:
        """Wait until the task has ended and its files are here; return the task.

        Interrupting ends the waiting only: the task is still followed. While the service cannot be
        reached it is asked again, without end; what only a person can mend, such as a certificate
        that is not accepted, ends it at once where the task was never seen.

        Args:
            timeout: seconds; None waits for ever.

        Raises:
            TaskFailed: the task failed or was cancelled.
            ImageError: it succeeded, and its picture cannot be had; ``error.task`` is the task.
            MjError: it cannot be followed, its press was refused, an observer waits, or the task
                waits for an answer that nobody is there to give, or for a yes before it is sent.
            StillRunning: the time is over (a TimeoutError); the task is still followed.
            KeyboardInterrupt: it was interrupted; the task is still followed.
        """
        self._require_end()
        return wait_for(self._core.outcome, lambda: self.state, timeout)

    async def reached(self) -> Task:
        """Do what ``wait`` does, without blocking; the same as awaiting the job itself."""
        self._require_end()
        return await self._core.outcome.reached()

    def _require_end(self) -> None:
        """Raise MjError where it would be waited for without end."""
        if (nobody := self.dialog.nobody) is not None:
            raise nobody
        if self.state.phase is Phase.PLANNED and self.state.trouble is not None:
            raise self.state.trouble

    async def __aiter__(self) -> AsyncIterator[JobState]:
        """Give the state as it is now, then each new one, until the job is over."""
        loop, news = asyncio.get_running_loop(), asyncio.Queue[JobState | None]()
        end = self.on_change(lambda state: loop.call_soon_threadsafe(news.put_nowait, state))
        over = asyncio.ensure_future(self._tell_end(news))
        try:
            last = None
            state: JobState | None = self.state
            while state is not None:
                if state is not last:
                    yield state
                last, state = state, await news.get()
        finally:
            end()
            over.cancel()

    async def _tell_end(self, news: asyncio.Queue[JobState | None]) -> None:
        with contextlib.suppress(MjError):
            await self
        news.put_nowait(None)

    def check_now(self) -> None:
        """Ask the service at once, and go on following."""
        background.do(self.life.check)

    def stop(self) -> None:
        """Stop following. The task goes on at the service; ``check_now`` follows it again.

        What is not on its way to the service yet, as a picture is being uploaded, say, is not sent.
        """
        background.do(self.life.stop)

    def cancel(self) -> None:
        """End the task itself at the service, where it lets its users do that.

        Raises:
            MjError: there is no task yet; the service does not, or it is too late, so that the
                task goes on; or the answer was lost, and ``check_now`` tells whether it does.
        """
        background.run(self.life.cancel())

    def seed(self) -> str:
        """Return the picture's seed, digits; the service is asked the first time.

        Raises:
            MjError: there is no task yet, or the service does not tell it.
        """
        return background.run(self.life.seed())

    def save(self, target: str | Path = ".", *, quadrant: int | None = None) -> Path:
        """Write the picture to a file that tells its prompt, task, parent and seed, if known.

        No file is ever written over: the same picture twice is one file, another one with its
        name becomes "fox (2).png". ``mj.read_metadata`` gives back what it tells.

        Args:
            target: a folder, where it gets a readable name, or a file.
            quadrant: 1 to 4 (or more) for one picture of a grid or one of several videos: the
                file as it was served, or a PNG where it is a part of one; None for the file that
                has all pictures, or a PNG of them where there is none.

        Returns:
            Where it is.

        Raises:
            MjError: there is no such picture, or it cannot be written.

        >>> job.save("foxes/", quadrant=2)              # doctest: +SKIP
        PosixPath('foxes/a-red-fox_1747132423020537_2.png')
        """
        return originals.save(self.state, target, quadrant)

    async def copies(self, result: Result) -> tuple[Result, Copies]:
        """Return small copies of the files for a view, and what they are copies of.

        On the background thread. A file that was harmed is downloaded anew.

        Raises:
            MjError: they cannot be had.
        """
        mended, copies = await self.account.results.copies(result)
        if mended is not result and self.state.result is result:
            self._core.change(result=mended)
        return mended, copies

    def miss(self, result: Result, error: Exception) -> None:
        """Say why the files of a result cannot be shown; on the background thread.

        What the library has lost is no result any more. What memory holds is kept.
        """
        if self.state.result is result:
            fault = fault_of(error)
            changes: dict[str, Any] = {}
            if result.record and self.state.task is not None:
                self._core.outcome.forget()  # whoever waits from now on gets no picture
                changes = {"result": None, "outcome": without_picture(self.state.task, fault)}
            self._core.complain(str(fault), "trouble", **changes)

    # -- pressing -------------------------------------------------------------------------------

    def press(self, name: str, *, prompt: str | None = None, new: bool = False) -> Job:
        """Press a button by its label (else emoji), and return the new task's job at once.

        A press that was sent before, in this process or another, is not sent again: it returns
        the job of its task, so that running a program again costs nothing. Interrupted, it is
        sent and followed all the same: see ``followups``.

        Args:
            name: the button, one of ``state.buttons``, or as it stands on the screen.
            prompt: what to answer in the button's modal; with V, 🔄, Vary, pan and animate it
                takes the place of the prompt where the service has Remix.
            new: send it anew.

        Raises:
            MjError: there is no such button (yet), or it needs another prompt.

        >>> job.press("Custom Zoom", prompt="a red fox --zoom 1.7")       # doctest: +SKIP
        """
        answer = None if prompt is None else ModalAnswer(prompt)
        return background.do(lambda: self.presses.press(name, answer, new=new))

    def upscale(self, quadrant: int, *, new: bool = False) -> Job:
        """Press U1, U2, ...: take one picture of the grid alone."""
        self._check_quadrant(quadrant)
        name = self.presses.name_of(Group.UPSCALE, quadrant) or f"U{quadrant}"
        return self.press(name, new=new)

    def vary(self, quadrant: int, *, prompt: str | None = None, new: bool = False) -> Job:
        """Press V1, V2, ...: four new variations of one picture of the grid."""
        self._check_quadrant(quadrant)
        name = self.presses.name_of(Group.VARY, quadrant) or f"V{quadrant}"
        return self.press(name, prompt=prompt, new=new)

    def reroll(self, *, prompt: str | None = None, new: bool = False) -> Job:
        """Press 🔄: run the same prompt again, or with Remix another one."""
        name = self.presses.name_of(Group.REROLL, None) or "🔄"
        return self.press(name, prompt=prompt, new=new)

    def vary_region(self, mask: Any, *, prompt: str | None = None, new: bool = False) -> Job:
        """Press Vary (Region): paint a part of the picture anew.

        Args:
            mask: what to repaint: a box (left, upper, right, lower) in pixels or a list of them, an
                image or an array; white is repainted.
            prompt: what to paint there; default: the task's own.
            new: send it anew.

        Raises:
            MjError: there is no such button or no picture, or the mask does not fit.
        """
        answer = answers.region_of(self.state, mask, prompt)
        name = self.presses.asking("mask") or "Vary (Region)"
        return background.do(lambda: self.presses.press(name, answer, new=new))

    @property
    def prompt(self) -> str:
        """What Midjourney is given, as far as it is known."""
        return self._core.prompt

    @property
    def begun_with(self) -> Start | None:
        """What was submitted for it; None for one that was fetched or pressed."""
        return self._core.begun_with

    def edit(
        self,
        prompt: str,
        mask: Any = None,
        pad: Pad = NO_PAD,
        *,
        quadrant: int | None = None,
        new: bool = False,
    ) -> Job:
        """Paint a part of a picture anew, or more around it, and return the new job at once.

        Args:
            prompt: what to paint.
            mask: see ``Session.edit``.
            pad: see ``Session.edit``.
            quadrant: which picture of several, from 1.
            new: send it even if it was sent before.

        Raises:
            MjError: there is no such picture (yet); see ``Session.edit``.

        >>> job.edit("a lake", pad=(0, 0, 512, 0), quadrant=2)          # doctest: +SKIP
        """
        return self.begin_from(making.edit_of(self.state, prompt, mask, pad, quadrant, new=new))

    def retexture(self, prompt: str, *, quadrant: int | None = None, new: bool = False) -> Job:
        """Keep what stands where in a picture, and paint it anew by the prompt; see ``edit``."""
        return self.begin_from(making.retexture_of(self.state, prompt, quadrant, new=new))

    def animate(
        self,
        prompt: str = "",
        motion: Motion = "low",
        *,
        quadrant: int | None = None,
        new: bool = False,
        **options: Unpack[FilmOptions],
    ) -> Job:
        """Make films of a picture, and return their job at once; see ``Session.animate``.

        Args:
            prompt: what happens in them; "" for the words of the picture's own.
            motion: how much moves: "low" or "high".
            quadrant: which picture of several, from 1.
            new: send it even if it was sent before.
            options: ``end`` (the picture that they end with), ``loop`` (they end as they begin),
                ``hd`` (720 lines instead of 480), ``batch`` (how many: 1, 2 or 4).

        Raises:
            MjError: there is no such picture (yet); see ``Session.animate``.
        """
        return self.begin_from(
            making.animate_of(self.state, prompt, motion, quadrant, new=new, **options)
        )

    def extend(
        self,
        number: int = 1,
        prompt: str = "",
        motion: Motion = "low",
        batch: int = 4,
        *,
        new: bool = False,
    ) -> Job:
        """Make a film longer, by ``submit/video``, and return the new job at once.

        Where the service has buttons for that (``press("Extend (Low motion)")``), they do it too.

        Args:
            number: which of the films, from 1.
            prompt: what happens next; "" leaves that to Midjourney.
            motion: how much moves: "low" or "high".
            batch: how many to make of it: 1, 2 or 4.
            new: send it even if it was sent before.

        Raises:
            MjError: there is no such film (yet), motion or number.
        """
        return self.begin_from(making.extend_of(self.state, number, prompt, motion, batch, new=new))

    def begin_from(self, start: Start) -> Job:
        """Submit what is made of this task's pictures; its job is one of the followups.

        The same begun again gives the same job.
        """
        return background.do(lambda: self.presses.begin(start))

    def begin_anew(self, start: Start) -> Job:
        """Submit something else at the same service, and return its job."""
        background.do(self._core.renew_account)
        return Job(self.account, start, interval=self._core.interval)

    @property
    def dialog(self) -> Dialog:
        """The modal in which the task may wait; for views, on the background thread."""
        return self.life.dialog

    def answer(self, prompt: str, mask: Any = None) -> None:
        """Answer the modal in which the task waits; see ``state.question``.

        Args:
            prompt: the prompt that is asked for.
            mask: what to repaint, where that is asked for; see ``vary_region``.

        Raises:
            MjError: the task asks for nothing, or the answer is not taken.
        """
        background.run(self.dialog.answer(answers.answer_of(self.state, prompt, mask)))
        if self.state.question is not None and self.state.question.refusal:
            raise MjError("The answer was not taken", words=self.state.question.refusal)

    def _check_quadrant(self, quadrant: object) -> None:
        """Raise MjError unless *quadrant* is a picture's number; True is none, though it equals 1.

        Before the buttons are known, it is one of four.
        """
        count = numbered(known.button for known in self.state.buttons) or 4
        if isinstance(quadrant, bool) or quadrant not in range(1, count + 1):
            possible = "1, 2, 3 or 4" if count == 4 else f"1 to {count}"
            raise MjError(f"A grid has no picture {quadrant!r}", advice=f"Give {possible}.")

    def plan(self, start: Start) -> None:
        """Note what a job that was made with nothing is to begin with; ``submit`` sends it."""
        background.do(lambda: self.life.plan(start))

    def submit(self, start: Start) -> None:
        """Submit what a job begins with that was made with nothing."""
        background.do(lambda: self.life.send(start))

    def _new_child(self, button: str) -> Job:
        return Job(self.account, interval=self._core.interval, parent=self, button=button)

    # -- what came of what ----------------------------------------------------------------------

    @property
    def followups(self) -> tuple[Job, ...]:
        """The jobs that were started from this one, in order."""
        return tuple(job for job in self.state.followups if isinstance(job, Job))

    @property
    def further_ids(self) -> tuple[str, ...]:
        """The tasks that came of it and have no job, as one answer named too many; mostly ().

        >>> [session.follow(task_id) for task_id in job.further_ids[:10]]   # doctest: +SKIP
        """
        return self.state.further_ids

    @property
    def parent_id(self) -> str:
        """The task whose button started this one, "" for a root or where it is not known."""
        return kinship.step_of(self)[0]

    @property
    def button(self) -> str:
        """The name of the button that started this task, "" for a root or where it is not known."""
        return kinship.step_of(self)[1]

    @property
    def quadrant(self) -> int | None:
        """The picture of the parent's grid (from 1) that this task was made of, else None."""
        return Branch(self.task_id, self.button).quadrant

    def tree(self) -> Branch:
        """Return this task with all that came of it, in this process or another.

        What the jobs around it know is put over what the library and its journal have; nothing is
        asked of the service. A press that is being sent is there without an id, and so is a job
        whose task never came to be.

        >>> job.tree()                                  # doctest: +SKIP
        1747132423020537  a little red fox  (done)
        ├─ V2  1747132423020612  (done)
        │  └─ U3  1747132423020700  (in progress)
        └─ U1  1747132423020655  (done)
        """
        return kinship.tree_of(self)

    def path(self) -> tuple[Branch, ...]:
        """Return the tasks from the root to this one, which is the last; see ``tree``.

        >>> [(step.task_id, step.button, step.quadrant) for step in job.path()]   # doctest: +SKIP
        [('1747132423020537', '', None), ('1747132423020612', 'V2', 2)]
        """
        return kinship.path_of(self)
