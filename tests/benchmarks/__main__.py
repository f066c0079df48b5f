"""All that is promised in figures, in one table: ``python -m tests.benchmarks [GROUP ...]``.

A figure that hangs on the computer is a ratio to a baseline of the same run. Still, other work on
the same cores spoils it: a reach that is missed is worth a second run on a quiet computer.
"""

import argparse
import importlib
import os
import platform
import sys
import time

import psutil

from .table import LeftOut, Row, formatted

GROUPS = {
    "images": "bytes to pictures",
    "sent": "what a card sends to the browser",
    "visible": "call to pictures in a real JupyterLab",
    "asking": "requests and delay, in simulated time",
    "follow": "1,000 tasks at once",
    "load": "%%load_ext",
    "library": "10,000 tasks on disk",
    "tables": "10,000 tasks as a data frame and as Parquet",
    "sweeping": "the prompts of a line with braces, and a sweep that is run again",
    "reports": "200 tasks as a report and as a contact sheet, 10,000 as figures",
    "memory": "what tasks that have ended leave in memory",
    "gallery_kernel": "what a gallery costs the kernel",
    "gallery": "many tasks in a real JupyterLab",
    "comparing": "two large pictures compared in a real JupyterLab",
}


def main() -> None:
    explained = "; ".join(f"{name}: {text}" for name, text in GROUPS.items())
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", epilog=explained)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="only these (default: all)")
    chosen = parser.parse_args().groups or list(GROUPS)
    if unknown := [name for name in chosen if name not in GROUPS]:
        parser.error(f"there is no group {unknown[0]}: {', '.join(GROUPS)}")
    rows: list[Row] = []
    left_out: list[str] = []
    busy: list[float] = []
    for name in chosen:
        busy.append(psutil.cpu_percent(interval=1))
        started = time.monotonic()
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(f".{name}", __package__).rows()
        except (LeftOut, ImportError) as reason:
            left_out.append(f"{name} was left out: {reason}")
        print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    print(*formatted(rows), sep="\n")
    print(*left_out, sep="\n", end="\n" if left_out else "")
    others = f"{min(busy):.0f} to {max(busy):.0f} % busy with other work before the groups"
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {others}")


if __name__ == "__main__":
    main()
