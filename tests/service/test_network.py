"""What keeps a request from its service, in plain words."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import bodies
import pytest
import trustme
from aiohttp import web
from aiohttp.client_reqrep import ConnectionKey
from services import run

import mj_widgets as mj
from mj_widgets.service import orders
from mj_widgets.service.network import BUNDLES, reason_of
from service.support import unused_port


def test_a_host_that_no_look_up_takes_is_told_in_one_line() -> None:
    async def story() -> None:
        async with mj.Client(f"https://{'a' * 70}.example", "key") as client:
            with pytest.raises(mj.ServiceUnavailable, match="no name of a host") as caught:
                await client.send(orders.imagine("a tower"))
            assert not caught.value.maybe_sent

    run(story())


def lost(kind: type[aiohttp.ClientConnectorError], cause: OSError) -> Exception:
    """Return aiohttp's error about a connection that was never made."""
    key = ConnectionKey("host.example", 443, True, True, None, None, None)
    return kind(key, cause)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (lost(aiohttp.ClientConnectorError, OSError(errno.ECONNREFUSED, "x")), "refused"),
        (lost(aiohttp.ClientConnectorError, OSError(errno.EHOSTUNREACH, "x")), "be reached"),
        (lost(aiohttp.ClientConnectorError, OSError("something new")), "something new"),
        (lost(aiohttp.ClientConnectorDNSError, socket.gaierror(-2, "Name or")), "not known"),
        (
            lost(aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError(1, "self")),
            "certificate is not accepted",
        ),
        (lost(aiohttp.ClientConnectorSSLError, ssl.SSLError(1, "wrong")), "no secure connection"),
        (aiohttp.ConnectionTimeoutError("to host ssl:default"), "no answer in time"),
        (aiohttp.SocketTimeoutError("on reading"), "no answer in time"),
        (aiohttp.ClientOSError(errno.ECONNRESET, "x"), "connection was closed"),
        (aiohttp.ServerDisconnectedError(), "connection was closed"),
        (aiohttp.ClientPayloadError("<TransferEncodingError: 400>"), "answer broke off"),
    ],
)
def test_why_nothing_came_is_said_in_plain_words(error: Exception, reason: str) -> None:
    said = reason_of(error)
    assert reason in said
    for machine in ("ssl:default", "[", "Errno", "<", "host.example:443"):
        assert machine not in said


def test_a_service_that_does_not_answer_is_named_with_the_reason() -> None:
    async def story() -> None:
        url = f"http://127.0.0.1:{unused_port()}"
        async with mj.Client(url, "key") as client:
            with pytest.raises(mj.ServiceUnavailable) as caught:
                await client.fetch("17", attempts=1)
        assert str(caught.value) == (
            f"The service at {url} does not answer: connection refused. "
            "Is it running there? Check host and port in its address (MJ_API_URL or base_url)."
        )

    run(story())


def test_a_name_that_nobody_has_says_what_to_look_at() -> None:
    async def story() -> None:
        async with mj.Client("http://no-such-host.invalid", "key") as client:
            with pytest.raises(mj.ServiceUnavailable, match="spelling of its address") as caught:
                await client.send(orders.imagine("a tower"))
        assert not caught.value.maybe_sent
        assert "Nothing was submitted" in str(caught.value)

    run(story())


@pytest.mark.parametrize("host", ["256.1.1.1", "1.2.3"])
def test_a_number_that_is_no_address_is_asked_nothing(host: str) -> None:
    async def story() -> None:
        async with mj.Client(f"http://{host}", "key") as client:
            with pytest.raises(mj.ServiceUnavailable, match="spelling of its address") as caught:
                await client.send(orders.imagine("a tower"))
        assert (caught.value.maybe_sent, caught.value.lasting) == (False, True)

    run(story())


def test_a_proxy_that_is_not_there_is_what_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
        async with mj.Client("http://service.example", "key") as client:
            with pytest.raises(
                mj.ServiceUnavailable, match="the proxy cannot be reached"
            ) as caught:
                await client.fetch("17", attempts=1)
        assert "HTTPS_PROXY" in str(caught.value)

    run(story())


# -- certificates --------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)


@asynccontextmanager
async def secured(ca: trustme.CA, name: str = "localhost", days: int = 1) -> AsyncIterator[str]:
    """Serve one task over TLS under localhost, with a certificate for *name*."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ends = datetime.now(UTC) + timedelta(days=days)
    ca.issue_cert(name, not_after=ends).configure_cert(context)

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.json_response(bodies.RUNNING)

    app = web.Application()
    app.router.add_get("/{tail:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield f"https://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def refusal_at(url: str) -> mj.ServiceUnavailable:
    async with mj.Client(url, "key") as client:
        with pytest.raises(mj.ServiceUnavailable) as caught:
            await client.fetch("17")
        assert caught.value.lasting
        assert len(str(caught.value).splitlines()) == 1
        return caught.value


def test_a_certificate_that_nobody_trusts_says_which_variable_to_set() -> None:
    async def story() -> None:
        async with secured(trustme.CA()) as url:
            error = await refusal_at(url)
        assert "its certificate is not accepted, as it is signed by nobody" in error.what
        assert "SSL_CERT_FILE (or REQUESTS_CA_BUNDLE)" in error.advice

    run(story())


@pytest.mark.parametrize("variable", BUNDLES)
def test_what_a_variable_names_is_trusted(
    variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story() -> None:
        ca = trustme.CA()
        ca.cert_pem.write_to_path(str(tmp_path / "company.pem"))
        monkeypatch.setenv(variable, str(tmp_path / "company.pem"))
        async with secured(ca) as url, mj.Client(url, "key") as client:
            assert (await client.fetch("17")).progress == 46

    run(story())


def test_an_expired_certificate_and_one_of_another_host_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story() -> None:
        ca = trustme.CA()
        ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        async with secured(ca, days=-1) as url:
            assert "has expired" in (await refusal_at(url)).what
        async with secured(ca, "other.example") as url:
            error = await refusal_at(url)
        assert "is for another host" in error.what
        assert "base_url" in error.advice

    run(story())


def test_a_variable_that_names_no_file_is_what_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def story() -> None:
        monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "gone.pem"))
        async with secured(trustme.CA()) as url:
            error = await refusal_at(url)
        assert error.advice == "CURL_CA_BUNDLE names a file that is not there."

    run(story())
