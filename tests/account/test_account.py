"""One account at one service: what it presses, follows and asks."""

from __future__ import annotations

import asyncio

import pytest

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.models.button import Button, buttons_by_change
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service.follower import Update

from .support import GRID, story


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
            {"taskId": GRID, "action": "REROLL", "index": 1},
        ]

    story(tell, "novicezk")


def test_a_session_follows_and_remembers_what_it_showed() -> None:
    async def tell(_: Sandbox, session: Account) -> None:
        told: asyncio.Queue[Update] = asyncio.Queue()
        for task_id in (GRID, EXAMPLES["failed"], GRID):
            session.follow(task_id, told.put_nowait)
            assert (await told.get()).is_last
        assert list(session.ids_seen) == [EXAMPLES["failed"], GRID]

    story(tell)


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


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.dmxapi.cn", "dmxapi.cn"),
        ("http://dmxapi.cn./mj-fast/mj", "dmxapi.cn"),
        ("https://h.example/fast/mj", "h.example"),
        ("https://h.example/of-mine/mj", "h.example/of-mine"),
        ("http://127.0.0.1:8800", "127.0.0.1:8800"),
        ("http://localhost:8800/mj", "127.0.0.1:8800"),
        ("https://h.example:8443/mj", "h.example:8443"),
    ],
)
def test_a_service_is_known_by_its_host_and_what_is_unusual(url: str, name: str) -> None:
    assert Account(url, "key").service == name
