"""The panel that a button opens, in JupyterLab: all of it is seen, whatever the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.cards import SECONDS, SETUP, wait_for_pictures
from browser.sights import lies_in

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from browser.lab import NotebookPage

SINGLE = """import io
from PIL import Image
file = io.BytesIO()
Image.radial_gradient("L").resize({size}).save(file, "PNG")
link = settings.sandbox().put_file("p.png", file.getvalue(), "image/png")
settings.sandbox().put("88", {{"id": "88", "action": "UPSCALE", "status": "SUCCESS",
    "progress": "100%", "prompt": "a fox", "imageUrl": link, "buttons": [
        {{"customId": "MJ::Inpaint::1::x::SOLO", "label": "Vary (Region)", "emoji": "🖌️"}}]}})
%mjfetch 88"""
SCROLLER = ".jp-WindowedPanel-outer"


def seen_whole(part: Locator, notebook: NotebookPage) -> bool:
    area = notebook.page.locator(SCROLLER).bounding_box()
    assert area is not None
    sides = [area[side] for side in ("x", "y", "width", "height")]
    return lies_in(part.bounding_box(), sides)


@pytest.mark.parametrize("viewport", [(1240, 800), (700, 600)], ids=str)
@pytest.mark.parametrize("size", [(1024, 1024), (640, 1120)], ids=str)
def test_the_painter_is_seen_together_with_the_prompt_and_send(
    notebook: NotebookPage, viewport: tuple[int, int], size: tuple[int, int]
) -> None:
    filling = ["1"] * 4  # a notebook has more than one cell
    notebook.open([SETUP, SINGLE.format(size=size), *filling], viewport=viewport)
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1).locator(".mj-card")
    wait_for_pictures(card, 1)
    card.get_by_role("button", name="Vary (Region)").click()
    panel = card.locator(".mj-panel")
    expect(panel.get_by_role("button", name="Send")).to_be_visible(timeout=SECONDS)
    expect(panel.locator("textarea")).to_be_focused()
    expect(panel.locator(".mj-painter[style*='--mj-paint-high']")).to_be_visible()
    notebook.wait_still()
    notebook.screenshot(f"painter-{viewport[0]}-{size[1]}")
    for part in (".mj-paint-stage", "textarea", ".mj-send"):
        assert seen_whole(panel.locator(part), notebook), part
    assert panel.locator(".mj-paint-stage").bounding_box()["height"] >= 160
