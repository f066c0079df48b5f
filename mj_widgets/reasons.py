"""Why nothing came over the network, in plain words."""

from __future__ import annotations

import errno
import socket
import ssl

import aiohttp

# The first that fits.
_REASONS: dict[type[Exception], str] = {
    TimeoutError: "no answer in time",
    socket.gaierror: "its name is not known",
    UnicodeError: "its name is no name of a host",
    ssl.SSLCertVerificationError: "its certificate is not accepted",
    ssl.SSLError: "no secure connection can be made",
    aiohttp.ServerDisconnectedError: "the connection was closed",
    aiohttp.ClientPayloadError: "the answer broke off",
}
# aiohttp's own classes keep the number alone.
_REASON_BY_NUMBER: dict[object, str] = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "the connection was closed",
    errno.EPIPE: "the connection was closed",
    errno.ENETUNREACH: "the network cannot be reached",
    errno.EHOSTUNREACH: "the host cannot be reached",
}


def reason_of(error: Exception) -> str:
    """Return why nothing came, in plain words."""
    inner = getattr(error, "os_error", None) or error
    for kind, reason in _REASONS.items():
        if isinstance(inner, kind):
            return reason
    return _REASON_BY_NUMBER.get(getattr(inner, "errno", None), str(inner) or type(inner).__name__)
