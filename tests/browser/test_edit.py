"""An edit in JupyterLab, from a picture of Midjourney 8 to what came of it, by keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.cards import SECONDS, wait_for_pictures
from browser.sights import lies_in, wait_until_fitted
from browser.test_painter import PACK_LATER

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from browser.lab import NotebookPage

SETUP = """%load_ext mj_widgets
import base64, io, os, mj_widgets as mj
from PIL import Image
from mj_widgets.sandbox import Sandbox
serving = Sandbox("trueai", speed=50).in_thread()
running = serving.__enter__()
s = mj.configure(running.url, "sk-of-a-sandbox", library=f"library-{os.getpid()}")"""
V8 = 'w = mj.imagine("a red fox --ar 3:2 --v 8")\nw'
# What was submitted beside the picture, and how much of the picture itself is marked.
SENT = """def share(url, pad):
    mask = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    inside = mask.crop((pad, 0, *mask.size))
    return mask.size, mask.getpixel((0, 0)), 0 < inside.histogram()[255] < inside.width * 300
[(p.path, p.body["prompt"], share(p.body["maskBase64"], 240))
 for p in running.posts if p.path.endswith("edits") and p.status == 200]"""
HAS_FOCUS = "one => one === document.activeElement"


def go_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press a key until a part of the page has the focus."""
    for _ in range(40):
        if target.evaluate(HAS_FOCUS):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} does not lead to {target}")


def test_a_picture_is_marked_framed_and_sent_by_keys_alone(notebook: NotebookPage) -> None:
    notebook.open([SETUP, V8, SENT])
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)
    expect(card.get_by_role("button", name="Edit…")).to_have_count(4, timeout=SECONDS)
    page = notebook.page
    card.locator(".mj-tile").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    panel = card.locator(".mj-panel")
    prompt = panel.get_by_role("textbox", name="Prompt")
    expect(prompt).to_be_focused()
    expect(prompt).to_have_value("a red fox --v 8")
    expect(panel).to_contain_text("Edit 2, by edits")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("a wooden bridge")

    painter = panel.get_by_role("application")
    go_to(page, painter, "Shift+Tab")
    for key in ("Space", "Shift+ArrowRight", "Shift+ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(panel.locator(".mj-paint-marked")).to_contain_text("of the picture is marked.")
    go_to(page, panel.get_by_role("slider", name="Add at the left"))
    for _ in range(2):
        page.keyboard.press("Shift+ArrowLeft")
    expect(panel.locator(".mj-paint-marked")).to_contain_text("Pixels added: 240 at the left")
    notebook.screenshot("edit-by-keys")
    go_to(page, panel.get_by_role("button", name="Send"))
    page.keyboard.press("Enter")

    expect(panel).to_have_count(0, timeout=SECONDS)
    edited = card.locator(".mj-card .mj-card")
    wait_for_pictures(edited, 4)
    expect(card.locator(".mj-thumb")).to_have_text("Edit 2")
    notebook.run(2)
    sent = [("/mj/submit/edits", "a wooden bridge", ((1344 + 240, 896), 255, True))]
    expect(notebook.output(2).locator("pre").last).to_have_text(str(sent))


@pytest.mark.own_page
def test_send_takes_along_what_was_painted_just_before(notebook: NotebookPage) -> None:
    notebook.open([SETUP, V8, SENT.replace("240", "0")], viewport=(1000, 1500))
    notebook.run(0)
    notebook.run(1)
    card, page = notebook.output(1), notebook.page
    card.get_by_role("button", name="Edit…").first.click(timeout=SECONDS)
    panel = card.locator(".mj-panel")
    expect(panel.locator("textarea")).to_be_focused()
    wait_until_fitted(page)
    notebook.wait_still()
    page.evaluate(PACK_LATER)
    box = panel.get_by_role("application").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y)
    page.mouse.up()
    expect(panel.locator(".mj-paint-marked")).to_contain_text("of the picture is marked.")
    panel.get_by_role("button", name="Send").click()
    page.evaluate("window.goOn()")
    expect(panel).to_have_count(0, timeout=SECONDS)
    notebook.run(2)
    sent = [("/mj/submit/edits", "a red fox --v 8", ((1344, 896), 0, True))]
    expect(notebook.output(2).locator("pre").last).to_have_text(str(sent))


@pytest.mark.parametrize("viewport", [(1240, 800), (700, 640)], ids=str)
def test_the_framed_painter_is_seen_together_with_the_prompt_and_send(
    notebook: NotebookPage, viewport: tuple[int, int]
) -> None:
    notebook.open([SETUP, V8, *["1"] * 4], viewport=viewport)
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1).locator(".mj-card").first
    wait_for_pictures(card, 4)
    card.get_by_role("button", name="Edit…").nth(1).click()
    panel = card.locator(".mj-panel")
    expect(panel.locator("textarea")).to_be_focused(timeout=SECONDS)
    expect(panel.locator(".mj-painter[style*='--mj-paint-high']")).to_be_visible()
    notebook.wait_still()
    notebook.screenshot(f"edit-{viewport[0]}")
    area = notebook.page.locator(".jp-WindowedPanel-outer").bounding_box()
    assert area is not None
    sides = [area[side] for side in ("x", "y", "width", "height")]
    for part in (".mj-paint-frame", "textarea", ".mj-send"):
        assert lies_in(panel.locator(part).bounding_box(), sides), part


def test_axe_finds_nothing_in_the_panel_in_either_theme(notebook: NotebookPage) -> None:
    notebook.open([SETUP, f"{V8[:-2]}", "w"], viewport=(1240, 1800))
    notebook.run_all()
    card = notebook.output(2)
    wait_for_pictures(card, 4)
    card.get_by_role("button", name="Edit…").first.click()
    panel = card.locator(".mj-panel")
    panel.get_by_role("button", name="1.5×").click()
    expect(panel.locator(".mj-paint-marked")).to_contain_text("Pixels added")
    page = notebook.page
    for theme in ("light", "dark"):
        if theme == "dark":
            notebook.change_theme(theme)
        page.evaluate("document.body.style.height = '100vh'")
        found = Axe().run(page, ".mj-panel").response["violations"]
        page.evaluate("document.body.style.height = ''")
        assert [(rule["id"], [n["html"] for n in rule["nodes"]]) for rule in found] == []
