"""How long a person waits for a report of 200 tasks, and for a contact sheet, and what they weigh.

The pictures are 1,024 pixels wide, as the larger ones of the report are. Most of the time goes into
decoding them; those of 2,048 pixels take some twice as long: 7.5 s.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mj_widgets.archive import Library
from mj_widgets.reports.captioned import captioned_sheet
from mj_widgets.reports.document import write_report
from mj_widgets.reports.entries import entries_of
from mj_widgets.reports.statistics import statistics_of
from mj_widgets.sets.members import Members
from tests.libraries import fill, look_at_all

from .table import Row


def rows(count: int = 200, rounds: int = 3, side: int = 1024, many: int = 10_000) -> list[Row]:
    """Medians of several rounds."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder) / "library")
        fill(library, count, side=side)
        look_at_all(library)
        members = Members(library, library.catalogue.numbers())
        written: list[Path] = []

        def report() -> None:
            written.append(write_report(members, f"{folder}/report.html"))

        page = _seconds(report, rounds)
        weight = written[-1].stat().st_size / 1e6
        sheet = _seconds(lambda: captioned_sheet(members), rounds)
        library.close()
        library = Library(Path(folder) / "many")
        fill(library, many, different=4, side=64)
        others = Members(library, library.catalogue.numbers())
        figures = _seconds(lambda: statistics_of(others, entries_of(others)), rounds)
        library.close()
    return [
        Row(f"to_html() of {count}", page, "s", 5),
        Row(f"to_html() of {count}: the file", weight, "MB", 25),
        Row(f"contact_sheet() of {count}", sheet, "s", 3),
        Row(f"stats() of {many:,}", figures, "s", 2),
    ]


def _seconds(act: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)
