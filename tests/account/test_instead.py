"""What is sent where a service lacks a path: once it has said so, and never after a lost answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from services import CANARY, run, serving

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.service import picture_orders
from mj_widgets.service.order import Order

on = pytest.mark.parametrize
Answer = Callable[[], web.StreamResponse]


def film(words: str) -> Order:
    return picture_orders.video(words, "https://host.example/fox.png")


def no_such_path() -> web.Response:
    return web.json_response(
        {"error": {"message": "Invalid URL (POST /mj/submit/video)"}}, status=404
    )


class Gateway:
    """A service without submit/video that says so in its own way, and takes prompts."""

    def __init__(self, video: Callable[[web.Request], Any]) -> None:
        self.video = video
        self.posts: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.method != "POST":
            return web.Response(status=404)
        body = await request.json()
        self.posts.append(f"{request.path.rpartition('/')[2]}: {body['prompt']}")
        if request.path.endswith("submit/video"):
            answer = self.video(body["prompt"])
            return await answer if asyncio.iscoroutine(answer) else answer  # type: ignore[no-any-return]
        return web.json_response({"code": 1, "result": "17"})


def test_a_film_whose_answer_is_lost_is_not_sent_as_a_prompt_as_another_one_was() -> None:
    is_known, is_here = asyncio.Event(), asyncio.Event()

    async def video(words: str) -> web.StreamResponse:
        if words == "known":
            await is_here.wait()
            return no_such_path()
        is_here.set()
        await is_known.wait()
        return web.Response(status=502)  # it may have been taken

    gateway = Gateway(video)

    async def tell() -> None:
        async with serving(gateway.answer) as service:
            account = Account(service.url, CANARY)
            lost = asyncio.create_task(account.submit(film("lost")))
            assert (await account.submit(film("known"))).task_ids == ("17",)
            is_known.set()
            with pytest.raises(mj.ServiceUnavailable) as caught:
                await lost
            assert caught.value.maybe_sent
            await account.client.close()
        assert sorted(gateway.posts) == [
            "imagine: https://host.example/fox.png known --video 1",
            "video: known",
            "video: lost",
        ]

    run(tell())


@on(
    "answer",
    [
        lambda _: web.json_response({"code": 3, "description": "task not found"}, status=404),
        lambda _: web.Response(text="<html>", content_type="text/html", status=404),
        lambda _: web.json_response({"description": "the picture is gone"}, status=404),
        lambda _: web.json_response({"code": 4, "description": "参数错误"}),
        lambda _: web.Response(status=502),
        lambda _: web.Response(),
    ],
    ids=["a task", "a page", "a picture", "refused", "an outage", "nothing"],
)
def test_what_says_nothing_of_the_path_is_not_tried_in_another_way(answer: Any) -> None:
    gateway = Gateway(answer)

    async def tell() -> None:
        async with serving(gateway.answer) as service:
            account = Account(service.url, CANARY)
            with pytest.raises(mj.MjError):
                await account.submit(film("a yawn"))
            await account.client.close()
        assert gateway.posts == ["video: a yawn"]

    run(tell())


def test_hd_whose_answer_is_lost_is_not_said_to_be_unsent() -> None:
    answers = [no_such_path(), web.Response(status=502)]
    gateway = Gateway(lambda _: answers.pop(0))
    hd = picture_orders.video("a yawn", "https://host.example/fox.png", hd=True)

    async def tell() -> None:
        async with serving(gateway.answer) as service:
            account = Account(service.url, CANARY)
            with pytest.raises(mj.MjError, match="Leave hd out"):
                await account.submit(hd)
            with pytest.raises(mj.ServiceUnavailable) as caught:
                await account.submit(hd)
            assert caught.value.maybe_sent
            assert "Nothing was submitted" not in str(caught.value)
            await account.client.close()

    run(tell())
