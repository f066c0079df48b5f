"""A tree of tasks with small pictures along its branches, where a notebook can show them."""

from __future__ import annotations

import base64
import io
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING

from PIL import Image

from mj_widgets.archive.lineage import LONGEST_PROMPT, Branch
from mj_widgets.card.still import AS_TYPED
from mj_widgets.errors import LibraryError, one_line
from mj_widgets.models.status import status_words
from mj_widgets.pictures.images import encode_jpeg
from mj_widgets.sets.tile import files_of_tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.archive import Library

_SIDE = 96
_MOST_BYTES = 170_000
"""Of all pictures together: as text they are a third more."""
_DEEPEST = 12
# Only styles that JupyterLab leaves in a notebook that is not trusted.
_ROW = "display:flex;align-items:center;gap:8px;margin:0 0 4px {indent}px"
_PICTURE = "display:block;width:64px;height:auto"
_WORDS = "margin:0;overflow-wrap:anywhere"


class PicturedTree(Branch):
    """A task and all that came of it, which a notebook shows with their pictures.

    Args:
        branch: the same without pictures.
        library: where the pictures are, None for none.
        service: whose tasks they are, "" for any.
    """

    __slots__ = ("_library", "_service")

    def __init__(self, branch: Branch, library: Library | None, service: str) -> None:
        super().__init__(
            branch.task_id, branch.button, branch.status, branch.prompt, branch.children
        )
        object.__setattr__(self, "_library", library)
        object.__setattr__(self, "_service", service)

    if TYPE_CHECKING:
        _library: Library | None
        _service: str

    def _repr_html_(self) -> str:
        """Return it as HTML: no script, every word escaped, at most 250 kB."""
        tasks = list(_walk(self))
        pictures = self._pictures([branch.task_id for _, branch in tasks])
        rows = []
        for depth, branch in tasks:
            prompt = one_line(self.prompt, LONGEST_PROMPT) if branch is self else ""
            state = status_words(branch.status) if branch.status else ""
            words = (branch.button, branch.task_id, prompt, f"({state})" if state else "")
            said = escape("  ".join(one_line(word) for word in words if word) or "no task yet")
            style = _ROW.format(indent=28 * min(depth, _DEEPEST))
            image = ""
            if data := pictures.get(branch.task_id):
                alt = escape(one_line(f"picture of task {branch.task_id}"))
                link = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
                image = f'<img alt="{alt}" width="64" style="{_PICTURE}" src="{link}">'
            rows.append(
                f'<div style="{style}">{image}<p dir="auto" style="{_WORDS}">{said}</p></div>'
            )
        return f'<div class="{" ".join(AS_TYPED)}">{"".join(rows)}</div>'

    def _pictures(self, task_ids: list[str]) -> dict[str, bytes]:
        """Return small JPEGs of tasks, by their ids, as far as there are any and they have room."""
        found: dict[str, bytes] = {}
        library, left = self._library, _MOST_BYTES
        if library is None:
            return found
        with suppress(LibraryError):
            numbers = library.catalogue.numbers_of(filter(None, task_ids), self._service)
            listings = library.catalogue.listings(numbers.values())
            first = {
                task_id: files[0].sha256
                for task_id, number in numbers.items()
                if number in listings and (files := files_of_tile(listings[number]))
            }
            thumbs = library.looks.thumbs(first.values())
            for task_id in task_ids:  # those near the root come first
                data = _smaller(thumbs.get(first.get(task_id, ""), b""))
                if data and len(data) <= left:
                    found[task_id] = data
                    left -= len(data)
        return found


def _walk(tree: Branch) -> Iterator[tuple[int, Branch]]:
    left: list[tuple[int, Branch]] = [(0, tree)]
    while left:
        depth, branch = left.pop()
        yield depth, branch
        left += [(depth + 1, child) for child in reversed(branch.children)]


def _smaller(thumb: bytes) -> bytes:
    with suppress(OSError):
        if thumb:
            image: Image.Image = Image.open(io.BytesIO(thumb))
            image.thumbnail((_SIDE, _SIDE))
            return encode_jpeg(image, quality=75)
    return b""
