"""Looks of files that have none yet: made in the background, what is in view first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mj_widgets import background
from mj_widgets.archive import KeptFile, Library
from mj_widgets.errors import ImageError, MjError, fault_of
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.looks import PictureLook, look_of

Done = Callable[[str, PictureLook | MjError], object]
"""Is called on the background thread with the SHA-256 of a file and how it looks, or why not."""

_AT_ONCE = 2
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Asked:
    """What somebody wants to know, and whom to tell; nobody once it was taken back."""

    done: Done | None


class LookMaker:
    """Makes and keeps the looks of a library's files, two at once.

    Args:
        library: where they are kept; what another process has made meanwhile is taken from there.
    """

    def __init__(self, library: Library) -> None:
        self._looks = library.looks
        # Both are used on the background thread alone.
        self._wanted: dict[KeptFile, list[_Asked]] = {}
        """Who waits for which file; the last comes first."""
        self._at_work: dict[asyncio.Task[None], KeptFile] = {}

    def ask(self, files: Sequence[KeptFile], done: Done) -> Callable[[], None]:
        """Have *done* told how each file looks, or why that cannot be said; from any thread.

        Args:
            files: in the order wanted; they come before all that was asked earlier.
            done: is called once for each, with an ``MjError`` for a file that is missing, was
                changed or cannot be opened, and for a video. What it raises is logged.

        Returns:
            What takes it back: *done* is not called any more, and what nobody else waits for is
            not made, unless it is at work.

        Raises:
            MjError: the process ends.
        """
        asked = _Asked(done)

        async def begin() -> None:
            self._begin(files, asked)

        background.start(begin())

        def take_back() -> None:
            asked.done = None

        return take_back

    def _begin(self, files: Sequence[KeptFile], asked: _Asked) -> None:
        loop = asyncio.get_running_loop()
        if any(task.get_loop() is not loop for task in self._at_work):
            self._at_work.clear()  # of the process that this one was forked from
            self._wanted.clear()
        for file in reversed(files):
            waiting = self._wanted.pop(file, [])
            self._wanted[file] = waiting if asked in waiting else [*waiting, asked]
        while len(self._at_work) < _AT_ONCE and self._goes_on():
            pass

    def _goes_on(self) -> bool:
        """Begin with what was asked for last; False where there is nothing."""
        at_work = self._at_work.values()
        for file in reversed(tuple(self._wanted)):
            if file in at_work:
                continue
            if any(asked.done for asked in self._wanted[file]):
                task = asyncio.create_task(self._make(file))
                self._at_work[task] = file
                task.add_done_callback(self._end)
                return True
            del self._wanted[file]
        return False

    async def _make(self, file: KeptFile) -> None:
        found = await asyncio.to_thread(self._found, file)
        for asked in self._wanted.pop(file):
            try:
                if asked.done:
                    asked.done(file.sha256, found)
            except Exception:  # noqa: BLE001 - it is another part
                _log.exception("What was to be told how a picture looks failed")

    def _end(self, task: asyncio.Task[None]) -> None:
        self._at_work.pop(task, None)
        self._goes_on()

    def _found(self, file: KeptFile) -> PictureLook | MjError:
        try:
            if known := self._looks.get(file.sha256):
                return known
            look = look_of(Picture.kept(file.read, file.mime, file.size))
        except ImageError as error:
            # It is as the service sent it: another attempt brings nothing else.
            return ImageError(error.what, words=error.words, advice="The file itself is kept.")
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            return fault_of(error)
        self._looks.put(file.sha256, look)
        return look
