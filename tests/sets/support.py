"""A library with one of each, and what else tables are tried with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from archive.support import JPEG, PICTURE, PNG, SERVICE, task
from PIL import Image
from services import file_of

from mj_widgets.archive import Library
from mj_widgets.archive.marks import Spot
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.looks import look_of

GRID = {"imageUrl": "https://host.example/a.png"}
PARTS = [file_of(Image.new("RGB", (20 + n, 10), (60 * n, 0, 90))) for n in range(4)]
PART_URLS = {"imageUrls": [{"url": f"https://host.example/{n}.png"} for n in range(4)]}
SUBMITTED = 1_760_000_000_000


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A grid, one picture of it, a grid of single files, a failure and a text, in this order."""
    library = Library(tmp_path / "library")
    times = {"submitTime": SUBMITTED - 5_000, "startTime": SUBMITTED - 1_000, **GRID}
    prompt = "a red fox  --ar 16:9 --s 250 --raw --v 6.1 --no text, frame --odd 7"
    library.save(task("grid", prompt, finishTime=SUBMITTED, **times), [PNG], service=SERVICE)
    one = task("one", "a red fox --seed 7", action="UPSCALE", **GRID)
    library.save(one, [JPEG], service=SERVICE, parent="grid", button="U1")
    library.save(task("parts", "an owl --p --v seven", **PART_URLS), PARTS, service=SERVICE)
    failed = task("failed", "", status="FAILURE", failReason="banned", finishTime=None)
    library.save(failed, service=SERVICE)
    library.save(task("text", "1️⃣ a fox", action="DESCRIBE"), service=SERVICE)
    library.note_seed("grid", "42", service=SERVICE)
    library.marks.change([Spot(SERVICE, "grid", 2)], rating=4, flag="pick")
    library.marks.change([Spot(SERVICE, "parts")], rating=2, flag="reject")
    for number in numbers(library, "grid", "one", "parts"):
        for file in library.catalogue.listings([number])[number].files:
            library.looks.put(file.sha256, look_of(Picture.from_bytes(file.read())))
    yield library
    library.close()


def numbers(library: Library, *task_ids: str) -> list[int]:
    """The numbers of tasks, all in the order in which they were kept where none is named."""
    if not task_ids:
        return sorted(library.catalogue.numbers())
    known = library.catalogue.numbers_of(task_ids)
    return [known[task_id] for task_id in task_ids]


WIDTH, HEIGHT = PICTURE.size
