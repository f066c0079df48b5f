"""What a page asks for is done in the background, and what goes wrong is said there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from services import run

import mj_widgets as mj
from mj_widgets.card.hearing import Hearing


async def refused(told: dict[str, Any]) -> None:
    raise mj.MjError("It cannot be", words=str(told["item"]))


async def broken(told: dict[str, Any]) -> None:
    raise KeyError(told["item"])


async def given_up(told: dict[str, Any]) -> None:
    raise asyncio.CancelledError(told["item"])  # by what it does, and not by the thread's end


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (refused, "It cannot be (“7”)."),
        (broken, "in mj-widgets itself"),
        (given_up, "in mj-widgets itself"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(work: Any, words: str) -> None:
    said: list[str] = []
    run(Hearing(said.append, lambda: False).guarded(work({"item": 7})))
    assert len(said) == 1
    assert words in said[0]


def test_nothing_is_said_where_nobody_is_any_more() -> None:
    said: list[str] = []
    run(Hearing(said.append, lambda: True).guarded(refused({"item": 7})))
    assert said == []
