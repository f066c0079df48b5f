"""The files of one task on their way: what can be seen by then, and how many have come."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import bodies
import pytest
from PIL import Image
from services import file_of, film_of

import mj_widgets as mj
from mj_widgets.account.arrivals import Arrivals, Arrived, small_by_number
from mj_widgets.account.asking import Asking
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.sheets import joined

from .support import kept_story, noise, story

if TYPE_CHECKING:
    from pathlib import Path

    from mj_widgets.account import Account
    from mj_widgets.account.arrivals import Coming
    from mj_widgets.archive import Library
    from mj_widgets.sandbox import Sandbox

COLOURS = ("red", "green", "blue", "black")
PARTS = [Image.new("RGB", (96, 64), colour) for colour in COLOURS]
SINGLES = [file_of(part) for part in PARTS]
SHEET = file_of(joined(PARTS).reduce(2))
FILMS = [film_of(bytes([n])) for n in range(4)]


def task_of(sandbox: Sandbox, sheet: bytes, files: list[bytes], **more: Any) -> mj.Task:
    links = [sandbox.put_file(f"{n}.png", data) for n, data in enumerate(files, 1)]
    main = sandbox.put_file("sheet.png", sheet) if sheet else ""
    told = {"imageUrl": main, "imageUrls": links, "buttons": []}
    return mj.Task.parse(bodies.DMX_GRID | told | more)


async def told_of(account: Account, task: mj.Task) -> list[Coming]:
    """All that is told of a task until its files are here."""
    told: list[Coming] = []
    await account.results.result(task, None, Asking(show=told.append))
    return told


def colour(data: bytes) -> str:
    found = Image.open(io.BytesIO(data)).convert("RGB").getpixel((8, 8))
    lights = tuple(round(light / 127) for light in found)  # type: ignore[union-attr]
    return {(2, 0, 0): "red", (0, 1, 0): "green", (0, 0, 2): "blue", (0, 0, 0): "black"}[lights]


def test_the_sheet_is_seen_first_and_nothing_is_sent_a_second_time() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        told = await told_of(account, task_of(sandbox, SHEET, SINGLES))
        assert [(coming.here, coming.count) for coming in told[:2]] == [(0, 4), (0, 4)]
        assert [coming.here for coming in told[2:]] == [1, 2, 3, 4]
        assert told[0].previews == ()
        assert [colour(data) for data in told[1].previews] == list(COLOURS)
        assert all(coming.previews == told[1].previews for coming in told[1:])
        assert told[-1].aspect == 1.5

    story(tell)


def test_without_a_sheet_each_picture_is_seen_at_its_number() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        told = await told_of(account, task_of(sandbox, b"", SINGLES))
        assert [coming.here for coming in told] == [0, 1, 2, 3, 4]
        for coming in told[1:]:
            assert sum(map(bool, coming.previews)) == coming.here
            for data, own in zip(coming.previews, COLOURS, strict=True):
                assert not data or colour(data) == own

    story(tell)


def test_a_sheet_that_is_not_to_be_cut_is_seen_whole() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        files = [file_of(Image.new("RGB", (8, 8), (n, 0, 0))) for n in range(24)]
        told = await told_of(account, task_of(sandbox, noise(300, 200), files))
        assert (told[-1].here, told[-1].count) == (24, 24)
        assert {len(coming.previews) for coming in told[1:]} == {1}
        assert told[-1].aspect == 1.5

    story(tell)


def test_a_sheet_that_comes_after_its_pictures_takes_the_place_of_none() -> None:
    links = tuple(f"https://cdn.example/{n}.png" for n in range(24))
    task = mj.Task(id="17", action="IMAGINE", image_url="https://cdn.example/s", image_urls=links)
    told: list[Coming] = []
    arrivals = Arrivals(task, {}, told.append)
    for place, data in ((2, SINGLES[1]), (0, SHEET), (1, SINGLES[0])):
        picture = Picture.from_bytes(data)
        small = small_by_number(task, place, picture)
        arrivals.take(place, Arrived(picture, None, small, None))
    assert [coming.here for coming in told] == [1, 1, 2]
    assert [[n for n, data in enumerate(c.previews, 1) if data] for c in told] == [[2], [2], [1, 2]]


def test_of_films_it_is_told_how_many_have_come() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        links = [sandbox.put_file(f"{n}.mp4", film, "video/mp4") for n, film in enumerate(FILMS)]
        told = await told_of(account, mj.Task.parse(bodies.FILM | {"videoUrls": links}))
        assert [(coming.here, coming.previews) for coming in told] == [(n, ()) for n in range(5)]

    story(tell)


@pytest.mark.parametrize("files", [[], SINGLES[:1]])
def test_of_one_picture_nothing_is_told_before_it_is_here(files: list[bytes]) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        assert await told_of(account, task_of(sandbox, SHEET, files)) == []

    story(tell)


def test_what_was_kept_is_seen_while_what_is_missing_is_awaited(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        task = task_of(sandbox, b"", SINGLES)
        library.save(task, [SINGLES[0], None, *SINGLES[2:]], service="127.0.0.1")
        told = await told_of(account, task)
        assert told[0].here == 3
        assert sorted(colour(data) for data in told[-1].previews) == sorted(COLOURS)
        assert sandbox.count("GET", "/attachments") == 1

    kept_story(tell, tmp_path)
