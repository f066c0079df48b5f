"""Getting what a finished task shows: its files are downloaded once, decoded and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mj_widgets.account.arrivals import Arrivals
from mj_widgets.account.asking import Asking
from mj_widgets.account.fetching import Fetching
from mj_widgets.account.lookups import Lookups
from mj_widgets.account.result import Copies, Result, copies_of
from mj_widgets.errors import ImageError, LibraryError, MjError
from mj_widgets.pictures.images import Picture, thumbnail

if TYPE_CHECKING:
    from mj_widgets.account.keeper import Keeper
    from mj_widgets.archive import KeptFile, Record
    from mj_widgets.models import Task
    from mj_widgets.service.client import Client

_AT_ONCE = 4
_PREVIEW_SECONDS = 15.0
_MOST_FRESH = 8


class Results:
    """Gets the pictures of one service; its coroutines belong on the background thread.

    Args:
        client: the service.
        keeper: where they are kept.

    What is slow never holds up what is there: previews, downloads and decoding wait for their own
    kind alone.
    """

    def __init__(self, client: Client, keeper: Keeper) -> None:
        self._client, self._keeper = client, keeper
        self._lookups = Lookups()
        self.previewing = asyncio.Semaphore(_AT_ONCE)
        """Taken by whoever gets a preview: what has waited for it then gets the newest."""
        self._fetching = Fetching(client, looks=keeper.keeps)
        # A file is decoded before it is kept. The copies are made of the same pixels, and wait
        # here for whoever shows them next: the last few only, as many a job is never looked at.
        self._fresh: dict[Result, Copies] = {}
        self._rescues: dict[str, asyncio.Task[Record | None]] = {}
        """What has come of a task before somebody stopped, on its way to the library."""

    async def result(
        self, task: Task, record: Record | None = None, asking: Asking | None = None
    ) -> Result:
        """Return what a task that succeeded shows, after it was written to the library.

        What the library has is not downloaded again, nor read before somebody asks for it. Where
        the link has died, the task is asked once for a fresh one.

        Args:
            task: the task.
            record: what the library has of it, where that is known already.
            asking: how to go on where a file is not there or not whole; None to ask no further.

        Raises:
            ImageError: there is no picture, or it cannot be had or decoded.
        """
        if (rescue := self._rescues.get(task.id)) is not None:
            await asyncio.wait([rescue])
        record = record or await self._keeper.kept(task.id)
        if record is None:
            elsewhere = await self._keeper.kept(task.id, anywhere=True)
            record = elsewhere if elsewhere and elsewhere.task.raw == task.raw else None
        if record is None or not record.files:
            return await self._download_or_ask(task, "", asking)
        if task is not record.task and _shape(task) != _shape(record.task):
            task = _with_links_of(record.task, task)  # services forget: those places count
        lost, kept = await self._lookups.look(partial(_looked_up, task, record))
        is_wanted = asking is not None and asking.wants_originals and bool(kept.lacks)
        if lost or is_wanted or not kept.is_whole:
            return await self._download_or_ask(task, lost, asking, kept)
        if task is not record.task and task.raw != record.task.raw:
            record = await self._keeper.keep(task) or record
        return replace(kept, record=record)

    async def copies(self, result: Result) -> tuple[Result, Copies]:
        """Return small copies of what a task shows, and what they are copies of.

        That is *result* itself, or where its files are not any more what was kept, one that was
        downloaded anew.

        Raises:
            ImageError: it cannot be had or decoded.
        """
        if (fresh := self._fresh.pop(result, None)) is not None:
            return result, fresh
        try:
            return result, await self._copies(result)
        except LibraryError as error:
            result = await self._download_or_ask(result.task, error.what, None)
            return result, self._fresh.pop(result, Copies())

    async def preview(self, task: Task, side: int) -> tuple[bytes, float] | None:
        """Return a small JPEG of a running task's half-done picture and its width over height.

        None where there is none. Take ``previewing`` first.

        Nothing depends on it, so that a picture that cannot be had is no error.
        """
        if not task.image_url or task.kind == "text":
            return None
        try:
            async with asyncio.timeout(_PREVIEW_SECONDS):
                data = await self._client.download(task.image_url, attempts=1)
            return await self._fetching.in_turn(partial(_preview, data, side))
        except (MjError, TimeoutError):
            return None

    async def _copies(self, result: Result) -> Copies:
        return await self._fetching.decode(partial(copies_of, result), *result.pictures)

    async def _download_or_ask(
        self, task: Task, lost: str, asking: Asking | None, kept: Result | None = None
    ) -> Result:
        """Return what can be downloaded, beside the files of *kept*.

        Raises:
            ImageError: nothing; *lost* is what was wrong with the file that was kept, or "".
        """
        if task.kind == "text":  # its picture is nothing to wait for
            asking = None
        try:
            try:
                came = await self._download(task, asking, kept)
            except ImageError as error:
                if not error.expired or task.kind == "text":
                    raise
                fresh = await self._client.fetch(task.id)
                if fresh.file_urls == task.file_urls:
                    raise
                if _shape(fresh) != _shape(task):  # what is kept has other places
                    kept = None
                return await self._download(fresh, asking, kept)
            return await self._with_fresh_links(came, asking)
        except MjError as error:
            if kept is not None and kept.pictures:
                return replace(kept, trouble=error)
            if task.kind == "text":  # its picture is only the one that was described
                return await self._result(task, Arrivals(task))
            if task.file_urls:  # its prompt and its buttons are worth keeping all the same
                await self._keeper.keep(task)
            if lost:
                raise ImageError(lost, advice=str(error)) from None
            raise

    async def _with_fresh_links(self, came: Result, asking: Asking | None) -> Result:
        """Return what came, and what can be had where only some of its links have died."""
        if not isinstance(came.trouble, ImageError) or not came.trouble.expired:
            return came
        links = came.task.file_urls
        try:
            fresh = await self._client.fetch(came.task.id)
            missing = set(range(len(links))) - set(came.places)
            is_same = all(fresh.file_urls[n : n + 1] == links[n : n + 1] for n in missing)
            if is_same or _shape(fresh) != _shape(came.task):
                return came
            return await self._download(fresh, asking, came)
        except MjError:
            return came  # with what was wrong at first

    async def _download(
        self, task: Task, asking: Asking | None, kept: Result | None = None
    ) -> Result:
        """Return what can be downloaded, beside what is *kept*, after it was kept.

        Raises:
            ImageError: nothing came, though something should have.
        """
        links = task.file_urls
        if not links and task.kind == "text":
            return await self._result(task, Arrivals(task))
        if not links:
            raise ImageError(
                "The task succeeded, but the service names no picture",
                advice="Try again: the task is asked once more.",
            )
        here = dict(zip(kept.places, kept.pictures, strict=True)) if kept else {}
        missing = {n: link for n, link in enumerate(links) if n not in here}
        arrivals = Arrivals(task, here, asking.show if asking else None)
        arrivals.tell()
        try:
            trouble = await self._fetching.fetch(arrivals, missing, asking)
        except asyncio.CancelledError:
            if arrivals.files:  # it is not downloaded again
                rescue = asyncio.create_task(self._keep(task, arrivals))
                self._rescues[task.id] = rescue
                rescue.add_done_callback(lambda _: self._rescues.pop(task.id, None))
            raise
        if not arrivals.files and trouble is not None:
            raise trouble
        return await self._result(task, arrivals, trouble)

    async def _result(
        self, task: Task, arrivals: Arrivals, trouble: MjError | None = None
    ) -> Result:
        """Return what came, beside what was here, after it was kept."""
        by_place = arrivals.pictures
        result = Result(task, tuple(by_place.values()), None, tuple(by_place), trouble)
        copies = await self._fetching.decode(partial(arrivals.copies, result), *result.pictures)
        result = replace(result, record=await self._keep(task, arrivals))
        self._fresh[result] = copies
        while len(self._fresh) > _MOST_FRESH:  # of jobs that nobody looks at
            del self._fresh[next(iter(self._fresh))]
        return result

    async def _keep(self, task: Task, arrivals: Arrivals) -> Record | None:
        """Write down what is here; from then on it is read from there.

        Only what could be decoded is kept: half a file would be found for ever.
        """
        several = await asyncio.to_thread(_in_places, arrivals.pictures)
        came = arrivals.files
        looks = {place: file.look for place, file in came.items() if file.look}
        record = await self._keeper.keep(task, several, looks)
        for file in record.files if record else ():
            if file.place in came:
                came[file.place].picture.let_go(file.read)
        return record


def _in_places(pictures: Mapping[int, Picture]) -> list[bytes | None]:
    """Return the bytes of all files in order, None for one that is not here."""
    count = max(pictures, default=-1) + 1
    return [pictures[n].data if n in pictures else None for n in range(count)]


def _shape(task: Task) -> tuple[bool, int]:
    """Return what the places of a task's files depend on."""
    return bool(task.sheet_url), len(task.part_urls)


def _with_links_of(known: Task, task: Task) -> Task:
    links = ("image_url", "image_urls", "video_urls")
    return task.model_copy(update={name: getattr(known, name) for name in links})


def _looked_up(task: Task, record: Record) -> tuple[str, Result]:
    """Return what is wrong with the files in the library, and what is right, at a glance."""
    glances = [(file, file.glance) for file in record.files]
    lost = next((f"{file.path} {problem}" for file, problem in glances if problem), "")
    right = [file for file, problem in glances if not problem]
    places = tuple(file.place for file in right)
    return lost, Result(task, tuple(map(_kept, right)), record, places)


def _kept(file: KeptFile) -> Picture:
    return Picture.kept(file.read, file.mime, file.size)


def _preview(data: bytes, side: int) -> tuple[bytes, float]:
    picture = Picture.from_bytes(data)
    width, height = picture.size or (1, 1)
    return thumbnail(picture, side), width / height
