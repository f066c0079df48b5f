"""A press while a cell runs in a kernel that hears no click meanwhile, in JupyterLab."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.cards import FINISHED, QUICK, SECONDS, SETUP, wait_for_pictures

if TYPE_CHECKING:
    from browser.lab import NotebookPage
    from browser.servers import Theme

# As ipykernel 6 has it, which knows no subshells.
NO_SUBSHELLS = """() => {
    const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
    session.kernel.commsOverSubshells = "disabled";
}"""
BUSY = """import pathlib, time
while not pathlib.Path("go-on").exists():
    time.sleep(0.05)
pathlib.Path("go-on").unlink()"""
FILMS = """[(post.body["prompt"], post.body["batchSize"])
 for post in settings.sandbox().posts if post.path.endswith("video")]"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_button_says_that_it_waits_for_the_kernel_until_the_cell_has_ended(
    notebook: NotebookPage, theme: Theme
) -> None:
    notebook.open([f"{SETUP}\n{QUICK}", FINISHED, BUSY], theme=theme)
    notebook.page.evaluate(NO_SUBSHELLS)
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1).locator(".mj-card").first
    wait_for_pictures(card, 4)
    notebook.start(2)
    u1 = card.get_by_role("button", name=re.compile("^U1")).first  # used, it is "U1 ✓"
    u1.click()
    expect(u1).to_contain_class("mj-waits")
    expect(u1).to_have_attribute("title", "It waits for the kernel, which is busy")
    notebook.screenshot(f"waits-{theme}")

    (notebook.server.root / "go-on").touch()
    notebook.wait_idle()
    expect(card.locator(".mj-card")).to_have_count(1, timeout=SECONDS)
    expect(u1).not_to_contain_class("mj-waits")
    expect(u1).not_to_have_attribute("title", "It waits for the kernel, which is busy")


def test_send_means_what_is_seen_in_the_panel_though_the_kernel_hears_of_it_later(
    notebook: NotebookPage,
) -> None:
    notebook.open([f"{SETUP}\n{QUICK}", FINISHED, BUSY, FILMS])
    notebook.page.evaluate(NO_SUBSHELLS)
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1).locator(".mj-card").first
    wait_for_pictures(card, 4)
    card.locator(".mj-tile").first.press("a")
    panel = card.locator(".mj-panel")
    text, count = panel.locator("textarea"), panel.get_by_label("Films")
    expect(text).to_be_focused(timeout=SECONDS)
    notebook.start(2)
    for words, films in (("it looks", "2"), ("it looks up", "1")):
        text.fill(words)
        count.select_option(films)
    panel.get_by_role("button", name="Send").click()

    (notebook.server.root / "go-on").touch()
    notebook.wait_idle()
    expect(panel).to_have_count(0, timeout=SECONDS)
    notebook.run(3)
    expect(notebook.output(3).locator("pre").last).to_have_text("[('it looks up', 1)]")
