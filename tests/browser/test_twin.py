"""A still copy and the live card beside it; test_lasting.py tells what is left of a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.cards import SKETCHED
from mj_widgets.card.still import UNFINISHED, Still, to_html
from mj_widgets.pictures.images import encode_jpeg
from mj_widgets.sandbox import Sandbox, Sketches

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from browser.front_end import FrontEnd
    from browser.lab import NotebookPage
    from browser.servers import Ui

GRID = "w = %mjfetch 1747132423020537 --wait"
COPY = """from mj_widgets.card.still import Still
from mj_widgets.card.twin import Twin
twin = Twin(640)
twin.show()
twin.fill(Still("a fox\\nin the forest", "17", note="and" * 400))
twin.refill()"""
HEIGHTS = "rows => rows.map(row => row.getBoundingClientRect().height)"
RESTART = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
SECONDS = 40_000


def test_a_live_card_looks_as_without_its_copy_also_when_the_page_is_loaded_again(
    notebook: NotebookPage, ui: Ui, page_errors: list[str]
) -> None:
    notebook.open([SKETCHED, GRID], ui=ui)
    notebook.run_all()
    output = notebook.output(1)
    for is_loaded_again in (False, True):
        if is_loaded_again:
            notebook.save()
            notebook.reload()
        expect(output.locator(".mj-tile img:not([hidden])")).to_have_count(4, timeout=SECONDS)
        expect(output.get_by_role("button", name="V4")).to_be_visible()
        expect(output.get_by_label("Remix")).to_be_visible()
        expect(output.locator("[data-mj-static] img")).to_be_attached()
        expect(output.locator("[data-mj-static]")).to_be_hidden()
        assert output.locator(".jp-OutputArea-child").evaluate_all(HEIGHTS)[1] == 0
    notebook.wait_still()
    whole = notebook.cell(1).bounding_box()
    output.locator(".jp-OutputArea-child").nth(1).evaluate("row => row.remove()")
    assert notebook.cell(1).bounding_box() == whole
    assert page_errors == []


def test_a_card_whose_kernel_is_restarted_keeps_its_pictures_and_drops_its_buttons(
    notebook: NotebookPage, ui: Ui
) -> None:
    notebook.open([SKETCHED, GRID], ui=ui)
    notebook.run_all()
    output = notebook.output(1)
    buttons = output.locator(".jupyter-button").filter(visible=True)
    expect(buttons.first).to_be_visible()
    expect(output.locator(".mj-dead")).to_be_hidden()

    notebook.page.evaluate(RESTART)
    expect(output.locator(".mj-dead")).to_be_visible(timeout=SECONDS)
    expect(output.locator(".mj-dead")).to_have_text("Not live any more: run the cell again.")
    expect(output.locator(".mj-tile img:not([hidden])")).to_have_count(4)
    expect(output.locator(".mj-state")).to_contain_text("done")
    expect(output.locator("[data-mj-static]")).to_be_hidden()
    expect(buttons).to_have_count(0)
    notebook.screenshot(f"dead-{ui}", output)


def test_a_card_whose_kernel_was_shut_down_says_so_at_the_next_click(
    notebook: NotebookPage, ui: Ui, page_errors: list[str]
) -> None:
    notebook.open([SKETCHED, GRID], ui=ui)
    notebook.run_all()
    output = notebook.output(1)
    u1 = output.get_by_role("button", name="U1")
    expect(u1).to_be_visible()
    notebook.shutdown_kernel()
    u1.click()
    expect(output.locator(".mj-dead")).to_be_visible()
    expect(output.locator(".jupyter-button").filter(visible=True)).to_have_count(0)
    assert page_errors == []


def test_an_untrusted_copy_keeps_its_lines_and_stays_within_the_page(
    notebook: NotebookPage, ui: Ui
) -> None:
    notebook.open([COPY], ui=ui)
    notebook.run_all()
    expect(notebook.output(0).locator("[data-mj-static]")).to_contain_text("andand")
    notebook.save()
    content = notebook.notebook_json()
    content.cells[0].source += "\n# changed by somebody else"
    notebook.open(content, ui=ui, viewport=(420, 900))

    copy = notebook.output(0).locator("figure")
    expect(copy).to_be_visible()
    expect(notebook.output(0).locator("[data-mj-static]")).to_have_count(0)  # it was sanitized
    assert copy.locator("p").first.inner_text() == "a fox\nin the forest"
    assert copy.evaluate("figure => figure.scrollWidth <= figure.clientWidth")


def test_a_copy_that_a_page_loaded_again_cannot_bring_up_to_date_is_said_to_be_old(
    notebook: NotebookPage, ui: Ui
) -> None:
    with Sandbox(speed=50, kitchen=Sketches()).in_thread() as sandbox:
        service = f"mj.configure({sandbox.url!r}, 'any', library='library-{ui}')"
        setup = f"%load_ext mj_widgets\nimport mj_widgets as mj\n{service}"
        notebook.open([setup, "%mjimagine a red fox --stuck 15"], ui=ui)
        notebook.run_all()
        output = notebook.output(1)
        expect(output.locator("[data-mj-static]")).to_contain_text(UNFINISHED)
        expect(output.locator(".mj-state")).to_contain_text("15 %", timeout=SECONDS)
        notebook.save()
        notebook.reload()
        expect(output.get_by_role("button", name="Cancel task")).to_be_visible(timeout=SECONDS)
        output.get_by_role("button", name="Cancel task").click()
        expect(output.locator(".mj-state")).to_contain_text("cancelled", timeout=SECONDS)

        stale = output.locator(".mj-stale")
        expect(stale).to_be_visible(timeout=SECONDS)
        expect(stale).to_contain_text("run the cell again")
        expect(output.locator("[data-mj-static]")).to_contain_text(UNFINISHED)
        notebook.screenshot(f"stale-{ui}", output)

        notebook.run(1)
        expect(output.locator("[data-mj-static]")).not_to_contain_text(UNFINISHED)
        expect(stale).to_be_hidden()
        assert len(sandbox.posts) == 1


# Where a page drops what it does not know


STRIPPED = """([html, width]) => {
    document.body.innerHTML = html;
    for (const one of document.querySelectorAll("[style]")) one.removeAttribute("style");
    for (const one of document.querySelectorAll("style")) one.remove();
    document.head.insertAdjacentHTML("beforeend",
        `<style>main, img { max-width: 100% } body { width: ${width}px }</style>`);
}"""
BOX = """async image => {
    await image.decode();
    const {width, height} = image.getBoundingClientRect();
    return [width, width / height];
}"""


@pytest.mark.parametrize("width", [360, 1200])
def test_without_its_styles_a_copy_is_not_distorted(front_end_page: FrontEnd, width: int) -> None:
    picture = encode_jpeg(Image.new("RGB", (1024, 512), "teal"))
    html = to_html(Still("a fox", picture=picture, size=(1024, 512)), "abc", 640)
    front_end_page.page.evaluate(STRIPPED, [html, width])
    shown, ratio = front_end_page.page.locator("img").evaluate(BOX)
    assert shown <= min(width, 640)
    assert ratio == pytest.approx(2, abs=0.02)


# The caption alone


TWINS = """() => document.body.insertAdjacentHTML("beforeend", `
    <figure data-mj-static="abc">one</figure><figure data-mj-static="def">two</figure>`)"""
NOTHING: dict[str, Any] = {
    "heading": {},
    "state": {},
    "notice": {},
    "texts": [],
    "twin_revision": 0,
}
OLD = """classes => {
    const [host, cell] = classes.map((name) => {
        const made = document.createElement("div");
        made.className = name;
        return made;
    });
    document.querySelector("#view").replaceWith(host);
    host.append(cell);
    cell.innerHTML = `<main id="view"></main>
        <figure data-mj-static="abc" data-mj-rev="2">one</figure>`;
}"""
NOTEBOOK = ["jp-Notebook", "jp-Cell"]
EXPORTED = "() => document.body.classList.add('jp-Notebook')"
APART = [{"content": {"type": "apart"}, "buffers": []}]
RENEW = "figure => { figure.dataset.mjRev = '3'; }"


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


@pytest.fixture
def told(front_end_page: FrontEnd) -> Locator:
    """What a card whose twin is at its third revision says of the one in the page."""
    front_end_page.page.clock.install()
    front_end_page.page.evaluate(OLD, NOTEBOOK)
    front_end_page.mount("caption.js", NOTHING | {"twin": "abc", "twin_revision": 2})
    front_end_page.page.clock.run_for(4000)
    return front_end_page.view.locator(".mj-stale")


def test_a_twin_that_stays_behind_is_said_to_be_old_until_it_has_caught_up(
    front_end_page: FrontEnd, told: Locator
) -> None:
    expect(told).to_be_hidden()
    front_end_page.receive(twin_revision=3)
    expect(told).to_be_hidden()  # it may be on its way
    front_end_page.page.clock.run_for(4000)
    expect(told).to_be_visible()
    expect(front_end_page.view.get_by_role("status")).to_contain_text("out of date")

    front_end_page.page.locator("figure").evaluate(RENEW)
    front_end_page.page.clock.run_for(4000)
    expect(told).to_be_hidden()


def test_a_view_that_is_made_beside_an_old_twin_says_so(
    front_end_page: FrontEnd, told: Locator
) -> None:
    front_end_page.mount("caption.js", NOTHING | {"twin": "abc", "twin_revision": 3})
    front_end_page.page.clock.run_for(4000)
    expect(told).to_be_visible()


def test_nothing_is_said_of_a_twin_that_is_not_in_the_page(
    front_end_page: FrontEnd, told: Locator
) -> None:
    front_end_page.mount("caption.js", NOTHING | {"twin": "def", "twin_revision": 3})
    front_end_page.page.clock.run_for(4000)
    expect(told).to_be_hidden()


@pytest.mark.parametrize(
    "host", [["", "jp-OutputArea"], ["", "jp-Cell"]], ids=["other host", "exported page"]
)
def test_outside_of_a_live_notebook_nothing_is_said_of_a_copy_that_is_updated_in_the_file_only(
    front_end_page: FrontEnd, host: list[str]
) -> None:
    front_end_page.page.clock.install()
    front_end_page.page.evaluate(OLD, host)
    front_end_page.page.evaluate(EXPORTED)  # as Voilà has it too
    front_end_page.mount("caption.js", NOTHING | {"twin": "abc", "twin_revision": 3})
    front_end_page.page.clock.run_for(4000)
    expect(front_end_page.view.locator(".mj-stale")).to_be_hidden()
    assert front_end_page.sent == []


def test_a_card_whose_copy_is_in_another_page_says_so_once(front_end_page: FrontEnd) -> None:
    front_end_page.page.clock.install()
    front_end_page.mount("caption.js", NOTHING | {"twin": "abc"})
    front_end_page.page.clock.run_for(4000)
    assert front_end_page.sent == []  # there is none yet
    for revision in (1, 2):
        front_end_page.receive(twin_revision=revision)
        front_end_page.page.clock.run_for(4000)
        assert front_end_page.sent == APART


def test_in_a_notebook_a_copy_that_is_off_the_page_is_not_called_apart(
    front_end_page: FrontEnd, told: Locator
) -> None:
    front_end_page.mount("caption.js", NOTHING | {"twin": "def", "twin_revision": 3})
    front_end_page.page.clock.run_for(4000)
    assert front_end_page.sent == []
