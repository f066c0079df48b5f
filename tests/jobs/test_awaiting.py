"""Awaiting a job or its card in all ways that asyncio has; what cannot be done is said."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from services import run

import mj_widgets as mj
from jobs.support import FAILED, GRID, RUNNING

on = pytest.mark.parametrize
Maker = Callable[[str], "mj.Job | mj.TaskWidget"]


@pytest.fixture(params=["job", "card"])
def made(request: pytest.FixtureRequest, session: mj.Session) -> Maker:
    """Makes the job or the card of a task."""
    return session.follow if request.param == "job" else mj.TaskWidget


async def as_task(made: Any) -> mj.Task:
    return await asyncio.create_task(made)  # type: ignore[no-any-return]


async def in_a_group(made: Any) -> mj.Task:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(made)
    return task.result()  # type: ignore[no-any-return]


async def gathered(made: Any) -> mj.Task:
    (task,) = await asyncio.gather(made)
    return task  # type: ignore[no-any-return]


async def with_a_limit(made: Any) -> mj.Task:
    return await asyncio.wait_for(made, 30)  # type: ignore[no-any-return]


async def waited_for(made: Any) -> mj.Task:
    done, _ = await asyncio.wait([asyncio.ensure_future(made)])
    return done.pop().result()  # type: ignore[no-any-return]


async def in_two_tasks_and_awaited(made: Any) -> mj.Task:
    first, second = asyncio.create_task(made), asyncio.create_task(made)
    assert await first == await second
    return await made  # type: ignore[no-any-return]


WAYS: list[Callable[[Any], Awaitable[mj.Task]]] = [
    as_task,
    in_a_group,
    gathered,
    with_a_limit,
    waited_for,
    in_two_tasks_and_awaited,
]


@on("way", WAYS)
def test_each_way_of_asyncio_gives_the_task(made: Maker, way: Any) -> None:
    assert run(way(made(GRID))).id == GRID


def test_it_can_be_all_that_a_script_runs(made: Maker) -> None:
    assert asyncio.run(made(GRID)).succeeded  # type: ignore[arg-type]


@on("way", [as_task, gathered, with_a_limit, waited_for])
def test_its_error_is_raised_there(made: Maker, way: Any) -> None:
    with pytest.raises(mj.TaskFailed):
        run(way(made(FAILED)))


def test_asyncio_says_itself_that_wait_takes_tasks(made: Maker) -> None:
    async def story() -> None:
        with pytest.raises(TypeError, match="use tasks explicitly"):
            await asyncio.wait([made(GRID)])  # type: ignore[type-var]

    run(story())


def test_a_task_that_is_cancelled_ends_alone(made: Maker) -> None:
    running = made(RUNNING)

    async def story() -> None:
        early, late = asyncio.create_task(running), asyncio.create_task(running)  # type: ignore[arg-type]
        early.cancel()
        await asyncio.sleep(0)
        late.cancel()
        for task in (early, late):
            with pytest.raises(asyncio.CancelledError):
                await task

    run(story())
    running.stop()
    with pytest.raises(mj.MjError, match="not watched any more"):
        running.wait(30)


@on("way", [pickle.dumps, copy.copy, copy.deepcopy, lambda made: pickle.dumps({"w": [made]})])
def test_why_it_cannot_be_copied_or_pickled_is_one_line(made: Maker, way: Any) -> None:
    with pytest.raises(mj.MjError, match=r"cannot be copied or pickled.+task_id") as caught:
        way(made(GRID))
    assert "\n" not in str(caught.value)
