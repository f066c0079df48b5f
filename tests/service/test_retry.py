"""What is tried again, how long that waits, and what comes of several things at once."""

from __future__ import annotations

import asyncio
import logging

import bodies
import pytest
from services import answering, run, serving
from tenacity import RetryCallState, Retrying

import mj_widgets as mj
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import retry as retrying
from mj_widgets.service.retry import together
from service.support import GRID, json_of

GROWING = retrying._growing


async def after(event: asyncio.Event, name: str) -> str:
    await event.wait()
    return name


def test_what_they_come_to_is_in_the_order_they_were_given() -> None:
    async def story() -> None:
        first, second = asyncio.Event(), asyncio.Event()
        asyncio.get_running_loop().call_soon(second.set)
        asyncio.get_running_loop().call_soon(first.set)
        assert await together([after(first, "a"), after(second, "b")]) == ["a", "b"]
        assert await together([]) == []

    run(story())


def test_the_first_error_is_raised_as_it_is_and_the_others_are_ended() -> None:
    async def story() -> None:
        never, ended = asyncio.Event(), asyncio.Event()

        async def endless() -> None:
            try:
                await never.wait()
            finally:
                ended.set()

        async def fails(name: str) -> None:
            raise LookupError(name)

        with pytest.raises(LookupError, match="one") as caught:
            await together([endless(), fails("one"), fails("two")])
        assert ended.is_set()
        assert caught.value.__context__ is None

    run(story())


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", ["500", "503", "429", "html", "cut", "408"])
def test_a_fetch_is_tried_again_when_that_may_help(fault: str) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.retry_after = 0
            sandbox.faults.next(fault, count=3)
            assert (await client.fetch(GRID)).succeeded
            assert sandbox.count("GET") == 4

    run(story())


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("500", mj.ServiceUnavailable),
        ("429", mj.RateLimited),
        ("html", mj.BadReply),
        ("cut", mj.ServiceUnavailable),
    ],
)
def test_a_fetch_gives_up_after_four_tries(fault: str, kind: type[mj.MjError]) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.retry_after = 0
            sandbox.faults.next(fault, count=9)
            with pytest.raises(kind):
                await client.fetch(GRID)
            # aiohttp asks once more by itself when a connection was lost
            assert sandbox.count("GET") == (8 if fault == "cut" else 4)

    run(story())


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("401", mj.Unauthorized),
        ("403", mj.Forbidden),
        ("404", mj.TaskNotFound),
        ("empty", mj.TaskNotFound),
        ("400", mj.ServiceUnavailable),
    ],
)
def test_what_no_waiting_will_mend_is_not_tried_again(fault: str, kind: type[mj.MjError]) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key", "bearer") as client:
            sandbox.faults.next(fault)
            with pytest.raises(kind) as caught:
                await client.fetch(GRID, attempts=1 if fault == "400" else 4)
            assert sandbox.count() == 1
            assert caught.value.status in (None, int(fault) if fault.isdigit() else 200)

    run(story())


def test_a_wait_that_the_service_asks_for_is_kept_and_said_aloud(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = [json_of({}, 429, **{"Retry-After": "0.24"}), json_of(bodies.RUNNING)]

    async def story() -> None:
        async with serving(answering(*answers)) as service, mj.Client(service.url) as client:
            await client.fetch("17")

    with caplog.at_level(logging.WARNING):
        run(story())
    assert "Trying again in 0.2 s." in caplog.text
    assert "HTTP 429" in caplog.text


def test_a_wait_that_is_too_long_is_left_to_the_caller() -> None:
    async def story() -> None:
        busy = json_of({}, 429, **{"Retry-After": "60"})
        async with serving(answering(busy)) as service, mj.Client(service.url) as client:
            with pytest.raises(mj.RateLimited) as caught:
                await client.fetch("17")
            assert caught.value.retry_after == 60
            assert len(service.paths) == 1

    run(story())


def test_several_waits_together_do_not_outlast_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        busy = json_of({}, 429, **{"Retry-After": "0.4"})
        monkeypatch.setattr(retrying, "_PATIENCE", 0.6)
        async with serving(answering(busy)) as service, mj.Client(service.url) as client:
            with pytest.raises(mj.RateLimited):
                await client.fetch("17")
            assert len(service.paths) == 2

    run(story())


def test_the_waits_of_four_tries_are_jittered_and_stay_below_ten_seconds() -> None:
    state = RetryCallState(Retrying(), None, (), {})
    sums = set()
    for _ in range(100):
        waits = []
        for state.attempt_number in (1, 2, 3):
            waits.append(retrying._back_off(state))
        assert all(wait >= 0 for wait in waits)
        sums.add(sum(waits))
    assert len(sums) == 100
    assert max(sums) <= 10


def test_what_is_insisted_on_is_asked_for_ever_further_apart_and_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async def story() -> None:
        monkeypatch.setattr(asyncio, "sleep", pause)
        told: list[tuple[str, float]] = []

        async def fail() -> None:
            raise mj.ImageError("half a picture", may_pass=True)

        with pytest.raises(mj.ImageError):
            await retrying.insisted(fail, lambda error, seconds: told.append((str(error), seconds)))
        assert told == [("half a picture.", seconds) for seconds in pauses]

    monkeypatch.setattr(retrying, "_growing", GROWING)
    run(story())
    lower, upper = (1, 2, 4, 8, 16), (2, 3, 5, 9, 16)
    assert all(low <= it <= high for low, it, high in zip(lower, pauses, upper, strict=True))
