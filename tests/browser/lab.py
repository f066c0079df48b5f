"""A notebook in the browser, as small verbs: open, run, look at an output, save, reload."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from .servers import THEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbformat import NotebookNode
    from playwright.sync_api import BrowserContext, Locator, Page

    from browser.servers import JupyterServer, Theme, Ui

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
PATHS = {"lab": "/doc/tree/", "notebook": "/notebooks/"}
KERNELSPEC = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
SECONDS = 60

# The indicator in the toolbar already says "idle" while there is no kernel, so ask the page.
KERNEL_IDLE = """() => {
    const session = window.jupyterapp?.shell?.currentWidget?.sessionContext;
    const kernel = session?.session?.kernel;
    return Boolean(session?.isReady) && !session.pendingInput
        && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
NO_KERNEL = "() => !window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
STILL = """() => new Promise((done) => {
    const cells = () => [...document.querySelectorAll(".jp-Notebook-cell")];
    const measure = () => cells().map((cell) => cell.getBoundingClientRect().height).join();
    let last = "";
    let frames = 0;
    const look = () => {
        const now = measure();
        frames = now === last ? frames + 1 : 0;
        last = now;
        if (frames >= 20) done();
        else requestAnimationFrame(look);
    };
    look();
})"""
START_COMMAND = """([command, job, cell]) => {
    const app = window.jupyterapp;
    if (cell !== null) {
        const notebook = app.shell.currentWidget.content;
        notebook.deselectAll();
        notebook.activeCellIndex = cell;
    }
    window.harnessJobs ??= {};
    window.harnessEnds ??= {};
    window.harnessEnds[job] = app.commands.execute(command)
        .then(() => "done", String)
        .then((end) => (window.harnessJobs[job] = end));
}"""
# Playwright's own waiting looks at each frame, and keeps the page painting them.
END_OF_JOB = """([job, milliseconds]) => Promise.race([
    window.harnessEnds[job],
    new Promise((end) => setTimeout(end, milliseconds, "it still runs")),
])"""

CHANGE_THEME = """(theme) =>
    window.jupyterapp.commands.execute("apputils:change-theme", { theme })"""
IS_LIGHT = "() => document.body.dataset.jpThemeLight === 'true'"

# Loading all of Jupyter costs three times what a kernel and a card do. Notebook 7, which shows one
# notebook in a page, takes the next when there is no other; "_noref" keeps it from a new page.
OPEN_HERE = """async ([path, address]) => {
    const app = window.jupyterapp;
    for (const widget of [...app.shell.widgets("main")]) widget.dispose();
    const options = { ref: "_noref" };
    const opened = await app.commands.execute("docmanager:open", { path, options });
    await opened.context.ready;
    history.replaceState(null, "", address);
}"""
LEAVE = """() => {
    for (const widget of [...window.jupyterapp.shell.widgets("main")]) widget.dispose();
    return document.querySelector(".jp-Dialog") === null;
}"""

_numbers = itertools.count(1)


class NotebookPage:
    """One notebook, in JupyterLab or Notebook 7, with its kernel."""

    def __init__(
        self,
        context: BrowserContext,
        server: Callable[[Ui], JupyterServer],
        left: dict[str, Page] | None = None,
    ) -> None:
        """Use a page that another notebook has `left`, by its server's address, if there is one."""
        self._context = context
        self._find_server = server
        self._left = {} if left is None else left
        self._page: Page | None = None
        self.server: JupyterServer
        self.path: Path

    @property
    def page(self) -> Page:
        """Playwright's page, for all that has no verb here."""
        assert self._page is not None, "open() comes first"
        return self._page

    def open(
        self,
        cells: Sequence[str] | NotebookNode,
        ui: Ui = "lab",
        theme: Theme = "light",
        viewport: tuple[int, int] = (1280, 900),
        wait: bool = True,
    ) -> None:
        """Write a notebook, open it, and wait until its kernel is idle."""
        self.server = self._find_server(ui)
        self.server.use_theme(theme)
        self.path = self.server.root / f"notebook-{next(_numbers)}.ipynb"
        nbformat.write(as_notebook(cells), self.path)
        if self._page is None:
            self._page = self._left.pop(self.server.url, None) or self._context.new_page()
        width, height = viewport
        self.page.set_viewport_size({"width": width, "height": height})
        address = f"{self.server.url}{PATHS[ui]}{self.path.name}"
        if self.page.url.startswith(self.server.url):
            self.change_theme(theme)
            self.page.evaluate(OPEN_HERE, [self.path.name, address])
        else:
            self.page.on("dialog", lambda dialog: dialog.accept())
            self.page.goto(address)
        self._wait_loaded()
        self._wait_themed(theme)
        if wait:
            self.wait_idle()

    def leave(self) -> None:
        """Close the notebook, and leave the page to the next one if it is as it was."""
        page, self._page = self.page, None
        page.mouse.move(0, 0)
        if page.evaluate(LEAVE):
            self._left[self.server.url] = page
        else:
            page.close()

    def change_theme(self, theme: Theme) -> None:
        """Make a light page dark or a dark one light, as the settings menu does."""
        if self.page.evaluate(IS_LIGHT) == (theme == "light"):
            return
        self.page.evaluate(CHANGE_THEME, THEMES[theme])
        self._wait_themed(theme)
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def cell(self, index: int) -> Locator:
        """Return a cell, counted from 0."""
        return self.page.locator(f'.jp-Notebook-cell[data-windowed-list-index="{index}"]')

    def output(self, index: int) -> Locator:
        """Return all that a cell has shown: search in here, never in the code beside it."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def text_of_output(self, index: int) -> str:
        """Return what can be read in a cell's output now."""
        return self.output(index).inner_text() if self.output(index).count() else ""

    def run(self, index: int, seconds: float = SECONDS) -> None:
        """Run a cell and wait for its end, also when the end is an exception."""
        self._wait_job(self.start(index), seconds)

    def start(self, index: int) -> str:
        """Begin to run a cell and return at once; `wait_idle` waits for the end."""
        return self._start_job("notebook:run-cell", index)

    def run_all(self, seconds: float = SECONDS) -> None:
        """Run all cells and wait for the end; as for a user, an exception ends it."""
        self._wait_job(self._start_job("notebook:run-all-cells"), seconds)

    def restart_and_run_all(self, seconds: float = SECONDS) -> None:
        """Restart the kernel, run all cells and wait for the end."""
        job = self._start_job("notebook:restart-run-all")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self._wait_job(job, seconds)

    def interrupt(self) -> None:
        """Interrupt the kernel, as the stop button does."""
        self._wait_job(self._start_job("notebook:interrupt-kernel"), SECONDS)

    def wait_idle(self, seconds: float = SECONDS) -> None:
        """Wait until the kernel is connected and has nothing to do."""
        self.page.wait_for_function(KERNEL_IDLE, timeout=seconds * 1000, polling=50)

    def wait_still(self) -> None:
        """Wait until the notebook has kept its height for a third of a second of frames."""
        self.page.evaluate(STILL)

    def save(self) -> None:
        """Save the notebook."""
        self._wait_job(self._start_job("docmanager:save"), SECONDS)

    def notebook_json(self) -> Any:
        """Return the notebook as it is on disk: `save` first."""
        return nbformat.read(self.path, as_version=4)

    def reload(self, wait: bool = True) -> None:
        """Load the page again; the kernel goes on."""
        self.page.reload()
        self._wait_loaded()
        if wait:
            self.wait_idle()

    def shutdown_kernel(self) -> None:
        """Shut the kernel down, as the kernel menu does, and leave the page open."""
        self.page.evaluate(
            "() => { window.jupyterapp.shell.currentWidget.sessionContext.shutdown(); }"
        )
        self.page.wait_for_function(NO_KERNEL, timeout=SECONDS * 1000)

    def screenshot(self, name: str, of: Locator | None = None) -> Path:
        """Save a picture of the page, or of one element, in tests/screenshots."""
        path = SCREENSHOTS / (re.sub(r"[^\w.-]+", "-", name) + ".png")
        (of or self.page).screenshot(path=path)
        return path

    def _wait_loaded(self) -> None:
        self.page.wait_for_function(
            "() => Boolean(window.jupyterapp?.shell?.currentWidget?.sessionContext)",
            timeout=SECONDS * 1000,
            polling=50,
        )
        self.page.wait_for_selector(".jp-Notebook .jp-Notebook-cell", timeout=SECONDS * 1000)

    def _wait_themed(self, theme: Theme) -> None:
        light = "true" if theme == "light" else "false"
        themed = f'body[data-jp-theme-light="{light}"]'
        self.page.wait_for_selector(themed, state="attached", timeout=SECONDS * 1000)

    def _start_job(self, command: str, cell: int | None = None) -> str:
        job = f"job-{next(_numbers)}"
        self.page.evaluate(START_COMMAND, [command, job, cell])
        return job

    def _wait_job(self, job: str, seconds: float) -> None:
        end = self.page.evaluate(END_OF_JOB, [job, seconds * 1000])
        assert end == "done", end


def as_notebook(cells: Sequence[str] | NotebookNode) -> NotebookNode:
    """Make a notebook of sources; without a kernelspec a dialog would ask for one."""
    if isinstance(cells, nbformat.NotebookNode):
        return cells
    sources = [nbformat.v4.new_code_cell(source) for source in cells]
    made: NotebookNode = nbformat.v4.new_notebook(
        cells=sources, metadata={"kernelspec": KERNELSPEC}
    )
    return made
