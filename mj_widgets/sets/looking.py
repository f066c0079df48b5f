"""Making looks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mj_widgets import background
from mj_widgets.errors import MjError
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.looks import PictureLook, look_of

if TYPE_CHECKING:
    from mj_widgets.archive import KeptFile, Library


class LookMaker:
    """Makes looks."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def ask(
        self, files: Sequence[KeptFile], done: Callable[[str, PictureLook | MjError], object]
    ) -> None:
        """Ask."""
        background.start(self._make(files, done))

    async def _make(
        self, files: Sequence[KeptFile], done: Callable[[str, PictureLook | MjError], object]
    ) -> None:
        for file in files:
            try:
                look = await asyncio.to_thread(lambda: look_of(Picture.from_bytes(file.read())))
                self._library.looks.put(file.sha256, look)
                done(file.sha256, look)
            except MjError as error:
                done(file.sha256, error)
