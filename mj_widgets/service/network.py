"""The network: why nothing came over it, and how we keep out of a private one."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Sequence

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from mj_widgets.service.addresses import is_metadata, is_private

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


def reason_of(error: Exception) -> str:
    """Return why nothing came, in plain words."""
    inner = getattr(error, "os_error", None) or error
    for kind, reason in _REASONS.items():
        if isinstance(inner, kind):
            return reason
    return _REASON_BY_NUMBER.get(getattr(inner, "errno", None), str(inner) or type(inner).__name__)
