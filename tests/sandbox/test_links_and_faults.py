"""Signed links, trouble on demand, and the log of it all."""

from __future__ import annotations

import asyncio
import gzip
import urllib.request

import aiohttp
import pytest

from mj_widgets.sandbox import EXAMPLES, Faults, Sandbox
from mj_widgets.sandbox.__main__ import main

from .support import World, in_world

FETCH = f"/mj/task/{EXAMPLES['finished']}/fetch"


def test_a_link_works_for_a_day() -> None:
    async def story(w: World) -> None:
        w.sandbox.add_task(task_id="1", age=12)
        url = (await w.fetch("1"))["imageUrl"]
        assert url.endswith("&")
        w.clock.forward(86_399)
        assert (await w.get(url)).status == 200
        w.clock.forward(1)
        late = await w.get(url)
        assert (late.status, late.body) == (404, b"This content is no longer available.")

    in_world(story)


def test_the_link_of_an_example_is_always_fresh() -> None:
    async def story(w: World) -> None:
        before = (await w.fetch(EXAMPLES["finished"]))["imageUrl"]
        assert (await w.fetch(EXAMPLES["finished"]))["imageUrl"] == before
        w.clock.forward(500_000)
        assert (await w.get(before)).status == 404
        assert (await w.get((await w.fetch(EXAMPLES["finished"]))["imageUrl"])).status == 200

    in_world(story)


def test_a_changed_link_is_forbidden() -> None:
    async def story(w: World) -> None:
        url = w.sandbox.put_file("a.png", b"bytes")
        assert (await w.get(url)).body == b"bytes"
        for changed in (
            url[:-1],
            url + "x=1",
            url.replace("&is=", "&amp;is="),
            url.replace("a.png", "b.png"),
            url.partition("?")[0],
            url.replace("?ex=", "?ex=f"),
            url.replace("&hm=", "&hm=0"),
        ):
            assert (await w.get(changed)).status == 403, changed

    in_world(story)


def test_a_picture_needs_no_token_but_the_log_knows_if_one_was_sent() -> None:
    async def story(w: World) -> None:
        url = w.sandbox.put_file("a.png", b"bytes")
        assert (await w.get(url, Accept="image/*")).status == 200
        assert (await w.get(url, Authorization="Bearer key")).status == 200
        assert [record.auth for record in w.sandbox.log] == ["none", "bearer"]
        assert "key" not in repr(w.sandbox.log)

    in_world(story)


def test_the_log_tells_submissions_from_the_rest() -> None:
    async def story(w: World) -> None:
        await w.get(FETCH)
        await w.post("/mj/submit/imagine", {"prompt": "a"}, Authorization="x")
        await w.post("/mj/task/list-by-condition", {"ids": []})
        assert [(r.body, r.status, r.auth) for r in w.sandbox.posts] == [
            ({"prompt": "a"}, 200, "bare")
        ]
        assert w.sandbox.count("GET", "fetch") == 1
        assert w.sandbox.count("POST") == 2

    in_world(story)


def test_ordered_faults_hit_the_next_matching_requests() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("500", count=2, path="fetch", skip=1)
        statuses = [(await w.get(FETCH)).status for _ in range(4)]
        assert statuses == [200, 500, 500, 200]
        w.sandbox.faults.next("html")
        page = await w.get(FETCH)
        assert (page.status, page.body[:15]) == (200, b"<!DOCTYPE html>")

    in_world(story)


def test_too_many_requests_say_when_to_come_back() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("429", count=20)
        replies = [await w.get(FETCH) for _ in range(20)]
        assert {r.status for r in replies} == {429}
        assert {r.headers["Retry-After"] for r in replies} == {"1"}
        assert {bool(r.body) for r in replies} == {True, False}

    in_world(story)


def test_a_cut_submission_has_happened() -> None:
    async def story(w: World) -> None:
        w.sandbox.faults.next("cut", path="imagine")
        before = len(w.sandbox.studio.tasks)
        with pytest.raises(aiohttp.ClientError):
            await w.post("/mj/submit/imagine", {"prompt": "a"})
        assert len(w.sandbox.studio.tasks) == before + 1
        assert len(w.sandbox.posts) == 1

    in_world(story)


def test_a_truncated_picture_ends_cleanly_or_too_soon() -> None:
    async def story(w: World) -> None:
        url = w.sandbox.put_file("a.png", b"x" * 1000)
        w.sandbox.faults.next("truncated-clean")
        half = await w.get(url)
        assert (half.status, len(half.body)) == (200, 500)
        assert "Content-Length" not in half.headers
        w.sandbox.faults.next("truncated-short")
        with pytest.raises(aiohttp.ClientPayloadError):
            await w.get(url)
        w.sandbox.faults.next("expired")
        assert (await w.get(url)).status == 404

    in_world(story)


def test_faults_by_chance_repeat_with_the_same_seed() -> None:
    def drawn(seed: int) -> list[str]:
        faults = Faults.parse("500=0.2, 429=0.1,html=0.1,expired=0.5", seed)
        return [faults.draw("GET", "/mj/task/1/fetch") for _ in range(200)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert set(drawn(1)) == {"", "500", "429", "html"}


@pytest.mark.parametrize("text", ["500", "500=2", "nonsense=0.1", "200=0.5", "=0.1"])
def test_faults_that_make_no_sense_are_named(text: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        Faults.parse(text)


def test_answers_are_compressed_for_those_who_accept_it() -> None:
    with Sandbox().in_thread() as sandbox:
        request = urllib.request.Request(
            sandbox.url + FETCH, headers={"Authorization": "x", "Accept-Encoding": "gzip"}
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert b"SUCCESS" in gzip.decompress(answer.read())


def test_a_busy_port_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox().in_thread() as sandbox:
        assert main(["--port", str(sandbox.port)]) == 1
    assert "mj-sandbox: " in capsys.readouterr().err
    assert main(["--faults", "x"]) == 2


def test_the_sandbox_knows_nothing_of_the_client() -> None:
    import subprocess
    import sys

    code = (
        "import sys, mj_widgets.sandbox;"
        "names = {n.split('.')[1] for n in sys.modules if n.startswith('mj_widgets.')};"
        "assert names == {'_version', 'sandbox'}, names; assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_stopping_twice_is_harmless() -> None:
    async def twice() -> None:
        sandbox = Sandbox()
        await sandbox.start()
        await sandbox.stop()
        await sandbox.stop()

    asyncio.run(twice())
