"""Pictures that are compared, in a page of their own: the modes, zoom, keys, the mouse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from playwright.sync_api import expect

from browser.light_tables import BLUE, GREEN, RED, LightTablePage, picture
from browser.test_accessibility import LEVELS

if TYPE_CHECKING:
    from browser.front_end import FrontEnd

UNDER = """([x, y]) => {
    const box = document.querySelector(".mj-light-view img").getBoundingClientRect();
    return [(x - box.left) / box.width, (y - box.top) / box.height];
}"""
DARK_TOO = ":root { color-scheme: light dark; background: Canvas; }"
NINE = [picture([(25 * n, 90, 250 - 25 * n)]) for n in range(9)]


@pytest.fixture
def two(front_end_page: FrontEnd) -> LightTablePage:
    """A red one and a blue one."""
    return LightTablePage(front_end_page, picture([RED]), picture([BLUE]))


def four(front_end: FrontEnd, **state: object) -> LightTablePage:
    return LightTablePage(front_end, *NINE[:4], **state)


class TestSideBySide:
    def test_each_is_seen_with_its_name_and_size(self, two: LightTablePage) -> None:
        assert [two.colours(two.views.nth(at), 0.5) for at in (0, 1)] == [[RED], [BLUE]]
        for at, letter in enumerate("AB", 1):
            expect(two.front_end.view.locator("figure").nth(at - 1)).to_contain_text(
                re.compile(f"{letter}.*fox {at}.*64×64")
            )

    @pytest.mark.parametrize("width", [700, 1600])
    @pytest.mark.parametrize("count", [2, 3, 5, 9])
    def test_any_number_of_them_lies_in_the_page(
        self, front_end_page: FrontEnd, count: int, width: int
    ) -> None:
        front_end_page.page.set_viewport_size({"width": width, "height": 900})
        table = LightTablePage(front_end_page, *NINE[:count], height=560)
        expect(table.views).to_have_count(count)
        for at in range(count):
            box = table.views.nth(at).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["height"] >= 100
            assert table.colours(table.views.nth(at), 0.5) == [(25 * at, 90, 250 - 25 * at)]

    def test_what_cannot_be_opened_says_why(self, front_end_page: FrontEnd) -> None:
        table = LightTablePage(front_end_page, picture([RED]), picture([BLUE]))
        gone = {**table.shown[1], "small": b"", "trouble": "fox.png is missing."}
        table.front_end.receive(shown=[table.shown[0], gone])
        expect(table.front_end.view.get_by_text("fox.png is missing.")).to_be_visible()


class TestSlider:
    @pytest.mark.parametrize(
        ("part", "expected"),
        [(0, [BLUE] * 4), (50, [RED, RED, BLUE, BLUE]), (100, [RED] * 4)],
    )
    def test_a_is_left_of_it_and_b_right_of_it(
        self, two: LightTablePage, part: int, expected: list[tuple[int, ...]]
    ) -> None:
        two.press("l")
        expect(two.slider).to_be_focused()
        expect(two.slider).to_have_attribute("aria-valuenow", "50")
        if part != 50:
            two.type("Home" if part == 0 else "End")
        expect(two.slider).to_have_attribute("aria-valuenow", str(part))
        image = two.pixels(two.over)
        left, _, right, _ = bounds(image)
        places = [left + round(each * (right - left - 1)) for each in (0.01, 0.48, 0.52, 0.99)]
        assert [image.getpixel((x, image.height // 2)) for x in places] == expected

    def test_it_shows_the_same_place_of_both(self, front_end_page: FrontEnd) -> None:
        stripes = [RED, GREEN, BLUE, (240, 240, 0)]
        other = [(0, 0, 0), *stripes[1:3], (255, 255, 255)]
        table = LightTablePage(front_end_page, picture(stripes), picture(other, (128, 128)))
        table.press("l")
        image = table.pixels(table.over)
        left, _, right, _ = bounds(image)
        at = [left + round((right - left) * part) for part in (0.12, 0.37, 0.63, 0.88)]
        seen = [image.getpixel((x, image.height // 2)) for x in at]
        assert seen == [RED, GREEN, BLUE, (255, 255, 255)]

    def test_arrows_and_the_mouse_move_it(self, two: LightTablePage) -> None:
        two.press("l")
        two.type("ArrowLeft", "ArrowLeft")
        expect(two.slider).to_have_attribute("aria-valuenow", "46")
        two.type("ArrowRight")
        expect(two.slider).to_have_attribute("aria-valuenow", "48")
        expect(two.slider).to_have_attribute("aria-valuetext", "48 % A, 52 % B")
        box = two.over.bounding_box()
        assert box is not None
        middle = box["y"] + box["height"] / 2
        two.page.mouse.move(box["x"] + box["width"] / 2, middle)
        two.page.mouse.down()
        two.page.mouse.move(box["x"] + box["width"] - 1, middle, steps=3)
        two.page.mouse.up()
        expect(two.slider).to_have_attribute("aria-valuenow", "100")


def bounds(image: Image.Image) -> tuple[int, int, int, int]:
    """Where the coloured part of a screenshot is: around it lies the page's grey."""
    ground = Image.new("RGB", image.size, image.getpixel((0, 0)))
    box = ImageChops.difference(image, ground).getbbox()
    assert box is not None
    return box


