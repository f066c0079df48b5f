"""One account at one service: what it asks, follows and submits, and what is kept of it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakSet

from yarl import URL

from mj_widgets import background
from mj_widgets.account.abilities import Abilities
from mj_widgets.account.keeper import Keeper
from mj_widgets.account.ledger import Errand, Ledger, memory
from mj_widgets.account.purse import Purse
from mj_widgets.account.results import Results
from mj_widgets.account.submitter import Submitter
from mj_widgets.account.tree_pictures import tree_pictures
from mj_widgets.archive import Entry, Library, Record
from mj_widgets.archive.lineage import Branch, Lineage, TaskLink
from mj_widgets.errors import (
    Forbidden,
    LibraryError,
    MjError,
    QuotaExceeded,
    TaskNotFound,
    even_unmade,
)
from mj_widgets.models import Submission, Task
from mj_widgets.models.speed import SPEEDS
from mj_widgets.service import orders
from mj_widgets.service.client import Client
from mj_widgets.service.follower import Follower, Following, Listener, Update
from mj_widgets.service.token import Token

if TYPE_CHECKING:
    from mj_widgets.account.demand import Wanted
    from mj_widgets.models.button import Button
    from mj_widgets.models.modal import ModalAnswer
    from mj_widgets.service.order import Order
    from mj_widgets.service.transport import Auth

# One reseller has an address for each speed: /mj, /mj-fast/mj, /fast/mj.
_USUAL_PATH = re.compile(rf"/((mj-)?({'|'.join(SPEEDS)})/)?mj/?$")
_MOST_PICTURES = 60
"""In the drawing of what came of a task; each weighs some 4 kB."""
_living: WeakSet[Account] = WeakSet()


class Account:
    """A service and everything that is known about it, in this process and on disk.

    Args:
        base_url: host or URL of the service.
        token: the key.
        auth: see ``Client``.
        library: where pictures, tasks and submissions are kept; None keeps submissions in memory.
        offline: send nothing; what the library has is shown.
        lost: why the library cannot be opened: what cannot be written down is not submitted.
        service: the name it has in the library, "" for any; default: its host.

    Coroutines and the follower belong on the background thread: hand them to ``background.start``.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        auth: Auth = "auto",
        *,
        library: Library | None = None,
        lost: LibraryError | None = None,
        offline: bool = False,
        service: str | None = None,
    ) -> None:
        token = Token(token)
        self.client = Client(base_url, token, auth, offline=offline)
        self.library = library
        self.service = _name_of(URL(self.client.root)) if service is None else service
        self._is_chosen = False
        self.can_change = True
        """False once the service has answered that it has no ``submit/change``."""
        self.abilities = Abilities()
        """What the service was found not to be able to do."""
        self.successor: Account | None = None
        """What goes on for it when its token is refused: the account that everything uses, where
        that is another one at the same address, else None."""
        self._ledger = Ledger(library.journal if library else None, lost)
        self._submitter = Submitter(self.client, self._ledger, self.abilities)
        self.purse = Purse(self.client)
        """What is left to spend, and what the key allows."""
        self._follower = Follower(self.client)
        self._keeper = Keeper(library, self._ledger, self.service)
        self.results = Results(self.client, self._keeper)
        """What finished tasks show."""
        self._succeed(next((account for account in list(_living) if account._is_chosen), None))
        _living.add(self)
        background.at_end(self.client.close)

    @even_unmade
    def __repr__(self) -> str:
        return f"Account({self.client.root!r})"

    @property
    def not_kept(self) -> str:
        """Why the library keeps nothing although there should be one, on one line, or "".

        It is about the last that was to be written: a disk that has recovered is not complained of.
        """
        return self.not_saved or self._ledger.not_written

    @property
    def not_saved(self) -> str:
        """Why the library could not be opened, or the last task not be kept, on one line, or ""."""
        return self._keeper.not_saved

    @not_saved.setter
    def not_saved(self, why: str) -> None:
        self._keeper.not_saved = why

    @property
    def ids_seen(self) -> dict[str, None]:
        """The tasks shown so far, newest last."""
        return self._keeper.ids_seen

    @property
    def offline(self) -> bool:
        """True while nothing is sent."""
        return self.client.offline

    def _succeed(self, chosen: Account | None) -> None:
        self._is_chosen = chosen is self
        if chosen is None or chosen is self or chosen.client.root != self.client.root:
            self.successor = None
        else:
            self.successor = chosen

    # -- tasks ----------------------------------------------------------------------------------

    def follow(
        self,
        task_id: str,
        listener: Listener,
        *,
        interval: float | None = None,
        is_new: bool = False,
    ) -> Following:
        """See ``Follower.follow``; on the background thread only."""

        def tell(update: Update) -> None:
            if update.task is not None:
                self._keeper.saw(task_id)
            listener(update)

        return self._follower.follow(task_id, tell, interval=interval, is_new=is_new)

    async def kept(self, task_id: str, *, anywhere: bool = False) -> Record | None:
        """See ``Keeper.kept``."""
        return await self._keeper.kept(task_id, anywhere=anywhere)

    async def keep(self, task: Task, files: Iterable[bytes] = ()) -> Record | None:
        """See ``Keeper.keep``."""
        return await self._keeper.keep(task, files)

    async def seed(self, task_id: str) -> str:
        """Return a finished task's seed, digits; the service is asked once, the library keeps it.

        Raises:
            MjError: the service does not tell it.
        """
        record = await self.kept(task_id)
        if record is not None and record.seed:
            return record.seed
        seed = await self.client.image_seed(task_id)
        if record is not None:
            await self._keeper.note_seed(record, seed)
        return seed

    # -- submissions ----------------------------------------------------------------------------

    async def press(
        self,
        task: Task,
        button: Button,
        answer: ModalAnswer | None = None,
        *,
        new: bool = False,
        anyhow: bool | None = None,
        wanted: Wanted = lambda: True,
    ) -> Submission:
        """Send a press of *button*, once; see ``submit``."""
        order = orders.press(task.id, button, answer)
        try:
            submission = await self.submit(order, new=new, anyhow=anyhow, wanted=wanted)
        except MjError as error:
            if button.change and error.status == 404 and not isinstance(error, TaskNotFound):
                self.can_change = False
            raise
        # trueai answers a bookmark with the task itself: there is nothing new to follow.
        ids = tuple(i for i in submission.task_ids if i != task.id)
        return submission.model_copy(update={"task_ids": ids})

    def check(self, *, is_known: bool, anyhow: bool = False) -> None:
        """Refuse at once what ``submit`` would refuse without asking the service.

        Args:
            is_known: it was sent before, and is not to be sent anew.
            anyhow: see ``submit``.

        Raises:
            Offline: nothing at all is sent.
            JournalError: it can be neither looked up nor written down.
        """
        if not is_known:
            self.client.require_online()
            if not anyhow:
                self._ledger.require_known()

    async def submit(
        self,
        order: Order,
        *,
        new: bool = False,
        anyhow: bool | None = None,
        wanted: Wanted = lambda: True,
    ) -> Submission:
        """Send an order, once in a lifetime unless it is to be *new*.

        It is written to the journal before it is sent. One that was sent before, in this process
        or another, is not sent again: its task is returned, with ``known_since``. While it is
        being sent, the same order gets the same answer, unless it is *new*. Where the service
        asks in a modal and the order has the answer, it is given.

        Args:
            order: what is to be sent.
            new: send it even if it was sent before.
            anyhow: send it where it may have arrived, or can be neither looked up nor written
                down but in memory; what the journal knows by now is returned all the same. None
                where it is to be *new*; False with *new* is what a person means who has seen what
                came of it, and is to be told where nobody knows that.
            wanted: asked right before it is sent; where it is not wanted any more, by nobody who
                waits for the same, it is not sent.

        Raises:
            ServiceUnavailable: ``maybe_sent`` where it may have arrived, now or earlier.
            JournalError: it can be neither looked up nor written down; nothing was submitted.
            MjError: it was refused; nothing was submitted.
        """
        service = await self._keeper.service_of(order.parent)
        try:
            return await self._submitter.submit(
                order, service, new=new, anyhow=anyhow, wanted=wanted
            )
        except QuotaExceeded as error:
            error.advice = await self._quota_advice()
            raise
        except Forbidden as error:
            await self.purse.in_passing()  # it may tell which actions the key allows
            error.advice = self.purse.doubt(order) or error.advice
            raise

    async def _quota_advice(self) -> str:
        told = await self.purse.in_passing()
        says = f" It says: {told}." if told is not None and told.words else ""
        return f"{QuotaExceeded.default_advice}{says} mj.balance() asks what is left."

    async def sent_before(self, orders: Iterable[Order]) -> list[Entry | None]:
        """Return what the journal has of each order, None where ``submit`` would send it.

        An answer that was lost is there where the service's own list of tasks has it.

        Raises:
            JournalError: it cannot be looked up.
        """
        service = await self._keeper.service_of("")
        errands = [Errand(order, service) for order in orders]
        written = [(errand, await self._ledger.find(errand)) for errand in errands]
        return [
            await self._submitter.find_again(errand, known) if known else None
            for errand, known in written
        ]

    async def origin(self, task_id: str) -> tuple[str, str]:
        """Return the task and the button that started a task, ("", "") where that is not known."""
        entry = await self._ledger.origin(await self._keeper.service_of(task_id), task_id)
        return (entry.parent, entry.button) if entry else ("", "")

    async def custom_id(self, task_id: str) -> str:
        """Return the custom id whose press started a task, "" where that is not known."""
        entry = await self._ledger.origin(await self._keeper.service_of(task_id), task_id)
        return str(entry.payload.get("customId", "")) if entry else ""

    async def pressed(self, task: Task, buttons: Iterable[Button]) -> frozenset[Button]:
        """Return which of a task's buttons were pressed before, in this process or another."""
        service = await self._keeper.service_of(task.id)
        names = {entry.button for entry in await self._ledger.of_parent(service, task.id)}
        return frozenset(button for button in buttons if button.name in names)

    # -- lineage --------------------------------------------------------------------------------

    def tree(self, task_id: str, open_tasks: Iterable[TaskLink] = ()) -> Branch:
        """Return a task with all that came of it; from any thread. See ``Session.tree``.

        Args:
            task_id: the task.
            open_tasks: what is known besides.
        """
        lineage = self._lineage(task_id, open_tasks)
        tree = lineage.tree(task_id)
        if self.library is None:
            return tree
        ids = islice((branch.task_id for _, branch in tree.walk()), _MOST_PICTURES)
        with contextlib.suppress(LibraryError):
            return tree.with_pictures(tree_pictures(self.library, ids, lineage.service))
        return tree

    def path(self, task_id: str, open_tasks: Iterable[TaskLink] = ()) -> tuple[Branch, ...]:
        """Return the tasks from the root to this one, which is the last; see ``tree``."""
        return self._lineage(task_id, open_tasks).path(task_id)

    def _lineage(self, task_id: str, open_tasks: Iterable[TaskLink]) -> Lineage:
        service = self.service
        if self.library is None:
            return Lineage(service, [memory()], open_tasks)
        if not service:  # any
            with contextlib.suppress(LibraryError):
                record = self.library.get(task_id)
                service = record.service if record else ""
        return Lineage(service, [self.library.journal, memory(), self.library], open_tasks)


def choose(chosen: Account | None) -> None:
    """Let everything use an account from now on: it succeeds all others at its address."""
    for account in list(_living):
        account._succeed(chosen)


def _name_of(root: URL) -> str:
    """Return a service's name: its host, and its port and path where they are not the usual ones.

    >>> _name_of(URL("https://www.dmxapi.cn/mj-fast/mj")), _name_of(URL("http://localhost:8800/mj"))
    ('dmxapi.cn', '127.0.0.1:8800')
    """
    host = (root.host or "").rstrip(".").removeprefix("www.")
    host = "127.0.0.1" if host in ("localhost", "::1") else host
    port = "" if root.is_default_port() else f":{root.port}"
    return f"{host}{port}{_USUAL_PATH.sub('', root.path)}"
