"""What keeps a request from its service, in plain words."""

from __future__ import annotations

import errno
import socket
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from services import run

import mj_widgets as mj
from mj_widgets.service import orders
from mj_widgets.service.network import reason_of
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
            f"The service at {url} does not answer: connection refused. Try again later."
        )

    run(story())
