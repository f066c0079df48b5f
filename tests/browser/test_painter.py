"""The painter, in a page of its own: what is painted is the mask that arrives."""

from __future__ import annotations

import io
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from card.page import browser_sends
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from browser.chromium import watched
from browser.front_end import FrontEnd
from browser.sights import wait_until_fitted
from mj_widgets.card.painter import Painter
from mj_widgets.errors import MjError
from mj_widgets.pictures.masks import mask_png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator

    from browser.front_end import StaticServer
    from browser.lab import NotebookPage

Point = tuple[float, float]

SIZES = {"1:1": (1024, 1024), "16:9": (1456, 816), "2:3": (896, 1344)}
ZIGZAG: list[Point] = [(0.2, 0.3), (0.5, 0.7), (0.8, 0.25), (0.6, 0.2)]
TOOLS = ["Brush", "Rectangle", "Lasso", "Eraser"]
CHANGES = ["Undo", "Redo", "Clear", "Invert"]
NOTHING = "Nothing is marked yet: paint over what shall change."
SENT = """async (count) => {
    const { call } = await import("/stub_model.js");
    const end = performance.now() + 10_000;
    while ((await call("sent", [])).length < count && performance.now() < end) {
        await new Promise(requestAnimationFrame);
    }
}"""
NEXT_FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)


def photo(size: tuple[int, int], kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind)
    return out.getvalue()


def pixels(png: bytes) -> np.ndarray:
    """A mask's white pixels; it is grey, and there is nothing between black and white."""
    with Image.open(io.BytesIO(png)) as image:
        assert image.mode == "L"
        lights = np.asarray(image)
    assert set(np.unique(lights)) <= {0, 255}
    return lights == 255


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union."""
    assert one.shape == other.shape
    return float((one & other).sum() / (one | other).sum())


def stroke(size: tuple[int, int], points: list[Point], diameter: float) -> np.ndarray:
    """Every pixel within half a *diameter* of the line through *points*."""
    x, y = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    found = np.hypot(x - points[0][0], y - points[0][1]) <= diameter / 2
    for (ax, ay), (bx, by) in pairwise(points):
        long = (bx - ax) ** 2 + (by - ay) ** 2
        along = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long if long else 0, 0, 1)
        near = np.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))
        found |= near <= diameter / 2
    return found


def filled(size: tuple[int, int], points: list[Point]) -> np.ndarray:
    """The inside of a closed line, by Pillow."""
    image = Image.new("1", size)
    ImageDraw.Draw(image).polygon(points, fill=1)
    return np.asarray(image)


class Easel:
    """A painter in a page, and what it has sent."""

    def __init__(self, front_end: FrontEnd, size: tuple[int, int]) -> None:
        self.front_end = front_end
        self.page = front_end.page
        self.size = size
        self.view = front_end.view
        self.canvas = self.view.get_by_role("application")
        self.slider = self.view.get_by_role("slider")
        self.words = self.view.locator(".mj-paint-marked")
        self.spoken = self.view.get_by_role("status")
        self.steps = 0
        wait_until_fitted(self.page)

    def button(self, name: str) -> Locator:
        return self.view.get_by_role("button", name=name, exact=True)

    def on_page(self, at: Point) -> Point:
        """Where a place of the picture (0 to 1) is on the page."""
        box = self.canvas.bounding_box()
        assert box is not None
        return box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"]

    def in_picture(self, points: list[Point]) -> list[Point]:
        return [(x * self.size[0], y * self.size[1]) for x, y in points]

    def down(self, *points: Point) -> None:
        """Press the mouse at the first of these places, and move through the others."""
        self.canvas.scroll_into_view_if_needed()
        self.page.mouse.move(*self.on_page(points[0]))
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*self.on_page(point))

    def drag(self, *points: Point) -> None:
        self.down(*points)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def diameter(self) -> int:
        return int(self.view.locator(".mj-paint-value").inner_text().removesuffix(" px"))

    def wait(self) -> dict[str, Any]:
        """The message after one more step."""
        self.steps += 1
        self.page.evaluate(SENT, self.steps)
        sent = self.front_end.sent
        assert len(sent) == self.steps
        assert sent[-1]["content"]["type"] == "mask"
        return sent[-1]

    def mask(self) -> np.ndarray:
        """The mask after one more step."""
        message = self.wait()
        (png,) = message["buffers"]
        mask = pixels(png)
        assert mask.shape == self.size[::-1]
        assert message["content"]["marked"] == pytest.approx(mask.mean())
        return mask

    def shot(self) -> np.ndarray:
        """What is seen of the picture, as RGB."""
        self.page.evaluate(NEXT_FRAMES)
        with Image.open(io.BytesIO(self.canvas.screenshot())) as image:
            return np.asarray(image.convert("RGB")).astype(int)


Hang = "Callable[..., Easel]"


@pytest.fixture
def pages(
    chromium: Browser,
    static_server: StaticServer,
    page_errors: list[str],
    outside_requests: list[str],
) -> Iterator[Callable[..., FrontEnd]]:
    """A function that opens a blank page with these options of a browser's context."""
    with ExitStack() as opened:

        def make(**options: Any) -> FrontEnd:
            context = opened.enter_context(chromium.new_context(service_workers="block", **options))
            opened.enter_context(watched(context, page_errors, outside_requests))
            return FrontEnd(context.new_page(), static_server.url)

        yield make
    assert outside_requests == []
    assert page_errors == []


