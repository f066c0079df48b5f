"""What is left to spend: asked of the key itself, read, and never an error."""

from __future__ import annotations

import pytest
from aiohttp import web
from services import CANARY, run, serving
from sketches import sketching

import mj_widgets as mj
from mj_widgets.service.balance import Balance

on = pytest.mark.parametrize


@on(
    ("flavour", "words"),
    [
        ("dmx", "12.50 left"),
        ("trueai", "240 fast pictures left, relaxed ones without limit"),
        ("novicezk", None),
    ],
)
def test_each_family_of_services_is_asked_in_its_own_way(flavour: str, words: str | None) -> None:
    async def story() -> None:
        with sketching(flavour).in_thread() as sandbox:
            async with mj.Client(sandbox.url, CANARY) as client:
                balance = await client.balance()
        assert (balance.words if balance else None) == words

    run(story())


@on(
    ("usage", "home", "balance"),
    [
        ({"data": {"total_available": 250_000}}, {}, Balance(money=0.5)),
        ({"data": {"total_available": 1, "unlimited_quota": True}}, {}, None),
        ({"data": {"total_available": "many"}}, {"fastAvailableCount": 3}, Balance(fast=3)),
        ({"data": None}, {"fastAvailableCount": True}, None),
        ({"data": {"total_available": 10**400}}, {}, None),
        ([], {"relaxAvailableCount": -1}, Balance(relax=-1)),
        ({"code": 4, "description": "no"}, "<html>", None),
    ],
)
def test_an_odd_answer_tells_nothing(usage: object, home: object, balance: Balance | None) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        said = usage if request.path == "/api/usage/token" else home
        if isinstance(said, str):
            return web.Response(text=said, content_type="text/html")
        return web.json_response(said)

    async def story() -> None:
        async with serving(handler) as service, mj.Client(service.url, CANARY) as client:
            assert await client.balance() == balance
        assert service.paths[0] == "/api/usage/token"
        assert all(CANARY not in path for path in service.paths)

    run(story())


def test_a_service_that_is_gone_tells_nothing() -> None:
    async def story() -> None:
        async with mj.Client("http://127.0.0.1:9", CANARY) as client:
            assert await client.balance() is None

    run(story())
