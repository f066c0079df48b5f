"""What a person would see of an element: whether it lies in sight, and can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.sync_api import Locator, Page

COLOURS = """(one) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const grounds = [];
    for (let each = one; each; each = each.parentElement) {
        grounds.unshift(getComputedStyle(each).backgroundColor);
    }
    // color-mix() is computed to forms of its own: the canvas paints them all.
    const paint = (colours) => {
        for (const colour of colours) {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    return (below) => [paint([below, ...grounds]), paint([getComputedStyle(one).color])];
}"""


# painter/room.js looks how much room there is, a frame or two after it has come onto the page.
IS_FITTED = """async () => {
    const painter = document.querySelector(".mj-painter");
    if (!painter?.style.getPropertyValue("--mj-paint-high")) return false;
    const frame = () => new Promise(requestAnimationFrame);
    const before = painter.offsetHeight;
    await frame();
    await frame();
    return painter.offsetHeight === before;
}"""


def wait_until_fitted(page: Page) -> None:
    """Wait until a painter has its size: a mouse would miss what still moves."""
    page.wait_for_function(IS_FITTED)


def lies_in(box: Mapping[str, float] | None, area: Sequence[float]) -> bool:
    """Tell whether *box* lies in *area* (left, top, width, height), to one pixel."""
    left, top, width, height = area
    return (
        box is not None
        and box["width"] > 0
        and box["height"] > 0
        and box["x"] >= left - 1
        and box["y"] >= top - 1
        and box["x"] + box["width"] <= left + width + 1
        and box["y"] + box["height"] <= top + height + 1
    )


def contrast(words: Locator, page: Page) -> float:
    """Return the contrast of an element's text with all that is below it (WCAG 2, 1 to 21)."""
    below = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    ground, text = words.evaluate(f"(one, below) => ({COLOURS})(one)(below)", below)
    lighter, darker = sorted((_luminance(ground), _luminance(text)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Sequence[int]) -> float:
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
