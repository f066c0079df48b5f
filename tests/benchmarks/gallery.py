"""Many tasks at once in a real JupyterLab: until they are seen, and while they are scrolled.

The clock is the page's own, as in ``visible``; what is sent is counted on the page's websockets.
Scrolling is measured by the processor time of the page's renderer for each frame, which does not
hang on how many frames a screen has; frames a second stand beside it. The baseline of scrolling is
what one would write without the package: the same small pictures in an HTML table, as data URLs.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Page

from mj_widgets.archive import Library
from tests.browser.lab import NotebookPage
from tests.libraries import fill, look_at_all

from .in_lab import notebook_in
from .table import Row
from .visible import SET_SOURCE

COUNTS = (200, 1_000, 10_000)
CARDS = 195
TIMED, SETTING_UP = range(2)
SETUP = """
import mj_widgets as mj

def use(folder):
    mj.configure("service.invalid", "none", offline=True, library=folder)
"""
GALLERY = "use({folder!r})\nshown = mj.tasks().gallery()\nshown"
# Eight rows and 25 columns, each cell with one task.
SHEET = """use({folder!r})
from mj_widgets.sets.axes import Axis
from dataclasses import replace
members = mj.tasks()._members
axes = [
    Axis(str(count), tuple(map(str, range(count))), {{n: str(n % count) for n in members.numbers}})
    for count in (8, 25)
]
shown = mj.TaskSet(replace(members, braces=tuple(axes))).sheet(1, 2, size=80)
shown"""
AS_CARDS = """use({folder!r})
import ipywidgets
ipywidgets.VBox([mj.TaskWidget(job) for job in mj.tasks()[:{count}]])"""
AS_TABLE = """use({folder!r})
import base64
from IPython.display import HTML
library = mj.library().kept
tasks = list(library.catalogue.listings(library.catalogue.numbers()).values())
thumbs = library.looks.thumbs([task.files[0].sha256 for task in tasks])
cells = [
    '<td><img width=160 src="data:image/jpeg;base64,'
    + base64.b64encode(thumbs[task.files[0].sha256]).decode()
    + f'"><br>{{task.prompt}}</td>'
    for task in tasks
]
rows = "".join(f"<tr>{{''.join(cells[at : at + 5])}}</tr>" for at in range(0, len(cells), 5))
HTML(f'<div class="scrolled" style="height:560px;overflow:auto"><table>{{rows}}</table></div>')"""

SECONDS_UNTIL_TILES = """async ([cell, source, selector, wanted]) => {
    const app = window.jupyterapp;
    const notebook = app.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = cell;
    notebook.widgets[cell].model.sharedModel.setSource(source);
    const output = `.jp-Notebook-cell[data-windowed-list-index="${cell}"] .jp-Cell-outputArea`;
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    app.commands.execute("notebook:run-cell");
    while (seconds() < 120) {
        await new Promise(requestAnimationFrame);
        const images = [...document.querySelectorAll(`${output} ${selector}`)];
        const loaded = images.filter((image) => image.complete && image.naturalWidth > 0);
        if (images.length >= wanted && loaded.length === images.length) return seconds();
    }
    return null;
}"""
# A query is asked for as the filter bar does it, and its tiles are other ones than before.
SECONDS_UNTIL_FILTERED = """async ([label, value]) => {
    const wall = document.querySelector(".mj-wall");
    const control = wall.querySelector(`[aria-label="${label}"]`);
    const order = () => {
        const first = wall.querySelector('[aria-posinset="1"]');
        return ["aria-label", "aria-setsize"].map((name) => first?.getAttribute(name)).join();
    };
    const before = order();
    const started = performance.now();
    control.value = value;
    control.dispatchEvent(new Event("change"));
    while (performance.now() - started < 30_000) {
        await new Promise(requestAnimationFrame);
        const tiles = [...wall.querySelectorAll(".mj-wall-tile")]
            .filter((tile) => tile.style.visibility !== "hidden");
        const images = tiles.map((tile) => tile.querySelector("img"));
        const isThere = images.every((image) => !image.hidden && image.complete);
        if (order() !== before && images.length && isThere) {
            return (performance.now() - started) / 1000;
        }
    }
    return null;
}"""
SCROLL = """async ([selector, seconds]) => {
    const box = document.querySelector(selector);
    box.scrollTop = 0;
    await new Promise((done) => setTimeout(done, 500));
    let [frames, direction] = [0, 30];
    const started = performance.now();
    while (performance.now() - started < seconds * 1000) {
        await new Promise(requestAnimationFrame);
        frames += 1;
        const last = box.scrollTop;
        box.scrollTop += direction;
        if (box.scrollTop === last) direction = -direction;
    }
    return [frames, (performance.now() - started) / 1000];
}"""


class Sent:
    """What the page's websockets have got."""

    def __init__(self, page: Page) -> None:
        self.bytes = self.messages = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, data: str | bytes) -> None:
        self.bytes += len(data)
        self.messages += 1


def renderer_of(page: Page) -> psutil.Process:
    """Return the process that paints a page: the one that works while the page does."""
    ours = psutil.Process().children(recursive=True)
    renderers = [process for process in ours if "--type=renderer" in process.cmdline()]
    before = {process.pid: _cpu(process) for process in renderers}
    page.evaluate("() => { const end = Date.now() + 300; while (Date.now() < end); }")
    return max(renderers, key=lambda process: _cpu(process) - before[process.pid])


