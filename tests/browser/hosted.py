"""Whole cards in a blank page, without a kernel: nested and styled as ipywidgets does."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from mj_widgets.card.button_rows import place_on
from mj_widgets.pictures.sheets import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Locator, Page

WIDGETS = """
body { margin: 0; }
.widget-box { display: flex; box-sizing: border-box; margin: 0; overflow: auto; }
.widget-hbox { flex-direction: row; }
.widget-vbox { flex-direction: column; }
.jupyter-button {
    display: inline-block; width: 148px; height: 28px; margin: 2px; padding: 0 10px;
    overflow: hidden; border: none; white-space: nowrap; text-overflow: ellipsis;
    font-size: 13px; line-height: 28px; text-align: center; background: #eee; color: #000;
}
.jupyter-button:disabled { opacity: 0.6; }
"""
"""The rules of ipywidgets' own style sheet that a card's has to get along with."""

BUILD = """async ({ cards, isRow }) => {
    const rendering = [];
    const box = (names, ...children) => {
        const made = document.createElement("div");
        made.className = `jupyter-widgets ${names}`;
        made.append(...children);
        return made;
    };
    const bytes = (text) =>
        new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    const view = (module, state) => {
        for (const name of ["previews", "images"]) state[name] &&= state[name].map(bytes);
        const el = box("");
        const model = { get: (name) => state[name], on() {}, off() {}, set() {},
            save_changes() {}, send: (content) => window.sent.push(content) };
        rendering.push(async () =>
            (await import(`/static/${module}.js`)).default.render({ model, el }));
        return el;
    };
    const buttons = (labels) => labels.map((label) => {
        const made = document.createElement("button");
        made.className = "jupyter-widgets jupyter-button widget-button";
        made.textContent = label;
        return made;
    });
    const part = (name, ...children) => box(`widget-box ${name}`, ...children);
    const row = (names, labels) => part(`widget-hbox mj-row ${names}`, ...buttons(labels));
    const build = (card) => {
        const grid = part("mj-grid", view("tiles", card.tiles),
            ...card.on.map(([labels, names]) => row(names, labels)));
        grid.style.maxWidth = `${card.size}px`;
        const body = part("mj-body", view("caption", card.caption), grid,
            part("mj-list"), part("mj-foot", row("mj-group mj-group-other", card.foot),
                row("mj-tools", ["Save"])),
            part("widget-vbox mj-asked", ...card.asked.map((text) => box("mj-panel", text))),
            ...(card.strip ? [view("strip", card.strip)] : []),
            part("widget-vbox mj-followups", ...card.inside.map(build)));
        return part("widget-vbox mj-card", body);
    };
    window.sent = [];
    const page = document.getElementById("view");
    page.className = isRow ? "widget-box widget-hbox" : "";
    page.append(...cards.map(build));
    for (const render of rendering) await render();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}"""


def jpeg(colour: str = "teal", side: int = 64) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, "JPEG")
    return out.getvalue()


def card(
    *inside: dict[str, Any],
    button: str = "",
    prompt: str = "a red fox",
    heading: dict[str, Any] | None = None,
    state: dict[str, Any] | None = None,
    notice: dict[str, Any] | None = None,
    pictures: int = 4,
    aspect: float = 1.0,
    size: int = 640,
    foot: Sequence[str] = ("🔄",),
    asked: Sequence[str] = (),
    awaited: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a card of a finished grid for `show`, with another one open in it or none.

    Args:
        inside: what came of it, the last of which is open.
        button: what it came from.
        prompt: its words.
        heading: what else its caption says.
        state: its state line.
        notice: its notice.
        pictures: how many there are.
        aspect: width over height of one.
        size: how wide they are together.
        foot: the labels of the buttons below.
        asked: the texts of its panels.
        awaited: what stands in its picture, which is not done then.
    """
    preview = base64.b64encode(jpeg()).decode()
    heading = {"prompt": prompt, "full": prompt, "id": "18", "button": button} | (heading or {})
    columns = columns_of(pictures)
    thumbs = [{"name": each["name"], "words": "done", "tone": "done"} for each in inside]
    for each in inside:
        lead(each, [button or prompt])
    return {
        "name": button or prompt,
        "size": size,
        "caption": {
            "heading": heading,
            "state": state or {"words": "done", "tone": "done", "ran": 39},
            "notice": notice or {},
        },
        "tiles": {
            "previews": [preview] * pictures,
            "names": [f"picture {n}" for n in range(1, pictures + 1)],
            "movies": [],
            "aspect": aspect,
            "full_size": [],
            "unfinished": bool(awaited),
            "inside": list(awaited),
            "deeds": [],
        },
        "on": [[[f"U{n}", f"V{n}"], " ".join(place_on(n, columns))] for n in range(1, pictures + 1)]
        if pictures > 1
        else [],
        "foot": list(foot),
        "asked": list(asked),
        "strip": {"thumbs": thumbs, "images": [preview] * len(inside), "open_at": len(inside) - 1}
        if inside
        else None,
        "inside": list(inside[-1:]),
    }


def lead(card: dict[str, Any], names: list[str]) -> None:
    """Let a card, and all inside it, stand below those with these names."""
    heading = card["caption"]["heading"]
    heading["path"] = [*names, *heading.get("path", ())]
    for each in card["inside"]:
        lead(each, names)


def show(page: Page, *cards: dict[str, Any], css: str, width: int, is_row: bool = False) -> None:
    """Show cards on a page of a width, below each other or in an HBox."""
    page.set_viewport_size({"width": width, "height": 900})
    page.add_style_tag(content=WIDGETS)
    if css:
        page.add_style_tag(content=css)
    page.evaluate(BUILD, {"cards": cards, "isRow": is_row})


def box_of(one: Locator) -> dict[str, float]:
    """Return where something is, which is to be seen, with its "right" and "bottom"."""
    box = one.bounding_box()
    assert box, f"{one} is not seen"
    return {**box, "right": box["x"] + box["width"], "bottom": box["y"] + box["height"]}


CONTRAST = """(words, picture) => {
    const paint = (...colours) => {
        const canvas = new OffscreenCanvas(1, 1).getContext("2d");
        for (const colour of colours) {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const light = (colours) => {
        const [r, g, b] = paint(...colours).map((each) => each / 255)
            .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const { color, backgroundColor } = getComputedStyle(words);
    const both = [light([picture, backgroundColor]), light([picture, backgroundColor, color])];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}"""


def contrast(words: Locator, on: str) -> float:
    """Return the contrast of words that lie on a picture of one colour, as WCAG defines it."""
    found: float = words.evaluate(CONTRAST, on)
    return found
