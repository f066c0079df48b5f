"""A notebook that is saved and opened again: no kernel, no service, another server, no network."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from recorded import FILM_MP4
from services import file_of

from browser.chromium import watched
from browser.lab import SCREENSHOTS, NotebookPage, as_notebook
from browser.servers import JupyterServer
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

    from browser.servers import Theme, Ui

SETUP = """%load_ext mj_widgets
import mj_widgets as mj
s = mj.configure({url!r}, "any", library="library")
%config MjMagics.size = 320"""
FETCH = f"%mjfetch {EXAMPLES['finished']} --wait"
CELLS = {
    "setup": SETUP,
    "grid": FETCH,
    "child": f"w = {FETCH}\nended = w.upscale(2).wait()",
    "failed": f"%mjfetch {EXAMPLES['failed']}",
    "described": f"%mjfetch {EXAMPLES['described']} --wait",
    "several": f"%mjfetch --cards {EXAMPLES['finished']} {EXAMPLES['wide']} --wait",
    "film": "%mjfetch 70 --wait",
    "animation": "%mjfetch 71 --wait",
    "noise": "%mjfetch 72 --wait",
    "closed": f"c = {FETCH}",
    "close": "c.close()",
    "no static": f"{FETCH} --no-static",
}
NUMBER = {name: number for number, name in enumerate(CELLS)}
PICTURES = {"grid": 1, "child": 2, "described": 1, "several": 2, "animation": 1, "noise": 1}
"""How many pictures the saved output of a cell has."""
WITH_TWIN = (*PICTURES, "failed", "film")
EXECUTED = ("setup", "grid", "child", "described")
"""The cells that a program executes."""
NO_WIDGET = re.compile(r"(Error displaying|Loading) widget|Task(Widget|Cards)\(|VBox")
QUIET = [f"--HTMLExporter.{name}=" for name in ("require_js_url", "mathjax_url", "mermaid_js_url")]
HEIGHTS = "rows => rows.map(row => row.getBoundingClientRect().height)"
SECONDS = 40_000


def rows(output: Locator) -> list[float]:
    """How high each output of a cell is."""
    heights: list[float] = output.locator(".jp-OutputArea-child").evaluate_all(HEIGHTS)
    return heights


def expect_pictures(place: Locator, count: int) -> None:
    """Expect that so many pictures are seen, each large enough and within the page."""
    seen = place.locator("img:not(.mj-stamp)").filter(visible=True)
    expect(seen).to_have_count(count)
    for picture in seen.all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 256
        assert picture.evaluate(
            """image => {
                const box = image.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2, Math.max(box.y, 100) + 20];
                return document.elementFromPoint(x, y) === image
                    && box.width >= 150 && box.right <= innerWidth;
            }"""
        )


def cells_for(sandbox: Sandbox, names: Iterable[str]) -> NotebookNode:
    """A notebook of some of `CELLS` that asks this service."""
    return as_notebook([CELLS[name].replace("{url!r}", repr(sandbox.url)) for name in names])


def add_rare_tasks(sandbox: Sandbox) -> None:
    """Add a film as task 70, an animation as 71, and as 72 a grid that no JPEG can make small."""
    noise = Image.effect_noise((2048, 2048), 200).convert("RGB")
    frames = [Image.new("RGB", (256, 256), (80 * n, 90, 120)) for n in range(3)]
    webp = file_of(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=40)
    links = {
        "70": {"videoUrl": sandbox.put_file("film.mp4", FILM_MP4, "video/mp4")},
        "71": {"imageUrl": sandbox.put_file("moving.webp", webp, "image/webp")},
        "72": {"imageUrl": sandbox.put_file("noise.jpg", file_of(noise, "JPEG"), "image/jpeg")},
    }
    for task_id, link in links.items():
        action = "IMAGINE" if task_id == "72" else "UPSCALE"
        told = {"id": task_id, "action": action, "status": "SUCCESS", "prompt": f"task {task_id}"}
        sandbox.put(task_id, told | link)


@dataclass
class Opened:
    """A notebook in a page."""

    notebook: NotebookPage
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def output(self, name: str) -> Locator:
        """What a cell of `CELLS` has shown."""
        return self.notebook.output(NUMBER[name])


@dataclass
class Story:
    """What is left of a notebook that was run, saved and closed; its server and service are gone.

    A new server shows the same folder.
    """

    ui: Ui
    server: JupyterServer
    saved: NotebookNode
    live_rows: dict[str, list[float]]
    """How high each output of a cell was while the kernel lived."""

    def weight(self, name: str) -> int:
        """How many bytes the outputs of a cell add to the file."""
        empty = nbformat.from_dict(self.saved)
        empty.cells[NUMBER[name]].outputs = []
        return len(nbformat.writes(self.saved).encode()) - len(nbformat.writes(empty).encode())


@contextmanager
def running(ui: Ui, home: Path, environment: Mapping[str, str]) -> Iterator[JupyterServer]:
    """A server for a folder, stopped whatever happens."""
    server = JupyterServer(ui, home, environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def page_with(
    browser: BrowserContext, server: JupyterServer, content: NotebookNode, theme: Theme, width: int
) -> Iterator[Opened]:
    """Open a notebook in a page of its own."""
    opened = Opened(NotebookPage(browser, lambda _: server))
    with watched(browser, opened.errors, opened.outside):
        # Only what is on the screen, or near it, is there at all.
        opened.notebook.open(content, server.ui, theme, viewport=(width, 6500))
        yield opened
        opened.notebook.page.close()
    server.shut_down_kernels()


@pytest.fixture(params=["lab", "notebook"], scope="module")
def ui(request: pytest.FixtureRequest) -> Ui:
    """JupyterLab, then Notebook 7."""
    chosen: Ui = request.param
    return chosen


@contextmanager
def lived(
    ui: Ui, browser: BrowserContext, home: Path, environment: dict[str, str]
) -> Iterator[Story]:
    """Run all of `CELLS`, save the notebook, and start another server."""
    with Sandbox(speed=20).in_thread() as sandbox, running(ui, home, environment) as server:
        add_rare_tasks(sandbox)
        cells = cells_for(sandbox, CELLS)
        with page_with(browser, server, cells, "light", 1280) as live:
            live.notebook.run_all(180)
            for name in WITH_TWIN:
                copy = live.output(name).locator("[data-mj-static]")
                count = PICTURES.get(name, 0)
                expect(copy.locator("p").first).to_be_attached(timeout=SECONDS)
                expect(copy.locator("img")).to_have_count(count, timeout=SECONDS)
                state = live.output(name).locator(".mj-state").first
                expect(state).to_contain_text(re.compile("done|failed"), timeout=SECONDS)
            live_rows = {name: rows(live.output(name)) for name in CELLS}
            live.notebook.save()
            saved = live.notebook.notebook_json()
    with running(ui, home, environment) as server:
        yield Story(ui, server, saved, live_rows)


@pytest.fixture(scope="module")
def stories(
    jupyter_context: BrowserContext,
    clean_environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Ui], Story]]:
    """A function to the story of a front-end, which takes place when first asked for."""
    told: dict[Ui, Story] = {}
    with ExitStack() as stack:

        def tell(ui: Ui) -> Story:
            if ui not in told:
                home = tmp_path_factory.mktemp(f"lasting-{ui}")
                story = lived(ui, jupyter_context, home, clean_environment)
                told[ui] = stack.enter_context(story)
            return told[ui]

        yield tell


@pytest.fixture(scope="module")
def story(ui: Ui, stories: Callable[[Ui], Story]) -> Story:
    return stories(ui)


@pytest.fixture(
    params=["trusted-light-1280", "untrusted-dark-420"],
    scope="module",
)
def again(
    request: pytest.FixtureRequest, jupyter_context: BrowserContext, story: Story
) -> Iterator[Opened]:
    """The notebook opened again, as its author or as somebody else sees it."""
    trust, theme, width = request.param.split("-")
    content = nbformat.from_dict(story.saved)
    if trust == "untrusted":
        content.cells[0].source += "\n# changed by somebody else"
    with page_with(jupyter_context, story.server, content, theme, int(width)) as opened:
        is_trusted = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
            .every(cell => cell.trusted)"""
        assert opened.notebook.page.evaluate(is_trusted) is (trust == "trusted")
        if trust == "trusted":
            for name in WITH_TWIN:
                words = opened.output(name).get_by_text("Error displaying widget")
                expect(words).to_have_count(1, timeout=SECONDS)  # Jupyter did say it
        yield opened
        opened.notebook.screenshot(f"lasting-{story.ui}-{request.param}")


