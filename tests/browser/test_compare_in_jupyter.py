"""Pictures compared in a real JupyterLab and Notebook 7: from a gallery, alone, and once saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from libraries import FIRST, fill
from playwright.sync_api import expect

from browser.sights import contrast, lies_in
from browser.test_accessibility import violations
from browser.test_lasting import NO_WIDGET, QUIET, nbconvert
from mj_widgets.archive import Library

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from browser.lab import NotebookPage
    from browser.servers import Ui

SETUP = """import mj_widgets as mj
mj.configure("service.invalid", "none", offline=True, library={folder!r})"""
GALLERY = "mj.tasks().sort('time').gallery(size=100, height=260)"
IDS = [str(FIRST + n) for n in range(4)]
COMPARE = f"mj.compare({IDS[0]!r}, ({IDS[1]!r}, 2), ({IDS[2]!r}, 3))"
SECONDS = 20_000
TABLE = ".mj-light"


@pytest.fixture
def setup(tmp_path: Path) -> str:
    """A cell that chooses a library of eight tasks."""
    folder = tmp_path / "library"
    fill(Library(folder), 8, different=8, side=128)
    return SETUP.format(folder=str(folder))


def expect_pictures(output: Locator, count: int) -> None:
    """Expect that so many pictures are there, and how the two differ."""
    images = output.locator(".mj-light-view img[src]")
    expect(images).to_have_count(count, timeout=SECONDS)
    expect(output.locator(".mj-light-figures")).to_contain_text("mean difference", timeout=SECONDS)


def test_by_keys_alone_from_the_gallery_and_back(
    notebook: NotebookPage, setup: str, ui: Ui, page_errors: list[str]
) -> None:
    notebook.open([setup, GALLERY], ui=ui, viewport=(1280, 1400))
    notebook.run_all()
    output, keys = notebook.output(1), notebook.page.keyboard
    wall = output.get_by_role("listbox")
    expect(output.locator(".mj-wall-tile img").first).to_be_visible(timeout=SECONDS)
    wall.focus()
    for key in ("Home", "Space", "ArrowRight", "Space", "c"):
        keys.press(key)
    stage = output.get_by_role("group", name="Pictures that are compared")
    expect(stage).to_be_focused(timeout=SECONDS)
    expect_pictures(output, 2)
    names = output.locator(".mj-light-title")
    first, second = names.all_inner_texts()
    keys.press("ArrowRight")
    expect(names.nth(1)).not_to_have_text(second, timeout=SECONDS)
    expect(names.nth(0)).to_have_text(first)
    keys.press("ArrowLeft")
    expect(names.nth(1)).to_have_text(second, timeout=SECONDS)
    keys.press("l")
    expect(output.get_by_role("slider")).to_be_focused()
    keys.press("End")
    expect(output.get_by_role("slider")).to_have_attribute("aria-valuenow", "100")
    for key, name in (("d", "Difference"), ("b", "Blink"), ("s", "Side by side")):
        keys.press(key)
        chosen = output.get_by_role("button", name=name, exact=True)
        expect(chosen).to_have_attribute("aria-pressed", "true")
    for key in ("z", "+", "Shift+ArrowRight", "0", "x"):
        keys.press(key)
    expect(names.nth(0)).to_have_text(first)
    keys.press("Escape")
    expect(wall).to_be_focused()
    expect(output.locator(TABLE)).to_have_count(0, timeout=SECONDS)
    keys.press("c")  # and again
    expect(stage).to_be_focused(timeout=SECONDS)
    assert notebook.page.locator(".jp-Notebook-cell").count() == 2  # no key went to the notebook
    assert page_errors == []


def test_by_mouse_alone_from_the_gallery_and_back(notebook: NotebookPage, setup: str) -> None:
    notebook.open([setup, GALLERY], viewport=(1280, 1400))
    notebook.run_all()
    output = notebook.output(1)
    compare = output.get_by_role("button", name="Compare", exact=True)
    expect(compare).to_be_hidden()
    for place in (1, 3):
        output.locator(f"[aria-posinset='{place}']:visible").click(modifiers=["ControlOrMeta"])
    compare.click()
    expect_pictures(output, 2)
    output.get_by_role("button", name="Slider").click()
    handle = output.get_by_role("slider")
    expect(handle).to_be_visible()
    box = output.locator(".mj-light-over").bounding_box()
    assert box is not None
    notebook.page.mouse.click(box["x"] + box["width"] - 3, box["y"] + 40)
    expect(handle).to_have_attribute("aria-valuenow", "100")
    names = output.locator(".mj-light-title")
    second = names.nth(1).inner_text()
    output.get_by_role("button", name=re.compile("the next one")).click()
    expect(names.nth(1)).not_to_have_text(second, timeout=SECONDS)
    output.get_by_role("button", name="Back to the gallery (Esc)").click()
    expect(output.locator(TABLE)).to_have_count(0, timeout=SECONDS)
    expect(output.get_by_role("listbox")).to_be_focused()


@pytest.mark.parametrize("width", [700, 1600])
def test_it_can_be_read_and_lies_in_the_page_in_either_theme(
    notebook: NotebookPage, setup: str, width: int
) -> None:
    notebook.open([setup, COMPARE], viewport=(width, 1300))
    notebook.run_all()
    output = notebook.output(1)
    expect_pictures(output, 3)
    for theme in ("light", "dark"):
        if theme == "dark":
            notebook.change_theme("dark")
        for mode in ("Side by side", "Slider", "Difference"):
            output.get_by_role("button", name=mode, exact=True).click()
            notebook.wait_still()
            assert violations(notebook, TABLE) == []
            notebook.screenshot(f"compare-{theme}-{width}-{mode}")
        for words in output.locator(".mj-light-control:visible:enabled, .mj-light-figure").all():
            assert contrast(words, notebook.page) >= 4.5
            assert lies_in(words.bounding_box(), (0, 0, width, 1300))


def test_saved_it_is_seen_without_a_kernel(
    notebook: NotebookPage,
    chromium: Browser,
    setup: str,
    clean_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    notebook.open([setup, COMPARE], viewport=(1280, 1400))
    notebook.run_all()
    output = notebook.output(1)
    expect_pictures(output, 3)
    copy = output.locator("[data-mj-static]")
    expect(copy.locator("img")).to_have_count(3, timeout=SECONDS)
    expect(copy).to_be_hidden()
    expect(copy).to_contain_text("mean difference", timeout=SECONDS)
    notebook.save()
    saved = notebook.notebook_json()
    notebook.shutdown_kernel()
    notebook.reload(wait=False)
    expect(copy.locator("img").first).to_be_visible(timeout=SECONDS)
    expect(output).not_to_have_text(NO_WIDGET, use_inner_text=True)

    nbformat.write(saved, tmp_path / "saved.ipynb")
    assert (tmp_path / "saved.ipynb").stat().st_size < 600_000
    nbconvert(tmp_path / "saved.ipynb", clean_environment, "--to", "html", *QUIET)
    with chromium.new_context(offline=True) as context:
        page = context.new_page()
        page.goto((tmp_path / "saved.html").as_uri())
        expect(page.locator("img").filter(visible=True)).to_have_count(3)
        for words in ("A: ", "B: ", ", picture 3", "mean difference"):
            expect(page.get_by_text(words).filter(visible=True).first).to_be_visible()


def test_a_comparison_shown_twice_and_closed(notebook: NotebookPage, setup: str) -> None:
    cells = [setup, f"c = {COMPARE}\nc", "c", "c.close()"]
    notebook.open(cells, viewport=(1280, 2400))
    for cell in (0, 1, 2):
        notebook.run(cell)
    for cell in (1, 2):
        expect_pictures(notebook.output(cell), 3)
    notebook.output(1).get_by_role("button", name="Difference").click()
    other = notebook.output(2).get_by_role("button", name="Difference")
    expect(other).to_have_attribute("aria-pressed", "true")
    notebook.run(3)
    for cell in (1, 2):
        expect(notebook.output(cell).locator(TABLE)).to_have_count(0, timeout=SECONDS)
        expect(notebook.output(cell).locator("img:visible")).to_have_count(0, timeout=SECONDS)
