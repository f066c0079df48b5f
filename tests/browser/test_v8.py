"""Midjourney 8 in one output of a JupyterLab: edit, animate, extend, refer; by mouse and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from browser.cards import SECONDS, wait_for_pictures
from browser.sights import wait_until_fitted
from browser.test_accessibility import violations
from browser.test_studio import Person, WithKeys, WithMouse
from mj_widgets.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browser.lab import NotebookPage

PLAYS = "video => video.readyState >= 2 && video.currentTime > 0"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox("trueai", speed=50, version="8").in_thread() as running:
        yield running


class MousePerson(WithMouse):
    def open_panel(self, index: int, name: str, key: str) -> None:
        """Open the panel of what is made of a picture, at full size."""
        del key
        self.card.locator(".mj-tile").nth(index).click()
        self.page.locator(".mj-zoom[open]").get_by_role("button", name=name).click()

    def pull(self, handle: Locator) -> None:
        """Pull the frame's left edge outward."""
        wait_until_fitted(self.page)
        self.notebook.wait_still()
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x - 30, y, steps=3)
        self.page.mouse.move(x - 60, y, steps=3)
        self.page.mouse.up()


class KeysPerson(WithKeys):
    def open_panel(self, index: int, name: str, key: str) -> None:
        del name
        self.focus(self.card.locator(".mj-tile").first)
        for _ in range(index):
            self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press(key)

    def pull(self, handle: Locator) -> None:
        self.focus(handle, "Shift+Tab")
        self.page.keyboard.press("Shift+ArrowLeft")


def child_of(person: Person) -> Locator:
    return person.card.locator(".mj-followups > .mj-card:not(.mj-gone)").first


@pytest.mark.parametrize(
    ("by", "theme"), [(MousePerson, "light"), (KeysPerson, "dark")], ids=["mouse", "keys"]
)
def test_from_a_grid_to_an_edit_a_film_a_longer_one_and_a_still_of_it_in_one_output(
    notebook: NotebookPage,
    sandbox: Sandbox,
    by: type[MousePerson | KeysPerson],
    theme: str,
    page_errors: list[str],
) -> None:
    service = f"mj.configure({sandbox.url!r}, 'any', library={f'library-v8-{by.__name__}'!r})"
    setup = f"%load_ext mj_widgets\nimport mj_widgets as mj\n{service}"
    begin = "%mjimagine --size 460 a red fox in the snow --ar 3:2"
    notebook.open([setup, begin], theme=theme, viewport=(1000, 1500))
    notebook.run(0)
    notebook.run(1)
    person = by(notebook, notebook.output(1))
    wait_for_pictures(person.card, 4)
    expect(person.card.get_by_role("button", name="Zoom Out")).to_have_count(0)

    person.use(person.card.get_by_role("button", name="Edit…", exact=True).nth(1))
    panel = person.card.locator(".mj-panel")
    expect(panel.locator("textarea")).to_be_focused(timeout=SECONDS)
    person.pull(panel.get_by_role("slider", name="Add at the left"))
    expect(panel.locator(".mj-paint-marked")).to_contain_text("at the left")
    notebook.screenshot(f"v8-edit-{theme}", person.card)
    assert violations(notebook, ".mj-panel") == []
    person.use(panel.locator("textarea"))
    person.write("a wide valley in the snow", 4)

    person.open_panel(2, "Animate…", "a")
    panel = person.card.locator(".mj-panel")
    expect(panel.get_by_label("Motion")).to_have_value("little", timeout=SECONDS)
    assert violations(notebook, ".mj-panel") == []
    person.use(panel.get_by_role("button", name="Send"))
    person.card = child_of(person)
    expect(person.card.locator(".mj-tile[data-movie=true]")).to_have_count(4, timeout=SECONDS)

    person.use(person.button("🎞️ Extend (Low motion)"))
    person.card = child_of(person)
    films = person.card.locator(".mj-tile[data-movie=true]")
    expect(films.first).to_be_visible(timeout=SECONDS)
    expect(person.card.locator(".mj-state").first).to_contain_text("done", timeout=SECONDS)

    person.use(films.first)
    video = person.card.locator("video").first
    person.page.wait_for_function(PLAYS, arg=video.element_handle())
    person.use(person.button("Use this still…"))
    expect(person.card.locator(".mj-panel textarea")).to_be_focused(timeout=SECONDS)
    notebook.screenshot(f"v8-still-{theme}", notebook.output(1))
    assert violations(notebook, ".mj-panel") == []
    person.write("an owl on a branch", 4)
    notebook.screenshot(f"v8-{theme}", notebook.output(1))
    assert violations(notebook, ".mj-body") == []

    posts = [(post.path.partition("/mj/")[2], post.body) for post in sandbox.log.select("POST")]
    sent = [(path, body) for path, body in posts if body and "list-by-condition" not in path]
    assert [path for path, _ in sent] == [
        "submit/imagine",
        "submit/edits",
        "submit/video",
        "submit/action",
        "submit/upload-discord-images",
        "submit/imagine",
    ]
    assert sent[1][1]["prompt"].startswith("a wide valley in the snow")
    assert sent[1][1]["maskBase64"].startswith("data:image/png;base64,")
    assert sent[2][1]["motion"] == "low"
    assert "_extend::" in sent[3][1]["customId"]
    assert f"an owl on a branch --sref {sandbox.url}/attachments/" in sent[5][1]["prompt"]
    assert page_errors == []