# Live


def test_the_live_card_hides_its_copy_which_takes_no_room(story: Story) -> None:
    for name in WITH_TWIN:
        card, *twins = story.live_rows[name]
        assert card > 60, name
        assert twins == [0] * (2 if name == "several" else 1), name
    assert len(story.live_rows["no static"]) == 1
    assert sum(story.live_rows["closed"]) == 0


def test_a_finished_grid_adds_at_most_300_000_bytes_to_the_file(story: Story) -> None:
    print({name: story.weight(name) for name in CELLS})
    assert 20_000 < story.weight("grid") < story.weight("noise") <= 300_000
    assert story.weight("child") < 2 * story.weight("noise")
    assert story.weight("no static") < 1_000
    assert story.weight("closed") < 2_000


def test_no_card_adds_more_than_150_000_bytes_not_even_one_of_noise(story: Story) -> None:
    """With the picture for exporters that know no HTML."""
    assert story.weight("noise") <= 150_000
    assert story.weight("child") <= 2 * 150_000


# Opened again


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_are_there(again: Opened, name: str) -> None:
    expect_pictures(again.output(name), PICTURES[name])


def test_prompt_task_button_and_date_are_read(again: Opened) -> None:
    parent, child = again.output("child").locator("figcaption").all()
    expect(parent).to_contain_text("这是一个视频截图")
    expect(parent).to_contain_text(re.compile(r"task 1747132423020537, 2025-05-13 \d\d:\d\d"))
    expect(child).to_contain_text(re.compile(r"task \d+, U2 of task 1747132423020537, 20\d\d-"))


