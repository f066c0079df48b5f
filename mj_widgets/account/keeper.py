"""What is kept of one account's tasks: written to the library once they have ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from mj_widgets.account.lookups import Lookups
from mj_widgets.errors import LibraryError

if TYPE_CHECKING:
    from mj_widgets.account.ledger import Ledger
    from mj_widgets.archive import Library, Record
    from mj_widgets.models import Task
    from mj_widgets.pictures.looks import PictureLook


class Keeper:
    """Keeps tasks and their files; its coroutines belong on the background thread.

    Args:
        library: where they are kept, or None where nothing is.
        ledger: what was submitted; it catches up when the disk can be written again.
        service: the name the service has in the library, "" for any.
    """

    def __init__(self, library: Library | None, ledger: Ledger, service: str) -> None:
        self._library, self._ledger, self._service = library, ledger, service
        self._lookups = Lookups()
        self.not_saved = ""
        """Why the library could not be opened, or the last task not be kept, on one line, or ""."""
        self.ids_seen: dict[str, None] = {}
        """The tasks shown so far, newest last."""

    async def kept(self, task_id: str, *, anywhere: bool = False) -> Record | None:
        """Return what the library has of a task that has ended, without asking the service.

        Args:
            task_id: the task.
            anywhere: also what another service has told: a reseller has several addresses.
        """
        if self._library is None:
            return None
        service = None if anywhere else self._service or None
        try:
            record = await self._lookups.look(partial(self._library.get, task_id, service))
        except LibraryError as error:
            self.not_saved = str(error)
            return None
        if record is None or not record.task.is_final:
            return None
        self.saw(task_id)
        return record

    @property
    def keeps(self) -> bool:
        """False where there is no library."""
        return self._library is not None

    async def keep(
        self,
        task: Task,
        files: Iterable[bytes | None] = (),
        looks: Mapping[int, PictureLook] | None = None,
    ) -> Record | None:
        """Write a task that has ended, and its files, to the library; ``not_saved`` says why not.

        Args:
            task: the task.
            files: None stands in the place of a file that cannot be had.
            looks: how files look, by their places.

        What a later answer lacks is not taken away: services forget bit by bit.
        """
        if self._library is None:
            return None
        known = await self.kept(task.id)
        files = tuple(files)
        if known is not None and known.task.succeeded and _says_less(task, known.task):
            if not files:
                return known
            task = known.task
        try:
            record = await asyncio.to_thread(self._save, self._library, task, files, looks or {})
        except LibraryError as error:
            self.not_saved = str(error)
            return None
        self.not_saved = ""
        await self._ledger.catch_up()
        return record

    async def note_seed(self, record: Record, seed: str) -> None:
        """Write down the seed of a task that is kept, as far as that can be done."""
        if self._library is None:
            return
        with contextlib.suppress(LibraryError):  # it can be asked for again
            await asyncio.to_thread(
                self._library.note_seed, record.task.id, seed, service=record.service
            )

    async def service_of(self, task_id: str) -> str:
        """Return the name of a task's service, which may be any where none was chosen."""
        record = None if self._service or not task_id else await self.kept(task_id)
        return record.service if record else self._service

    def saw(self, task_id: str) -> None:
        """Note that a task is shown now."""
        self.ids_seen.pop(task_id, None)
        self.ids_seen[task_id] = None

    def _save(
        self,
        library: Library,
        task: Task,
        files: tuple[bytes | None, ...],
        looks: Mapping[int, PictureLook],
    ) -> Record:
        origin = library.journal.origin(self._service, task.id)
        parent, button = (origin.parent, origin.button) if origin else (task.parent_id, "")
        record = library.save(task, files, service=self._service, parent=parent, button=button)
        for file in record.files:
            if file.place in looks:
                library.looks.put(file.sha256, looks[file.place])
        return record


def _says_less(task: Task, known: Task) -> bool:
    """Tell whether a later answer lacks what an earlier one had."""
    if not task.succeeded:
        return True
    return bool(
        (known.prompt and not task.prompt)
        or (known.buttons and not task.buttons)
        or len(task.file_urls) < len(known.file_urls)
    )
