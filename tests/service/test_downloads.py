"""Getting pictures: byte for byte, within limits, and the token stays at home."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

import bodies
import pytest
from aiohttp import web
from PIL import Image
from services import CANARY, answering, file_of, run, serving, with_variables
from tenacity import wait_none

import mj_widgets as mj
from mj_widgets.pictures.images import Picture
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service import downloads, orders
from mj_widgets.service import network as guarding
from mj_widgets.service import retry as retrying

MEGABYTE = 1024 * 1024
DATA = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "_back_off", wait_none())


def moved(target: str, status: int = 302) -> Any:
    return lambda: web.Response(status=status, headers={"Location": target})


def refused(link: str, service: str, match: str, **wanted: Any) -> mj.ImageError:
    """Download *link* for a client of *service*; return the error that it ends with."""

    async def story() -> mj.ImageError:
        async with mj.Client(service, CANARY) as client:
            with pytest.raises(mj.ImageError, match=match) as caught:
                await client.download(link)
        for name, value in wanted.items():
            assert getattr(caught.value, name) == value
        assert len(str(caught.value).splitlines()) == 1
        assert CANARY not in with_variables(caught.value)
        return caught.value

    return run(story())


def test_a_picture_comes_byte_for_byte_under_its_signed_link() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            link = sandbox.put_file("a_b.png", DATA)
            assert link.endswith("&")
            assert await client.download(link) == DATA
            task = await client.fetch(EXAMPLES["finished"])
            assert (await client.download(task.image_url or "")).startswith(b"\x89PNG")
            with pytest.raises(mj.ImageError) as changed:
                await client.download(link[:-1])
            assert changed.value.expired

    run(story())


@pytest.mark.parametrize(
    "path", ["/a%20b.png?x=%26&", "/a.png?q=a+b%2Bc&y=%E7%81%AF", "/a//b.png?&&", "/%7Ea/'(b)!.png"]
)
def test_the_server_gets_the_link_as_it_was_signed(path: str) -> None:
    async def story() -> None:
        async with serving(answering(lambda: web.Response(body=DATA))) as cdn:
            async with mj.Client(cdn.url) as client:
                assert await client.download(cdn.url + path) == DATA
            assert cdn.paths == [path]

    run(story())


# -- the token stays at home -----------------------------------------------------------------------


def test_the_token_goes_to_the_services_own_origin_only() -> None:
    async def story() -> None:
        async with (
            serving(answering(lambda: web.Response(body=DATA))) as cdn,
            serving(answering(lambda: web.Response(body=DATA), moved(f"{cdn.url}/b"))) as service,
            mj.Client(service.url, CANARY) as client,
        ):
            assert await client.download(f"{service.url}/mj/image/17") == DATA
            assert service.headers[0]["authorization"] == f"Bearer {CANARY}"
            assert await client.download(f"{cdn.url}/a") == DATA
            assert await client.download(f"{service.url}/mj/image/18") == DATA
            assert len(cdn.headers) == 2
            assert CANARY not in repr(cdn.headers)
            assert not {"authorization", "mj-api-secret"} & {k for h in cdn.headers for k in h}

    run(story())


def test_what_an_image_host_says_is_shown_without_the_token() -> None:
    async def story() -> None:
        words = {"error": f"no such file for {CANARY}"}
        answer = answering(lambda: web.json_response(words, status=400))
        async with serving(answer) as service, mj.Client(service.url, CANARY) as client:
            with pytest.raises(mj.ImageError, match="no such file for") as caught:
                await client.download(f"{service.url}/mj/image/17")
            assert caught.value.words == "no such file for (token)"
            assert CANARY not in with_variables(caught.value)

    run(story())


@pytest.mark.parametrize(
    ("status", "part"),
    [(203, ""), (206, f"bytes 0-{len(DATA) - 1}/{len(DATA)}")],
)
def test_a_whole_picture_is_one_though_a_proxy_or_a_cache_has_touched_it(
    status: int, part: str
) -> None:
    async def story() -> None:
        headers = {"Content-Range": part} if part else {}
        whole = answering(lambda: web.Response(status=status, body=DATA, headers=headers))
        async with serving(whole) as cdn, mj.Client(cdn.url) as client:
            assert await client.download(f"{cdn.url}/a.png") == DATA

    run(story())


@pytest.mark.parametrize("part", ["", "bytes 0-99/200", "bytes 100-199/200", "bytes 0-99/*"])
def test_a_part_of_a_picture_is_not_taken_for_the_whole(part: str) -> None:
    async def story() -> None:
        answer = answering(
            lambda: web.Response(status=206, body=DATA[:100], headers={"Content-Range": part})
        )
        async with serving(answer) as cdn, mj.Client(cdn.url) as client:
            with pytest.raises(mj.ImageError, match="Only a part") as caught:
                await client.download(f"{cdn.url}/a.png", attempts=1)
            assert caught.value.may_pass

    run(story())


# -- what can go wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_link_that_has_died_says_that_a_fresh_one_may_help(status: int) -> None:
    async def story() -> None:
        gone = answering(
            lambda: web.Response(status=status, text="This content is no longer available.")
        )
        async with serving(gone) as cdn, mj.Client(cdn.url) as client:
            with pytest.raises(mj.ImageError, match="no longer available") as caught:
                await client.download(f"{cdn.url}/a.png")
            assert (caught.value.expired, caught.value.status) == (True, status)
            assert len(cdn.paths) == 1

    run(story())


@pytest.mark.parametrize("status", [202, 204, 425])
def test_a_picture_that_is_not_there_yet_is_told_so_and_comes(status: int) -> None:
    async def story() -> None:
        not_yet = lambda: web.Response(status=status)  # noqa: E731
        come = answering(not_yet, not_yet, lambda: web.Response(body=DATA))
        async with serving(come) as cdn, mj.Client(cdn.url) as client:
            with pytest.raises(mj.ImageError, match="not there yet") as caught:
                await client.download(f"{cdn.url}/a.png", attempts=1)
            assert (caught.value.may_pass, caught.value.expired) == (True, False)
            assert await client.download(f"{cdn.url}/a.png") == DATA

    run(story())


def test_an_expired_link_is_told_from_a_broken_one() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.next("expired")
            with pytest.raises(mj.ImageError) as caught:
                await client.download(sandbox.put_file("a.png", DATA))
            assert caught.value.expired

    run(story())


@pytest.mark.parametrize("fault", ["500", "429", "truncated-short"])
def test_a_download_is_tried_three_times_when_that_may_help(fault: str) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            link = sandbox.put_file("a.png", DATA)
            sandbox.faults.next(fault, count=2)
            assert await client.download(link) == DATA
            sandbox.faults.next(fault, count=3)
            with pytest.raises(mj.ImageError) as caught:
                await client.download(link)
            assert caught.value.may_pass
            assert not caught.value.expired
            assert sandbox.count() == 6

    run(story())


@pytest.mark.parametrize("status", [429, 503])
def test_an_image_host_says_how_long_to_stay_away(status: int) -> None:
    async def story() -> None:
        busy = answering(lambda: web.Response(status=status, headers={"Retry-After": "60"}))
        async with serving(busy) as cdn, mj.Client(cdn.url) as client:
            with pytest.raises(mj.ImageError) as caught:
                await client.download(f"{cdn.url}/a.png")
            assert caught.value.retry_after == 60
            assert len(cdn.paths) == 1

    run(story())


def test_a_picture_that_ends_cleanly_too_soon_is_found_when_it_is_opened() -> None:
    async def story() -> None:
        whole = file_of(Image.effect_noise((64, 64), 90))
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.next("truncated-clean")
            half = await client.download(sandbox.put_file("a.png", whole))
            assert half == whole[: len(whole) // 2]
            with pytest.raises(mj.ImageError, match="truncated"):
                Picture.from_bytes(half).decode()

    run(story())


def test_a_host_that_is_not_there_is_told_in_one_line() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    link = f"http://127.0.0.1:{port}/a.png"
    refused(link, "http://127.0.0.1:1", "127.0.0.1 cannot be downloaded", may_pass=True)


@pytest.mark.parametrize(
    "link", [f"http://{'a' * 70}.example/a.png", "http://me:{secret}@127.0.0.1:1/a.png"]
)
def test_a_link_that_cannot_be_asked_for_is_told_in_one_line(link: str) -> None:
    link = link.replace("{secret}", "hush-hush")
    error = refused(link, "http://127.0.0.1:1", "cannot be downloaded", may_pass=False)
    assert "hush-hush" not in str(error)


def test_a_file_that_says_it_is_larger_than_64_mb_is_not_downloaded() -> None:
    async def story() -> None:
        async def handler(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            response.content_length = 64 * MEGABYTE + 1
            await response.prepare(request)
            return response

        async with serving(handler) as cdn, mj.Client(cdn.url) as client:
            with pytest.raises(mj.ImageError, match="larger than 64 MB"):
                await client.download(f"{cdn.url}/a.png")
            assert len(cdn.paths) == 1

    run(story())


def test_a_file_that_grows_beyond_the_limit_is_dropped_on_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", MEGABYTE)
    sent = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            for _ in range(64):
                await response.write(bytes(MEGABYTE))
                sent += MEGABYTE
        except ConnectionError:
            pass
        return response

    async def story() -> None:
        async with serving(handler) as cdn, mj.Client(cdn.url) as client:
            with pytest.raises(mj.ImageError, match="larger than"):
                await client.download(f"{cdn.url}/a.png")

    run(story())
    assert sent < 64 * MEGABYTE


def test_a_small_answer_that_unpacks_to_a_large_one_is_dropped_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", MEGABYTE)

    def packed() -> web.Response:
        response = web.Response(body=bytes(20 * MEGABYTE))
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async def story() -> None:
        async with serving(answering(packed)) as cdn, mj.Client(cdn.url) as client:
            with pytest.raises(mj.ImageError, match="larger than"):
                await client.download(f"{cdn.url}/a.png")

    run(story())


# -- redirects -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("/b.png?x=%26&", "/b.png?x=%26&"),
        ("b.png", "/d/b.png"),
        ("?ex=1&", "/d/a.png?ex=1&"),
        ("/b.png?from=http://x.example/", "/b.png?from=http://x.example/"),
    ],
)
def test_a_redirect_is_followed_as_it_was_written(status: int, target: str, asked: str) -> None:
    async def story() -> None:
        answer = answering(moved(target, status), lambda: web.Response(body=DATA))
        async with serving(answer) as cdn, mj.Client(cdn.url) as client:
            assert await client.download(f"{cdn.url}/d/a.png") == DATA
            assert cdn.paths[1] == asked

    run(story())


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "file:/etc/passwd", "ftp://x/y", "data:image/png,x", "//["]
)
def test_a_redirect_leads_nowhere_but_to_the_web(target: str) -> None:
    async def story() -> None:
        async with serving(answering(moved(target))) as cdn, mj.Client(cdn.url) as client:
            with pytest.raises(mj.ImageError, match="not a web address"):
                await client.download(f"{cdn.url}/a.png")
            assert len(cdn.paths) == 1

    run(story())


def test_redirects_in_a_circle_come_to_an_end() -> None:
    async def story() -> None:
        for target in ("/a.png", "/b.png", ""):
            async with serving(answering(moved(target))) as cdn, mj.Client(cdn.url) as client:
                with pytest.raises(mj.ImageError, match="circles"):
                    await client.download(f"{cdn.url}/a.png")
                assert len(cdn.paths) <= 6

    run(story())


# -- private networks ------------------------------------------------------------------------------


class Names:
    """Stands in for the name server."""

    def __init__(self, **addresses: str) -> None:
        self.addresses = {name.replace("_", "."): a for name, a in addresses.items()}

    def __call__(self) -> Names:
        return self

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        if host not in self.addresses:
            raise OSError(f"no such name: {host}")
        address = self.addresses[host]
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": family or socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
        ]


def test_a_public_service_cannot_send_us_into_the_private_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = Names(service_example="8.8.8.8", cdn_example="127.0.0.1")
    monkeypatch.setattr(guarding.aiohttp, "DefaultResolver", names)

    async def story() -> None:
        async with serving(answering(lambda: web.Response(body=DATA))) as inside:
            port = inside.url.rsplit(":", 1)[1]
            async with mj.Client("http://service.example") as client:
                for host in ("10.0.0.1", "169.254.169.254", "[fd00::1]", "10.1", "cdn.example"):
                    with pytest.raises(mj.ImageError, match="private network"):
                        await client.download(f"http://{host}:{port}/a.png")
            assert inside.paths == []

    run(story())


def test_a_redirect_does_not_lead_into_the_private_network_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guarding, "is_private", lambda host: host.startswith("10."))

    async def story() -> None:
        answer = answering(moved("http://10.0.0.1/a.png"))
        async with serving(answer) as cdn, mj.Client(cdn.url) as client:
            client._transport._resolver._private = False
            with pytest.raises(mj.ImageError, match="private network"):
                await client.download(f"{cdn.url}/a.png")

    run(story())


def test_a_service_inside_the_private_network_may_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(service_example="10.0.0.7", cdn_example="127.0.0.1")
    monkeypatch.setattr(guarding.aiohttp, "DefaultResolver", names)

    async def story() -> None:
        async with serving(answering(lambda: web.Response(body=DATA))) as inside:
            port = inside.url.rsplit(":", 1)[1]
            async with mj.Client("http://service.example") as client:
                assert await client.download(f"http://cdn.example:{port}/a.png") == DATA

    run(story())


def test_a_service_whose_name_is_unknown_gives_an_image_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guarding.aiohttp, "DefaultResolver", Names())
    refused("http://10.0.0.1/a.png", "http://service.example", "cannot be downloaded")


def test_a_picture_at_localhost_is_looked_for_at_the_service() -> None:
    async def story() -> None:
        async with serving(answering(lambda: web.Response(body=DATA))) as service:
            async with mj.Client(f"{service.url}/mj-fast/mj", CANARY) as client:
                assert await client.download("http://localhost:3000/mj/image/17?a=1&") == DATA
            assert service.paths == ["/mj/image/17?a=1&"]
            assert service.headers[0]["authorization"] == f"Bearer {CANARY}"

    run(story())


# -- proxies ---------------------------------------------------------------------------------------


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set the variables that name proxies; without arguments there is none."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)

    def choose(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return choose


def test_a_proxy_is_used_for_the_service_and_for_its_pictures(
    monkeypatch: pytest.MonkeyPatch, proxied: Callable[..., None]
) -> None:
    names = Names(proxy_example="127.0.0.1", service_example="8.8.8.8")
    monkeypatch.setattr(guarding.aiohttp, "DefaultResolver", names)

    async def story() -> None:
        answer = answering(lambda: web.json_response(bodies.RUNNING))
        async with serving(answer) as proxy, mj.Client("http://service.example", CANARY) as client:
            port = proxy.url.rsplit(":", 1)[1]
            proxied(HTTP_PROXY=f"http://me:hush-hush@proxy.example:{port}")
            await client.fetch("17")
            await client.download("http://cdn.example/a.png?x=%26&")
            assert proxy.paths == [
                "http://service.example/mj/task/17/fetch",
                "http://cdn.example/a.png?x=%26&",
            ]
            assert [h.get("authorization") for h in proxy.headers] == [f"Bearer {CANARY}", None]
            assert all(h["proxy-authorization"].startswith("Basic ") for h in proxy.headers)

    run(story())


def test_through_a_proxy_a_private_address_is_refused_as_well(
    monkeypatch: pytest.MonkeyPatch, proxied: Callable[..., None]
) -> None:
    names = Names(service_example="8.8.8.8")
    monkeypatch.setattr(guarding.aiohttp, "DefaultResolver", names)
    proxied(HTTP_PROXY="http://127.0.0.1:1")
    refused("http://10.0.0.1/a.png", "http://service.example", "private network")


@pytest.mark.parametrize("exempt", ["", "service.example"])
def test_this_machine_and_what_is_exempt_is_reached_without_the_proxy(
    monkeypatch: pytest.MonkeyPatch, proxied: Callable[..., None], exempt: str
) -> None:
    names = Names(service_example="127.0.0.1")
    monkeypatch.setattr(guarding.aiohttp, "DefaultResolver", names)

    async def story() -> None:
        proxied(HTTP_PROXY="http://127.0.0.1:1", NO_PROXY=exempt)
        async with serving(answering(lambda: web.json_response(bodies.RUNNING))) as service:
            port = service.url.rsplit(":", 1)[1]
            async with mj.Client(f"http://{exempt or '127.0.0.1'}:{port}") as client:
                assert (await client.fetch("17", attempts=1)).id
                assert service.paths == ["/mj/task/17/fetch"]

    run(story())


def test_a_submission_that_a_proxy_refuses_to_carry_was_not_sent(
    proxied: Callable[..., None],
) -> None:
    async def story() -> None:
        async with serving(answering(lambda: web.Response(status=403))) as proxy:
            proxied(HTTPS_PROXY=proxy.url.replace("//", "//me:hush-hush@"))
            async with mj.Client("https://service.example", CANARY) as client:
                with pytest.raises(mj.ServiceUnavailable) as caught:
                    await client.send(orders.imagine("a tower"))
        assert not caught.value.maybe_sent
        assert "hush-hush" not in with_variables(caught.value)

    run(story())


@pytest.mark.parametrize(
    "link",
    [
        "data:image/png;base64," + base64.b64encode(DATA).decode(),
        "DATA:image/png;base64," + base64.urlsafe_b64encode(DATA).decode().rstrip("="),
        "data:;base64," + base64.encodebytes(DATA).decode(),
        "data:application/octet-stream," + quote_from_bytes(DATA),
    ],
)
def test_a_picture_in_the_link_itself_is_asked_of_nobody(link: str) -> None:
    async def story() -> None:
        async with serving(answering(lambda: web.Response(status=500))) as service:
            async with mj.Client(service.url, CANARY, offline=True) as client:
                assert await client.download(link) == DATA
            assert service.paths == []

    run(story())


@pytest.mark.parametrize(
    "link",
    ["data:image/png;base64", "data:image/png;base64,", "data:image/png;base64,!" + "A" * 5000],
)
def test_a_picture_in_the_link_that_cannot_be_read_is_said_in_few_words(link: str) -> None:
    error = refused(link, "https://service.example", "holds a picture that cannot be read")
    assert len(str(error)) < 120


def test_a_link_without_a_host_leads_to_the_service_and_to_no_private_address() -> None:
    async def story() -> None:
        served = answering(lambda: web.Response(body=DATA))
        async with serving(served) as service, mj.Client(service.url, CANARY) as client:
            for link in ("a.png", "files/a.png", service.url.removeprefix("http:") + "/b.png"):
                assert await client.download(link) == DATA
            assert service.paths == ["/a.png", "/files/a.png", "/b.png"]

    run(story())
    refused("//169.254.169.254/a.png", "https://93.184.216.34", "private network")
    refused("10.0.0.1/a.png", "https://93.184.216.34", "private network")
