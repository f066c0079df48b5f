"""A token goes to its service as it is meant, and is shown to nobody."""

from __future__ import annotations

import json
import traceback
from typing import Any
from urllib.parse import quote

import bodies
import pytest
from aiohttp import web
from services import CANARY, answering, run, serving, with_variables

import mj_widgets as mj
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import orders
from mj_widgets.service import transport as transport_module
from service.support import GRID, json_of, unused_port


def test_blanks_around_a_token_do_not_matter() -> None:
    async def story() -> None:
        async with Sandbox(token="key") as sandbox, mj.Client(sandbox.url, " key\n") as client:
            await client.fetch(GRID)

    run(story())


def test_a_token_with_a_line_break_inside_is_refused_in_one_line() -> None:
    with pytest.raises(mj.Unauthorized, match="line breaks") as caught:
        mj.Client("www.dmxapi.cn", f"{CANARY}\nX-Evil: 1")
    assert CANARY not in with_variables(caught.value)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 429, 500])
def test_a_token_that_a_service_repeats_in_its_words_is_not_shown(status: int) -> None:
    body = {"code": 4, "description": f"invalid key {CANARY}, ask for another"}

    async def story() -> None:
        async with (
            serving(answering(json_of(body, status))) as service,
            mj.Client(service.url, CANARY) as client,
        ):
            for ask in (client.fetch("17", attempts=1), client.send(orders.imagine("x"))):
                with pytest.raises(mj.MjError, match="invalid key") as caught:
                    await ask
                assert CANARY not in with_variables(caught.value)
                assert CANARY not in "".join(traceback.format_exception(caught.value))
                assert CANARY not in repr(vars(caught.value))

    run(story())


@pytest.mark.parametrize(
    "spell",
    [
        lambda key: json.dumps(key).replace("+", r"\u002B").replace("=", r"\u003d"),
        lambda key: json.dumps(key).replace("/", r"\/"),
        lambda key: json.dumps(json.dumps({"key": key}).replace("+", r"\u002b")),
        lambda key: json.dumps(quote(key, safe="")),
        lambda key: json.dumps(quote(key, safe="").replace("%2B", "%2b")),
        lambda key: json.dumps(key.replace("+", "&#43;").replace("/", "&#x2F;")),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_a_token_is_not_shown_however_a_service_spells_it(spell: Any, status: int) -> None:
    key = "CANARY+0123/4567+89=="
    body = '{"code": 4, "description": ' + spell(key) + "}"

    async def story() -> None:
        answer = answering(lambda: web.Response(status=status, text=body))
        async with serving(answer) as service, mj.Client(service.url, key) as client:
            with pytest.raises(mj.MjError, match=r"\(token\)") as caught:
                await client.fetch("17", attempts=1)
            assert "CANARY" not in f"{caught.value} {vars(client._transport)!r}"

    run(story())


def test_a_token_that_a_service_repeats_in_a_task_is_not_kept() -> None:
    async def story() -> None:
        body = bodies.RUNNING | {"properties": {"key": CANARY}}
        async with (
            serving(answering(json_of(body))) as service,
            mj.Client(service.url, CANARY) as client,
        ):
            assert CANARY not in repr((await client.fetch("17")).raw)

    run(story())


def test_no_repr_and_no_variable_of_a_traceback_shows_the_token() -> None:
    async def story() -> None:
        client = mj.Client(f"http://127.0.0.1:{unused_port()}", CANARY)
        assert CANARY not in f"{client!r} {vars(client)!r} {vars(client._transport)!r}"
        with pytest.raises(mj.ServiceUnavailable) as caught:
            await client.fetch("17", attempts=1)
        assert CANARY not in with_variables(caught.value)
        await client.close()

    run(story())
    with pytest.raises(mj.MjError) as caught:
        mj.Client("ftp://nowhere", CANARY)
    assert CANARY not in with_variables(caught.value)


def test_a_bug_inside_a_request_does_not_show_the_token_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(*_: Any) -> bytes:
        raise RuntimeError("a bug")

    async def story() -> None:
        monkeypatch.setattr(transport_module, "_read", broken)
        async with Sandbox() as sandbox, mj.Client(sandbox.url, CANARY) as client:
            with pytest.raises(RuntimeError) as caught:
                await client.fetch(GRID)
            assert "headers" in with_variables(caught.value)
            assert CANARY not in with_variables(caught.value)

    run(story())