def test_the_reason_of_a_failure_and_the_texts_of_a_description_are_read(again: Opened) -> None:
    expect(again.output("failed")).to_contain_text("Request blocked by content policy")
    texts = again.output("described").locator("li").filter(visible=True)
    expect(texts).to_have_count(4)
    assert all(len(text) > 20 for text in texts.all_inner_texts())


def test_what_moved_says_that_it_did(again: Opened) -> None:
    expect(again.output("film")).to_contain_text("A video: run the cell again to play it.")
    expect(again.output("animation")).to_contain_text("The first picture of an animation")


@pytest.mark.parametrize("name", WITH_TWIN)
def test_nothing_is_said_of_a_widget_that_is_not_there(again: Opened, name: str) -> None:
    expect(again.output(name)).not_to_have_text(NO_WIDGET, use_inner_text=True)
    assert NO_WIDGET.search(again.output(name).inner_text()) is None
    assert rows(again.output(name))[0] == 0


def test_a_card_that_was_closed_left_nothing(again: Opened) -> None:
    assert sum(rows(again.output("closed"))) == 0


def test_without_the_copy_there_are_only_jupyters_own_words(again: Opened) -> None:
    expect(again.output("no static")).to_contain_text(NO_WIDGET)
    expect(again.output("no static").locator("img")).to_have_count(0)


def test_nothing_is_asked_for_and_nothing_goes_wrong(again: Opened) -> None:
    assert again.outside == []
    assert [error for error in again.errors if "widget model not found" not in error] == []


# Exported


