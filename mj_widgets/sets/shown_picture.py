"""The file of one picture among many, kept or followed, and which quarter of that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mj_widgets.errors import MjError
from mj_widgets.pictures.images import Picture
from mj_widgets.sets.items import possible

if TYPE_CHECKING:
    from mj_widgets.account.result import Result
    from mj_widgets.archive.catalogue import Listing
    from mj_widgets.jobs import Job
    from mj_widgets.sets.members import Members


class ShownPicture(NamedTuple):
    """One picture of a task."""

    picture: Picture
    """The file that it is, or is a part of."""
    cut: int | None = None
    """Which quarter of the file it is (1 to 4), None for all of it."""
    prompt: str = ""
    """Of its task."""
    sha256: str = ""
    """Of the file where it is kept, in hexadecimal."""


def picture_of(members: Members, number: int, quadrant: int = 0) -> ShownPicture:
    """Return one picture of a task; its file is not read for that.

    Args:
        members: among which it is.
        number: its number there.
        quadrant: which picture, from 1; 0 is the file that shows all of them, else the first one.

    Raises:
        MjError: there is no picture, or it was not kept.
    """
    if (job := members.followed.get(number)) is not None:
        return picture_of_job(job, quadrant)
    listing = members.library.catalogue.listings([number]).get(number)
    if listing is None:
        raise MjError("It is not in the library any more")
    return _of_kept(listing, quadrant)


def picture_of_job(job: Job, quadrant: int = 0) -> ShownPicture:
    """Return one picture of a task that is followed; see ``picture_of``."""
    state = job.state
    if (result := state.result) is None:
        why = state.error if state.has_failed else ""
        raise MjError(
            "There is no picture" if why else "There is no picture yet",
            words=why,
            advice="" if why else "It comes when the task is done.",
        )
    found = _of_result(result, quadrant)
    if found is None:
        raise _not_there(quadrant, max((pane.number for pane in result.shown), default=0))
    return found._replace(prompt=result.task.prompt or result.task.final_prompt)


def _of_kept(listing: Listing, quadrant: int) -> ShownPicture:
    if not quadrant or listing.pictures == 1:
        file, cut = next(iter(listing.files), None), None
    else:
        file, cut = listing.file_of(quadrant)
    if file is None:
        raise _not_there(quadrant, listing.pictures)
    picture = Picture.kept(file.read, file.mime, file.size)
    return ShownPicture(picture, cut, listing.prompt, file.sha256)


def _of_result(result: Result, quadrant: int) -> ShownPicture | None:
    if not quadrant:
        whole = result.sheet or next(iter(result.pictures), None)
        return ShownPicture(whole) if whole else None
    pane = next((pane for pane in result.shown if pane.number == quadrant), None)
    return ShownPicture(pane.picture, pane.quadrant) if pane and pane.picture else None


def _not_there(quadrant: int, count: int) -> MjError:
    if quadrant > count > 0:
        return MjError(f"The task has no picture {quadrant}", advice=possible(count))
    return MjError("This picture was not kept", advice="Another of the task may be there.")
