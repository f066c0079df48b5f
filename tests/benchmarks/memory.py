"""What is left in memory of tasks that have ended, and how soon a thousand of them are there.

A notebook stays open for days, and its cards and jobs with it. The files are in the library: a
card holds the small copies that it shows, a job nothing but what is known of its task. Of a card
it is all that is in use in the kernel, Python's and C's: glibc tells that, to whom Python leaves
all its memory here. What the process has grown by is more, as glibc keeps what was given back for
the next picture. Some cards first, so that what is held once for all of them (modules, the pixels
of the last two pictures) is not counted.
"""

import io
import json
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image

from mj_widgets.account import Account
from mj_widgets.archive import Library
from mj_widgets.models import Task
from mj_widgets.sandbox import Sandbox
from tests.kernel.raw import RawKernel

from . import service
from .surroundings import environment, in_own_process
from .table import Row

WARM_UP = 3
SETUP = """
%load_ext mj_widgets
import ctypes, gc, psutil, mj_widgets as mj
mj.configure({url!r}, "sandbox", library={library!r})
class Heap(ctypes.Structure):
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in names.split()]

def in_use():
    gc.collect()
    resident = psutil.Process().memory_info().rss
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        return [resident, resident]
    ask.restype = Heap
    heap = ask()
    return [heap.uordblks + heap.hblkhd, resident]
"""
CARD = "w = %mjfetch {task_id}\nw"
WAIT = "assert w.wait(60).succeeded and len(w.files) == 1"


def rows(cards: int = 20, jobs: int = 1000, side: int = 2048, rounds: int = 5) -> list[Row]:
    """Cards in a kernel, then jobs in a script: of their seconds the least of several rounds."""
    return [_cards(cards, side), *_jobs(jobs, rounds)]


def _cards(count: int, side: int) -> Row:
    with (
        tempfile.TemporaryDirectory() as home,
        service.started("photos", WARM_UP + count, side) as sandbox,
        RawKernel(
            sys.executable,
            Path(home) / "kernel",
            environment(Path(home)) | {"PYTHONMALLOC": "malloc"},
        ) as kernel,
    ):
        _run(kernel, SETUP.format(url=sandbox.url, library=str(Path(home) / "library")))
        _show(kernel, sandbox.ids[:WARM_UP])
        before = _in_use(kernel)
        _show(kernel, sandbox.ids[WARM_UP:])
        after = _in_use(kernel)
    held, resident = ((now - then) / count / 1e6 for now, then in zip(after, before, strict=True))
    return Row(
        f"card of a {side}² grid in the library: memory",
        held,
        "MB",
        1,
        beside=f"of {count}; the process grew by {resident:.1f} MB each",
    )


def _in_use(kernel: RawKernel) -> list[int]:
    """The bytes that the kernel holds, and those that its process takes."""
    found: list[int] = json.loads(_run(kernel, "print(in_use())"))
    return found


def _show(kernel: RawKernel, ids: list[str]) -> None:
    for task_id in ids:
        _run(kernel, CARD.format(task_id=task_id))
        _run(kernel, WAIT)


def _run(kernel: RawKernel, code: str) -> str:
    result = kernel.run(code, timeout=90)
    assert result.error is None, result.error
    return result.text


def _jobs(count: int, rounds: int) -> list[Row]:
    with Sandbox().in_thread() as sandbox, tempfile.TemporaryDirectory() as folder:
        ids = _fill(folder, sandbox, count)
        asked = len(sandbox.log)
        told = {"url": sandbox.url, "folder": folder, "ids": ids, "rounds": rounds}
        found = in_own_process("kept", **told)
        asked = len(sandbox.log) - asked
    each = f"the process grew by {found['resident'] / count / 1000:.1f} kB each"
    seconds, busy = min(found["seconds"]), min(found["busy"])
    took = f"{busy:.2f} s of processor time; at most {max(found['seconds']):.2f} s"
    name = f"{count:,} finished jobs without a card"
    return [
        Row(f"{name}: memory of each", found["held"] / count / 1000, "kB", 10, beside=each),
        Row(f"{name}: all over", seconds, "s", 1, beside=took),
        Row(f"{name}: requests sent", asked, "", 0),
    ]


def _fill(folder: str, sandbox: Sandbox, count: int) -> list[str]:
    """Keep so many finished grids as a service tells them, each with its own prompt."""
    first = sandbox.add_task("a red fox in the snow --v 6.1 --ar 1:1", age=3600)
    with urllib.request.urlopen(_request(f"{sandbox.url}/mj/task/{first}/fetch")) as reply:
        told = json.load(reply)
    assert told["status"] == "SUCCESS"
    assert told["buttons"]
    name = Account(sandbox.url, "sandbox").service
    library = Library(folder)
    ids = [str(int(time.time() * 1000) * 1000 + number) for number in range(count)]
    for number, task_id in enumerate(ids):
        prompt = f"a red fox in the snow, number {number} --v 6.1 --ar 1:1"
        task = Task.parse({**told, "id": task_id, "prompt": prompt, "promptEn": prompt})
        library.save(task, [_picture(number)], service=name)
    library.close()
    return ids


def _request(url: str) -> urllib.request.Request:
    return urllib.request.Request(url, headers={"Authorization": "Bearer sandbox"})


def _picture(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (number % 256, number // 256 % 256, 0)).save(out, "PNG")
    return out.getvalue()
