"""What a finished task shows: its pictures, downloaded once, decoded, and made small."""

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
    shrink,
    split_grid,
    whole_preview,
)
from mj_widgets.service.retry import together

if TYPE_CHECKING:
    from mj_widgets.account.keeper import Keeper
    from mj_widgets.archive import Record
    from mj_widgets.models import Task
    from mj_widgets.service.client import Client

_MOST_VIDEOS = 4
_AT_ONCE = 4
_PREVIEW_SECONDS = 15.0


@dataclass(frozen=True)
class Result:
    """What a finished task shows."""

    task: Task
    pictures: tuple[Picture, ...] = ()
    """The files as they were served: one, or up to four videos."""
    previews: tuple[bytes, ...] = field(default=(), repr=False)
    """Small JPEG copies in reading order; () for a video or a text."""
    still: Picture | None = field(default=None, repr=False)
    """A JPEG of the whole for the notebook's file, about 1024 pixels; None for video and text."""
    record: Record | None = None
    """What the library keeps of it, None where nothing is kept."""

    @property
    def is_grid(self) -> bool:
        """True when the picture is four in one."""
        return len(self.previews) == 4


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
        # A picture of 100 megapixels takes 300 MB to decode: only a few at a time.
        self._decoding = asyncio.Semaphore(_AT_ONCE)

    async def result(self, task: Task) -> Result:
        """Return what a task that succeeded shows, after it was written to the library.

        What the library has is not downloaded again. Where the link has died, the task is asked
        once for a fresh one.

        Raises:
            ImageError: there is no picture, or it cannot be had or decoded.
        """
        record = await self._keeper.kept(task.id)
        if record is None:
            elsewhere = await self._keeper.kept(task.id, anywhere=True)
            record = elsewhere if elsewhere and elsewhere.task.raw == task.raw else None
        files, lost = await _read(record, task) if record else ((), "")
        if record and files:
            if task.raw != record.task.raw:
                record = await self._keeper.keep(task) or record
            return await self._result(task, files, record)
        try:
            return await self._download_or_ask(task)
        except MjError as error:
            if task.kind == "text":  # its picture is only the one that was described
                return await self._result(task, ())
            if _links(task):  # its prompt and its buttons are worth keeping all the same
                await self._keeper.keep(task)
            if lost:
                raise ImageError(lost, advice=str(error)) from None
            raise

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

    async def _download_or_ask(self, task: Task) -> Result:
        try:
            return await self._download(task)
        except ImageError as error:
            if not error.expired or task.kind == "text":
                raise
            fresh = await self._client.fetch(task.id)
            if _links(fresh) == _links(task):
                raise
            return await self._download(fresh)

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

    async def _result(
        self, task: Task, files: Iterable[bytes], record: Record | None = None
    ) -> Result:
        async with self._decoding:
            pictures = await asyncio.to_thread(lambda: tuple(map(Picture.from_bytes, files)))
            small, still = await asyncio.to_thread(_copies, task, pictures)
        # Only what could be decoded is kept: half a file would be found for ever.
        record = record or await self._keeper.keep(task, (picture.data for picture in pictures))
        return Result(task, pictures, small, still, record)


def full_size(picture: Picture, quadrant: int | None) -> tuple[str, bytes]:
    """Return the media type and bytes to show someone who zooms: the file itself, or a quadrant.

    Args:
        picture: the file.
        quadrant: 1 to 4 for one picture of a grid (sent as PNG, pixel for pixel), else None.
    """
    if quadrant is None:
        return picture.mime, picture.data
    return "image/png", encode_png(split_grid(picture.decode())[quadrant - 1])


def _links(task: Task) -> tuple[str, ...]:
    if task.video_urls:
        return task.video_urls[:_MOST_VIDEOS]
    return (task.image_url,) if task.image_url else ()


async def _read(record: Record, task: Task) -> tuple[tuple[bytes, ...], str]:
    """Return a record's files, or () and which one is not there any more."""
    if len(record.files) < len(_links(task)):
        return (), ""
    try:
        return await asyncio.to_thread(record.read), ""
    except LibraryError as error:
        return (), error.what


def _copies(task: Task, pictures: tuple[Picture, ...]) -> tuple[tuple[bytes, ...], Picture | None]:
    """Return the small copies for the browser, and the one for the notebook's file."""
    if not pictures or pictures[0].format == "mp4":
        return (), None
    first = pictures[0]
    small = previews(first, split=task.kind == "grid" and not first.moves)
    return small, Picture.from_bytes(whole_preview(first))


def _preview(data: bytes, side: int) -> tuple[bytes, float]:
    image = Picture.from_bytes(data).decode()
    return encode_jpeg(shrink(image, side), quality=75), image.width / image.height
