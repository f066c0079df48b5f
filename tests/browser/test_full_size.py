"""The full-size view on small and zoomed screens, by keys and by touch."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from browser.front_end import FrontEnd
from browser.sights import lies_in
from browser.test_tiles import NAMES, NOTHING, PREVIEWS, WATCH

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

    from browser.front_end import StaticServer

SCREENS = {
    "360 wide": ((360, 640), 1),
    "360 wide, zoomed": ((180, 320), 2),
    "on its side": ((640, 360), 1),
    "on its side, zoomed": ((320, 180), 2),
    "1240 wide": ((1240, 800), 1),
}
SHAPES = {"square": (1024, 1024), "panorama": (2048, 146), "tower": (146, 2048)}
LONG = "picture 2 of 4: " + "a red fox in the snow at dawn, " * 12


def overlap(one: Locator, other: Locator) -> bool:
    a, b = one.bounding_box(), other.bounding_box()
    assert a is not None
    assert b is not None
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and b["y"] < a["y"] + a["height"]
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("screen", SCREENS)
def test_picture_words_save_and_close_are_all_in_sight(
    chromium: Browser, static_server: StaticServer, screen: str, shape: str
) -> None:
    (width, height), ratio = SCREENS[screen]
    traits: dict[str, Any] = {
        "previews": PREVIEWS,
        "names": [NAMES[0], LONG, *NAMES[2:]],
        "full_size": list(SHAPES[shape]),
        "aspect": SHAPES[shape][0] / SHAPES[shape][1],
    }
    with chromium.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=ratio,
        has_touch=True,
        reduced_motion="reduce",
    ) as context:
        shown = FrontEnd(context.new_page(), static_server.url)
        shown.page.evaluate(WATCH)
        shown.mount("tiles.js", NOTHING | traits, css="card.css")
        shown.view.locator(".mj-tile").nth(1).evaluate("tile => tile.click()")
        zoom = shown.page.locator(".mj-zoom[data-placed]")
        expect(zoom).to_be_visible()
        image, words, save, close = (
            zoom.locator(part) for part in ("img", "p", ".mj-save", ".mj-close")
        )
        for part in (image, words, save, close):
            assert lies_in(part.bounding_box(), (0, 0, width, height))
        for one, other in combinations((words, save, close), 2):
            assert not overlap(one, other)
        for one in (words, save):
            assert not overlap(one, image)
        box = image.bounding_box()
        assert box is not None
        assert min(box["width"] / width, box["height"] / height) > 0.02
        assert max(box["width"] / width, box["height"] / height) > 0.4
        for control in (save, close):
            size = control.bounding_box()
            assert size is not None
            assert min(size["width"], size["height"]) >= 24

        expect(close).to_be_focused()
        shown.page.keyboard.press("Tab")
        shown.page.keyboard.press("Shift+Tab")
        shown.page.keyboard.press("Shift+Tab")
        expect(save).to_be_focused()
        assert save.evaluate("save => getComputedStyle(save).outlineStyle") == "solid"
        motion = "view => view.getAnimations({ subtree: true }).length"
        assert zoom.evaluate(motion) == 0
        save.tap()
        assert shown.sent[-1]["content"] == {"type": "save", "index": 1}
        expect(words).to_have_text("Saving…")
        shown.page.keyboard.press("ArrowRight")
        expect(zoom).to_have_accessible_name(NAMES[2])
        close.tap()
        expect(zoom).to_be_hidden()
