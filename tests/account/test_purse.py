"""What is left and what the key allows: asked once at a time, said before and after a refusal."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from PIL import Image
from services import CANARY, run, serving
from sketches import sketching

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.jobs import start
from mj_widgets.models.button import Button
from mj_widgets.sandbox import EXAMPLES, Sandbox, Sketches
from mj_widgets.sandbox.decisions import Answer
from mj_widgets.service import orders
from mj_widgets.service.actions import actions_of

on = pytest.mark.parametrize
QUOTA = {"code": 4, "description": "quota_not_enough ", "type": "upstream_error"}
FORBIDDEN = {"error": {"message": "该令牌无权访问模型 mj_imagine", "type": "new_api_error"}}


class Gateway:
    """A gateway that refuses each submission, and tells of the key what a test says."""

    def __init__(self, refusal: dict[str, Any], status: int, usage: dict[str, Any] | None) -> None:
        self.refusal, self.status, self.usage = refusal, status, usage
        self.asked = self.posts = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            self.posts += 1
            return web.json_response(self.refusal, status=self.status)
        self.asked += request.path == "/api/usage/token"
        if self.usage is None or request.path != "/api/usage/token":
            return web.Response(status=404)
        await asyncio.sleep(0)
        return web.json_response({"code": True, "data": self.usage})


async def refused(account: Account, prompt: str = "a fox") -> str:
    with pytest.raises(mj.MjError) as caught:
        await account.submit(orders.imagine(prompt))
    return str(caught.value)


def test_a_quota_that_is_used_up_says_what_is_left_and_a_sweep_asks_that_once() -> None:
    gateway = Gateway(QUOTA, 400, {"total_available": 0, "total_used": 10_000_000})

    async def story() -> None:
        async with serving(gateway.answer) as service:
            account = Account(service.url, CANARY)
            said = await asyncio.gather(*(refused(account, f"fox {n}") for n in range(5)))
            said.append(await refused(account, "fox 6"))
            await account.client.close()
        for line in said:
            assert line.endswith(
                "Top up the account at the service. It says: 0.00 left, 20.00 used. "
                "mj.balance() asks what is left."
            )
        assert (gateway.asked, gateway.posts) == (1, 6)

    run(story())


def test_where_the_service_tells_nothing_the_advice_is_whole_without_it() -> None:
    gateway = Gateway(QUOTA, 400, None)

    async def story() -> None:
        async with serving(gateway.answer) as service:
            account = Account(service.url, CANARY)
            assert (await refused(account)).endswith(
                "Top up the account at the service. mj.balance() asks what is left."
            )
            await account.client.close()

    run(story())


def test_whoever_asks_meanwhile_gets_the_same_answer() -> None:
    gateway = Gateway(QUOTA, 400, {"total_available": 500_000})

    async def story() -> None:
        async with serving(gateway.answer) as service:
            account = Account(service.url, CANARY)
            told = await asyncio.gather(*(account.purse.ask() for _ in range(4)))
            assert {each.words for each in told} == {"1.00 left"}
            assert gateway.asked == 1
            await account.purse.ask()
            assert gateway.asked == 2
            await account.client.close()

    run(story())


LIMITED = {"total_available": 500_000, "model_limits": {"mj_blend": True, "mj_video": True}}


def test_what_the_key_does_not_allow_is_doubted_once_refused_and_sent_all_the_same() -> None:
    gateway = Gateway(FORBIDDEN, 403, LIMITED)
    doubt = "The service may refuse this: the actions that this key allows have no mj_imagine."

    async def story() -> None:
        async with serving(gateway.answer) as service:
            account = Account(service.url, CANARY)
            assert account.purse.doubt(orders.imagine("a fox")) == ""
            assert (await refused(account)).endswith(doubt)  # it has been asked by then
            assert account.purse.doubt(orders.imagine("a fox")) == doubt
            assert (
                account.purse.doubt(orders.blend(["https://a.example/1", "https://a.example/2"]))
                == ""
            )
            assert (await refused(account)).endswith(doubt)
            assert gateway.posts == 2
            await account.client.close()

    run(story())


def test_a_job_says_it_before_the_answer_comes() -> None:
    gateway = Gateway(FORBIDDEN, 403, LIMITED)

    async def story() -> None:
        async with serving(gateway.answer) as service:
            session = mj.Session(service.url, CANARY)
            await asyncio.to_thread(session.balance)
            job = session.begin(mj_start("a fox"))
            told: list[str] = []
            job.on_change(lambda state: told.append(state.notice.text))
            told.insert(0, job.state.notice.text)
            with pytest.raises(mj.Forbidden):
                await job
            assert any(text.startswith("The service may refuse this") for text in told)

    run(story())


def test_a_press_that_may_be_refused_says_so_until_it_is_taken() -> None:
    limits = {"data": {"total_available": 500_000, "model_limits": {"mj_imagine": True}}}
    with Sandbox(speed=1e6, kitchen=Sketches()).in_thread() as sandbox:
        sandbox.flavour.balance = (  # type: ignore[method-assign]
            lambda path: Answer(200, limits) if path == "/api/usage/token" else None
        )
        session = mj.Session(sandbox.url, CANARY)
        assert session.balance().actions == ("mj_imagine",)
        grid = session.follow(EXAMPLES["finished"])
        grid.wait(30)
        told: list[str] = []
        grid.on_change(lambda state: told.append(state.notice.text))
        grid.press("V2").wait(30)
        assert any(
            text == "V2 – The service may refuse this: the actions that this key allows have no "
            "mj_variation."
            for text in told
        )
        assert grid.state.notice.text == ""
        assert len(sandbox.posts) == 1


def test_uploads_that_the_key_does_not_allow_are_doubted_and_said_with_the_refusal() -> None:
    doubt = "The service may refuse this: the actions that this key allows have no mj_upload."
    begun = start.imagine("a fox", style=Image.new("RGB", (32, 32)))
    with sketching("newapi", models=("mj_imagine",)).in_thread() as sandbox:
        session = mj.Session(sandbox.url, CANARY)
        assert session.balance().actions == ("mj_imagine",)
        assert session.account.purse.doubt(begun.order) == doubt
        with pytest.raises(mj.Forbidden) as refused:
            session.begin(begun).wait(30)
        assert str(refused.value).endswith(doubt)
        assert sandbox.posts == []
        at_an_address = start.imagine("a fox", style="https://a.example/b.png")
        assert session.account.purse.doubt(at_an_address.order) == ""
        assert session.begin(at_an_address).wait(30).succeeded


def mj_start(prompt: str) -> Any:
    return start.imagine(prompt)


@on(
    ("custom_id", "action"),
    [
        ("MJ::JOB::upsample::2::h", "mj_upscale"),
        ("MJ::JOB::upsample_v7_2x_subtle::1::h::SOLO", "mj_upscale"),
        ("MJ::JOB::variation::1::h", "mj_variation"),
        ("MJ::JOB::low_variation::1::h::SOLO", "mj_low_variation"),
        ("MJ::JOB::high_variation::1::h::SOLO", "mj_high_variation"),
        ("MJ::JOB::pan_left::1::h::SOLO", "mj_pan"),
        ("MJ::JOB::reroll::0::h::SOLO", "mj_reroll"),
        ("MJ::Outpaint::50::1::h::SOLO", "mj_zoom"),
        ("MJ::CustomZoom::h", "mj_custom_zoom"),
        ("MJ::Inpaint::1::h::SOLO", "mj_inpaint"),
        ("MJ::JOB::animate_low::1::h::SOLO", ""),
    ],
)
def test_a_press_has_the_name_that_gateways_have_for_it(custom_id: str, action: str) -> None:
    assert actions_of(orders.press("17", Button(custom_id=custom_id))) == (action,)
