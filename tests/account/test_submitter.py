"""Orders are sent once in a lifetime, whatever happens to the answers and the windows."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.archive import Library
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import orders

from .support import GRID, kept_story, named, story


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
        sending, _ = next(iter(session._submitter._sending.values()))
        waiting.cancel()
        assert (await sending).task_ids
        assert len(sandbox.posts) == 1

    story(tell)


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


def test_a_window_that_was_answered_makes_its_press_one_that_is_not_sent_again(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        sandbox.options.remix = True
        grid = await session.client.fetch(GRID)
        opened = await session.press(grid, named(grid, "V2"))
        assert opened.needs_modal
        (task_id,) = opened.task_ids
        window = ModalAnswer("a blue fox")
        answer = orders.answer(task_id, window, parent=GRID, button="V2")
        (answered,) = (await session.submit(answer)).task_ids

        again = await session.press(grid, named(grid, "V2"))
        assert again.task_ids == (answered,)
        assert not again.needs_modal
        assert again.known_since is not None
        assert len(sandbox.posts) == 2

    kept_story(tell, tmp_path, "plus")


def test_a_lost_answer_to_a_window_keeps_the_task(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        sandbox.options.remix = True
        task = await session.client.fetch(GRID)
        sandbox.faults.next("cut", path="submit/modal")
        pressed = await session.press(task, named(task, "V2"), ModalAnswer("a blue fox"))
        (task_id,) = pressed.task_ids
        assert not pressed.needs_modal
        assert library.journal.origin(session.service, task_id) is not None
        again = await session.press(task, named(task, "V2"), ModalAnswer("a blue fox"))
        assert again.task_ids == (task_id,)
        assert [r.path.rpartition("/")[2] for r in sandbox.posts] == ["action", "modal"]

    kept_story(tell, tmp_path, "plus")


def test_an_answer_that_was_given_is_not_given_again(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, _: Library) -> None:
        sandbox.options.remix = True
        task = await session.client.fetch(GRID)
        window = ModalAnswer("a blue fox")
        (task_id,) = (await session.press(task, named(task, "V2"), window)).task_ids
        # A gateway tells for a while that the task still waits.
        await session.submit(orders.answer(task_id, window, parent=GRID, button="V2"))
        assert [r.path.rpartition("/")[2] for r in sandbox.posts] == ["action", "modal"]

    kept_story(tell, tmp_path, "plus")


_ROW = (
    "INSERT INTO submissions"
    " (service, path, digest, payload, parent, button, sent_at, state, submission)"
    " VALUES ('127.0.0.1', ?, ?, ?, ?, ?, '2025-10-09T08:53:20+00:00', 'ACCEPTED', ?)"
)


def test_a_press_with_an_answer_that_the_first_release_wrote_down_is_not_paid_for_again(
    tmp_path: Path,
) -> None:
    prompt = "a red fox --ar 16:9"

    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        task = await session.client.fetch(GRID)
        button = named(task, "V2")
        sent = {"taskId": GRID, "customId": button.custom_id, "enableRemix": True}
        # As it stands in libraries that people have: this text is never to change.
        written = json.dumps(
            {**sent, "window": {"prompt": prompt}}, sort_keys=True, separators=(",", ":")
        )
        known = hashlib.sha256(written.encode()).hexdigest()
        answer = json.dumps({"code": 1, "task_ids": ["1760000000000017"], "description": "ok"})
        with closing(sqlite3.connect(library.folder / "library.db")) as disk, disk:
            disk.execute(_ROW, ("submit/action", known, written, GRID, "V2", answer))

        submission = await session.press(task, button, ModalAnswer(prompt))

        assert submission.task_ids == ("1760000000000017",)
        assert submission.known_since is not None
        assert sandbox.posts == []

    kept_story(tell, tmp_path)
