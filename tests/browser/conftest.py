"""Fixtures: Chromium, the two servers, a notebook in a page, a module in a blank page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from browser.chromium import FLAGS, OutsideRequest, find_chromium, watched
from browser.front_end import FrontEnd, StaticServer
from browser.lab import SCREENSHOTS, NotebookPage
from browser.servers import JupyterServer, Theme, Ui

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

HERE = Path(__file__).parent
LOG_LINES = 200
HAS_FAILED = pytest.StashKey[bool]()

# Five seconds are less than a kernel may take on a computer that does something else, too.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this directory, and allow them one second try."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1, rerun_except=["OutsideRequest"]))


# Not the whole session: while Playwright runs, this thread has a running event loop, and tests
# elsewhere that call asyncio.run would fail.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("Chromium is missing: install it, or say in MJ_CHROMIUM where it is")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def jupyter_server(
    clean_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Ui], JupyterServer]]:
    """A function from "lab" or "notebook" to its server, started when first asked for."""
    started: dict[Ui, JupyterServer] = {}

    def get(ui: Ui) -> JupyterServer:
        if ui not in started:
            server = JupyterServer(ui, tmp_path_factory.mktemp(ui), clean_environment)
            server.start()
            started[ui] = server
        return started[ui]

    yield get
    for server in started.values():
        server.stop()


@pytest.fixture(params=["lab", "notebook"])
def ui(request: pytest.FixtureRequest) -> Ui:
    """JupyterLab, then Notebook 7."""
    chosen: Ui = request.param
    return chosen


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> Theme:
    """The light theme, then the dark one."""
    chosen: Theme = request.param
    return chosen


@pytest.fixture
def page_errors() -> list[str]:
    """Errors on the console and exceptions nobody caught, without those of Jupyter itself."""
    return []


@pytest.fixture
def outside_requests() -> list[str]:
    """Addresses on other hosts that the pages have asked for, in vain."""
    return []


@pytest.fixture
def context(
    chromium: Browser, page_errors: list[str], outside_requests: list[str]
) -> Iterator[BrowserContext]:
    """A browser nobody has used yet; asking another host for anything fails the test."""
    with (
        chromium.new_context(service_workers="block") as context,
        watched(context, page_errors, outside_requests),
    ):
        yield context
    refuse(outside_requests)


@pytest.fixture(scope="package")
def jupyter_context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser for all notebooks: its cache knows the files of Jupyter.

    Nothing moves by itself in it: without a graphics card each frame is painted by a processor.
    """
    with chromium.new_context(service_workers="block", reduced_motion="reduce") as context:
        yield context


@pytest.fixture(scope="package")
def left_pages() -> dict[str, Page]:
    """Pages without a notebook, for the next test to open one in, by the server's address."""
    return {}


@pytest.fixture
def notebook(
    request: pytest.FixtureRequest,
    jupyter_context: BrowserContext,
    jupyter_server: Callable[[Ui], JupyterServer],
    left_pages: dict[str, Page],
    page_errors: list[str],
    outside_requests: list[str],
) -> Iterator[NotebookPage]:
    """A notebook to open; its kernel ends with the test.

    Asking another host for anything fails the test. The page goes on to the next test, but for
    one that has failed, or is marked `own_page` because it leaves traces there.
    """
    with watched(jupyter_context, page_errors, outside_requests):
        notebook = NotebookPage(jupyter_context, jupyter_server, left_pages)
        yield notebook
        spoiled = HAS_FAILED in request.node.stash or request.node.get_closest_marker("own_page")
        if hasattr(notebook, "server") and not spoiled:
            notebook.leave()
        tidy(jupyter_context, left_pages)
    if hasattr(notebook, "server"):
        notebook.server.shut_down_kernels()
    refuse(outside_requests)


def tidy(context: BrowserContext, left: dict[str, Page]) -> None:
    """Leave the next test a browser without other pages, permissions and cookies."""
    for page in context.pages:
        if page not in left.values():
            page.close()
    context.set_offline(False)
    context.clear_permissions()
    context.clear_cookies()


def refuse(outside_requests: list[str]) -> None:
    """Fail the test that has asked another host."""
    if outside_requests:
        raise OutsideRequest("the page asked for " + ", ".join(outside_requests))


@pytest.fixture(scope="package")
def static_server() -> Iterator[StaticServer]:
    """The front-end files of the package, served on this computer."""
    with StaticServer() as server:
        yield server


@pytest.fixture
def front_end_page(context: BrowserContext, static_server: StaticServer) -> FrontEnd:
    """A blank page for one ES module with a stub model: no kernel, no Jupyter."""
    return FrontEnd(context.new_page(), static_server.url)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what the pages and the server looked like when a test failed."""
    report = yield
    if report.failed:
        item.stash[HAS_FAILED] = True
    if report.failed and report.when == "call":
        _keep_evidence(item, report)
    return report


def _keep_evidence(item: pytest.Item, report: pytest.TestReport) -> None:
    available: dict[str, Any] = getattr(item, "funcargs", {})
    folder = SCREENSHOTS / "failures"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", item.nodeid.removeprefix("tests/browser/")).strip("-")
    name += f"-{getattr(item, 'execution_count', 1)}"
    used = [available[name] for name in ("context", "jupyter_context") if name in available]
    pages = [page for context in used for page in context.pages]
    for number, page in enumerate(pages):
        kept = folder / f"{name}-{number}"
        try:
            page.screenshot(path=f"{kept}.png", timeout=10_000)
            kept.with_name(f"{kept.name}.txt").write_text(page.locator("body").inner_text())
        except Error as error:
            report.sections.append(("page that could not be kept", str(error)))
        else:
            report.sections.append(("page", f"{page.url}\nsee {kept}.png and .txt"))
    (folder / f"{name}.why.txt").write_text(report.longreprtext)  # a second try may pass
    if errors := available.get("page_errors"):
        report.sections.append(("errors on the page", "\n".join(errors)))
    server = getattr(available.get("notebook"), "server", None)
    if server is not None:
        log = "\n".join(server.log.splitlines()[-LOG_LINES:])
        (folder / f"{name}.server.log").write_text(log)
        report.sections.append(("server log", f"see {folder / name}.server.log"))
