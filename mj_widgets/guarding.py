"""Keeping a public service from sending us into the private network."""

from __future__ import annotations

import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from mj_widgets.addresses import is_private


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
