"""The product, as a person uses it: a real JupyterLab and Notebook 7."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error, Locator, expect

from browser.cards import (
    FINISHED,
    PICTURE,
    QUICK,
    SECONDS,
    SETUP,
    SKETCHED,
    pictures,
    wait_for_pictures,
)
from mj_widgets.sandbox import Sandbox, Sketches

if TYPE_CHECKING:
    from browser.lab import NotebookPage
    from browser.servers import Theme, Ui

RUNNING = "w = %mjfetch 1747132423020538\nw"
POSTS = "len(settings.sandbox().posts)"
STAND_STILL = """box = settings.sandbox()
now = box.clock()
box.clock = lambda: now"""
GO_ON = "box.clock = lambda: now + 60"
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
    ({ model }) => [model.id, model.type, model.sharedModel.getSource()])"""
IS_DIRTY = "() => window.jupyterapp.shell.currentWidget.context.model.dirty"
IS_ACTIVE = "n => window.jupyterapp.shell.currentWidget.content.activeCellIndex === n"
MAKE_DIRTY = "() => { window.jupyterapp.shell.currentWidget.context.model.dirty = true; }"
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
WAITING_CLICKS = f"""{KERNEL}._pendingMessages.filter(
    ({{ content }}) => content.data?.content?.event === "click")"""
# What the kernel has dealt with, it calls idle.
NOTE_ANSWERS = f"""() => {{
    window.clicked = {WAITING_CLICKS}.map(({{ header }}) => header.msg_id);
    window.answered = new Set();
    {KERNEL}.iopubMessage.connect((_, {{ content, parent_header }}) => {{
        if (content.execution_state === "idle") window.answered.add(parent_header.msg_id);
    }});
}}"""


def wait_until_disabled(button: Locator) -> None:
    """See it in the second that it lasts: `expect` looks too seldom."""
    button.page.wait_for_function("button => button.disabled", arg=button.element_handle())


def test_the_bar_moves_and_the_grid_arrives_while_the_next_cell_sleeps(
    notebook: NotebookPage, ui: Ui, page_errors: list[str]
) -> None:
    notebook.open([SETUP, RUNNING, "import time\ntime.sleep(20)"], ui=ui)
    notebook.run(0)
    notebook.run(1)
    sleeping = notebook.start(2)
    card = notebook.output(1)

    expect(card.locator(".mj-inside")).to_contain_text("in progress", timeout=SECONDS)
    expect(card.locator(".mj-bar .progress-bar")).to_have_attribute(
        "style", re.compile("width: 31%"), timeout=SECONDS
    )
    notebook.screenshot(f"running-{ui}", card)
    wait_for_pictures(card, 4)
    assert notebook.page.evaluate("job => window.harnessJobs[job] === undefined", sleeping)

    expect(card.locator(".mj-state")).to_have_text("done · 11 s")
    card.get_by_role("button", name="More").click()
    expect(card.locator(".mj-times")).to_contain_text("done, queued 2 s, ran 11 s")
    expect(card.locator(".mj-bar")).to_be_hidden()
    stop = card.locator("button", has_text="Stop")
    expect(stop).to_have_attribute("style", re.compile("display: none"))  # with no style sheet, too
    expect(card.locator(".mj-inside").first).to_be_hidden()
    assert [image.get_attribute("alt") for image in pictures(card).all()] == [
        f"picture {n} of 4: a little red fox on its way home through an autumn forest --ar 1:1"
        for n in range(1, 5)
    ]
    assert page_errors == []


def test_a_press_while_a_cell_runs_opens_the_childs_card_inside_the_parents(
    notebook: NotebookPage, theme: Theme, page_errors: list[str]
) -> None:
    notebook.open([SETUP, FINISHED, "import time\ntime.sleep(15)"], theme=theme)
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)
    notebook.screenshot(f"done-{theme}", card)
    sleeping = notebook.start(2)

    card.get_by_role("button", name="U2").click()
    child = card.locator(".mj-card .mj-card")
    wait_for_pictures(child, 1)
    assert notebook.page.evaluate("job => window.harnessJobs[job] === undefined", sleeping)

    expect(child.locator(".mj-here")).to_have_text("U2")
    expect(child.get_by_role("button", name="Upscale (Subtle)")).to_be_visible()
    notebook.screenshot(f"child-{theme}", card)
    assert page_errors == []


