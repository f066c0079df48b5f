"""The pictures of a card, in a page of their own: tiles, the full-size view, keys and memory."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from recorded import FILM_MP4

from browser.hosted import WIDGETS, box_of, contrast
from mj_widgets.card.button_rows import place_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Dialog, Locator

    from browser.front_end import FrontEnd

COLOURS = ("firebrick", "seagreen", "royalblue", "goldenrod")
NOTHING: dict[str, Any] = {
    "previews": [],
    "names": [],
    "notes": [],
    "aspect": 1.0,
    "full_size": [],
    "movies": [],
    "unfinished": False,
    "inside": [],
    "deeds": [],
}
WATCH = """() => {
    window.urls = new Set();
    window.made = 0;
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => {
        const url = createObjectURL.call(URL, blob);
        window.urls.add(url);
        window.made += 1;
        return url;
    };
    URL.revokeObjectURL = (url) => { window.urls.delete(url); revokeObjectURL.call(URL, url); };
    window.keys = [];
    document.addEventListener("keydown", (event) => window.keys.push(event.key));
    document.documentElement.className = "mj-card";
    document.body.className = "mj-grid";
}"""


ADD_ROWS = """(rows) => {
    window.clicks = [];
    for (const [number, ...names] of rows) {
        const row = document.createElement("div");
        row.className = ["widget-box", "widget-hbox", "mj-row", ...names].join(" ");
        for (const label of [`U${number}`, `V${number}`]) {
            const button = document.createElement("button");
            button.className = "jupyter-button";
            button.textContent = label;
            button.addEventListener("click", () => window.clicks.push(label));
            row.append(button);
        }
        document.querySelector(".mj-grid").append(row);
    }
}"""


# A style sheet that is moved is loaded once more.
LAST_STYLE = """() => new Promise((done) => {
    const link = document.querySelector('link[href$="card.css"]');
    link.addEventListener("load", done, { once: true });
    document.head.append(link);
})"""


def picture(colour: str, side: int = 64, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), colour).save(out, kind)
    return out.getvalue()


PREVIEWS = [picture(colour) for colour in COLOURS]
NAMES = [f"picture {n} of 4: a red fox" for n in range(1, 5)]
FOUR = {"previews": PREVIEWS, "names": NAMES, "full_size": [1024, 1024]}
ONE = {"previews": PREVIEWS[:1], "names": ["picture: a red fox"], "full_size": [1024, 1024]}
VIDEO = {"names": ["picture: a fox runs"], "movies": [{"mime": "video/mp4", "bytes": 2_340_000}]}


class Gallery:
    """The pictures of a card, and what they ask of the kernel."""

    def __init__(self, page: FrontEnd) -> None:
        self.front_end = page
        self.page = page.page
        self.tiles = page.view.locator("button.mj-tile")
        self.dialog = page.view.get_by_role("dialog")
        self.big = self.dialog.locator("img")
        self.words = self.dialog.get_by_role("status")

    def tile(self, number: int) -> Locator:
        return self.tiles.nth(number - 1)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [message["content"] for message in self.front_end.sent]

    @property
    def held(self) -> int:
        """How many pictures the page keeps in memory under an address."""
        return self.page.evaluate("window.urls.size")

    def add_buttons(self, count: int, columns: int) -> None:
        """Lay U and V on so many pictures, as the kernel does, in ipywidgets' own style."""
        self.page.add_style_tag(content=WIDGETS)
        self.page.evaluate(LAST_STYLE)
        rows = [[n, *place_on(n, columns)] for n in range(1, count + 1)]
        self.page.evaluate(ADD_ROWS, rows)

    def button(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=label, exact=True)

    def give_full(self, number: int, data: bytes, mime: str = "image/png") -> None:
        self.front_end.message({"type": "full", "index": number - 1, "mime": mime}, data)


@pytest.fixture
def gallery(front_end_page: FrontEnd) -> Callable[..., Gallery]:
    """A function that shows pictures with these traits, inside a card's grid."""

    def mount(**traits: Any) -> Gallery:
        front_end_page.page.evaluate(WATCH)
        front_end_page.mount("tiles.js", NOTHING | traits, css="card.css")
        return Gallery(front_end_page)

    return mount


def is_loaded(image: Locator, side: int) -> None:
    """Wait until an image is there and so many pixels wide."""
    expect(image).to_have_js_property("naturalWidth", side)


# Tiles


def test_four_pictures_are_numbered_tiles_in_reading_order(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR)
    expect(shown.tiles).to_have_count(4)
    expect(shown.tiles.locator(".mj-badge")).to_have_text(["1", "2", "3", "4"])
    for number, name in enumerate(NAMES, 1):
        expect(shown.tile(number)).to_have_accessible_name(f"Open {name}")
        expect(shown.tile(number).locator("img")).to_have_attribute("alt", name)
        is_loaded(shown.tile(number).locator("img"), 64)
    one, two, three, four = (shown.tile(n).bounding_box() for n in range(1, 5))
    assert one["x"] == three["x"] < two["x"] == four["x"]
    assert one["y"] == two["y"] < three["y"] == four["y"]


