"""A prompt with what is a formula to MathJax is read as it was typed, wherever that is."""

from __future__ import annotations

import subprocess
import sys
from html import escape
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import nbformat
import nbformat.v4 as nbf
import pytest
from playwright.sync_api import expect

from browser.lab import as_notebook
from mj_widgets.card.still import Still, to_html

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode
    from playwright.sync_api import Browser

    from browser.lab import NotebookPage
    from browser.servers import Ui

PROMPT = (
    r"a hat for $5 or $10, $$x^2$$, \(y\), \[z\], \$, \href{https://x.example}{here}, \unicode{65},"
    r" \begin{align}a&b\end{align} --ar 3:2"
)
STILL = Still(PROMPT, "17", PROMPT, alt=PROMPT, texts=(PROMPT,), failure=PROMPT, note=PROMPT)
CHILD = Still(PROMPT, "18", PROMPT)
SECONDS = 60_000
TYPESET = "mjx-container, .MathJax, .MathJax_Display, .MathJax_Preview"


def cell(html: str, text: str = "") -> NotebookNode:
    output = nbf.new_output("display_data", {"text/html": html, "text/plain": text})
    return nbf.new_code_cell("", outputs=[output])


def saved() -> NotebookNode:
    """A notebook with a still copy between two texts in which there is a formula."""
    still = Still(**{**vars(STILL), "children": (CHILD,)})
    formula = f"<p>{escape(PROMPT)}</p>"
    copy = cell(to_html(still, "abc", 320), still.plain())
    notebook = as_notebook([])
    notebook.cells = [cell(formula), copy, cell(formula)]
    return notebook


def test_in_a_front_end_it_stays_as_it_was_typed(notebook: NotebookPage, ui: Ui) -> None:
    notebook.open(saved(), ui)
    for number in (0, 2):
        expect(notebook.output(number).locator(TYPESET).first).to_be_attached(timeout=SECONDS)
    copy = notebook.output(1)
    assert copy.locator(TYPESET).count() == 0
    assert copy.inner_text().count(PROMPT) == 7


@pytest.mark.parametrize("template", ["lab", "classic"])
def test_in_an_exported_page_it_stays_as_it_was_typed(
    chromium: Browser, tmp_path: Path, clean_environment: dict[str, str], template: str
) -> None:
    path = tmp_path / "saved.ipynb"
    nbformat.write(saved(), path)
    with as_file(files("jupyter_server_mathjax") / "static" / "MathJax.js") as mathjax:
        address = f"{mathjax.as_uri()}?config=TeX-AMS-MML_HTMLorMML-full,Safe"
        quiet = [f"--HTMLExporter.{name}=" for name in ("require_js_url", "mermaid_js_url")]
        options = ["--to", "html", "--template", template, f"--HTMLExporter.mathjax_url={address}"]
        command = [sys.executable, "-m", "nbconvert", path.name, *options, *quiet]
        subprocess.run(command, cwd=tmp_path, env=clean_environment, check=True)
        with chromium.new_context(offline=True) as context:
            page = context.new_page()
            page.goto(path.with_suffix(".html").as_uri())
            page.evaluate("() => new Promise((done) => MathJax.Hub.Queue(done))")
            expect(page.locator(TYPESET).first).to_be_attached(timeout=SECONDS)
            copy = page.locator("[data-mj-static]")
            assert copy.locator(TYPESET).count() == 0
            assert copy.inner_text().count(PROMPT) == 7
