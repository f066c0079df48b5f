"""A wall of small pictures, in a page of its own: tiles, keys, the mouse, what gets lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.test_accessibility import LEVELS
from browser.test_tiles import WATCH
from browser.walls import COLOURS, WallPage, jpeg
from mj_widgets.sets.items import item_of

if TYPE_CHECKING:
    from browser.front_end import FrontEnd


@pytest.fixture
def wall(front_end_page: FrontEnd) -> WallPage:
    """A hundred tasks, of which those in view are here."""
    shown = WallPage(front_end_page)
    shown.answer_all()
    return shown


class TestTiles:
    def test_any_number_of_tasks_has_few_elements(self, front_end_page: FrontEnd) -> None:
        wall = WallPage(front_end_page, 10_000)
        wall.answer_all()
        assert wall.box.get_by_role("option").count() < 200
        wall.press("End")
        wall.answer_all()
        expect(wall.tile(10_000)).to_have_attribute("aria-posinset", "10000")
        expect(wall.tile(10_000)).to_have_attribute("aria-setsize", "10000")
        assert wall.box.get_by_role("option").count() < 200

    def test_a_tile_says_its_prompt_what_is_wrong_and_what_is_thought_of_it(
        self, wall: WallPage
    ) -> None:
        wall.give([3], words="failed: banned", tone="failed", image=b"")
        wall.mark(3, 4, "pick")
        said = "a fox 3, in fog, failed: banned, 4 stars, picked"
        expect(wall.tile(3)).to_have_accessible_name(said)
        expect(wall.tile(3)).to_contain_text("failed: banned")
        expect(wall.tile(3)).to_have_attribute("title", re.compile("a fox 3, in fog"))

    def test_the_rating_of_a_task_is_that_of_its_best_picture(self, wall: WallPage) -> None:
        wall.say_marks([2, [[1, 2, ""], [3, 5, "reject"]]])
        expect(wall.tile(2)).to_have_accessible_name("a fox 2, in fog, 5 stars")
        flags = [[quadrant, 0, "reject"] for quadrant in (1, 2, 3, 4)]
        wall.say_marks([2, flags])
        expect(wall.tile(2)).to_have_accessible_name("a fox 2, in fog, rejected")

    @pytest.mark.parametrize("quadrant", [1, 2, 3, 4])
    def test_a_single_picture_is_its_part_of_the_whole(
        self, front_end_page: FrontEnd, quadrant: int
    ) -> None:
        wall = WallPage(front_end_page, order=WallPage.order([1], quadrant), size=200)
        wall.answer_all(image=jpeg((120, 60), COLOURS))
        image = wall.tile(1, quadrant).locator("img")
        expect(image).to_be_visible()
        middle = """image => {
            const [own, crop] = [image, image.parentElement].map((e) => e.getBoundingClientRect());
            const at = (side, size) =>
                (crop[side] + crop[size] / 2 - own[side]) / own[size];
            return [at("left", "width"), at("top", "height"), crop.width / crop.height];
        }"""
        column, row = (quadrant - 1) % 2, (quadrant - 1) // 2
        expected = [0.25 + column / 2, 0.25 + row / 2, 2]
        assert image.evaluate(middle) == pytest.approx(expected, abs=0.02)

    def test_what_runs_says_how_far_it_is(self, wall: WallPage) -> None:
        wall.give([1], words="waiting in the queue", tone="waiting", image=b"")
        wall.tick((1, 46, 1))
        expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog, running, 46 %")
        expect(wall.tile(1).locator(".mj-wall-bar")).to_be_visible()
        for _ in range(100):
            if wall.told("view"):
                break
            wall.frames()
        assert wall.told("view")[-1]["numbers"] == [1]
        wall.tick((1, 100, 3))
        wall.give([1])
        expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog")
        expect(wall.tile(1).locator(".mj-wall-bar")).to_be_hidden()

    def test_what_cannot_be_had_says_so_and_is_not_asked_for_without_an_end(
        self, front_end_page: FrontEnd
    ) -> None:
        wall = WallPage(front_end_page, 3)
        wall.frames()
        (asked,) = wall.asked()
        wall.front_end.message(
            {"type": "tiles", "request": asked["request"], "last": True, "tiles": []}, b""
        )
        expect(wall.box.get_by_role("option").first).to_contain_text("It could not be had.")
        wall.frames(10)
        assert len(wall.told("want")) == 1

    def test_colours_stand_where_the_picture_is_to_come(self, front_end_page: FrontEnd) -> None:
        colours = (1).to_bytes(4, "little") + bytes([200, 30, 60]) * 16
        wall = WallPage(front_end_page, 1, colours=colours)
        crop = wall.box.locator(".mj-wall-crop")
        expect(crop).to_have_css("background-color", "rgb(200, 30, 60)")
        wall.answer_all()
        expect(crop).not_to_have_css("background-color", "rgb(200, 30, 60)")


class TestAsking:
    def test_what_is_in_view_comes_first_two_at_a_time_and_nothing_twice(
        self, front_end_page: FrontEnd
    ) -> None:
        wall = WallPage(front_end_page, 10_000)
        for _ in range(5):
            wall.scroller.evaluate("box => { box.scrollTop += 20_000; }")
            wall.frames(2)
            assert len(wall.asked()) <= 2
        while wall.asked():
            wall.answer()
            wall.frames(2)
        asked = [number for told in wall.told("want") for number in told["numbers"]]
        assert len(asked) == len(set(asked))
        assert all(len(told["numbers"]) <= 48 for told in wall.told("want"))
        last = wall.box.get_by_role("option").filter(visible=True)
        assert not any("on its way" in (t.get_attribute("aria-label") or "") for t in last.all())

    def test_what_got_lost_on_the_way_is_asked_for_again_but_not_what_is_only_late(
        self, front_end_page: FrontEnd
    ) -> None:
        front_end_page.page.clock.install()
        wall = WallPage(front_end_page, 60)
        front_end_page.page.clock.run_for(100)
        first, second = wall.asked()
        front_end_page.page.clock.run_for(60_000)
        assert len(wall.told("want")) == 2  # the kernel may be busy
        (asked, *_) = wall.told("still")
        assert asked["asked"] == [first["request"], second["request"]]
        known = {"type": "still", "asked": asked["asked"], "known": [second["request"]]}
        front_end_page.message(known)
        front_end_page.page.clock.run_for(100)
        again = wall.told("want")[2:]
        assert [told["numbers"] for told in again] == [first["numbers"]]

    def test_a_kernel_that_has_gone_is_said_and_no_mark_looks_kept(self, wall: WallPage) -> None:
        wall.press("Home", "4")
        expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog, 4 stars")
        wall.front_end.view.evaluate("el => el.classList.add('jupyter-widgets-disconnected')")
        wall.front_end.tell("comm_live_update")
        expect(wall.front_end.view.locator(".mj-wall-said")).to_contain_text("The kernel is gone")
        expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog")
        marks = len(wall.told("mark"))
        wall.press("ArrowRight", "5", "p", "Control+z", "Enter", "l")
        expect(wall.tile(2)).to_have_accessible_name("a fox 2, in fog")
        assert len(wall.told("mark")) == marks
        assert not wall.told("undo")
        assert not wall.told("open")

    def test_pictures_are_forgotten_but_not_those_in_view(self, front_end_page: FrontEnd) -> None:
        front_end_page.page.evaluate(WATCH)
        wall = WallPage(front_end_page, 400)
        heavy = jpeg() + bytes(400_000)
        wall.answer_all(image=heavy)
        for _ in range(8):
            wall.scroller.evaluate("box => { box.scrollTop += 600; }")
            wall.answer_all(image=heavy)
        urls = front_end_page.page.evaluate("window.urls.size")
        assert urls < 60e6 / len(heavy) + 1
        shown = "tiles => tiles.map((tile) => tile.querySelector('img').src).filter(Boolean)"
        seen = wall.box.get_by_role("option").filter(visible=True).evaluate_all(shown)
        assert seen
        assert front_end_page.page.evaluate(
            "urls => urls.every((url) => window.urls.has(url))", seen
        )
        front_end_page.unmount()
        assert front_end_page.page.evaluate("window.urls.size") == 0


class TestKeys:
    def test_arrows_go_on_and_the_rest_hears_of_it(self, wall: WallPage) -> None:
        wall.press("ArrowRight", "ArrowRight")
        assert wall.current() == 2
        expect(wall.box).to_have_attribute(
            "aria-activedescendant", wall.tile(2).get_attribute("id") or ""
        )
        wall.press("End")
        assert wall.current() == 100
        wall.press("Home", "ArrowDown", "ArrowUp")
        assert wall.current() == 1
        wall.press("PageDown", "PageUp")
        assert wall.current() == 1

    def test_after_a_rating_the_next_one_has_the_focus(self, wall: WallPage) -> None:
        wall.press("Home", "4", "p", "x", "u", "0")
        assert wall.current() == 6
        items = [told["items"] for told in wall.told("mark")]
        assert items == [[item_of(n)] for n in (1, 2, 3, 4, 5)]
        changes = [
            {k: v for k, v in told.items() if k not in ("type", "items", "turn")}
            for told in wall.told("mark")
        ]
        unrated: dict[str, Any] = {"flag": "", "rating": 0}
        flags = [{"flag": "pick"}, {"flag": "reject"}]
        assert changes == [{"rating": 4}, *flags, unrated, {"rating": 0}]
        expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog, 4 stars")

    def test_also_where_the_filter_hides_what_was_just_rejected(self, wall: WallPage) -> None:
        wall.press("Home", "ArrowRight", "x")
        wall.show([1, *range(3, 101)])
        assert wall.current() == 3
        wall.press("x")
        wall.show([1, *range(4, 101)])
        assert wall.current() == 4

    def test_also_after_a_filter_that_has_hidden_nothing(self, wall: WallPage) -> None:
        wall.front_end.view.get_by_label("Flag", exact=True).select_option(label="neither")
        wall.press("Home", "ArrowRight", "ArrowRight", "x")
        wall.show([1, 2, *range(4, 101)])
        assert wall.current() == 4

    def test_also_at_the_end_and_where_nothing_is_left(self, wall: WallPage) -> None:
        wall.press("End", "x")
        wall.show(range(1, 100))
        assert wall.current() == 99
        wall.press("x")
        wall.show([])
        expect(wall.box).to_be_focused()
        wall.press("Control+z")
        wall.show(range(1, 100))
        assert wall.current() == 99

    @pytest.mark.parametrize("is_late", [False, True], ids=["after", "before"])
    def test_a_mark_that_is_taken_back_leads_back_whenever_the_order_of_before_it_comes(
        self, wall: WallPage, is_late: bool
    ) -> None:
        without_3, without_2_and_3 = [1, 2, *range(4, 101)], [1, *range(4, 101)]
        wall.press("Home", "ArrowRight", "x", "x")
        if not is_late:
            wall.show(without_2_and_3)
        wall.press("Control+z")
        if is_late:
            wall.show([1, *range(3, 101)])
        wall.show(without_2_and_3)
        assert wall.current() == 4
        wall.show([1, *range(3, 101)])
        assert wall.current() == 3
        wall.press("ArrowRight")
        wall.show(without_3)
        assert wall.current() == 4

    def test_who_has_gone_on_after_that_stays_there(self, wall: WallPage) -> None:
        wall.press("Home", "x", "Control+z")
        wall.show(range(2, 101))
        wall.press("ArrowRight")
        wall.show(range(1, 101))
        assert wall.current() == 3

    def test_several_that_are_selected_are_marked_at_once_and_the_focus_stays(
        self, wall: WallPage
    ) -> None:
        wall.press("Home", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
        assert wall.selected() == [2, 3, 4]
        wall.press("x")
        assert wall.told("mark")[-1]["items"] == [item_of(n) for n in (2, 3, 4)]
        assert wall.current() == 4
        wall.show([1, *range(5, 101)])
        assert wall.current() == 5
        wall.press("3")  # those that are hidden are not marked again
        assert wall.told("mark")[-1]["items"] == [item_of(5)]

    def test_keys_go_on_working_after_the_order_has_changed(self, wall: WallPage) -> None:
        wall.press("Home", "ArrowRight")
        wall.show(reversed(range(1, 101)))
        assert wall.current() == 2
        wall.press("ArrowLeft")
        assert wall.current() == 3

    def test_selecting(self, wall: WallPage) -> None:
        wall.press("Home", " ", "ArrowRight", "ArrowRight", " ")
        assert wall.selected() == [1, 3]
        expect(wall.tile(1)).to_have_attribute("aria-selected", "true")
        wall.press("Control+a")
        assert len(wall.selected()) == 100
        wall.press("Escape")
        assert wall.selected() == []

    def test_escape_goes_back_one_step_at_a_time(self, wall: WallPage) -> None:
        wall.press("Home", " ", "?")
        wall.front_end.receive(open_item=item_of(1))
        keys = wall.front_end.view.locator(".mj-wall-keys")
        expect(keys).to_be_visible()
        wall.press("z")
        full = wall.page.get_by_role("dialog")
        expect(full).to_be_visible()
        wall.press("Escape")
        expect(full).to_be_hidden()
        expect(wall.box).to_be_focused()
        expect(keys).to_be_visible()
        wall.press("Escape")
        expect(keys).to_be_hidden()
        assert wall.selected() == [1]
        wall.press("Escape")
        assert wall.selected() == []
        assert not wall.told("open")
        wall.press("Escape")
        assert wall.told("open") == [{"type": "open", "item": 0}]

    @pytest.mark.parametrize("key", ["Control+s", "Shift+Enter", "Alt+ArrowRight"])
    def test_keys_of_the_host_go_through(self, wall: WallPage, key: str) -> None:
        wall.page.evaluate(
            """() => {
                window.seen = [];
                document.addEventListener("keydown", (event) => {
                    const kept = Boolean(event.target.dataset.lmSuppressShortcuts);
                    window.seen.push([kept, event.defaultPrevented]);
                    event.preventDefault();
                });
            }"""
        )
        wall.press("Home")
        assert wall.page.evaluate("window.seen") == []
        wall.press(key)
        assert wall.page.evaluate("window.seen.at(-1)") == [False, False]
        assert not wall.told("open")

    def test_an_answer_to_an_earlier_mark_does_not_hide_a_later_one(self, wall: WallPage) -> None:
        wall.press("Home", "4", "ArrowLeft", "5", "ArrowLeft")
        first, second = (told["turn"] for told in wall.told("mark"))
        for heard in ([], [first]):
            wall.say_marks([1, [[0, 4, ""]]], heard=heard)
            wall.give([1])  # which was made before
            expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog, 5 stars")
        wall.say_marks(heard=[second])
        expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog")
        wall.mark(1, 5)
        expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog, 5 stars")

    def test_marks_that_cannot_be_kept_are_taken_back(self, wall: WallPage) -> None:
        wall.press("Home", "4")
        wall.front_end.message({"type": "said", "text": "The disk is full", "tone": "failed"})
        expect(wall.tile(1)).to_have_accessible_name("a fox 1, in fog")
        expect(wall.front_end.view.locator(".mj-wall-said")).to_have_text("The disk is full")


class TestFullSize:
    def test_enter_opens_the_card_and_once_more_the_full_size(self, wall: WallPage) -> None:
        wall.press("Home", "Enter")
        assert wall.told("open") == [{"type": "open", "item": item_of(1)}]
        wall.front_end.receive(open_item=item_of(1))
        wall.press("Enter")
        full = wall.page.get_by_role("dialog", name="a fox 1, in fog")
        expect(full).to_be_visible()
        assert wall.told("full") == [{"type": "full", "item": item_of(1)}]
        expect(full).to_contain_text("loading the full size")
        wall.front_end.message(
            {"type": "full", "item": item_of(1), "mime": "image/jpeg"}, jpeg((640, 320))
        )
        expect(full).to_contain_text("640×320")

    def test_rating_there_goes_on_to_the_next_and_z_shows_every_pixel(self, wall: WallPage) -> None:
        wall.press("Home", "z")
        full = wall.page.get_by_role("dialog")
        expect(full).to_have_attribute("data-pixels", "true")
        wall.press("z")
        expect(full).to_have_attribute("data-pixels", "false")
        wall.press("5")
        expect(full).to_have_accessible_name("a fox 2, in fog")
        wall.press("ArrowRight")
        expect(full).to_have_accessible_name("a fox 3, in fog")
        full.get_by_role("button", name="Reject (X)").click()
        expect(full).to_have_accessible_name("a fox 4, in fog")
        assert [told["items"] for told in wall.told("mark")] == [[item_of(1)], [item_of(3)]]

    def test_what_cannot_be_shown_says_why(self, wall: WallPage) -> None:
        wall.press("Home", "z")
        answer = {"type": "full", "item": item_of(1), "text": "The file is missing"}
        wall.front_end.message(answer)
        expect(wall.page.get_by_role("dialog")).to_contain_text("The file is missing")


class TestMouse:
    def test_a_click_opens_the_card_and_stars_and_flags_do_not(self, wall: WallPage) -> None:
        wall.tile(2).click(position={"x": 50, "y": 50})
        assert wall.told("open") == [{"type": "open", "item": item_of(2)}]
        wall.tile(3).hover()
        tools = wall.front_end.view.get_by_role("toolbar")
        tools.get_by_role("button", name="4 stars").click()
        tools.get_by_role("button", name="Pick (P)").click()
        tools.get_by_role("button", name="More like this (L)").click()
        expect(wall.tile(3)).to_have_accessible_name("a fox 3, in fog, 4 stars, picked")
        tools.get_by_role("button", name="Pick (P)").click()  # takes it back
        expect(wall.tile(3)).to_have_accessible_name("a fox 3, in fog, 4 stars")
        assert len(wall.told("open")) == 1
        assert wall.told("like") == [{"type": "like", "item": item_of(3)}]
        expect(wall.box).to_be_focused()
        assert wall.current() == 3

    def test_shift_and_ctrl_select(self, wall: WallPage) -> None:
        wall.tile(2).click(position={"x": 50, "y": 50})
        wall.tile(4).click(position={"x": 50, "y": 50}, modifiers=["Shift"])
        assert wall.selected() == [2, 3, 4]
        wall.tile(3).click(position={"x": 50, "y": 50}, modifiers=["Control"])
        assert wall.selected() == [2, 4]


class TestFilter:
    def test_each_control_says_its_part_of_the_query(self, wall: WallPage) -> None:
        view = wall.front_end.view
        view.get_by_label("Words in the prompt").fill("red fox")
        view.get_by_label("State", exact=True).select_option("SUCCESS")
        view.get_by_label("Stars", exact=True).select_option("4")
        view.get_by_label("Flag", exact=True).select_option(label="neither")
        view.get_by_label("Order", exact=True).select_option("rating")
        view.get_by_role("button", name="The other way round").click()
        view.get_by_label("Tiles", exact=True).select_option("picture")
        view.get_by_role("button", name="more").click()
        view.get_by_label("Kind", exact=True).select_option("grid")
        view.get_by_label("From").fill("2026-11-01")
        view.get_by_label("to", exact=True).fill("2026-11-02")
        parameters = view.get_by_label("Parameters")
        parameters.fill("--ar 16:9 --s 250")
        parameters.press("Tab")
        assert wall.front_end.get("query") == {
            "text": "red fox",
            "status": "SUCCESS",
            "kind": "grid",
            "rating": 4,
            "flag": "",
            "sort": "rating",
            "reverse": True,
            "by": "picture",
            "since": "2026-11-01",
            "until": "2026-11-02",
            "parameters": {"ar": "16:9", "s": "250"},
        }
        view.get_by_role("button", name="clear").click()
        assert wall.front_end.get("query") == {
            "sort": "rating",
            "reverse": True,
            "by": "picture",
        }
        expect(view.get_by_label("Words in the prompt")).to_have_value("")

    def test_more_like_this_is_said_and_another_order_or_clear_leads_back(
        self, wall: WallPage
    ) -> None:
        view = wall.front_end.view
        for leave in (
            lambda: view.get_by_label("Order", exact=True).select_option("rating"),
            lambda: view.get_by_role("button", name="clear").click(),
        ):
            wall.front_end.receive(query={"text": "fox", "like": item_of(3)})
            expect(view.locator(".mj-wall-counted")).to_contain_text("most alike first")
            leave()
            assert "like" not in wall.front_end.get("query")

    def test_what_it_hides_is_counted(self, front_end_page: FrontEnd) -> None:
        wall = WallPage(front_end_page, 1_000)
        expect(front_end_page.view.locator(".mj-wall-counted")).to_have_text("1,000")
        wall.show(range(1, 98))
        expect(front_end_page.view.locator(".mj-wall-counted")).to_have_text(
            "97 of 1,000 · 903 hidden"
        )

    def test_where_it_hides_all_that_is_said_with_a_way_back(self, wall: WallPage) -> None:
        wall.front_end.receive(query={"text": "zebra"})
        wall.show([])
        view = wall.front_end.view
        expect(view.get_by_text("No task is like this; 100 are hidden.")).to_be_visible()
        view.get_by_role("button", name="Show all").click()
        assert wall.front_end.get("query") == {}

    def test_keys_stay_in_its_fields(self, wall: WallPage) -> None:
        words = wall.front_end.view.get_by_label("Words in the prompt")
        words.press_sequentially("pxu 5")
        expect(words).to_have_value("pxu 5")
        assert not wall.told("mark")


@pytest.mark.parametrize("width", [1100, 360])
def test_axe_finds_nothing(wall: WallPage, width: int) -> None:
    wall.page.set_viewport_size({"width": width, "height": 800})
    wall.page.evaluate("document.documentElement.lang = 'en'")
    wall.press("Home", "4", " ")
    wall.give([2], words="failed: banned", tone="failed", image=b"")
    wall.tile(3).hover()
    options = {"runOnly": {"type": "tag", "values": LEVELS}}
    found = [Axe().run(wall.page, "#view", options).response]
    wall.press("?")
    found.append(Axe().run(wall.page, ".mj-wall-keys", options).response)
    wall.press("?", "z")
    found.append(Axe().run(wall.page, ".mj-wall-full", options).response)
    assert [
        (rule["id"], node["failureSummary"], node["html"])
        for response in found
        for rule in response["violations"]
        for node in rule["nodes"]
    ] == []
