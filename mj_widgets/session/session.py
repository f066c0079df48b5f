"""One service as a person uses it: tasks that are started, followed, and found again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, Unpack

from mj_widgets import background
from mj_widgets.account import Account
from mj_widgets.archive import Library
from mj_widgets.errors import LONGEST_LINE, MjError, even_unmade, one_line
from mj_widgets.jobs import Job, editing, filming, start
from mj_widgets.models import task_id_from
from mj_widgets.models.prompt_slips import slips_of
from mj_widgets.pictures.edits import NO_PAD

if TYPE_CHECKING:
    from mj_widgets.archive.lineage import Branch, TaskLink
    from mj_widgets.errors import LibraryError
    from mj_widgets.jobs.start import Start
    from mj_widgets.models.speed import Mode
    from mj_widgets.pictures.edits import Pad
    from mj_widgets.pictures.inputs import Input
    from mj_widgets.service.balance import Balance
    from mj_widgets.service.client import Client
    from mj_widgets.service.orders import Bot, Dimensions
    from mj_widgets.service.picture_orders import Motion
    from mj_widgets.service.transport import Auth

_log = logging.getLogger(__name__)


class StartOptions(TypedDict, total=False):
    """What every start has; see ``Session.imagine``."""

    bot: Bot
    new: bool
    retry: bool


class EditOptions(TypedDict, total=False):
    """What every start from a picture has; see ``Session.imagine``."""

    new: bool
    retry: bool


class HasLibrary(Protocol):
    """A library as notebooks have it: it shows itself."""

    @property
    def kept(self) -> Library:
        """The library itself."""
        ...


class Session:
    """Starts, follows and finds tasks at one service: each gives its ``Job`` at once.

    Args:
        base_url: host or URL of the service.
        token: the key.
        auth: see ``Client``.
        library: where pictures, tasks and submissions are kept, ``mj.library()`` for one; None
            keeps submissions in memory.
        offline: send nothing; what the library has is shown.
        lost: why the library cannot be opened: what cannot be written down is not submitted.
        service: the name it has in the library, "" for any; default: its host.

    Raises:
        MjError: *library* is none.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        auth: Auth = "auto",
        *,
        library: Library | HasLibrary | None = None,
        lost: LibraryError | None = None,
        offline: bool = False,
        service: str | None = None,
    ) -> None:
        kept = getattr(library, "kept", library)
        if not isinstance(kept, Library | None):
            raise MjError(
                f"A session cannot keep in a {type(library).__name__}",
                advice="Give mj.library(), or None; mj.configure(library=...) takes a folder.",
            )
        self.account = Account(
            base_url, token, auth, library=kept, lost=lost, offline=offline, service=service
        )
        """What is asked, sent and kept, for those who want to do it by hand."""

    @even_unmade
    def __repr__(self) -> str:
        return f"Session({self.client.root!r})"

    @property
    def client(self) -> Client:
        """The HTTP API, as coroutines."""
        return self.account.client

    @property
    def library(self) -> Library | None:
        """Where pictures, tasks and submissions are kept, or None."""
        return self.account.library

    @property
    def offline(self) -> bool:
        """True while nothing is sent."""
        return self.account.offline

    @property
    def not_kept(self) -> str:
        """Why the library keeps nothing although there should be one, on one line, or ""."""
        return self.account.not_kept

    # -- tasks ----------------------------------------------------------------------------------

    def follow(
        self, task_id: str | int, *, interval: float | None = None, refresh: bool = False
    ) -> Job:
        """Follow a task in the background, and return its job at once.

        Args:
            task_id: the task; quotes around it are dropped, and digits may be an int.
            interval: seconds between two asks; default: found by the follower.
            refresh: ask the service even where the library has the finished task.

        Raises:
            ValueError: *task_id* cannot be an id, or *interval* is not above 0.
            TypeError: *task_id* is neither a text nor an int.
        """
        known_as = task_id_from(task_id)
        return Job(self.account, known_as, interval=interval, refresh=refresh)

    def imagine(
        self,
        prompt: str,
        images: Input | Sequence[Input] = (),
        *,
        style: Input | Sequence[Input] = (),
        omni: Input | None = None,
        edit: Input | Sequence[Input] = (),
        mode: Mode = "",
        interval: float | None = None,
        **options: Unpack[StartOptions],
    ) -> Job:
        """Submit a prompt, and return the job of its four pictures at once.

        The same prompt is submitted once in a lifetime: run again, in this program or another, it
        gives the job of the task that it started.

        Args:
            prompt: the words, with parameters behind them: ``a red fox --ar 16:9``.
            images: pictures to go by: a list of paths, bytes, PIL images, arrays or addresses. An
                address goes in front of the prompt, and the service gets the picture there.
            style: pictures whose style is taken (``--sref``); files are uploaded once.
            omni: a picture of whom or what is to be seen (``--oref``).
            edit: up to four pictures that are worked on (``--edit``).
            mode: "fast", "relax" or "turbo"; "" leaves it to the service and the prompt.
            interval: seconds between two asks; default: found by the follower.
            options: ``bot`` ("niji" for the bot that draws), ``new`` (submit it even if it was
                submitted before), ``retry`` (while the service's queue is full, try again every 30
                seconds until ``stop``).

        Raises:
            MjError: the prompt is empty or no text, or stands for several (braces, ``--repeat``:
                see ``mj.sweep``), a picture is none, or there is no such mode or bot. What the
                service refuses is in ``job.error``, and raised by ``wait()``.

        >>> job = session.imagine("a red fox --ar 16:9", images=["sketch.png"])   # doctest: +SKIP
        """
        begun = start.imagine(
            prompt, images, style=style, omni=omni, edit=edit, mode=mode, **options
        )
        return self.begin(begun, interval=interval)

    def describe(
        self, image: Input, *, interval: float | None = None, **options: Unpack[StartOptions]
    ) -> Job:
        """Ask which prompts would make a picture, and return the job of the four texts at once.

        Args:
            image: a path, bytes, a PIL image, an array, or an address. The services want the
                picture itself: one at an address is downloaded first, by this computer. Run again,
                the same address is the same picture, even where its link has died.
            interval: see ``imagine``.
            options: see ``imagine``.

        Raises:
            MjError: it is no picture; see ``imagine``.

        >>> session.describe("fox.png").wait().texts        # doctest: +SKIP
        ('a red fox in the snow --ar 1:1', ...)
        """
        return self.begin(start.describe(image, **options), interval=interval)

    def shorten(
        self, prompt: str, *, interval: float | None = None, **options: Unpack[StartOptions]
    ) -> Job:
        """Ask which words of a prompt matter, and return the job of shorter prompts at once.

        Args:
            prompt: the words.
            interval: see ``imagine``.
            options: see ``imagine``.

        Raises:
            MjError: the prompt is empty; see ``imagine``.
        """
        return self.begin(start.shorten(prompt, **options), interval=interval)

    def blend(
        self,
        images: Sequence[Input],
        dimensions: Dimensions = "square",
        *,
        mode: Mode = "",
        interval: float | None = None,
        **options: Unpack[StartOptions],
    ) -> Job:
        """Mix two to five pictures, and return the job of the four new ones at once.

        Args:
            images: each a path, bytes, a PIL image, an array, or an address. The services want the
                pictures themselves: those at an address are downloaded first, as ``describe`` does.
            dimensions: "square", "portrait" or "landscape".
            mode: see ``imagine``.
            interval: see ``imagine``.
            options: see ``imagine``.

        Raises:
            MjError: there are fewer or more pictures, or one is none; see ``imagine``.
        """
        begun = start.blend(images, dimensions, mode=mode, **options)
        return self.begin(begun, interval=interval)

    def edit(
        self,
        picture: Input,
        prompt: str,
        mask: Any = None,
        pad: Pad = NO_PAD,
        *,
        interval: float | None = None,
        **options: Unpack[EditOptions],
    ) -> Job:
        """Paint a part of a picture anew, or more around it, and return the job at once.

        It is how Midjourney's V8 zooms and pans. Nothing is sent again for the same picture,
        prompt, mask and pad. What is edited need not be Midjourney's.

        Args:
            picture: a path, bytes, a PIL image, an array, or an address.
            prompt: what to paint.
            mask: what is painted anew: a box (left, upper, right, lower) in pixels or a list of
                them, an image or an array of the picture's size; white is painted. None for
                nothing of the picture.
            pad: how many pixels to add at the left, the top, the right and the bottom; they are
                painted, too. Without mask and pad the words alone say what changes.
            interval: see ``imagine``.
            options: ``new`` and ``retry``, see ``imagine``.

        Raises:
            MjError: the prompt is empty, the mask does not fit, the picture is none, or the pad
                makes it longer than 14:1; see ``imagine``.

        >>> session.edit("fox.png", "a lake", pad=(0, 0, 512, 0)).wait()    # doctest: +SKIP
        """
        return self.begin(editing.edit(picture, prompt, mask, pad, **options), interval=interval)

    def retexture(
        self,
        picture: Input,
        prompt: str,
        *,
        interval: float | None = None,
        **options: Unpack[EditOptions],
    ) -> Job:
        """Keep what stands where in a picture, paint it anew by the prompt; see ``edit``.

        Raises:
            MjError: the prompt is empty, or the picture is none; see ``imagine``.
        """
        return self.begin(editing.retexture(picture, prompt, **options), interval=interval)

    def animate(
        self,
        picture: Input,
        prompt: str = "",
        motion: Motion = "low",
        end: Input | None = None,
        loop: bool = False,
        hd: bool = False,
        batch: int = 4,
        *,
        interval: float | None = None,
        **options: Unpack[EditOptions],
    ) -> Job:
        """Make films of any picture, and return their job at once.

        Where the service has no ``submit/video``, they are asked for in a prompt
        (``URL words --video 1``), after the picture was uploaded.

        Args:
            picture: what they begin with: a path, bytes, a PIL image, an array, or an address.
            prompt: what happens in them; "" leaves that to Midjourney.
            motion: how much moves: "low" or "high".
            end: the picture that they end with.
            loop: they end as they begin.
            hd: 720 lines instead of 480, which costs more than three times as much.
            batch: how many: 1, 2 or 4.
            interval: see ``imagine``.
            options: ``new`` and ``retry``, see ``imagine``.

        Raises:
            MjError: a picture is none, there is no such motion or number, or *loop* has an *end*;
                see ``imagine``.

        >>> session.animate("fox.png", "it yawns").wait()           # doctest: +SKIP
        """
        begun = filming.animate(picture, prompt, motion, end, loop, hd, batch, **options)
        return self.begin(begun, interval=interval)

    def swap_face(
        self,
        source: Input,
        target: Input,
        *,
        interval: float | None = None,
        **options: Unpack[EditOptions],
    ) -> Job:
        """Put the face of one picture on another, and return the job at once.

        Args:
            source: whose face it is: a path, bytes, a PIL image, an array, or an address.
            target: whose face is replaced.
            interval: see ``imagine``.
            options: ``new`` and ``retry``, see ``imagine``.

        Raises:
            MjError: one of them is no picture; see ``imagine``.
        """
        return self.begin(start.swap_face(source, target, **options), interval=interval)

    def begin(self, begun: Start, *, interval: float | None = None) -> Job:
        """Submit what a ``Start`` says, and return its job at once.

        What is wrong in its prompt is logged, as there is no card to say it.
        """
        if said := slips_of(begun.prompt).line:
            _log.warning("%s", one_line(said, LONGEST_LINE))
        return Job(self.account, begun, interval=interval)

    # -- what it costs ---------------------------------------------------------------------------

    def balance(self) -> Balance:
        """Return what is left to spend and what the key allows, or why that is not told.

        Only the key itself is asked, and nothing is raised where the service says nothing.

        >>> session.balance()                                       # doctest: +SKIP
        <Balance: 12.50 left, 7.50 used; the key is good until 2026-12-31>
        """
        return background.run(self.account.purse.ask())

    # -- what came of what ----------------------------------------------------------------------

    def tree(self, task_id: str, open_tasks: Iterable[TaskLink] = ()) -> Branch:
        """Return a task with all that came of it, as far as it is known here; from any thread.

        The journals and the library tell, nothing is asked of the service. What cannot be read is
        left out.

        Args:
            task_id: the task.
            open_tasks: what is known besides.

        >>> session.tree("1747132423020537")                        # doctest: +SKIP
        1747132423020537  a little red fox  (done)
        ├─ V2  1747132423020612  (done)
        │  └─ U3  1747132423020700  (done)
        └─ U1  1747132423020655  (done)
        """
        return self.account.tree(task_id, open_tasks)

    def path(self, task_id: str, open_tasks: Iterable[TaskLink] = ()) -> tuple[Branch, ...]:
        """Return the tasks from the root to this one, which is the last; see ``tree``.

        >>> [step.button for step in session.path("1747132423020700")]      # doctest: +SKIP
        ['', 'V2', 'U3']
        """
        return self.account.path(task_id, open_tasks)
