"""The pictures of grids as one array of numbers, for whoever computes with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from PIL import Image

from mj_widgets.archive.progress import with_bar
from mj_widgets.errors import MjError, one_line
from mj_widgets.pictures.images import Picture, quadrant_of, shrink
from mj_widgets.sets.extras import extra

if TYPE_CHECKING:
    import numpy as np

    from mj_widgets.archive import KeptFile, Library
    from mj_widgets.archive.columns import PictureRow

SIDE = 512
_MOST_SIDE = 8192
_OF_A_GRID = 4
_FILTER = 'tasks.where(kind="grid", status="SUCCESS") leaves out what is no grid.'


def arrays(
    library: Library, numbers: Iterable[int], size: int = SIDE
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the four pictures of each task as an array (n, 4, height, width, 3) of RGB.

    Args:
        library: what keeps the tasks.
        numbers: which of them, in this order, as ``tasks.number`` has them.
        size: the longer side of a picture, in pixels. The shorter one is as most of the pictures
            have it; one of another shape stands whole in the middle of white. Smaller ones are
            made larger.

    Raises:
        MjError: numpy is not installed; a task is no grid of four; a picture is missing, was
            changed or cannot be opened; or there is not so much memory.
    """
    numpy = extra("numpy", "array")
    side = _side_of(size)
    wanted = list(numbers)
    grids = _grids(library, wanted)
    width, height = _shape(library, grids, side)
    shape = (len(grids), _OF_A_GRID, height, width, 3)
    try:
        pixels: np.ndarray[Any, np.dtype[np.uint8]] = numpy.full(shape, 255, "uint8")
    except (MemoryError, ValueError):
        needed = len(grids) * _OF_A_GRID * height * width * 3 / 1e9
        raise MjError(
            f"Arrays of {len(grids):,} tasks need {needed:,.0f} GB",
            advice="Choose a smaller size, or fewer tasks.",
        ) from None
    for place, parts in enumerate(with_bar(grids, len(grids), "reading pictures")):
        opened: dict[str, Picture] = {}
        for part in parts:
            small = _small(part, opened, (width, height))
            left, upper = (width - small.width) // 2, (height - small.height) // 2
            pixels[place, part.quadrant - 1, upper : upper + small.height][
                :, left : left + small.width
            ] = numpy.asarray(small)
    return pixels


def _side_of(size: object) -> int:
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= _MOST_SIDE:
        said = one_line(repr(size), 40)
        raise MjError(f"{said} is no size", advice=f"Give 1 to {_MOST_SIDE:,} pixels: size=512.")
    return size


def _grids(library: Library, numbers: Sequence[int]) -> list[list[PictureRow]]:
    """Return the four pictures of each task.

    Raises:
        MjError: a task has not four pictures, or they are not kept.
    """
    rows = library.columns.tasks(numbers)
    parts: dict[int, list[PictureRow]] = {row.number: [] for row in rows}
    for part in library.columns.pictures(numbers):
        if part.own or part.whole:
            parts.setdefault(part.number, []).append(part)
    others = [row for row in rows if row.kind != "grid" or len(parts[row.number]) != _OF_A_GRID]
    if others:
        first = one_line(others[0].id, 60)
        count = "One" if len(others) == 1 else f"{len(others):,}"
        raise MjError(
            f"{count} of {len(rows):,} tasks {'is' if len(others) == 1 else 'are'} no grid of "
            f"four pictures that are kept, such as task {first}",
            advice=_FILTER,
        )
    return [parts[row.number] for row in rows]


def _shape(library: Library, grids: Sequence[Sequence[PictureRow]], side: int) -> tuple[int, int]:
    """Return the width and height that most of the pictures have at that size."""
    files = [_file(parts[0]) for parts in grids]
    known = library.looks.sizes({file.sha256 for file in files})
    shapes: Counter[tuple[int, int]] = Counter()
    for file, parts in zip(files, grids, strict=True):
        size = known.get(file.sha256) or _opened(file).size
        if size is None:  # what opens it says why
            continue
        halves = 1 if parts[0].own else 2
        shapes[_fitted((size[0] / halves, size[1] / halves), (side, side))] += 1
    return max(shapes, key=lambda shape: shapes[shape], default=(side, side))


def _fitted(size: tuple[float, float], box: tuple[int, int]) -> tuple[int, int]:
    part = min(box[0] / size[0], box[1] / size[1])
    return max(1, round(size[0] * part)), max(1, round(size[1] * part))


def _small(part: PictureRow, opened: dict[str, Picture], box: tuple[int, int]) -> Image.Image:
    file = _file(part)
    picture = opened.get(file.sha256) or opened.setdefault(file.sha256, _opened(file))

    def work(image: Image.Image) -> Image.Image:
        shown = image if part.own else quadrant_of(image, part.quadrant)
        near = shrink(shown, max(box))
        fitted = _fitted(shown.size, box)
        return near if near.size == fitted else near.resize(fitted, Image.Resampling.LANCZOS)

    try:
        return picture.use(work, max(box) * (1 if part.own else 2))
    except MjError as error:
        raise _unreadable(file, error) from None


def _file(part: PictureRow) -> KeptFile:
    file = part.own or part.whole
    assert file is not None  # noqa: S101 - others were refused
    return file


def _opened(file: KeptFile) -> Picture:
    try:
        return Picture.from_bytes(file.read())
    except MjError as error:
        raise _unreadable(file, error) from None


def _unreadable(file: KeptFile, error: MjError) -> MjError:
    said = error.what if str(file.path) in error.what else f"{file.path}: {error.what}"
    return MjError(
        f"A picture cannot be read: {said}",
        advice="mj.library().verify() names all that are missing or changed: leave those out.",
    )
