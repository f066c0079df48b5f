"""Cards that stand in other widgets of a notebook: each lives there, and leaves its copy once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from browser.cards import SECONDS, SETUP

if TYPE_CHECKING:
    from browser.lab import NotebookPage

CELLS = {
    "setup": f"{SETUP}\nimport ipywidgets as ipw\nof = '1747132423020537'",
    "tab": "w = mj.TaskWidget(of)\nipw.Tab([ipw.HTML('first'), w], selected_index=1)",
    "output": "out = ipw.Output()\nwith out:\n    display(mj.TaskWidget(of))\nout",
    "interact": "f = ipw.interact(lambda x: display(mj.TaskWidget(of)), x=(0, 3))",
    "accordion": "display(ipw.Accordion([mj.TaskWidget(of)], selected_index=0))",
    "moved": "w",
    "captured": "%%capture kept\nc = mj.TaskWidget(of)\ndisplay(c)",
    "shown later": "ended = c.wait()\nkept.show()",
}
SHOWN = [name for name in CELLS if name not in ("setup", "captured")]


def test_each_lives_where_it_stands_and_the_file_keeps_one_copy_of_each(
    notebook: NotebookPage, page_errors: list[str]
) -> None:
    notebook.open(list(CELLS.values()), viewport=(1280, 7000))
    notebook.run_all()
    for number, name in enumerate(CELLS):
        if name not in SHOWN:
            continue
        output = notebook.output(number)
        card = output.locator(".mj-card").filter(visible=True)
        expect(card, name).to_have_count(1, timeout=SECONDS)
        expect(card.locator(".mj-tile img:not([hidden])")).to_have_count(4, timeout=SECONDS)
        copy = output.locator("[data-mj-static]")
        expect(copy, name).to_have_count(1)
        expect(copy.locator("img"), name).to_be_attached(timeout=SECONDS)
        expect(copy, name).to_be_hidden()
    notebook.page.wait_for_timeout(3_500)  # until each card has looked at its copy
    expect(notebook.page.locator(".mj-stale").filter(visible=True)).to_have_count(0)
    notebook.screenshot("beside")

    # One of two views of a card is taken away: the other is as it was.
    notebook.page.evaluate(CLEAR, list(CELLS).index("moved"))
    tab = notebook.output(list(CELLS).index("tab"))
    expect(tab.locator(".mj-card").filter(visible=True)).to_have_count(1)
    expect(tab.locator("[data-mj-static]")).to_be_hidden()

    notebook.save()
    for cell, name in zip(notebook.notebook_json().cells, CELLS, strict=True):
        copies = [o for o in cell.outputs if "data-mj-static" in str(o.get("data", {}))]
        assert len(copies) == (name in SHOWN and name != "moved"), name
        for copy in copies:
            assert copy.data["text/html"].count("<img") == 1, name
            assert copy.data["image/jpeg"], name
    assert page_errors == []


CLEAR = """cell => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.widgets[cell].model.clearExecution();
}"""
