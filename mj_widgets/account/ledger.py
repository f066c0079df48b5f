"""What was submitted and what came of it: written down first, or it is not sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mj_widgets.account.lookups import Lookups
from mj_widgets.archive import Database, Entry, Journal, Payload, State
from mj_widgets.errors import LibraryError, MjError
from mj_widgets.models import Submission

if TYPE_CHECKING:
    from mj_widgets.service.order import Order

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
OTHERS_TAKE = timedelta(seconds=10)
"""How long another kernel may be sending what stands in the journal."""
_UNKNOWN, _UNWRITTEN = "may have been before", "could not be written down first"


@cache
def memory() -> Journal:
    """Return the journal of this process: for what is written on no disk."""
    return Journal(Database(":memory:"))


@dataclass(frozen=True)
class Errand:
    """An order for one service; what tells it from others is made once."""

    order: Order
    service: str

    @cached_property
    def payload(self) -> Payload:
        """What makes it the same order as another one with this path.

        A picture at an address is its address: what was sent is known when the link has died.
        """
        return Payload(self.order.identity)

    @property
    def key(self) -> tuple[str, str, str]:
        """What is equal for the same order at the same service.

        Raises:
            LibraryError: its payload is no JSON.
        """
        return self.service, self.order.path, self.payload.digest


class JournalError(LibraryError):
    """An order can be neither looked up nor written down first, so that it was not sent.

    Nobody could tell afterwards that it was, and it would be paid for once more.
    """

    def __init__(self, error: LibraryError, why: str) -> None:
        super().__init__(
            error.what,
            words=error.words,
            advice=f"Nothing was submitted, as it {why}: new=True submits it all the same, and so "
            f"does pressing once more. {error.advice}",
        )


class Written(NamedTuple):
    """A submission, and the journal where it is written down."""

    journal: Journal
    entry: Entry

    @property
    def is_open(self) -> bool:
        """True while another kernel may be sending it."""
        is_recent = datetime.now(UTC) - self.entry.sent_at < OTHERS_TAKE
        return is_recent and self.entry.state is State.SENDING


class Ledger:
    """The journals of one account, as one; its coroutines belong on the background thread.

    What cannot be written on disk is not begun, unless a person insists: then it is noted in
    memory, and so is an answer, and on disk as soon as it can be.

    Args:
        journal: the library's, or None where there is no library.
        lost: why there is none where there should be one.
    """

    def __init__(self, journal: Journal | None = None, lost: LibraryError | None = None) -> None:
        self._disk, self._lost = journal, lost
        self._owed: list[Entry] = []
        self._lookups = Lookups()
        self.not_written = ""
        """Why the journal on disk cannot be used, on one line; "" once it was written again."""

    async def find(self, errand: Errand, *, anyhow: bool = False) -> Written | None:
        """Return what was sent before: here, or a press anywhere.

        Args:
            errand: what is to be sent.
            anyhow: what cannot be known is taken for not sent.

        Raises:
            JournalError: it cannot be known.
        """
        if any(entry.state is State.REFUSED for entry in self._owed):
            await self.catch_up()
        if known := await _find(memory(), errand):
            if known.state in (State.ACCEPTED, State.UNCLEAR) and self._disk is not None:
                self._owed.append(known)
                await self.catch_up()
            return Written(memory(), known)
        try:
            return await self._find_on_disk(errand)
        except JournalError:
            if not anyhow:
                raise
            return None

    def require_known(self) -> None:
        """Raise JournalError where there is no journal on disk, and there should be one."""
        if self._disk is None and self._lost is not None:
            raise JournalError(self._lost, _UNKNOWN)

    async def begin(self, errand: Errand, *, new: bool = False, anyhow: bool = False) -> Written:
        """Write down what is about to be sent, after ``find`` has found nothing.

        Of all kernels that begin the same, one is told to send it: its entry ``is_new``.

        Args:
            errand: what is to be sent.
            new: True sends it once more in any case.
            anyhow: True sends it even if that can be written down in memory alone.

        Raises:
            JournalError: it cannot be written down.
        """
        if not anyhow:
            self.require_known()
        if self._disk is not None:
            try:
                return Written(self._disk, await _begin(self._disk, errand, new=new))
            except LibraryError as error:
                self.not_written = str(error)
                if not anyhow:
                    # Another kernel may have written it while this one could not.
                    if not new and (known := await self._find_on_disk(errand)):
                        return known
                    raise JournalError(error, _UNWRITTEN) from None
        return Written(memory(), await _begin(memory(), errand, new=new))

    async def note(self, errand: Errand, written: Written, answer: Submission | MjError) -> None:
        """Write down what came of it; whatever goes wrong, the answer itself is not to be lost."""
        journal, entry = written
        try:
            await asyncio.to_thread(_note, journal, entry, errand, answer)
        except Exception as error:  # noqa: BLE001 - see above
            self.not_written = str(error)
            _log.warning("The journal could not be written: %s", error)
            journal = memory()
            journal.adopt(entry)  # with its echo, by which an answer that is lost is found
            _note(journal, await _find(journal, errand) or entry, errand, answer)
            if not isinstance(answer, Submission) and not answer.maybe_sent:
                self._owed.append(replace(entry, state=State.REFUSED, words=str(answer)))
        if journal is memory():
            known = await _find(journal, errand)
            if self._disk is None or known is None:
                return
            self._owed.append(known)
            await self._let_presses_stand(self._disk, errand, known)
        await self.catch_up()

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

    async def origin(self, service: str, task_id: str) -> Entry | None:
        """Return the submission that started a task from another one, or None."""
        found = await self._read(lambda journal: journal.origin(service, task_id))
        return next((entry for entry in found if entry is not None), None)

    async def of_parent(self, service: str, task_id: str) -> list[Entry]:
        """Return what was submitted from a task."""
        found = await self._read(lambda journal: journal.of_parent(service, task_id))
        return [entry for entries in found for entry in entries]

    async def _let_presses_stand(self, disk: Journal, errand: Errand, answer: Entry) -> None:
        """Note in memory that the modal is answered whose press is on disk; it is owed, too."""
        if not errand.order.answers or answer.submission is None:
            return
        try:
            presses = await asyncio.to_thread(disk.opened, answer, errand.order.answers)
        except LibraryError as error:
            self.not_written = str(error)
            return
        for press in presses:
            answered = replace(press, submission=answer.submission)
            memory().adopt(answered)
            self._owed.append(answered)

    async def _read(self, read: Callable[[Journal], _T]) -> list[_T]:
        journals = (memory(), self._disk)
        found, error = await self._lookups.look(lambda: _read_all(journals, read))
        if error is not None:
            self.not_written = str(error)
        return found

    async def _find_on_disk(self, errand: Errand) -> Written | None:
        self.require_known()
        if self._disk is None:
            return None
        try:
            known = await _find(self._disk, errand)
        except LibraryError as error:
            self.not_written = str(error)
            raise JournalError(error, _UNKNOWN) from None
        # On disk it is still being sent.
        if known is None or any(owed.is_refusal_of(known) for owed in self._owed):
            return None
        return Written(self._disk, known)


def _read_all(
    journals: Iterable[Journal | None], read: Callable[[Journal], _T]
) -> tuple[list[_T], LibraryError | None]:
    """Return what is found in all journals, and why one of them cannot be read."""
    found, failure = [], None
    for journal in filter(None, journals):
        try:
            found.append(read(journal))
        except LibraryError as error:
            failure = error
    return found, failure


async def _find(journal: Journal, errand: Errand) -> Entry | None:
    order = errand.order
    return await asyncio.to_thread(
        journal.find, errand.service, order.path, errand.payload, parent=order.parent
    )


async def _begin(journal: Journal, errand: Errand, *, new: bool) -> Entry:
    order = errand.order
    return await asyncio.to_thread(
        journal.begin,
        errand.service,
        order.path,
        errand.payload,
        parent=order.parent,
        button=order.button,
        new=new,
    )


def _note(journal: Journal, entry: Entry, errand: Errand, answer: Submission | MjError) -> None:
    if isinstance(answer, Submission):
        journal.accepted(entry, answer, errand.order.answers)
    elif answer.maybe_sent:
        journal.unclear(entry, str(answer))
    else:
        journal.refused(entry, str(answer))