def nbconvert(path: Path, environment: Mapping[str, str], *options: str) -> None:
    """Convert a notebook with the command that people use."""
    command = [sys.executable, "-m", "nbconvert", path.name, *options]
    done = subprocess.run(command, cwd=path.parent, env=dict(environment), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@dataclass
class OfflinePage:
    """An HTML file in a browser that has no network."""

    page: Page
    asked: set[str]
    """What it asked for in vain."""


@contextmanager
def opened_file(chromium: Browser, path: Path) -> Iterator[OfflinePage]:
    """Open an HTML file in a browser of its own."""
    with chromium.new_context(offline=True, viewport={"width": 1280, "height": 900}) as context:
        asked: set[str] = set()
        context.on("requestfailed", lambda request: asked.add(request.url))
        page = context.new_page()
        page.goto(path.as_uri())
        yield OfflinePage(page, asked)


@pytest.fixture
def folder(tmp_path: Path, story: Story) -> Path:
    """Where the saved notebook is, and the same one without any output."""
    nbformat.write(story.saved, tmp_path / "saved.ipynb")
    empty = nbformat.from_dict(story.saved)
    for cell in empty.cells:
        cell.outputs = []
    nbformat.write(empty, tmp_path / "empty.ipynb")
    return tmp_path


@pytest.mark.parametrize("ui", ["lab"], indirect=True)
def test_an_exported_page_shows_all_of_it_without_a_network(
    chromium: Browser, folder: Path, clean_environment: dict[str, str]
) -> None:
    nbconvert(folder / "saved.ipynb", clean_environment, "--to", "html", *QUIET)
    with opened_file(chromium, folder / "saved.html") as exported:
        pictures = sum(PICTURES.values())
        # Jupyter itself leaves the words of the card that has no copy.
        expect_pictures(exported.page.locator("body"), pictures)
        body = exported.page.locator("body").inner_text()
        exported.page.screenshot(path=SCREENSHOTS / "lasting-exported.png", full_page=True)
        assert exported.asked == set()
    assert "Request blocked by content policy" in body
    assert "A video: run the cell again to play it." in body
    assert len(NO_WIDGET.findall(body)) == 1


@pytest.mark.parametrize("ui", ["lab"], indirect=True)
def test_the_outputs_of_an_exported_page_ask_for_nothing(
    chromium: Browser, folder: Path, clean_environment: dict[str, str]
) -> None:
    asked = []
    for name in ("saved", "empty"):
        nbconvert(folder / f"{name}.ipynb", clean_environment, "--to", "html")
        with opened_file(chromium, folder / f"{name}.html") as exported:
            asked.append(exported.asked)
    assert asked[0] == asked[1]
    assert asked[0], "nbconvert's own scripts: the test does see requests"


@pytest.mark.parametrize("ui", ["lab"], indirect=True)
def test_an_export_to_latex_has_each_picture_and_of_a_failure_the_reason(
    folder: Path, clean_environment: dict[str, str]
) -> None:
    nbconvert(folder / "saved.ipynb", clean_environment, "--to", "latex")
    tex = (folder / "saved.tex").read_text()
    pictures = re.findall(r"\\adjustimage\{.*\}\{(saved_files/\S+\.jpg)\}", tex)
    in_one = {"child": 1}  # the picture of a task and of what came of it
    assert len(pictures) == sum((PICTURES | in_one).values())
    sizes = []
    for name in pictures:
        with Image.open(folder / name) as picture:
            sizes.append(picture.size)
    assert all(max(size) >= 256 for size in sizes)
    assert sizes[1][0] > 1.9 * sizes[1][1]  # the second cell: a grid, and its U2 beside it
    assert "Request blocked by content policy" in tex
    assert "made before the task had ended" not in tex


@pytest.mark.parametrize("ui", ["lab"], indirect=True)
def test_exported_slides_show_each_picture_once(
    chromium: Browser, folder: Path, clean_environment: dict[str, str]
) -> None:
    nbconvert(folder / "saved.ipynb", clean_environment, "--to", "slides")
    with opened_file(chromium, folder / "saved.slides.html") as slides:
        pictures = slides.page.locator(".jp-OutputArea img")
        expect(pictures).to_have_count(sum(PICTURES.values()))


# Executed by a program


@pytest.fixture(scope="module")
def executed(clean_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that nbconvert has executed, which keeps the state of widgets."""
    path = tmp_path_factory.mktemp("executed") / "executed.ipynb"
    with Sandbox(speed=20).in_thread() as sandbox:
        nbformat.write(cells_for(sandbox, EXECUTED), path)
        nbconvert(path, clean_environment, "--to", "notebook", "--execute", "--inplace")
    assert nbformat.read(path, 4).metadata.widgets
    return path


def test_executed_and_exported_it_shows_the_pictures_without_a_network(
    chromium: Browser, executed: Path, clean_environment: dict[str, str]
) -> None:
    print(f"the executed notebook has {executed.stat().st_size} bytes")
    nbconvert(executed, clean_environment, "--to", "html", *QUIET)
    with opened_file(chromium, executed.with_suffix(".html")) as exported:
        expect_pictures(exported.page.locator("body"), 4)
        body = exported.page.locator("body").inner_text()
        # What the live card would need; nbconvert asks for it wherever there is any widget.
        assert all("@jupyter-widgets/html-manager" in url for url in exported.asked)
    assert NO_WIDGET.search(body) is None


@pytest.mark.parametrize("trust", ["trusted", "untrusted"])
def test_executed_and_opened_it_shows_each_picture_and_no_button_that_does_nothing(
    jupyter_context: BrowserContext, story: Story, executed: Path, trust: str
) -> None:
    content = nbformat.read(executed, 4)
    if trust == "trusted":
        NotebookNotary(data_dir=str(story.server.home / "data")).sign(content)
    else:
        content.cells[0].source += "\n# changed by somebody else"
    with page_with(jupyter_context, story.server, content, "light", 1280) as opened:
        for number, name in enumerate(EXECUTED[1:], start=1):
            output = opened.notebook.output(number)
            copies = output.locator("[data-mj-static]")
            if trust == "trusted":  # the card that was saved, with the four pictures of its grid
                expect(output.locator(".mj-tile").first).to_be_visible(timeout=SECONDS)
                expect(copies).to_be_hidden()
                expect(output.locator(".mj-dead").first).to_be_visible()
            expect(output.locator(".jupyter-button").filter(visible=True)).to_have_count(0)
            grids = 4 if trust == "trusted" and name != "described" else 1
            expect_pictures(output, grids + (name == "child"))
            assert NO_WIDGET.search(output.inner_text()) is None
        opened.notebook.screenshot(f"lasting-executed-{story.ui}-{trust}")
        assert opened.outside == opened.errors == []
