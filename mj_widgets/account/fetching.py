"""Getting the files of a task from where they are: downloaded, decoded, looked at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from mj_widgets.account.arrivals import Arrivals, Arrived, small_by_number, still_of_file
from mj_widgets.account.gather import gathered
from mj_widgets.errors import ImageError, MjError
from mj_widgets.pictures.images import Picture, look_through
from mj_widgets.pictures.looks import look_of
from mj_widgets.service.retry import together

if TYPE_CHECKING:
    from mj_widgets.account.asking import Asking
    from mj_widgets.models import Task
    from mj_widgets.service.client import Client

_T = TypeVar("_T")
_AT_ONCE = 4
_HEAD_START = 1.0
"""Seconds that the sheet has for itself before its originals are asked for, and after they came."""


class Fetching:
    """Gets files of one service; its coroutines belong on the background thread.

    Args:
        client: the service.
        looks: whether it is worth while to note how a file looks.

    Downloads and decoding wait for their own kind alone.
    """

    def __init__(self, client: Client, *, looks: bool) -> None:
        self._client, self._looks = client, looks
        self._downloading = asyncio.Semaphore(_AT_ONCE)
        self._decoding = asyncio.Semaphore(_AT_ONCE)
        # A picture of 100 megapixels takes seconds, and waits for the others of its size. Those
        # that wait are not to stand in the way of all the small ones.
        self._decoding_large = asyncio.Semaphore(1)

    async def fetch(
        self, arrivals: Arrivals, links: Mapping[int, str], asking: Asking | None
    ) -> MjError | None:
        """Get the files behind *links* into *arrivals*, and return why one is missing.

        The sheet comes first: it is small, and shows all that the originals will. Once these are
        here, nobody waits for it any more.

        Args:
            arrivals: what is here of the task, and who is told.
            links: the files to get, by their places.
            asking: how to go on where one is not there or not whole; None to ask no further.
        """
        task = arrivals.task
        has_sheet = bool(task.sheet_url) and len(task.file_urls) > 1 and 0 in links
        patience, sheet_has_ended = asyncio.timeout(None), asyncio.Event()
        troubles: dict[int, MjError] = {}

        async def get(place: int) -> None:
            arrivals.take(place, await self._file(task, place, links[place], asking))

        async def get_sheet() -> None:
            try:
                with contextlib.suppress(TimeoutError):
                    async with patience:
                        await get(0)
            finally:
                sheet_has_ended.set()

        async def get_original(place: int) -> None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_HEAD_START):
                    await sheet_has_ended.wait()
            await get(place)
            if arrivals.has_originals and not sheet_has_ended.is_set():
                patience.reschedule(asyncio.get_running_loop().time() + _HEAD_START)

        async def get_in_turn(place: int) -> None:
            if not has_sheet:
                await get(place)
            else:
                await (get_original(place) if place else get_sheet())

        async def get_all() -> None:
            troubles.update((await gathered(get_in_turn, {place: place for place in links}))[1])

        await together([self._show(arrivals), get_all()])
        return _first(troubles.values())

    async def in_turn(self, work: Callable[[], _T]) -> _T:
        """Return what *work* makes of a small picture, in a thread."""
        async with self._decoding:
            return await asyncio.to_thread(work)

    async def decode(self, work: Callable[[], _T], *pictures: Picture) -> _T:
        """Return what *work* makes of *pictures*, in a thread and in its turn."""
        async with self._decoding:
            is_large = await asyncio.to_thread(lambda: any(p.is_large for p in pictures))
            if not is_large:
                return await asyncio.to_thread(work)
        async with self._decoding_large:
            return await asyncio.to_thread(work)

    async def _show(self, arrivals: Arrivals) -> None:
        """Let what was kept be seen while the rest is awaited, if somebody looks."""
        for place, picture in arrivals.kept_to_show:
            with contextlib.suppress(MjError):
                small = partial(small_by_number, arrivals.task, place, picture)
                arrivals.show(place, picture, await self.decode(small, picture))

    async def _file(self, task: Task, place: int, link: str, asking: Asking | None) -> Arrived:
        """Return one file of a task, once it is whole.

        Raises:
            ImageError: it cannot be had.
        """
        if not link:
            raise ImageError("The service names no link to it", expired=True)  # another answer may
        tries = 1 if asking else 3

        async def get() -> Arrived:
            async with self._downloading:
                data = await self._client.download(link, attempts=tries)
            picture = await self.in_turn(partial(Picture.from_bytes, data))
            return await self.decode(partial(self._looked_at, task, place, picture), picture)

        return await (asking.until_whole(get) if asking else get())

    def _looked_at(self, task: Task, place: int, picture: Picture) -> Arrived:
        look_through(picture)
        small = small_by_number(task, place, picture)
        still = still_of_file(task, place, picture)
        look = None
        if self._looks and picture.has_pixels:
            with contextlib.suppress(Exception):  # it can be made later: the file is what counts
                look = look_of(picture)
        return Arrived(picture, look, small, still)


def _first(troubles: Iterable[MjError]) -> MjError | None:
    """Return what is said of several: a dead link first, as that can be mended."""
    told = sorted(troubles, key=lambda error: not (isinstance(error, ImageError) and error.expired))
    return told[0] if told else None
