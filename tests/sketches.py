"""A sandbox that serves a few pixels of the right kind at once, where no picture is looked at."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image

from mj_widgets.sandbox import Sandbox, Sketches

AT_ONCE = 1e6
"""The speed at which a task has ended when it is first asked for."""


def file_of(kind: str, picture: Image.Image) -> bytes:
    """Return a picture as a PNG, or as a WebP that moves."""
    out = io.BytesIO()
    moves: dict[str, Any] = {"save_all": True, "append_images": [Image.new("RGB", picture.size)]}
    picture.save(out, kind.partition("/")[2], **(moves if kind == "image/webp" else {}))
    return out.getvalue()


def sketching(flavour: str = "dmx", speed: float = AT_ONCE, **how: Any) -> Sandbox:
    """Return a sandbox that paints nothing, and whose tasks have ended at once."""
    return Sandbox(flavour, speed=speed, kitchen=Sketches(), **how)


@contextmanager
def standing_still(sandbox: Sandbox) -> Iterator[None]:
    """Let no task of a sandbox go on meanwhile."""
    running, now = sandbox.clock, sandbox.clock()
    sandbox.clock = lambda: now
    yield
    sandbox.clock = running
