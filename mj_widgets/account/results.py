"""What a finished task shows: its files, downloaded once and kept, and small copies of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mj_widgets.errors import ImageError, LibraryError, MjError
from mj_widgets.pictures.images import (
    Picture,
    encode_jpeg,
    encode_png,
    previews,
    quadrant_boxes,
    shrink,
    whole_preview,
)
from mj_widgets.service.retry import together

if TYPE_CHECKING:
    from PIL import Image

    from mj_widgets.account.keeper import Keeper
    from mj_widgets.archive import KeptFile, Record
    from mj_widgets.models import Task
    from mj_widgets.service.client import Client

_MOST_VIDEOS = 4
_AT_ONCE = 4
_PREVIEW_SECONDS = 15.0
_MOST_FRESH = 8


@dataclass(frozen=True)
class Copies:
    """What is shown of a result before anyone zooms."""

    previews: tuple[bytes, ...] = field(default=(), repr=False)
    """Small JPEG copies in reading order; () for a video or a text."""
    still: Picture | None = field(default=None, repr=False)
    """A JPEG of the whole for the notebook's file, about 1024 pixels; None for video and text."""


@dataclass(frozen=True, eq=False)
class Result:
    """What a finished task shows."""

    task: Task
    pictures: tuple[Picture, ...] = ()
    """The files as they were served: one, or up to four videos."""
    record: Record | None = None
    """What the library keeps of it, None where nothing is kept."""

    @property
    def is_grid(self) -> bool:
        """True when the picture is four in one."""
        if not self.pictures or self.task.kind != "grid" or self.pictures[0].moves:
            return False
        return self.pictures[0].has_pixels and min(self.pictures[0].size or (0,)) > 1

    @property
    def count(self) -> int:
        """How many pictures or videos there are to see; a grid has four."""
        return 4 if self.is_grid else len(self.pictures)

    @property
    def note(self) -> str:
        """What is to be known of the files beside what is seen of them, on one line, or ""."""
        return "; ".join(dict.fromkeys(filter(None, (p.note for p in self.pictures))))


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
        self._previewing = asyncio.Semaphore(_AT_ONCE)
        self._downloading = asyncio.Semaphore(_AT_ONCE)
        self._decoding = asyncio.Semaphore(_AT_ONCE)
        # A picture of 100 megapixels takes seconds, and waits for the others of its size. Those
        # that wait are not to stand in the way of all the small ones.
        self._decoding_large = asyncio.Semaphore(1)
        # A file is decoded before it is kept. The copies are made of the same pixels, and wait
        # here for whoever shows them next: the last few only, as many a job is never looked at.
        self._fresh: dict[Result, Copies] = {}

    async def result(self, task: Task, record: Record | None = None) -> Result:
        """Return what a task that succeeded shows, after it was written to the library.

        What the library has is not downloaded again, nor read before somebody asks for it. Where
        the link has died, the task is asked once for a fresh one.

        Args:
            task: the task.
            record: what the library has of it, where that is known already.

        Raises:
            ImageError: there is no picture, or it cannot be had or decoded.
        """
        record = record or await self._keeper.kept(task.id)
        if record is None:
            elsewhere = await self._keeper.kept(task.id, anywhere=True)
            record = elsewhere if elsewhere and elsewhere.task.raw == task.raw else None
        lost = ""
        if record and record.files and len(record.files) >= len(_links(task)):
            lost = await asyncio.to_thread(_lost, record)
            if not lost:
                if task is not record.task and task.raw != record.task.raw:
                    record = await self._keeper.keep(task) or record
                return Result(task, tuple(map(_kept, record.files)), record)
        return await self._download_or_ask(task, lost)

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
            result = await self._download_or_ask(result.task, error.what)
            return result, self._fresh.pop(result, Copies())

    async def preview(self, task: Task, side: int) -> tuple[bytes, float] | None:
        """Return a small JPEG of a running task's half-done picture and its width over height.

        None where there is none.

        Nothing depends on it, so that a picture that cannot be had is no error.
        """
        if not task.image_url or task.kind == "text":
            return None
        try:
            async with self._previewing, asyncio.timeout(_PREVIEW_SECONDS):
                data = await self._client.download(task.image_url, attempts=1)
            async with self._decoding:
                return await asyncio.to_thread(_preview, data, side)
        except (MjError, TimeoutError):
            return None

    async def _copies(self, result: Result) -> Copies:
        async with self._decoding:
            is_large = await asyncio.to_thread(lambda: any(p.is_large for p in result.pictures))
            if not is_large:
                return await asyncio.to_thread(_copies, result)
        async with self._decoding_large:
            return await asyncio.to_thread(_copies, result)

    async def _download_or_ask(self, task: Task, lost: str) -> Result:
        """Return what can be downloaded.

        Raises:
            ImageError: nothing; *lost* is what was wrong with the file that was kept, or "".
        """
        try:
            try:
                return await self._download(task)
            except ImageError as error:
                if not error.expired or task.kind == "text":
                    raise
                fresh = await self._client.fetch(task.id)
                if _links(fresh) == _links(task):
                    raise
                return await self._download(fresh)
        except MjError as error:
            if task.kind == "text":  # its picture is only the one that was described
                return await self._result(task, ())
            if _links(task):  # its prompt and its buttons are worth keeping all the same
                await self._keeper.keep(task)
            if lost:
                raise ImageError(lost, advice=str(error)) from None
            raise

    async def _download(self, task: Task) -> Result:
        links = _links(task)
        if not links and task.kind == "text":
            return await self._result(task, ())
        if not links:
            raise ImageError(
                "The task succeeded, but the service names no picture",
                advice="Try again: the task is asked once more.",
            )
        async with self._downloading:
            files = await together(map(self._client.download, links))
        return await self._result(task, files)

    async def _result(self, task: Task, files: Iterable[bytes]) -> Result:
        async with self._decoding:
            pictures = await asyncio.to_thread(lambda: tuple(map(Picture.from_bytes, files)))
        copies = await self._copies(Result(task, pictures))
        # Only what could be decoded is kept: half a file would be found for ever.
        record = await self._keeper.keep(task, (picture.data for picture in pictures))
        for picture, file in zip(pictures, record.files if record else (), strict=False):
            picture.let_go(file.read)
        result = Result(task, pictures, record)
        self._fresh[result] = copies
        while len(self._fresh) > _MOST_FRESH:  # of jobs that nobody looks at
            del self._fresh[next(iter(self._fresh))]
        return result


