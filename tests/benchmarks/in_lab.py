"""A notebook in a real JupyterLab, for what is measured there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.lab import NotebookPage
from tests.browser.servers import JupyterServer

from .surroundings import environment
from .table import LeftOut


@contextmanager
def notebook_in(home: Path) -> Iterator[tuple[BrowserContext, NotebookPage]]:
    """Give a browser, and a notebook that is to be opened in it; all that is kept goes to *home*.

    Raises:
        LeftOut: there is no Chromium.
    """
    executable = find_chromium()
    if executable is None:
        raise LeftOut("Chromium is missing: install it, or say in MJ_CHROMIUM where it is")
    server = JupyterServer("lab", home / "lab", environment(home))
    server.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
            context = browser.new_context()
            yield context, NotebookPage(context, lambda _: server)
            browser.close()
    finally:
        server.stop()