def test_a_double_click_is_one_press_and_a_click_on_what_is_seen_another(
    notebook: NotebookPage, ui: Ui
) -> None:
    notebook.open([f"{SKETCHED}\n{QUICK}", FINISHED, POSTS], ui=ui)
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)
    children = card.locator(".mj-thumb")
    v1 = card.get_by_role("button", name="V1").first

    v1.dblclick()
    expect(children).to_have_count(1)
    expect(v1).to_be_enabled()  # a second after the press
    done = card.locator(".mj-card .mj-card .mj-state").first
    expect(done).to_contain_text("done", timeout=SECONDS)
    v1.click()
    expect(children).to_have_count(2)

    notebook.run(2)
    assert notebook.output(2).locator("pre").inner_text().strip() == "2"


@pytest.mark.own_page
def test_clicks_that_wait_for_the_connection_are_one_press(notebook: NotebookPage) -> None:
    notebook.open([f"{SKETCHED}\n{STAND_STILL}", FINISHED, GO_ON, POSTS])
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)
    page, v1 = notebook.page, card.get_by_role("button", name="V1").first
    expect(v1).to_be_visible()
    # JupyterLab covers the page with that as soon as a request of its own has failed.
    cover = page.get_by_role("dialog").filter(has_text="Server Connection Error")
    page.add_locator_handler(cover, lambda dialog: dialog.get_by_role("button").last.click())

    page.context.set_offline(True)
    page.evaluate(f"() => {KERNEL}._ws.close()")
    page.wait_for_function(f"() => {KERNEL}.connectionStatus !== 'connected'")
    for clicks in range(1, 4):
        v1.click()
        page.wait_for_function(f"clicks => ({WAITING_CLICKS}).length === clicks", arg=clicks)
    page.evaluate(NOTE_ANSWERS)
    page.context.set_offline(False)
    page.evaluate(f"() => {KERNEL}.reconnect()")
    page.wait_for_function("() => window.clicked.every((id) => window.answered.has(id))")

    notebook.run(2)
    child = card.locator(".mj-card .mj-card")
    expect(child.locator(".mj-state").first).to_contain_text("done", timeout=SECONDS)
    expect(child).to_have_count(1)
    notebook.run(3)
    expect(notebook.output(3).locator(".jp-OutputArea-output")).to_have_text("1")


def test_a_picture_opens_full_size_and_the_keys_work(notebook: NotebookPage, ui: Ui) -> None:
    notebook.open([SETUP, FINISHED, "1 + 1"], ui=ui)
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)
    tiles = card.locator(".mj-tile")
    dialog = card.page.get_by_role("dialog")
    cells = card.page.locator(".jp-Notebook-cell").count()

    tiles.nth(0).focus()
    card.page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    expect(dialog.locator("p")).to_contain_text("picture 1 of 4")
    expect(dialog.locator("p")).to_contain_text("1024×1024")
    assert dialog.locator("img").evaluate("i => i.decode().then(() => i.naturalWidth)") == 1024
    card.page.keyboard.press("ArrowRight")
    expect(dialog.locator("p")).to_contain_text("picture 2 of 4")
    card.page.keyboard.press("ArrowDown")
    expect(dialog.locator("p")).to_contain_text("picture 4 of 4")
    card.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(tiles.nth(3)).to_be_focused()

    card.page.keyboard.press("ArrowUp")
    expect(tiles.nth(1)).to_be_focused()
    for key in "abvxd":  # in command mode these would insert, paste, cut and delete cells
        card.page.keyboard.press(key)
    assert card.page.locator(".jp-Notebook-cell").count() == cells


def save_by_keys(notebook: NotebookPage) -> None:
    """Press Ctrl+S until it is saved: Jupyter drops it while an earlier save is not yet over."""
    for _ in range(20):
        notebook.page.keyboard.press("Control+s")
        try:
            notebook.page.wait_for_function(f"() => !({IS_DIRTY})()", timeout=1500)
        except Error:
            continue
        return
    raise AssertionError("Ctrl+S does not save")


