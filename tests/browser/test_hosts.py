"""A card in a host that shows its page otherwise than JupyterLab: VS Code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser.sights import contrast, lies_in
from browser.test_tiles import FOUR, NAMES, NOTHING, picture
from browser.vs_code import SEEN_FROM, SEEN_HEIGHT, VsCode

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from browser.front_end import StaticServer
    from browser.servers import Theme

ABOVE = 2000
"""Where the card begins, in the notebook."""
CAPTION = {
    "heading": {"prompt": "a red fox", "id": "1", "parameters": ["--ar 3:2"]},
    "state": {"words": "done", "tone": "done"},
    "notice": {"text": "Saved", "tone": "done"},
    "folds": "",
}


def seen(editor: VsCode, selector: str) -> bool:
    """Tell whether all of an element lies in the part of the window that shows the notebook."""
    box = editor.frame.locator(selector).bounding_box()
    return lies_in(box, (0, SEEN_FROM, 900, SEEN_HEIGHT))


@pytest.fixture
def editor(context: BrowserContext, static_server: StaticServer) -> VsCode:
    """VS Code with the pictures of a card, of which the middle is seen."""
    editor = VsCode(context.new_page(), static_server, top=ABOVE)
    editor.front_end.mount("tiles.js", NOTHING | FOUR, css="card.css")
    editor.scroll_to(ABOVE + 100)
    return editor


def test_full_size_lies_over_what_is_seen_of_the_card(editor: VsCode) -> None:
    editor.frame.locator(".mj-tile").nth(1).click()
    expect(editor.frame.locator(".mj-zoom[data-placed]")).to_be_visible()
    editor.front_end.message(
        {"type": "full", "index": 1, "mime": "image/png"}, picture("seagreen", 900, "PNG")
    )
    expect(editor.frame.locator(".mj-zoom p")).to_contain_text("1024×1024")
    assert seen(editor, ".mj-zoom")
    for part in ("img", ".mj-save", ".mj-close", "p"):
        assert seen(editor, f".mj-zoom {part}"), part
    # The notebook's own cells lie above and below the card, over the frame.
    view, card = (editor.frame.locator(one).bounding_box() for one in (".mj-zoom", ".mj-card"))
    assert lies_in(view, tuple(card[side] for side in ("x", "y", "width", "height")))
    assert view["height"] > SEEN_HEIGHT - 60
    image = editor.frame.locator(".mj-zoom img").bounding_box()
    assert image["height"] > 350


def test_full_size_follows_while_the_notebook_is_scrolled(editor: VsCode) -> None:
    editor.frame.locator(".mj-tile").nth(1).click()
    expect(editor.frame.locator(".mj-zoom[data-placed]")).to_be_visible()
    before = editor.frame.locator(".mj-zoom").evaluate("view => view.style.top")
    editor.scroll_to(ABOVE + 180)
    expect(editor.frame.locator(".mj-zoom")).not_to_have_attribute(
        "style", re.compile(rf"top: {before}")
    )
    assert seen(editor, ".mj-save")


def test_of_a_card_that_is_hardly_seen_the_full_size_is_still_of_use(editor: VsCode) -> None:
    height = round(editor.frame.locator(".mj-card").bounding_box()["height"])
    editor.scroll_to(ABOVE + height - 60)
    editor.frame.locator(".mj-tile").last.click()
    expect(editor.frame.locator(".mj-zoom[data-placed]")).to_be_visible()
    assert seen(editor, ".mj-zoom")
    assert editor.frame.locator(".mj-zoom img").bounding_box()["height"] > 100


def test_keys_lead_on_and_back_in_the_full_size(editor: VsCode) -> None:
    editor.frame.locator(".mj-tile").nth(1).click()
    expect(editor.frame.locator(".mj-close")).to_be_focused()
    editor.page.keyboard.press("ArrowRight")
    expect(editor.frame.locator(".mj-zoom")).to_have_accessible_name(NAMES[2])
    editor.page.keyboard.press("Escape")
    expect(editor.frame.locator(".mj-zoom")).to_be_hidden()
    expect(editor.frame.locator(".mj-tile").nth(2)).to_be_focused()


@pytest.mark.parametrize("at_first", ["block", "none"], ids=["shown", "hidden at first"])
def test_the_painter_is_no_higher_than_what_is_seen(
    context: BrowserContext, static_server: StaticServer, at_first: str
) -> None:
    editor = VsCode(context.new_page(), static_server, top=ABOVE)
    card = editor.frame.locator(".mj-card")
    card.evaluate("(card, display) => { card.style.display = display; }", at_first)
    painter = {"image": picture("teal", 512), "size": [512, 512], "name": "a fox", "mask": None}
    editor.front_end.mount("painter.js", painter, css="painter.css")
    editor.scroll_to(ABOVE)
    card.evaluate("card => { card.style.display = 'block'; }")
    shown = editor.frame.locator(".mj-painter[style*='--mj-paint-high']")
    expect(shown).to_be_visible()
    stage = editor.frame.locator(".mj-paint-stage").bounding_box()
    assert shown.bounding_box()["height"] <= SEEN_HEIGHT
    assert stage["height"] > SEEN_HEIGHT - 200


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_controls_can_be_read_in_either_theme(
    context: BrowserContext, static_server: StaticServer, theme: Theme
) -> None:
    editor = VsCode(context.new_page(), static_server, top=0, theme=theme)
    editor.front_end.mount("caption.js", CAPTION, css="card.css")
    expect(editor.frame.locator(".mj-prompt")).to_have_text("a red fox")
    slab = editor.style(".cell-output-ipywidget-background", "backgroundColor")
    assert slab == "rgba(0, 0, 0, 0)"
    for words in (".mj-prompt", ".mj-chip", ".mj-state", ".mj-notice", ".mj-copy"):
        assert contrast(editor.frame.locator(words).first, editor.page) >= 4.5, words
    for words in (".jupyter-button", ".widget-label"):
        assert contrast(editor.frame.locator(words).first, editor.page) >= 4.5, words


def test_a_widget_of_somebody_else_keeps_the_slab_that_it_was_made_for(
    context: BrowserContext, static_server: StaticServer
) -> None:
    editor = VsCode(context.new_page(), static_server, top=0, card="somebody-elses")
    editor.front_end.mount("caption.js", CAPTION, css="card.css")
    slab = editor.style(".cell-output-ipywidget-background", "backgroundColor")
    assert slab == "rgb(255, 255, 255)"
