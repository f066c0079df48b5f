"""Shared by the sandbox's tests: a clock that stands still and a client without opinions."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp
from PIL import Image

from mj_widgets.sandbox import Sandbox

NOON = 1_760_000_000.0


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> dict:
        import json

        return json.loads(self.body)

    @property
    def image(self) -> Image.Image:
        return Image.open(io.BytesIO(self.body))


@dataclass
class World:
    sandbox: Sandbox
    clock: Clock
    session: aiohttp.ClientSession
    auth: dict[str, str]

    async def get(self, path: str, **headers: str) -> Reply:
        return await self._ask("GET", path, headers or self.auth)

    async def post(self, path: str, body: object = None, **headers: str) -> Reply:
        return await self._ask("POST", path, headers or self.auth, body)

    async def fetch(self, task_id: str) -> dict:
        return (await self.get(f"/mj/task/{task_id}/fetch")).json

    async def finished(self, path: str, body: object) -> dict:
        """Submit, let time pass, and fetch."""
        reply = await self.post(path, body)
        assert reply.status == 200, reply
        self.clock.forward(60)
        return await self.fetch(reply.json["result"])

    async def press(self, task: dict, custom_id: str) -> dict:
        body = {"taskId": task["id"], "customId": custom_id}
        return await self.finished("/mj/submit/action", body)

    async def _ask(self, method: str, path: str, headers: dict, body: object = None) -> Reply:
        from yarl import URL

        url = path if path.startswith("http") else self.sandbox.url + path
        async with self.session.request(
            method, URL(url, encoded=True), headers=headers, json=body
        ) as answer:
            return Reply(answer.status, await answer.read(), dict(answer.headers))


def in_world(
    story: Callable[[World], Awaitable[None]],
    flavour: str = "dmx",
    auth: dict[str, str] | None = None,
    **options: object,
) -> None:
    """Run a story in a fresh sandbox whose clock only the story moves."""

    async def run() -> None:
        clock = Clock()
        sandbox = Sandbox(flavour, clock=clock, **options)
        async with sandbox, aiohttp.ClientSession() as session:
            await story(World(sandbox, clock, session, auth or {"mj-api-secret": "any"}))

    asyncio.run(run())


def data_url(image: Image.Image, kind: str = "PNG") -> str:
    out = io.BytesIO()
    image.save(out, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(out.getvalue()).decode()}"


def button(task: dict, contains: str) -> str:
    return next(b["customId"] for b in task["buttons"] if contains in (b["customId"] or ""))