def test_keys_on_a_button_are_the_cards_but_for_the_shortcuts(
    notebook: NotebookPage, ui: Ui
) -> None:
    notebook.open([f"{SKETCHED}\n{QUICK}", FINISHED, POSTS], ui=ui)
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)
    keyboard = notebook.page.keyboard
    before = notebook.page.evaluate(CELLS)

    u1 = card.get_by_role("button", name="U1")
    u1.focus()
    for key in "abddvxm":  # in command mode these insert, delete, paste, cut and change cells
        keyboard.press(key)
    assert notebook.page.evaluate(CELLS) == before
    expect(u1).to_be_focused()
    assert notebook.page.evaluate(IS_DIRTY)
    save_by_keys(notebook)
    notebook.page.evaluate(MAKE_DIRTY)
    card.locator(".mj-tile").first.focus()
    save_by_keys(notebook)

    remix = card.get_by_label("Remix")
    remix.focus()
    keyboard.press("Space")
    expect(remix).to_be_checked()
    v1 = card.get_by_role("button", name="V1")
    v1.focus()
    keyboard.press("Enter")
    box = card.get_by_role("textbox", name="Prompt")
    expect(box).to_be_focused()
    first = box.input_value()
    keyboard.type("a dadv ")
    expect(box).to_have_value(re.compile("a dadv "))
    keyboard.press("Escape")  # the kernel does not have the text yet
    expect(card.locator(".mj-panel")).to_contain_text("would be lost")
    keyboard.press("Control+a")
    keyboard.insert_text(first)
    keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(v1).to_be_focused()
    assert notebook.page.evaluate(CELLS) == before

    for element in (card.locator(".mj-tile").first, u1):
        element.focus()
        keyboard.press("Shift+Enter")  # runs the card's own cell, and presses nothing
        notebook.page.wait_for_function(IS_ACTIVE, arg=2)
        notebook.wait_idle()
        wait_for_pictures(card, 4)
    keyboard.press("Shift+Enter")
    expect(notebook.output(2).locator("pre")).to_have_text("0")


def test_the_focus_is_on_a_pressed_button_again_and_is_never_stolen(
    notebook: NotebookPage,
) -> None:
    notebook.open([f"{SKETCHED}\n{QUICK}", FINISHED, "1 + 1"])
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)
    keyboard = notebook.page.keyboard
    children = card.locator(".mj-thumb")

    v1 = card.get_by_role("button", name="V1").first
    v1.focus()
    keyboard.press("Space")
    wait_until_disabled(v1)
    expect(v1).to_be_enabled()
    expect(v1).to_be_focused()
    expect(children).to_have_count(1)

    v2 = card.get_by_role("button", name="V2").first
    v2.focus()
    keyboard.press("Space")
    wait_until_disabled(v2)
    code = notebook.cell(2).locator(".cm-content")
    code.click()
    expect(v2).to_be_enabled()
    expect(children).to_have_count(2)
    expect(code).to_be_focused()

    card.locator(".mj-tile").nth(0).focus()
    keyboard.press("ArrowRight")
    keyboard.press("u")
    expect(children).to_have_count(3)
    expect(children.nth(2)).to_have_text("U2")
    expect(card.locator(".mj-here:visible")).to_have_text("U2")
    expect(card.locator(".mj-tile").nth(1)).to_be_focused()


def test_the_focus_goes_into_each_window_and_comes_back_when_that_is_sent(
    notebook: NotebookPage, page_errors: list[str]
) -> None:
    with Sandbox("plus", speed=8, remix=True, kitchen=Sketches()).in_thread() as sandbox:
        service = f"mj.configure({sandbox.url!r}, 'any', library='library-focus')"
        fetch = "%mjfetch 1747132423020537"
        notebook.open(
            [f"%load_ext mj_widgets\nimport mj_widgets as mj\n{service}", fetch],
            viewport=(1280, 2000),
        )
        notebook.run_all()
        card = notebook.output(1)
        wait_for_pictures(card, 4)
        text = card.locator(".mj-panel textarea")
        send = card.get_by_role("button", name="Send")
        # V2 opens the service's own window, in the new card.
        for opener in ("Use prompt", "V2"):
            button = card.get_by_role("button", name=opener).first
            button.focus()
            notebook.page.keyboard.press("Space")
            expect(text).to_be_focused(timeout=SECONDS)
            notebook.page.keyboard.insert_text(f" {opener}")
            send.focus()
            notebook.page.keyboard.press("Space")
            expect(text).to_have_count(0)
            expect(button).to_be_focused()
        assert [post.path.rpartition("/")[2] for post in sandbox.posts] == [
            *("imagine", "action", "modal")
        ]
        assert page_errors == []


