"""A gallery that is run again, saved, opened without a kernel, shown twice, and waited for."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import nbformat
import pytest
from libraries import fill
from playwright.sync_api import expect
from sketches import sketching

from browser.lab import NotebookPage, as_notebook
from browser.test_busy_kernel import BUSY, NO_SUBSHELLS
from browser.test_lasting import (
    NO_WIDGET,
    QUIET,
    nbconvert,
    page_with,
    rows,
)
from browser.test_twin import RESTART
from mj_widgets.archive import Library
from mj_widgets.sandbox import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbformat import NotebookNode
    from playwright.sync_api import Browser, BrowserContext, Locator

    from browser.servers import JupyterServer, Ui
    from mj_widgets.sandbox import LoggedRequest

SETUP = """from contextlib import suppress
import mj_widgets as mj
mj.configure({url!r}, "key", library={folder!r}, offline={offline})"""
FETCH = f"""tasks = mj.fetch({[EXAMPLES[name] for name in ("finished", "failed", "described")]})
with suppress(mj.MjError):  # one of them has failed
    tasks.wait(30)
tasks"""
SHOW = """g = mj.tasks().gallery(size=100, height=300)
g"""
TELL = """asked = []
def note(_, told, __):
    if told["type"] == "want":
        asked.extend(told["numbers"])
g.wall.on_msg(note)"""
ASKED = "print(len(asked) > 40, len(asked) - len(set(asked)))"
SECONDS = 15_000
GO_ON = "go-on"
KERNEL_GONE = "The kernel is gone"
HAS_PICTURE = "img[src]"
SHEET = "img[alt^='contact sheet']"
KEYS = [
    *"abcdefghijklmnopqrstuvwxyz",
    *"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    *"0123456789?+-*/.,;:#'\"<>|!$%&()=[]{}@^~_",
    *("Space", "Enter", "Delete", "Backspace", "Insert", "F2", "F4", "F7", "F8", "F9"),
    *("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"),
    *("Shift+ArrowRight", "Control+a", "Control+u", "Control+v", "Control+z", "Enter", "Escape"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of twelve tasks."""
    return filled(tmp_path / "library", 12)


def filled(folder: Path, count: int) -> Path:
    library = Library(folder)
    fill(library, count, different=6, side=64)
    library.close()
    return folder


def setup(folder: Path, service: str = "") -> str:
    return SETUP.format(url=service or "host.invalid", folder=str(folder), offline=not service)


def tiles(output: Locator) -> Locator:
    return output.locator(".mj-wall-tile:visible")


def tile_at(output: Locator, place: int) -> Locator:
    return output.locator(f"[aria-posinset='{place}']:visible")


def expect_filled(output: Locator, place: int) -> None:
    """Expect that the tile of a place, and each other one that is there, has its picture."""
    expect(tile_at(output, place).locator(HAS_PICTURE)).to_be_visible(timeout=SECONDS)
    bare = tiles(output).filter(has_not=output.page.locator(HAS_PICTURE))
    expect(bare).to_have_count(0, timeout=SECONDS)


def flagged(output: Locator, flag: str) -> Locator:
    return output.locator(f".mj-wall-tile[data-flag='{flag}']:visible")


def press(output: Locator, *keys: str) -> None:
    """Press keys on the wall."""
    output.get_by_role("listbox").first.focus()
    for key in keys:
        output.page.keyboard.press(key)


# Run again, saved, and opened without a kernel


@dataclass
class Story:
    """A notebook with two galleries that was run twice and saved; its kernel is gone."""

    saved: NotebookNode
    given: list[list[str]]
    """What is read of the tiles of each gallery with the marks given in the first run."""
    kept: list[list[str]]
    """The same after the second run."""
    asked: list[LoggedRequest]
    """What the service was asked for by the second run."""
    live_rows: list[list[float]]
    """How high each output of the galleries was while the kernel lived."""


PICTURES = {1: 2, 2: 14}
"""The cells that show a gallery, and how many of its tasks have pictures."""


def marked(output: Locator) -> list[str]:
    labels = "tiles => tiles.map(tile => tile.ariaLabel).sort()"
    return list(tiles(output).evaluate_all(labels))


