"""Where Chromium is, how it is started, what its pages may ask for, and what they complain of."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Route, WebSocketRoute

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
)


class OutsideRequest(AssertionError):
    """A page asked for something that is not on this computer."""


def find_chromium() -> str | None:
    """Return the Chromium to use: `MJ_CHROMIUM`, or the first one on the path."""
    chosen = os.environ.get("MJ_CHROMIUM")
    return chosen or next((found for name in NAMES if (found := shutil.which(name))), None)


def fence(context: BrowserContext, attempts: list[str]) -> None:
    """Stop every request of the context's pages to another host, and add it to the list."""

    def refuse(route: Route) -> None:
        attempts.append(route.request.url)
        route.abort()

    def refuse_socket(socket: WebSocketRoute) -> None:
        attempts.append(socket.url)
        socket.close()

    context.route(OUTSIDE, refuse)
    context.route_web_socket(OUTSIDE, refuse_socket)


def listen(context: BrowserContext, errors: list[str]) -> None:
    """Add what goes wrong in the context's pages to the list, but not what Jupyter does itself."""

    def add(text: str) -> None:
        if not any(known in text for known in JUPYTERS_OWN):
            errors.append(text)

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            add(message.text)

    context.on("console", hear)
    context.on("weberror", lambda error: add(str(error.error)))