def test_failure_unknown_and_unreachable_are_three_different_things(
    notebook: NotebookPage,
) -> None:
    notebook.open(
        [
            SETUP,
            "%mjfetch 1747132423020539",
            "%mjfetch 123456",
            "mj.configure('http://127.0.0.1:9', 'x')\n%mjfetch 55",
        ]
    )
    for cell in range(4):
        notebook.run(cell)

    failed, unknown, unreachable = (notebook.output(n).locator(".mj-card") for n in (1, 2, 3))
    expect(failed.locator(".mj-state")).to_contain_text("failed")
    expect(failed.locator(".mj-notice")).to_have_text("Request blocked by content policy")
    expect(unknown.locator(".mj-state")).to_have_text("no such task")
    expect(unreachable.locator(".mj-state")).to_contain_text(
        re.compile("unreachable · (again in|trying again)")
    )
    expect(unreachable.get_by_role("button", name="Check now")).to_be_visible()
    for name, card in (("failed", failed), ("unknown", unknown), ("unreachable", unreachable)):
        notebook.screenshot(name, card)


def test_the_services_markup_is_shown_as_text(notebook: NotebookPage) -> None:
    evil = "<script>window.evil = 1</script><img src=x onerror='window.evil = 1'><b>bold</b>"
    notebook.open(
        [
            SETUP,
            f"evil = {evil!r}\n{PICTURE}",
            """settings.sandbox().put("66", {"id": "66", "action": "UPSCALE", "status": "SUCCESS",
    "prompt": evil, "imageUrl": link, "failReason": evil,
    "buttons": [{"customId": "x", "label": evil}]})
%mjfetch 66""",
        ]
    )
    notebook.run(0)
    notebook.page.evaluate("() => { window.evil = 0; }")
    notebook.run(1)
    notebook.run(2)
    card = notebook.output(2)
    wait_for_pictures(card, 1)

    expect(card.locator(".mj-prompt")).to_have_text(evil)
    expect(card.get_by_role("button", name=evil, exact=True)).to_be_visible()
    assert card.locator("script, .mj-card img[src=x]").count() == 0
    assert "bold" not in card.locator("b").all_inner_texts()
    assert notebook.page.evaluate("() => window.evil") == 0


@pytest.mark.parametrize("width", [420, 1280], ids=["narrow", "wide"])
def test_the_card_fits_its_output(notebook: NotebookPage, width: int) -> None:
    notebook.open(
        [f"{SETUP}\n{QUICK}", "%mjfetch 1747132423020540 --size 900"], viewport=(width, 900)
    )
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)

    notebook.screenshot(f"wide-grid-{width}", card)
    outer = card.bounding_box()
    assert outer is not None
    for part in card.locator(".mj-tile, .mj-card button, .mj-caption p:visible").all():
        inner = part.bounding_box()
        assert inner is None or inner["x"] + inner["width"] <= outer["x"] + outer["width"] + 1


def test_the_readmes_picture_a_grid_and_the_card_of_its_u2(notebook: NotebookPage) -> None:
    running = "w = %mjfetch 1747132423020538\nw"
    notebook.open([f"{SETUP}\n{QUICK}", running], viewport=(1240, 1400))
    notebook.run(0)
    notebook.run(1)
    card = notebook.output(1)
    wait_for_pictures(card, 4)
    card.get_by_role("button", name="U2").first.click()
    child = card.locator(".mj-card .mj-card")
    wait_for_pictures(child, 1)
    expect(child.locator(".mj-state")).to_contain_text("done")

    notebook.page.mouse.move(0, 0)
    notebook.screenshot("readme", card.locator(".mj-card").first)  # kept as notebooks/card.png
