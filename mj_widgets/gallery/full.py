"""One picture of many at full size, for someone who looks closely."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mj_widgets.account.result import full_size
from mj_widgets.errors import ImageError, fault_of
from mj_widgets.sets.items import parts_of
from mj_widgets.sets.shown_picture import picture_of

if TYPE_CHECKING:
    from mj_widgets.gallery.wall import Wall
    from mj_widgets.sets.members import Members


async def send_full(wall: Wall, members: Members, told: dict[str, Any]) -> None:
    """Give the page the picture that it asks for, or say in one line why not."""
    item = told.get("item", 0)
    try:
        mime, data = await asyncio.to_thread(full_of, members, *parts_of(item))
    except Exception as error:  # noqa: BLE001 - nobody would ever see it
        wall.refuse_full(item, str(fault_of(error)))
    else:
        wall.send_full(item, mime, data)


def full_of(members: Members, number: int, quadrant: int = 0) -> tuple[str, bytes]:
    """Return the media type and bytes of a task, or of one of its pictures.

    Args:
        members: among which it is.
        number: its number there.
        quadrant: which picture, from 1; 0 is the file that shows all of them, else the first one.

    Raises:
        MjError: there is no picture, or its file is missing or was changed, or it is a video.
    """
    picture, cut, *_ = picture_of(members, number, quadrant)
    if picture.moves:
        raise ImageError("It is a video", advice="It plays in the card below: press Enter.")
    return full_size(picture, cut)
