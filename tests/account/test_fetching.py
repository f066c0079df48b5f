"""Getting the files of a task: which first, how often each is decoded, what a stop leaves."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from services import file_of

from mj_widgets.account.asking import Asking
from mj_widgets.pictures import images

from .support import kept_story, story
from .test_arrivals import SHEET, SINGLES, task_of

if TYPE_CHECKING:
    from pathlib import Path

    from mj_widgets.account import Account
    from mj_widgets.account.arrivals import Coming
    from mj_widgets.archive import Library
    from mj_widgets.sandbox import Sandbox


def test_the_sheet_is_here_before_an_original_is_asked_for() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        asked: list[int] = []

        def show(coming: Coming) -> None:
            if coming.previews and not asked:
                asked.append(sum(sandbox.count("GET", f"/{n}.png") for n in range(1, 5)))

        await account.results.result(task_of(sandbox, SHEET, SINGLES), None, Asking(show=show))
        assert asked == [0]

    story(tell)


@pytest.mark.parametrize("fault", ["slow", "expired", "truncated"])
def test_a_sheet_that_does_not_come_costs_no_original(fault: str) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        sandbox.faults.slow_seconds = 3600
        sandbox.faults.next(fault, count=9, path="/sheet.png")
        result = await account.results.result(task_of(sandbox, SHEET, SINGLES), None, Asking())
        assert result.sheet is None
        assert [pane.picture and pane.picture.data for pane in result.shown] == SINGLES
        assert (result.lacks, result.can_be_mended) == ((), False)

    story(tell)


@pytest.mark.parametrize("sheet", [b"", SHEET])
def test_each_file_is_decoded_once_for_all_that_is_made_of_it(
    sheet: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: Counter[bytes] = Counter()
    pixels_of = images.pixels_of

    def counted(data: bytes, *rest: object) -> Image.Image:
        decoded[data] += 1
        return pixels_of(data, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(images, "pixels_of", counted)

    async def tell(sandbox: Sandbox, account: Account, _: Library) -> None:
        files = [file_of(Image.effect_noise((1500, 1500), 40 + n)) for n in range(4)]
        result = await account.results.result(task_of(sandbox, sheet, files))
        _, copies = await account.results.copies(result)
        assert len(copies.previews) == 4
        assert {data: decoded[data] for data in filter(None, (sheet, *files))} == dict.fromkeys(
            filter(None, (sheet, *files)), 1
        )

    kept_story(tell, tmp_path)


def test_what_has_come_before_a_stop_is_kept_and_not_downloaded_again(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        sandbox.faults.slow_seconds = 3600
        sandbox.faults.next("slow", path="/2.png")
        task = task_of(sandbox, b"", SINGLES)
        three = asyncio.Event()

        def show(coming: Coming) -> None:
            if coming.here == 3:
                three.set()

        getting = asyncio.create_task(account.results.result(task, None, Asking(show=show)))
        await three.wait()
        getting.cancel()
        await asyncio.wait([getting])
        result = await account.results.result(task)  # at once, while it is being written
        assert [picture.data for picture in result.pictures] == SINGLES
        asked = [sandbox.count("GET", f"/{n}.png") for n in range(1, 5)]
        assert asked == [1, 2, 1, 1]
        assert library.verify() == []

    kept_story(tell, tmp_path)
