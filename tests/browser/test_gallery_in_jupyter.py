"""A library of tasks culled in a real JupyterLab and Notebook 7, and what is kept of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from libraries import fill
from playwright.sync_api import expect

from mj_widgets.archive import Library

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator

    from browser.lab import NotebookPage
    from browser.servers import Ui

SHOW = """import mj_widgets as mj
mj.configure("service.invalid", "none", offline=True, library={folder!r})
g = mj.tasks().gallery(size=100)
g"""
KEPT = """all_ = mj.tasks()
print(len(all_.rated(4)), len(all_.picked), len(all_.rejected))"""
SECONDS = 20_000
TRIES = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of forty tasks."""
    fill(Library(tmp_path / "library"), 40, different=4, side=64)
    return tmp_path / "library"


def opened(notebook: NotebookPage, folder: Path, ui: Ui = "lab") -> Locator:
    """Show the gallery; return what it shows."""
    notebook.open([SHOW.format(folder=str(folder)), KEPT], ui=ui)
    notebook.run(0)
    wall = notebook.output(0).locator(".mj-wall")
    first = wall.locator(".mj-wall-tile img").first
    expect(first).to_be_visible(timeout=SECONDS)
    return wall


def kept(notebook: NotebookPage, said: str) -> None:
    """Expect that the library has so many rated, picked and rejected.

    A cell may run before the last mark is kept, which a subshell hears of: it is run again.
    """
    for _ in range(TRIES):
        notebook.run(1)
        if notebook.text_of_output(1).strip() == said:
            return
    expect(notebook.output(1)).to_have_text(said)


def test_by_keys_alone_also_where_the_filter_hides_what_was_rejected(
    notebook: NotebookPage, folder: Path, ui: Ui
) -> None:
    wall = opened(notebook, folder, ui)
    wall.get_by_label("Flag", exact=True).select_option(label="neither")
    box, counted = wall.get_by_role("listbox"), wall.locator(".mj-wall-counted")
    box.focus()
    keys = notebook.page.keyboard
    keys.press("End")
    for left in (39, 38, 37):  # each time the last one
        keys.press("x")
        expect(counted).to_have_text(f"{left} of 40 · {40 - left} hidden")
        expect(box).to_be_focused()
        current = wall.locator('[data-current="true"]')
        expect(current).to_have_attribute("aria-posinset", str(left))
    keys.press("Home")
    for key in ("4", "5", "p"):
        keys.press(key)
    expect(counted).to_have_text("36 of 40 · 4 hidden")
    keys.press("Control+z")
    expect(counted).to_have_text("37 of 40 · 3 hidden")
    keys.press("p")
    expect(counted).to_have_text("36 of 40 · 4 hidden")
    keys.press("Enter")
    expect(notebook.output(0).locator(".mj-card").first).to_be_visible(timeout=SECONDS)
    keys.press("Enter")
    full = notebook.page.get_by_role("dialog")
    expect(full).to_contain_text("64×", timeout=SECONDS)
    keys.press("Escape")
    expect(box).to_be_focused()
    kept(notebook, "2 1 3")


def test_each_key_stands_beside_what_it_does(notebook: NotebookPage, folder: Path) -> None:
    wall = opened(notebook, folder)
    wall.get_by_role("listbox").press("?")
    expect(wall.locator(".mj-wall-keys")).to_be_visible()
    keys, deeds = (
        wall.locator(f".mj-wall-keys {name}").evaluate_all(
            "all => all.map((one) => one.getBoundingClientRect().toJSON())"
        )
        for name in ("dt", "dd")
    )
    assert len(keys) == len(deeds) > 10
    for key, deed in zip(keys, deeds, strict=True):
        assert key["right"] <= deed["left"] == deeds[0]["left"]
        assert key["top"] <= deed["top"] + deed["height"] / 2 <= key["bottom"]


def test_by_the_mouse_alone(notebook: NotebookPage, folder: Path) -> None:
    wall = opened(notebook, folder)
    tools = wall.get_by_role("toolbar")
    for place, name in ((1, "4 stars (4)"), (2, "Pick (P)"), (3, "Reject (X)")):
        tile = wall.locator(f'[aria-posinset="{place}"]')
        tile.hover()
        tools.get_by_role("button", name=name).click()
    expect(wall.locator('[aria-posinset="3"]')).to_have_attribute("data-flag", "reject")
    kept(notebook, "1 1 1")
    wall.locator('[aria-posinset="5"] .mj-wall-words').click()
    expect(notebook.output(0).locator(".mj-card").first).to_be_visible(timeout=SECONDS)


def test_without_its_kernel_it_says_so_and_takes_no_mark(
    notebook: NotebookPage, folder: Path
) -> None:
    wall = opened(notebook, folder)
    notebook.shutdown_kernel()
    wall.get_by_role("listbox").focus()
    for key in ("ArrowRight", "4", "x", "Control+z", "Enter"):
        notebook.page.keyboard.press(key)
    expect(wall.locator(".mj-wall-said")).to_contain_text("The kernel is gone")
    expect(wall.locator('.mj-wall-tile[data-flag="reject"]')).to_have_count(0)
    expect(wall.locator(".mj-wall-stars").filter(visible=True)).to_have_count(0)
