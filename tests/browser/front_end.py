"""One ES module of the package in a blank page, with a stub model in place of a kernel."""

from __future__ import annotations

import base64
import zlib
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

import mj_widgets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Frame, Locator, Page

PACKAGE = Path(mj_widgets.__file__).parent
STATIC = PACKAGE / "card" / "static"
STUB_MODEL = Path(__file__).with_name("stub_model.js")
KINDS = {
    "": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
}
BLANK = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>front end alone</title>
<link rel="icon" href="data:,"></head>
<body><main id="view"></main></body></html>
"""


class FrontEnd:
    """A page that shows one view of a module and plays the kernel's part."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(url)
        self.frame = page.main_frame

    @classmethod
    def at(cls, frame: Frame) -> Self:
        """Return the front end of a page that is there already, inside another one."""
        made = cls.__new__(cls)
        made.page, made.frame = frame.page, frame
        return made

    @property
    def view(self) -> Locator:
        """The element that the module renders into."""
        return self.frame.locator("#view")

    def mount(self, module: str, state: Mapping[str, Any], css: str | None = None) -> None:
        """Import a file of `card/static` (or "/gallery/static/...", "/test/..."), and render it."""
        self._call("mount", _address(module), dict(state), css and _address(css))

    def unmount(self) -> None:
        """Take the view away and let the module clean up."""
        self._call("unmount")

    def receive(self, **changes: Any) -> None:
        """Change traits, as a kernel does."""
        self._call("receive", changes)

    def message(self, content: Any, *buffers: bytes) -> None:
        """Send a custom message to the module, as a kernel does."""
        self._call("message", content, list(buffers))

    def tell(self, event: str) -> None:
        """Tell the module's listeners of an event, as ipywidgets does."""
        self._call("tell", event)

    def cut(self) -> None:
        """Let every message to the kernel fail, as after its shutdown."""
        self._call("cut")

    def get(self, name: str) -> Any:
        """Return a trait's value as the module has left it."""
        return self._call("get", name)

    @property
    def saved(self) -> list[dict[str, Any]]:
        """What each `save_changes` has sent to the kernel."""
        saved: list[dict[str, Any]] = self._call("saved")
        return saved

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The custom messages to the kernel: `content` and `buffers`."""
        sent: list[dict[str, Any]] = self._call("sent")
        return sent

    def wait_sent(self, count: int) -> list[dict[str, Any]]:
        """Wait until there are so many custom messages to the kernel, and return them."""
        # Playwright takes a promise for a yes: what it asks again and again has to be there.
        self.frame.evaluate("async () => { window.stub = await import('/stub_model.js'); }")
        self.frame.wait_for_function("count => window.stub.countSent() >= count", arg=count)
        return self.sent

    def _call(self, verb: str, *arguments: Any) -> Any:
        answer = self.frame.evaluate(
            "async ([verb, args]) => (await import('/stub_model.js')).call(verb, args)",
            [verb, _to_page(list(arguments))],
        )
        return _from_page(answer)


class StaticServer:
    """Serves a blank page, the stub model, the package's static files, and a test's own."""

    def __init__(self) -> None:
        self.own: dict[str, str] = {}
        """A test's own files, by their path below /test/."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, self.own))
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        serve = partial(self._server.serve_forever, poll_interval=0.05)
        self._thread = Thread(target=serve, name="static files", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Files(BaseHTTPRequestHandler):
    def __init__(self, own: dict[str, str], *details: Any) -> None:
        self.own = own
        super().__init__(*details)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        body = self._find(path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", KINDS.get(Path(path).suffix, "application/octet-stream"))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def _find(self, path: str) -> bytes | None:
        if path == "/":
            return BLANK
        if path.startswith("/test/"):
            own = self.own.get(path.removeprefix("/test/"))
            return None if own is None else own.encode()
        if path == "/stub_model.js":
            return STUB_MODEL.read_bytes()
        file = STATIC / path.removeprefix("/static/")
        if path.startswith(
            ("/card/static/", "/comparisons/static/", "/gallery/static/")
        ):  # as they import each other
            file = PACKAGE / path[1:]
        return file.read_bytes() if file.is_file() else None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base's name
        """Say nothing."""


def _address(file: str) -> str:
    return file if file.startswith("/") else f"/static/{file}"


def _to_page(value: Any) -> Any:
    match value:
        case bytes() | bytearray() | memoryview():
            return {"$deflated": base64.b64encode(zlib.compress(value, 1)).decode()}
        case dict():
            return {name: _to_page(item) for name, item in value.items()}
        case list() | tuple():
            return [_to_page(item) for item in value]
    return value


def _from_page(value: Any) -> Any:
    match value:
        case {"$bytes": str(text)}:
            return base64.b64decode(text)
        case dict():
            return {name: _from_page(item) for name, item in value.items()}
        case list():
            return [_from_page(item) for item in value]
    return value
