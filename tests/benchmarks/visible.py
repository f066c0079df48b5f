"""From the start of a cell until its pictures are to be seen, in a real JupyterLab.

What a person waits for. The clock is the page's own: it starts as the cell is run, and stops in
the first frame in which every picture is loaded and has its place. The tasks have ended and their
pictures are ready at the service, so that only the package, Jupyter and the browser are measured,
in a kernel that has shown a card before. The baseline is what one would write without the package:
download, decode, crop, and four PNGs for four ``ipywidgets.Image`` with their buttons.

A card that is seen for the first time writes its file to a library that is new in each round. One
that is known is in a library already, and the service is not asked. Both have a new session, which
is made before the clock starts.

Where a service gives four originals of 7 MB beside their sheet, the sheet is to be seen as soon as
where it gives that alone; the card is done when all are downloaded, decoded and in its tiles.
"""

import json
import statistics
import tempfile
from pathlib import Path

from tests.browser.lab import NotebookPage

from . import service
from .in_lab import notebook_in
from .table import Row

MANY = 20
SETUP = """
%load_ext mj_widgets
import io, json, urllib.request
import ipywidgets as ipw
from PIL import Image
import mj_widgets as mj
url = {url!r}
libraries = iter({libraries!r})

def begin_round():
    mj.configure(url, "sandbox", library=next(libraries))

begin_round()

def get(url):
    request = urllib.request.Request(url, headers={{"Authorization": "Bearer sandbox"}})
    return urllib.request.urlopen(request).read()

def plain_card(task_id):
    task = json.loads(get(f"{{url}}/mj/task/{{task_id}}/fetch"))
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
CARDS = "shown = %mjfetch --cards {ids}\nshown"
PLAIN = "shown = plain_card('{ids}')\nshown"
TIDY = """for card in shown if hasattr(shown, "__getitem__") else [shown]: card.close()
begin_round()"""
ORIGINALS = ("sheet alone", "originals", "originals done")
TIMED, TIDYING, SETTING_UP = range(3)  # the timed cell is on top, to be seen without scrolling
STILL = "[data-mj-static] img"
SET_SOURCE = """([cell, source]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.widgets[cell].model.sharedModel.setSource(source);
}"""
SEEN, DONE = "img", "[data-unfinished=false] img"
SECONDS_UNTIL_VISIBLE = """async ([cell, source, wanted, kind]) => {
    const app = window.jupyterapp;
    const notebook = app.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = cell;
    notebook.widgets[cell].model.sharedModel.setSource(source);
    const output = `.jp-Notebook-cell[data-windowed-list-index="${cell}"] .jp-Cell-outputArea`;
    const images = `${output} ${kind}:not([data-mj-static] img)`;
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


def seconds_until_visible(
    notebook: NotebookPage, source: str, pictures: int, kind: str = SEEN
) -> float:
    """Run a cell, return how long its pictures took, and remove them again."""
    page = notebook.page
    taken: float | None = page.evaluate(SECONDS_UNTIL_VISIBLE, [TIMED, source, pictures, kind])
    assert taken is not None, notebook.text_of_output(TIMED)
    notebook.wait_idle()
    notebook.run(TIDYING)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    return taken


def bytes_of_a_card(notebook: NotebookPage, source: str) -> int:
    """Run a cell with one card and return how much the saved notebook grows by it."""
    page = notebook.page
    page.evaluate(SET_SOURCE, [TIMED, source])
    notebook.save()
    before = notebook.path.stat().st_size
    notebook.run(TIMED)
    copy = notebook.output(TIMED).locator(STILL)
    copy.wait_for(state="attached")
    notebook.save()
    outputs = json.loads(notebook.path.read_text())["cells"][TIMED]["outputs"]
    assert "data:image/jpeg;base64," in json.dumps(outputs)
    return notebook.path.stat().st_size - before


def rows(rounds: int = 5, many_rounds: int = 3) -> list[Row]:
    """Medians of several rounds; the kinds of one card take turns."""
    kinds = ["first", "known", "plain", *ORIGINALS] * (1 + rounds) + ["many"] * (1 + many_rounds)
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as home, service.started("visible", MANY) as sandbox:
        *photos, four, sheet = sandbox.ids
        one, many = photos[0], " ".join(photos)
        sources = {
            "first": CARDS.format(ids=one),
            "known": CARDS.format(ids=one),
            "plain": PLAIN.format(ids=one),
            "sheet alone": CARDS.format(ids=sheet),
            "originals": CARDS.format(ids=four),
            "originals done": CARDS.format(ids=four),
            "many": CARDS.format(ids=many),
        }
        # A known one finds the library that the card of its turn has just filled.
        turns = [n - 1 if kind == "known" else n for n, kind in enumerate([*kinds, "saved"])]
        libraries = [str(Path(home) / f"library-{turn}") for turn in turns]
        setup = SETUP.format(url=sandbox.url, libraries=[*libraries, None])
        with notebook_in(Path(home)) as (_, notebook):
            notebook.open(["", TIDY, setup])
            notebook.run(SETTING_UP)
            for kind in kinds:
                pictures = 4 * MANY if kind == "many" else 4
                until = DONE if kind == "originals done" else SEEN
                taken[kind].append(seconds_until_visible(notebook, sources[kind], pictures, until))
            grown = bytes_of_a_card(notebook, sources["first"])
    begun = {kind: seconds.pop(0) for kind, seconds in taken.items()}
    first, known, plain, sheet_alone, originals, done, twenty = map(
        statistics.median, taken.values()
    )
    beside = f"{plain:.2f} s / {first:.2f} s; the first in a kernel {begun['first']:.2f} s"
    spread = f"{min(taken['many']):.1f} to {max(taken['many']):.1f} s"
    return [
        Row("plain card / card visible", plain / first, "×", 4, True, beside),
        Row(
            "known card / card visible",
            known / first,
            "×",
            1,
            beside=f"{known:.2f} s / {first:.2f} s; known ones are read from the library",
        ),
        Row(
            "card of four originals visible / of their sheet alone",
            originals / sheet_alone,
            "×",
            1.1,  # what rounds differ by
            beside=f"{originals:.2f} s / {sheet_alone:.2f} s; originals of 7 MB",
        ),
        Row(
            "card of four originals done / plain card visible",
            done / plain,
            "×",
            1.5,
            beside=f"{done:.2f} s / {plain:.2f} s",
        ),
        Row(f"{MANY} cards visible", twenty, "s", 5, beside=spread),
        Row("a saved notebook grows by a card", grown / 1000, "kB", 150),
    ]
