"""The sandbox: a service on this machine that behaves like the real ones."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from aiohttp import web

from mj_widgets.sandbox.alterations import Alterations
from mj_widgets.sandbox.animations import Animations
from mj_widgets.sandbox.faults import Faults
from mj_widgets.sandbox.flavours import flavour_named
from mj_widgets.sandbox.links import DAY, Links
from mj_widgets.sandbox.log import LoggedRequest, RequestLog
from mj_widgets.sandbox.painting.kitchen import Kitchen, PictureMaker
from mj_widgets.sandbox.painting.recipes import Recipe, Stored
from mj_widgets.sandbox.routes import MOST_BODY, Routes
from mj_widgets.sandbox.studio import Canned, Studio, StudioOptions
from mj_widgets.sandbox.submissions import Orders
from mj_widgets.sandbox.tasks import StudioTask

# One for all of this process: painting is most of what a sandbox does.
_KITCHEN = Kitchen()


class Sandbox:
    """A Midjourney service for trying things out: no account, no network, no cost.

        async with Sandbox() as sandbox:
            ...  # talk to sandbox.url

        with Sandbox(speed=10).in_thread() as sandbox:
            ...  # the same, without a loop of your own

    `flavour` is a name in `FLAVOURS`; `strict` makes "dmx" refuse what a stock gateway refuses.
    `speed` divides all waiting. `token`, when given, is the only one accepted.
    `faults` is a text for `Faults.parse` or a `Faults`. `refresh` lets tasks change only every so
    many seconds, as behind a gateway. `clock` gives the time in seconds; tests bring their own.
    `certificate` is a PEM file with a key and its certificate: https is spoken then.
    `slots` tasks run at once, `queue_size` more may wait. `remix` opens a window for variations;
    "trueai" refuses one without it. `partner` lets buttons animate into four mp4s instead of one
    WebP, as `submit/video` does anyway. Without `edits` its account can neither edit nor
    retexture, without `hd` no film has 720 lines. `version` is the model where a prompt names
    none: "8" has no upscale, zoom or pan. `models` are all that a gateway's key may be used for,
    such as ("mj_imagine", "mj_upscale").
    `kitchen` makes the picture files: `Sketches()` serves a few pixels at once, for tests that
    look at something else.
    """

    def __init__(
        self,
        flavour: str = "dmx",
        speed: float = 1.0,
        token: str | None = None,
        faults: str | Faults = "",
        refresh: float | None = None,
        clock: Callable[[], float] = time.time,
        *,
        strict: bool = False,
        remix: bool = False,
        partner: bool = False,
        edits: bool = True,
        hd: bool = True,
        version: str = "7",
        models: Sequence[str] = (),
        certificate: str | Path | None = None,
        slots: int = 12,
        queue_size: int = 100,
        link_life: int = DAY,
        seed: int = 0,
        kitchen: PictureMaker = _KITCHEN,
    ) -> None:
        if not speed > 0:
            msg = f"speed has to be above 0, not {speed}"
            raise ValueError(msg)
        self.flavour = flavour_named(flavour, strict=strict, models=models)
        self.token = token
        self.certificate = certificate
        self.faults = Faults.parse(faults, seed) if isinstance(faults, str) else faults
        self.refresh = refresh
        self.clock = clock
        self.options = StudioOptions(
            speed,
            slots,
            queue_size,
            remix=remix,
            partner=partner,
            edits=edits,
            hd=hd,
            version=version,
        )
        self.studio = Studio(lambda: self.clock(), self.options)
        self.links = Links(life=link_life)
        self.orders = Orders(self.studio, self.flavour, self._file_behind)
        self.alterations = Alterations(self.studio, self.flavour, self._file_behind)
        self.animations = Animations(self.studio, self.flavour, self._file_behind)
        self.kitchen = kitchen
        self.log = RequestLog()
        self.host = "127.0.0.1"
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        return f"http{'s' if self.certificate else ''}://{self.host}:{self.port}"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen; port 0 takes a free one. Returns the base URL."""
        app = web.Application(client_max_size=MOST_BODY)
        app.router.add_route("*", "/{tail:.*}", Routes(self).handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port, ssl_context=self._tls()).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.host, self.port = host, int(runner.addresses[0][1])
        return self.url

    def _tls(self) -> ssl.SSLContext | None:
        if self.certificate is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate)
        return context

    async def stop(self) -> None:
        """Stop listening; tasks and log stay."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @contextmanager
    def in_thread(self, host: str = "127.0.0.1", port: int = 0) -> Iterator[Self]:
        """Run on a loop of its own in another thread, until the block ends."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="mj-sandbox", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self.start(host, port), loop).result(30)
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self.stop(), loop).result(30)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()

    @property
    def posts(self) -> list[LoggedRequest]:
        """The submissions so far: what may have cost something at a real service."""
        return [record for record in self.log if record.is_submission]

    def count(self, method: str = "", contains: str = "") -> int:
        """How many requests had this method and a path that contains a text."""
        return len(self.log.select(method, contains))

    def add_task(
        self,
        prompt: str = "a quiet valley in the morning --ar 1:1",
        *,
        task_id: str | None = None,
        age: float = 0.0,
    ) -> str:
        """Add a task as if it had been submitted `age` seconds ago; returns its id."""
        return self.studio.add_example(prompt, task_id, age).id

    def task(self, task_id: str) -> StudioTask:
        """The task with an id, to look at or to change."""
        return self.studio.tasks[task_id]

    def put(
        self,
        task_id: str,
        body: Mapping[str, object] | Sequence[object] | bytes | str,
        status: int = 200,
        content_type: str = "application/json",
    ) -> str:
        """Let fetch answer with exactly this from now on; returns the id."""
        self.studio.canned[task_id] = [Canned(_bytes_of(body), status, content_type)]
        return task_id

    def play(self, task_id: str, *bodies: Mapping[str, object] | bytes | str) -> str:
        """Let fetch answer with these, one after the other; the last one stays."""
        self.studio.canned[task_id] = [Canned(_bytes_of(body)) for body in bodies]
        return task_id

    def _file_behind(self, url: str) -> Recipe | None:
        return self.links.file_at(url, self.clock())

    def put_file(self, name: str, data: bytes, content_type: str = "image/png") -> str:
        """Serve bytes as a picture; returns a signed link that is good for `link_life`."""
        path = f"/attachments/0/0/{name}"
        return self.url + self.links.link(path, Stored(data, content_type), self.clock())


def _bytes_of(body: Mapping[str, object] | Sequence[object] | bytes | str) -> bytes:
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, ensure_ascii=False).encode()
