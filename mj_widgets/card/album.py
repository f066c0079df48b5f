"""The pictures that a card has at hand: got in the background, for what its job has become."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from mj_widgets.card.frame import (
    Frame,
    awaited_frame,
    coming_frame,
    preview_frame,
    result_frame,
)
from mj_widgets.jobs.state import Canvas, JobState, Phase
from mj_widgets.models import Status
from mj_widgets.pictures.images import Picture, thumbnail

if TYPE_CHECKING:
    from mj_widgets.account.result import Result
    from mj_widgets.jobs import Job
    from mj_widgets.models import Task

_PREVIEW_SIDE = 512
_THUMB_SIDE = 208
_SHOWING = (Phase.FOLLOWED, Phase.FETCHING, Phase.STOPPED)
"""In which phases a half-done picture is to be seen."""


class Album:
    """The small pictures of one card; on the background thread.

    Args:
        job: whose pictures they are.
        on_new: called when there are others.
        poster: gives a JPEG of what it is made of: a video shows it until it plays.
    """

    def __init__(self, job: Job, on_new: Callable[[], None], poster: Callable[[], bytes]) -> None:
        self._job, self._on_new, self._poster = job, on_new, poster
        self._running = Frame()
        self._finished = Frame()
        self._of: Result | None = None
        self._wanted: Task | None = None
        self._previewed = ""
        self._work: asyncio.Task[None] | None = None
        self._is_loading = False
        self.still: Picture | None = None
        """A JPEG of the whole for the notebook's file, None for a video and a text."""
        self._thumb: tuple[bytes, bytes] = (b"", b"")

    def frame(self, state: JobState) -> Frame:
        """Return what there is to see of a job in that state."""
        if state.phase is Phase.LOST or state.has_failed:
            return Frame()
        if state.result is not None and state.result is self._of:
            return self._finished
        if state.phase in _SHOWING:
            return self._running
        return Frame()

    def has(self, result: Result | None) -> bool:
        """Tell whether the finished pictures are here, or there are none."""
        return result is None or result is self._of

    @property
    def thumb(self) -> bytes:
        """A JPEG of the whole, small enough for a strip of many; b"" where there is none."""
        previews = (*self._finished.previews, *self._running.previews, b"")
        source = self.still.data if self.still else previews[0]
        if source != self._thumb[0]:
            small = thumbnail(Picture.from_bytes(source), _THUMB_SIDE) if source else b""
            self._thumb = (source, small)
        return self._thumb[1]

    def seen_of(self, number: int | None) -> bytes:
        """Return a JPEG of a picture (from 1), or of the whole; b"" where there is none."""
        previews = self._finished.previews
        if number is not None and number <= len(previews):
            return previews[number - 1]
        return self.still.data if self.still else next(iter(previews), b"")

    @property
    def canvas(self) -> Canvas | None:
        """What a mask is painted on, None where there is no single picture."""
        return self.canvas_of(0) if len(self._finished.previews) == 1 else None

    def canvas_of(self, index: int) -> Canvas | None:
        """Return the same of one of several, None where it cannot be had."""
        frame = self._finished
        shown = self._of.shown if self._of else ()
        if not 0 <= index < min(len(frame.previews), len(shown)):
            return None
        # A film has a preview, too: what it was made of, until it plays.
        preview, size = frame.previews[index], shown[index].pixel_size
        return Canvas(preview, size) if preview and size else None

    def look_at(self, state: JobState) -> None:
        """Get what is to be seen of a job in that state."""
        if state.result is not None:
            if state.result is not self._of and not self._is_loading:
                self._is_loading = True
                self._begin(self._get_result())
            return
        self._of = None
        task = state.known
        if state.phase not in _SHOWING:
            self._running, self._previewed = Frame(), ""
        elif state.phase is Phase.STOPPED:
            self.close()
        elif state.coming is not None and task is not None:
            if state.coming.previews:
                self.close()  # a half-done picture that is on its way comes too late
                self._running = coming_frame(task, state.coming)
        elif task is not None and task.status != Status.MODAL:
            if not self._running.unfinished:
                self._running = awaited_frame(task, self._poster())
            self._want_preview(task)

    def close(self) -> None:
        """Get no more, whatever is on its way."""
        if self._work is not None:
            self._work.cancel()

    def _want_preview(self, task: Task) -> None:
        """Get a running task's half-done picture, if there is a new one: of several the newest."""
        self._wanted = None
        if task.is_final or not task.image_url or task.preview_key == self._previewed:
            return
        self._wanted = task
        if self._work is None or self._work.done():
            self._begin(self._get_previews())

    async def _get_previews(self) -> None:
        results = self._job.account.results
        while self._wanted is not None:
            async with results.previewing:
                # Only now: while others were slow, there may have come a newer one, or the end.
                task, self._wanted = self._wanted, None
                if task is None:
                    return
                self._previewed = task.preview_key
                preview = await results.preview(task, _PREVIEW_SIDE)
            if preview is not None:
                self._running = preview_frame(task, *preview)
                self._on_new()

    async def _get_result(self) -> None:
        while (result := self._job.state.result) is not None and result is not self._of:
            self.still, self._finished = None, Frame()
            try:
                result, copies = await self._job.copies(result)
                frame = await asyncio.to_thread(result_frame, result, copies, self._poster())
                self.still, self._finished = copies.still, frame
            except Exception as error:  # noqa: BLE001 - nobody would ever see it: the job says it
                self._job.miss(result, error)
            self._of = result
        self._running, self._previewed, self._is_loading = Frame(), "", False
        self._on_new()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self.close()
        self._work = asyncio.get_running_loop().create_task(work)
