"""The network: why nothing came over it, and how we keep out of a private one."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from mj_widgets.errors import ITS_ADDRESS
from mj_widgets.service.addresses import is_metadata, is_private

if TYPE_CHECKING:
    from yarl import URL

BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file (or a folder) with the certificates of whom to trust."""


@dataclass(frozen=True)
class Trouble:
    """Why nothing came over the network."""

    reason: str
    advice: str = ""
    """What a person can do, as far as that is known."""
    lasting: bool = False
    """True when no waiting will mend it."""


_PROXY = "Check the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY."
_LOOK_AT_IT = f"Is it running there? Check host and port in {ITS_ADDRESS}."
_SPELLING = f"Check the spelling of {ITS_ADDRESS}, and this computer's network."
# The first that fits.
_TROUBLES: dict[type[Exception], Trouble] = {
    aiohttp.InvalidURL: Trouble("its host is none", _SPELLING, lasting=True),
    TimeoutError: Trouble("no answer in time"),
    socket.gaierror: Trouble("its name is not known", _SPELLING),
    UnicodeError: Trouble("its name is no name of a host", f"Check {ITS_ADDRESS}.", lasting=True),
    ssl.SSLError: Trouble(
        "no secure connection can be made",
        f"Check {ITS_ADDRESS}: is it https:// there, or http://?",
    ),
    aiohttp.ServerDisconnectedError: Trouble("the connection was closed"),
    aiohttp.ClientPayloadError: Trouble("the answer broke off"),
}
# aiohttp's own classes keep the number alone.
_BY_NUMBER: dict[object, Trouble] = {
    errno.ECONNREFUSED: Trouble("connection refused", _LOOK_AT_IT),
    errno.ECONNRESET: Trouble("the connection was closed"),
    errno.EPIPE: Trouble("the connection was closed"),
    errno.ENETUNREACH: Trouble("the network cannot be reached", "Is this computer online?"),
    errno.EHOSTUNREACH: Trouble("the host cannot be reached", _LOOK_AT_IT),
}
_RENEW = "Its operator has to renew it; or is this computer's clock wrong?"
_CLOCK = "Is this computer's clock wrong?"
_OTHER_HOST = f"Check {ITS_ADDRESS}: the certificate names the right host."
# OpenSSL's numbers: X509_V_ERR_... of x509_vfy.h.
_BY_VERDICT: dict[object, tuple[str, str]] = {
    9: ("is not valid yet", _CLOCK),
    10: ("has expired", _RENEW),
    62: ("is for another host", _OTHER_HOST),
    64: ("is for another host", _OTHER_HOST),
}


class PrivateAddressError(OSError):
    """A host that no link of a service may lead to; the text says why, on one line."""


class GuardedResolver(AbstractResolver):
    """Looks names up, and refuses those that lead from a public service into a private network.

    From no service does one lead to where a cloud gives its machines their keys.

    Args:
        service_host: where the service is, which may itself be on a private network.
    """

    def __init__(self, service_host: str) -> None:
        self._service_host = service_host
        self.proxies: set[str] = set()
        """Hosts that the user goes through, which may well be private."""
        self._private: bool | None = None
        self._is_metadata = False

    async def refuse_private(self, host: str) -> None:
        """Refuse an address that is written as such: no name is looked up for it.

        Raises:
            PrivateAddressError: it is private, the service is not; or it is a cloud's own.
        """
        await self._refuse([host])

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a name up; see ``refuse_private``."""
        found = await aiohttp.DefaultResolver().resolve(host, port, family)
        hosts = [host, *(result["host"] for result in found)]
        if host == self._service_host:
            self._note_service(hosts)
        elif host not in self.proxies:
            await self._refuse(hosts)
        return found

    async def close(self) -> None:
        """Nothing is kept open between look-ups."""

    async def _refuse(self, hosts: Sequence[str]) -> None:
        is_near, is_cloud = any(map(is_private, hosts)), any(map(is_metadata, hosts))
        if not is_near and not is_cloud:
            return
        if self._private is None:
            if is_private(self._service_host):
                self._note_service([self._service_host])
            else:
                await self.resolve(self._service_host, 0)
        if is_cloud and not self._is_metadata:
            raise PrivateAddressError("clouds keep their machines' keys there")
        if is_near and not self._private:
            raise PrivateAddressError("the service itself is on the public internet")

    def _note_service(self, hosts: Sequence[str]) -> None:
        self._private = any(map(is_private, hosts))
        self._is_metadata = any(map(is_metadata, hosts))


def trouble_of(error: Exception) -> Trouble:
    """Return why nothing came, in plain words, and what to do about it."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return Trouble(f"the proxy refuses it (HTTP {error.status})", _PROXY)
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return Trouble(f"the proxy cannot be reached: {_common(inner).reason}", _PROXY)
    if isinstance(inner, ssl.SSLCertVerificationError):
        return _distrust(inner)
    return _common(inner)


def reason_of(error: Exception) -> str:
    """Return why nothing came, in plain words."""
    return trouble_of(error).reason


async def trust(url: URL) -> ssl.SSLContext | bool:
    """Return what *url*'s certificate is held against: all this computer trusts, and the BUNDLES.

    SSL_CERT_FILE alone is read by OpenSSL, in place of the system's own. The others are what the
    users of requests and curl have set in a company's network.
    """
    named = tuple((path, path.stat().st_mtime) for path in _bundles().values() if path.exists())
    if url.scheme != "https" or not named:
        return True  # aiohttp's own, which is made once
    return await asyncio.to_thread(_trust_in, named)  # hundreds of certificates take a while


@lru_cache(maxsize=4)  # connections are kept by what their certificate was held against
def _trust_in(named: tuple[tuple[Path, float], ...]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    for path, _ in named:
        with suppress(OSError):  # no certificate in it: the next refusal says what is missing
            if path.is_dir():
                context.load_verify_locations(capath=path)
            else:
                context.load_verify_locations(cafile=path)
    return context


def _bundles() -> dict[str, Path]:
    return {name: Path(path) for name in BUNDLES if (path := os.environ.get(name))}


def _distrust(error: ssl.SSLCertVerificationError) -> Trouble:
    fallback = ("is signed by nobody that this computer trusts", _trust_advice())
    verdict, advice = _BY_VERDICT.get(getattr(error, "verify_code", None), fallback)
    return Trouble(f"its certificate is not accepted, as it {verdict}", advice, lasting=True)


def _trust_advice() -> str:
    for name, path in _bundles().items():
        if not path.exists():
            return f"{name} names a file that is not there."
    return (
        "A company's network and a service of one's own have a certificate (CA) to trust: set the "
        "variable SSL_CERT_FILE (or REQUESTS_CA_BUNDLE) to its file, and start Jupyter again."
    )


def _common(error: Exception) -> Trouble:
    for kind, trouble in _TROUBLES.items():
        if isinstance(error, kind):
            return trouble
    unknown = Trouble(str(error) or type(error).__name__)
    return _BY_NUMBER.get(getattr(error, "errno", None), unknown)