class TestDifference:
    def test_it_is_black_where_pictures_are_equal(self, front_end_page: FrontEnd) -> None:
        stripes = picture([RED, GREEN, BLUE])
        table = LightTablePage(front_end_page, stripes, stripes)
        table.press("d", "g", "g", "g", "g", "g")
        expect(table.button("× 32")).to_be_visible()
        assert table.pixels(table.over).getextrema() == ((0, 0),) * 3

    def test_it_is_what_the_pictures_differ_by_times_the_gain(
        self, front_end_page: FrontEnd
    ) -> None:
        one = picture([(100, 100, 100), RED])
        other = picture([(110, 95, 100), RED])
        table = LightTablePage(front_end_page, one, other)
        table.press("d")
        expect(table.button("× 1")).to_be_visible()
        image = table.pixels(table.over)
        left, _, right, _ = bounds(image)
        assert image.getpixel(((left + right) // 2, image.height // 2)) == (10, 5, 0)
        table.press("g", "g")
        image = table.pixels(table.over)
        assert image.getpixel(((left + right) // 2, image.height // 2)) == (40, 20, 0)
        expect(table.button("× 4")).to_be_visible()

    def test_pictures_of_two_sizes_are_laid_over_each_other(self, front_end_page: FrontEnd) -> None:
        stripes = [RED, GREEN]
        table = LightTablePage(
            front_end_page, picture(stripes, (40, 40)), picture(stripes, (80, 80))
        )
        table.press("d")
        image = table.pixels(table.over)
        middle = image.width // 2
        for x in (middle - 60, middle + 60):
            assert image.getpixel((x, image.height // 2)) == (0, 0, 0)

    def test_small_copies_are_not_compared_with_all_pixels(self, front_end_page: FrontEnd) -> None:
        sizes = [(128, 128), (128, 128)]
        grey = picture([(90, 90, 90)])
        table = LightTablePage(front_end_page, grey, grey, sizes=sizes)
        table.press("d")
        assert table.told("full") == [{"type": "full", "key": 1}]
        table.give(1, picture([RED], (128, 128)))
        assert table.pixels(table.over).getextrema() == ((0, 0),) * 3
        assert table.told("full")[1:] == [{"type": "full", "key": 2}]
        table.give(2, picture([RED], (128, 128)))
        assert table.pixels(table.over).getextrema() == ((0, 0),) * 3
        assert "blob" in (table.over.locator("img").first.get_attribute("src") or "")


class TestBlink:
    def test_space_shows_the_other_one(self, two: LightTablePage) -> None:
        two.press("b", "Space")
        first = two.colours(two.over, 0.5)[0]
        two.press("Space")
        second = two.colours(two.over, 0.5)[0]
        assert {first, second} == {RED, BLUE}

    def test_they_take_turns_until_it_is_paused(self, two: LightTablePage) -> None:
        two.press("b")
        badges = two.over.locator(".mj-light-badge")
        for _ in range(2):
            expect(badges.nth(1)).to_be_visible()
            expect(badges.nth(0)).to_be_visible()
        two.button("Pause").click()
        expect(two.button("Play")).to_be_visible()

    def test_where_nothing_is_to_move_they_wait(self, front_end_page: FrontEnd) -> None:
        front_end_page.page.emulate_media(reduced_motion="reduce")
        table = LightTablePage(front_end_page, picture([RED]), picture([BLUE]), mode="blink")
        expect(table.button("Play")).to_be_visible()


class TestZoom:
    def test_all_are_as_near_and_at_the_same_place_whatever_their_sizes(
        self, front_end_page: FrontEnd
    ) -> None:
        table = LightTablePage(
            front_end_page, picture([RED], (64, 64)), picture([BLUE], (200, 200)), NINE[0]
        )
        before = table.boxes()
        table.press("+", "+", "+", "Shift+ArrowRight", "Shift+ArrowDown")
        after = table.boxes()
        assert after[0][2] == pytest.approx(before[0][2] * 1.5**3, rel=0.01)
        for box in after[1:]:
            assert box == pytest.approx(after[0], rel=0.01)
        assert after[0][0] > 0.5
        assert after[0][1] > 0.5
        table.press("0")
        assert table.boxes() == before

    def test_the_wheel_with_ctrl_keeps_the_place_under_the_pointer(
        self, two: LightTablePage
    ) -> None:
        box = two.views.nth(0).bounding_box()
        assert box is not None
        at = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4
        two.page.mouse.move(*at)
        two.page.keyboard.down("Control")
        two.page.mouse.wheel(0, -200)
        two.page.keyboard.up("Control")
        two.frames()
        x, y, width = two.boxes()[0]
        assert width > box["height"] * 1.5
        side = min(box["width"], box["height"])
        expected = [0.5 + box["width"] * 0.1 / side, 0.5 - box["height"] * 0.1 / side]
        assert two.page.evaluate(UNDER, at) == pytest.approx(expected, abs=0.02)
        assert two.boxes()[1] == pytest.approx((x, y, width), rel=0.01)

    def test_without_ctrl_the_wheel_is_the_pages(self, two: LightTablePage) -> None:
        before = two.boxes()
        two.views.nth(0).hover()
        two.page.mouse.wheel(0, -200)
        two.frames()
        assert two.boxes() == before

    def test_dragging_moves_all(self, two: LightTablePage) -> None:
        two.press("+", "+")
        before = two.boxes()
        box = two.views.nth(1).bounding_box()
        assert box is not None
        two.page.mouse.move(box["x"] + 100, box["y"] + 100)
        two.page.mouse.down()
        two.page.mouse.move(box["x"] + 60, box["y"] + 80, steps=3)
        two.page.mouse.up()
        two.frames()
        for (x, y, width), (was_x, was_y, _) in zip(two.boxes(), before, strict=True):
            assert (x - was_x) * width == pytest.approx(40, abs=1)
            assert (y - was_y) * width == pytest.approx(20, abs=1)

    def test_at_100_percent_a_pixel_is_one_of_the_screen_and_near_it_is_a_square(
        self, front_end_page: FrontEnd
    ) -> None:
        sizes = [(1000, 1000), (500, 500)]
        table = LightTablePage(front_end_page, picture([RED]), picture([BLUE]), sizes=sizes)
        table.press("z")
        expect(table.button("100 %")).to_be_visible()
        assert [box[2] for box in table.boxes()] == pytest.approx([1000, 1000], abs=1)
        image = table.views.nth(0).locator("img")
        expect(image).to_have_css("image-rendering", "auto")
        table.press("+", "+")
        expect(image).to_have_css("image-rendering", "pixelated")
        table.press("1")
        expect(table.button("100 %")).to_be_visible()

    def test_all_pixels_are_asked_for_where_they_are_seen_one_after_the_other(
        self, front_end_page: FrontEnd
    ) -> None:
        small = picture([RED], (700, 700))
        table = LightTablePage(front_end_page, small, small, sizes=[(2048, 2048)] * 2)
        assert table.told("full") == []
        table.press("z")
        assert table.told("full") == [{"type": "full", "key": 1}]
        table.give(1, picture([GREEN], (2048, 2048)))
        assert table.colours(table.views.nth(0), 0.5) == [GREEN]
        table.front_end.message({"type": "full", "key": 2, "text": "fox.png is missing."})
        expect(table.front_end.view.get_by_text("fox.png is missing.")).to_be_visible()
        table.press("+")
        assert [told["key"] for told in table.told("full")] == [1, 2]


class TestChoosing:
    def test_digits_choose_b_and_with_shift_a(self, front_end_page: FrontEnd) -> None:
        table = four(front_end_page)
        table.press("3")
        assert table.front_end.get("b") == 2
        table.press("Shift+Digit4")
        assert (table.front_end.get("a"), table.front_end.get("b")) == (3, 2)
        table.press("4")  # it is A: they change places
        assert (table.front_end.get("a"), table.front_end.get("b")) == (2, 3)
        table.press("x")
        assert (table.front_end.get("a"), table.front_end.get("b")) == (3, 2)

    def test_the_mouse_chooses_too(self, front_end_page: FrontEnd) -> None:
        table = four(front_end_page)
        table.views.nth(2).click()
        assert table.front_end.get("b") == 2
        table.button("A: fox 4").click()
        assert table.front_end.get("a") == 3
        expect(table.button("A: fox 4")).to_have_attribute("aria-pressed", "true")
        table.button("Slider").click()
        table.views.nth(1).click()
        assert table.front_end.get("b") == 1

    def test_arrows_lead_b_through_the_others(self, front_end_page: FrontEnd) -> None:
        table = four(front_end_page)
        seen = []
        for _ in range(4):
            table.press("ArrowRight")
            seen.append(table.front_end.get("b"))
        assert seen == [2, 3, 1, 2]
        table.press("ArrowLeft")
        assert table.front_end.get("b") == 1
        table.press("l")
        table.type("PageUp")
        assert table.front_end.get("b") == 3

    def test_arrows_ask_the_kernel_where_it_knows_more(self, front_end_page: FrontEnd) -> None:
        table = LightTablePage(front_end_page, *NINE[:2], steps=True)
        table.press("ArrowRight", "ArrowLeft")
        table.button("Another B: the next one (→)").click()
        steps = [(told["by"], told["at"]) for told in table.told("step")]
        assert steps == [(1, 1), (-1, 1), (1, 1)]

    def test_two_that_stand_alone_have_no_other(self, two: LightTablePage) -> None:
        two.press("ArrowRight", "5")
        assert two.front_end.saved == []
        expect(two.button("Another B: the next one (→)")).to_be_hidden()

    def test_escape_leaves_what_can_be_left(self, front_end_page: FrontEnd) -> None:
        table = LightTablePage(front_end_page, *NINE[:2], is_inside=True)
        table.press("Escape")
        assert table.told("leave") == [{"type": "leave"}]


class TestWords:
    def test_numbers_are_those_of_what_is_seen(self, two: LightTablePage) -> None:
        figures = two.front_end.view.locator(".mj-light-figures")
        expect(figures).to_have_text("comparing…")
        lines = [{"text": "mean difference 3.00 (1.2 %)", "title": "of all"}]
        two.front_end.receive(numbers={"keys": [2, 1], "lines": lines})
        expect(figures).to_have_text("mean difference 3.00 (1.2 %)")
        two.front_end.receive(numbers={"keys": [1, 7], "lines": lines})
        expect(figures).to_have_text("comparing…")

    def test_without_a_kernel_it_goes_on_with_what_it_has(self, two: LightTablePage) -> None:
        two.front_end.cut()
        two.press("d", "l", "End", "x", "z")
        assert two.colours(two.over, 0.5) == [BLUE]

    def test_the_keys_can_be_read(self, two: LightTablePage) -> None:
        two.button("Keys (?)").click()
        expect(two.front_end.view.get_by_text("swap A and B")).to_be_visible()

    @pytest.mark.parametrize("mode", ["side", "slider", "blink", "difference"])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing(self, front_end_page: FrontEnd, mode: str, scheme: str) -> None:
        front_end_page.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        front_end_page.page.add_style_tag(content=DARK_TOO)
        lines = [{"text": "SSIM 0.981", "title": "likeness"}]
        table = four(front_end_page, mode=mode, numbers={"keys": [1, 2], "lines": lines})
        table.button("Keys (?)").click()
        options = {"runOnly": {"type": "tag", "values": LEVELS}}
        found = Axe().run(table.page, "#view", options).response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
