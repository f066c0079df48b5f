"""The harness itself: if these fail, look here first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cells import BUSY
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from browser.front_end import FrontEnd, StaticServer
    from browser.lab import NotebookPage
    from browser.servers import Theme, Ui

BUTTON = """
import ipywidgets as w
slider = w.IntSlider(description="Size", value=7)
button = w.Button(description="Press me")
def pressed(_):
    button.description = f"Pressed at {slider.value}"
button.on_click(pressed)
w.VBox([slider, button])
"""


def test_a_click_reaches_python_and_comes_back(
    notebook: NotebookPage, ui: Ui, theme: Theme, page_errors: list[str]
) -> None:
    notebook.open([BUTTON, "print(button.description)"], ui=ui, theme=theme)
    notebook.run(0)
    button = notebook.output(0).get_by_role("button")
    button.click()
    expect(button).to_have_text("Pressed at 7")
    expect(notebook.output(0).get_by_text("Size")).to_be_visible()
    notebook.run(1)
    assert notebook.text_of_output(1).strip() == "Pressed at 7"
    assert notebook.screenshot(f"harness-{ui}-{theme}").stat().st_size > 0
    assert page_errors == []


def test_saved_reloaded_and_left_without_a_kernel(notebook: NotebookPage, ui: Ui) -> None:
    notebook.open(["answer = 6 * 7", "print(answer)", "1 / 0", "print('never')"], ui=ui)
    notebook.run_all()
    assert "ZeroDivisionError" in notebook.text_of_output(2)
    assert notebook.text_of_output(3) == ""
    notebook.save()
    assert notebook.notebook_json().cells[1].outputs[0].text == "42\n"
    notebook.reload()
    assert notebook.text_of_output(1).strip() == "42"
    notebook.run(1)
    assert notebook.text_of_output(1).strip() == "42"
    notebook.shutdown_kernel()
    assert notebook.server.ask("GET", "/api/kernels") == []
    # No more than that: a dying ipykernel 7 may add a word of its own to the last cell's output.
    assert notebook.text_of_output(1).startswith("42")


def test_a_page_shows_the_next_notebook_and_nothing_of_the_last(
    notebook: NotebookPage, ui: Ui
) -> None:
    notebook.open(["word = 'last'\nprint(word)"], ui=ui)
    notebook.run(0)
    page = notebook.page
    notebook.leave()
    notebook.open(["print('word' in globals())"], ui=ui, theme="dark", viewport=(900, 600))
    assert notebook.page is page
    assert page.url.endswith(notebook.path.name)
    assert notebook.text_of_output(0) == ""
    expect(page.locator(".jp-Notebook")).to_have_count(1)
    notebook.run(0)
    assert notebook.text_of_output(0).strip() == "False"


def test_a_busy_kernel_can_be_interrupted(notebook: NotebookPage, ui: Ui) -> None:
    notebook.open([BUSY], ui=ui)
    notebook.start(0)
    expect(notebook.output(0).get_by_text("busy")).to_be_visible()
    notebook.interrupt()
    expect(notebook.output(0).get_by_text("KeyboardInterrupt").first).to_be_visible()
    notebook.wait_idle()


def test_other_hosts_are_out_of_reach(
    context: BrowserContext, static_server: StaticServer, outside_requests: list[str]
) -> None:
    page = context.new_page()
    page.goto(static_server.url)
    reached = "url => fetch(url).then(() => true, () => false)"
    assert page.evaluate(reached, static_server.url)
    assert page.evaluate(reached, "data:,here")
    assert not page.evaluate(reached, "https://example.org/x")
    page.evaluate(
        "url => new Promise(end => { new WebSocket(url).onclose = () => end() })",
        "wss://example.org/socket",
    )
    assert outside_requests == ["https://example.org/x", "wss://example.org/socket"]
    outside_requests.clear()


MODULE = """
export default {
  render({ model, el }) {
    const button = document.createElement("button");
    const show = () => {
      button.textContent = `${model.get("name")} ${model.get("data").byteLength}`;
    };
    button.onclick = () => {
      model.set("clicks", model.get("clicks") + 1);
      model.save_changes();
      model.send({ event: "click" }, undefined, [new Uint8Array([1, 2, 3]).buffer]);
    };
    model.on("change:name", show);
    model.on("msg:custom", (content, buffers) => { button.title = content.say + buffers.length; });
    show();
    el.append(button);
    return () => { document.title = "gone"; };
  },
};
"""


def test_a_module_runs_with_a_stub_model(
    front_end_page: FrontEnd, static_server: StaticServer
) -> None:
    static_server.own["harness.js"] = MODULE
    state = {"name": "four", "clicks": 1, "data": b"\0\1\2\3"}
    front_end_page.mount("/test/harness.js", state)
    button = front_end_page.view.get_by_role("button")
    expect(button).to_have_text("four 4")
    button.click()
    assert front_end_page.saved == [{"clicks": 2}]
    assert front_end_page.sent == [{"content": {"event": "click"}, "buffers": [b"\1\2\3"]}]
    front_end_page.receive(name="bytes")
    expect(button).to_have_text("bytes 4")
    front_end_page.message({"say": "hello"}, b"x", b"y")
    expect(button).to_have_attribute("title", "hello2")
    assert front_end_page.get("data") == b"\0\1\2\3"
    front_end_page.unmount()
    expect(button).to_have_count(0)
    expect(front_end_page.page).to_have_title("gone")
