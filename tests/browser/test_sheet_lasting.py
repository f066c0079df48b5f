"""A sheet in a real JupyterLab: rated and swapped there, saved, and opened without a kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from browser.lab import as_notebook
from browser.test_gallery_lasting import SECONDS, expect_filled, filled, press, setup
from browser.test_lasting import NO_WIDGET, QUIET, nbconvert, page_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbformat import NotebookNode
    from playwright.sync_api import Browser, BrowserContext

    from browser.servers import JupyterServer, Ui

SHOW = """from array import array
from mj_widgets.sets.axes import Axis
from mj_widgets.sets.members import Members
library = mj.library().kept
words = ("红狐", "blue")
numbers = array("I", sorted(library.catalogue.numbers()))
braces = (
    Axis("words", words, {n: words[n % 2] for n in numbers}),
    Axis("50, 250", ("50", "250"), {n: ("50", "250")[n // 2 % 2] for n in numbers}),
)
mj.TaskSet(Members(library, numbers, braces=braces)).sheet(size=100)"""


@pytest.fixture(scope="module")
def saved(
    jupyter_context: BrowserContext,
    jupyter_server: Callable[[Ui], JupyterServer],
    tmp_path_factory: pytest.TempPathFactory,
) -> NotebookNode:
    """A notebook with a sheet that was rated and swapped, as it was saved."""
    folder = filled(tmp_path_factory.mktemp("sheet-lasting") / "library", 8)
    server = jupyter_server("lab")
    cells = as_notebook([setup(folder), SHOW])
    with page_with(jupyter_context, server, cells, "light", 1100) as live:
        live.notebook.run_all()
        output = live.notebook.output(1)
        expect_filled(output, 1)
        rows, columns = (
            output.locator(f".mj-wall-{kind} .mj-wall-head") for kind in ("sides", "heads")
        )
        expect(rows).to_have_text(["红狐", "blue"])
        output.get_by_role("button", name="Swap rows and columns").click()
        expect(columns).to_have_text(["红狐", "blue"], timeout=SECONDS)
        expect(rows).to_have_text(["50", "250"])
        press(output, "Home", "4", "2")
        expect(rows.first).to_have_text("50★ 3.0", timeout=SECONDS)
        copy = output.locator("figure th")
        expect(copy.filter(has_text="50 ★ 3.0")).to_be_attached(timeout=SECONDS)
        assert live.errors == []
        live.notebook.save()
        return live.notebook.notebook_json()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_without_a_kernel_its_rows_are_seen_with_all_labels(
    jupyter_context: BrowserContext,
    jupyter_server: Callable[[Ui], JupyterServer],
    saved: NotebookNode,
    theme: str,
) -> None:
    server = jupyter_server("lab")
    with page_with(jupyter_context, server, saved, theme, 700) as again:  # type: ignore[arg-type]
        output = again.notebook.output(1)
        heads = output.locator("th").filter(visible=True)
        expect(heads).to_have_text(
            ["红狐 ★ 3.0", "blue", "50 ★ 3.0", "250"], timeout=SECONDS, use_inner_text=True
        )
        expect(output.locator("img[alt*='红狐']").filter(visible=True)).to_have_count(2)
        expect(output.locator("figcaption")).to_contain_text("50, 250 × words: 8 of 8 tasks")
        expect(output).not_to_have_text(NO_WIDGET, use_inner_text=True)
        first, second = (heads.nth(at).bounding_box() for at in (0, 1))
        row = heads.nth(2).bounding_box()
        assert row is not None
        assert row["width"] > 90
        picture = output.locator("img[alt*='红狐']").first.bounding_box()
        assert first is not None
        assert second is not None
        assert picture is not None
        assert first["x"] == pytest.approx(picture["x"], abs=3)
        assert second["x"] == pytest.approx(picture["x"] + picture["width"] / 2, abs=3)


def test_as_html_it_is_seen_without_any_script(
    chromium: Browser, clean_environment: dict[str, str], tmp_path: Path, saved: NotebookNode
) -> None:
    nbformat.write(saved, tmp_path / "saved.ipynb")
    nbconvert(tmp_path / "saved.ipynb", clean_environment, "--to", "html", *QUIET)
    with chromium.new_context(offline=True, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((tmp_path / "saved.html").as_uri())
        expect(page.locator("th").filter(visible=True)).to_have_count(4)
        expect(page.locator("img").filter(visible=True)).to_have_count(2)
