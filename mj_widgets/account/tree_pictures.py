"""The small pictures along the branches of a tree that is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mj_widgets.archive.drawing import SIDE
from mj_widgets.pictures.images import Picture, thumbnail

if TYPE_CHECKING:
    from mj_widgets.archive import Library


def tree_pictures(library: Library, task_ids: Iterable[str], service: str) -> dict[str, bytes]:
    """Return small JPEGs of tasks by their ids, of those that were looked at.

    Raises:
        LibraryError: the library cannot be read.
    """
    numbers = library.catalogue.numbers_of(filter(None, task_ids), service)
    firsts = library.catalogue.first_files(numbers.values())
    thumbs = library.looks.thumbs(firsts.values())
    return {
        task_id: thumbnail(Picture.from_bytes(thumbs[firsts[number]]), SIDE)
        for task_id, number in numbers.items()
        if number in firsts and firsts[number] in thumbs
    }
