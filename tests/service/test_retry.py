"""Several things at once: what they come to, and what one that fails does to the others."""

from __future__ import annotations

import asyncio

import pytest
from services import run

from mj_widgets.service.retry import together


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