@pytest.mark.parametrize(("count", "columns"), [(2, 2), (3, 2), (6, 3), (9, 3), (24, 4)])
def test_any_number_of_pictures_stands_in_rows(
    gallery: Callable[..., Gallery], count: int, columns: int
) -> None:
    names = [f"picture {n} of {count}" for n in range(1, count + 1)]
    shown = gallery(previews=[PREVIEWS[0]] * count, names=names)
    expect(shown.tiles).to_have_count(count)
    boxes = [box_of(shown.tile(n)) for n in range(1, count + 1)]
    for number, box in enumerate(boxes):
        line, column = divmod(number, columns)
        assert box["x"] == pytest.approx(boxes[column]["x"], abs=1)
        assert box["y"] == pytest.approx(boxes[line * columns]["y"], abs=1)
        assert not column or box["x"] >= boxes[number - 1]["right"]
        assert not line or box["y"] >= boxes[number - columns]["bottom"]


PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("width", [360, 1240])
@pytest.mark.parametrize(("count", "columns"), [(2, 2), (4, 2), (6, 3), (9, 3), (24, 4)])
def test_the_buttons_of_each_picture_lie_on_it(
    gallery: Callable[..., Gallery], count: int, columns: int, width: int
) -> None:
    names = [f"picture {n} of {count}" for n in range(1, count + 1)]
    shown = gallery(previews=[PREVIEWS[0]] * count, names=names)
    shown.page.set_viewport_size({"width": width, "height": 900})
    shown.page.evaluate("document.body.style.maxWidth = '640px'")
    shown.add_buttons(count, columns)
    shown.page.evaluate(PAINTED)
    for n in range(1, count + 1):
        tile, row = box_of(shown.tile(n)), box_of(shown.page.locator(f".mj-quadrant-{n}"))
        u, v = box_of(shown.button(f"U{n}")), box_of(shown.button(f"V{n}"))
        for lying in (row, u, v):
            assert tile["x"] <= lying["x"]
            assert lying["right"] <= tile["right"]
            assert tile["y"] <= lying["y"]
            assert lying["bottom"] <= tile["bottom"]
        for button in (u, v):
            assert min(button["height"], button["width"]) >= 24
        assert v["x"] >= u["right"] or v["y"] >= u["bottom"]
        badge = box_of(shown.tile(n).locator(".mj-badge"))
        assert badge["bottom"] <= u["y"]
        for label in (f"U{n}", f"V{n}"):  # all of it is seen
            assert shown.button(label).evaluate("one => one.scrollWidth <= one.clientWidth")
    shown.button(f"V{count}").click()
    assert shown.page.evaluate("window.clicks") == [f"V{count}"]
    assert shown.asked == []


def test_where_there_is_little_room_its_buttons_leave_the_number_of_a_picture_in_sight(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR | {"aspect": 1.5})
    shown.page.set_viewport_size({"width": 240, "height": 900})
    shown.add_buttons(4, 2)
    shown.page.evaluate(
        """() => document.querySelectorAll(".mj-on").forEach((row) => {
            const button = row.lastChild.cloneNode();
            button.textContent = "Edit…";
            row.append(button);
        })"""
    )
    shown.page.evaluate(PAINTED)
    for n in range(1, 5):
        row = box_of(shown.page.locator(f".mj-quadrant-{n}"))
        assert box_of(shown.tile(n).locator(".mj-badge"))["bottom"] <= row["y"]
        for button in shown.page.locator(f".mj-quadrant-{n} button").all():
            assert min(box_of(button)["height"], box_of(button)["width"]) >= 24


