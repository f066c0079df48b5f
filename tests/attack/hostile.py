"""A service that answers whatever a test tells it, in a thread, and writes down what it got."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web
from PIL import Image
from services import Service, file_of, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS = 60
KEY = "sk-aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA5cE7gI9kM3oQ6sU"
PNG = file_of(Image.new("RGB", (8, 8), "teal"))


@dataclass(frozen=True)
class Said:
    """One answer: the bytes as they are, or any value as JSON."""

    body: object = b""
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers = {"Content-Type": self.kind, **self.headers}
        return web.Response(body=body, status=self.status, headers=headers)


@dataclass
class Hostile:
    """What the service says, by how a path ends, and what came."""

    service: Service = field(repr=False)
    answers: dict[str, Said] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        return self.service.url

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return self.service.paths

    def task(self, task_id: str = "17", /, **fields: Any) -> str:
        """Let a finished task look like this from now on; returns its id."""
        usual = {"id": task_id, "action": "IMAGINE", "status": "SUCCESS", "progress": "100%"}
        usual["imageUrl"] = self.file("17.png", PNG)
        self.answers[f"/task/{task_id}/fetch"] = Said(usual | fields)
        return task_id

    def file(self, name: str, data: bytes) -> str:
        """Serve a file; returns its address."""
        self.answers[f"/{name}"] = Said(data, kind="image/png")
        return f"{self.url}/{name}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        said = (s for ending, s in self.answers.items() if request.path.endswith(ending))
        return next(said, Said({"code": 3, "description": "not found"}, 404)).response()


@contextmanager
def hostile() -> Iterator[Hostile]:
    """Run such a service until the block ends."""
    made: list[Hostile] = []
    begun, over, loop = threading.Event(), asyncio.Event(), asyncio.new_event_loop()

    async def story() -> None:
        async with serving(lambda request: made[0].answer(request)) as service:
            made.append(Hostile(service))
            begun.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(story()), daemon=True)
    thread.start()
    try:
        assert begun.wait(SECONDS)
        yield made[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(SECONDS)
        loop.close()
