"""The original files of a job: as pictures, as bytes, and as files that a person names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mj_widgets.account.result import full_size
from mj_widgets.errors import MjError
from mj_widgets.pictures.images import Picture, encode_png
from mj_widgets.pictures.metadata.facts import Facts, facts_of
from mj_widgets.pictures.save import save_picture
from mj_widgets.pictures.sheets import joined

if TYPE_CHECKING:
    from PIL import Image

    from mj_widgets.account.result import Result
    from mj_widgets.jobs.state import JobState


def image_of(state: JobState) -> Image.Image | None:
    """Return the picture as a PIL image; see ``Job.image``."""
    first, result = _first(state), state.result
    if first is None or result is None or first.is_film:
        return None
    is_whole = result.sheet is not None and result.sheet.has_pixels
    if result.is_grid and not is_whole and any(part.has_pixels for part in result.shown):
        return joined([part.decode() if part.has_pixels else None for part in result.shown])
    return (result.sheet or first).decode()


def quadrants_of(state: JobState) -> tuple[Image.Image, ...]:
    """Return the PIL images of a grid; see ``Job.quadrants``."""
    if state.result is None or not state.result.is_grid:
        return ()
    there = [part for part in state.result.shown if part.picture]
    return tuple(part.decode() for part in [p for p in there if p.has_pixels] or there)


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
    if result is None or result.count < 2:
        return [None]
    if index is not None:
        return [index + 1]
    single = [part.number for part in result.shown if part.picture and not part.quadrant]
    return [*([None] if result.sheet else []), *single]


def full_size_of(state: JobState, index: int) -> tuple[str, bytes] | None:
    """Return the media type and bytes of the picture at *index* (from 0), None for none."""
    result = state.result
    shown = result.shown if result else ()
    part = shown[index] if 0 <= index < len(shown) else None
    return full_size(part.picture, part.quadrant) if part and part.picture else None


def original_of(state: JobState, quadrant: int | None) -> tuple[int, bytes]:
    """Return the index (from 0) and the bytes of a picture that something is to be made of.

    Args:
        state: what is known of the job.
        quadrant: the picture (from 1); None for the only one.

    Raises:
        MjError: there is no such picture, or not yet, or it moves.
    """
    result = state.result
    if result is None or not result.pictures:
        raise MjError("There is no picture yet", advice="Call wait() first.")
    if result.task.kind == "video":
        raise MjError("A film is no picture", advice="Give one of its stills.")
    possible = f"Say quadrant=1 to {result.count}." if result.count > 1 else "Leave quadrant out."
    if quadrant is None and result.count > 1:
        raise MjError(f"There are {result.count} pictures", advice=possible)
    number = 1 if quadrant is None else quadrant
    if isinstance(number, bool) or number not in range(1, result.count + 1):
        raise MjError(f"There is no picture {number!r}", advice=possible)
    full = full_size_of(state, number - 1)
    if full is None:
        raise MjError(f"Picture {number} could not be had", advice="The others are here.")
    return number - 1, full[1]


def save(state: JobState, target: str | Path, number: int | None) -> Path:
    """Write a picture to a file; see ``Job.save``."""
    result = state.result
    if result is None or not result.pictures:
        raise MjError("There is no picture to save yet", advice="Call wait() first.")
    count = result.count
    if number is None and count > 1 and not result.sheet and not result.is_grid:
        raise MjError(f"There are {count} videos", advice=f"Say quadrant=1 to {count}.")
    if number is not None and not (count > 1 and 1 <= number <= count):
        possible = f"There are 1 to {count}." if count > 1 else "Leave quadrant out."
        raise MjError(f"There is no picture {number}", advice=possible)
    return save_picture(_part(state, result, number), _facts(state, result, number), target)


def _first(state: JobState) -> Picture | None:
    return state.result.pictures[0] if state.result and state.result.pictures else None


def _part(state: JobState, result: Result, number: int | None) -> Picture:
    if number is None and (result.sheet or not result.is_grid):
        return result.sheet or result.pictures[0]
    if number is None:  # no file has all of them
        whole = image_of(state)
        return result.pictures[0] if whole is None else Picture.from_bytes(encode_png(whole))
    part = result.shown[number - 1]
    if part.picture is None:
        raise MjError(f"Picture {number} could not be had", advice="The others can be saved.")
    if part.quadrant is None:
        return part.picture
    return Picture.from_bytes(full_size(part.picture, part.quadrant)[1])


def _facts(state: JobState, result: Result, number: int | None) -> Facts:
    record = result.record
    return facts_of(
        result.task,
        seed=state.seed,
        parent=state.parent_id or (record.parent if record else ""),
        button=state.button or (record.button if record else ""),
        service=record.service if record else "",
        quadrant=number,
    )
