"""What a person gives to be compared: tasks, single pictures of them, files, images, arrays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mj_widgets.card import TaskWidget
from mj_widgets.comparisons.subject import Subject, task_title
from mj_widgets.errors import LibraryError, MjError, one_line
from mj_widgets.jobs import Job
from mj_widgets.models.ids import is_task_id
from mj_widgets.models.natives import native
from mj_widgets.pictures.disk import expanded
from mj_widgets.pictures.inputs import is_address, picture_from
from mj_widgets.session.settings import library as default_library
from mj_widgets.sets.members import Members
from mj_widgets.sets.shown_picture import picture_of, picture_of_job

if TYPE_CHECKING:
    from mj_widgets.archive import Library

FEWEST, MOST = 2, 9


def subjects_of(things: Sequence[object]) -> list[Subject]:
    """Return what is compared, in order.

    Raises:
        MjError: they are too few or too many, or one of them is no picture.
    """
    if not FEWEST <= len(things) <= MOST:
        count = len(things)
        said = f"{count} picture{'' if count == 1 else 's'} cannot be compared"
        unpacked = " A list of them has a star: mj.compare(*tasks[:2])." if count == 1 else ""
        raise MjError(
            said if count else "There is nothing to compare", advice=f"Give 2 to 9.{unpacked}"
        )
    return [_checked(thing, place) for place, thing in enumerate(things, 1)]


def _checked(thing: Any, place: int) -> Subject:
    try:
        subject = _subject_of(thing, place)
        subject.size()
    except MjError as error:
        what = f"Picture {place} of what is to be compared: {error.what}"
        raise MjError(what, words=error.words, advice=error.advice) from None
    return subject


def _subject_of(thing: Any, place: int) -> Subject:
    quadrant = 0
    if isinstance(thing, tuple) and len(thing) == 2:
        thing, quadrant = thing[0], _quadrant_of(thing)
        if not isinstance(thing, (TaskWidget, Job, str, int)):
            raise MjError(
                f"{one_line(repr(thing), 60)} has no picture {quadrant}",
                advice='A task has: ("17...", 2).',
            )
        return _of_task(thing, quadrant)
    if isinstance(thing, (TaskWidget, Job)):
        return _of_task(thing, 0)
    if isinstance(thing, str) and not is_address(thing) and not _is_file(thing):
        return _of_task(thing, 0)
    if isinstance(thing, int) and not isinstance(thing, bool):
        return _of_task(str(thing), 0)
    is_path = isinstance(thing, (str, os.PathLike))
    title = one_line(Path(thing).name, 80) if is_path else f"picture {place}"
    return Subject(title, picture_from(thing))


def _quadrant_of(named: tuple[Any, Any]) -> int:
    quadrant = native(named[1])
    if isinstance(quadrant, int) and not isinstance(quadrant, bool) and quadrant >= 0:
        return quadrant
    raise MjError(
        f"{one_line(repr(named), 60)} is no picture of a task",
        advice='Give its id and which picture: ("17...", 2).',
    )


def _is_file(text: str) -> bool:
    try:
        return expanded(text).is_file()
    except OSError:
        return False


def _of_task(task: TaskWidget | Job | str | int, quadrant: int) -> Subject:
    job = task.job if isinstance(task, TaskWidget) else task
    if not isinstance(job, Job):
        return _of_id(str(job), quadrant)
    result = job.state.result
    has_sheet = result is None or not result.is_grid or result.sheet is not None
    if not quadrant and not has_sheet and (image := job.image) is not None:
        return Subject(task_title(job.prompt), image)  # no file has all of them
    found = picture_of_job(job, quadrant)
    return Subject(task_title(found.prompt, quadrant), found.picture, found.cut)


def _of_id(task_id: str, quadrant: int) -> Subject:
    library, number = _number_of(task_id)
    return kept_subject(Members(library), number, quadrant)


def kept_subject(members: Members, number: int, quadrant: int = 0) -> Subject:
    """Return one picture of a task among many, kept or followed.

    Raises:
        MjError: there is no picture.
    """
    found = picture_of(members, number, quadrant)
    thumb = b""
    if members.shelf is not None and found.sha256:
        thumb = members.shelf.looks.thumbs([found.sha256]).get(found.sha256, b"")
    return Subject(task_title(found.prompt, quadrant), found.picture, found.cut, thumb)


def _number_of(task_id: str) -> tuple[Library, int]:
    said = one_line(repr(task_id), 60)
    neither = f"{said} is neither a file nor a task of the library"
    if not is_task_id(task_id):
        raise MjError(neither)
    try:
        library = default_library()
    except LibraryError:
        raise MjError(f"There is no file {said}, and no library with tasks") from None
    number = library.catalogue.numbers_of([task_id]).get(task_id)
    if number is None:
        raise MjError(neither, advice="A task that runs is given as its card or job.")
    return library, number
