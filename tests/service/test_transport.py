"""One request: how it says who asks, what it takes for an answer, where it does not go."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import sys
from typing import Any

import bodies
import brotli
import pytest
from aiohttp import web
from services import CANARY, answering, run, serving

import mj_widgets as mj
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import orders
from mj_widgets.service import transport as transport_module
from service.support import FETCH, GRID, json_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@pytest.mark.parametrize(
    ("ending", "prefix"),
    [("", "/mj/"), ("/mj-fast", "/mj-fast/mj/"), ("/mj-relax/mj", "/mj-relax/mj/")],
)
def test_a_path_prefix_is_kept_for_every_request(ending: str, prefix: str) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url + ending, "key") as client:
            await client.fetch(GRID)
            await client.fetch_many([GRID, "17"])
            await client.send(orders.imagine("a tower"))
            assert [r.path for r in sandbox.log] == [
                f"{prefix}{FETCH}",
                f"{prefix}task/list-by-condition",
                f"{prefix}submit/imagine",
            ]

    run(story())


@pytest.mark.parametrize(
    ("flavour", "asked_with"),
    [
        ("dmx", ["bearer", "bearer", "bearer"]),
        ("plus", ["bearer", "bearer", "bearer"]),
        ("trueai", ["bearer", "secret", "secret", "secret"]),
        ("novicezk", ["bearer", "secret", "secret", "secret"]),
    ],
)
def test_how_a_service_wants_its_token_is_found_out_once(
    flavour: str, asked_with: list[str]
) -> None:
    async def story() -> None:
        async with (
            Sandbox(flavour, token="key") as sandbox,
            mj.Client(sandbox.url, "key") as client,
        ):
            for _ in range(3):
                assert (await client.fetch(GRID)).id == GRID
            assert [record.auth for record in sandbox.log] == asked_with

    run(story())


@pytest.mark.parametrize("auth", ["bearer", "secret"])
def test_a_chosen_way_to_send_the_token_is_the_only_one(auth: Any) -> None:
    async def story() -> None:
        async with Sandbox(token="key") as sandbox, mj.Client(sandbox.url, "wrong", auth) as client:
            with pytest.raises(mj.Unauthorized):
                await client.fetch(GRID)
            assert [record.auth for record in sandbox.log] == [auth]

    run(story())


def test_a_refused_token_is_tried_both_ways_and_nothing_is_remembered() -> None:
    async def story() -> None:
        async with Sandbox(token="key") as sandbox, mj.Client(sandbox.url, "wrong") as client:
            for _ in range(2):
                with pytest.raises(mj.Unauthorized, match="无效的令牌"):
                    await client.fetch(GRID)
            assert [r.auth for r in sandbox.log] == ["bearer", "secret"] * 2

    run(story())


@pytest.mark.parametrize(
    ("second", "kind"),
    [(429, mj.RateLimited), (503, mj.ServiceUnavailable), (403, mj.Unauthorized)],
)
def test_an_answer_that_tells_nothing_about_the_token_settles_nothing(
    second: int, kind: type[mj.MjError]
) -> None:
    async def story() -> None:
        answers = [json_of({}, 401), json_of({}, second), json_of(bodies.RUNNING)]
        async with serving(answering(*answers)) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.MjError) as caught:
                await client.fetch("17", attempts=1)
            assert type(caught.value) is kind
            await client.fetch("17")
            assert "authorization" in service.headers[2]

    run(story())


PAGE = "<title>Log in to the hotel's network</title>"


@pytest.mark.parametrize(
    "first",
    [
        lambda: web.Response(text=PAGE, content_type="text/html"),
        lambda: web.Response(text=PAGE, content_type="text/html", status=400),
        lambda: web.Response(status=302, headers={"Location": "/login"}),
        lambda: web.Response(status=404),
        lambda: web.json_response({"code": 404, "msg": "no such page"}, status=404),
        lambda: web.json_response({"error": {"message": "Invalid URL"}}, status=405),
        lambda: web.json_response({"code": 401, "description": "token?"}),
        lambda: web.json_response({"status": "Unauthorized", "message": "who?", "data": None}),
    ],
)
def test_an_answer_from_in_front_of_the_service_does_not_settle_it(first: Any) -> None:
    async def story() -> None:
        answers = [first, json_of({}, 401), json_of(bodies.RUNNING)]
        async with serving(answering(*answers)) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.MjError):
                await client.fetch("17", attempts=1)
            for _ in range(2):
                await client.fetch("17", attempts=1)
            assert ["mj-api-secret" in h for h in service.headers] == [False, False, True, True]

    run(story())


@pytest.mark.parametrize(
    "first",
    [
        lambda: web.Response(),
        lambda: web.json_response({"code": 4, "description": "task_no_found "}, status=400),
    ],
)
def test_what_only_the_service_answers_does(first: Any) -> None:
    async def story() -> None:
        answers = [first, json_of({}, 401)]
        async with serving(answering(*answers)) as service, mj.Client(service.url, "key") as client:
            for _ in range(2):
                with pytest.raises(mj.MjError):
                    await client.fetch("17", attempts=1)
            assert ["mj-api-secret" in h for h in service.headers] == [False, False]

    run(story())


def test_a_submission_turned_away_while_another_finds_that_out_is_sent_with_the_secret_too() -> (
    None
):
    async def story() -> None:
        has_come, is_found_out = asyncio.Event(), asyncio.Event()

        async def handle(request: web.Request) -> web.StreamResponse:
            if "mj-api-secret" in request.headers:
                return web.json_response({"code": 1, "result": "17"})
            if (await request.json())["prompt"].startswith("a hen"):
                has_come.set()
                await is_found_out.wait()
            return web.Response(status=401)

        async with serving(handle) as service, mj.Client(service.url, "key") as client:
            late = asyncio.create_task(client.send(orders.imagine("a hen")))
            await has_come.wait()
            await client.send(orders.imagine("a fox"))
            is_found_out.set()
            assert (await late).task_ids == ("17",)
            assert sum("mj-api-secret" in headers for headers in service.headers) == 2

    run(story())


def test_a_submission_that_401_turned_away_is_sent_with_the_secret() -> None:
    async def story() -> None:
        async with Sandbox("trueai", token="key") as sandbox:
            before = len(sandbox.studio.tasks)
            async with mj.Client(sandbox.url, "key") as client:
                assert len((await client.send(orders.imagine("a tower"))).task_ids) == 1
            assert [(r.auth, r.status) for r in sandbox.posts] == [("bearer", 401), ("secret", 200)]
            assert len(sandbox.studio.tasks) == before + 1

    run(story())


def test_without_a_token_none_is_sent() -> None:
    async def story() -> None:
        async with Sandbox("novicezk") as sandbox, mj.Client(sandbox.url) as client:
            await client.fetch(GRID)
            assert [record.auth for record in sandbox.log] == ["none"]

    run(story())


def test_an_answer_without_end_is_a_bad_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        monkeypatch.setattr(transport_module, "_MOST_REPLY_BYTES", 1000)
        long = json_of({"id": "17", "prompt": "x" * 100_000})
        async with serving(answering(long)) as service, mj.Client(service.url) as client:
            with pytest.raises(mj.BadReply, match="far too long"):
                await client.fetch("17")

    run(story())


def test_no_redirect_takes_a_request_elsewhere() -> None:
    async def story() -> None:
        moved = lambda: web.Response(status=302, headers={"Location": "/elsewhere"})  # noqa: E731
        async with serving(answering(moved)) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.BadReply, match="another address"):
                await client.fetch("17")
            assert len(service.paths) == 1

    run(story())


@pytest.mark.parametrize(
    ("status", "location", "named"),
    [
        (301, "https://new.example/mj/task/17/fetch?key=sk-1#x", "https://new.example/mj"),
        (308, "//new.example:8443/api/mj/task/17/fetch", "http://new.example:8443/api/mj"),
        (302, "https://u:p@hotel.example/login?next=%2Fmj", "https://hotel.example/login"),
        (307, f"https://new.example/{CANARY}/mj/task/17/fetch", "https://new.example/(token)/mj"),
        (302, "/login", "{HOST}/login"),
        (302, "http://[", ""),
        (302, "", ""),
    ],
)
def test_a_redirect_names_its_target_without_secrets(
    status: int, location: str, named: str
) -> None:
    async def story() -> None:
        moved = lambda: web.Response(status=status, headers={"Location": location})  # noqa: E731
        async with serving(answering(moved)) as service, mj.Client(service.url, CANARY) as client:
            with pytest.raises(mj.BadReply) as caught:
                await client.fetch("17")
            where = f", {named.replace('{HOST}', service.url)}" if named else ""
            what = f"The service sends us to another address{where} (HTTP {status})."
            assert str(caught.value).startswith(what)
            assert "base_url" in caught.value.advice
            for secret in ("sk-1", "u:p", CANARY, "next"):
                assert secret not in str(caught.value)
            assert len(service.paths) == 1

    run(story())


def packed_as(packing: str, body: bytes, status: int = 200) -> Any:
    headers = {"Content-Encoding": packing, "Content-Type": "application/json"}
    return lambda: web.Response(body=body, status=status, headers=headers)


@pytest.mark.parametrize(("packing", "pack"), [("br", brotli.compress), ("zstd", zstd.compress)])
def test_an_answer_packed_without_being_asked_is_read(packing: str, pack: Any) -> None:
    async def story() -> None:
        body = packed_as(packing, pack(json.dumps(bodies.RUNNING).encode()))
        async with serving(answering(body)) as service, mj.Client(service.url, "key") as client:
            assert (await client.fetch("17")).progress == 46

    run(story())


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip", "lz4"])
def test_an_answer_that_cannot_be_unpacked_is_told_in_one_plain_line(packing: str) -> None:
    async def story() -> None:
        body = packed_as(packing, b"\x00\x01\x02 not packed at all")
        async with serving(answering(body)) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.BadReply) as caught:
                await client.fetch("17")
            said = f"The service's answer is packed in a way that cannot be read ({packing})."
            assert str(caught.value).startswith(said)
            with pytest.raises(mj.ServiceUnavailable) as caught_again:
                await client.send(orders.imagine("a tower"))
            assert caught_again.value.maybe_sent
            assert len(service.paths) == 2

    run(story())


@pytest.mark.parametrize(
    ("packing", "pack"), [("br", brotli.compress), ("zstd", zstd.compress), ("gzip", gzip.compress)]
)
def test_the_first_half_of_a_packed_answer_does_not_say_that_there_is_no_task(
    packing: str, pack: Any
) -> None:
    async def story() -> None:
        packed = pack(json.dumps(bodies.RUNNING).encode())
        half = packed_as(packing, packed[:40])
        async with serving(answering(half)) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.MjError) as caught:
                await client.fetch("17", attempts=1)
            assert caught.value.may_pass
            assert not isinstance(caught.value, mj.TaskNotFound)
            with pytest.raises(mj.ServiceUnavailable) as caught_again:
                await client.send(orders.imagine("a tower"))
            assert caught_again.value.maybe_sent

    run(story())


@pytest.mark.parametrize(
    ("packing", "pack"), [("br", brotli.compress), ("zstd", zstd.compress), ("gzip", gzip.compress)]
)
def test_nothing_that_is_packed_is_nothing(packing: str, pack: Any) -> None:
    async def story() -> None:
        empty = packed_as(packing, pack(b""))
        async with serving(answering(empty)) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.TaskNotFound):
                await client.fetch("17")

    run(story())


def test_a_refusal_that_cannot_be_unpacked_is_still_one() -> None:
    async def story() -> None:
        body = packed_as("br", b"\x00\x01\x02 not packed at all", 403)
        async with serving(answering(body)) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.Forbidden):
                await client.fetch("17")

    run(story())


WITHOUT_LIBRARIES = """
import asyncio, sys
sys.modules.update(dict.fromkeys(("brotli", "brotlicffi", "backports.zstd", "compression.zstd")))
import mj_widgets as mj

async def ask():
    async with mj.Client(sys.argv[1], "key") as client:
        try:
            await client.fetch("17")
        except mj.BadReply as error:
            print(error)

asyncio.run(ask())
"""


def test_without_the_libraries_one_line_says_what_to_install() -> None:
    async def story() -> None:
        answer = packed_as("br", brotli.compress(b"{}"))
        async with serving(answering(answer)) as service:
            asking = await asyncio.create_subprocess_exec(
                sys.executable, "-c", WITHOUT_LIBRARIES, service.url, stdout=asyncio.subprocess.PIPE
            )
            said, _ = await asking.communicate()
        assert said.decode() == (
            "The service's answer is packed in a way that cannot be read here. "
            f"Run: pip install brotli backports.zstd{os.linesep}"
        )

    run(story())
