"""Two hundred tasks culled to twelve, by keys or by the mouse alone, and taken away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.test_accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from browser.lab import NotebookPage
    from browser.servers import Theme

TESTS = Path(__file__).parents[1]
COUNT = 200
BEST = range(0, COUNT, 17)
"""Which of them are picked: twelve."""
NEXT_FRAMES = """() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(done)))"""
SETUP = f"""import os, sys
sys.path.insert(0, {str(TESTS)!r})
import mj_widgets as mj
from libraries import fill
mj.configure("host.invalid", "key", library=f"culled-{{os.getpid()}}", offline=True)
fill(mj.session.settings.library(), {COUNT}, side=256)"""
GALLERY = """g = mj.tasks().gallery()
g"""
TAKEN = """import datasets
datasets.disable_progress_bars()
best = mj.tasks(flag="pick")
folder = f"best-{os.getpid()}"
best.export(folder)
rows = datasets.load_dataset("imagefolder", data_dir=folder, split="train",
                             cache_dir=f"cache-{os.getpid()}")
print(len(best), len(rows), set(rows["flag"]), sorted(set(rows["rating"])), rows[0]["prompt"])"""


def opened(notebook: NotebookPage, theme: Theme, width: int) -> Locator:
    """Show the gallery, and return its output with the first pictures in it."""
    notebook.open([SETUP, GALLERY, TAKEN], theme=theme, viewport=(width, 1000))
    notebook.run(0)
    notebook.run(1)
    output = notebook.output(1)
    shown_in(output)
    return output


def shown_in(output: Locator) -> None:
    expect(output.locator(".mj-wall-tile img[src]").first).to_be_visible()


def taken(notebook: NotebookPage) -> str:
    notebook.run(2)
    return notebook.text_of_output(2).strip()


def test_two_hundred_are_culled_to_twelve_with_the_keyboard_alone(notebook: NotebookPage) -> None:
    output = opened(notebook, "dark", 700)
    page = notebook.page
    wall = output.get_by_role("listbox")
    for _ in range(60):
        page.keyboard.press("Tab")
        if wall.evaluate("wall => wall === document.activeElement"):
            break
    expect(wall).to_be_focused()
    page.keyboard.press("Home")
    for place in range(COUNT):
        if place in BEST:
            page.keyboard.press("5")
            page.keyboard.press("ArrowLeft")
        page.keyboard.press("p" if place in BEST else "x")

    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Flag":
            break
    page.keyboard.press("ArrowDown")
    expect(output.locator(".mj-wall-tile:visible")).to_have_count(12)
    assert violations(notebook, ".mj-gallery") == []

    assert taken(notebook).startswith("12 12 {'pick'} [5] a ")


def test_two_hundred_are_culled_to_twelve_with_the_mouse_alone(notebook: NotebookPage) -> None:
    output = opened(notebook, "light", 1600)
    for place in BEST:
        tile = in_view(notebook, output, place)
        tile.hover()
        output.get_by_role("button", name="4 stars").last.click()
        output.get_by_role("button", name="Pick").last.click()
    output.get_by_role("combobox", name="Flag").select_option(label="picked")

    expect(output.locator(".mj-wall-tile:visible")).to_have_count(12)
    expect(output.locator(".mj-wall-counted")).to_contain_text("188")
    assert violations(notebook, ".mj-gallery") == []
    assert taken(notebook).startswith("12 12 {'pick'} [4] a ")


def in_view(notebook: NotebookPage, output: Locator, place: int) -> Locator:
    """Turn the wheel over the wall until a tile is there."""
    tile = output.locator(f"[role=option][aria-posinset='{place + 1}']")
    output.get_by_role("listbox").hover()
    for _ in range(100):
        if tile.count() and tile.is_visible():
            break
        notebook.page.mouse.wheel(0, 300)
        notebook.page.evaluate(NEXT_FRAMES)
    tile.scroll_into_view_if_needed()
    return tile


@pytest.mark.parametrize("theme", ["light", "dark"], indirect=True)
def test_it_looks_as_in_the_readme(notebook: NotebookPage, theme: Theme) -> None:
    large = SETUP.replace("side=256", "side=768")
    low = GALLERY.replace("gallery()", "gallery(height=430)")
    notebook.open([large, low], theme=theme, viewport=(1100, 1500))
    notebook.run_all()
    output = notebook.output(1)
    shown_in(output)
    output.get_by_role("listbox").focus()
    for key in ("Home", "5", "p", "x", "3", "4", "p", "x", "2", "Enter"):
        notebook.page.keyboard.press(key)
    expect(output.locator(".mj-card .mj-pictures img").first).to_be_visible()
    notebook.wait_still()
    notebook.screenshot(f"gallery-{theme}", of=output.locator(".mj-gallery"))
