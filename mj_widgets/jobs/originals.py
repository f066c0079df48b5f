"""The original files of a job: as pictures, as bytes, and as files that a person names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mj_widgets.account.results import full_size
from mj_widgets.errors import MjError
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.pictures.images import Picture, split_grid
from mj_widgets.pictures.metadata import Facts
from mj_widgets.pictures.save import save_picture

if TYPE_CHECKING:
    from PIL import Image

    from mj_widgets.account.results import Result
    from mj_widgets.jobs.state import JobState


def image_of(state: JobState) -> Image.Image | None:
    """Return the picture as a PIL image; see ``Job.image``."""
    first = _first(state)
    return None if first is None or first.is_film else first.decode()


def quadrants_of(state: JobState) -> tuple[Image.Image, ...]:
    """Return a grid's four PIL images; see ``Job.quadrants``."""
    first = _first(state)
    return split_grid(first.decode()) if first and state.result and state.result.is_grid else ()


def bytes_of(state: JobState) -> bytes | None:
    """Return the original bytes; see ``Job.image_bytes``."""
    first = _first(state)
    return first.data if first else None


def files_of(state: JobState) -> tuple[Path, ...]:
    """Return where the library keeps the original files; see ``Job.files``."""
    record = state.result.record if state.result else None
    return tuple(file.path for file in record.files) if record else ()


def videos_of(state: JobState) -> tuple[bytes, ...]:
    """Return the original files of all videos; see ``Job.videos``."""
    return tuple(p.data for p in state.result.pictures if p.moves) if state.result else ()


def numbers_of(state: JobState, index: int | None) -> list[int | None]:
    """Return what ``save`` is told for the picture at *index* (from 0), or for all of them."""
    result = state.result
    count = result.count if result else 0
    if index is not None:
        return [index + 1 if count > 1 else None]
    several = count > 1 and result is not None and not result.is_grid
    return list(range(1, count + 1)) if several else [None]


def full_size_of(state: JobState, index: int) -> tuple[str, bytes] | None:
    """Return the media type and bytes of the picture at *index* (from 0), None for none."""
    result = state.result
    if result is None or not 0 <= index < result.count:
        return None
    which, quadrant = (0, index + 1) if result.is_grid else (index, None)
    return full_size(result.pictures[which], quadrant)


def save(state: JobState, target: str | Path, number: int | None) -> Path:
    """Write a picture to a file; see ``Job.save``."""
    result = state.result
    if result is None or not result.pictures:
        raise MjError("There is no picture to save yet")
    count = result.count
    if number is None and len(result.pictures) > 1:
        raise MjError(f"There are {count} videos", advice=f"Say quadrant=1 to {count}.")
    if number is not None and not (count > 1 and 1 <= number <= count):
        possible = f"There are 1 to {count}." if count > 1 else "Leave quadrant out."
        raise MjError(f"There is no picture {number}", advice=possible)
    return save_picture(_part(result, number), _facts(state, result, number), target)


def _first(state: JobState) -> Picture | None:
    return state.result.pictures[0] if state.result and state.result.pictures else None


def _part(result: Result, number: int | None) -> Picture:
    if number is None:
        return result.pictures[0]
    if not result.is_grid:
        return result.pictures[number - 1]
    return Picture.from_bytes(full_size(result.pictures[0], number)[1])


def _facts(state: JobState, result: Result, number: int | None) -> Facts:
    task, record = result.task, result.record
    asked_for = parse_prompt(task.final_prompt).parameters.get("seed", "")
    return Facts(
        prompt=task.prompt or task.final_prompt,
        task_id=task.id,
        seed=state.seed or (asked_for if isinstance(asked_for, str) else ""),
        parent=state.parent_id or (record.parent if record else ""),
        button=state.button or (record.button if record else ""),
        quadrant=number,
        created=task.finish_time,
        service=record.service if record else "",
    )
