"""The network: why nothing came over it, and how we keep out of a private one."""

from __future__ import annotations

import errno
import socket
import ssl

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from mj_widgets.service.addresses import is_private

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
    """A host that is on a private network, while the service is on the public internet."""


class GuardedResolver(AbstractResolver):
    """Looks names up, and refuses those that lead from a public service into a private network.

    Args:
        service_host: where the service is, which may itself be on a private network.
    """

    def __init__(self, service_host: str) -> None:
        self._service_host = service_host
        self.proxies: set[str] = set()
        """Hosts that the user goes through, which may well be private."""
        self._private: bool | None = None

    async def refuse_private(self, host: str) -> None:
        """Refuse an address that is written as such: no name is looked up for it.

        Raises:
            PrivateAddressError: it is private, the service is not.
        """
        if is_private(host) and not await self._service_is_private():
            raise _refusal(host)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a name up; see ``refuse_private``."""
        found = await aiohttp.DefaultResolver().resolve(host, port, family)
        private = any(is_private(result["host"]) for result in found)
        if host == self._service_host:
            self._private = private
        elif private and host not in self.proxies and not await self._service_is_private():
            raise _refusal(host)
        return found

    async def close(self) -> None:
        """Nothing is kept open between look-ups."""

    async def _service_is_private(self) -> bool:
        if self._private is None:
            if is_private(self._service_host):
                self._private = True
            else:
                await self.resolve(self._service_host, 0)
        return bool(self._private)


def _refusal(host: str) -> PrivateAddressError:
    return PrivateAddressError(f"{host} is on a private network")


def reason_of(error: Exception) -> str:
    """Return why nothing came, in plain words."""
    inner = getattr(error, "os_error", None) or error
    for kind, reason in _REASONS.items():
        if isinstance(inner, kind):
            return reason
    return _REASON_BY_NUMBER.get(getattr(inner, "errno", None), str(inner) or type(inner).__name__)
