"""The sandbox in a process of its own, so that what it does is not counted.

Started as ``python -m tests.benchmarks.service photos COUNT [SIDE]``, ``visible COUNT`` or
``crowd COUNT SECONDS``, it says on one line where it is and what it has, and serves until its input
ends.
"""

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PIL import Image

from mj_widgets.pictures.sheets import joined
from mj_widgets.sandbox import Sandbox, photo_like
from mj_widgets.sandbox.painting.recipes import Stored

from .surroundings import ROOT

USUAL_SECONDS = 12


class Service(NamedTuple):
    url: str
    ids: list[str]
    pid: int


def add_photos(sandbox: Sandbox, count: int, side: int = 2048) -> list[str]:
    """Finished grids with one picture like a photo: nothing is painted when it is asked for."""
    photo = Stored(photo_like("a red fox in the snow", (side, side)), "image/png")
    ids = []
    for number in range(count):
        task_id = sandbox.add_task(f"a red fox in the snow, {number} --v 6.1 --ar 1:1", age=3600)
        sandbox.task(task_id).recipe = photo
        ids.append(task_id)
    return ids


def add_originals(sandbox: Sandbox, side: int = 2048) -> list[str]:
    """A grid as four originals beside their sheet, and another one as the sheet alone."""
    prompts = [f"a red fox in the snow, {number}" for number in range(4)]
    originals = [photo_like(prompt, (side, side)) for prompt in prompts]
    parts = [Image.open(io.BytesIO(data)) for data in originals]
    out = io.BytesIO()
    joined(parts).reduce(2).save(out, "WEBP", quality=90)
    sheet = sandbox.put_file("sheet.webp", out.getvalue(), "image/webp")
    links = [sandbox.put_file(f"{n}.png", data) for n, data in enumerate(originals)]
    kinds = {"upsample": "U", "variation": "V"}
    buttons = [
        {"customId": f"MJ::JOB::{kind}::{n}::x", "label": f"{letter}{n}"}
        for kind, letter in kinds.items()
        for n in range(1, 5)
    ]
    told = {"action": "IMAGINE", "status": "SUCCESS", "progress": "100%", "buttons": buttons}
    told |= {"prompt": f"{prompts[0]} --ar 1:1", "imageUrl": sheet}
    return [
        sandbox.put("four-originals", told | {"id": "four-originals", "imageUrls": links}),
        sandbox.put("sheet-alone", told | {"id": "sheet-alone"}),
    ]


def add_crowd(sandbox: Sandbox, count: int, seconds: float) -> list[str]:
    """So many running tasks at any time: as one ends, the next begins; in order of their ends."""
    ages = [seconds * (1 - number / count) for number in range(4 * count)]
    return [sandbox.add_task(f"task {i} --ar 1:1", age=age) for i, age in enumerate(ages)]


@contextmanager
def started(*arguments: object) -> Iterator[Service]:
    """A service as in the module's docstring, until the block ends."""
    command = [sys.executable, "-m", "tests.benchmarks.service", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            said = json.loads(process.stdout.readline())
            yield Service(said["url"], said["ids"], process.pid)
        finally:
            process.stdin.close()


async def _serve(what: str, count: int, *rest: int) -> None:
    seconds = rest[0] if what == "crowd" else USUAL_SECONDS
    sandbox = Sandbox(speed=USUAL_SECONDS / seconds, slots=10 * count, queue_size=10 * count)
    async with sandbox:
        add = add_crowd if what == "crowd" else add_photos
        ids = add(sandbox, count, *rest)
        if what == "visible":
            ids += await asyncio.to_thread(add_originals, sandbox)
        print(json.dumps({"url": sandbox.url, "ids": ids}), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], *map(int, sys.argv[2:])))