def scrolling(page: Page, selector: str, seconds: float = 5) -> tuple[float, float]:
    """Scroll; return the renderer's milliseconds of processor time a frame, and frames a second."""
    renderer = renderer_of(page)
    before = _cpu(renderer)
    frames, taken = page.evaluate(SCROLL, [selector, seconds])
    return (_cpu(renderer) - before) * 1000 / frames, frames / taken


def rows(rounds: int = 3) -> list[Row]:
    """Medians of several rounds, in one page."""
    with tempfile.TemporaryDirectory() as home, _opened(Path(home)) as (notebook, sent):
        libraries = {count: _library(Path(home) / f"{count}", count) for count in COUNTS}
        notebook.run(SETTING_UP)
        _seconds(notebook, GALLERY.format(folder=libraries[200]), ".mj-wall-small", 12)
        _clear(notebook)
        found: list[Row] = []
        for count in COUNTS:
            source = GALLERY.format(folder=libraries[count])
            taken, bytes_, messages = [], [], []
            for _ in range(rounds):
                sent.bytes = sent.messages = 0
                taken.append(_seconds(notebook, source, ".mj-wall-small:not([hidden])", 12))
                bytes_.append(sent.bytes)
                messages.append(sent.messages)
                _clear(notebook)
            what, beside = f"{count:,} tasks: call to pictures", f"most {max(taken):.2f} s"
            found += [
                Row(what, statistics.median(taken), "s", 1, beside=beside),
                Row(f"{what}, sent", statistics.median(bytes_) / 1e6, "MB", 1.5),
                Row(f"{what}, messages", statistics.median(messages), "", 40),
            ]
        found.append(_sheet(notebook, libraries[200], rounds))
        found += _scrolled(notebook, libraries[1_000])
        found += _filtered(notebook, libraries[10_000], rounds)
        quick = statistics.median(
            _seconds(notebook, GALLERY.format(folder=libraries[200]), ".mj-wall-small", 12)
            for _ in range(rounds)
        )
        _clear(notebook)
        cards = AS_CARDS.format(folder=libraries[200], count=CARDS)
        slow = _seconds(notebook, cards, ".mj-tile img:not([hidden])", 4 * CARDS)
        beside = f"{slow:.1f} s / {quick:.2f} s"
        found.append(Row(f"{CARDS} as cards / as a gallery", slow / quick, "×", 25, True, beside))
    return found


def _sheet(notebook: NotebookPage, folder: str, rounds: int) -> Row:
    taken = []
    for _ in range(rounds):
        source = SHEET.format(folder=folder)
        taken.append(_seconds(notebook, source, ".mj-wall-small:not([hidden])", 60))
        _clear(notebook)
    most = f"most {max(taken):.2f} s"
    return Row(
        "a sheet of 200 cells: call to pictures", statistics.median(taken), "s", 1, beside=most
    )


def _scrolled(notebook: NotebookPage, folder: str) -> list[Row]:
    _seconds(notebook, GALLERY.format(folder=folder), ".mj-wall-small:not([hidden])", 12)
    cpu, frames = scrolling(notebook.page, ".mj-wall-scroll")
    _clear(notebook)
    _seconds(notebook, AS_TABLE.format(folder=folder), "td img", 1_000)
    plain, plain_frames = scrolling(notebook.page, ".scrolled")
    _clear(notebook)
    beside = (
        f"{frames:.0f} frames a second; an HTML table of the same: {plain:.1f} ms, "
        f"{plain_frames:.0f} frames a second"
    )
    return [Row("scrolling 1,000 tiles: renderer CPU a frame", cpu, "ms", 16, beside=beside)]


def _filtered(notebook: NotebookPage, folder: str, rounds: int) -> list[Row]:
    _seconds(notebook, GALLERY.format(folder=folder), ".mj-wall-small:not([hidden])", 12)
    taken: dict[str, list[float]] = {"filter": [], "all again": [], "sort": []}
    for turn in range(rounds):
        for what, label, value in (
            ("filter", "Words in the prompt", "castle"),
            ("all again", "Words in the prompt", ""),
            ("sort", "Order", ["prompt", "time", "prompt"][turn % 3]),
        ):
            seconds = notebook.page.evaluate(SECONDS_UNTIL_FILTERED, [label, value])
            assert seconds is not None, what
            taken[what].append(seconds)
    _clear(notebook)
    return [
        Row("filter 10,000 to some 1,700", statistics.median(taken["filter"]), "s", 0.3),
        Row("sort 10,000", statistics.median(taken["sort"]), "s", 0.3),
    ]


def _seconds(notebook: NotebookPage, source: str, selector: str, wanted: int) -> float:
    asked = [TIMED, source, selector, wanted]
    taken: float | None = notebook.page.evaluate(SECONDS_UNTIL_TILES, asked)
    assert taken is not None, notebook.text_of_output(TIMED)
    notebook.wait_idle()
    return taken


def _clear(notebook: NotebookPage) -> None:
    notebook.page.evaluate(SET_SOURCE, [TIMED, "import ipywidgets\nipywidgets.Widget.close_all()"])
    notebook.run(TIMED)
    notebook.page.evaluate(
        "() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"
    )


def _library(folder: Path, count: int) -> str:
    """Make a library whose small pictures are there, as in one that was filled by this version."""
    library = Library(folder)
    fill(library, count)
    look_at_all(library)
    return str(folder)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def _opened(home: Path) -> Iterator[tuple[NotebookPage, Sent]]:
    with notebook_in(home) as (context, page):
        counted: list[Sent] = []
        context.on("page", lambda opened: counted.append(Sent(opened)))
        page.open(["", SETUP])
        yield page, counted[0]
