"""What came of a card as a strip of thumbnails, in a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from browser.hosted import contrast, jpeg

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Dialog, Locator

    from browser.front_end import FrontEnd

WATCH = """() => {
    window.urls = new Set();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => {
        const url = createObjectURL.call(URL, blob);
        window.urls.add(url);
        return url;
    };
    URL.revokeObjectURL = (url) => {
        if (!window.urls.delete(url)) console.error(`${url} was not held`);
        revokeObjectURL.call(URL, url);
    };
    document.body.className = "mj-card";
    document.body.style.margin = "0";
    document.body.append(Object.assign(document.createElement("button"), { textContent: "after" }));
}"""
DOT = """thumb => {
    const { content, backgroundColor } = getComputedStyle(thumb, "::after");
    return [content, backgroundColor];
}"""
DONE = {"name": "V2", "words": "done", "tone": "done"}
RUNNING = {"name": "U3", "words": "in progress", "tone": "running"}
FAILED = {"name": "new prompt", "words": "failed", "tone": "failed"}
THREE = {
    "thumbs": [DONE, RUNNING, FAILED],
    "images": [jpeg("firebrick"), jpeg("seagreen", 32), b""],
    "open_at": 1,
}
HOSTILE = "<img src=x onerror=\"alert('img')\"> \u202efox"


class Strip:
    """The strip of a card, and what it tells the kernel."""

    def __init__(self, page: FrontEnd) -> None:
        self.front_end = page
        self.page = page.page
        self.thumbs = page.view.get_by_role("button")

    @property
    def pressed(self) -> list[dict[str, Any]]:
        return [message["content"] for message in self.front_end.sent]

    @property
    def held(self) -> int:
        """How many pictures the page keeps in memory under an address."""
        found: int = self.page.evaluate("window.urls.size")
        return found

    def image(self, number: int) -> Locator:
        return self.thumbs.nth(number - 1).locator("img")


@pytest.fixture
def strip(front_end_page: FrontEnd) -> Callable[..., Strip]:
    """A function that shows a strip with these traits, in a card."""

    def mount(**traits: Any) -> Strip:
        front_end_page.page.evaluate(WATCH)
        front_end_page.mount("strip.js", THREE | traits, css="card.css")
        return Strip(front_end_page)

    return mount


def test_each_has_its_name_its_state_and_its_picture(strip: Callable[..., Strip]) -> None:
    shown = strip()
    expect(shown.front_end.view).to_have_role("group")
    expect(shown.front_end.view).to_have_accessible_name("What came of it")
    expect(shown.thumbs).to_have_text(["V2", "U3", "new prompt"])
    for thumb, told in zip(shown.thumbs.all(), THREE["thumbs"], strict=True):
        said = f"{told['name']}: {told['words']}"
        expect(thumb).to_have_accessible_name(said)
        expect(thumb).to_have_attribute("title", said)
        expect(thumb).to_have_attribute("data-tone", told["tone"])
    expect(shown.image(1)).to_have_js_property("naturalWidth", 64)
    expect(shown.image(2)).to_have_js_property("naturalWidth", 32)


def test_one_without_a_picture_has_its_name_and_no_broken_image(
    strip: Callable[..., Strip], page_errors: list[str]
) -> None:
    shown = strip()
    expect(shown.image(3)).to_be_hidden()
    assert shown.image(3).get_attribute("src") is None
    expect(shown.thumbs.nth(2).locator(".mj-name")).to_be_visible()
    sizes = [thumb.bounding_box() for thumb in shown.thumbs.all()]
    assert len({(size["width"], size["height"]) for size in sizes if size}) == 1
    assert page_errors == []


def test_what_goes_on_or_has_failed_is_marked_in_its_colour(strip: Callable[..., Strip]) -> None:
    shown = strip()
    dots = [thumb.evaluate(DOT) for thumb in shown.thumbs.all()]
    assert dots[0][0] == "none"
    assert dots[1][1] != dots[2][1]


def test_the_open_one_is_marked_as_the_kernel_says(strip: Callable[..., Strip]) -> None:
    shown = strip()

    def is_open(*expected: str) -> None:
        for thumb, value in zip(shown.thumbs.all(), expected, strict=True):
            expect(thumb).to_have_attribute("aria-expanded", value)

    is_open("false", "true", "false")
    outline = "thumb => getComputedStyle(thumb).outlineColor"
    colours = [thumb.evaluate(outline) for thumb in shown.thumbs.all()]
    assert colours[1] != colours[0] == colours[2]
    shown.thumbs.first.click()
    is_open("false", "true", "false")  # until the kernel has opened it
    shown.front_end.receive(open_at=0)
    is_open("true", "false", "false")
    shown.front_end.receive(open_at=-1)
    is_open("false", "false", "false")


def test_in_high_contrast_the_open_one_alone_has_a_frame(strip: Callable[..., Strip]) -> None:
    shown = strip()
    shown.page.emulate_media(forced_colors="active")
    for number, style in enumerate(["none", "solid", "none"]):
        expect(shown.thumbs.nth(number)).to_have_css("outline-style", style)


def test_a_press_is_told_once(strip: Callable[..., Strip]) -> None:
    shown = strip()
    shown.thumbs.nth(2).click()
    assert shown.pressed == [{"type": "press", "index": 2}]
    shown.front_end.receive(thumbs=[DONE, FAILED], images=[b"", b""], open_at=-1)
    shown.front_end.receive(thumbs=[DONE, RUNNING, FAILED], images=[b"", b"", b""])
    shown.thumbs.nth(2).click()
    assert shown.pressed[1:] == [{"type": "press", "index": 2}]


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_it_is_used_by_keyboard(strip: Callable[..., Strip], key: str) -> None:
    shown = strip()
    for number in range(3):
        shown.page.keyboard.press("Tab")
        expect(shown.thumbs.nth(number)).to_be_focused()
        outline = shown.thumbs.nth(number).evaluate("thumb => getComputedStyle(thumb).outlineStyle")
        assert outline != "none"
    shown.page.keyboard.press("Shift+Tab")
    shown.page.keyboard.press(key)
    assert shown.pressed == [{"type": "press", "index": 1}]
    shown.front_end.receive(open_at=-1, thumbs=[DONE, RUNNING | {"words": "done"}, FAILED])
    expect(shown.thumbs.nth(1)).to_be_focused()
    shown.page.keyboard.press("Tab")
    shown.page.keyboard.press("Tab")
    expect(shown.page.get_by_role("button", name="after")).to_be_focused()


def test_the_strip_follows_what_comes_and_goes(strip: Callable[..., Strip]) -> None:
    shown = strip()
    shown.front_end.receive(thumbs=[FAILED], images=[jpeg("gold", 16)], open_at=-1)
    expect(shown.thumbs).to_have_text(["new prompt"])
    expect(shown.image(1)).to_have_js_property("naturalWidth", 16)
    shown.front_end.receive(thumbs=[], images=[])
    expect(shown.thumbs).to_have_count(0)


def test_pictures_that_are_not_shown_any_more_are_let_go(
    strip: Callable[..., Strip], page_errors: list[str]
) -> None:
    shown = strip()
    assert shown.held == 2
    shown.front_end.receive(thumbs=[DONE, DONE, FAILED])
    assert shown.held == 2
    shown.front_end.receive(images=[jpeg("gold"), b"", b""])
    assert shown.held == 1
    expect(shown.image(2)).to_be_hidden()
    shown.front_end.unmount()
    assert shown.held == 0
    shown.front_end.receive(images=[jpeg("gold")] * 3)
    assert shown.held == 0
    assert page_errors == []


@pytest.mark.parametrize("part", ["#view", "body"], ids=["the strip", "the card"])
def test_without_a_kernel_nothing_is_told(
    strip: Callable[..., Strip], page_errors: list[str], part: str
) -> None:
    shown = strip()
    shown.page.locator(part).evaluate("part => part.classList.add('jupyter-widgets-disconnected')")
    shown.thumbs.first.click()
    expect(shown.thumbs).to_have_text(["V2", "U3", "new prompt"])
    assert shown.pressed == []
    assert page_errors == []


def test_a_press_that_reaches_no_kernel_marks_the_card(
    strip: Callable[..., Strip], page_errors: list[str]
) -> None:
    shown = strip()
    shown.front_end.cut()
    shown.thumbs.first.click()
    expect(shown.page.locator("body")).to_contain_class("jupyter-widgets-disconnected")
    assert page_errors == []


def test_markup_of_the_services_is_shown_as_text(strip: Callable[..., Strip]) -> None:
    dialogs: list[Dialog] = []
    shown = strip(thumbs=[{"name": HOSTILE, "words": HOSTILE, "tone": HOSTILE}], images=[b""])
    shown.page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    assert shown.thumbs.text_content() == HOSTILE
    expect(shown.thumbs).to_have_attribute("title", f"{HOSTILE}: {HOSTILE}")
    expect(shown.front_end.view.locator("img")).to_have_count(1)
    box, name = shown.thumbs.bounding_box(), shown.thumbs.locator(".mj-name").bounding_box()
    assert box
    assert name
    assert name["x"] + name["width"] <= box["x"] + box["width"]
    assert dialogs == []


def test_a_name_is_read_on_any_picture(strip: Callable[..., Strip]) -> None:
    name = strip().thumbs.first.locator(".mj-name")
    for colour in ("white", "black", "gray"):
        assert contrast(name, colour) >= 4.5


def test_many_stay_on_one_line_that_scrolls(strip: Callable[..., Strip]) -> None:
    shown = strip(thumbs=[DONE] * 60, images=[b""] * 60)
    shown.page.set_viewport_size({"width": 360, "height": 900})
    assert shown.page.evaluate("document.scrollingElement.scrollWidth") <= 360
    box = shown.front_end.view.bounding_box()
    assert box
    assert box["height"] < 90
    shown.thumbs.last.focus()
    expect(shown.thumbs.last).to_be_in_viewport()
