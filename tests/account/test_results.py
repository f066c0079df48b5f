"""Getting what a finished task shows: downloaded once, decoded, made small."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import bodies
import pytest
from aiohttp import web
from PIL import Image
from services import Handler, file_of, film_of, run, serving, still_at_work

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.account.result import Result
from mj_widgets.archive import Library
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import orders

from .support import GRID, noise, story


def finished(sandbox: Sandbox, image: bytes, **more: Any) -> mj.Task:
    link = sandbox.put_file("picture.png", image)
    return mj.Task.parse(bodies.DMX_GRID | {"imageUrl": link} | more)


async def previews(account: Account, result: Result) -> tuple[bytes, ...]:
    """The small copies of what a task shows."""
    return (await account.results.copies(result))[1].previews


def test_a_grid_is_shown_as_four_pictures_and_its_bytes_are_kept() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        data = noise()
        result = await session.results.result(finished(sandbox, data))
        assert (result.is_grid, len(await previews(session, result))) == (True, 4)
        assert result.pictures[0].data == data
        assert "bytes" in repr(result)
        assert len(repr(result)) < 2000

    story(tell)


def test_a_single_picture_is_shown_as_one() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = finished(sandbox, noise(), buttons=bodies.single_buttons("v7"))
        result = await session.results.result(task)
        assert (result.is_grid, len(await previews(session, result))) == (False, 1)

    story(tell)


def test_an_animation_is_never_cut_into_four() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        frames = [Image.new("RGB", (32, 32), (90 * n, 0, 0)) for n in range(3)]
        data = file_of(frames[0], "WEBP", save_all=True, append_images=frames[1:])
        result = await session.results.result(finished(sandbox, data))
        assert result.pictures[0].moves
        assert len(await previews(session, result)) == 1

    story(tell)


def test_the_videos_of_a_task_are_all_there() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        films = [film_of(bytes([n])) for n in range(5)]
        links = [{"url": sandbox.put_file(f"{n}.mp4", f, "video/mp4")} for n, f in enumerate(films)]
        task = mj.Task.parse(bodies.FILM | {"videoUrl": "", "videoUrls": links})
        result = await session.results.result(task)
        assert [picture.data for picture in result.pictures] == films[:4]
        assert await previews(session, result) == ()

    story(tell)


def failing_beside_one_that_hangs(never: asyncio.Event) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        if "bad" in request.path:
            return web.Response(status=400)
        await never.wait()
        return web.Response()

    return handler


def test_a_download_that_fails_ends_those_beside_it_for_an_order() -> None:
    async def whole() -> None:
        never = asyncio.Event()
        async with serving(failing_beside_one_that_hangs(never)) as service:
            session, before = Account(service.url, "key"), asyncio.all_tasks()
            links = [f"{service.url}/good.mp4", f"{service.url}/bad.mp4"]
            work = session.submit(orders.blend(links))
            with pytest.raises(mj.ImageError, match="cannot be downloaded now"):
                await work
            assert still_at_work(before) == []
            never.set()
            await session.client.close()

    run(whole())


def test_a_text_needs_no_picture() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        shortened = mj.Task.parse(bodies.SHORTENED)
        result = await session.results.result(shortened)
        assert (result.task, result.pictures) == (shortened, ())
        link = sandbox.put_file("gone.png", b"")
        described = mj.Task.parse(bodies.DESCRIBED | {"imageUrl": link[:-1]})
        result = await session.results.result(described)
        assert (result.task, result.pictures) == (described, ())

    story(tell)


def test_success_without_a_picture_is_told_so() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        with pytest.raises(mj.ImageError, match="names no picture"):
            await session.results.result(mj.Task.parse(bodies.DMX_GRID | {"imageUrl": ""}))

    story(tell)


@pytest.mark.parametrize("data", [b"<html>no</html>", b'{"error": "no"}', b"", noise()[:2000]])
def test_what_is_no_whole_picture_is_an_image_error(data: bytes) -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        with pytest.raises(mj.ImageError):
            await session.results.result(finished(sandbox, data))

    story(tell)


def test_after_a_link_has_died_the_task_is_asked_for_a_fresh_one() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        old = finished(sandbox, noise())
        fresh = finished(sandbox, noise())
        sandbox.put(old.id, dict(fresh.raw) | {"imageUrl": sandbox.put_file("fresh.png", noise())})
        sandbox.faults.next("expired")
        assert (await session.results.result(old)).is_grid
        assert sandbox.count("GET", "/fetch") == 1

    story(tell)


def test_a_dead_link_that_stays_the_same_is_not_asked_for_for_ever() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = finished(sandbox, noise())
        sandbox.put(task.id, task.raw)
        sandbox.faults.next("expired", count=5, path="/attachments/")
        with pytest.raises(mj.ImageError) as caught:
            await session.results.result(task)
        assert caught.value.expired
        assert (sandbox.count("GET", "/fetch"), sandbox.count("GET", "/attachments")) == (1, 1)

    story(tell)


def test_a_preview_that_cannot_be_had_is_no_error() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = finished(sandbox, noise(300, 200), status="IN_PROGRESS", buttons=[])
        small = await session.results.preview(task, 100)
        assert small is not None
        assert small[0].startswith(b"\xff\xd8")
        assert small[1] == 1.5
        for fault in ("expired", "500", "truncated-clean", "cut"):
            sandbox.faults.next(fault, path="/attachments/", count=2)
            assert await session.results.preview(task, 100) is None
            sandbox.faults.clear()
        assert (
            await session.results.preview(task.model_copy(update={"image_url": None}), 100) is None
        )

    story(tell)


def test_what_is_kept_is_shown_while_previews_trickle_in(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def never_answer(request: web.Request) -> web.Response:
        if request.path == "/4.png":
            asked.set()
        await asyncio.Event().wait()
        return web.Response()

    async def whole() -> None:
        async with Sandbox() as sandbox, serving(never_answer) as slow:
            session = Account(sandbox.url, "key", library=Library(tmp_path))
            kept = await session.client.fetch(GRID)
            await session.results.result(kept)
            running = [
                kept.model_copy(update={"image_url": f"{slow.url}/{number}.png"})
                for number in range(1, 9)
            ]
            previews = [asyncio.create_task(session.results.preview(task, 100)) for task in running]
            await asked.wait()
            assert (await session.results.result(kept)).is_grid
            for preview in previews:
                preview.cancel()
            await session.client.close()

    run(whole())
