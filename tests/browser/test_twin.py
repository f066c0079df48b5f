"""A saved notebook, opened again: the picture is there without kernel, service and network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from playwright.sync_api import BrowserContext

    from browser.front_end import FrontEnd
    from browser.lab import NotebookPage
    from browser.servers import Theme, Ui

SETUP = """import mj_widgets as mj
from mj_widgets.widgets.twin import Still, Twin, still_picture
mj.configure("sandbox")
w = mj.TaskWidget("1747132423020537")
task = w.wait()
picture, size = still_picture(w._viewer.result.pictures[0])
child = Still("a house " * 40, "18", "U2 of task 17", task.finish_time, picture, size, "the house")
still = Still("a fox\\nin the forest", "17", "", task.finish_time, picture, size, "the fox",
    texts=("first text", "second text"), note="A note.", children=(child,))
w._twin = Twin(640)
w._face.caption.twin = w._twin.uid"""
FILL = "w._twin.fill(still)\nw._twin.refill()"
SECONDS = 40_000
QUIET = dict.fromkeys(
    ("require_js_url", "mathjax_url", "mermaid_js_url", "jupyter_widgets_base_url"), ""
)


def show(notebook: NotebookPage, ui: Ui = "lab", **options: Any) -> Locator:
    """Show a finished card with its twin filled; return the cell's output."""
    notebook.open([SETUP, "w", FILL], ui=ui, **options)
    for cell in range(3):
        notebook.run(cell)
    output = notebook.output(1)
    expect(output.locator(".mj-tile img:not([hidden])")).to_have_count(4, timeout=SECONDS)
    return output


def saved(notebook: NotebookPage) -> NotebookNode:
    """Save the notebook, end its kernel, and return what is left."""
    notebook.save()
    content: NotebookNode = notebook.notebook_json()
    notebook.server.shut_down_kernels()
    return content


def rows(output: Locator) -> list[float]:
    """Return how high each output of a cell is."""
    heights: list[float] = output.locator(".jp-OutputArea-child").evaluate_all(
        "rows => rows.map(row => row.getBoundingClientRect().height)"
    )
    return heights


def expect_pictures(place: Locator) -> None:
    """Expect that both pictures of the twin are seen, on top of everything, within the page."""
    for name in ("the fox", "the house"):
        picture = place.get_by_alt_text(name)
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1024
        assert picture.evaluate(
            """image => {
                const box = image.getBoundingClientRect();
                const [x, y] = [box.x + box.width / 2, Math.max(box.y, 200) + 20];
                return document.elementFromPoint(x, y) === image
                    && box.width > 200 && box.right <= innerWidth;
            }"""
        )


def test_the_live_card_hides_its_twin_and_looks_as_without_one(
    notebook: NotebookPage, ui: Ui, page_errors: list[str]
) -> None:
    output = show(notebook, ui)
    card, twin = rows(output)
    assert card > 300
    assert twin == 0
    expect(output.locator("[data-mj-static]")).to_be_hidden()

    whole = notebook.cell(1).bounding_box()
    output.locator(".jp-OutputArea-child").nth(1).evaluate("row => row.remove()")
    assert notebook.cell(1).bounding_box() == whole
    assert page_errors == []


def test_a_page_loaded_again_with_its_kernel_is_live_again(notebook: NotebookPage) -> None:
    output = show(notebook)
    notebook.save()
    notebook.reload()
    expect(output.locator(".mj-tile img:not([hidden])")).to_have_count(4, timeout=SECONDS)
    assert rows(output)[1] == 0


def test_a_saved_notebook_shows_the_pictures_in_the_cards_place(
    notebook: NotebookPage, ui: Ui, theme: Theme
) -> None:
    show(notebook, ui)
    notebook.open(saved(notebook), ui=ui, theme=theme, viewport=(1280, 2000))
    output = notebook.output(1)

    expect(output.locator("[data-mj-static]")).to_be_visible()
    expect_pictures(output)
    expect(output.get_by_text("Error displaying widget")).to_be_hidden()
    expect(output.get_by_text("Error displaying widget")).to_have_count(1)  # Jupyter did say it
    assert rows(output)[0] == 0
    notebook.screenshot(f"twin-{ui}-{theme}", output)


@pytest.mark.parametrize("width", [420, 1280], ids=["narrow", "wide"])
def test_a_notebook_that_is_not_trusted_shows_them_too(
    notebook: NotebookPage, ui: Ui, theme: Theme, width: int
) -> None:
    show(notebook, ui)
    content = saved(notebook)
    content.cells[0].source += "\n# changed by someone else"
    notebook.open(content, ui=ui, theme=theme, viewport=(width, 2000))
    output = notebook.output(1)

    expect_pictures(output)
    expect(output.locator("[data-mj-static]")).to_have_count(0)  # it was sanitized
    expect(output.locator("p").first).to_have_text("a fox\nin the forest")
    for style in ("white-space", "overflow-wrap"):
        assert output.locator("p").first.evaluate(
            "(p, style) => getComputedStyle(p)[style] !== getComputedStyle(document.body)[style]",
            style,
        )
    expect(output).not_to_contain_text("TaskWidget")
    assert rows(output)[0] == 0
    notebook.screenshot(f"twin-untrusted-{ui}-{theme}-{width}", output)


def test_an_exported_page_shows_them_without_a_network(
    notebook: NotebookPage, context: BrowserContext, outside_requests: list[str]
) -> None:
    show(notebook)
    content = saved(notebook)

    for options, asked in ((QUIET, set()), ({}, {"cdnjs.cloudflare.com"})):
        html, _ = HTMLExporter(**options).from_notebook_node(content)
        page = context.new_page()
        page.set_content(html)
        expect_pictures(page.locator("body"))
        expect(page.locator(".jp-OutputArea").first).not_to_contain_text("TaskWidget")
        assert {address.split("/")[2] for address in outside_requests} == asked
        if not options:
            page.screenshot(path=notebook.screenshot("twin-exported"))
    outside_requests.clear()  # nbconvert's own: require.js and MathJax


# The caption alone


TWINS = """() => document.body.insertAdjacentHTML("beforeend", `
    <figure data-mj-static="abc">one</figure><figure data-mj-static="def">two</figure>`)"""
NOTHING: dict[str, Any] = {"heading": {}, "state": {}, "notice": {}, "texts": []}


def test_a_view_hides_its_own_twin_for_as_long_as_it_is_there(front_end_page: FrontEnd) -> None:
    page = front_end_page.page
    page.evaluate(TWINS)
    front_end_page.mount("caption.js", NOTHING | {"twin": "abc"})
    expect(page.get_by_text("one")).to_be_hidden()
    expect(page.get_by_text("two")).to_be_visible()

    front_end_page.receive(twin="def")
    expect(page.get_by_text("one")).to_be_visible()
    expect(page.get_by_text("two")).to_be_hidden()

    front_end_page.unmount()
    front_end_page.view.evaluate("view => view.replaceChildren()")
    expect(page.get_by_text("two")).to_be_visible()


@pytest.mark.parametrize("uid", ["", 'abc"],*{display:none}[x="'])
def test_what_is_no_uid_hides_nothing(front_end_page: FrontEnd, uid: str) -> None:
    page = front_end_page.page
    page.evaluate(TWINS)
    front_end_page.mount("caption.js", NOTHING | {"twin": uid})
    expect(page.get_by_text("one")).to_be_visible()
    expect(page.get_by_text("two")).to_be_visible()
