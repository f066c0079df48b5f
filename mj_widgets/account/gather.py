"""Getting the several files of one task: one that cannot be had costs itself alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from mj_widgets.errors import MjError
from mj_widgets.pictures.images import Picture, whole_preview
from mj_widgets.service.retry import together

Files = dict[int, bytes]
"""Files by their place among all of a task's."""
Troubles = dict[int, MjError]
"""Why those that are not there cannot be had."""
_AT_ONCE = 4
_TINY = 16


async def gathered(
    download: Callable[[str], Awaitable[bytes]], links: Mapping[int, str]
) -> tuple[Files, Troubles]:
    """Return what is behind *links*, and why the others of them cannot be had."""
    gate = asyncio.Semaphore(_AT_ONCE)
    files, troubles = Files(), Troubles()

    async def get(place: int, link: str) -> None:
        try:
            async with gate:
                files[place] = await download(link)
        except MjError as error:
            troubles[place] = error

    await together(get(place, link) for place, link in links.items())
    return files, troubles


def opened(files: Mapping[int, bytes]) -> tuple[dict[int, Picture], Troubles]:
    """Return the pictures in *files*, and why others of them are none; they are decoded for that.

    A file that is alone is only looked at: whoever makes small copies of it decodes it anyway.
    """
    pictures, troubles = dict[int, Picture](), Troubles()
    for place, data in files.items():
        try:
            picture = Picture.from_bytes(data)
            if len(files) > 1 and picture.size is not None:
                whole_preview(picture, side=_TINY)
            pictures[place] = picture
        except MjError as error:
            troubles[place] = error
    return pictures, troubles