def test_in_high_contrast_buttons_have_a_frame(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    shown.add_buttons(4, 2)
    shown.page.emulate_media(forced_colors="active")
    expect(shown.button("U1")).to_have_css("border-top-style", "solid")


def test_a_panorama_is_not_hidden_by_its_buttons(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR | {"aspect": 14})
    shown.add_buttons(4, 2)
    shown.page.evaluate(PAINTED)
    for n in range(1, 5):
        tile, u = box_of(shown.tile(n)), box_of(shown.button(f"U{n}"))
        assert tile["bottom"] <= u["y"]
        assert n > 2 or u["bottom"] <= box_of(shown.tile(n + 2))["y"]


def test_a_click_beside_the_buttons_opens_the_picture(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    shown.page.evaluate("document.body.style.maxWidth = '640px'")
    shown.add_buttons(4, 2)
    row, v = box_of(shown.page.locator(".mj-quadrant-3")), box_of(shown.button("V3"))
    u = box_of(shown.button("U3"))
    middle = v["y"] + v["height"] / 2
    for x, y in [
        (v["right"] + 1, middle),
        ((u["right"] + v["x"]) / 2, middle),
        (row["x"] - 2, middle),
        (v["x"] + 2, row["bottom"] + 2),
    ]:
        shown.page.mouse.click(x, y)
        expect(shown.dialog).to_have_accessible_name(NAMES[2])
        shown.press("Escape")
    assert shown.page.evaluate("window.clicks") == []


def test_buttons_are_read_on_any_picture_and_a_used_one_is_marked(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR)
    shown.add_buttons(4, 2)
    u, v = (shown.page.locator(".mj-quadrant-1 button").nth(n) for n in (0, 1))
    v.evaluate("button => button.classList.add('mj-used')")
    for colour in ("white", "black", "gray"):
        for words in (u, v, shown.tile(1).locator(".mj-badge")):
            assert contrast(words, colour) >= 4.5
        u.hover()
        assert contrast(u, colour) >= 4.5
    ground = "button => getComputedStyle(button).backgroundColor"
    assert u.evaluate(ground) != v.evaluate(ground)
    assert v.evaluate("button => getComputedStyle(button, '::after').content") == '" ✓"'


@pytest.mark.parametrize("where", ["top", "bottom"])
def test_the_buttons_of_films_leave_their_own_controls_free(
    gallery: Callable[..., Gallery], where: str
) -> None:
    movie = {"mime": "video/mp4", "bytes": 2_340_000}
    shown = gallery(**FOUR | {"movies": [movie if where == "top" else {}] * 4})
    shown.page.evaluate("document.body.style.maxWidth = '640px'")
    shown.add_buttons(4, 2)
    tile, row = box_of(shown.tile(4)), box_of(shown.page.locator(".mj-quadrant-4"))
    is_above = row["bottom"] < tile["y"] + tile["height"] / 2
    assert is_above == (where == "top")
    badge = box_of(shown.tile(4).locator(".mj-badge"))
    assert badge["right"] <= row["x"] or badge["bottom"] <= row["y"]


def test_a_tile_says_what_it_shows_in_place_of_the_picture_itself(
    gallery: Callable[..., Gallery],
) -> None:
    notes = ["", "could not be had", "cut from the sheet", ""]
    shown = gallery(**FOUR | {"previews": [PREVIEWS[0], b"", *PREVIEWS[2:]], "notes": notes})
    shown.page.evaluate("document.body.style.maxWidth = '640px'")
    shown.add_buttons(4, 2)
    badges, inside = shown.tiles.locator(".mj-badge"), shown.tiles.locator(".mj-inside:visible")
    expect(inside).to_have_text(["could not be had"])
    expect(badges).to_have_text(["1", "2", "3, cut from the sheet", "4"])
    expect(shown.tile(3)).to_have_accessible_name(f"Open {NAMES[2]}, cut from the sheet")
    badge, tile = box_of(badges.nth(2)), box_of(shown.tile(3))
    row = box_of(shown.page.locator(".mj-quadrant-3"))
    assert tile["x"] < badge["x"] < badge["right"] < tile["right"]
    assert badge["right"] <= row["x"] or badge["bottom"] <= row["y"]

    shown.front_end.receive(previews=PREVIEWS, notes=[])
    expect(inside).to_have_count(0)
    expect(badges).to_have_text(["1", "2", "3", "4"])


def test_a_picture_that_is_missing_leaves_its_place_and_arrows_pass_it(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR | {"previews": [PREVIEWS[0], b"", *PREVIEWS[2:]]})
    expect(shown.tiles).to_have_count(4)
    expect(shown.tile(2)).to_be_disabled()
    expect(shown.tile(2)).to_have_accessible_name(f"Missing: {NAMES[1]}")
    expect(shown.tile(2).locator("img")).to_be_hidden()
    expect(shown.tiles.locator(".mj-badge")).to_have_text(["1", "2", "3", "4"])
    shown.tile(1).click()
    shown.press("ArrowRight")
    expect(shown.big).to_have_attribute("alt", NAMES[2])
    shown.press("ArrowLeft")
    expect(shown.big).to_have_attribute("alt", NAMES[0])


def test_one_picture_is_one_tile_without_a_number(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**ONE)
    expect(shown.tiles).to_have_count(1)
    expect(shown.tiles).to_have_accessible_name("Open picture: a red fox")
    expect(shown.tiles.locator(".mj-badge")).to_have_text("")
    expect(shown.tiles.locator(".mj-badge")).to_have_attribute("aria-hidden", "true")


def test_no_picture_takes_no_room(gallery: Callable[..., Gallery]) -> None:
    shown = gallery()
    expect(shown.tiles).to_have_count(0)
    expect(shown.page.locator(".mj-grid")).to_be_hidden()


@pytest.mark.parametrize("aspect", [0.5, 1.0, 16 / 9])
def test_tiles_have_the_shape_of_the_picture(
    gallery: Callable[..., Gallery], aspect: float
) -> None:
    box = gallery(**FOUR | {"aspect": aspect}).tile(1).bounding_box()
    assert box["width"] / box["height"] == pytest.approx(aspect, rel=0.02)


def test_an_awaited_picture_is_an_empty_frame_that_cannot_be_opened(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(unfinished=True, aspect=2.0)
    expect(shown.tiles).to_have_count(1)
    expect(shown.tiles).to_be_disabled()
    expect(shown.tiles.locator("img")).to_be_hidden()


# What is said inside


INSIDE = ["46 %", "in progress"]


@pytest.mark.parametrize("colour", [None, "white", "black"])
def test_state_and_per_cent_are_read_inside_the_awaited_picture(
    gallery: Callable[..., Gallery], colour: str | None
) -> None:
    preview = {"previews": [picture(colour)], "names": ["a fox"]} if colour else {}
    shown = gallery(unfinished=True, inside=INSIDE, **preview)
    inside = shown.tiles.locator(".mj-inside")
    words = inside.locator("> *")
    expect(words).to_have_text(INSIDE)
    expect(inside).to_have_attribute("aria-hidden", "true")  # the caption says it
    tile = box_of(shown.tiles)
    ground = shown.tiles.evaluate("tile => getComputedStyle(tile).backgroundColor")
    for each in words.all():
        box = box_of(each)
        assert tile["x"] <= box["x"]
        assert box["right"] <= tile["right"]
        assert tile["y"] <= box["y"]
        assert box["bottom"] <= tile["bottom"]
        assert contrast(each, colour or ground) >= 4.5
    large, small = (
        float(each.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))
        for each in words.all()
    )
    assert large > small


def test_what_is_said_inside_follows_the_task_and_is_gone_when_it_is_done(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(unfinished=True, inside=["submitted"])
    words = shown.tiles.locator(".mj-inside > *")
    expect(words).to_have_text(["submitted"])
    shown.front_end.receive(inside=INSIDE)
    expect(words).to_have_text(INSIDE)
    shown.front_end.receive(previews=PREVIEWS[:1], names=["a fox"])
    expect(words).to_have_text(INSIDE)
    expect(words.first).to_be_visible()
    address = shown.tiles.locator("img").get_attribute("src")
    shown.front_end.receive(inside=["62 %", "in progress"])
    expect(words.first).to_have_text("62 %")
    assert shown.tiles.locator("img").get_attribute("src") == address  # not made anew for it
    shown.front_end.receive(inside=INSIDE)
    shown.front_end.receive(**FOUR, unfinished=False)
    expect(shown.tiles).to_have_count(4)
    expect(shown.tiles.locator(".mj-inside").filter(visible=True)).to_have_count(0)
    expect(shown.tiles.locator(".mj-inside")).to_have_text([""] * 4)


def test_nothing_is_said_inside_where_nothing_will_come(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(unfinished=True, inside=INSIDE)
    expect(shown.tiles.locator(".mj-inside")).to_be_visible()
    shown.page.locator("html").evaluate(
        "card => card.classList.add('jupyter-widgets-disconnected')"
    )
    expect(shown.tiles.locator(".mj-inside")).to_be_hidden()


def test_markup_that_is_said_inside_is_shown_as_text(gallery: Callable[..., Gallery]) -> None:
    hostile = "<img src=x onerror=\"alert('img')\"> \u202efox"
    dialogs: list[Dialog] = []
    shown = gallery(unfinished=True, inside=[hostile, hostile])
    shown.page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    assert shown.tiles.locator(".mj-inside > *").all_text_contents() == [hostile, hostile]
    expect(shown.tiles.locator("img")).to_have_count(1)
    assert dialogs == []


def test_a_half_done_preview_can_be_looked_at_but_there_is_no_more_to_ask_for(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**ONE | {"unfinished": True, "full_size": []})
    shown.tiles.click()
    expect(shown.dialog).to_be_visible()
    expect(shown.words).to_have_text("picture: a red fox")
    assert shown.asked == []


def test_the_result_takes_the_place_of_the_preview(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**ONE | {"unfinished": True})
    shown.front_end.receive(**FOUR, unfinished=False)
    expect(shown.tiles).to_have_count(4)
    expect(shown.tile(1)).to_have_attribute("data-unfinished", "false")
    shown.front_end.receive(previews=[], names=[])
    expect(shown.tiles).to_have_count(0)


def test_a_narrow_output_is_not_overflowed(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    shown.page.evaluate("document.body.style.width = '200px'")
    assert shown.page.evaluate("document.body.scrollWidth") <= 200
    boxes = [shown.tile(n).bounding_box() for n in range(1, 5)]
    assert len({round(box["width"]) for box in boxes}) == 1


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_empty_frame_shimmers_only_for_those_who_like_motion(
    gallery: Callable[..., Gallery], motion: str
) -> None:
    shown = gallery(unfinished=True)
    shown.page.emulate_media(reduced_motion=motion)
    name = shown.tiles.evaluate("tile => getComputedStyle(tile, '::after').animationName")
    assert name == ("mj-shimmer" if motion == "no-preference" else "none")


def test_the_empty_frame_stands_still_where_nothing_will_come(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(unfinished=True)
    shown.page.emulate_media(reduced_motion="no-preference")
    shown.page.locator("html").evaluate(
        "card => card.classList.add('jupyter-widgets-disconnected')"
    )
    assert shown.tiles.evaluate("tile => getComputedStyle(tile, '::after').content") == "none"


def test_markup_in_a_name_is_shown_as_text(gallery: Callable[..., Gallery]) -> None:
    name = "picture: <img src=x onerror=\"alert('img')\"> \u202efox"
    dialogs: list[Dialog] = []
    shown = gallery(**ONE | {"names": [name], "full_size": []})
    shown.page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    shown.tiles.click()
    shown.give_full(1, picture("firebrick", 128, "PNG"))
    assert shown.words.text_content() == name
    expect(shown.big).to_have_attribute("alt", name)
    expect(shown.front_end.view.locator("img")).to_have_count(2)
    assert dialogs == []


# Full size


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_opens_and_esc_closes_and_focus_is_back_where_it_was(
    gallery: Callable[..., Gallery], key: str
) -> None:
    shown = gallery(**FOUR)
    shown.tile(2).focus()
    shown.press(key)
    expect(shown.dialog).to_have_accessible_name(NAMES[1])
    expect(shown.dialog.get_by_role("button", name="Close")).to_be_focused()
    shown.press("Escape")
    expect(shown.dialog).to_be_hidden()
    expect(shown.tile(2)).to_be_focused()
    assert shown.asked == [{"type": "open", "index": 1}]


@pytest.mark.parametrize("target", ["img", ".mj-close"])
def test_a_click_opens_and_a_click_closes(gallery: Callable[..., Gallery], target: str) -> None:
    shown = gallery(**FOUR)
    shown.tile(3).click()
    expect(shown.dialog).to_be_visible()
    shown.dialog.locator(target).click()
    expect(shown.dialog).to_be_hidden()
    expect(shown.tile(3)).to_be_focused()


def test_nothing_of_the_page_is_seen_behind_the_full_size(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).click()
    ground = shown.dialog.evaluate("dialog => getComputedStyle(dialog).backgroundColor")
    assert ground.startswith("rgb(")  # no transparency


def test_a_click_beside_the_picture_closes(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).click()
    shown.dialog.click(position={"x": 5, "y": 5})
    expect(shown.dialog).to_be_hidden()


def test_the_preview_is_shown_until_the_full_size_is_there(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).click()
    is_loaded(shown.big, 64)
    expect(shown.words).to_have_text(f"{NAMES[0]} – loading the full size…")
    shown.give_full(1, picture("firebrick", 512, "PNG"))
    is_loaded(shown.big, 512)
    expect(shown.words).to_have_text(f"{NAMES[0]} – 1024×1024")


def test_the_full_size_is_asked_for_once(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    for _ in range(2):
        shown.tile(1).click()
        shown.press("Escape")
    shown.give_full(1, picture("firebrick", 512, "PNG"))
    shown.tile(1).click()
    is_loaded(shown.big, 512)
    assert shown.asked == [{"type": "open", "index": 0}]


def test_a_full_size_that_comes_late_does_not_replace_another_picture(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).click()
    shown.press("ArrowRight")
    shown.give_full(1, picture("firebrick", 512, "PNG"))
    is_loaded(shown.big, 64)
    expect(shown.dialog).to_have_accessible_name(NAMES[1])
    shown.press("ArrowLeft")
    is_loaded(shown.big, 512)


def test_a_full_size_that_cannot_be_had_is_explained_and_asked_for_again(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).click()
    failure = {"type": "failure", "index": 0, "text": "The picture is damaged."}
    shown.front_end.message(failure)
    expect(shown.words).to_have_text("The picture is damaged.")
    is_loaded(shown.big, 64)
    shown.press("ArrowRight")
    shown.front_end.message(failure)
    expect(shown.words).to_have_text(f"{NAMES[1]} – loading the full size…")
    shown.press("ArrowLeft")
    assert [ask["index"] for ask in shown.asked] == [0, 1, 0]


def test_a_zoomed_picture_is_saved_from_there(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    shown.tile(2).click()
    shown.dialog.get_by_role("button", name="Save").click()
    assert shown.asked[-1] == {"type": "save", "index": 1}
    shown.front_end.message({"type": "said", "index": 1, "text": "Saved as a-red-fox.png"})
    expect(shown.words).to_have_text("Saved as a-red-fox.png")
    shown.front_end.message({"type": "said", "index": 0, "text": "of another picture"})
    expect(shown.words).to_have_text("Saved as a-red-fox.png")


@pytest.mark.parametrize("part", ["#view", "body"], ids=["the pictures", "the card"])
def test_without_a_kernel_the_small_copy_is_shown_and_said_to_be_one(
    gallery: Callable[..., Gallery], part: str
) -> None:
    shown = gallery(**FOUR)
    shown.page.locator(part).evaluate("part => part.classList.add('jupyter-widgets-disconnected')")
    shown.tile(1).click()
    is_loaded(shown.big, 64)
    expect(shown.words).to_have_text(
        f"{NAMES[0]} – small copy: run the cell again for the full size"
    )
    expect(shown.dialog.get_by_role("button")).to_have_accessible_name("Close")
    shown.press("ArrowRight")
    expect(shown.words).to_contain_text(f"{NAMES[1]} – small copy")
    assert shown.asked == []


@pytest.mark.parametrize("movies", [[], [{"mime": "image/webp", "bytes": 900_000}]])
def test_a_picture_whose_kernel_cannot_be_reached_is_shown_as_its_small_copy(
    gallery: Callable[..., Gallery], movies: list[dict[str, Any]], page_errors: list[str]
) -> None:
    shown = gallery(**ONE | {"movies": movies})
    shown.front_end.cut()
    shown.tile(1).click()
    expect(shown.words).to_contain_text("small copy: run the cell again")
    expect(shown.dialog.get_by_role("button", name="Save")).to_be_hidden()
    expect(shown.page.locator("html")).to_contain_class("jupyter-widgets-disconnected")
    assert page_errors == []


def test_a_panel_is_opened_from_a_zoomed_picture(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR | {"deeds": ["edit"]})
    shown.tile(2).click()
    expect(shown.button("Animate…")).to_be_hidden()
    shown.button("Edit…").click()
    expect(shown.words).to_have_text("Opening…")
    assert shown.asked[-1] == {"type": "edit", "index": 1}
    shown.front_end.message({"type": "close"})
    expect(shown.dialog).to_be_hidden()


@pytest.mark.parametrize("name", ["Save", "Edit…"])
def test_a_button_of_a_zoomed_picture_says_when_the_kernel_is_gone(
    gallery: Callable[..., Gallery], page_errors: list[str], name: str
) -> None:
    shown = gallery(**FOUR | {"deeds": ["edit"]})
    shown.tile(1).click()
    shown.front_end.cut()
    shown.dialog.get_by_role("button", name=name).click()
    expect(shown.dialog.get_by_role("button", name=name)).to_be_hidden()
    expect(shown.words).to_contain_text("small copy: run the cell again")
    assert page_errors == []


def test_a_full_size_that_came_before_the_kernel_ended_is_still_shown(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).click()
    shown.give_full(1, picture("firebrick", 512, "PNG"))
    is_loaded(shown.big, 512)
    shown.press("Escape")
    shown.page.evaluate("document.body.classList.add('jupyter-widgets-disconnected')")
    shown.tile(1).click()
    is_loaded(shown.big, 512)
    expect(shown.words).to_have_text(f"{NAMES[0]} – 1024×1024")


def test_an_animation_without_a_kernel_is_shown_as_its_still_copy(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**ONE | {"movies": [{"mime": "image/webp", "bytes": 900_000}]})
    shown.page.evaluate("document.body.classList.add('jupyter-widgets-disconnected')")
    shown.tiles.click()
    expect(shown.words).to_contain_text("small copy: run the cell again")
    assert shown.asked == []


def test_a_zoomed_picture_is_closed_by_the_kernel_and_leaves_the_focus_to_a_panel(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).click()
    shown.front_end.message({"type": "close"})
    expect(shown.dialog).to_be_hidden()
    expect(shown.tile(1)).to_be_focused()

    shown.tile(1).click()
    shown.page.evaluate(
        """async () => {
            const { call } = await import("/stub_model.js");
            const box = document.createElement("textarea");
            document.body.append(box);
            const closed = new Promise((resolve) =>
                document.querySelector("dialog").addEventListener("close", resolve));
            call("message", [{ type: "close" }, []]);
            box.focus();
            await closed;
        }"""
    )
    expect(shown.dialog).to_be_hidden()
    expect(shown.page.locator("textarea")).to_be_focused()


def test_the_view_closes_when_its_picture_goes(
    gallery: Callable[..., Gallery], page_errors: list[str]
) -> None:
    shown = gallery(**ONE | {"unfinished": True})
    shown.tiles.click()
    shown.front_end.receive(previews=[], unfinished=False)
    expect(shown.dialog).to_be_hidden()
    assert page_errors == []


# Arrows


@pytest.mark.parametrize("in_dialog", [False, True], ids=["tiles", "full size"])
def test_arrows_move_between_the_quadrants_and_stop_at_the_edge(
    gallery: Callable[..., Gallery], in_dialog: bool
) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).focus()
    if in_dialog:
        shown.press("Enter")
    end = [("ArrowLeft", 3), ("ArrowUp", 1), ("ArrowDown", 3)]
    among_tiles = [("ArrowRight", 2), ("ArrowDown", 4), ("ArrowDown", 4), *end]
    one_by_one = [("ArrowRight", 3), ("ArrowRight", 4), ("ArrowRight", 4), *end]
    path = [
        *(("ArrowLeft", 1), ("ArrowUp", 1), ("ArrowRight", 2)),
        *(one_by_one if in_dialog else among_tiles),
    ]
    for key, number in path:
        shown.press(key)
        if in_dialog:
            expect(shown.dialog).to_have_accessible_name(NAMES[number - 1])
        else:
            expect(shown.tile(number)).to_be_focused()
    if in_dialog:
        shown.press("Escape")
        expect(shown.tile(3)).to_be_focused()


def test_keys_stay_with_the_pictures(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).focus()
    expect(shown.tile(1)).to_have_attribute("data-lm-suppress-shortcuts", "true")
    shown.press("a", "ArrowRight", "Enter", "d", "ArrowDown", "Escape")
    expect(shown.dialog).to_be_hidden()
    assert shown.page.evaluate("window.keys") == []


@pytest.mark.parametrize("key", ["Control+s", "Alt+a", "Shift+Enter"])
def test_the_hosts_shortcuts_go_on_from_a_tile_to_the_host(
    gallery: Callable[..., Gallery], key: str
) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).focus()
    shown.press(key)
    assert shown.page.evaluate("window.keys")[-1:] == [key.split("+")[-1]]
    # The host looks at all that is around the tile; the tile itself is caption.js's to mark.
    for part in (shown.front_end.view, shown.front_end.view.locator("dialog")):
        expect(part).not_to_have_attribute("data-lm-suppress-shortcuts", "true")


def test_arrows_leave_a_single_picture_and_the_page_alone(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**ONE)
    shown.tile(1).focus()
    shown.page.evaluate("""() => {
        window.prevented = [];
        addEventListener("keydown", (e) =>
            queueMicrotask(() => window.prevented.push(e.defaultPrevented)), true);
    }""")
    shown.press("ArrowDown", "ArrowRight")
    expect(shown.tile(1)).to_be_focused()
    assert shown.page.evaluate("window.prevented") == [False, False]


# Keys that press


@pytest.mark.parametrize(("key", "deed"), [("u", "upscale"), ("v", "vary")])
@pytest.mark.parametrize("in_dialog", [False, True], ids=["tiles", "full size"])
def test_u_and_v_press_the_buttons_of_the_picture_that_has_the_focus(
    gallery: Callable[..., Gallery], in_dialog: bool, key: str, deed: str
) -> None:
    shown = gallery(**FOUR)
    shown.press("Tab", "ArrowDown", *(["Enter", "ArrowRight"] if in_dialog else []), key)
    index = 3 if in_dialog else 2
    pressed = [ask for ask in shown.asked if ask["type"] != "open"]
    assert pressed == [{"type": deed, "index": index}]


@pytest.mark.parametrize("key", ["u", "v"])
def test_a_key_that_is_held_down_is_one_press(gallery: Callable[..., Gallery], key: str) -> None:
    shown = gallery(**FOUR)
    shown.press("Tab")
    for _ in range(3):
        shown.page.keyboard.down(key)
    shown.page.keyboard.up(key)
    assert len(shown.asked) == 1


@pytest.mark.parametrize("closed_by", ["Escape", "click"])
def test_after_a_click_on_a_picture_u_and_v_press_nothing_until_tab_or_an_arrow(
    gallery: Callable[..., Gallery], closed_by: str
) -> None:
    shown = gallery(**FOUR)
    shown.press("Tab")  # what came before the click does not count
    shown.tile(1).click()
    shown.press("u", "v", "Shift+Tab", "ArrowRight", "u", "v")
    if closed_by == "Escape":
        shown.press("Escape")
    else:
        shown.dialog.get_by_role("button", name="Close").click()
    expect(shown.tile(2)).to_be_focused()
    shown.press("u", "v")
    assert {ask["type"] for ask in shown.asked} == {"open"}

    shown.press("ArrowDown", "v")
    assert shown.asked[-1] == {"type": "vary", "index": 3}


def test_the_keys_that_press_are_named_where_there_is_something_to_press(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**FOUR)
    expect(shown.tile(1)).to_have_accessible_description(re.compile("u and v press its U and V"))
    shown.front_end.receive(previews=PREVIEWS[:1])
    expect(shown.tile(1)).to_have_accessible_description("Open full size")


@pytest.mark.parametrize("modifier", ["Control", "Meta", "Alt"])
def test_shortcuts_with_u_and_v_press_nothing(
    gallery: Callable[..., Gallery], modifier: str
) -> None:
    shown = gallery(**FOUR)
    shown.press("Tab")
    shown.press(f"{modifier}+u", f"{modifier}+v")
    assert shown.asked == []


def test_an_unfinished_picture_has_nothing_to_press(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**ONE | {"unfinished": True})
    shown.press("Tab", "u", "v", "Enter", "u", "v")
    expect(shown.dialog).to_be_visible()
    assert shown.asked == []


@pytest.mark.parametrize("key", ["u", "v", "e", "a", "s"])
def test_a_key_says_that_it_waits_for_all_pictures(
    gallery: Callable[..., Gallery], key: str
) -> None:
    shown = gallery(**FOUR | {"unfinished": True, "deeds": ["edit", "animate", "style"]})
    spoken = shown.front_end.view.locator(".mj-spoken")
    shown.press("Tab", "ArrowRight", key)
    words = shown.tiles.locator(".mj-inside:visible")
    expect(words).to_have_text(["when all pictures are here"])
    expect(shown.tile(2).locator(".mj-inside")).to_be_visible()
    expect(spoken).to_have_text("when all pictures are here")
    expect(spoken).to_have_role("status")
    shown.press("Enter", key)
    expect(shown.words).to_have_text("when all pictures are here")
    shown.press("Escape")
    assert shown.asked == []

    shown.front_end.receive(unfinished=False)
    expect(words).to_have_count(0)
    expect(spoken).to_have_text("")
    shown.press(key)
    assert [ask["index"] for ask in shown.asked] == [1]


# Videos and animations


def test_a_video_is_sent_and_played_on_request(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**VIDEO)
    expect(shown.tiles).to_have_accessible_name("Play picture: a fox runs")
    expect(shown.tiles).to_have_attribute("title", "Play (2.3 MB)")
    assert shown.asked == []
    shown.tiles.click()
    shown.tiles.click()
    assert shown.asked == [{"type": "open", "index": 0}]
    shown.give_full(1, b"not really a film", "video/mp4")
    video = shown.front_end.view.locator("video")
    expect(video).to_have_attribute("aria-label", "picture: a fox runs")
    expect(video).to_have_js_property("muted", True)
    expect(video).to_have_js_property("controls", True)
    expect(video).to_be_focused()
    expect(shown.dialog).to_be_hidden()


def test_a_picture_that_only_the_browser_can_open_is_shown_when_it_is_asked_for(
    gallery: Callable[..., Gallery],
) -> None:
    picture = {"mime": "image/avif", "bytes": 2_340_000}
    shown = gallery(names=["picture: a fox runs"], movies=[picture])
    expect(shown.tiles).to_have_accessible_name("Show picture: a fox runs")
    expect(shown.tiles).to_have_attribute("title", "Show (2.3 MB)")


def test_a_video_has_its_poster_until_it_plays_and_takes_the_room_of_its_tile(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**VIDEO | {"previews": PREVIEWS[:1], "aspect": 16 / 9})
    is_loaded(shown.tiles.locator("img"), 64)
    before = shown.tiles.bounding_box()
    shown.tiles.click()
    shown.give_full(1, b"not really a film", "video/mp4")
    video = shown.front_end.view.locator("video")
    assert video.get_attribute("poster")
    now = video.bounding_box()
    assert (now["width"], now["height"]) == pytest.approx(
        (before["width"], before["height"]), abs=1
    )


def test_what_is_seen_of_a_film_is_taken_as_a_picture(gallery: Callable[..., Gallery]) -> None:
    two = {"names": ["one", "two"], "movies": VIDEO["movies"] * 2}
    shown = gallery(**VIDEO | two | {"aspect": 16 / 9})  # which the film is not
    expect(shown.front_end.view.get_by_role("button", name="Use this still…")).to_have_count(0)
    shown.tile(2).click()
    shown.give_full(2, FILM_MP4, "video/mp4")
    video = shown.front_end.view.locator("video")
    expect(video).to_have_js_property("videoWidth", 128)
    size = [video.evaluate(f"video => video.video{side}") for side in ("Width", "Height")]
    expect(video).to_have_css("aspect-ratio", re.compile(r"^1( / 1)?$"))  # once it is known
    box, other = video.bounding_box(), shown.tile(1).bounding_box()
    assert box["width"] / box["height"] == pytest.approx(size[0] / size[1], abs=0.02)
    assert other["height"] == pytest.approx(box["height"], abs=1)
    still = shown.button("Use this still…")
    expect(still).to_be_visible()
    for _ in range(12):  # past the film's own controls
        if not still.evaluate("still => still === document.activeElement"):
            shown.press("Tab")
    expect(still).to_be_focused()
    lying = still.bounding_box()
    assert box["x"] <= lying["x"]
    assert lying["x"] + lying["width"] <= box["x"] + box["width"]
    assert lying["y"] + lying["height"] <= box["y"] + box["height"]
    shown.press("Enter")
    expect(video).to_have_js_property("paused", True)
    opened, sent = shown.front_end.wait_sent(2)
    assert opened["content"] == {"type": "open", "index": 1}
    assert sent["content"] == {"type": "still", "index": 1}
    with Image.open(io.BytesIO(sent["buffers"][0])) as picture:
        assert (picture.format, list(picture.size)) == ("PNG", size)
    shown.front_end.receive(previews=[])
    expect(shown.front_end.view.get_by_role("button", name="Use this still…")).to_have_count(0)


def test_where_there_is_no_film_to_see_no_still_is_offered(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**VIDEO)
    shown.tiles.click()
    shown.give_full(1, b"not really a film", "video/mp4")
    expect(shown.front_end.view.locator("video")).to_be_visible()
    expect(shown.front_end.view.locator(".mj-still")).to_be_hidden()


def test_a_film_that_comes_late_takes_nobody_away_from_elsewhere(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**VIDEO)
    shown.page.evaluate("document.body.append(document.createElement('textarea'))")
    shown.tiles.click()
    shown.page.locator("textarea").focus()
    shown.give_full(1, FILM_MP4, "video/mp4")
    expect(shown.button("Use this still…")).to_be_visible()
    expect(shown.page.locator("textarea")).to_be_focused()


def test_a_film_goes_on_when_more_can_be_made_of_it(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**VIDEO)
    shown.tiles.click()
    shown.give_full(1, FILM_MP4, "video/mp4")
    video = shown.front_end.view.locator("video")
    expect(video).to_be_focused()
    shown.front_end.receive(deeds=["extend"])
    shown.page.evaluate(PAINTED)
    expect(video).to_be_focused()


def test_a_real_film_plays(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**VIDEO)
    shown.tiles.click()
    shown.give_full(1, FILM_MP4, "video/mp4")
    video = shown.front_end.view.locator("video")
    expect(video).to_have_js_property("videoWidth", 128)
    video.evaluate("video => video.play()")
    video.page.wait_for_function(
        "video => video.currentTime > 0.1", arg=video.element_handle(), timeout=10_000
    )


def test_a_video_plays_only_in_the_view_that_has_asked_for_it(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**VIDEO)
    shown.give_full(1, b"not really a film", "video/mp4")  # as another view has asked
    expect(shown.front_end.view.locator("video")).to_have_count(0)
    assert shown.held == 0
    shown.tiles.click()
    assert shown.asked == [{"type": "open", "index": 0}]


def test_an_animation_starts_to_move_in_its_tile(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**ONE | {"movies": [{"mime": "image/webp", "bytes": 900_000}]})
    expect(shown.tiles).to_have_attribute("title", "Play (0.9 MB)")
    is_loaded(shown.tiles.locator("img"), 64)
    shown.tiles.click()
    shown.give_full(1, picture("firebrick", 512, "WEBP"), "image/webp")
    is_loaded(shown.tiles.locator("img"), 512)
    expect(shown.dialog).to_be_hidden()


# Memory


def test_what_changes_together_is_painted_once(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**ONE)
    shown.front_end.receive(**FOUR, aspect=1.5, unfinished=False)
    expect(shown.tiles).to_have_count(4)
    assert shown.page.evaluate("window.made") == 1 + 4


def test_pictures_no_longer_shown_are_let_go(gallery: Callable[..., Gallery]) -> None:
    shown = gallery(**FOUR)
    shown.tile(1).click()
    shown.give_full(1, picture("firebrick", 512, "PNG"))
    is_loaded(shown.big, 512)
    assert shown.held == 4 + 1
    shown.give_full(1, picture("firebrick", 256, "PNG"))
    is_loaded(shown.big, 256)
    assert shown.held == 4 + 1
    shown.front_end.receive(previews=PREVIEWS[:1])
    expect(shown.tiles).to_have_count(1)
    assert shown.held == 1
    shown.front_end.unmount()
    assert shown.held == 0


def test_nothing_is_painted_after_the_view_is_gone(
    gallery: Callable[..., Gallery], page_errors: list[str]
) -> None:
    shown = gallery(**FOUR)
    shown.front_end.unmount()
    shown.front_end.receive(previews=PREVIEWS[:1])
    shown.give_full(1, PREVIEWS[0])
    assert shown.held == 0
    assert page_errors == []


def test_a_view_that_goes_while_it_is_changed_keeps_nothing(
    gallery: Callable[..., Gallery],
) -> None:
    shown = gallery(**ONE)
    shown.page.evaluate(
        """async () => {
            const { call } = await import("/stub_model.js");
            call("receive", [{ previews: [new DataView(new ArrayBuffer(8))] }]);
            await call("unmount", []);
        }"""
    )
    assert shown.held == 0
