"""What a task's files look like is kept with them, and costs no second decoding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bodies
import pytest
from PIL import Image
from services import file_of, film_of

import mj_widgets as mj
from mj_widgets.account import Account, fetching
from mj_widgets.archive import Library
from mj_widgets.errors import MjError
from mj_widgets.pictures import images
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.looks import look_of
from mj_widgets.sandbox import Sandbox

from .support import kept_story, noise, story


def finished(sandbox: Sandbox, image: bytes, **more: Any) -> mj.Task:
    link = sandbox.put_file("picture.png", image)
    return mj.Task.parse(bodies.DMX_GRID | {"imageUrl": link} | more)


def links(sandbox: Sandbox, files: list[bytes]) -> list[dict[str, str]]:
    return [{"url": sandbox.put_file(f"{n}.png", data)} for n, data in enumerate(files)]


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The weights of the files whose pixels were asked of Pillow."""
    weights: list[int] = []
    load = images.pixels_of

    def counted(data: bytes, kind: images.Format, side: int = 0) -> Image.Image:
        weights.append(len(data))
        return load(data, kind, side)

    monkeypatch.setattr(images, "pixels_of", counted)
    return weights


def test_a_grid_that_is_kept_has_its_look_of_the_same_pixels(
    tmp_path: Path, decoded: list[int]
) -> None:
    data = noise(600, 400)

    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        result = await account.results.result(finished(sandbox, data))
        assert result.record is not None
        assert decoded.count(len(data)) == 1
        look = library.looks.get(result.record.files[0].sha256)
        assert look == look_of(Picture.from_bytes(data))

    kept_story(tell, tmp_path)


def test_each_of_several_files_has_its_look(tmp_path: Path, decoded: list[int]) -> None:
    files = [file_of(Image.new("RGB", (64, 40), (80 * n, 0, 200))) for n in range(3)]

    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        task = finished(sandbox, noise(), imageUrl="", imageUrls=links(sandbox, files))
        result = await account.results.result(task)
        assert result.record is not None
        digests = [file.sha256 for file in result.record.files]
        assert [library.looks.get(key) for key in digests] == [
            look_of(Picture.from_bytes(data)) for data in files
        ]

    kept_story(tell, tmp_path)


def test_a_video_is_kept_without_one(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        film = [{"url": sandbox.put_file("0.mp4", film_of(), "video/mp4")}]
        task = mj.Task.parse(bodies.FILM | {"videoUrl": "", "videoUrls": film})
        result = await account.results.result(task)
        assert result.record is not None
        digests = [file.sha256 for file in result.record.files]
        assert library.looks.missing(digests) == digests != []

    kept_story(tell, tmp_path)


@pytest.mark.parametrize("error", [MemoryError(), ValueError("no"), MjError("no")])
def test_a_look_that_cannot_be_made_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_: Picture) -> None:
        raise error

    monkeypatch.setattr(fetching, "look_of", fail)

    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        result = await account.results.result(finished(sandbox, noise()))
        assert result.record is not None
        assert library.verify() == []
        digests = [file.sha256 for file in result.record.files]
        assert library.looks.missing(digests) == digests

    kept_story(tell, tmp_path)


def test_looks_that_cannot_be_kept_leave_the_file_kept(tmp_path: Path) -> None:
    (tmp_path / "looks.db").mkdir()

    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        result = await account.results.result(finished(sandbox, noise()))
        assert result.record is not None
        assert account.not_kept == ""
        assert library.looks.thumbs([result.record.files[0].sha256])

    kept_story(tell, tmp_path)


def test_without_a_library_none_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Picture] = []
    monkeypatch.setattr(fetching, "look_of", made.append)

    async def tell(sandbox: Sandbox, account: Account) -> None:
        await account.results.result(finished(sandbox, noise()))
        assert made == []

    story(tell)
