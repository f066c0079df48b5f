"""One picture of many at full size, for someone who looks closely."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mj_widgets.account.result import full_size
from mj_widgets.errors import ImageError, MjError, fault_of
from mj_widgets.pictures.images import Picture
from mj_widgets.sets.items import parts_of

if TYPE_CHECKING:
    from mj_widgets.account.result import Result
    from mj_widgets.archive.catalogue import Listing
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
    if (job := members.followed.get(number)) is not None:
        if (result := job.state.result) is None:
            raise MjError("There is no picture yet", advice="It comes when the task is done.")
        picture, cut = _of_result(result, quadrant)
    else:
        listing = members.library.catalogue.listings([number]).get(number)
        if listing is None:
            raise MjError("It is not in the library any more")
        picture, cut = _of_kept(listing, quadrant)
    if picture is None:
        raise MjError("This picture was not kept", advice="Another of the task may be there.")
    if picture.moves:
        raise ImageError("It is a video", advice="It plays in the card below: press Enter.")
    return full_size(picture, cut)


def _of_kept(listing: Listing, quadrant: int) -> tuple[Picture | None, int | None]:
    """Return the file that shows it, and which quarter of that it is."""
    if not quadrant or listing.pictures == 1:
        file, cut = next(iter(listing.files), None), None
    else:
        file, cut = listing.file_of(quadrant)
    return (Picture.kept(file.read, file.mime, file.size) if file else None), cut


def _of_result(result: Result, quadrant: int) -> tuple[Picture | None, int | None]:
    if not quadrant:
        return result.sheet or next(iter(result.pictures), None), None
    pane = next((pane for pane in result.shown if pane.number == quadrant), None)
    return (pane.picture, pane.quadrant) if pane else (None, None)
