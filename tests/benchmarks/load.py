"""How long ``%load_ext mj_widgets`` holds up a notebook that has ipywidgets already.

The extension is loaded at the top of a notebook: what a magic does not need yet (aiohttp, Pillow,
pydantic) should be imported when it is used.
"""

import statistics
import subprocess
import sys

from .table import Row

CODE = """
import time
import ipywidgets
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
started = time.perf_counter()
shell.run_line_magic("load_ext", "mj_widgets")
loaded = time.perf_counter()
assert "mjfetch" in shell.magics_manager.magics["line"]
from mj_widgets.card import TaskWidget
print(loaded - started, time.perf_counter() - loaded)
"""


def rows(rounds: int = 5) -> list[Row]:
    """The median of several new processes; beside it what the first card has to import."""
    loaded, imported = zip(*(_seconds() for _ in range(rounds)), strict=True)
    beside = f"the first card imports for {statistics.median(imported) * 1000:.0f} ms more"
    milliseconds = statistics.median(loaded) * 1000
    return [Row("%load_ext, ipywidgets imported", milliseconds, "ms", 150, beside=beside)]


def _seconds() -> tuple[float, float]:
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded, imported = done.stdout.split()[-2:]
    return float(loaded), float(imported)
