"""A card in marimo's place: a page that knows models by id and draws anywidgets, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.front_end import FrontEnd, StaticServer

HOST = """
import shell from "/static/marimo.js";
async function render({ model, el, signal }) {
  const known = (reference) => reference.replace("anywidget:", "");
  const one = (id) => ({
    get: (name) => model.get("models")[id][name],
    set: (name, value) => model.send({ id, set: { [name]: value } }),
    save_changes() {},
    send: (content) => model.send({ id, content }),
    on: (name, callback) => model.on("change:models", callback),
    off: (name, callback) => model.off("change:models", callback),
  });
  const host = {
    getModel: async (reference) => one(known(reference)),
    getWidget: async (reference) => ({
      render: async ({ el }) => el.append(model.get("models")[known(reference)].words),
    }),
  };
  return shell.render({ model, el, host, signal });
}
export default { render };
"""
BOX: dict[str, Any] = {"_view_name": "VBoxView", "layout": "IPY_MODEL_layout", "_dom_classes": []}


def models(*children: str, **changes: dict[str, Any]) -> dict[str, Any]:
    known = {
        "layout": {"max_width": "320px"},
        "card": BOX | {"children": [f"IPY_MODEL_{child}" for child in children]},
        "caption": BOX | {"_view_name": "AnyView", "words": "a red fox"},
        "bar": BOX | {"_view_name": "ProgressView", "value": 40, "max": 100},
        "U2": BOX | {"_view_name": "ButtonView", "description": "U2", "tooltip": "Upscale 2"},
        "prompt": BOX | {"_view_name": "TextareaView", "description": "Prompt", "value": "a fox"},
        "remix": BOX | {"_view_name": "CheckboxView", "description": "Remix", "value": False},
    }
    return {name: state | changes.get(name, {}) for name, state in known.items()}


@pytest.fixture
def marimo(front_end_page: FrontEnd, static_server: StaticServer) -> FrontEnd:
    static_server.own["host.js"] = HOST
    drawn = models("caption", "bar", "U2", "prompt", "remix")
    front_end_page.mount("/test/host.js", {"card": "IPY_MODEL_card", "models": drawn})
    return front_end_page


def test_controls_and_anywidgets_are_drawn_in_their_order(marimo: FrontEnd) -> None:
    expect(marimo.view).to_have_text("a red foxU2PromptRemix")
    expect(marimo.view.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    expect(marimo.view.get_by_label("Prompt")).to_have_value("a fox")
    expect(marimo.view.locator(".widget-box")).to_have_css("max-width", "320px")


def test_what_is_clicked_and_typed_reaches_the_kernel(marimo: FrontEnd) -> None:
    marimo.view.get_by_role("button", name="U2").click()
    marimo.view.get_by_label("Prompt").fill("an owl")
    marimo.view.get_by_label("Remix").check()
    assert [said["content"] for said in marimo.sent] == [
        {"id": "U2", "content": {"event": "click"}},
        {"id": "prompt", "set": {"value": "an owl"}},
        {"id": "remix", "set": {"value": True}},
    ]


def test_what_changes_in_python_is_seen(marimo: FrontEnd) -> None:
    changed = {"bar": {"value": 70}, "U2": {"disabled": True, "_dom_classes": ["mj-used"]}}
    marimo.receive(models=models("bar", "U2", **changed))
    expect(marimo.view).to_have_text("U2")
    expect(marimo.view.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "70")
    expect(marimo.view.get_by_role("button")).to_be_disabled()
    expect(marimo.view.get_by_role("button")).to_contain_class("mj-used")
