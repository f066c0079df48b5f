"""One picture of a task at full size: the file itself, or pixel for pixel its part of the grid."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from mj_widgets.archive import Library
from mj_widgets.errors import MjError
from mj_widgets.gallery.full import full_of
from mj_widgets.models import Task
from mj_widgets.sets.members import Members
from tests.libraries import SERVICE, task_of

COLOURS = ("firebrick", "seagreen", "royalblue", "goldenrod")


def png(colours: tuple[str, ...] = COLOURS, side: int = 20) -> bytes:
    picture = Image.new("RGB", (2 * side, 2 * side))
    for at, name in enumerate(colours):
        part = Image.new("RGB", (side, side), name)
        picture.paste(part, (at % 2 * side, at // 2 * side))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def kept(folder: Path, task: Task, files: list[bytes]) -> tuple[Members, int]:
    library = Library(folder)
    library.save(task, files, service=SERVICE)
    numbers = library.catalogue.numbers()
    return Members(library, numbers), numbers[0]


def test_the_whole_is_the_file_as_it_was_served(tmp_path: Path) -> None:
    members, number = kept(tmp_path, task_of(1), [png()])
    assert full_of(members, number) == ("image/png", png())


@pytest.mark.parametrize("quadrant", [1, 2, 3, 4])
def test_a_quadrant_is_cut_pixel_for_pixel(tmp_path: Path, quadrant: int) -> None:
    members, number = kept(tmp_path, task_of(1), [png()])
    mime, data = full_of(members, number, quadrant)
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    assert (mime, picture.size) == ("image/png", (20, 20))
    expected = Image.new("RGB", (1, 1), COLOURS[quadrant - 1]).getpixel((0, 0))
    assert picture.getcolors() == [(400, expected)]


def test_a_file_that_is_missing_and_a_task_that_is_not_there_are_said(tmp_path: Path) -> None:
    members, number = kept(tmp_path, task_of(1), [png()])
    with pytest.raises(MjError, match="not in the library"):
        full_of(members, number + 1)
    with pytest.raises(MjError, match="has no picture 5"):
        full_of(members, number, 5)
    (file,) = members.library.catalogue.listings([number])[number].files
    file.path.unlink()
    with pytest.raises(MjError, match="missing"):
        full_of(members, number)
