"""Answers that go wrong as real ones were seen to: each kind of fault, on the wire."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import aiohttp
import brotli
import pytest
import trustme

from mj_widgets.sandbox import EXAMPLES, packing

from .support import World, button, in_world

FETCH = f"/mj/task/{EXAMPLES['finished']}/fetch"
IMAGINE = "/mj/submit/imagine"


def title(body: bytes) -> str:
    return body.decode().partition("<title>")[2].partition("</title>")[0]


def test_a_page_that_looks_for_robots_is_a_403() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("403-page", count=3)
        pages = [await w.get(FETCH) for _ in range(3)]
        assert {(page.status, page.headers["Content-Type"]) for page in pages} == {
            (403, "text/html; charset=utf-8")
        }
        assert [title(page.body) for page in pages] == [
            "Just a moment...",
            "Attention Required!",
            "403 Forbidden",
        ]

    in_world(story)


def test_too_large_a_body_is_refused_by_a_page_by_json_and_by_text() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("413", count=3, path="submit")
        replies = [await w.post(IMAGINE, {"prompt": "a"}) for _ in range(3)]
        kinds = [(reply.status, reply.headers["Content-Type"]) for reply in replies]
        assert kinds == [
            (413, f"{kind}; charset=utf-8")
            for kind in ("text/html", "application/json", "text/plain")
        ]
        assert len(w.sandbox.studio.tasks) == len(EXAMPLES)

    in_world(story)


def test_a_web_server_that_is_not_the_service_knows_no_such_address() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("404-page", count=2)
        text, page = await w.get(FETCH), await w.get(FETCH)
        assert (text.status, text.body) == (404, b"404 page not found")
        assert (page.status, title(page.body)) == (404, "404 Not Found")

    in_world(story)


@pytest.mark.parametrize("path", ["/v1/chat/completions/mj", "/a/b/mj", "/v1"])
def test_the_gateway_names_an_address_that_it_does_not_have(path: str) -> None:
    async def story(w: World) -> None:
        reply = await w.get(f"{path}/task/1/fetch")
        assert reply.status == 404
        assert reply.json["error"]["message"] == f"Invalid URL (GET {path}/task/1/fetch)"

    in_world(story)


def test_a_front_that_wants_a_login_answers_with_a_status_word() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("refused", count=3)
        replies = [await w.post(IMAGINE, {"prompt": "a"}) for _ in range(3)]
        assert [(reply.status, reply.json["status"]) for reply in replies] == [
            (200, "Unauthorized"),
            (200, "Fail"),
            (200, "error"),
        ]
        assert {tuple(reply.json) for reply in replies} == {("status", "message", "data")}
        w.sandbox.faults.next("423")
        locked = await w.get(FETCH)
        assert (locked.status, locked.json["code"]) == (423, "token_check")
        assert len(w.sandbox.studio.tasks) == len(EXAMPLES)

    in_world(story)


def test_a_redirect_leads_to_a_page_for_logging_in() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("redirect")
        async with w.session.get(
            w.sandbox.url + FETCH, headers=w.auth, allow_redirects=False
        ) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "/login")

    in_world(story)


def test_success_without_a_task() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("no-task", count=3)
        replies = [await w.get(FETCH) for _ in range(3)]
        assert [reply.json for reply in replies] == [
            {"code": 1, "message": "ok", "data": nothing} for nothing in (None, [], {})
        ]

    in_world(story)


def test_a_submission_without_an_id_has_happened() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("no-id", count=3, path="submit")
        replies = [(await w.post(IMAGINE, {"prompt": "a"})).json for _ in range(3)]
        assert {reply["code"] for reply in replies} == {1}
        assert [reply.get("result", "missing") for reply in replies] == [None, "", "missing"]
        made = list(w.sandbox.studio.tasks)[len(EXAMPLES) :]
        assert len(made) == 3
        assert replies[2]["taskId"] == made[2]

    in_world(story)


@pytest.mark.parametrize(("fault", "coding"), [("brotli", "br"), ("zstd", "zstd")])
def test_an_answer_is_packed_though_nobody_asked(fault: str, coding: str) -> None:
    async def story(w: World) -> None:
        plain = (await w.get(FETCH)).json
        w.sandbox.faults.next(fault)
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.get(
                w.sandbox.url + FETCH, headers=w.auth | {"Accept-Encoding": "gzip"}
            ) as answer,
        ):
            assert answer.headers["Content-Encoding"] == coding
            packed = await answer.read()
        assert json.dumps(plain, ensure_ascii=False).encode() in packed
        assert packed[:1] != b"{"

    in_world(story)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_what_is_packed_as_brotli_can_be_read(size: int) -> None:
    data = bytes(n % 251 for n in range(size))
    assert brotli.decompress(packing.brotli(data)) == data


def test_zstd_is_a_frame_of_stored_blocks() -> None:
    # Section 3.1.1 of RFC 8878: magic number, one segment with 4 bytes of size, blocks of 3 + n.
    assert packing.zstd(b"four") == bytes.fromhex("28b52ffd a0 04000000 210000") + b"four"


def test_the_gateway_needs_a_number_to_change_all_four() -> None:
    async def story(w: World) -> None:
        body: dict[str, object] = {"taskId": EXAMPLES["finished"], "action": "REROLL"}
        bare = (await w.post("/mj/submit/change", body)).json
        assert (bare["code"], bare["description"]) == (4, "index_is_required")
        assert (await w.post("/mj/submit/change", body | {"index": 1})).json["code"] == 1

    async def original(w: World) -> None:
        body = {"taskId": EXAMPLES["finished"], "action": "REROLL"}
        assert (await w.post("/mj/submit/change", body)).json["code"] == 1

    in_world(story, "dmx")
    in_world(original, "novicezk")


def test_trueai_says_nothing_to_a_cancel() -> None:
    async def story(w: World) -> None:
        task_id = w.sandbox.add_task(age=3)
        reply = await w.post(f"/mj/task/{task_id}/cancel")
        assert (reply.status, reply.body) == (200, b"")

    in_world(story, "trueai")


def test_trueai_has_a_sheet_in_videourl_and_a_picked_film_beside_its_parents_four() -> None:
    async def story(w: World) -> None:
        grid = await w.fetch(EXAMPLES["finished"])
        one = await w.press(grid, button(grid, "upsample::1"))
        film = await w.press(one, button(one, "animate_low"))
        assert (await w.get(film["videoUrl"])).headers["Content-Type"] == "image/png"
        assert film["videoUrl"] not in [video["url"] for video in film["videoUrls"]]
        assert film["imageUrls"] == film["videoUrls"]
        picked = await w.press(film, button(film, "video_virtual_upscale::2"))
        assert (await w.get(picked["imageUrl"])).headers["Content-Type"] == "video/mp4"
        assert len(picked["videoUrls"]) == 4
        assert picked["imageUrl"] == picked["videoUrl"] == picked["videoUrls"][1]["url"]

    in_world(story, "trueai", partner=True)


def test_webman_has_words_seconds_and_a_wrapper_of_its_own() -> None:
    async def story(w: World) -> None:
        task_id = (await w.post(IMAGINE, {"prompt": "a fox"})).json["result"]
        seen = []
        for _ in range(30):
            answer = await w.fetch(task_id)
            assert (answer["code"], answer["msg"]) == (0, "success")
            if answer["data"]["status"] not in seen:
                seen.append(answer["data"]["status"])
            w.clock.forward(0.5)
        assert seen == ["PENDING", "STARTED", "RUNNING", "FINISHED"]
        assert answer["data"]["submitTime"] == 1_760_000_000
        failed = await w.fetch(EXAMPLES["failed"])
        assert failed["data"]["status"] == "FAILED"
        assert (await w.fetch("5")) == {"code": 404, "msg": "没有这个任务", "data": None}

    in_world(story, "webman")


def test_a_certificate_lets_the_sandbox_speak_https(tmp_path: Path) -> None:
    company = trustme.CA()
    certificate = tmp_path / "sandbox.pem"
    company.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))

    async def story(w: World) -> None:
        assert w.sandbox.url.startswith("https://127.0.0.1:")
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await w.get(FETCH)
        trusting = ssl.create_default_context()
        company.configure_trust(trusting)
        async with w.session.get(w.sandbox.url + FETCH, headers=w.auth, ssl=trusting) as answer:
            body = await answer.json()
        assert body["imageUrl"].startswith(w.sandbox.url)

    in_world(story, certificate=certificate)