@pytest.fixture
def easel(pages: Callable[..., FrontEnd]) -> Callable[..., Easel]:
    """A function that shows a painter for a picture of this size."""

    def hang(
        size: tuple[int, int] = SIZES["16:9"],
        width: int = 800,
        ratio: float = 1,
        mask: bytes | None = None,
        **options: Any,
    ) -> Easel:
        viewport = {"width": width, "height": 900}
        page = pages(viewport=viewport, device_scale_factor=ratio, **options)
        # What is shown may be smaller than the picture.
        state = {"image": photo((size[0] // 2, size[1] // 2)), "size": list(size)}
        state |= {"name": "picture 2 of 4: a red fox", "mask": mask}
        page.mount("painter.js", state, css="painter.css")
        return Easel(page, size)

    return hang


# What is painted is the mask


@pytest.mark.parametrize("width", [420, 1280])
@pytest.mark.parametrize("ratio", [1, 2.5])
@pytest.mark.parametrize("shape", SIZES)
def test_what_the_mouse_paints_is_the_mask(
    easel: Hang, shape: str, ratio: float, width: int
) -> None:
    shown = easel(SIZES[shape], width, ratio)
    shown.drag(*ZIGZAG)
    expected = stroke(shown.size, shown.in_picture(ZIGZAG), shown.diameter)
    assert overlap(shown.mask(), expected) >= 0.98

    shown.button("Eraser").click()
    across: list[Point] = [(0.1, 0.45), (0.9, 0.5)]
    shown.drag(*across)
    expected &= ~stroke(shown.size, shown.in_picture(across), shown.diameter)
    assert overlap(shown.mask(), expected) >= 0.98

    shown.button("Rectangle").click()
    shown.drag((0.7, 0.9), (0.2, 0.1), (0.45, 0.55))
    box = np.array(shown.in_picture([(0.45, 0.55), (0.7, 0.9)])).round().astype(int)
    expected[box[0][1] : box[1][1], box[0][0] : box[1][0]] = True
    assert overlap(shown.mask(), expected) >= 0.98

    shown.button("Lasso").click()
    loop: list[Point] = [(0.1, 0.6), (0.3, 0.55), (0.4, 0.8), (0.25, 0.95), (0.12, 0.85)]
    shown.drag(*loop)
    expected |= filled(shown.size, shown.in_picture(loop))
    assert overlap(shown.mask(), expected) >= 0.98


def test_one_tap_is_a_round_dot(easel: Hang) -> None:
    shown = easel()
    shown.drag((0.5, 0.5))
    dot = stroke(shown.size, shown.in_picture([(0.5, 0.5)]), shown.diameter)
    assert overlap(shown.mask(), dot) >= 0.98


def test_the_place_is_right_after_the_window_has_changed(easel: Hang) -> None:
    shown = easel(width=1280)
    shown.page.set_viewport_size({"width": 420, "height": 900})
    expect(shown.canvas).not_to_have_css("width", "720px")
    wait_until_fitted(shown.page)
    shown.drag(*ZIGZAG)
    expected = stroke(shown.size, shown.in_picture(ZIGZAG), shown.diameter)
    assert overlap(shown.mask(), expected) >= 0.98


def test_a_lasso_that_crosses_itself_marks_all_that_it_goes_around(easel: Hang) -> None:
    shown = easel((600, 600))
    shown.button("Lasso").click()
    twice: list[Point] = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]
    shown.drag(*twice, *twice)
    assert overlap(shown.mask(), filled(shown.size, shown.in_picture(twice))) >= 0.98


def test_a_stroke_may_leave_the_picture_and_come_back(easel: Hang) -> None:
    shown = easel((400, 400), 420)
    path: list[Point] = [(0.5, 0.5), (0.5, 1.2), (0.9, 1.2), (0.9, 0.6)]
    shown.drag(*path)
    expected = stroke(shown.size, shown.in_picture(path), shown.diameter)
    assert overlap(shown.mask(), expected) >= 0.98


def test_a_shape_that_leaves_the_picture_ends_at_its_edge(easel: Hang) -> None:
    shown = easel((400, 400), 420)
    shown.button("Rectangle").click()
    shown.drag((0.75, 0.75), (1.01, 1.4))
    mask = shown.mask()
    assert mask[300:, 300:].mean() > 0.98
    assert mask.sum() == mask[299:, 299:].sum()


@pytest.mark.parametrize("tool", TOOLS)
def test_only_the_left_button_paints_and_only_on_the_picture(easel: Hang, tool: str) -> None:
    shown = easel()
    shown.button(tool).click()
    shown.page.mouse.move(*shown.on_page((0.2, 0.2)))
    shown.page.mouse.down(button="middle")
    shown.page.mouse.move(*shown.on_page((0.6, 0.6)))
    shown.page.mouse.up(button="middle")
    shown.page.mouse.move(*shown.on_page((0.3, -0.05)))
    shown.page.mouse.down()
    shown.page.mouse.move(*shown.on_page((0.6, 0.6)))
    shown.page.mouse.up()
    shown.button("Brush").click()
    shown.drag((0.9, 0.9))  # the first thing that counts
    assert shown.mask()[: shown.size[1] // 2].sum() == 0


def test_nothing_is_sent_while_the_mouse_is_down(easel: Hang) -> None:
    shown = easel()
    shown.down(*ZIGZAG)
    shown.page.evaluate(NEXT_FRAMES)
    assert shown.front_end.sent == []
    assert shown.front_end.saved == []
    shown.page.mouse.up()
    shown.mask()


PACK_LATER = """() => {
    const { CompressionStream } = window;
    const gate = new Promise((open) => { window.goOn = open; });
    window.CompressionStream = class {
        constructor(format) {
            const held = new TransformStream({ transform: async (chunk, out) => {
                await gate;
                out.enqueue(chunk);
            } });
            const packing = new CompressionStream(format);
            held.readable.pipeTo(packing.writable);
            Object.assign(this, { writable: held.writable, readable: packing.readable });
        }
    };
}"""


def test_painting_without_a_kernel_is_no_error(easel: Hang) -> None:
    shown = easel()
    shown.front_end.cut()
    shown.drag(*ZIGZAG)
    expect(shown.words).to_contain_text("of the picture is marked.")
    shown.page.evaluate(NEXT_FRAMES)


def test_a_tap_with_the_rectangle_marks_nothing(easel: Hang) -> None:
    shown = easel()
    shown.button("Rectangle").click()
    shown.drag((0.5, 0.5))
    expect(shown.words).to_have_text(NOTHING)
    expect(shown.button("Undo")).to_have_attribute("aria-disabled", "true")


# Sizes of the brush


def test_the_size_is_chosen_with_the_slider_or_with_brackets(easel: Hang) -> None:
    shown = easel((1000, 1000))
    begin = shown.diameter
    expect(shown.slider).to_have_accessible_name("Size")
    shown.slider.focus()
    shown.press("ArrowRight")
    wider = shown.diameter
    assert wider > begin
    expect(shown.slider).to_have_attribute("aria-valuetext", f"{wider} pixels")
    shown.canvas.focus()
    shown.press("[", "[")
    assert shown.diameter < begin
    expect(shown.spoken).to_have_text(f"Size {shown.diameter} pixels")
    shown.press(*"]" * 40)
    assert shown.diameter == 600
    shown.drag((0.5, 0.5))
    assert overlap(shown.mask(), stroke(shown.size, [(500, 500)], 600)) >= 0.98
    shown.press(*"[" * 40)
    assert shown.diameter == 6


# Changes


def test_every_step_can_be_undone_and_done_again(easel: Hang) -> None:
    shown = easel((500, 400))
    seen = []
    shown.drag((0.2, 0.2), (0.4, 0.4))
    seen.append(shown.mask())
    shown.button("Rectangle").click()
    shown.drag((0.3, 0.3), (0.8, 0.8))
    seen.append(shown.mask())
    shown.button("Invert").click()
    seen.append(shown.mask())
    shown.button("Eraser").click()
    shown.drag((0.05, 0.05), (0.9, 0.1))
    seen.append(shown.mask())
    assert (seen[2] == ~seen[1]).all()

    expect(shown.button("Redo")).to_have_attribute("aria-disabled", "true")
    for before in seen[-2::-1]:
        shown.button("Undo").click()
        assert (shown.mask() == before).all()
    shown.press("Control+z")
    assert shown.wait() == {"content": {"type": "mask", "marked": 0}, "buffers": []}
    expect(shown.button("Undo")).to_have_attribute("aria-disabled", "true")
    for keys, after in zip(["Control+Shift+z", "Meta+Shift+Z", "Control+y"], seen, strict=False):
        shown.press(keys)
        assert (shown.mask() == after).all()
    shown.button("Redo").click()
    assert (shown.mask() == seen[-1]).all()

    shown.button("Undo").click()
    shown.mask()
    shown.drag((0.5, 0.05))  # another step: what was undone is gone
    shown.wait()
    expect(shown.button("Redo")).to_have_attribute("aria-disabled", "true")


def test_clear_unmarks_everything_and_can_be_undone(easel: Hang) -> None:
    shown = easel()
    shown.drag(*ZIGZAG)
    before = shown.mask()
    shown.button("Clear").click()
    assert shown.wait() == {"content": {"type": "mask", "marked": 0}, "buffers": []}
    expect(shown.words).to_have_text(NOTHING)
    expect(shown.spoken).to_have_text(f"Cleared. {NOTHING}")
    shown.button("Undo").click()
    assert (shown.mask() == before).all()


def test_a_full_mask_is_said_and_not_sent(easel: Hang) -> None:
    shown = easel()
    shown.button("Invert").click()
    assert shown.wait() == {"content": {"type": "mask", "marked": 1}, "buffers": []}
    everything = "Everything is marked: leave something that shall stay."
    expect(shown.words).to_have_text(everything)
    expect(shown.spoken).to_have_text(f"Inverted. {everything}")


@pytest.mark.parametrize("tool", TOOLS)
def test_esc_takes_back_what_is_just_being_painted(easel: Hang, tool: str) -> None:
    shown = easel()
    shown.drag((0.2, 0.5), (0.8, 0.5))
    before = shown.mask()
    shown.button(tool).click()
    shown.down(*ZIGZAG)
    shown.press("Escape")
    shown.page.mouse.move(*shown.on_page((0.9, 0.9)))
    shown.page.mouse.up()
    shown.button("Invert").click()
    assert (shown.mask() == ~before).all()


# Keys alone


def paint_with_keys(shown: Easel, *keys: str) -> None:
    """Reach the picture with Tab, and press keys."""
    while not shown.canvas.evaluate("canvas => canvas === document.activeElement"):
        shown.press("Tab")
    shown.press(*keys)


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_a_brush_is_drawn_with_keys_alone(easel: Hang, key: str) -> None:
    shown = easel((1000, 1000))
    paint_with_keys(shown, *["ArrowLeft"] * 5, *["Shift+ArrowUp"] * 2, key)
    expect(shown.spoken).to_have_text("Brush down. 45 % across, 40 % down")
    shown.press(*["Shift+ArrowRight"] * 4, "ArrowDown", key)
    path: list[Point] = [(450, 400), (650, 400), (650, 410)]
    assert overlap(shown.mask(), stroke(shown.size, path, shown.diameter)) >= 0.98
    expect(shown.spoken).to_have_text("2 % of the picture is marked.")


def test_rectangle_lasso_and_eraser_are_drawn_with_keys_alone(easel: Hang) -> None:
    shown = easel((1000, 1000))
    paint_with_keys(shown, "r", "Space")
    expect(shown.button("Rectangle")).to_have_attribute("aria-pressed", "true")
    shown.press(*["Shift+ArrowRight"] * 4, *["Shift+ArrowDown"] * 2, "Space")
    expected = np.zeros((1000, 1000), bool)
    expected[500:600, 500:700] = True
    assert (shown.mask() == expected).all()

    shown.press("l", "Enter", *["Shift+ArrowUp"] * 10, *["Shift+ArrowLeft"] * 8, "Enter")
    expected |= filled(shown.size, [(700, 600), (700, 100), (300, 100)])
    assert overlap(shown.mask(), expected) >= 0.98

    shown.press("e", *"[" * 20, *["Shift+ArrowDown"] * 40, "Space")
    shown.press(*["Shift+ArrowRight"] * 40, "Space")  # along the lower edge: nothing is there
    expect(shown.spoken).to_contain_text("of the picture is marked.")
    shown.press("b", "Space", "Space")
    expected |= stroke(shown.size, [(1000, 1000)], shown.diameter)
    assert overlap(shown.mask(), expected) >= 0.98


def test_the_keys_cursor_is_seen_and_stays_in_the_picture(easel: Hang) -> None:
    shown = easel((300, 300), 420)
    plain = shown.shot()
    paint_with_keys(shown, *["Shift+ArrowLeft"] * 30)
    half = shown.shot()
    changed = np.abs(half - plain).sum(axis=2)[3:-3, 3:-3]  # around it is the focus
    moved = (changed > 60).nonzero()
    assert len(moved[0]) > 50
    assert moved[1].max() < plain.shape[1] / 4
    shown.press("Space", "Space")
    assert overlap(shown.mask(), stroke(shown.size, [(0, 150)], shown.diameter)) >= 0.98


def test_esc_or_leaving_takes_back_half_a_shape(easel: Hang) -> None:
    shown = easel()
    paint_with_keys(shown, "r", "Space", "Shift+ArrowDown", "Shift+ArrowLeft", "Escape")
    expect(shown.spoken).to_have_text(f"Taken back. {NOTHING}")
    shown.press("Space", "Shift+ArrowDown", "Shift+ArrowLeft", "Tab")
    expect(shown.words).to_have_text(NOTHING)
    assert shown.front_end.sent == []


def test_leaving_lifts_the_brush(easel: Hang) -> None:
    shown = easel()
    paint_with_keys(shown, "Space", "Shift+ArrowDown", "Tab")
    assert shown.mask().any()


def test_the_place_is_said_when_the_cursor_rests(easel: Hang) -> None:
    shown = easel((1000, 1000))
    paint_with_keys(shown, "Shift+ArrowLeft", "ArrowUp")
    expect(shown.spoken).to_have_text("45 % across, 49 % down")


# Fingers and pens


def touch(shown: Easel, *points: Point, end: str = "touchEnd") -> None:
    session = shown.page.context.new_cdp_session(shown.page)
    shown.canvas.scroll_into_view_if_needed()
    for n, (x, y) in enumerate(map(shown.on_page, points)):
        event = {"type": "touchMove" if n else "touchStart", "touchPoints": [{"x": x, "y": y}]}
        session.send("Input.dispatchTouchEvent", event)
    session.send("Input.dispatchTouchEvent", {"type": end, "touchPoints": []})


def test_a_finger_paints_and_the_page_does_not_scroll(easel: Hang) -> None:
    shown = easel(SIZES["2:3"], 420, 3, has_touch=True, is_mobile=True)
    shown.page.evaluate("document.body.style.height = '4000px'")
    touch(shown, *ZIGZAG)
    expected = stroke(shown.size, shown.in_picture(ZIGZAG), shown.diameter)
    assert overlap(shown.mask(), expected) >= 0.98
    assert shown.page.evaluate("scrollY") == 0
    expect(shown.canvas).to_have_css("touch-action", "none")


def test_what_the_system_interrupts_is_taken_back(easel: Hang) -> None:
    shown = easel(width=420, has_touch=True)
    touch(shown, *ZIGZAG, end="touchCancel")
    expect(shown.words).to_have_text(NOTHING)
    touch(shown, (0.5, 0.5))
    dot = stroke(shown.size, shown.in_picture([(0.5, 0.5)]), shown.diameter)
    assert overlap(shown.mask(), dot) >= 0.98


def test_the_other_end_of_a_pen_erases(easel: Hang) -> None:
    shown = easel()
    shown.button("Invert").click()
    shown.wait()
    x, y = shown.on_page((0.5, 0.5))
    for kind, button, buttons in (("pointerdown", 5, 32), ("pointerup", 5, 0)):
        shown.canvas.evaluate(
            """(canvas, [kind, x, y, button, buttons]) => {
                canvas.setPointerCapture = () => {};
                canvas.dispatchEvent(new PointerEvent(kind, { clientX: x, clientY: y, button,
                    buttons, pointerId: 7, pointerType: "pen", isPrimary: true, bubbles: true }));
            }""",
            [kind, x, y, button, buttons],
        )
    dot = stroke(shown.size, shown.in_picture([(0.5, 0.5)]), shown.diameter)
    assert overlap(~shown.mask(), dot) >= 0.98


# For those who do not see it


def test_every_control_has_a_name_a_role_and_a_place_in_the_order_of_tab(easel: Hang) -> None:
    shown = easel()
    expect(shown.view.get_by_role("group", name="Tools").get_by_role("button")).to_have_text(TOOLS)
    expect(shown.view.get_by_role("group", name="Changes").get_by_role("button")).to_have_text(
        CHANGES
    )
    expect(shown.canvas).to_have_accessible_name(
        "Mark what shall change in picture 2 of 4: a red fox"
    )
    expect(shown.canvas).to_have_accessible_description(
        "With keys: arrows move, Shift moves faster, Space or Enter begins and ends a stroke or a "
        "shape, Esc takes it back, [ and ] change the size."
    )
    expect(shown.view.get_by_role("img")).to_have_accessible_name("picture 2 of 4: a red fox")
    reached = []
    for _ in range(10):
        shown.press("Tab")
        focused = shown.page.locator(":focus")
        expect(focused).to_have_attribute("data-lm-suppress-shortcuts", "true")
        expect(focused).to_have_css("outline-style", "solid")
        reached.append(focused.evaluate("e => e.textContent || e.getAttribute('role') || e.type"))
    assert reached == [*TOOLS, "range", "application", *CHANGES]
    shown.press("Tab")
    assert shown.page.evaluate("document.activeElement === document.body")


def test_the_chosen_tool_is_pressed(easel: Hang) -> None:
    shown = easel()
    for tool, key in zip(TOOLS, "brle", strict=True):
        for press in (shown.button(tool).click, lambda key=key: shown.press("r", "b", key)):
            press()
            pressed = shown.view.locator("[aria-pressed=true]")
            expect(pressed).to_have_text(tool)


def test_in_high_contrast_the_chosen_tool_differs_from_the_others(easel: Hang) -> None:
    shown = easel(forced_colors="active")
    shown.page.add_style_tag(content=":root { --jp-brand-color1: #1976d2; }")  # as a host has it
    grounds = []
    for tool in TOOLS:
        with Image.open(io.BytesIO(shown.button(tool).screenshot())) as image:
            grounds.append(image.convert("RGB").getpixel((5, image.height // 2)))
    assert grounds.count(grounds[1]) == 3
    assert grounds[0] != grounds[1]


def test_a_change_is_said_politely_and_a_button_with_nothing_to_do_keeps_the_focus(
    easel: Hang,
) -> None:
    shown = easel((1000, 1000))
    shown.button("Rectangle").click()
    shown.drag((0.1, 0.1), (0.5, 0.4))
    shown.mask()
    expect(shown.spoken).to_have_text("12 % of the picture is marked.")
    expect(shown.words).to_have_text("12 % of the picture is marked.")
    shown.button("Undo").focus()
    shown.press("Enter")
    expect(shown.spoken).to_have_text(f"Undone. {NOTHING}")
    expect(shown.button("Undo")).to_be_focused()
    expect(shown.button("Undo")).to_be_disabled()
    shown.press("Enter")
    shown.wait()


@pytest.mark.parametrize(
    ("part", "words"), [(0.002, "Less than 1 %"), (0.25, "25 %"), (0.998, "More than 99 %")]
)
def test_little_and_much_are_not_rounded_to_none_and_all(
    easel: Hang, part: float, words: str
) -> None:
    shown = easel((1000, 10), mask=mask_png((0, 0, int(1000 * part), 10), (1000, 10)))
    expect(shown.words).to_have_text(f"{words} of the picture is marked.")


def test_keys_stay_with_the_painter(easel: Hang) -> None:
    shown = easel()
    shown.page.evaluate("""() => {
        window.keys = [];
        document.addEventListener("keydown", (event) => window.keys.push(event.key));
    }""")
    paint_with_keys(shown, "a", "ArrowDown", "x", "Escape", "1")
    assert "Tab" not in shown.page.evaluate("window.keys.slice(1)")
    assert shown.page.evaluate("window.keys.filter(key => key !== 'Tab')") == []


def test_undo_is_the_painters_and_the_hosts_shortcuts_go_on_to_the_host(easel: Hang) -> None:
    shown = easel()
    paint_with_keys(shown)
    shown.page.evaluate("""() => {
        window.keys = [];
        document.addEventListener("keydown", (event) =>
            /^(Control|Shift)$/.test(event.key) || window.keys.push(event.key));
    }""")
    shown.press("Control+z", "Control+s", "Shift+Enter")
    assert shown.page.evaluate("window.keys") == ["s", "Enter"]
    expect(shown.spoken).to_have_text("")  # Shift+Enter runs the cell and begins no stroke
    expect(shown.view).not_to_have_attribute("data-lm-suppress-shortcuts", "true")


# What is seen


@pytest.mark.parametrize("ground", ["black", "white", "#d6006e", "#808080"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_marked_differs_from_any_picture(easel: Hang, ground: str, scheme: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (100, 100), ground).save(out, "PNG")
    shown = easel((400, 400), 420, color_scheme=scheme)
    shown.front_end.receive(image=out.getvalue())
    expect(shown.view.get_by_role("img")).to_have_js_property("naturalWidth", 100)
    before = shown.shot()
    shown.button("Rectangle").click()
    shown.drag((0.25, 0.25), (0.75, 0.75))
    shown.mask()
    shown.page.mouse.move(0, 0)
    change = np.abs(shown.shot() - before).sum(axis=2)
    n = len(change) // 4
    within = change[n + 5 : -n - 5, n + 5 : -n - 5]
    assert (within > 40).mean() > 0.4
    assert within.mean() > 60
    outside = change.copy()
    outside[n - 4 : -n + 4, n - 4 : -n + 4] = 0
    assert outside.max() == 0  # and nothing is painted outside


def test_a_rectangle_leaves_no_smear_while_it_is_drawn(easel: Hang) -> None:
    shown = easel((400, 400), 420)
    shown.button("Rectangle").click()
    before = shown.shot()
    shown.down((0.1, 0.1), (0.9, 0.9), (0.3, 0.3))
    wide = np.abs(shown.shot() - before).sum(axis=2)
    n = len(wide)
    assert wide[n // 5, n // 5] > 0
    assert wide[n // 2 :, n // 2 :].max() == 0
    shown.page.mouse.up()
    shown.mask()


# The model


def test_a_mask_from_the_kernel_is_one_step(easel: Hang) -> None:
    shown = easel((301, 200))
    shown.drag((0.5, 0.5))
    before = shown.mask()
    given = mask_png([(10, 20, 60, 70), (200, 0, 301, 50)], (301, 200))
    shown.front_end.message({"type": "mask"}, given)
    assert (shown.mask() == pixels(given)).all()
    shown.button("Undo").click()
    assert (shown.mask() == before).all()


def test_a_page_that_is_loaded_again_shows_what_was_marked(easel: Hang) -> None:
    noise = np.random.default_rng(3).random((123, 77)) < 0.5
    shown = easel((77, 123), mask=mask_png(noise, (77, 123)))
    share = round(100 * noise.mean())
    expect(shown.words).to_have_text(f"{share} % of the picture is marked.")
    expect(shown.button("Undo")).to_be_disabled()
    shown.button("Invert").click()
    assert (shown.mask() == ~noise).all()


def test_the_mask_that_was_sent_can_be_shown_again(easel: Hang) -> None:
    shown = easel()
    shown.drag(*ZIGZAG)
    (sent,) = shown.wait()["buffers"]
    again = easel(mask=sent)
    again.button("Invert").click()
    assert (again.mask() == ~pixels(sent)).all()


def test_a_view_that_is_gone_cleans_up(easel: Hang) -> None:
    shown = easel()
    shown.page.evaluate("""() => {
        window.revoked = 0;
        URL.revokeObjectURL = () => { window.revoked += 1; };
    }""")
    shown.drag(*ZIGZAG)
    shown.mask()
    shown.front_end.unmount()
    assert shown.page.evaluate("window.revoked") == 1
    shown.front_end.receive(image=photo((10, 10)), name="another")
    shown.page.set_viewport_size({"width": 500, "height": 500})
    shown.page.evaluate(NEXT_FRAMES)


# Python's side


def test_python_gets_the_mask_and_its_share_together() -> None:
    painter = Painter(photo((40, 30)), (8, 4))
    assert (painter.mask, painter.marked) == (None, 0)
    png = mask_png((0, 0, 2, 4), (8, 4))
    seen = []
    painter.observe(lambda _: seen.append((painter.mask, painter.marked)), ["mask", "marked"])
    browser_sends(painter, {"type": "mask", "marked": 0.25}, [memoryview(png)])
    browser_sends(painter, {"type": "mask", "marked": 1})
    browser_sends(painter, {"type": "something else"})
    assert seen == [(png, 0.25)] * 2 + [(None, 1.0)] * 2


def test_python_can_show_a_mask() -> None:
    painter = Painter(photo((40, 30)), (8, 4))
    painter.show([(0, 0, 4, 4)])
    assert painter.mask == mask_png((0, 0, 4, 4), (8, 4))
    assert painter.marked == 0.5
    with pytest.raises(MjError, match="reaches outside the picture of 8×4"):
        painter.show((0, 0, 9, 4))
    assert painter.marked == 0.5


# In a notebook

SETUP = """import io
from PIL import Image
from mj_widgets.card.painter import Painter
out = io.BytesIO()
Image.linear_gradient("L").resize((512, 288)).save(out, "JPEG")
painter = Painter(out.getvalue(), (1456, 816), name="a fox")
painter"""


def test_it_paints_in_jupyterlab_while_a_cell_runs(
    notebook: NotebookPage, page_errors: list[str]
) -> None:
    waiting = """import time
print("waiting")
end = time.monotonic() + 30
while not painter.mask and time.monotonic() < end:
    time.sleep(0.05)
mask = Image.open(io.BytesIO(painter.mask))
print(mask.mode, mask.size, round(painter.marked, 3))"""
    notebook.open([SETUP, waiting, "painter"])
    notebook.run(0)
    canvas = notebook.output(0).get_by_role("application")
    expect(canvas).to_be_visible()
    notebook.output(0).get_by_role("button", name="Rectangle").click()
    notebook.start(1)
    expect(notebook.output(1)).to_contain_text("waiting", timeout=40_000)
    notebook.wait_still()
    box = canvas.bounding_box()
    assert box is not None
    mouse = notebook.page.mouse
    mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.75)
    mouse.up()
    expect(notebook.output(1)).to_contain_text("L (1456, 816) 0.2", timeout=40_000)

    def shows_the_mask(index: int) -> None:
        words = notebook.output(index).locator(".mj-paint-marked")
        expect(words).to_have_text("25 % of the picture is marked.")

    notebook.run(2)  # another view of the same painter
    shows_the_mask(2)
    notebook.output(2).get_by_role("button", name="Invert").click()
    expect(notebook.output(0).locator(".mj-paint-marked")).to_contain_text("75 %")
    notebook.output(0).get_by_role("button", name="Undo").click()
    shows_the_mask(2)
    notebook.save()
    notebook.reload()
    shows_the_mask(0)
    assert page_errors == []
