"""Where Chromium is, how it is started, what its pages may ask for, and what they complain of."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, ConsoleMessage

# The shell has no windows, and opens a page in a third of the time.
NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    # Whatever a page asks for: nothing leaves this computer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OUTSIDE = re.compile(
    r"^(?!(?:https?|wss?)://(?:127\.0\.0\.1|localhost)(?:[:/?#]|$)|data:|blob:|about:)"
)
JUPYTERS_OWN = (
    # Notebook 7.6 on every page, with no extension but its own.
    "Cannot read properties of undefined (reading 'schema')",
    # JupyterLab 4.6 when a kernel goes while the debugger asks for its state.
    "Could not restore the debugger state",
    # Likewise, when one goes while a widget's own thread is asked for.
    "Canceled future for create_subshell_request message",
)


class OutsideRequest(AssertionError):
    """A page asked for something that is not on this computer."""


def find_chromium() -> str | None:
    """Return the Chromium to use: `MJ_CHROMIUM`, or the first one on the path."""
    chosen = os.environ.get("MJ_CHROMIUM")
    return chosen or next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def watched(
    context: BrowserContext, errors: list[str], outside: list[str]
) -> Iterator[BrowserContext]:
    """Note what goes wrong in the context's pages, and what they ask other hosts for.

    Jupyter's own errors are left out. Requests are listened to, not routed: a browser whose
    requests are routed has no cache, and loads all of JupyterLab for each page.
    """

    def note(url: str) -> None:
        if OUTSIDE.match(url):
            outside.append(url)

    def add(text: str) -> None:
        if not any(known in text for known in JUPYTERS_OWN):
            errors.append(text)

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            add(message.text)

    listeners: dict[str, Callable[..., None]] = {
        "request": lambda request: note(request.url),
        "page": lambda page: page.on("websocket", lambda socket: note(socket.url)),
        "console": hear,
        "weberror": lambda error: add(str(error.error)),
    }
    for event, listener in listeners.items():
        context.on(event, listener)  # type: ignore[call-overload]
    try:
        yield context
    finally:
        for event, listener in listeners.items():
            context.remove_listener(event, listener)
