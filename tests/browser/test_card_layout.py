"""How the parts of a card stand, in outputs of every width: beside, below, or not at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from browser.hosted import box_of, card, show
from mj_widgets.card.front_end import style

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from browser.front_end import FrontEnd

CSS = style("card.css")
WIDTHS = [360, 700, 1240, 1600]
FOUR = ("a red fox", "V1", "V2", "U3")
# What reaches out of its card, and is not cut off by a box in it that scrolls.
OUTSIDE = """() => {
    const isCut = (one, card) => {
        for (let at = one.parentElement; at !== card; at = at.parentElement) {
            if (getComputedStyle(at).overflowX !== "visible") return true;
        }
        return false;
    };
    const found = new Set();
    for (const card of document.querySelectorAll(".mj-card")) {
        const { left, right } = card.getBoundingClientRect();
        for (const one of card.querySelectorAll("*")) {
            const box = one.getBoundingClientRect();
            if (!box.width || (box.left >= left - 1 && box.right <= right + 1)) continue;
            if (!isCut(one, card)) found.add(one.className || one.tagName);
        }
    }
    return [...found];
}"""
# What is said and not seen is a pixel wide.
SEEN = """caption => [...caption.querySelectorAll("*")]
    .filter((one) => !one.children.length && one.getBoundingClientRect().width > 1)
    .map((one) => one.textContent).join(" ")"""


@pytest.fixture
def shown(front_end_page: FrontEnd) -> Callable[..., Page]:
    """A function that shows cards on a page of a width."""

    def show_cards(*cards: dict[str, Any], width: int, css: str = CSS, is_row: bool = False) -> Any:
        show(front_end_page.page, *cards, css=css, width=width, is_row=is_row)
        return front_end_page.page

    return show_cards


def level(page: Page, number: int) -> Locator:
    """The body of a card that stands in so many others."""
    return page.locator("#view" + " > .mj-card > .mj-body > .mj-followups" * number).locator(
        "> .mj-card > .mj-body"
    )


def chain(*names: str, **last: Any) -> dict[str, Any]:
    """Cards that came of one another, from the root; all are open."""
    first, *others = names
    inside = (chain(*others, **last),) if others else ()
    of_the_last = {} if others else last
    is_root = first == FOUR[0]
    return card(*inside, button="" if is_root else first, **of_the_last)


def is_whole(page: Page, width: int) -> None:
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


# What came of it


@pytest.mark.parametrize("width", [360, 700, 963])
def test_what_came_of_a_card_is_below_it_where_the_output_is_narrow(
    shown: Callable[..., Page], width: int
) -> None:
    page = shown(chain(*FOUR[:2]), width=width)
    strip, inner = box_of(level(page, 0).locator("> .mj-strip")), box_of(level(page, 1))
    foot = box_of(level(page, 0).locator("> .mj-foot"))
    assert foot["bottom"] <= strip["y"]
    assert strip["bottom"] <= inner["y"]
    assert inner["width"] > width - 40
    is_whole(page, width)


@pytest.mark.parametrize("width", [964, 1240, 1600])
def test_what_came_of_a_card_is_beside_it_where_the_output_is_wide(
    shown: Callable[..., Page], width: int
) -> None:
    page = shown(chain(*FOUR[:2]), width=width)
    outer, inner = level(page, 0), level(page, 1)
    for part in (".mj-grid", ".mj-foot", ".mj-strip"):
        assert box_of(outer.locator(f"> {part}"))["right"] < box_of(inner)["x"]
    tops = [box_of(each.locator("> .mj-caption > .mj-head"))["y"] for each in (outer, inner)]
    assert tops[0] == pytest.approx(tops[1], abs=4)
    grids = [box_of(each.locator("> .mj-grid"))["width"] for each in (outer, inner)]
    assert grids[0] == pytest.approx(grids[1], abs=20)
    is_whole(page, width)


def test_a_long_card_beside_its_parent_pulls_nothing_apart(
    shown: Callable[..., Page],
) -> None:
    inner = card(button="U3", foot=[f"button {n}" for n in range(60)])
    page = shown(card(inner), width=1240)
    outer = level(page, 0)
    parts = [
        box_of(outer.locator(part))
        for part in ("> .mj-caption > .mj-head", "> .mj-grid", "> .mj-foot", "> .mj-strip")
    ]
    for above, below in pairwise(parts):
        assert 0 <= below["y"] - above["bottom"] < 20


def test_a_card_of_which_nothing_came_leaves_no_room_for_it(shown: Callable[..., Page]) -> None:
    page = shown(card(), width=1240)
    expect(page.locator(".mj-followups")).to_be_hidden()
    assert box_of(page.locator(".mj-body"))["width"] > 1200
    assert box_of(page.locator(".mj-grid"))["width"] == 640


def test_ids_that_have_no_card_stand_below_at_any_width(shown: Callable[..., Page]) -> None:
    page = shown(card(), width=1240)
    page.locator(".mj-followups").evaluate("box => box.append(document.createElement('textarea'))")
    assert box_of(page.locator("textarea"))["y"] >= box_of(page.locator(".mj-foot"))["bottom"]


@pytest.mark.parametrize("width", WIDTHS)
def test_of_a_chain_the_last_two_are_seen_within_two_screens(
    shown: Callable[..., Page], width: int
) -> None:
    page = shown(chain(*FOUR), width=width)
    for number in range(4):
        for part in ("> .mj-caption > .mj-head", "> .mj-grid", "> .mj-foot"):
            expect(level(page, number).locator(part)).to_be_visible(visible=number >= 2)
    expect(level(page, 0).locator("> .mj-strip")).to_be_hidden()
    expect(level(page, 2).locator("> .mj-strip")).to_be_visible()
    steps = level(page, 3).locator("> .mj-caption .mj-step")
    expect(steps).to_have_text(["a red fox", "V1", "V2"])
    third, last = box_of(level(page, 2).locator("> .mj-grid")), box_of(level(page, 3))
    is_beside = width >= 1240
    assert (last["x"] > third["right"]) == is_beside
    assert box_of(page.locator("#view"))["height"] <= 2 * 900
    is_whole(page, width)


def test_what_a_card_asks_is_seen_though_it_is_hidden_itself(shown: Callable[..., Page]) -> None:
    cards = chain(*FOUR)
    cards["asked"] = ["Which prompt?"]
    page = shown(cards, width=1240)
    expect(page.get_by_text("Which prompt?")).to_be_visible()
    expect(level(page, 0).locator("> .mj-grid")).to_be_hidden()
    is_whole(page, 1240)


def test_a_chain_of_thirty_is_whole(shown: Callable[..., Page]) -> None:
    page = shown(chain(FOUR[0], *(f"V{n % 4 + 1}" for n in range(29))), width=360)
    expect(page.locator(".mj-grid").filter(visible=True)).to_have_count(2)
    path = page.locator(".mj-path").filter(visible=True).last
    assert box_of(path)["height"] < 30  # on one line, that scrolls
    here = box_of(path.locator(".mj-here"))
    assert here["right"] <= box_of(path)["right"] + 1  # the nearest are seen
    is_whole(page, 360)


def test_a_hidden_card_keeps_its_keys_and_says_its_news(shown: Callable[..., Page]) -> None:
    """A page that is loaded again begins with the cards that are hidden."""
    page = shown(chain(*FOUR), width=1240)
    page.evaluate(
        """() => {
            window.heard = [];
            document.addEventListener("keydown", ({ key }) => window.heard.push(key));
        }"""
    )
    level(page, 3).get_by_role("button", name="Save").focus()
    page.keyboard.press("d")
    assert page.evaluate("window.heard") == []
    assert box_of(level(page, 0).locator("> .mj-caption > .mj-spoken"))["width"] <= 1


# Bad input

LONG = "a red fox in the snow, "
RIGHT_TO_LEFT = "ثعلب أحمر في الثلج عند الفجر " * 20
MANY = [f"button {n}" for n in range(60)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "given",
    [
        {"prompt": (LONG * 200)[:4000], "heading": {"sent": (LONG * 200)[:4000]}},
        {
            "prompt": "x" * 400,
            "heading": {"parameters": ["no " + "y" * 400], "warning": "z" * 400, "seed": "7" * 400},
            "state": {"words": "w" * 400, "tone": "failed"},
            "notice": {"text": "v" * 400, "tone": "failed"},
        },
        {"prompt": RIGHT_TO_LEFT, "notice": {"text": RIGHT_TO_LEFT, "tone": "failed"}},
        {"foot": MANY},
        {"foot": ["b" * 400, *MANY]},
        {"foot": []},
        {"pictures": 24},
        {"aspect": 14.0},
        {"aspect": 1 / 14, "size": 45},
        {"aspect": 1.0, "pictures": 0},
        {
            "awaited": [
                "46 %",
                "in progress, in a word without end: " + "x" * 400,
            ]
        },
    ],
    ids=[
        *("a prompt of 4,000", "words of 400", "right-to-left", "60 buttons", "a long button"),
        *("no button", "24 pictures", "14:1", "1:14", "no picture", "a long state"),
    ],
)
def test_nothing_reaches_out_of_its_card(
    shown: Callable[..., Page], width: int, given: dict[str, Any]
) -> None:
    page = shown(card(card(button="V2", **given), **given), width=width)
    is_whole(page, width)
    for more in page.locator(".mj-more").filter(visible=True).all():
        more.click()
    is_whole(page, width)


@pytest.mark.parametrize("aspect", [14.0, 1 / 14])
def test_no_buttons_of_a_panorama_lie_on_those_of_another(
    shown: Callable[..., Page], aspect: float
) -> None:
    page = shown(card(aspect=aspect, size=640 if aspect > 1 else 45), width=360)
    boxes = [box_of(button) for button in page.locator(".mj-on button").all()]
    assert len(boxes) == 8
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            is_apart = one["x"] >= other["right"] or other["x"] >= one["right"]
            assert is_apart or one["y"] >= other["bottom"] or other["y"] >= one["bottom"]


def test_a_right_to_left_prompt_begins_on_the_right(shown: Callable[..., Page]) -> None:
    page = shown(card(prompt=RIGHT_TO_LEFT), width=700)
    prompt = page.locator(".mj-prompt")
    assert prompt.evaluate("p => getComputedStyle(p).direction") == "rtl"
    assert page.locator(".mj-state").evaluate("p => getComputedStyle(p).direction") == "ltr"


@pytest.mark.parametrize("width", [700, 1240, 1600])
def test_two_cards_in_an_hbox_share_its_width(shown: Callable[..., Page], width: int) -> None:
    page = shown(card(), card(prompt="x" * 400), width=width, is_row=True)
    one, two = (box_of(each) for each in page.locator(".mj-card").all())
    assert one["width"] == pytest.approx(two["width"], abs=1)
    assert one["right"] <= two["x"] + 1
    assert two["right"] <= width
    is_whole(page, width)


# The head


@pytest.mark.parametrize("width", [700, 1240, 1600])
def test_at_most_one_line_of_words_stands_above_the_pictures(
    shown: Callable[..., Page], width: int
) -> None:
    page = shown(card(heading={"parameters": ["ar 1:1", "s 250"]}), width=width)
    head, grid = box_of(page.locator(".mj-head")), box_of(page.locator(".mj-grid"))
    assert head["height"] < 30
    assert head["bottom"] <= grid["y"] < head["bottom"] + 12


def test_without_its_style_sheet_a_card_says_nothing_twice_and_nothing_false(
    shown: Callable[..., Page],
) -> None:
    page = shown(
        card(
            heading={"parameters": ["ar 1:1"]},
            notice={"text": "no reason", "tone": "failed"},
            state={"words": "in progress", "tone": "running", "progress": 46},
        ),
        width=700,
        css="",
    )
    words = page.locator(".mj-caption").evaluate(SEEN)
    for said in ("a red fox", "ar 1:1", "no reason", "46 %", "⋯"):
        assert words.count(said) == 1, words
    for hidden in ("task 18", "Not live", "out of date", "copy", "in progress"):
        assert hidden not in words


def test_going_back_by_keyboard_leads_the_focus_to_the_thumbnail_of_what_was_left(
    shown: Callable[..., Page],
) -> None:
    page = shown(chain(*FOUR), width=1240)
    step = page.get_by_role("button", name="Back to V1", exact=True).and_(page.locator(".mj-step"))
    step.last.press("Enter")
    assert page.evaluate("window.sent") == [{"type": "back", "to": 1}]
    thumb = level(page, 1).locator("> .mj-strip > .mj-thumb")
    expect(thumb).to_be_hidden()
    level(page, 1).locator("> .mj-followups > .mj-card").evaluate("card => card.remove()")
    expect(thumb).to_be_focused()


def test_going_back_takes_the_focus_from_nobody_who_has_moved_on(
    shown: Callable[..., Page],
) -> None:
    page = shown(chain(*FOUR), width=1240)
    page.locator(".mj-step").last.press("Enter")
    page.evaluate("() => document.body.append(document.createElement('input'))")
    page.locator("input").focus()
    level(page, 2).locator("> .mj-followups > .mj-card").evaluate("card => card.remove()")
    page.evaluate(
        "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
    )
    expect(page.locator("input")).to_be_focused()


@pytest.mark.parametrize("names", [FOUR[:1], FOUR[:2], FOUR])
def test_that_a_card_is_dead_is_said_once_also_where_the_first_are_hidden(
    shown: Callable[..., Page], names: tuple[str, ...]
) -> None:
    page = shown(chain(*names), width=700)
    dead = page.locator(".mj-dead").filter(visible=True)
    expect(dead).to_have_count(0)
    page.evaluate(
        """() => document.querySelectorAll(".mj-card")
            .forEach((card) => card.classList.add("jupyter-widgets-disconnected"))"""
    )
    expect(dead).to_have_count(1)
    expect(page.locator(".mj-on").filter(visible=True)).to_have_count(0)
    is_whole(page, 700)
