"""One service ready to use: its presses, its pictures, what it keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import bodies
import pytest
from aiohttp import web
from PIL import Image
from services import Handler, file_of, named, run, serving, still_at_work

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.account.results import Result, full_size
from mj_widgets.archive import Library
from mj_widgets.models.button import Button, buttons_by_change
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.pictures.images import Picture
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service import orders
from mj_widgets.service.follower import Update

GRID = EXAMPLES["finished"]


@asynccontextmanager
async def at(sandbox: Sandbox, token: str = "key") -> AsyncIterator[Account]:
    async with sandbox:
        session = Account(sandbox.url, token)
        yield session
        await session.client.close()


def story(
    tell: Callable[[Sandbox, Account], Awaitable[None]], *flavour: str, strict: bool = False
) -> None:
    async def whole() -> None:
        sandbox = Sandbox(*flavour, strict=strict)
        async with at(sandbox) as session:
            await tell(sandbox, session)

    run(whole())


# -- presses ---------------------------------------------------------------------------------------


def test_a_second_press_while_the_first_is_being_sent_gets_the_same_answer() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = await session.client.fetch(GRID)
        for name in ("U2", "V3", "🔄"):
            first, second = await asyncio.gather(
                *(session.press(task, named(task, name)) for _ in range(2))
            )
            assert first == second
        assert len(sandbox.posts) == 3

    story(tell)


@pytest.mark.parametrize("name", ["U2", "V3", "🔄"])
def test_what_was_pressed_before_is_known_and_not_sent_again(name: str) -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = await session.client.fetch(GRID)
        assert await session.pressed(task, task.buttons) == frozenset()
        first = await session.press(task, named(task, name))
        assert await session.pressed(task, task.buttons) == {named(task, name)}
        again = await session.press(task, named(task, name))
        assert again.task_ids == first.task_ids
        assert first.known_since is None
        assert again.known_since is not None
        assert len(sandbox.posts) == 1

    story(tell)


@pytest.mark.parametrize("name", ["V3", "🔄"])
def test_a_press_that_is_to_be_new_is_sent_again(name: str) -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = await session.client.fetch(GRID)
        first = await session.press(task, named(task, name))
        second = await session.press(task, named(task, name), new=True)
        assert first.task_ids != second.task_ids
        assert (await session.press(task, named(task, name))).task_ids == second.task_ids
        assert len(sandbox.posts) == 2

    story(tell)


def test_a_press_that_was_refused_can_be_pressed_again() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = await session.client.fetch(GRID)
        sandbox.options.queue_full = True
        with pytest.raises(mj.QueueFull):
            await session.press(task, named(task, "U2"))
        assert await session.pressed(task, task.buttons) == frozenset()
        sandbox.options.queue_full = False
        assert (await session.press(task, named(task, "U2"))).task_ids

    story(tell)


def test_a_press_goes_on_when_the_one_who_waits_for_it_is_interrupted() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = await session.client.fetch(GRID)
        waiting = asyncio.create_task(session.press(task, named(task, "V1")))
        await asyncio.sleep(0)
        sending = next(iter(session._submitter._sending.values()))
        waiting.cancel()
        assert (await sending).task_ids
        assert len(sandbox.posts) == 1

    story(tell)


def test_a_bookmark_starts_nothing_to_follow() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = await session.client.fetch(GRID)
        heart = Button(custom_id="MJ::BOOKMARK::6dc7beb8-8310-4fd4-b46c-716b422ddffc", emoji="❤️")
        assert (await session.press(task, heart)).task_ids == ()

    story(tell, "dmx")


def test_a_server_without_buttons_is_pressed_by_change() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = await session.client.fetch(GRID)
        assert task.buttons == ()
        by_name = {button.name: button for button in buttons_by_change()}
        for name in ("U2", "U2", "V3", "🔄"):
            assert (await session.press(task, by_name[name])).task_ids
        assert [record.body for record in sandbox.posts] == [
            {"taskId": GRID, "action": "UPSCALE", "index": 2},
            {"taskId": GRID, "action": "VARIATION", "index": 3},
            {"taskId": GRID, "action": "REROLL"},
        ]

    story(tell, "novicezk")


# -- following -------------------------------------------------------------------------------------


def test_a_session_follows_and_remembers_what_it_showed() -> None:
    async def tell(_: Sandbox, session: Account) -> None:
        told: asyncio.Queue[Update] = asyncio.Queue()
        for task_id in (GRID, EXAMPLES["failed"], GRID):
            session.follow(task_id, told.put_nowait)
            assert (await told.get()).is_last
        assert list(session.ids_seen) == [EXAMPLES["failed"], GRID]

    story(tell)


# -- results ---------------------------------------------------------------------------------------


def finished(sandbox: Sandbox, image: bytes, **more: Any) -> mj.Task:
    link = sandbox.put_file("picture.png", image)
    return mj.Task.parse(bodies.DMX_GRID | {"imageUrl": link} | more)


def noise(width: int = 200, height: int = 200) -> bytes:
    return file_of(Image.effect_noise((width, height), 90).convert("RGB"))


def test_a_grid_is_shown_as_four_pictures_and_its_bytes_are_kept() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        data = noise()
        result = await session.result(finished(sandbox, data))
        assert (result.is_grid, len(result.previews)) == (True, 4)
        assert result.pictures[0].data == data
        assert "bytes" in repr(result)
        assert len(repr(result)) < 2000

    story(tell)


def test_a_single_picture_is_shown_as_one() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = finished(sandbox, noise(), buttons=bodies.single_buttons("v7"))
        result = await session.result(task)
        assert (result.is_grid, len(result.previews)) == (False, 1)

    story(tell)


def test_an_animation_is_never_cut_into_four() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        frames = [Image.new("RGB", (32, 32), (90 * n, 0, 0)) for n in range(3)]
        data = file_of(frames[0], "WEBP", save_all=True, append_images=frames[1:])
        result = await session.result(finished(sandbox, data))
        assert result.pictures[0].moves
        assert len(result.previews) == 1

    story(tell)


def test_the_videos_of_a_task_are_all_there() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        films = [b"\x00\x00\x00\x18ftypisom" + bytes([n]) for n in range(5)]
        links = [{"url": sandbox.put_file(f"{n}.mp4", f, "video/mp4")} for n, f in enumerate(films)]
        task = mj.Task.parse(bodies.FILM | {"videoUrl": "", "videoUrls": links})
        result = await session.result(task)
        assert [picture.data for picture in result.pictures] == films[:4]
        assert result.previews == ()

    story(tell)


def failing_beside_one_that_hangs(never: asyncio.Event) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        if "bad" in request.path:
            return web.Response(status=400)
        await never.wait()
        return web.Response()

    return handler


@pytest.mark.parametrize("what", ["a task's videos", "an order's pictures"])
def test_a_download_that_fails_ends_those_beside_it(what: str) -> None:
    async def whole() -> None:
        never = asyncio.Event()
        async with serving(failing_beside_one_that_hangs(never)) as service:
            session, before = Account(service.url, "key"), asyncio.all_tasks()
            links = [f"{service.url}/good.mp4", f"{service.url}/bad.mp4"]
            task = mj.Task.parse({"id": "17", "status": "SUCCESS", "videoUrls": links})
            showing = what == "a task's videos"
            work = session.result(task) if showing else session.submit(orders.blend(links))
            with pytest.raises(mj.ImageError, match="cannot be downloaded now"):
                await work
            assert still_at_work(before) == []
            never.set()
            await session.client.close()

    run(whole())


def test_a_text_needs_no_picture() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        shortened = mj.Task.parse(bodies.SHORTENED)
        assert await session.result(shortened) == Result(shortened)
        link = sandbox.put_file("gone.png", b"")
        described = mj.Task.parse(bodies.DESCRIBED | {"imageUrl": link[:-1]})
        assert await session.result(described) == Result(described)

    story(tell)


def test_success_without_a_picture_is_told_so() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        with pytest.raises(mj.ImageError, match="names no picture"):
            await session.result(mj.Task.parse(bodies.DMX_GRID | {"imageUrl": ""}))

    story(tell)


@pytest.mark.parametrize("data", [b"<html>no</html>", b'{"error": "no"}', b"", noise()[:2000]])
def test_what_is_no_whole_picture_is_an_image_error(data: bytes) -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        with pytest.raises(mj.ImageError):
            await session.result(finished(sandbox, data))

    story(tell)


def test_after_a_link_has_died_the_task_is_asked_for_a_fresh_one() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        old = finished(sandbox, noise())
        fresh = finished(sandbox, noise())
        sandbox.put(old.id, dict(fresh.raw) | {"imageUrl": sandbox.put_file("fresh.png", noise())})
        sandbox.faults.next("expired")
        assert (await session.result(old)).is_grid
        assert sandbox.count("GET", "/fetch") == 1

    story(tell)


def test_a_dead_link_that_stays_the_same_is_not_asked_for_for_ever() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = finished(sandbox, noise())
        sandbox.put(task.id, task.raw)
        sandbox.faults.next("expired", count=5, path="/attachments/")
        with pytest.raises(mj.ImageError) as caught:
            await session.result(task)
        assert caught.value.expired
        assert (sandbox.count("GET", "/fetch"), sandbox.count("GET", "/attachments")) == (1, 1)

    story(tell)


def test_a_preview_that_cannot_be_had_is_no_error() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        task = finished(sandbox, noise(300, 200), status="IN_PROGRESS", buttons=[])
        small = await session.preview(task, 100)
        assert small is not None
        assert small[0].startswith(b"\xff\xd8")
        assert small[1] == 1.5
        for fault in ("expired", "500", "truncated-clean", "cut"):
            sandbox.faults.next(fault, path="/attachments/", count=2)
            assert await session.preview(task, 100) is None
            sandbox.faults.clear()
        assert await session.preview(task.model_copy(update={"image_url": None}), 100) is None

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
            await session.result(kept)
            running = [
                kept.model_copy(update={"image_url": f"{slow.url}/{number}.png"})
                for number in range(1, 9)
            ]
            previews = [asyncio.create_task(session.preview(task, 100)) for task in running]
            await asked.wait()
            assert (await session.result(kept)).is_grid
            for preview in previews:
                preview.cancel()
            await session.client.close()

    run(whole())


def test_a_zoom_shows_the_file_itself_or_a_quadrant_pixel_for_pixel() -> None:
    data = noise(31, 21)
    picture = Picture.from_bytes(data)
    assert full_size(picture, None) == ("image/png", data)
    mime, quadrant = full_size(picture, 4)
    expected = mj.split_grid(picture.decode())[3]
    assert mime == "image/png"
    assert Picture.from_bytes(quadrant).decode().tobytes() == expected.tobytes()


# -- windows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("flavour", ["plus", "trueai", "dmx"])
def test_a_press_with_a_prompt_is_answered_in_the_window_and_is_one_order(flavour: str) -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        sandbox.options.remix = True
        task = await session.client.fetch(GRID)
        window = ModalAnswer("a blue fox")
        first = await session.press(task, named(task, "V2"), window)
        again = await session.press(task, named(task, "V2"), window)
        assert again.task_ids == first.task_ids
        assert again.known_since is not None
        other = await session.press(task, named(task, "V2"), ModalAnswer("a green fox"))
        assert other.task_ids != first.task_ids
        prompts = [r.body["prompt"] for r in sandbox.posts if r.path.endswith("submit/modal")]
        assert prompts == ["a blue fox", "a green fox"]

    story(tell, flavour, strict=True)  # a stock gateway keeps the words of a window


def test_a_window_whose_answer_is_refused_leaves_nothing_submitted() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        sandbox.options.remix = True
        task = await session.client.fetch(GRID)
        with pytest.raises(mj.PromptRejected):
            await session.press(task, named(task, "V2"), ModalAnswer("a banned fox"))
        assert (await session.press(task, named(task, "V2"), ModalAnswer("a fox"))).task_ids

    story(tell, "plus")


def test_the_seed_of_a_finished_task_can_be_asked_for() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        assert (await session.client.image_seed(GRID)).isdigit()
        with pytest.raises(mj.MjError):
            await session.client.image_seed(EXAMPLES["running"])

    story(tell, "plus")


def test_a_running_task_can_be_cancelled_where_the_service_can() -> None:
    async def tell(sandbox: Sandbox, session: Account) -> None:
        await session.client.cancel(EXAMPLES["running"])
        task = await session.client.fetch(EXAMPLES["running"])
        assert task.is_final
        assert not task.succeeded

    story(tell, "plus")
