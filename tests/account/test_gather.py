"""The several files of one task: each is got for itself, a dead one costs itself alone."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import bodies
import pytest
from PIL import Image
from services import file_of, film_of

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.account.gather import gathered
from mj_widgets.account.result import Result
from mj_widgets.archive import Library
from mj_widgets.jobs.words import missing_note
from mj_widgets.sandbox import Sandbox

from .support import kept_story, story

COLOURS = ("red", "green", "blue", "yellow")
SINGLES = [file_of(Image.new("RGB", (64, 48), colour)) for colour in COLOURS]
SHEET = file_of(Image.new("RGB", (128, 96), "gray"), "WEBP")
JXL = b"\xff\x0a" + bytes(60)  # a JPEG XL, which Pillow does not read
FILMS = [film_of(bytes([n]) * 9) for n in range(4)]
GRID = bodies.DMX_GRID | {"imageUrl": ""}

on = pytest.mark.parametrize


def links_of(
    sandbox: Sandbox, files: list[bytes], *dead: int, kind: str = "image/png"
) -> list[str]:
    """Where files are served, but for the *dead* ones (from 1)."""
    links = [sandbox.put_file(f"{n}.{kind[-3:]}", data, kind) for n, data in enumerate(files, 1)]
    return [
        f"{sandbox.url}/attachments/gone-{n}" if n in dead else x for n, x in enumerate(links, 1)
    ]


def color(picture: Any) -> Any:
    return picture.decode().convert("RGB").getpixel((3, 3))


def bytes_of(result: Result) -> list[bytes | None]:
    """The file of each that is to be seen, in the order of their numbers."""
    return [pane.picture.data if pane.picture else None for pane in result.shown]


@on("form", ["strings", "objects"])
def test_single_pictures_are_the_quadrants_byte_for_byte(form: str, tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, _: Library) -> None:
        links: list[Any] = links_of(sandbox, SINGLES)
        if form == "objects":
            links = [{"url": link, "thumbnail": f"{link}&small"} for link in links]
        result = await account.results.result(mj.Task.parse(GRID | {"imageUrls": links}))
        assert result.is_grid
        assert bytes_of(result) == SINGLES
        assert result.record is not None
        assert [file.read() for file in result.record.files] == SINGLES
        names = [file.path.name for file in result.record.files]
        assert names == [f"{result.task.id}-{n}.png" for n in range(1, 5)]
        _, copies = await account.results.copies(result)
        assert len(copies.previews) == 4
        assert copies.still is not None
        assert copies.still.size == (128, 96)

    kept_story(tell, tmp_path)


@on("dead", [(1,), (3,), (2, 4), (1, 2, 3), (2, 3, 4)])
def test_a_dead_picture_costs_itself_alone_and_is_said(
    dead: tuple[int, ...], tmp_path: Path
) -> None:
    async def tell(sandbox: Sandbox, account: Account, _: Library) -> None:
        links = links_of(sandbox, SINGLES, *dead)
        task = mj.Task.parse(GRID | {"imageUrls": links})
        result = await account.results.result(task)
        left = [None if n in dead else data for n, data in enumerate(SINGLES, 1)]
        assert bytes_of(result) == left
        assert (result.is_whole, result.count) == (False, 4)
        for n in dead:
            assert str(n) in missing_note(result).split(" of 4 ")[0]
        assert "Try again" in missing_note(result)
        _, copies = await account.results.copies(result)
        assert [bool(small) for small in copies.previews] == [data is not None for data in left]

        assert result.record is not None
        kept = [file.path.name for file in result.record.files]
        assert kept == [f"{task.id}-{n}.png" for n in range(1, 5) if n not in dead]

        # What is kept is not asked for again, what is missing is.
        before = sandbox.count("GET", "/attachments")
        again = await account.results.result(task)
        assert sandbox.count("GET", "/attachments") == before + len(dead)
        assert bytes_of(again) == left

        mended = dict(task.raw) | {"imageUrls": links_of(sandbox, SINGLES)}
        whole = await account.results.result(mj.Task.parse(mended))
        assert (whole.is_whole, bytes_of(whole), missing_note(whole)) == (True, SINGLES, "")
        assert whole.record is not None
        assert [file.read() for file in whole.record.files] == SINGLES

    kept_story(tell, tmp_path)


@on("has_sheet", [False, True])
def test_where_one_link_has_died_the_task_is_asked_once_for_a_fresh_one(has_sheet: bool) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        sheet = sandbox.put_file("sheet.webp", SHEET, "image/webp") if has_sheet else ""
        told = GRID | {"imageUrl": sheet}
        dead = mj.Task.parse(told | {"imageUrls": links_of(sandbox, SINGLES, 3)})
        fresh = mj.Task.parse(told | {"imageUrls": links_of(sandbox, SINGLES)})
        sandbox.put(dead.id, fresh.raw)
        result = await account.results.result(dead)
        assert (bytes_of(result), result.trouble) == (SINGLES, None)
        assert sandbox.count("GET", "/fetch") == 1
        assert [sandbox.count("GET", f"/{n}.png") for n in range(1, 5)] == [1, 1, 1, 1]

    story(tell)


@on("answer", ["the same", "none", "fewer", "another dead one"])
def test_where_no_fresh_link_comes_what_is_here_stays_and_nobody_asks_for_ever(answer: str) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        dead = mj.Task.parse(GRID | {"imageUrls": links_of(sandbox, SINGLES, 3)})
        links = list(dead.image_urls)
        if answer == "fewer":
            links = links[:2]
        elif answer == "another dead one":
            links[2] = f"{sandbox.url}/attachments/gone-too"
        if answer == "none":
            sandbox.faults.next("404-page", path="/fetch", count=9)
        else:
            sandbox.put(dead.id, dict(dead.raw) | {"imageUrls": links})
        result = await account.results.result(dead)
        assert bytes_of(result) == [*SINGLES[:2], None, SINGLES[3]]
        assert "Picture 3 of 4 cannot be had" in missing_note(result)
        assert sandbox.count("GET", "/fetch") == 1
        assert [sandbox.count("GET", f"/{n}.png") for n in (1, 2, 4)] == [1, 1, 1]

    story(tell)


@on("nothing", ["", None, {"url": ""}])
def test_a_picture_whose_link_is_missing_is_asked_for_once_and_keeps_its_number(
    nothing: Any,
) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        links: list[Any] = links_of(sandbox, SINGLES)
        whole = GRID | {"imageUrls": list(links)}
        links[1] = nothing
        task = mj.Task.parse(GRID | {"imageUrls": links})
        sandbox.put(task.id, task.raw)
        result = await account.results.result(task)
        assert bytes_of(result) == [SINGLES[0], None, *SINGLES[2:]]
        assert missing_note(result).startswith(
            "Picture 2 of 4 cannot be had: The service names no link to it. Try again"
        )
        assert sandbox.count("GET", "/fetch") == 1

        sandbox.put(task.id, whole)
        result = await account.results.result(task)
        assert (bytes_of(result), missing_note(result)) == (SINGLES, "")

    story(tell)


def test_a_page_in_the_place_of_one_picture_costs_that_one_alone() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        files = [SINGLES[0], b"<html>no</html>", SINGLES[2], SINGLES[3][:-40]]
        task = mj.Task.parse(GRID | {"imageUrls": links_of(sandbox, files)})
        result = await account.results.result(task)
        assert bytes_of(result)[:3] == [SINGLES[0], None, SINGLES[2]]

    story(tell)


def test_where_none_can_be_had_that_is_an_error() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        task = mj.Task.parse(GRID | {"imageUrls": links_of(sandbox, SINGLES, 1, 2, 3, 4)})
        sandbox.put(task.id, task.raw)
        with pytest.raises(mj.ImageError):
            await account.results.result(task)

    story(tell)


def test_a_sheet_and_its_originals_are_all_kept_and_the_originals_are_shown(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        sheet = sandbox.put_file("sheet.webp", SHEET, "image/webp")
        links = links_of(sandbox, SINGLES)
        task = mj.Task.parse(GRID | {"imageUrl": sheet, "imageUrls": links})
        result = await account.results.result(task)
        assert result.sheet is not None
        assert result.sheet.data == SHEET
        assert bytes_of(result) == SINGLES
        kept = await account.results.result(task)
        assert (kept.sheet is not None, bytes_of(kept)) == (True, SINGLES)
        record = library.get(task.id)
        assert record is not None
        first, *others = (file.path.name for file in record.files)
        assert first == f"{task.id}.webp"
        assert others == [f"{task.id}-{n}.png" for n in range(1, 5)]

    kept_story(tell, tmp_path)


def test_an_original_that_is_dead_is_cut_from_the_sheet() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        sheet = sandbox.put_file("sheet.webp", SHEET, "image/webp")
        links = links_of(sandbox, SINGLES, 2)
        task = mj.Task.parse(GRID | {"imageUrl": sheet, "imageUrls": links})
        result = await account.results.result(task)
        assert [pane.quadrant for pane in result.shown] == [None, 2, None, None]
        assert result.is_whole
        assert missing_note(result).startswith("Picture 2 shown as cut from the sheet: ")

    story(tell)


def test_a_sheet_that_is_dead_takes_no_original_with_it() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        links = links_of(sandbox, SINGLES)
        gone = f"{sandbox.url}/attachments/gone"
        result = await account.results.result(
            mj.Task.parse(GRID | {"imageUrl": gone, "imageUrls": links})
        )
        assert (result.sheet, bytes_of(result)) == (None, SINGLES)
        assert (result.can_be_mended, missing_note(result)) == (False, "")

    story(tell)


def test_what_an_earlier_version_kept_is_not_downloaded_again(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        sheet = sandbox.put_file("sheet.webp", SHEET, "image/webp")
        links = links_of(sandbox, SINGLES)
        task = mj.Task.parse(GRID | {"imageUrl": sheet, "imageUrls": links})
        library.save(task, [SHEET], service="127.0.0.1")
        record = library.get(task.id)
        result = await account.results.result(task, record)
        assert [pane.quadrant for pane in result.shown] == [1, 2, 3, 4]
        assert sandbox.count("GET", "/attachments") == 0

    kept_story(tell, tmp_path)


@on("dead", [(), (2,), (4,)])
def test_the_films_of_a_task_are_got_each_for_itself_and_the_sheet_is_none(
    dead: tuple[int, ...],
) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        sheet = sandbox.put_file("sheet.webp", SHEET, "image/webp")
        links = links_of(sandbox, FILMS, *dead, kind="video/mp4")
        told = {"imageUrl": "", "videoUrl": sheet, "videoUrls": links}
        result = await account.results.result(mj.Task.parse(bodies.FILM | told))
        expected = [None if n in dead else film for n, film in enumerate(FILMS, 1)]
        assert bytes_of(result) == expected
        assert missing_note(result).startswith("Video" if dead else "")

    story(tell)


def test_of_films_that_are_all_dead_one_line_is_said_and_the_task_is_kept(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        sheet = sandbox.put_file("sheet.webp", SHEET, "image/webp")
        links = links_of(sandbox, FILMS, 1, 2, 3, 4, kind="video/mp4")
        told = {"imageUrl": "", "videoUrl": sheet, "videoUrls": links}
        task = mj.Task.parse(bodies.FILM | told)
        sandbox.put(task.id, task.raw)
        with pytest.raises(mj.ImageError, match="link has expired") as caught:
            await account.results.result(task)
        assert "\n" not in str(caught.value)
        assert sandbox.count("GET", "/gone") == 4
        record = library.get(task.id)
        assert record is not None
        assert (record.files, record.task.buttons) == ((), task.buttons)

        mended = mj.Task.parse(
            dict(task.raw) | {"videoUrls": links_of(sandbox, FILMS, 2, kind="video/mp4")}
        )
        result = await account.results.result(mended)
        assert bytes_of(result) == [FILMS[0], None, *FILMS[2:]]

    kept_story(tell, tmp_path)


def test_a_film_that_was_picked_is_got_alone() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        links = links_of(sandbox, FILMS, kind="video/mp4")
        told = {"action": "UPSCALE", "buttons": [], "imageUrl": links[1], "videoUrls": links}
        result = await account.results.result(mj.Task.parse(bodies.FILM | told))
        assert [picture.data for picture in result.pictures] == [FILMS[1]]
        assert sandbox.count("GET", "/attachments") == 1

    story(tell)


@on("count", [2, 6, 9, 24])
def test_any_number_of_pictures_is_shown_in_their_order(count: int) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        files = [file_of(Image.new("RGB", (32, 32), (9 * n, 0, 99))) for n in range(count)]
        task = mj.Task.parse(GRID | {"imageUrls": links_of(sandbox, files), "buttons": []})
        result = await account.results.result(task)
        assert (result.is_grid, bytes_of(result)) == (True, files)
        _, copies = await account.results.copies(result)
        assert len(copies.previews) == count

    story(tell)


@on("unread", [0, 1, 4])
def test_a_file_that_cannot_be_opened_costs_itself_alone(unread: int, tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, _: Library) -> None:
        files = [SHEET, *SINGLES]
        files[unread] = JXL
        sheet, *singles = links_of(sandbox, files, kind="application/octet-stream")
        result = await account.results.result(
            mj.Task.parse(GRID | {"imageUrl": sheet, "imageUrls": singles})
        )
        assert result.record is not None
        assert [file.read() for file in result.record.files] == files
        _, copies = await account.results.copies(result)
        assert [bool(small) for small in copies.previews] == [n != unread for n in range(1, 5)]
        assert copies.still is not None

    kept_story(tell, tmp_path)


def test_a_sheet_of_more_than_four_is_not_cut_in_four() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        buttons = [bodies.button(f"MJ::JOB::upsample::{n}::x", f"U{n}") for n in range(1, 25)]
        link = sandbox.put_file("sheet.webp", SHEET, "image/webp")
        task = mj.Task.parse(GRID | {"imageUrl": link, "buttons": buttons})
        result = await account.results.result(task)
        assert (result.is_grid, result.count, len(result.pictures)) == (False, 1, 1)

    story(tell)


def test_not_all_files_of_a_task_are_asked_for_at_once() -> None:
    running = most = 0

    async def download(link: str) -> bytes:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return link.encode()

    files, troubles = asyncio.run(gathered(download, {n: str(n) for n in range(24)}))
    assert (len(files), troubles) == (24, {})
    assert 1 < most <= 4
