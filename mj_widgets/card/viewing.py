"""Getting a card's pictures: the half-done one, the finished ones, one at full size."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from mj_widgets.account.results import Result, full_size
from mj_widgets.card.panel import Paintable
from mj_widgets.card.words import picture_name
from mj_widgets.errors import MjError
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.metadata import Facts
from mj_widgets.pictures.save import save_picture

if TYPE_CHECKING:
    from mj_widgets.account import Account
    from mj_widgets.card.card_view import Face
    from mj_widgets.models import Task

_PREVIEW_SIDE = 512


def _part(result: Result, number: int | None) -> Picture:
    if number is None:
        return result.pictures[0]
    if not result.is_grid:
        return result.pictures[number - 1]
    return Picture.from_bytes(full_size(result.pictures[0], number)[1])


def _facts(result: Result, number: int | None, made_by: tuple[str, str], seed: str) -> Facts:
    task, record = result.task, result.record
    parent, button = made_by
    asked_for = parse_prompt(task.final_prompt).parameters.get("seed", "")
    return Facts(
        prompt=task.prompt or task.final_prompt,
        task_id=task.id,
        seed=seed or (asked_for if isinstance(asked_for, str) else ""),
        parent=parent or (record.parent if record else ""),
        button=button or (record.button if record else ""),
        quadrant=number,
        created=task.finish_time,
        service=record.service if record else "",
    )


def paintable(result: Result) -> Paintable | None:
    """Return a small copy of a picture to paint a mask on, or None where there is no picture."""
    if result.still is None or result.pictures[0].size is None:
        return None
    return Paintable(result.still.data, result.pictures[0].size, picture_name(result.task, None))


class Viewer:
    """The pictures of one card; its coroutines belong on the background thread.

    Args:
        session: where pictures come from.
        face: where they are shown.
    """

    def __init__(self, session: Account, face: Face) -> None:
        self.session, self._face = session, face
        self._previewed: str | None = None
        self.result: Result | None = None
        """What the finished task shows, once it is here."""

    @property
    def has_grid(self) -> bool:
        """True when the result is four pictures in one."""
        return self.result is not None and self.result.is_grid

    @property
    def to_paint(self) -> Paintable | None:
        """What a mask is painted on, or None."""
        return paintable(self.result) if self.result else None

    @property
    def _count(self) -> int:
        result = self.result
        return max(len(result.previews), len(result.pictures)) if result else 0

    def numbers(self, index: int | None) -> list[int | None]:
        """Return what ``save`` is told for the picture at *index*, or for all of them."""
        if index is not None:
            return [index + 1 if self._count > 1 else None]
        several = self._count > 1 and not self.has_grid
        return list(range(1, self._count + 1)) if several else [None]

    async def preview(self, task: Task) -> None:
        """Show a running task's half-done picture, if there is a new one."""
        seen = f"{task.steady_image_url} {task.progress}"
        if not task.image_url or seen == self._previewed:
            return
        self._previewed = seen
        preview = await self.session.results.preview(task, _PREVIEW_SIDE)
        if preview is not None and seen == self._previewed:
            self._face.show_preview(task, *preview)

    async def fetch(self, task: Task) -> Result:
        """Return what a finished task shows, without showing it yet.

        Raises:
            MjError: it cannot be had.
        """
        self._previewed = None
        self._face.await_picture(task)
        return await self.session.results.result(task)

    def show(self, result: Result, poster: bytes = b"") -> None:
        """Show the finished pictures; see ``Face.show_result``."""
        self.result = result
        self._face.show_result(result, poster)

    def save(
        self, target: str | Path, number: int | None, made_by: tuple[str, str], seed: str
    ) -> Path:
        """Write a picture to a file; see ``TaskWidget.save``.

        Args:
            target: a folder or a file.
            number: 1 to 4 for one of four, None for the whole.
            made_by: the task and the button that it came from, "" for none.
            seed: as the service told it, "" where it was not asked.
        """
        result = self.result
        if result is None or not result.pictures:
            raise MjError("There is no picture to save yet")
        count = self._count
        if number is None and len(result.pictures) > 1:
            raise MjError(f"There are {count} videos", advice=f"Say quadrant=1 to {count}.")
        if number is not None and not (count > 1 and 1 <= number <= count):
            possible = f"There are 1 to {count}." if count > 1 else "Leave quadrant out."
            raise MjError(f"There is no picture {number}", advice=possible)
        return save_picture(_part(result, number), _facts(result, number, made_by, seed), target)

    async def send_full(self, index: int) -> None:
        """Send the browser a picture at full size, or a video; *index* counts from 0."""
        result = self.result
        if result is None or not 0 <= index < self._count:
            return
        which, quadrant = (0, index + 1) if result.is_grid else (index, None)
        try:
            mime, data = await asyncio.to_thread(full_size, result.pictures[which], quadrant)
        except Exception as error:
            self._face.pictures.send_failure(index, str(error))
            raise
        self._face.pictures.send_full(index, mime, data)
