"""What axe-core finds wrong with a card: nothing, in each of its states, in both themes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.cards import (
    FINISHED,
    PICTURE,
    QUICK,
    SECONDS,
    SETUP,
    pictures,
    wait_for_pictures,
)

if TYPE_CHECKING:
    from browser.lab import NotebookPage

RUNNING = f"""{PICTURE}
prompt = "a fox --ar 3:2 --stylize 250 --bogus 1"
settings.sandbox().put("77", {{"id": "77", "action": "IMAGINE", "status": "IN_PROGRESS",
    "progress": "46%", "prompt": prompt, "promptEn": prompt, "imageUrl": link}})
%mjfetch 77"""
DESCRIBED = "%mjfetch 1747132423020541"
FAILED = "%mjfetch 1747132423020539"
WAITING = """settings.sandbox().put("78", {"id": "78", "action": "CUSTOM_ZOOM", "status": "MODAL",
    "prompt": "a fox in the fog"})
%mjfetch 78"""
UNREACHABLE = """settings.sandbox().put("79", {"id": "79", "status": "IN_PROGRESS"})
settings.sandbox().faults.next("cut", count=9999, path="79/fetch")
%mjfetch 79"""

CARD, FULL_SIZE = ".mj-card", ".mj-zoom[open]"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe looks only at text that can be seen, and JupyterLab's page has no height of its own.
SET_HEIGHT = "(height) => { document.body.style.height = height; }"


def violations(notebook: NotebookPage, of: str) -> list[str]:
    """What axe finds in the parts that a selector names, not in JupyterLab around them."""
    notebook.page.evaluate(SET_HEIGHT, "100vh")
    options = {"runOnly": {"type": "tag", "values": LEVELS}}
    found = Axe().run(notebook.page, of, options).response
    notebook.page.evaluate(SET_HEIGHT, "")
    if of == CARD:  # over a picture axe cannot tell
        seen = [len(rule["nodes"]) for rule in found["passes"] if rule["id"] == "color-contrast"]
        assert sum(seen) > 40, "axe has hardly seen a text"
    return [
        f"{rule['id']}: {node['failureSummary']} {node['html']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def test_axe_finds_nothing_in_any_state_of_a_card_in_either_theme(notebook: NotebookPage) -> None:
    cells = [f"{SETUP}\n{QUICK}", RUNNING, FINISHED, DESCRIBED, FAILED, WAITING, UNREACHABLE]
    notebook.open(cells, viewport=(1280, 6600))  # every card is in sight
    notebook.run_all()
    running, grid, described, failed = (notebook.output(n) for n in range(1, 5))
    expect(pictures(running)).to_have_count(1, timeout=SECONDS)
    wait_for_pictures(grid, 4)
    expect(described.locator(".mj-text")).to_have_count(4)
    expect(failed.locator(".mj-notice")).to_be_visible()
    waiting, unreachable = notebook.output(5), notebook.output(6)
    expect(waiting.get_by_role("textbox", name="Prompt")).to_have_value(re.compile("--zoom 2$"))
    expect(unreachable.locator(".mj-state")).to_contain_text("unreachable")
    grid.get_by_role("button", name="U2").click()
    single = grid.locator(".mj-card .mj-card")
    wait_for_pictures(single, 1)
    single.get_by_role("button", name="Vary (Region)").click()
    expect(single.locator(".mj-painter")).to_be_visible()
    grid.get_by_label("Remix").first.check()
    grid.get_by_role("button", name="V1").first.click()
    expect(grid.get_by_role("textbox", name="Prompt")).to_have_count(2)

    for theme in ("light", "dark"):
        if theme == "dark":
            notebook.change_theme(theme)
        assert violations(notebook, CARD) == []
        notebook.screenshot(f"every-state-{theme}")

        grid.locator(".mj-tile").first.click()
        expect(notebook.page.locator(FULL_SIZE)).to_contain_text("1024×1024")
        assert violations(notebook, FULL_SIZE) == []
        notebook.page.keyboard.press("Escape")

        more = grid.get_by_role("button", name="More").first
        more.click()
        less = grid.get_by_role("button", name="Less").first
        expect(less).to_be_focused()
        assert violations(notebook, CARD) == []
        less.click()