@pytest.fixture(scope="module")
def story(
    jupyter_context: BrowserContext,
    jupyter_server: Callable[[Ui], JupyterServer],
    tmp_path_factory: pytest.TempPathFactory,
) -> Story:
    library = filled(tmp_path_factory.mktemp("gallery-lasting") / "library", 12)
    server = jupyter_server("lab")
    with sketching().in_thread() as sandbox:
        cells = as_notebook([setup(library, sandbox.url), FETCH, "mj.tasks()"])
        with page_with(jupyter_context, server, cells, "light", 1100) as live:
            notebook = live.notebook

            def look() -> None:
                for cell, count in PICTURES.items():
                    shown = tiles(notebook.output(cell)).locator(HAS_PICTURE)
                    expect(shown).to_have_count(count, timeout=SECONDS)

            notebook.run_all()
            look()
            press(notebook.output(1), "Home", "p")
            press(notebook.output(1), "End", "x")
            for cell, flag in product(PICTURES, ("pick", "reject")):
                seen = flagged(notebook.output(cell), flag)
                expect(seen).to_have_count(1, timeout=SECONDS)
            given = [marked(notebook.output(cell)) for cell in PICTURES]
            sandbox.log.clear()
            notebook.restart_and_run_all()
            look()
            kept = [marked(notebook.output(cell)) for cell in PICTURES]
            live_rows = [rows(notebook.output(cell)) for cell in PICTURES]
            for cell in PICTURES:
                expect(notebook.output(cell).locator(SHEET)).to_be_attached(timeout=SECONDS)
            notebook.save()
            return Story(notebook.notebook_json(), given, kept, list(sandbox.log), live_rows)


def test_run_again_it_asks_nobody_and_has_the_marks(story: Story) -> None:
    assert [f"{record.method} {record.path}" for record in story.asked] == []
    assert story.kept == story.given
    for labels in story.kept:
        assert sum(label.endswith("picked") for label in labels) == 1
        assert sum(label.endswith("rejected") for label in labels) == 1


def test_the_live_gallery_hides_its_copy_which_takes_no_room(story: Story) -> None:
    for wall, copy in story.live_rows:
        assert wall > 200
        assert copy == 0


CAPTIONS = ("3 of 3 tasks", "15 of 15 tasks")


def test_without_a_kernel_the_sheet_and_its_caption_are_seen_and_no_error(
    jupyter_context: BrowserContext, jupyter_server: Callable[[Ui], JupyterServer], story: Story
) -> None:
    server = jupyter_server("lab")
    with page_with(jupyter_context, server, story.saved, "dark", 900) as again:
        for cell, caption in zip(PICTURES, CAPTIONS, strict=True):
            output = again.notebook.output(cell)
            words = output.get_by_text("Error displaying widget")
            expect(words).to_have_count(1, timeout=SECONDS)  # Jupyter did say it
            expect(output.locator(SHEET)).to_be_visible(timeout=SECONDS)
            expect(output.locator("figcaption")).to_contain_text(caption)
            expect(output).not_to_have_text(NO_WIDGET, use_inner_text=True)
            assert rows(output)[0] == 0
        assert again.outside == []


def test_as_html_the_sheet_and_its_caption_are_seen_once_without_any_script(
    chromium: Browser, clean_environment: dict[str, str], tmp_path: Path, story: Story
) -> None:
    nbformat.write(story.saved, tmp_path / "saved.ipynb")
    nbconvert(tmp_path / "saved.ipynb", clean_environment, "--to", "html", *QUIET)
    for scripts in (False, True):
        with chromium.new_context(offline=True, java_script_enabled=scripts) as context:
            page = context.new_page()
            page.goto((tmp_path / "saved.html").as_uri())
            expect(page.locator("img").filter(visible=True)).to_have_count(len(CAPTIONS))
            for caption in CAPTIONS:
                expect(page.get_by_text(caption, exact=True).filter(visible=True)).to_have_count(1)
            body = page.locator("body").inner_text()
            assert NO_WIDGET.search(body) is None
            assert "<Gallery" not in body


# Two notebooks, two views