def full_size(picture: Picture, quadrant: int | None) -> tuple[str, bytes]:
    """Return the media type and bytes to show someone who zooms: the file itself, or a quadrant.

    Args:
        picture: the file.
        quadrant: 1 to 4 for one picture of a grid (sent as PNG, pixel for pixel), else None.
    """
    if quadrant is not None:
        return "image/png", picture.use(lambda grid: _quadrant(grid, quadrant))
    if picture.is_for_browsers:
        return picture.mime, picture.data
    return "image/png", picture.use(encode_png)


def _quadrant(grid: Image.Image, number: int) -> bytes:
    return encode_png(grid.crop(quadrant_boxes(grid.size)[number - 1]))


def _links(task: Task) -> tuple[str, ...]:
    if task.video_urls:
        return task.video_urls[:_MOST_VIDEOS]
    return (task.image_url,) if task.image_url else ()


def _lost(record: Record) -> str:
    """Return which of a record's files is not what was kept, or "", as far as a glance tells."""
    problems = (f"{file.path} {file.glance}" for file in record.files if file.glance)
    return next(problems, "")


def _kept(file: KeptFile) -> Picture:
    return Picture.kept(file.read, file.mime, file.size)


def _copies(result: Result) -> Copies:
    """Return the small copies for the browser, and the one for the notebook's file."""
    if not result.pictures:
        return Copies()
    first = result.pictures[0]
    if first.size is None or not first.has_pixels:  # a film; its file has been looked at
        return Copies()
    return Copies(previews(first, split=result.is_grid), Picture.from_bytes(whole_preview(first)))


def _preview(data: bytes, side: int) -> tuple[bytes, float]:
    picture = Picture.from_bytes(data)
    width, height = picture.size or (1, 1)
    small = picture.use(lambda image: shrink(image, side), side)
    return encode_jpeg(small, quality=75), width / height
