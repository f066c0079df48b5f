"""Reads from disk: one visit for all who wait, each gets what is its own."""

from __future__ import annotations

import asyncio
import os
import threading

import pytest

from mj_widgets import background
from mj_widgets.account.lookups import Lookups
from mj_widgets.errors import LibraryError


def test_all_who_wait_at_once_are_served_in_one_thread_and_each_gets_its_own() -> None:
    lookups, threads = Lookups(), set()

    def read(number: int) -> int:
        threads.add(threading.get_ident())
        return number

    async def all_found() -> list[int]:
        return await asyncio.gather(
            *(lookups.look(lambda number=number: read(number)) for number in range(1000))
        )

    assert background.run(all_found()) == list(range(1000))
    assert len(threads) < 8
    assert threading.get_ident() not in threads


def test_what_cannot_be_read_is_told_to_those_who_asked_for_it_alone() -> None:
    lookups = Lookups()

    def fail() -> str:
        raise LibraryError("The library is locked")

    async def both() -> tuple[object, ...]:
        return tuple(
            await asyncio.gather(
                lookups.look(fail), lookups.look(lambda: "a row"), return_exceptions=True
            )
        )

    refused, row = background.run(both())
    assert isinstance(refused, LibraryError)
    assert row == "a row"
    assert background.run(lookups.look(lambda: "the next")) == "the next"


def test_who_goes_before_it_is_read_keeps_nobody_waiting() -> None:
    lookups, may_read = Lookups(), threading.Event()

    async def story() -> str:
        gone = asyncio.ensure_future(lookups.look(may_read.wait))
        stays = asyncio.ensure_future(lookups.look(lambda: "a row"))
        await asyncio.sleep(0)  # both have asked
        gone.cancel()
        may_read.set()
        return await stays

    assert background.run(story()) == "a row"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")
def test_a_process_forked_while_something_is_read_reads_by_itself() -> None:
    lookups, is_reading, may_read = Lookups(), threading.Event(), threading.Event()

    def read() -> str:
        is_reading.set()
        may_read.wait()
        return "here"

    async def begin() -> None:
        begun.append(asyncio.ensure_future(lookups.look(read)))

    begun: list[asyncio.Future[str]] = []
    background.run(begin())
    assert is_reading.wait(60)
    child = os.fork()
    if not child:
        found = background.run(lookups.look(lambda: "there"))
        os._exit(0 if found == "there" else 1)
    may_read.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    async def end() -> str:
        return await begun[0]

    assert background.run(end()) == "here"
