"""Grids as an array of numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from services import file_of

from mj_widgets.archive import Library
from mj_widgets.errors import MjError
from mj_widgets.sets.pixels import arrays

from .support import GRID, PART_URLS, SERVICE, numbers, task

COLOURS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0)]


def quarters(width: int, height: int) -> Image.Image:
    """A grid of four plain pictures, each of that size."""
    grid = Image.new("RGB", (2 * width, 2 * height))
    for n, colour in enumerate(COLOURS):
        grid.paste(colour, (n % 2 * width, n // 2 * height, (n % 2 + 1) * width, 9999))
    return grid


def keep(library: Library, task_id: str, width: int, height: int) -> int:
    grid = file_of(quarters(width, height))
    library.save(task(task_id, **GRID), [grid], service=SERVICE)
    return numbers(library, task_id)[0]


def test_each_picture_is_where_its_number_says(library: Library) -> None:
    pixels = arrays(library, [keep(library, "1", 64, 48), keep(library, "2", 64, 48)], size=32)
    assert (pixels.shape, pixels.dtype) == ((2, 4, 24, 32, 3), np.dtype("uint8"))
    for n, colour in enumerate(COLOURS):
        assert (pixels[:, n] == colour).all()


def test_the_longer_side_is_as_asked_also_of_smaller_and_upright_pictures(library: Library) -> None:
    assert arrays(library, [keep(library, "1", 20, 40)], size=64).shape == (1, 4, 64, 32, 3)
    assert arrays(library, [keep(library, "2", 20, 40)]).shape == (1, 4, 512, 256, 3)


def test_what_has_another_shape_than_most_stands_whole_on_white(library: Library) -> None:
    wide, again = keep(library, "1", 40, 20), keep(library, "2", 40, 20)
    pixels = arrays(library, [wide, keep(library, "3", 20, 20), again], size=40)
    assert pixels.shape == (3, 4, 20, 40, 3)
    assert (pixels[1, 0, :, 10:30] == COLOURS[0]).all()
    assert (pixels[1, 0, :, :10] == 255).all()
    assert (pixels[1, 0, :, 30:] == 255).all()


def test_a_grid_of_four_files_is_a_grid(library: Library) -> None:
    files = [file_of(Image.new("RGB", (16, 16), colour)) for colour in COLOURS]
    library.save(task("files", **PART_URLS), files, service=SERVICE)
    pixels = arrays(library, numbers(library, "files"), size=16)
    assert [tuple(pixels[0, n, 0, 0]) for n in range(4)] == COLOURS


def test_no_tasks_are_an_empty_array(library: Library) -> None:
    assert arrays(library, [], size=8).shape == (0, 4, 8, 8, 3)


@pytest.mark.parametrize("task_id", ["one", "failed", "text"])
def test_what_is_no_grid_is_one_line_that_says_how_to_leave_it_out(
    library: Library, task_id: str
) -> None:
    with pytest.raises(MjError, match=f"One of 2 tasks is no grid .*{task_id}") as caught:
        arrays(library, numbers(library, "grid", task_id))
    assert 'tasks.where(kind="grid", status="SUCCESS")' in str(caught.value)


@pytest.mark.parametrize("harm", [b"half", b"", None])
def test_a_picture_that_cannot_be_read_is_named(library: Library, harm: bytes | None) -> None:
    path: Path = library.search("grid")[0].files[0].path
    if harm is None:
        path.unlink()
    else:
        path.write_bytes(harm)
    with pytest.raises(MjError, match=r"cannot be read: .*grid\.png") as caught:
        arrays(library, numbers(library, "grid"))
    assert "mj.library().verify()" in str(caught.value)


@pytest.mark.parametrize("size", [0, -1, True, 2.5, "large", 100_000])
def test_a_size_that_is_none_is_one_line(library: Library, size: object) -> None:
    with pytest.raises(MjError, match="is no size"):
        arrays(library, numbers(library, "grid"), size)  # type: ignore[arg-type]
