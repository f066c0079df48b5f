"""What stands in the place of a task among many."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from services import file_of

from mj_widgets.archive import Library
from mj_widgets.archive.catalogue import Listing
from mj_widgets.models import Task
from mj_widgets.sets.tile import files_of_tile, tile_of

COLOURS = ("red", "lime", "blue", "white")
PARTS = [file_of(Image.new("RGB", (32, 32), colour)) for colour in COLOURS]
LINKS = {"imageUrls": [f"https://cdn.example/{n}.png" for n in range(4)]}

Keep = Callable[..., Listing]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    library = Library(tmp_path / "library")

    def keep_one(files: list[bytes | None], **fields: Any) -> Listing:
        told = {"id": "17", "action": "IMAGINE", "status": "SUCCESS", "prompt": "a fox"}
        library.save(Task.parse({**told, **fields}), files, service="host.example")
        (listing,) = library.catalogue.listings(library.catalogue.numbers()).values()
        return listing

    return keep_one


def thumbs_of(listing: Listing) -> dict[str, bytes]:
    return {file.sha256: file.read() for file in files_of_tile(listing)}


def corners_of(data: bytes) -> list[tuple[int, ...]]:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = image.size
    places = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    return [tuple(round(light / 255) for light in image.getpixel(at)) for at in places]


def test_four_single_pictures_are_put_together_in_reading_order(keep: Keep) -> None:
    listing = keep([*PARTS], **LINKS)
    tile = tile_of(listing, thumbs_of(listing))
    assert corners_of(tile.image) == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)]
    assert (tile.pictures, tile.words, tile.tone) == (4, "", "")


def test_a_sheet_beside_its_single_pictures_is_all_that_is_shown(keep: Keep) -> None:
    sheet = file_of(Image.new("RGB", (64, 64), "grey"))
    listing = keep([sheet, *PARTS], imageUrl="https://cdn.example/grid.png", **LINKS)
    assert [file.read() for file in files_of_tile(listing)] == [sheet]


@pytest.mark.parametrize("has_sheet", [False, True])
def test_the_place_of_one_that_was_not_kept_stays_free(keep: Keep, has_sheet: bool) -> None:
    main = {"imageUrl": "https://cdn.example/grid.png"} if has_sheet else {}
    files = [PARTS[0], None, PARTS[2], PARTS[3]]
    listing = keep([*([None] if has_sheet else []), *files], **main, **LINKS)
    tile = tile_of(listing, thumbs_of(listing))
    assert corners_of(tile.image) == [(1, 0, 0), (1, 1, 1), (0, 0, 1), (1, 1, 1)]


def test_a_sheet_that_was_not_kept_is_not_taken_for_one_of_its_pictures(keep: Keep) -> None:
    listing = keep([None, *PARTS], imageUrl="https://cdn.example/grid.png", **LINKS)
    tile = tile_of(listing, thumbs_of(listing))
    assert corners_of(tile.image) == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)]


def test_a_failure_says_why_in_its_own_words(keep: Keep) -> None:
    listing = keep([], status="FAILURE", failReason="Banned prompt: blood\nsecond line")
    tile = tile_of(listing, {})
    assert tile.tone == "failed"
    assert tile.words == "failed: Banned prompt: blood second line"


def test_a_picture_that_cannot_be_had_costs_its_tile_alone(keep: Keep) -> None:
    listing = keep([*PARTS], **LINKS)
    some = dict(list(thumbs_of(listing).items())[:3])
    tile = tile_of(listing, some, "fox.png was changed")
    assert (tile.words, tile.tone) == ("fox.png was changed", "trouble")
    assert tile.image
    assert tile_of(listing, {}, "fox.png is missing").image == b""


def test_what_was_kept_without_a_file_says_so(keep: Keep) -> None:
    assert tile_of(keep([]), {}).words == "no picture was kept"
