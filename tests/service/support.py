"""What the tests of a service's client share."""

from __future__ import annotations

import socket
from typing import Any

from aiohttp import web

from mj_widgets.sandbox import EXAMPLES

GRID = EXAMPLES["finished"]


FETCH = f"task/{GRID}/fetch"


def json_of(body: Any, status: int = 200, **headers: str) -> Any:
    return lambda: web.json_response(body, status=status, headers=headers)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