def test_a_mark_given_in_one_notebook_is_seen_in_another(
    notebook: NotebookPage, jupyter_context: BrowserContext, folder: Path
) -> None:
    cells = [setup(folder), SHOW]
    notebook.open(cells)
    other = NotebookPage(jupyter_context, lambda _: notebook.server)
    other.open(cells)
    for page in (notebook, other):
        page.run_all()
    here, there = notebook.output(1), other.output(1)
    expect_filled(here, 1)
    expect_filled(there, 1)

    press(here, "Home", "4", "p")
    expect(tile_at(there, 1).get_by_text("★★★★")).to_be_visible(timeout=SECONDS)
    expect(tile_at(there, 2)).to_have_attribute("data-flag", "pick", timeout=SECONDS)
    press(there, "Home", "u")
    expect(tile_at(here, 1).get_by_text("★★★★")).to_be_hidden(timeout=SECONDS)


def test_shown_twice_it_works_in_both_views_and_closed_it_leaves_nothing(
    notebook: NotebookPage, folder: Path, page_errors: list[str]
) -> None:
    notebook.open([setup(folder), SHOW, "g", "g.close()"], viewport=(1280, 1700))
    for cell in (0, 1, 2):
        notebook.run(cell)
    first, second = notebook.output(1), notebook.output(2)
    for output in (first, second):
        expect_filled(output, 1)
        expect(output.locator("[data-mj-static]")).to_be_hidden()
    for at, (output, other) in enumerate([(first, second), (second, first)], start=1):
        press(output, "Home", *["ArrowRight"] * at, "x")
        for each in (output, other):
            expect(flagged(each, "reject")).to_have_count(at)
            current = each.locator("[data-current='true']")
            expect(current).to_have_attribute("aria-posinset", str(at + 2))
        press(output, "Enter")
        for each in (output, other):
            expect(each.locator(".mj-card .mj-pictures")).to_be_visible(timeout=SECONDS)
        press(output, "Enter")
        full = notebook.page.get_by_role("dialog")
        expect(full).to_have_count(1)
        expect(full.locator("img")).to_be_visible(timeout=SECONDS)
        press(output, "Escape")
        expect(full).to_have_count(0)
        press(output, "Escape")
        expect(other.locator(".mj-card")).to_have_count(0)
    second.get_by_role("combobox", name="Flag").select_option(label="rejected")
    for output in (first, second):
        expect(tiles(output)).to_have_count(2, timeout=SECONDS)
        expect(output.locator(".mj-wall-counted")).to_contain_text("10 hidden")
        expect(output.locator(SHEET)).to_be_attached(timeout=SECONDS)
    assert page_errors == []

    notebook.run(3)
    for output in (first, second):
        expect(output.locator(SHEET)).to_have_count(0, timeout=SECONDS)
        assert sum(rows(output)) == 0


# A kernel that is busy, or gone


def fling(output: Locator, *parts: float) -> None:
    """Scroll to some parts of the whole height, one a frame."""
    output.locator(".mj-wall-scroll").evaluate(FLING, list(parts))


FLING = """async (scroller, parts) => {
    for (const part of parts) {
        scroller.scrollTop = part * (scroller.scrollHeight - scroller.clientHeight);
        await new Promise(requestAnimationFrame);
    }
}"""
COUNT = 10_000
DOWN = [n / 20 for n in range(21)]


def test_flung_from_end_to_end_while_the_kernel_is_busy_nothing_is_asked_twice(
    notebook: NotebookPage, tmp_path: Path
) -> None:
    folder = filled(tmp_path / "library", COUNT)
    notebook.open([setup(folder), SHOW, TELL, BUSY, ASKED, BUSY, ASKED])
    for cell in (0, 1, 2):
        notebook.run(cell)
    output = notebook.output(1)
    expect_filled(output, 1)

    # ipykernel 7 answers while a cell runs.
    notebook.start(3)
    fling(output, *DOWN)
    expect_filled(output, COUNT)
    fling(output, *reversed(DOWN))
    expect_filled(output, 1)
    (notebook.server.root / GO_ON).touch()
    notebook.wait_idle()

    notebook.run(4)
    expect(notebook.output(4)).to_have_text("True 0")

    # ipykernel 6 does when it is over.
    notebook.page.evaluate(NO_SUBSHELLS)
    notebook.start(5)
    fling(output, *[0.02 + 0.9 * part for part in DOWN])
    bare = tiles(output).filter(has_not=notebook.page.locator(HAS_PICTURE))
    expect(bare.first).to_be_visible()
    fling(output, *[0.92 - 0.5 * part for part in DOWN])
    expect(bare.first).to_be_visible()
    (notebook.server.root / GO_ON).touch()
    notebook.wait_idle()
    expect(bare).to_have_count(0, timeout=SECONDS)
    notebook.run(6)
    expect(notebook.output(6)).to_have_text("True 0")


