"""What is left to spend: asked of the key itself, read, and never an error."""

from __future__ import annotations

import pytest
from aiohttp import web
from services import CANARY, run, serving
from sketches import sketching

import mj_widgets as mj
from mj_widgets.service.balance import Balance

on = pytest.mark.parametrize
SILENT = Balance(silence="This service does not tell what is left")


USAGE, HOME, BILLING = "/api/usage/token", "/mj/home", "/v1/dashboard/billing"


@on(
    ("flavour", "told"),
    [
        ("dmx", "12.50 left, 7.50 used"),
        ("newapi", "12.50 left, 7.50 used"),
        ("trueai", "240 fast pictures left, relaxed ones without limit"),
        ("onehub", "12.50 left, 7.50 used"),
        ("novicezk", SILENT.silence),
        ("plus", SILENT.silence),
        ("octopusx", SILENT.silence),
        ("webman", SILENT.silence),
    ],
)
def test_each_family_of_services_is_asked_in_its_own_way(flavour: str, told: str) -> None:
    async def story() -> None:
        with sketching(flavour, token=CANARY).in_thread() as sandbox:
            async with mj.Client(sandbox.url, CANARY) as client:
                assert str(await client.balance()) == told
                asked = [record.path for record in sandbox.log]
                assert all(path in (USAGE, HOME) or path.startswith(BILLING) for path in asked)
                # What is asked in passing decides nothing about the key.
                taken = await client.submit("submit/imagine", {"prompt": "a fox"})
                assert taken.task_ids

    run(story())


@on(
    ("usage", "home", "balance"),
    [
        ({"data": {"total_available": 250_000}}, {}, Balance(money=0.5)),
        ({"data": {"total_available": 1, "unlimited_quota": True}}, {}, Balance(unlimited=True)),
        ({"data": {"total_available": "many"}}, {"fastAvailableCount": 3}, Balance(fast=3)),
        ({"data": None}, {"fastAvailableCount": True}, SILENT),
        ({"data": {"total_available": 10**400}}, {}, SILENT),
        ([], {"relaxAvailableCount": -1}, Balance(relax=-1)),
        ({"code": 4, "description": "no"}, "<html>", SILENT),
    ],
)
def test_an_odd_answer_tells_nothing(usage: object, home: object, balance: Balance) -> None:
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
            told = await client.balance()
            assert told.words == ""
            assert told.silence.startswith("The service at http://127.0.0.1:9 does not answer")

    run(story())


def test_one_that_is_offline_says_so() -> None:
    async def story() -> None:
        async with mj.Client("http://127.0.0.1:9", CANARY, offline=True) as client:
            assert "offline" in repr(await client.balance())

    run(story())


def told_by(answers: dict[str, object]) -> Balance:
    """What is made of a service's answers, by path; 404 for all others."""

    async def handler(request: web.Request) -> web.StreamResponse:
        said = answers.get(request.path)
        return web.Response(status=404) if said is None else web.json_response(said)

    async def story() -> Balance:
        async with serving(handler) as service, mj.Client(service.url, CANARY) as client:
            return await client.balance()

    told: Balance = run(story())
    return told


@on(
    ("subscription", "usage", "words"),
    [
        ({"hard_limit_usd": 20.0}, {"total_usage": 750.0}, "12.50 left, 7.50 used"),
        (
            {"hard_limit_usd": 100000000, "access_until": 4102488000},
            {"total_usage": 1},
            "no limit on this key, 0.01 used; the key is good until 2100-01-01",
        ),
        (
            {"hard_limit_usd": 20, "access_until": 0},
            {"total_usage": 2100},
            "-1.00 left, 21.00 used",
        ),
        ({"hard_limit_usd": 20}, {"error": {"message": "no"}}, SILENT.silence),
        ({"error": {"message": "no"}}, {"total_usage": 1}, SILENT.silence),
        ({"hard_limit_usd": "20"}, {"total_usage": 1}, SILENT.silence),
    ],
)
def test_one_hub_tells_a_limit_and_what_is_used_in_hundredths(
    subscription: object, usage: object, words: str
) -> None:
    answers = {f"{BILLING}/subscription": subscription, f"{BILLING}/usage": usage}
    assert str(told_by(answers)) == words


def usage_of(**more: object) -> dict[str, object]:
    return {"/api/usage/token": {"code": True, "data": {"total_available": 6_250_000, **more}}}


def test_a_gateway_tells_what_was_used_until_when_and_for_what() -> None:
    told = told_by(
        usage_of(
            total_used=3_750_000,
            expires_at=4102488000,
            model_limits_enabled=True,
            model_limits={"mj_imagine": True, "mj_upscale": True, "gpt-5": False},
        )
    )
    assert repr(told) == (
        "<Balance: 12.50 left, 7.50 used; the key is good until 2100-01-01; "
        "it allows only mj_imagine, mj_upscale>"
    )


@on(
    ("limits", "allowed", "forbidden"),
    [
        ({"mj_imagine": True}, ["mj_imagine"], ["mj_video", "swap_face", "mj_upscale"]),
        (["mj_fast_imagine", "mj_relax_video"], ["mj_imagine", "mj_video"], ["mj_edits"]),
        ("mj_imagine,swap_face", ["swap_face", "mj_imagine"], ["mj_blend"]),
        (["mj-turbo"], ["mj_imagine"], ["mj_blend"]),
        (["gpt-5"], ["mj_imagine", "mj_blend"], []),
        ({}, ["mj_imagine"], []),
        (None, ["mj_imagine"], []),
        ([7, None, ""], ["mj_imagine"], []),
    ],
)
def test_which_actions_a_key_allows_is_read_however_it_is_written(
    limits: object, allowed: list[str], forbidden: list[str]
) -> None:
    told = told_by(usage_of(model_limits=limits))
    assert not any(told.forbids(action) for action in allowed)
    assert all(told.forbids(action) for action in forbidden)
    assert not told.forbids("")


def test_a_key_that_allows_hundreds_of_models_still_allows_the_last_of_them() -> None:
    names = [*(f"gpt-{n}" for n in range(500)), "mj_imagine", "mj_video"]
    told = told_by(usage_of(model_limits=dict.fromkeys(names, True)))
    assert not told.forbids("mj_video")
    assert told.forbids("mj_blend")


def test_a_list_of_actions_that_is_switched_off_forbids_nothing() -> None:
    told = told_by(usage_of(model_limits={"mj_imagine": True}, model_limits_enabled=False))
    assert not told.forbids("mj_video")
    assert "allows" not in str(told)
