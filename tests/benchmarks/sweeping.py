"""How long a person waits for the prompts of a line with braces, and for a sweep that was sent."""

import statistics
import tempfile
import time

import mj_widgets as mj
from mj_widgets.models.template import Template
from tests.sketches import sketching

from .table import Row

_KEY = "key"


def rows(count: int = 100, rounds: int = 5, cells: int = 200) -> list[Row]:
    """Medians of several rounds."""
    words, values = (", ".join(f"{name}{at}" for at in range(count)) for name in ("word", ""))
    line = f"a {{{words}}} fox --ar 3:2 --s {{{values}}}"
    expanded = []
    for _ in range(rounds):
        started = time.process_time()
        prompts = Template(line).prompts
        expanded.append(time.process_time() - started)
    known = _again(f"a fox --s {{{', '.join(map(str, range(cells)))}}}", cells, rounds)
    return [
        Row(f"expansion of {len(prompts):,}", statistics.median(expanded), "CPU s", 0.2),
        Row(f"a sweep of {cells} that was sent, run again", known, "s", 1),
    ]


def _again(line: str, cells: int, rounds: int) -> float:
    """Seconds from the call until all of a sweep is here that was sent before."""
    taken = []
    with tempfile.TemporaryDirectory() as folder, sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, _KEY, library=folder)
        mj.sweep(line, confirm=cells, at_once=20).wait(120)
        for _ in range(rounds):
            started = time.perf_counter()
            mj.sweep(line).wait(60)
            taken.append(time.perf_counter() - started)
    return statistics.median(taken)
