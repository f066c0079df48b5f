"""No link leads to where a cloud's machines get their keys: not even from a service nearby."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web
from services import CANARY, answering, run, serving

import mj_widgets as mj
from attack.hostile import PNG, Hostile, Said
from mj_widgets.service.addresses import is_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

LINKS = [
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254.:80/",
    "http://169.254.170.2/v2/credentials",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.16689662/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://[fd20:ce::254]/",
    "http://[fe80::a9fe:a9fe]/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://METADATA.google.internal./computeMetadata/v1/",
    "http://instance-data/",
]
REFUSED = r"private network.*not followed, because clouds keep their machines' keys there"


@pytest.fixture
def proxy(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    """A proxy that would carry anything, to see what is asked of it."""
    monkeypatch.setenv("http_proxy", hostile.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    hostile.answers["/"] = Said(PNG)
    return hostile


async def download(service: str, link: str) -> bytes:
    async with mj.Client(service, CANARY) as client:
        return await client.download(link, attempts=1)


@pytest.mark.parametrize("link", LINKS)
def test_it_is_refused_however_it_is_written(hostile: Hostile, link: str) -> None:
    """The service is on this machine, so that other private addresses may be its own."""
    with pytest.raises(mj.ImageError, match=REFUSED):
        asyncio.run(download(hostile.url, link))


@pytest.mark.parametrize("link", LINKS)
def test_it_is_refused_through_a_proxy_as_well(proxy: Hostile, link: str) -> None:
    with pytest.raises(mj.ImageError, match=REFUSED):
        asyncio.run(download(proxy.url, link))
    assert proxy.paths == []


def test_a_redirect_does_not_lead_there_either(hostile: Hostile) -> None:
    for link in LINKS:
        hostile.answers["/moved.png"] = Said(b"", 302, headers={"Location": link})
        with pytest.raises(mj.ImageError, match=REFUSED):
            asyncio.run(download(hostile.url, f"{hostile.url}/moved.png"))


class Names:
    """Stands in for the name server."""

    def __init__(self, **addresses: list[str]) -> None:
        self.addresses = {name.replace("_", "."): found for name, found in addresses.items()}

    def __call__(self) -> Names:
        return self

    async def resolve(self, host: str, port: int = 0, _: int = 0) -> list[dict[str, Any]]:
        usual = {"hostname": host, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [usual | {"host": address} for address in self.addresses[host]]


def test_no_name_leads_there(monkeypatch: pytest.MonkeyPatch) -> None:
    near = ["10.0.0.7", "8.8.8.8"]
    for found in (["169.254.169.254"], ["8.8.8.8", "100.100.100.200"], ["fd00:ec2::254"]):
        names = Names(service_example=near, cdn_example=found)
        monkeypatch.setattr(aiohttp, "DefaultResolver", names)
        with pytest.raises(mj.ImageError, match=REFUSED):
            asyncio.run(download("http://service.example", "http://cdn.example/x.png"))


def test_a_service_that_is_there_itself_may_link_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mj_widgets.service.network.is_metadata", lambda host: host != "8.8.8.8")

    async def story() -> None:
        async with serving(answering(lambda: web.Response(body=PNG))) as service:
            assert await download(service.url, f"{service.url}/17.png") == PNG

    run(story())


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "10.0.0.1", "::1", "127.0.0.1", "fd00::1", "metadata.example", "cdn", ""]
)
def test_other_addresses_are_none_of_it(host: str) -> None:
    assert not is_metadata(host)
