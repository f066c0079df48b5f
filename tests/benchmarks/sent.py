"""What goes to the browser for one finished card: bytes, and models of widgets.

Every byte crosses a websocket, often a slow one, and is kept in the notebook; every model is an
object in the page and a round of messages when a notebook is opened again. Counted on the wire of
a real kernel: headers, states and buffers of all comm messages. The half-done previews of a
running task are not among them: each replaces the one before. The still copies, outputs besides,
are kept in the notebook's file: they have a row of their own. The cells allow ``input()``, as a
front-end for people does: under nbclient a card that is waited for sends everything once more.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.kernel.raw import Message, RawKernel

from . import service
from .surroundings import environment
from .table import Row

SETUP = """
%load_ext mj_widgets
import time, mj_widgets as mj
mj.configure({url!r}, "sandbox")
"""
CARD = "w = %mjfetch {task_id}\nw"
# What a card does a moment after its pictures are there (a pressed button that is given back)
# belongs to it.
WAIT = "assert {card}.wait(60).succeeded; time.sleep(2); print(len({card}.buttons))"


def rows() -> list[Row]:
    """A grid with its nine buttons, then the card that U2 opens below it."""
    with (
        tempfile.TemporaryDirectory() as home,
        service.started("photos", 1) as sandbox,
        RawKernel(sys.executable, Path(home) / "kernel", environment(Path(home))) as kernel,
    ):
        _run(kernel, SETUP.format(url=sandbox.url))
        grid = _published(kernel, CARD.format(task_id=sandbox.ids[0]), WAIT.format(card="w"))
        child = _published(kernel, "c = w.upscale(2)", WAIT.format(card="c"))
    return [
        *_rows("finished grid", *grid, cards=1),
        *_rows("its U2 below it", *child, cards=2),
    ]


def _rows(name: str, messages: Sequence[Message], buttons: int, *, cards: int) -> list[Row]:
    """The rows of a card, with which *cards* of them have their still copies in one output."""
    comms = [m for m in messages if m["msg_type"].startswith("comm_")]
    others = [m for m in messages if "display_data" in m["msg_type"]]
    opened = sum(m["msg_type"] == "comm_open" for m in comms)
    pictures = sum(len(buffer) for m in comms for buffer in m["buffers"])
    beside = (
        f"{pictures / 1000:.0f} kB of it pictures; {len(comms)} messages; "
        "the still copy in the notebook's file is counted below"
    )
    # The largest of an output is its last and stays; what it replaces has crossed the wire as well.
    stays = max(map(_size, others), default=0) / 1000 / cards
    passed = f"of {cards}; all that was shown until then: {_kilobytes(others):.0f} kB"
    return [
        Row(f"{name}: widgets sent to the browser", _kilobytes(comms), "kB", 300, beside=beside),
        Row(f"{name}: still copy in the notebook's file", stays, "kB", 150, beside=passed),
        Row(f"{name}: widget models", opened, "", 60, beside=f"{buttons} buttons"),
    ]


def _kilobytes(messages: Sequence[Message]) -> float:
    return sum(map(_size, messages)) / 1000


def _size(message: Message) -> int:
    parts = (message[part] for part in ("header", "parent_header", "metadata", "content"))
    words = sum(len(json.dumps(part, default=str).encode()) for part in parts)
    return words + sum(len(buffer) for buffer in message["buffers"])


def _published(kernel: RawKernel, show: str, wait: str) -> tuple[list[Message], int]:
    before = len(kernel.messages)
    _run(kernel, show)
    buttons = int(_run(kernel, wait).text)
    return kernel.messages[before:], buttons


def _run(kernel: RawKernel, code: str) -> Any:
    result = kernel.run(code, timeout=90)
    assert result.error is None, result.error
    return result
