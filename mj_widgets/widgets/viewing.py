"""Getting a card's pictures: the half-done one, the finished ones, one at full size."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mj_widgets.session import Result, full_size

if TYPE_CHECKING:
    from mj_widgets.models import Task
    from mj_widgets.session import Session
    from mj_widgets.widgets.face import Face

_PREVIEW_SIDE = 512


class Viewer:
    """The pictures of one card; its coroutines belong on the background thread.

    Args:
        session: where pictures come from.
        face: where they are shown.
    """

    def __init__(self, session: Session, face: Face) -> None:
        self._session, self._face = session, face
        self._previewed: str | None = None
        self.result: Result | None = None
        """What the finished task shows, once it is here."""

    @property
    def has_grid(self) -> bool:
        """True when the result is four pictures in one."""
        return self.result is not None and self.result.is_grid

    async def preview(self, task: Task) -> None:
        """Show a running task's half-done picture, if there is a new one."""
        seen = f"{task.steady_image_url} {task.progress}"
        if not task.image_url or seen == self._previewed:
            return
        self._previewed = seen
        preview = await self._session.preview(task, _PREVIEW_SIDE)
        if preview is not None and seen == self._previewed:
            self._face.show_preview(task, *preview)

    async def fetch(self, task: Task) -> Result:
        """Return what a finished task shows, without showing it yet.

        Raises:
            MjError: it cannot be had.
        """
        self._previewed = None
        self._face.await_picture(task)
        return await self._session.result(task)

    def show(self, result: Result) -> None:
        """Show the finished pictures."""
        self.result = result
        self._face.show_result(result)

    async def send_full(self, index: int) -> None:
        """Send the browser a picture at full size, or a video; *index* counts from 0."""
        result = self.result
        if result is None or not 0 <= index < max(len(result.previews), len(result.pictures)):
            return
        which, quadrant = (0, index + 1) if result.is_grid else (index, None)
        try:
            mime, data = await asyncio.to_thread(full_size, result.pictures[which], quadrant)
        except Exception as error:
            self._face.pictures.send_failure(index, str(error))
            raise
        self._face.pictures.send_full(index, mime, data)
