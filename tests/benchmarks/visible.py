"""From the start of a cell until its pictures are to be seen, in a real JupyterLab.

What a person waits for. The clock is the page's own: it starts as the cell is run, and stops in
the first frame in which every picture is loaded and has its place. The tasks have ended and their
pictures are ready at the service, so that only the package, Jupyter and the browser are measured,
in a kernel that has shown a card before. The baseline is what one would write without the package:
download, decode, crop, and four PNGs for four ``ipywidgets.Image`` with their buttons.
"""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.lab import NotebookPage
from tests.browser.servers import JupyterServer

from . import service
from .surroundings import environment
from .table import LeftOut, Row

MANY = 20
SETUP = """
%load_ext mj_widgets
import io, json, urllib.request
import ipywidgets as ipw
from PIL import Image
import mj_widgets as mj
session = mj.configure({url!r}, "sandbox")

def get(url):
    request = urllib.request.Request(url, headers={{"Authorization": "Bearer sandbox"}})
    return urllib.request.urlopen(request).read()

def plain_card(task_id):
    task = json.loads(get(f"{url}/mj/task/{{task_id}}/fetch"))
    grid = Image.open(io.BytesIO(get(task["imageUrl"])))
    x, y = grid.width // 2, grid.height // 2
    parts = []
    for number, (left, upper) in enumerate([(0, 0), (x, 0), (0, y), (x, y)], 1):
        out = io.BytesIO()
        grid.crop((left, upper, left + x, upper + y)).save(out, "PNG")
        picture = ipw.Image(value=out.getvalue(), format="png", width=320)
        row = ipw.HBox([ipw.Button(description=f"{{kind}}{{number}}") for kind in "UV"])
        parts.append(ipw.VBox([picture, row]))
    return ipw.VBox([ipw.HBox(parts[:2]), ipw.HBox(parts[2:]), ipw.Button(description="🔄")])
"""
CARDS = "shown = %mjfetch {ids}\nshown"
PLAIN = "shown = plain_card('{ids}')\nshown"
TIDY = "for card in shown if hasattr(shown, '__getitem__') else [shown]: card.close()"
TIMED, TIDYING, SETTING_UP = range(3)  # the timed cell is on top, to be seen without scrolling
SECONDS_UNTIL_VISIBLE = """async ([cell, source, wanted]) => {
    const app = window.jupyterapp;
    const notebook = app.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = cell;
    notebook.widgets[cell].model.sharedModel.setSource(source);
    const images = `.jp-Notebook-cell[data-windowed-list-index="${cell}"] .jp-Cell-outputArea img`;
    const isLoaded = (image) => image.complete && image.naturalWidth > 0;
    const isLaidOut = (image) => {
        const { width, height } = image.getBoundingClientRect();
        return width > 0 && height > 0;
    };
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    app.commands.execute("notebook:run-cell");
    while (seconds() < 120) {
        await new Promise(requestAnimationFrame);
        const loaded = [...document.querySelectorAll(images)].filter(isLoaded);
        // To ask for a place costs the page a layout: not before it may be the last time.
        if (loaded.length >= wanted && loaded.filter(isLaidOut).length >= wanted) {
            return seconds();
        }
    }
    return null;
}"""


def seconds_until_visible(notebook: NotebookPage, source: str, pictures: int) -> float:
    """Run a cell, return how long its pictures took, and remove them again."""
    page = notebook.page
    taken: float | None = page.evaluate(SECONDS_UNTIL_VISIBLE, [TIMED, source, pictures])
    assert taken is not None, notebook.text_of_output(TIMED)
    notebook.wait_idle()
    notebook.run(TIDYING)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    return taken


def rows(rounds: int = 5, many_rounds: int = 3) -> list[Row]:
    """Medians of several rounds; the two kinds of one card take turns."""
    with tempfile.TemporaryDirectory() as home, service.started("photos", MANY) as sandbox:
        card, plain = CARDS.format(ids=sandbox.ids[0]), PLAIN.format(ids=sandbox.ids[0])
        many = CARDS.format(ids=" ".join(sandbox.ids))
        taken: dict[str, list[float]] = {card: [], plain: [], many: []}
        with _opened(Path(home), ["", TIDY, SETUP.format(url=sandbox.url)]) as notebook:
            notebook.run(SETTING_UP)
            for source in [card, plain] * (1 + rounds) + [many] * (1 + many_rounds):
                pictures = 4 * MANY if source == many else 4
                taken[source].append(seconds_until_visible(notebook, source, pictures))
    first = {source: seconds.pop(0) for source, seconds in taken.items()}
    one_card, one_plain, twenty = (statistics.median(taken[s]) for s in (card, plain, many))
    beside = f"{one_plain:.2f} s / {one_card:.2f} s; the first in a kernel {first[card]:.2f} s"
    spread = f"{min(taken[many]):.1f} to {max(taken[many]):.1f} s"
    return [
        Row("plain card / card visible", one_plain / one_card, "×", 4, True, beside),
        Row(f"{MANY} cards visible", twenty, "s", 5, beside=spread),
    ]


@contextmanager
def _opened(home: Path, sources: list[str]) -> Iterator[NotebookPage]:
    executable = find_chromium()
    if executable is None:
        raise LeftOut("Chromium is missing: install it, or say in MJ_CHROMIUM where it is")
    server = JupyterServer("lab", home / "lab", environment(home))
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
            notebook = NotebookPage(browser.new_context(), lambda _: server)
            notebook.open(sources)
            yield notebook
            browser.close()
    finally:
        server.stop()
