"""A page that lays outputs out as VS Code does, around one ES module with a stub model.

All outputs of a notebook share one frame of another origin, as tall as the notebook; the editor
scrolls by moving it, and paints its own cells above it. Its colours come as ``--vscode-*``, while
``--jp-*`` are those of a light theme (`labvariables.css` of ipywidgets), on a slab that the
Jupyter extension makes white (its `renderer/styles.css`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from browser.front_end import FrontEnd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Page

    from browser.front_end import StaticServer
    from browser.servers import Theme

WINDOW = (900, 700)
SEEN_FROM, SEEN_HEIGHT = 40, 560
"""The part of the window that shows the notebook, below the editor's own bars, in CSS pixels."""
NOTEBOOK_HEIGHT = 6000
OUTPUT_LEFT = 60

EDITOR = """<!doctype html><html lang="en"><head><title>editor</title>
<link rel="icon" href="data:,"><style>
  body {{ margin: 0; background: {ground}; }}
  #list {{ position: absolute; top: {seen_from}px; left: 0; width: 100%; height: {seen_height}px;
    overflow: hidden; }}
  #rows {{ position: absolute; width: 100%; height: {height}px; transform: translate3d(0, 0, 0); }}
  iframe {{ width: 100%; height: 100%; border: 0; }}
</style></head>
<body><div id="list"><div id="rows"><iframe src="{frame}"></iframe></div></div>
<script>
  // As Monaco's list does: what scrolls it from within is undone.
  const list = document.getElementById("list");
  list.addEventListener("scroll", () => {{ list.scrollTop = 0; }});
</script></body></html>
"""
FRAME = """<!doctype html><html lang="en" style="{colours}"><head><meta charset="utf-8">
<title>outputs</title><link rel="icon" href="data:,"><style>
  :root {{
    --jp-content-font-color1: rgba(0, 0, 0, 0.87); --jp-content-font-color2: rgba(0, 0, 0, 0.54);
    --jp-ui-font-color1: rgba(0, 0, 0, 0.87); --jp-layout-color1: white;
    --jp-layout-color2: #eee; --jp-border-color1: #bdbdbd; --jp-border-color2: #e0e0e0;
    --jp-brand-color1: #1976d2; --jp-ui-font-size1: 13px;
    --jp-widgets-color: var(--jp-content-font-color1);
  }}
  body {{ margin: 0; color: var(--vscode-editor-foreground); }}
  .output_container {{ position: absolute; top: {top}px; left: {left}px; right: 16px; }}
  .cell-output-ipywidget-background {{ background: white !important; }}
  .jupyter-button {{ color: var(--jp-ui-font-color1); background: var(--jp-layout-color2);
    border: 0; }}
  .widget-label {{ color: var(--jp-widgets-color); }}
</style></head><body class="vscode-{theme}" data-vscode-theme-kind="vscode-{theme}">
<div class="output_container"><div class="output cell-output-ipywidget-background">
<div class="cell-output-ipywidget-background"><div class="{card}">
  <button class="jupyter-button">U1</button><label class="widget-label">Prompt</label>
  <div class="mj-grid"><div id="view"></div></div>
</div></div></div></div></body></html>
"""
COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "editor-background": "#ffffff",
        "editor-foreground": "#3b3b3b",
        "input-background": "#ffffff",
        "input-foreground": "#3b3b3b",
        "focusBorder": "#005fb8",
        "font-family": "system-ui",
    },
    "dark": {
        "editor-background": "#1f1f1f",
        "editor-foreground": "#cccccc",
        "input-background": "#313131",
        "input-foreground": "#cccccc",
        "focusBorder": "#0078d4",
        "font-family": "system-ui",
    },
}


class VsCode:
    """An editor's window with one card in it.

    Args:
        page: where it is shown.
        server: serves both documents, under two names: they are of different origins.
        top: how far below the notebook's beginning the card is.
        theme: the editor's.
        card: the classes of what is around the view.
    """

    def __init__(
        self,
        page: Page,
        server: StaticServer,
        *,
        top: int = 2000,
        theme: Theme = "dark",
        card: str = "mj-card",
    ) -> None:
        colours = COLOURS[theme]
        written = ";".join(f"--vscode-{name}: {value}" for name, value in colours.items())
        server.own["outputs.html"] = FRAME.format(
            colours=written, theme=theme, top=top, left=OUTPUT_LEFT, card=card
        )
        server.own["editor.html"] = EDITOR.format(
            ground=colours["editor-background"],
            seen_from=SEEN_FROM,
            seen_height=SEEN_HEIGHT,
            height=NOTEBOOK_HEIGHT,
            frame=f"{server.url}test/outputs.html",
        )
        self.page = page
        width, height = WINDOW
        page.set_viewport_size({"width": width, "height": height})
        page.goto(server.url.replace("127.0.0.1", "localhost") + "test/editor.html")
        found = page.frame(url=re.compile(r"outputs\.html$"))
        assert found is not None
        found.wait_for_load_state()
        self.frame = found
        self.front_end = FrontEnd.at(found)

    def scroll_to(self, y: int) -> None:
        """Bring what is *y* pixels below the notebook's beginning to the upper edge."""
        self.page.evaluate("y => { document.getElementById('rows').style.top = `${-y}px`; }", y)

    def style(self, selector: str, name: str) -> Any:
        """Return what the first element's style is computed to be."""
        return self.frame.locator(selector).first.evaluate(
            "(one, name) => getComputedStyle(one)[name]", name
        )
