"""One service ready to use: its presses, its pictures, what it keeps."""

from __future__ import annotations

import asyncio

import pytest
from services import named

import mj_widgets as mj
from account.support import GRID, story
from mj_widgets.account import Account
from mj_widgets.models.button import Button, buttons_by_change
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service.follower import Update

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
