"""A film of a picture and a new picture that looks like a still of it, by keys alone."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.cards import SECONDS, wait_for_pictures
from browser.test_accessibility import violations
from browser.test_studio import WithKeys
from mj_widgets.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browser.lab import NotebookPage


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A service that does not know its own Animate buttons."""
    with Sandbox("dmx", speed=50, strict=True).in_thread() as running:
        yield running


PLAYS = "video => video.readyState >= 2 && video.currentTime > 0"


def test_from_a_picture_to_a_film_to_a_still_of_it_by_keys_alone(
    notebook: NotebookPage, sandbox: Sandbox, page_errors: list[str]
) -> None:
    service = f"mj.configure({sandbox.url!r}, 'any', library='library-films')"
    setup = f"%load_ext mj_widgets\nimport mj_widgets as mj\n{service}"
    begin = "%mjimagine --size 460 a red fox in the snow --ar 16:9"
    notebook.open([setup, begin], viewport=(900, 1400))
    notebook.run(0)
    notebook.run(1)
    person = WithKeys(notebook, notebook.output(1))
    wait_for_pictures(person.card, 4)
    person.press("U1", 1)

    person.use(person.button("🎞️ Animate (High motion)"))
    panel = person.card.locator(".mj-panel")
    expect(panel).to_contain_text("does not know its button", timeout=SECONDS)
    expect(panel.get_by_label("Motion")).to_have_value("much")
    notebook.screenshot("film-panel", panel)
    assert violations(notebook, ".mj-panel") == []
    person.use(panel.get_by_label("HD"))
    expect(panel).to_contain_text("Four take some 26 min of fast time.")
    person.focus(panel.get_by_label("Films"))
    person.page.keyboard.press("ArrowDown")
    person.use(panel.get_by_role("button", name="Send"))
    person.card = person.card.locator(".mj-followups > .mj-card:not(.mj-gone)").first
    film = person.card.locator(".mj-tile[data-movie=true]")
    expect(film).to_have_count(2, timeout=SECONDS)

    person.use(film.nth(1))
    video = person.card.locator("video")
    expect(video).to_be_focused(timeout=SECONDS)
    person.page.wait_for_function(PLAYS, arg=video.element_handle())
    person.use(person.button("Use this still…"))
    box = person.card.locator(".mj-panel textarea")
    expect(box).to_be_focused(timeout=SECONDS)
    expect(video).to_have_js_property("paused", True)
    notebook.change_theme("dark")
    notebook.screenshot("still", person.card)
    assert violations(notebook, ".mj-panel") == []
    assert violations(notebook, ".mj-still") == []
    person.focus(box)
    person.write("a hen in the snow", 4)
    expect(person.card.locator(".mj-path")).to_contain_text("Still 2")

    posts = [(post.path.partition("/mj/")[2], post.body) for post in sandbox.log.select("POST")]
    sent = [(path, body) for path, body in posts if "list-by-condition" not in path]
    assert [path for path, _ in sent] == [
        *("submit/imagine", "submit/action"),
        *("submit/action", "submit/video"),  # the button is refused, and Send is pressed
        *("submit/upload-discord-images", "submit/imagine"),
    ]
    wishes = {name: sent[3][1][name] for name in ("motion", "videoType", "batchSize")}
    assert wishes == {"motion": "high", "videoType": "vid_1.1_i2v_720", "batchSize": 2}
    (still,) = sent[4][1]["base64Array"]
    head, _, data = still.partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.width / image.height == pytest.approx(16 / 9, abs=0.02)
        assert len(image.convert("RGB").getcolors(1_000_000) or ()) > 100  # it is not blank
    assert sent[5][1]["prompt"].startswith(f"a hen in the snow --sref {sandbox.url}/attachments/")
    assert page_errors == []
