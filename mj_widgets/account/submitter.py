"""Orders that are sent once in a lifetime: written down first, and found there ever after."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from mj_widgets.archive import Database, Entry, Journal, State
from mj_widgets.errors import ImageError, LibraryError, MjError, ServiceUnavailable, one_line
from mj_widgets.pictures.inputs import bytes_url
from mj_widgets.service import orders
from mj_widgets.service.retry import together

if TYPE_CHECKING:
    from mj_widgets.models import Submission
    from mj_widgets.service.client import Client
    from mj_widgets.service.orders import Order

_log = logging.getLogger(__name__)
_OTHERS_TAKE = timedelta(seconds=10)
"""How long another kernel may be sending what stands in the journal."""
_MOST_LOOKS = 20
_T = TypeVar("_T")


@cache
def memory() -> Journal:
    """Return the journal of this process: for what is written on no disk."""
    return Journal(Database(":memory:"))


class Submitter:
    """Sends orders to one service; its coroutines belong on the background thread.

    Args:
        client: the service.
        journal: the library's, or None where there is no library.
        lost: why there is none, where there is a journal that cannot be opened: what may be in it
            is not submitted, unless it is to be new.
    """

    def __init__(
        self, client: Client, journal: Journal | None, lost: LibraryError | None = None
    ) -> None:
        self._client, self._disk, self._lost = client, journal, lost
        self._sending: dict[str, asyncio.Task[Submission]] = {}
        self._owed: list[Entry] = []
        self.not_written = ""
        """Why the journal on disk cannot be used, on one line; "" once it was written again."""

    async def submit(self, order: Order, service: str, *, new: bool = False) -> Submission:
        """Send an order; see ``Session.submit``."""
        key = json.dumps([service, order.path, order.identity], sort_keys=True)
        if new or key not in self._sending:
            work = asyncio.create_task(self._submit(order, service, new))
            self._sending[key] = work
            work.add_done_callback(lambda done: self._sent(key, done))
        return await asyncio.shield(self._sending[key])

    async def origin(self, service: str, task_id: str) -> Entry | None:
        """Return the submission that started a task from another one, or None."""
        found = await self._read(lambda journal: journal.origin(service, task_id))
        return next((entry for entry in found if entry is not None), None)

    async def of_parent(self, service: str, task_id: str) -> list[Entry]:
        """Return what was submitted from a task."""
        found = await self._read(lambda journal: journal.of_parent(service, task_id))
        return [entry for entries in found for entry in entries]

    async def catch_up(self) -> None:
        """Write on disk what could only be noted in memory, as soon as the disk can be written."""
        if self._disk is None:
            return
        owed, self._owed = self._owed, []
        try:
            while owed:
                await asyncio.to_thread(self._disk.adopt, owed[0])
                owed.pop(0)
            self.not_written = ""
        except LibraryError as error:
            self.not_written = str(error)
        finally:
            self._owed = owed + self._owed

    def _sent(self, key: str, work: asyncio.Task[Submission]) -> None:
        if not work.cancelled():
            work.exception()  # who has stopped waiting for it is not told on the console
        if self._sending.get(key) is work:
            del self._sending[key]

    async def _submit(self, order: Order, service: str, new: bool) -> Submission:
        journal, entry = await self._begin(order, service, new)
        looks = 0 if datetime.now(UTC) - entry.sent_at > _OTHERS_TAKE else _MOST_LOOKS
        while not entry.is_new and entry.state is State.SENDING and looks:
            # Another kernel may be sending it just now: its answer is this one's as well.
            looks -= 1
            await asyncio.sleep(_OTHERS_TAKE.total_seconds() / _MOST_LOOKS)
            journal, entry = await self._begin(order, service, False)
        if not entry.is_new:
            if entry.state is State.ACCEPTED and entry.submission is not None:
                return entry.submission.model_copy(update={"known_since": entry.sent_at})
            raise _unclear(entry)
        try:
            submission = await self._send(order, service)
        except MjError as error:
            words = str(error)
            if isinstance(error, ServiceUnavailable) and error.maybe_sent:
                await self._note(journal, entry, order, lambda j, e: j.unclear(e, words))
            else:
                await self._note(journal, entry, order, lambda j, e: j.refused(e, words))
            raise

        def accept(journal: Journal, entry: Entry) -> None:
            journal.accepted(entry, submission)
            if order.answers:
                journal.answered(order.answers, entry, submission)

        await self._note(journal, entry, order, accept)
        return submission

    async def _send(self, order: Order, service: str) -> Submission:
        """Send an order, and the answer for the window that the service may open."""
        await self._download(order)  # where another kernel's try has just been refused
        submission = await self._client.send(order)
        if not (submission.needs_modal and order.window and submission.task_ids):
            return submission
        task_id = submission.task_ids[0]
        opened = submission.model_copy(update={"needs_modal": False})
        answer = orders.answer(task_id, order.window, parent=order.parent, button=order.button)
        try:
            answered = await self._submit(answer, service, False)
        except MjError as error:
            if isinstance(error, ServiceUnavailable) and error.maybe_sent:
                return opened  # whether it arrived is for the task itself to tell
            with contextlib.suppress(MjError):
                await self._client.cancel(task_id)
            raise
        return answered if answered.task_ids else opened

    async def _begin(self, order: Order, service: str, new: bool) -> tuple[Journal, Entry]:
        """Write an order down, or find it: on disk, in memory where the disk cannot be written.

        Raises:
            ImageError: one of its pictures cannot be downloaded.
            LibraryError: the disk cannot even be read, so that it may have been sent before.
        """

        def begin(journal: Journal) -> Entry:
            return _begin(journal, order, service, new=new)

        def find(journal: Journal) -> Entry | None:
            return None if new else _find(journal, order, service)

        # What is known needs no picture; what is written down is about to be sent.
        if order.addresses and not any(await self._read(find)):
            await self._download(order)
        if self._disk is not None:
            if known := await asyncio.to_thread(find, memory()):
                if known.state in (State.ACCEPTED, State.UNCLEAR):
                    self._owed.append(known)
                    await self.catch_up()
                return memory(), known
            try:
                return self._disk, await asyncio.to_thread(begin, self._disk)
            except LibraryError as error:
                self.not_written = str(error)
            try:
                known = await asyncio.to_thread(find, self._disk)
            except LibraryError as error:
                raise _unknown(error) from None
            if known:
                return self._disk, known
        elif self._lost is not None and not await asyncio.to_thread(find, memory()) and not new:
            raise _unknown(self._lost)
        return memory(), await asyncio.to_thread(begin, memory())

    async def _download(self, order: Order) -> None:
        missing = [url for url in order.addresses if url not in order.downloaded]
        pictures = await together(embedded(self._client, url) for url in missing)
        order.downloaded.update(zip(missing, pictures, strict=True))

    async def _note(
        self, journal: Journal, entry: Entry, order: Order, write: Callable[[Journal, Entry], None]
    ) -> None:
        """Write an answer down; whatever goes wrong, the answer itself is not to be lost."""
        try:
            await asyncio.to_thread(write, journal, entry)
        except Exception as error:  # noqa: BLE001 - see above
            self.not_written = str(error)
            _log.warning("The journal could not be written: %s", error)
            journal, entry = memory(), _begin(memory(), order, entry.service, new=True)
            write(journal, entry)
        if journal is memory():
            known = _find(memory(), order, entry.service)
            if self._disk is None or known is None:
                return
            self._owed.append(known)
        await self.catch_up()

    async def _read(self, read: Callable[[Journal], _T]) -> list[_T]:
        found = []
        for journal in filter(None, (memory(), self._disk)):
            try:
                found.append(await asyncio.to_thread(read, journal))
            except LibraryError as error:
                self.not_written = str(error)
        return found


def _begin(journal: Journal, order: Order, service: str, *, new: bool) -> Entry:
    """Find an order that was sent at *service*, or a press that was sent anywhere."""
    if not new and (known := _find(journal, order, service)):
        return known
    origin = {"parent": order.parent, "button": order.button}
    return journal.begin(service, order.path, order.identity, **origin, new=new)


def _find(journal: Journal, order: Order, service: str) -> Entry | None:
    """Return what was sent before; of a task's button also under another name of the service."""
    known = journal.find(service, order.path, order.identity)
    if known is None and order.parent:
        known = journal.find("", order.path, order.identity)
    return known


def _unknown(error: LibraryError) -> LibraryError:
    return LibraryError(
        error.what,
        words=error.words,
        advice="Nothing was submitted, as it may have been before: new=True submits it. "
        f"{error.advice}",
    )


def _unclear(entry: Entry) -> ServiceUnavailable:
    when = entry.sent_at.astimezone().strftime("%Y-%m-%d %H:%M")
    lost = "its answer was lost" if entry.state is State.UNCLEAR else "no answer is known yet"
    return ServiceUnavailable(
        f"It may have been submitted on {when}, {lost}",
        maybe_sent=True,
        may_pass=False,
        advice="Look at the service; new=True, or pressing once more, submits it anew.",
    )


async def embedded(client: Client, address: str) -> str:
    """Return the picture at an address as a data URL.

    Raises:
        ImageError: it cannot be downloaded, or is no picture.
    """
    try:
        data = await client.download(address)
    except ImageError as error:
        error.advice = "Nothing was submitted."
        raise
    return await asyncio.to_thread(bytes_url, data, f"What {one_line(address, 80)} serves")
