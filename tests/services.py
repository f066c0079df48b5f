"""Small services and small helpers that the tests of the lower floors share."""

from __future__ import annotations

import asyncio
import io
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web
from PIL import Image

if TYPE_CHECKING:
    from mj_widgets.models import Task
    from mj_widgets.models.button import Button

CANARY = "sk-canary-9d41c07b5e2f8a63"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Service:
    """A server on this machine, and the requests that it got."""

    handler: Handler
    url: str = ""
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.raw_path)
        self.headers.append({k.lower(): v for k, v in request.headers.items()})
        return await self.handler(request)


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[Service]:
    """Serve every request on 127.0.0.1 with *handler*."""
    service = Service(handler)
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", service.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()


def answering(*responses: Callable[[], web.StreamResponse]) -> Handler:
    """Answer with each in turn, and with the last one from then on."""
    left = list(responses)

    async def handler(_: web.Request) -> web.StreamResponse:
        return (left.pop(0) if len(left) > 1 else left[0])()

    return handler


def run(story: Coroutine[Any, Any, Any]) -> Any:
    """Run a story; one that hangs fails instead of holding up the rest."""

    async def bounded() -> Any:
        async with asyncio.timeout(30):
            return await story

    return asyncio.run(bounded())


def still_at_work(since: set[asyncio.Task[Any]]) -> list[str]:
    """Return what the package still does in tasks that were not there before."""
    coroutines: list[Any] = [task.get_coro() for task in asyncio.all_tasks() - since]
    return [c.__qualname__ for c in coroutines if "mj_widgets" in c.cr_code.co_filename]


def named(task: Task, name: str) -> Button:
    """Return a task's button with a name."""
    return next(button for button in task.buttons if button.name == name)


def file_of(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def film_of(content: bytes = b"") -> bytes:
    """An MP4 that is whole, of no frames: its brand, its index, and *content* in place of them."""
    parts = [(b"ftyp", b"isom\0\0\2\0isomiso2"), (b"moov", b""), (b"mdat", content)]
    return b"".join((8 + len(body)).to_bytes(4) + name + body for name, body in parts)


def with_variables(error: BaseException) -> str:
    """Return what a traceback that shows variables would tell of the package's own frames."""
    told = [repr(error), str(error)]
    for frame, _ in traceback.walk_tb(error.__traceback__):
        # Other frames do not count: a test's own variables hold what it put there.
        if "mj_widgets" in frame.f_code.co_filename:
            told += [f"{name} = {_repr(value)}" for name, value in frame.f_locals.items()]
    return "\n".join(told)


def _repr(value: object) -> str:
    try:
        return repr(value)
    except AttributeError:  # an object that was not yet whole
        return repr(vars(value))
