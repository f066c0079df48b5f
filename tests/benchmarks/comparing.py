"""Two large pictures compared in a real JupyterLab: from the click until both are seen."""

import statistics
import tempfile
from pathlib import Path

from mj_widgets.archive import Library
from mj_widgets.sandbox import photo_like
from tests.browser.lab import NotebookPage
from tests.libraries import SERVICE, look_at_all, task_of

from .in_lab import notebook_in
from .table import Row

SIDE = 2048
SETUP = """import mj_widgets as mj
mj.configure("service.invalid", "none", offline=True, library={folder!r})
gallery = mj.tasks().gallery(height=240)
gallery"""
CHOOSE = {
    "two grids of 2048²": "gallery.selected = [(job.task_id, 0) for job in mj.tasks()]",
    "two of their pictures": """gallery.wall.query = {"by": "picture"}
first, second = mj.tasks()
gallery.selected = [(first.task_id, 2), (second.task_id, 3)]""",
}
GALLERY, CHOSEN = range(2)
# The clock begins with the click; what is seen are small copies, and then all pixels.
SECONDS_UNTIL_SEEN = """async () => {
    const wall = document.querySelector(".mj-wall");
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    wall.querySelector(".mj-wall-compare").click();
    const found = [];
    for (const least of [1, %d]) {
        while (seconds() < 20) {
            await new Promise(requestAnimationFrame);
            const images = [...document.querySelectorAll(".mj-light-view img[src]")];
            const isThere = (image) => image.complete && image.naturalWidth >= least;
            if (images.length === 2 && images.every(isThere)) break;
        }
        found.push(seconds());
    }
    return found;
}"""
FOCUS = "document.querySelector('.mj-light-stage').focus()"
IS_GONE = "() => !document.querySelector('.mj-light')"


def rows(rounds: int = 5) -> list[Row]:
    """Medians of several rounds, in one page."""
    found = []
    with tempfile.TemporaryDirectory() as home:
        library = Library(Path(home) / "library")
        for number in range(2):
            picture = photo_like(f"a fox {number}", (SIDE, SIDE))
            library.save(task_of(number), [picture], service=SERVICE)
        look_at_all(library)
        library.close()
        setup = SETUP.format(folder=str(Path(home) / "library"))
        for what, choose in CHOOSE.items():
            with notebook_in(Path(home) / what) as (_, notebook):
                notebook.open([setup, choose])
                notebook.run(GALLERY)
                notebook.page.locator(".mj-wall-small").first.wait_for()
                notebook.run(CHOSEN)
                notebook.page.locator(".mj-wall-compare:visible").wait_for()
                width = SIDE if "grids" in what else SIDE // 2
                taken = [_seconds(notebook, width) for _ in range(rounds)]
            seen = [first for first, _ in taken]
            whole = statistics.median(all_pixels for _, all_pixels in taken)
            beside = f"most {max(seen):.2f} s; all pixels {whole:.2f} s"
            name = f"compare {what}: click to seen"
            found.append(Row(name, statistics.median(seen), "s", 0.5, beside=beside))
    return found


def _seconds(notebook: NotebookPage, width: int) -> tuple[float, float]:
    seen, whole = notebook.page.evaluate(SECONDS_UNTIL_SEEN % width)
    notebook.page.evaluate(FOCUS)
    notebook.page.keyboard.press("Escape")
    notebook.page.wait_for_function(IS_GONE)
    return seen, whole
