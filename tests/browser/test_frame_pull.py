"""The frame around a painter's picture: pulled, stepped and chosen, it is the pad that arrives."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from browser.sights import wait_until_fitted
from mj_widgets.pictures.edits import checked_pad

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from browser.front_end import FrontEnd

on = pytest.mark.parametrize
SIZE = (1024, 1024)
EDGES = ["left", "top", "right", "bottom"]
NOTHING = (
    "Nothing is marked yet: paint over what shall change, or pull the frame to add more around it."
)


def photo(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, "JPEG")
    return out.getvalue()


class Framed:
    """A painter with a frame, in a page."""

    def __init__(self, page: FrontEnd, size: tuple[int, int] = SIZE, **state: Any) -> None:
        self.front_end, self.page, self.view = page, page.page, page.view
        self.size = size
        given = {"image": photo((size[0] // 2, size[1] // 2)), "size": list(size), "mask": None}
        given |= {"name": "a red fox", "has_frame": True, "pad": [0, 0, 0, 0], **state}
        page.mount("painter.js", given, css="painter.css")
        self.words = self.view.locator(".mj-paint-marked")
        self.outer = self.view.locator(".mj-paint-frame")
        self.picture = self.view.locator(".mj-paint-stage")
        wait_until_fitted(self.page)

    def edge(self, name: str) -> Locator:
        return self.view.get_by_role("slider", name=f"Add at the {name}", exact=True)

    def button(self, name: str) -> Locator:
        return self.view.get_by_role("button", name=name, exact=True)

    @property
    def pads(self) -> list[list[int]]:
        """All that the kernel was told, in order."""
        told = [message["content"] for message in self.front_end.sent]
        return [content["pad"] for content in told if content["type"] == "pad"]

    @property
    def scale(self) -> float:
        """Pixels of the picture in one of the page."""
        box = self.picture.bounding_box()
        assert box is not None
        return self.size[0] / box["width"]

    def pull(self, handle: Locator, right: float, down: float, *, release: bool = True) -> None:
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + right / 2, y + down / 2)
        self.page.mouse.move(x + right, y + down)
        if release:
            self.page.mouse.up()


@pytest.fixture
def framed(front_end_page: FrontEnd) -> Framed:
    front_end_page.page.set_viewport_size({"width": 800, "height": 900})
    return Framed(front_end_page)


# -- pulled --------------------------------------------------------------------------------------


@on(
    ("edge", "far"),
    [("left", (-50, 0)), ("top", (0, -50)), ("right", (50, 0)), ("bottom", (0, 50))],
)
def test_an_edge_is_pulled_as_far_as_the_mouse_goes(
    framed: Framed, edge: str, far: tuple[int, int]
) -> None:
    expected = round(50 * framed.scale / 8) * 8
    framed.pull(framed.edge(edge), *far, release=False)
    assert framed.pads == []  # not before it is let go
    framed.page.mouse.up()
    pad = [0, 0, 0, 0]
    pad[EDGES.index(edge)] = expected
    assert framed.pads == [pad]
    expect(framed.edge(edge)).to_have_attribute("aria-valuenow", str(expected))
    expect(framed.edge(edge)).to_have_attribute("aria-valuetext", f"{expected} pixels")
    wide, high = 1024 + pad[0] + pad[2], 1024 + pad[1] + pad[3]
    expect(framed.words).to_have_text(
        f"Pixels added: {expected} at the {edge} ({wide}×{high} in all). "
        "Nothing of the picture itself is marked."
    )


def test_a_corner_pulls_two_edges(framed: Framed) -> None:
    scale = framed.scale
    framed.pull(framed.view.locator("[data-edges='2 3']"), 40, 80)
    assert framed.pads == [[0, 0, round(40 * scale / 8) * 8, round(80 * scale / 8) * 8]]


def test_the_picture_keeps_its_shape_and_stands_where_it_will_be(framed: Framed) -> None:
    framed.front_end.receive(pad=[512, 0, 1024, 256])
    wait_until_fitted(framed.page)
    outer, picture = framed.outer.bounding_box(), framed.picture.bounding_box()
    assert outer is not None
    assert picture is not None
    assert outer["width"] / outer["height"] == pytest.approx(2560 / 1280, rel=0.01)
    assert picture["width"] == pytest.approx(picture["height"], rel=0.01)
    assert (picture["x"] - outer["x"]) / outer["width"] == pytest.approx(0.2, abs=0.01)
    assert picture["y"] == pytest.approx(outer["y"], abs=1)


def test_what_is_marked_stays_where_it_is_in_the_picture(framed: Framed) -> None:
    framed.button("Rectangle").click()
    framed.front_end.receive(pad=[1024, 0, 0, 0])
    wait_until_fitted(framed.page)
    canvas = framed.view.get_by_role("application").bounding_box()
    assert canvas is not None
    framed.page.mouse.move(canvas["x"] + 1, canvas["y"] + 1)
    framed.page.mouse.down()
    framed.page.mouse.move(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
    framed.page.mouse.up()
    expect(framed.words).to_contain_text("25 % of the picture is marked.")
    framed.page.wait_for_function(
        "async () => (await (await import('/stub_model.js')).call('sent', [])).length"
    )
    (png,) = framed.front_end.sent[-1]["buffers"]
    with Image.open(io.BytesIO(png)) as mask:
        assert mask.size == SIZE
        left, upper, right, lower = mask.getbbox()
    assert (left, upper) == (pytest.approx(0, abs=5), pytest.approx(0, abs=5))
    assert (right, lower) == (pytest.approx(512, abs=8), pytest.approx(512, abs=8))


@on("handle", ["2", "2 3"], ids=["edge", "corner"])
def test_esc_takes_back_what_is_just_being_pulled(framed: Framed, handle: str) -> None:
    framed.pull(framed.view.locator(f"[data-edges='{handle}']"), 60, 0, release=False)
    expect(framed.words).to_contain_text("Pixels added")
    framed.page.keyboard.press("Escape")
    expect(framed.words).to_have_text(NOTHING)
    framed.page.mouse.up()
    assert framed.pads == []


@on("handle", ["2", "2 3"], ids=["edge", "corner"])
def test_what_is_pulled_has_the_keys_afterwards(framed: Framed, handle: str) -> None:
    framed.pull(framed.view.locator(f"[data-edges='{handle}']"), 40, 40)
    expect(framed.edge("right")).to_be_focused()
    framed.page.keyboard.press("Control+z")
    expect(framed.words).to_have_text(NOTHING)


def test_a_view_that_goes_while_it_is_pulled_leaves_no_key_behind(framed: Framed) -> None:
    framed.pull(framed.edge("right"), 60, 0, release=False)
    framed.front_end.unmount()
    framed.page.mouse.up()
    framed.page.evaluate("addEventListener('keydown', ({ key }) => { window.heard = key; })")
    framed.page.keyboard.press("Escape")
    assert framed.page.evaluate("window.heard") == "Escape"
    assert framed.pads == []


def test_an_edge_cannot_be_pushed_into_the_picture(framed: Framed) -> None:
    framed.pull(framed.edge("right"), -80, 0)
    assert framed.pads == []
    expect(framed.words).to_have_text(NOTHING)


@on("edge", EDGES)
@on("size", [(1024, 1024), (300, 60)], ids=str)
def test_an_edge_goes_as_far_as_the_kernel_takes_it(
    front_end_page: FrontEnd, edge: str, size: tuple[int, int]
) -> None:
    framed = Framed(front_end_page, size)
    framed.edge(edge).focus()
    framed.page.keyboard.press("End")
    (pad,) = framed.pads
    assert tuple(pad) == checked_pad(pad, size)
    more = [side + (n == EDGES.index(edge)) for n, side in enumerate(pad)]
    with pytest.raises(Exception, match="14:1"):
        checked_pad(more, size)
    framed.page.keyboard.press("Home")
    expect(framed.words).to_have_text(NOTHING)


# -- keys ----------------------------------------------------------------------------------------


@on(
    ("edge", "more", "less"),
    [
        ("left", "ArrowLeft", "ArrowRight"),
        ("top", "ArrowUp", "ArrowDown"),
        ("right", "ArrowRight", "ArrowLeft"),
        ("bottom", "ArrowDown", "ArrowUp"),
    ],
)
def test_an_edge_goes_where_the_arrow_points(
    framed: Framed, edge: str, more: str, less: str
) -> None:
    framed.edge(edge).focus()
    for key in (more, f"Shift+{more}", less):
        framed.page.keyboard.press(key)
    at = EDGES.index(edge)
    assert [pad[at] for pad in framed.pads] == [16, 96, 80]
    framed.page.keyboard.press(f"Shift+{less}")
    framed.page.keyboard.press(less)
    expect(framed.words).to_have_text(NOTHING)


def test_every_edge_is_reached_with_tab_and_named(framed: Framed) -> None:
    framed.view.get_by_role("application").focus()
    for name in EDGES:
        framed.page.keyboard.press("Tab")
        expect(framed.edge(name)).to_be_focused()
    expect(framed.button("1.5×")).not_to_be_focused()


# -- choices -------------------------------------------------------------------------------------


@on(
    ("size", "name", "pad"),
    [
        ((1024, 1024), "1.5×", [256, 256, 256, 256]),
        ((1024, 1024), "2×", [512, 512, 512, 512]),
        ((1024, 1024), "16:9", [398, 0, 398, 0]),
        ((1024, 1024), "9:16", [0, 398, 0, 398]),
        ((1456, 816), "1:1", [0, 320, 0, 320]),
        ((816, 1455), "1:1", [319, 0, 320, 0]),
    ],
)
def test_a_choice_is_one_step(
    front_end_page: FrontEnd, size: tuple[int, int], name: str, pad: list[int]
) -> None:
    framed = Framed(front_end_page, size)
    framed.button(name).click()
    assert framed.pads == [pad]
    expect(framed.button("None")).to_have_attribute("aria-disabled", "false")
    framed.button("None").click()
    assert framed.pads[-1] == [0, 0, 0, 0]
    expect(framed.button("None")).to_have_attribute("aria-disabled", "true")


# -- steps ---------------------------------------------------------------------------------------


def test_undo_takes_back_strokes_and_pulls_in_their_order(framed: Framed) -> None:
    framed.button("2×").click()
    framed.button("Invert").click()
    framed.button("1:1").click()
    everything = "Everything is marked: leave something that shall stay."
    expect(framed.words).to_have_text(everything)
    framed.button("Undo").click()
    assert framed.pads[-1] == [512, 512, 512, 512]
    framed.button("Undo").click()
    expect(framed.words).to_contain_text("Nothing of the picture itself is marked.")
    framed.page.keyboard.press("Control+z")
    assert framed.pads[-1] == [0, 0, 0, 0]
    expect(framed.words).to_have_text(NOTHING)
    expect(framed.button("Undo")).to_have_attribute("aria-disabled", "true")
    framed.page.keyboard.press("Control+Shift+z")
    assert framed.pads[-1] == [512, 512, 512, 512]
    framed.button("Redo").click()
    framed.button("Redo").click()
    expect(framed.words).to_have_text(everything)


def test_a_pad_from_python_is_shown_and_can_be_undone(framed: Framed) -> None:
    framed.front_end.receive(pad=[0, 0, 512, 0])
    expect(framed.words).to_contain_text("Pixels added: 512 at the right (1536×1024 in all).")
    framed.button("Undo").click()
    expect(framed.words).to_have_text(NOTHING)


def test_after_a_reload_the_frame_is_there(front_end_page: FrontEnd) -> None:
    framed = Framed(front_end_page, pad=[0, 64, 0, 0])
    expect(framed.words).to_contain_text("Pixels added: 64 at the top (1024×1088 in all).")
    expect(framed.button("Undo")).to_have_attribute("aria-disabled", "true")
    assert framed.pads == []


def test_without_a_frame_there_is_none(front_end_page: FrontEnd) -> None:
    framed = Framed(front_end_page, has_frame=False)
    expect(framed.view.get_by_role("slider")).to_have_count(1)  # of the brush
    expect(framed.outer).to_have_count(0)
    expect(framed.button("2×")).to_have_count(0)


# -- seen ----------------------------------------------------------------------------------------


@on("width", [320, 1240])
@on("scheme", ["light", "dark"])
@on("forced", ["none", "active"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    front_end_page: FrontEnd, width: int, scheme: Any, forced: Any
) -> None:
    page = front_end_page.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, forced_colors=forced)
    page.add_style_tag(content=":root { color-scheme: light dark } body { background: Canvas }")
    framed = Framed(front_end_page, pad=[0, 0, 512, 128])
    expect(framed.outer).to_be_visible()
    found = Axe().run(page, context="#view").response["violations"]
    assert [(each["id"], each["nodes"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in EDGES:
        box = framed.edge(name).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