def test_when_the_kernel_is_restarted_it_says_so_and_keys_do_no_harm(
    notebook: NotebookPage, folder: Path, page_errors: list[str]
) -> None:
    notebook.open([setup(folder), SHOW])
    notebook.run_all()
    output = notebook.output(1)
    expect_filled(output, 1)
    notebook.page.evaluate(RESTART)
    said = output.locator(".mj-wall-said")
    expect(said).to_contain_text(KERNEL_GONE, timeout=SECONDS)
    notebook.wait_idle()

    press(output, "Home", "ArrowRight", "4", "x", "Space", "Enter", "z", "l", "Control+z", "Escape")
    expect(said).to_contain_text(KERNEL_GONE)
    expect(flagged(output, "reject")).to_have_count(0)
    expect(tiles(output).locator(HAS_PICTURE)).to_have_count(12)
    expect(output.locator("[data-mj-static]")).to_be_hidden()
    assert page_errors == []
    notebook.run_all()
    expect_filled(output, 1)
    press(output, "Home", "p")
    expect(tile_at(output, 1)).to_have_attribute("data-flag", "pick")


# Tasks that go on

COUNT_RUNNING = 28


def test_running_tasks_move_in_both_views_and_no_key_of_the_wall_submits_anything(
    notebook: NotebookPage, tmp_path: Path
) -> None:
    now = [time.time()]
    with sketching(speed=1, slots=40, clock=lambda: now[0]).in_thread() as sandbox:
        ids = [sandbox.add_task(f"a slow fox, {n}") for n in range(COUNT_RUNNING)]
        show = f"g = mj.fetch({ids!r}, interval=0.2).gallery(height=200)\ng"
        notebook.open([setup(tmp_path / "library", sandbox.url), show, "g"], viewport=(1280, 1700))
        notebook.run_all()
        output, below = notebook.output(1), notebook.output(2)
        ends = [tile_at(output, 1), tile_at(below, COUNT_RUNNING)]
        expect(ends[0]).to_be_visible()
        fling(below, 1)
        for seconds, percent in ((5.0, 15), (4.0, 62)):
            now[0] += seconds
            for tile in ends:
                expect(tile).to_contain_text(f"running, {percent} %", timeout=SECONDS)
                expect(tile.locator(HAS_PICTURE)).to_be_visible(timeout=SECONDS)
        now[0] += 20
        for tile in ends:
            expect(tile).to_have_text(re.compile("^a slow fox, [0-9]+$"), timeout=SECONDS)
            expect(tile.locator(".mj-wall-bar")).to_be_hidden()
        expect_filled(output, 1)

        press(output, "Home", "Enter")
        expect(output.locator(".mj-card").first).to_be_visible(timeout=SECONDS)
        for key in KEYS:
            notebook.page.keyboard.press(key)
            output.get_by_role("listbox").first.focus()
        press(output, "Escape", "Escape", "Escape")
        expect(output.locator(".mj-card")).to_have_count(0, timeout=SECONDS)
        tile_at(output, 2).click()
        u2 = output.locator(".mj-card").first.get_by_role("button", name="U2")
        expect(u2).to_be_visible(timeout=SECONDS)
        assert sandbox.posts == []
        u2.click()
        inner = output.locator(".mj-card .mj-card")
        expect(inner).to_have_count(1, timeout=SECONDS)
        # The card is there before the service has answered.
        state = inner.locator(".mj-state").first
        expect(state).to_have_text(re.compile("^(?!sending|waits).+"), timeout=SECONDS)
        assert len(sandbox.posts) == 1
