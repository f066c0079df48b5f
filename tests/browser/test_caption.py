"""The words of a card, in a page of their own: what they say, when, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Dialog, Locator

    from browser.front_end import FrontEnd

NOW = 1_760_000_000_000
NOTHING: dict[str, Any] = {"heading": {}, "state": {}, "notice": {}}
STATE_LINE = """async ([state, now]) =>
    (await import("/static/caption/state_line.js")).stateLine(state, now)"""
STATE_IN_SHORT = STATE_LINE.replace("stateLine(", "stateInShort(")

HOSTILE = [
    "<script>alert('script')</script>",
    "<img src=x onerror=\"alert('img')\">",
    "</p><svg onload=alert(1)>",
    "\u202egnp.exe\u202c \u200f left \u2067right\u2069",
    "&lt;b&gt; &amp;",
]


@pytest.fixture
def caption(front_end_page: FrontEnd) -> Callable[..., FrontEnd]:
    """A function that shows a caption with these traits; the clock stands at NOW."""

    def mount(**traits: Any) -> FrontEnd:
        front_end_page.page.clock.install(time=NOW / 1000 - 3600)
        front_end_page.page.clock.pause_at(NOW / 1000)
        front_end_page.mount("caption.js", NOTHING | traits, css="card.css")
        return front_end_page

    return mount


def part(page: FrontEnd, name: str) -> Locator:
    return page.view.locator(f".mj-{name}")


def more(page: FrontEnd) -> Locator:
    """The button that opens what is seldom needed."""
    return part(page, "more")


def ago(seconds: float) -> float:
    return NOW - seconds * 1000


# The state line


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ({}, ""),
        ({"words": "asking the service"}, "asking the service"),
        (
            {
                "words": "in progress",
                "progress": 46,
                "queued": 2.1,
                "runningSince": ago(18),
                "changedAt": ago(3),
            },
            "in progress, 46 %, queued 2 s, running 18 s, last change 3 s ago",
        ),
        ({"words": "in progress", "progress": 0}, "in progress, 0 %"),
        ({"words": "submitted", "progress": None, "queued": None}, "submitted"),
        ({"words": "submitted", "queuedSince": ago(61.2)}, "submitted, queued 61 s"),
        ({"words": "submitted", "queued": 5, "queuedSince": ago(61)}, "submitted, queued 5 s"),
        ({"words": "done", "queued": 1.462, "ran": 39.219}, "done, queued 1 s, ran 39 s"),
        ({"words": "done", "ran": 0, "runningSince": ago(9)}, "done, ran 0 s"),
        (
            {"words": "unreachable, was in progress", "retryAt": ago(-7), "changedAt": ago(60)},
            "unreachable, was in progress, trying again in 7 s",
        ),
        ({"words": "unreachable", "retryAt": ago(-0.4)}, "unreachable, trying again"),
        ({"words": "unreachable", "retryAt": ago(20)}, "unreachable, trying again"),
        ({"words": "done", "ran": 99.4}, "done, ran 99 s"),
        ({"words": "done", "ran": 100}, "done, ran 1 min 40 s"),
        ({"words": "done", "ran": 3600}, "done, ran 60 min 0 s"),
        ({"words": "done", "ran": 7200}, "done, ran 2 h"),
        ({"words": "in progress", "changedAt": ago(-5)}, "in progress, last change 0 s ago"),
    ],
)
def test_the_state_line(front_end_page: FrontEnd, state: dict[str, Any], line: str) -> None:
    assert front_end_page.page.evaluate(STATE_LINE, [state, NOW]) == line


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ({}, ""),
        ({"words": "asking the service"}, "asking the service"),
        (
            {
                "words": "in progress",
                "tone": "running",
                "progress": 46,
                "queued": 2.1,
                "runningSince": ago(18),
                "changedAt": ago(3),
            },
            "46 % · 18 s",
        ),
        ({"words": "in progress", "tone": "running", "progress": 0}, "0 %"),
        ({"words": "in progress", "tone": "running", "progress": None}, "in progress"),
        ({"words": "submitted", "tone": "waiting", "progress": 0}, "submitted"),
        ({"words": "submitted", "progress": None, "queued": None}, "submitted"),
        ({"words": "submitted", "queuedSince": ago(61.2)}, "submitted · 61 s"),
        (
            {"words": "submitted", "queuedSince": ago(5), "aside": "3 tasks ahead"},
            "submitted · 5 s · 3 tasks ahead",
        ),
        ({"words": "done", "tone": "done", "queued": 1.462, "ran": 39.219}, "done · 39 s"),
        ({"words": "done", "ran": 0, "runningSince": ago(9)}, "done · 0 s"),
        ({"words": "done", "aside": "not submitted again"}, "done · not submitted again"),
        ({"words": "done", "ran": 1, "notes": ["from the library"]}, "done · 1 s"),
        (
            {
                "words": "unreachable, was in progress",
                "tone": "trouble",
                "progress": 46,
                "retryAt": ago(-7),
                "runningSince": ago(60),
            },
            "unreachable, was in progress · again in 7 s",
        ),
        ({"words": "unreachable", "retryAt": ago(-0.4)}, "unreachable · trying again"),
        ({"words": "unreachable", "retryAt": ago(20)}, "unreachable · trying again"),
    ],
)
def test_the_state_in_a_few_words(
    front_end_page: FrontEnd, state: dict[str, Any], line: str
) -> None:
    assert front_end_page.page.evaluate(STATE_IN_SHORT, [state, NOW]) == line


def test_the_line_counts_by_itself_and_the_whole_of_it_is_behind_more(
    caption: Callable[..., FrontEnd],
) -> None:
    page = caption(
        heading=WHOLE,
        state={"words": "in progress", "runningSince": ago(18), "changedAt": ago(3)},
    )
    line, times = part(page, "state"), part(page, "times")
    expect(line).to_have_text("in progress · 18 s")
    expect(times).to_be_hidden()
    more(page).click()
    expect(times).to_have_text("in progress, running 18 s, last change 3 s ago")
    page.page.clock.run_for(2000)
    expect(line).to_have_text("in progress · 20 s")
    expect(times).to_have_text("in progress, running 20 s, last change 5 s ago")
    page.receive(state={"words": "done", "ran": 21})
    expect(line).to_have_text("done · 21 s")
    page.page.clock.run_for(60_000)
    expect(line).to_have_text("done · 21 s")
    expect(times).to_have_text("done, ran 21 s")


def test_the_whole_state_line_is_there_when_it_comes_after_the_heading(
    caption: Callable[..., FrontEnd],
) -> None:
    page = caption(heading=WHOLE)
    more(page).click()
    expect(part(page, "times")).to_be_hidden()
    page.receive(state={"words": "submitted", "queued": 2})
    expect(part(page, "times")).to_be_visible()
    expect(part(page, "times")).to_have_text("submitted, queued 2 s")


def test_a_countdown_ends_with_trying_again(caption: Callable[..., FrontEnd]) -> None:
    page = caption(state={"words": "unreachable", "tone": "trouble", "retryAt": ago(-2)})
    expect(part(page, "state")).to_have_text("unreachable · again in 2 s")
    page.page.clock.run_for(2000)
    expect(part(page, "state")).to_have_text("unreachable · trying again")
    page.page.clock.run_for(10_000)
    expect(part(page, "state")).to_have_text("unreachable · trying again")


def test_nothing_counts_on_after_the_view_is_gone(caption: Callable[..., FrontEnd]) -> None:
    page = caption(state={"words": "in progress", "runningSince": ago(18)})
    line = part(page, "state").element_handle()
    page.unmount()
    page.page.clock.run_for(5000)
    page.receive(state={"words": "done"})
    assert line.text_content() == "in progress · 18 s"


def test_the_tone_colours_the_line(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    front_end_page.page.evaluate(CARD)
    page = caption(state={"words": "in progress", "tone": "running"})
    dot = "line => getComputedStyle(line, '::before').backgroundColor"
    running = part(page, "state").evaluate(dot)
    page.receive(state={"words": "failed", "tone": "failed"})
    assert part(page, "state").evaluate(dot) != running


# Who hears it


def test_a_screen_reader_hears_changes_and_not_the_ticking(
    caption: Callable[..., FrontEnd],
) -> None:
    page = caption(state={"words": "in progress", "progress": 31, "runningSince": ago(18)})
    spoken = page.view.get_by_role("status")
    expect(spoken).to_have_text("in progress")
    expect(part(page, "state")).not_to_have_attribute("aria-live", "polite")
    spoken.evaluate(
        """element => {
            window.heard = [];
            new MutationObserver(() => window.heard.push(element.textContent))
                .observe(element, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.page.clock.run_for(5000)
    page.receive(state={"words": "in progress", "progress": 46, "runningSince": ago(18)})
    page.receive(notice={"text": "Nothing has changed for long", "tone": "trouble"})
    page.receive(notice={})
    page.receive(state={"words": "done", "ran": 20})
    page.receive(state={"words": "done", "ran": 20, "queued": 1})
    assert page.page.evaluate("window.heard") == [
        "in progress. Nothing has changed for long",
        "in progress",
        "done",
    ]
    assert spoken.bounding_box()["width"] <= 1


# Heading, notice, texts


def test_the_heading_says_what_was_asked_and_more_says_where_it_comes_from(
    caption: Callable[..., FrontEnd],
) -> None:
    page = caption(
        heading={
            "prompt": "一只狐狸",
            "full": "一只狐狸 --fast",
            "sent": "a fox --fast",
            "origin": "U2 of task 17",
            "id": "18",
        }
    )
    expect(part(page, "prompt")).to_have_text("一只狐狸")
    more(page).click()
    expect(part(page, "sent")).to_have_text("sent as: a fox --fast")
    expect(part(page, "origin")).to_have_text("task 18, U2 of task 17")
    page.receive(heading={"prompt": "a fox", "sent": "", "origin": "", "id": "18", "seed": "42"})
    expect(part(page, "sent")).to_be_hidden()
    expect(part(page, "origin")).to_have_text("task 18, seed 42")


def test_that_nothing_was_submitted_is_a_line_of_its_own(caption: Callable[..., FrontEnd]) -> None:
    said = "submitted on 2026-11-24 09:12 – not again"
    page = caption(heading={"origin": "U2 of task 17", "id": "18", "known": said})
    more(page).click()
    expect(part(page, "known")).to_have_text(said)
    expect(part(page, "origin")).to_have_text("task 18, U2 of task 17")
    above, below = part(page, "known").bounding_box(), part(page, "origin").bounding_box()
    assert above
    assert below
    assert below["y"] >= above["y"] + above["height"]


def test_what_is_empty_takes_no_room(caption: Callable[..., FrontEnd]) -> None:
    page = caption()
    for name in ("path", "prompt", "chips", "state", "more", "details", "notice", "stale", "dead"):
        expect(part(page, name)).to_be_hidden()
    expect(page.view.get_by_role("button")).to_have_count(0)


def test_how_the_prompt_is_understood_is_said_in_chips_beside_it(
    caption: Callable[..., FrontEnd],
) -> None:
    warning = "Midjourney documents no --bogus"
    page = caption(
        heading={"prompt": "a fox", "parameters": ["ar 16:9", "s 250"], "warning": warning}
    )
    chips = page.view.get_by_role("list", name="Parameters").get_by_role("listitem")
    expect(chips).to_have_text(["ar 16:9", "s 250"])
    expect(page.view.locator(".mj-slip .mj-warning")).to_have_text(warning)
    prompt, chip = part(page, "prompt").bounding_box(), chips.first.bounding_box()
    assert prompt
    assert chip
    assert chip["x"] > prompt["x"] + prompt["width"]
    assert prompt["y"] < chip["y"] + chip["height"] / 2 < prompt["y"] + prompt["height"]
    page.receive(heading={"prompt": "a fox", "parameters": [], "warning": ""})
    expect(part(page, "chips")).to_be_hidden()


def test_use_stands_beside_a_warning_that_has_a_mended_prompt_and_is_pressed_by_key(
    caption: Callable[..., FrontEnd],
) -> None:
    heading = {
        "prompt": "a fox",
        "warning": "Write “16:9” for “16:9,”",
        "mended": "a fox --ar 16:9",
    }
    page = caption(heading=heading)
    use = page.view.get_by_role("button", name="Use the mended prompt: a fox --ar 16:9", exact=True)
    expect(use).to_have_text("Use")
    use.press("Enter")
    assert [message["content"] for message in page.sent] == [{"type": "use"}]
    page.receive(heading={**heading, "mended": ""})
    expect(part(page, "use")).to_be_hidden()
    expect(part(page, "warning")).to_be_visible()


def test_a_notice_comes_and_goes(caption: Callable[..., FrontEnd]) -> None:
    page = caption(notice={"text": "Request blocked by content policy", "tone": "failed"})
    expect(part(page, "notice")).to_have_text("Request blocked by content policy")
    page.receive(notice={})
    expect(part(page, "notice")).to_be_hidden()


def test_texts_are_a_list(front_end_page: FrontEnd) -> None:
    front_end_page.mount("texts.js", {"texts": ["a fox", "a red fox", HOSTILE[0]]}, css="card.css")
    items = front_end_page.view.get_by_role("listitem").locator(".mj-words")
    expect(items).to_have_text(["a fox", "a red fox", HOSTILE[0]])
    front_end_page.receive(texts=["one"])
    expect(items).to_have_text(["one"])
    front_end_page.receive(texts=[])
    expect(items).to_have_count(0)


def test_each_text_is_copied_by_itself_and_it_is_said(
    front_end_page: FrontEnd, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    front_end_page.mount("texts.js", {"texts": ["a fox", "a red fox"]}, css="card.css")
    front_end_page.page.evaluate("() => { window.clipboard = navigator.clipboard; }")
    copies = front_end_page.view.get_by_role("button")
    expect(copies.nth(1)).to_have_accessible_name("copy text 2")
    copies.nth(1).click()
    expect(copies.nth(1)).to_have_text("copied")
    expect(front_end_page.view.get_by_role("status").nth(1)).to_have_text("text 2 copied")
    assert front_end_page.page.evaluate(COPIED) == "a red fox"


def test_a_title_in_place_of_the_prompt_is_not_copied(caption: Callable[..., FrontEnd]) -> None:
    page = caption(heading={"prompt": "", "title": "describe", "id": "18"})
    expect(part(page, "prompt")).to_have_text("describe")
    more(page).click()
    expect(page.view.get_by_role("button", name="copy")).to_have_text(["copy id"])


def test_prompt_and_reason_can_be_selected(caption: Callable[..., FrontEnd]) -> None:
    page = caption(heading={"prompt": "a red fox"}, notice={"text": "no reason"})
    for name in ("prompt", "notice"):
        part(page, name).click(click_count=3)
        assert page.page.evaluate("getSelection().toString().trim()") in ("a red fox", "no reason")


# Copies

WHOLE = {
    "prompt": "a red fox",
    "full": "a red fox\n--ar 16:9",
    "parameters": ["ar 16:9"],
    "origin": "U2 of task 17",
    "id": "18",
    "link": "http://127.0.0.1/fox.png?ex=1&is=2",
    "seed": "4242",
}
COPIED = "() => clipboard.readText()"


@pytest.fixture
def whole(caption: Callable[..., FrontEnd], context: BrowserContext) -> FrontEnd:
    """A finished task's caption, whose page may use the clipboard."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = caption(heading=WHOLE, state={"words": "done"})
    more(page).click()
    page.page.evaluate("() => { window.clipboard = navigator.clipboard; }")
    return page


def test_prompt_id_link_and_seed_are_copied_as_they_are_and_it_is_said(whole: FrontEnd) -> None:
    spoken = whole.view.get_by_role("status")
    for what, key in {"prompt": "full", "id": "id", "link": "link", "seed": "seed"}.items():
        button = whole.view.get_by_role("button", name=f"copy {what}")
        label = button.element_handle()
        button.click()
        expect(spoken).to_have_text(f"{what} copied")
        assert label.text_content() == "copied"
        assert whole.page.evaluate(COPIED) == WHOLE[key]
        whole.page.clock.run_for(1500)
        expect(button).to_be_visible()  # it says again what it is for


def test_a_page_without_the_clipboard_copies_the_old_way(whole: FrontEnd) -> None:
    whole.page.evaluate(
        "() => { Object.defineProperty(navigator, 'clipboard', { value: undefined }); }"
    )
    button = whole.view.locator(".mj-copy").first
    button.focus()
    whole.page.keyboard.press("Enter")
    expect(button).to_have_text("copied")
    assert whole.page.evaluate(COPIED) == WHOLE["full"]
    expect(button).to_be_focused()
    expect(whole.view.locator("textarea")).to_have_count(0)


def test_where_copying_is_forbidden_it_says_what_else_can_be_done(whole: FrontEnd) -> None:
    whole.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    whole.view.get_by_role("button", name="copy id").click()
    expect(whole.view.get_by_role("status")).to_have_text("id select it and press Ctrl+C")


def test_nothing_is_copied_that_is_not_there(caption: Callable[..., FrontEnd]) -> None:
    page = caption(heading={"prompt": "a fox", "full": "a fox", "id": "18", "link": "", "seed": ""})
    more(page).click()
    copies = page.view.get_by_role("button", name="copy")
    expect(copies).to_have_text(["copy prompt", "copy id"])
    page.receive(heading={"prompt": "V2: Four new variations"})  # the head of a panel
    expect(copies).to_have_count(0)
    expect(more(page)).to_be_hidden()


# What is seldom needed


def test_what_is_seldom_needed_is_opened_and_closed_by_keyboard(whole: FrontEnd) -> None:
    button, details = more(whole), part(whole, "details")
    expect(details).to_be_visible()
    expect(button).to_have_accessible_name("Less")
    expect(button).to_have_attribute("aria-expanded", "true")
    whole.page.keyboard.press("Enter")  # the click has left the focus there
    expect(details).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_have_accessible_name("More: id, seed, link, times")
    whole.page.keyboard.press("Space")
    expect(details).to_be_visible()
    whole.page.keyboard.press("Tab")
    expect(whole.view.get_by_role("button", name="copy prompt")).to_be_focused()
    assert (whole.saved, whole.sent) == ([], [])  # it is this view's own


def test_what_is_open_stays_open_when_the_kernel_has_news(whole: FrontEnd) -> None:
    whole.receive(heading=WHOLE | {"seed": "7"}, state={"words": "done", "ran": 3})
    expect(part(whole, "details")).to_be_visible()
    expect(part(whole, "origin")).to_have_text("task 18, U2 of task 17, seed 7")


def test_a_long_prompt_is_two_lines_until_more_shows_all_of_it(
    caption: Callable[..., FrontEnd],
) -> None:
    page = caption(heading={"prompt": "a red fox " * 60, "id": "18"})
    page.view.evaluate("view => { view.style.width = '400px'; }")
    prompt = part(page, "prompt")
    assert prompt.evaluate("p => p.clientHeight") < 50
    more(page).click()
    assert prompt.evaluate("p => p.clientHeight") > 100


def test_more_shows_the_tools_that_are_seldom_needed(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    front_end_page.page.evaluate(CARD)
    page = caption(heading=WHOLE)
    seed = page.page.get_by_role("button", name="Seed", exact=True)
    expect(seed).to_be_hidden()
    more(page).click()
    expect(seed).to_be_visible()
    more(page).click()
    expect(seed).to_be_hidden()


# The way back

INSIDE = {"prompt": "a fox", "button": "U3", "path": ["a red fox", "V2"], "id": "18"}


@pytest.fixture
def inside(caption: Callable[..., FrontEnd], front_end_page: FrontEnd) -> Callable[..., FrontEnd]:
    """A function that shows a caption in a card that stands in so many other ones."""

    def mount(depth: int, **heading: Any) -> FrontEnd:
        front_end_page.page.evaluate(CARD)
        for _ in range(depth):
            front_end_page.page.evaluate(CHILD)
        page = caption(heading=INSIDE | heading)
        page.page.evaluate(PLACED)
        return page

    return mount


def path(page: FrontEnd) -> Locator:
    return page.view.get_by_role("navigation")


def test_the_path_leads_back_to_each_card_above_once(inside: Callable[..., FrontEnd]) -> None:
    page = inside(2)
    steps = path(page).get_by_role("button")
    expect(steps).to_have_text(["a red fox", "V2"])
    expect(path(page).locator(".mj-here")).to_have_text("U3")
    expect(steps.first).to_have_attribute("title", "Back to a red fox")
    steps.nth(1).click()
    steps.first.press("Enter")
    assert [message["content"] for message in page.sent] == [
        {"type": "back", "to": 1},
        {"type": "back", "to": 0},
    ]


def test_a_card_outside_of_its_parents_has_no_way_back(inside: Callable[..., FrontEnd]) -> None:
    page = inside(0, inherits=True)
    expect(path(page)).to_have_count(0)
    expect(part(page, "path")).to_be_hidden()
    expect(part(page, "prompt")).to_have_text("a fox")  # though it is its parent's


def test_the_path_begins_with_the_outermost_card_on_the_page(
    inside: Callable[..., FrontEnd],
) -> None:
    page = inside(1)  # the cell shows "V2", not what that came from
    steps = path(page).get_by_role("button")
    expect(steps).to_have_text(["V2"])
    steps.click()
    assert [message["content"] for message in page.sent] == [{"type": "back", "to": 1}]


@pytest.mark.parametrize(
    ("heading", "here"),
    [
        ({"button": "U3"}, "U3"),
        ({"button": "", "title": "describe"}, "describe"),
        ({"button": ""}, "new prompt"),
    ],
)
def test_the_path_ends_with_what_a_card_came_of(
    inside: Callable[..., FrontEnd], heading: dict[str, str], here: str
) -> None:
    expect(path(inside(2, **heading)).locator(".mj-here")).to_have_text(here)


def test_where_there_is_little_room_the_root_gives_way_before_the_name_of_the_card(
    inside: Callable[..., FrontEnd],
) -> None:
    page = inside(2, path=["a red fox in the snow", "Edit 2"], button="Animate 1")
    page.view.evaluate("view => { view.style.setProperty('--mj-size', '260px'); }")
    is_cut = "one => one.scrollWidth > one.clientWidth"
    assert path(page).get_by_role("button").first.evaluate(is_cut)
    assert not path(page).locator(".mj-here").evaluate(is_cut)


def test_a_prompt_that_is_the_parents_is_not_said_again(inside: Callable[..., FrontEnd]) -> None:
    same = {"inherits": True, "parameters": ["ar 16:9", "seed 7"], "changed": ["seed 7"]}
    page = inside(2, **same)
    expect(part(page, "prompt")).to_be_hidden()
    expect(page.view.get_by_role("listitem")).to_have_text(["seed 7"])
    page.receive(heading=INSIDE | same | {"changed": []})
    expect(part(page, "chips")).to_be_hidden()
    page.receive(heading=INSIDE | same | {"inherits": False})
    expect(part(page, "prompt")).to_have_text("a fox")
    expect(page.view.get_by_role("listitem")).to_have_text(["ar 16:9", "seed 7"])
    page.receive(heading=INSIDE | same | {"title": "describe"})
    expect(part(page, "prompt")).to_have_text("describe")


def test_a_step_that_reaches_no_kernel_says_that_the_card_is_dead(
    inside: Callable[..., FrontEnd], page_errors: list[str]
) -> None:
    page = inside(2)
    page.cut()
    path(page).get_by_role("button").first.click()
    expect(page.view.get_by_role("status")).to_have_text("Not live any more: run the cell again.")
    expect(page.page.locator(".mj-card.jupyter-widgets-disconnected")).to_have_count(1)
    assert page_errors == []


# Keys

CARD = """() => {
    const card = document.createElement("section");
    card.className = "mj-card";
    card.innerHTML =
        '<div class="mj-body">' +
            '<div class="mj-grid"><div class="mj-pictures" data-count="1" data-columns="1"></div>' +
                '<div class="mj-row mj-on mj-line-1 mj-column-1"><button>U1</button></div></div>' +
            '<div class="mj-foot"><div class="mj-row mj-tools">' +
                '<button class="jupyter-button mj-seldom">Seed</button></div></div>' +
            '<div class="mj-asked"><textarea></textarea></div>' +
        '</div>';
    document.body.append(card);
    card.firstChild.prepend(document.getElementById("view"));
    card.insertAdjacentHTML("afterend", "<button>Run</button>");
    window.heard = [];
    window.presses = 0;
    document.addEventListener("keydown", ({ key }) =>
        /^(Control|Shift|Alt)$/.test(key) || window.heard.push(key));
    card.querySelector("button").addEventListener("click", () => { window.presses += 1; });
}"""
CHILD = """() => {
    const parent = document.createElement("section");
    parent.className = "mj-card";
    parent.innerHTML = '<div class="mj-body"><div class="mj-followups"></div></div>';
    const card = document.querySelector(".mj-card");
    card.replaceWith(parent);
    parent.querySelector(".mj-followups").append(card);
}"""
# Observers are told in the order in which they have begun.
PLACED = """() => new Promise((resolve) =>
    new ResizeObserver(resolve).observe(document.getElementById("view")))"""


class Keyboard:
    """A card in a page with a host, which hears what reaches the document."""

    def __init__(self, page: FrontEnd) -> None:
        self.front_end = page
        self.keyboard = page.page.keyboard
        self.u1 = page.page.get_by_role("button", name="U1")
        self.box = page.page.locator(".mj-asked > textarea")
        self.run = page.page.get_by_role("button", name="Run")
        page.page.evaluate(PLACED)

    def hears(self, key: str) -> bool:
        """Press a key; return whether the host hears it."""
        self.front_end.page.evaluate("() => { window.heard = []; }")
        self.keyboard.press(key)
        return self.front_end.page.evaluate("window.heard") != []

    @property
    def presses(self) -> int:
        """How often U1 was pressed."""
        return self.front_end.page.evaluate("window.presses")


@pytest.fixture
def keys(caption: Callable[..., FrontEnd], front_end_page: FrontEnd) -> Keyboard:
    """The keyboard at a card with a button and a text box."""
    front_end_page.page.evaluate(CARD)
    return Keyboard(caption(heading=WHOLE))


def test_the_host_gets_the_shortcuts_and_no_key_alone_of_a_card_that_has_the_focus(
    keys: Keyboard,
) -> None:
    keys.u1.focus()
    for kept in ("d", "Control+z", "Control+Shift+Z"):
        assert not keys.hears(kept)
        # Notebook 7 hears it before the page does: this tells it to leave the key alone
        expect(keys.u1).to_have_attribute("data-lm-suppress-shortcuts", "true")
    for left in ("Control+s", "Alt+a"):
        assert keys.hears(left)
        expect(keys.u1).not_to_have_attribute("data-lm-suppress-shortcuts", "true")
    keys.run.focus()
    assert keys.hears("d")
    keys.u1.focus()
    keys.front_end.unmount()
    assert keys.hears("d")


def test_shift_enter_is_the_hosts_and_presses_no_button_of_the_card(keys: Keyboard) -> None:
    keys.u1.focus()
    for runs in ("Shift+Enter", "Control+Enter", "Alt+Enter"):
        assert keys.hears(runs)
        expect(keys.u1).not_to_have_attribute("data-lm-suppress-shortcuts", "true")
    assert keys.presses == 0
    keys.keyboard.press("Enter")
    assert keys.presses == 1


def test_shift_enter_is_a_new_line_in_a_text_box(keys: Keyboard) -> None:
    keys.box.focus()
    assert not keys.hears("Shift+Enter")
    expect(keys.box).to_have_attribute("data-lm-suppress-shortcuts", "true")
    expect(keys.box).to_have_value("\n")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_that_is_held_down_presses_a_button_once(keys: Keyboard, key: str) -> None:
    keys.u1.focus()
    for _ in range(4):
        keys.keyboard.down(key)
    keys.keyboard.up(key)
    assert keys.presses == 1


def test_the_keys_are_kept_by_the_outermost_card_alone(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    front_end_page.page.evaluate(CARD)
    front_end_page.page.evaluate(CHILD)
    child = Keyboard(caption(heading=WHOLE))
    child.u1.focus()
    assert child.hears("d")  # its parent's caption would keep it


def test_a_card_that_comes_onto_the_page_late_keeps_its_keys(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    front_end_page.page.evaluate(CARD)
    # ipywidgets, too, puts a view on the page when it has been rendered.
    front_end_page.page.evaluate(
        """() => {
            const view = document.getElementById("view");
            const body = view.parentElement;
            const find = document.getElementById;
            document.getElementById = () => view;
            view.remove();
            window.place = () => { body.prepend(view); document.getElementById = find; };
        }"""
    )
    page = caption(heading=WHOLE)
    page.page.evaluate("window.place()")
    late = Keyboard(page)
    late.u1.focus()
    assert not late.hears("d")


# A kernel that was shut down


def test_a_button_that_reaches_no_kernel_says_that_the_card_is_dead(
    keys: Keyboard, page_errors: list[str]
) -> None:
    page = keys.front_end
    keys.u1.evaluate("button => button.classList.add('jupyter-button')")
    dead = page.page.locator(".mj-card > .mj-body > .mj-caption > .mj-dead")
    keys.u1.click()
    assert keys.presses == 1
    expect(dead).to_be_hidden()

    page.cut()
    keys.u1.click()
    expect(dead).to_be_visible()
    expect(page.view.get_by_role("status")).to_have_text("Not live any more: run the cell again.")
    assert keys.presses == 1
    assert page_errors == []


def test_esc_that_reaches_no_kernel_says_that_the_card_is_dead(
    panel: FrontEnd, box: Locator, page_errors: list[str]
) -> None:
    panel.cut()
    box.press("Escape")
    panel.page.clock.run_for(100)
    expect(panel.page.locator(".mj-card")).to_contain_class("jupyter-widgets-disconnected")
    assert page_errors == []


# A kernel that is busy


@pytest.fixture
def u1(keys: Keyboard) -> Locator:
    """A control of the kernel's."""
    keys.u1.evaluate(
        "button => { button.classList.add('jupyter-button'); button.title = 'Upscale'; }"
    )
    return keys.u1


def presses(page: FrontEnd) -> list[str]:
    """What the kernel is to answer with, for each press."""
    return [sent["content"]["press"] for sent in page.sent if sent["content"]["type"] == "click"]


def test_a_pressed_button_says_that_it_waits_until_the_kernel_has_heard_it(
    keys: Keyboard, u1: Locator
) -> None:
    page = keys.front_end
    u1.click()
    page.page.clock.run_for(300)
    expect(u1).to_contain_class("mj-waits")
    expect(u1).to_have_attribute("aria-busy", "true")
    expect(u1).to_have_attribute("title", "It waits for the kernel, which is busy")
    expect(page.view.get_by_role("status")).to_have_text("U1 waits for the kernel, which is busy")
    assert keys.presses == 1

    page.message({"type": "heard", "press": presses(page)[0]})
    expect(u1).not_to_contain_class("mj-waits")
    expect(u1).not_to_have_attribute("aria-busy", "true")
    expect(u1).to_have_attribute("title", "Upscale")


def test_a_button_that_is_heard_soon_says_nothing(keys: Keyboard, u1: Locator) -> None:
    page = keys.front_end
    u1.click()
    page.page.clock.run_for(100)
    page.message({"type": "heard", "press": presses(page)[0]})
    page.page.clock.run_for(300)
    expect(u1).not_to_contain_class("mj-waits")


def test_a_button_waits_until_its_last_press_is_heard_and_for_no_others(
    keys: Keyboard, u1: Locator
) -> None:
    page = keys.front_end
    u1.click()
    u1.click()
    page.page.clock.run_for(300)
    first, second = presses(page)
    page.message({"type": "heard", "press": first})
    page.message({"type": "heard", "press": "another view's"})
    expect(u1).to_contain_class("mj-waits")
    page.message({"type": "heard", "press": second})
    expect(u1).not_to_contain_class("mj-waits")


# The head of a panel

PANEL = """() => {
    const card = document.createElement("section");
    card.className = "mj-card";
    card.innerHTML =
        '<div class="mj-body"><div class="mj-foot"><button id="outside" class="jupyter-button">' +
        'V1</button></div><div class="mj-asked"><div class="mj-panel"></div></div></div>';
    document.body.append(card);
    card.querySelector(".mj-panel").append(document.getElementById("view"));
}"""
TEXT_BOX = """() => document.querySelector(".mj-panel").append(
    document.createElement("textarea"))"""


@pytest.fixture
def panel(caption: Callable[..., FrontEnd], front_end_page: FrontEnd) -> FrontEnd:
    """The head of a panel that someone has opened; its text box is still to come."""
    front_end_page.page.evaluate(PANEL)
    return caption(heading={"prompt": "V1: Four new variations"}, takes_focus=True)


def test_the_text_box_of_a_panel_gets_the_focus_as_soon_as_it_is_there(panel: FrontEnd) -> None:
    panel.page.clock.run_for(100)
    panel.page.evaluate(TEXT_BOX)
    panel.page.clock.run_for(100)
    expect(panel.page.locator(".mj-panel textarea")).to_be_focused()


def test_a_panel_takes_the_focus_once_and_not_after_a_reload(panel: FrontEnd, box: Locator) -> None:
    panel.page.clock.run_for(100)
    expect(box).to_be_focused()
    assert panel.get("takes_focus") is False
    assert panel.saved == [{"takes_focus": False}]


def test_a_panel_waits_for_its_focus_while_a_picture_is_zoomed(
    panel: FrontEnd, box: Locator
) -> None:
    panel.page.locator(".mj-card").evaluate("card => card.append(document.createElement('dialog'))")
    panel.page.locator("dialog").evaluate("dialog => dialog.showModal()")
    panel.page.clock.run_for(100)
    expect(box).not_to_be_focused()
    assert panel.saved == []
    panel.page.locator("dialog").evaluate("dialog => dialog.close()")
    panel.page.clock.run_for(100)
    expect(box).to_be_focused()


def test_a_panel_that_is_gone_takes_no_focus(panel: FrontEnd) -> None:
    panel.unmount()
    panel.page.evaluate(TEXT_BOX)
    panel.page.clock.run_for(100)
    expect(panel.page.locator(".mj-panel textarea")).not_to_be_focused()
    assert panel.saved == []


def test_a_panel_that_nobody_has_opened_takes_no_focus(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    front_end_page.page.evaluate(PANEL)
    front_end_page.page.locator("#outside").focus()
    caption(heading={"prompt": "Custom Zoom"}, takes_focus=False)
    front_end_page.page.evaluate(TEXT_BOX)
    front_end_page.page.clock.run_for(100)
    expect(front_end_page.page.locator("#outside")).to_be_focused()


@pytest.fixture
def box(panel: FrontEnd) -> Locator:
    """The text box of the panel, which keeps its keys as ipywidgets' do."""
    panel.page.evaluate(TEXT_BOX)
    box = panel.page.locator(".mj-panel textarea")
    box.evaluate("box => box.addEventListener('keydown', (event) => event.stopPropagation())")
    return box


CLOSE = "panel => panel.remove()"


def close(panel: FrontEnd) -> None:
    panel.page.locator(".mj-panel").evaluate(CLOSE)
    panel.unmount()
    panel.page.clock.run_for(100)


@pytest.fixture
def opened(caption: Callable[..., FrontEnd], front_end_page: FrontEnd) -> FrontEnd:
    """A panel that a button has opened, and whose text has the focus."""
    front_end_page.page.evaluate(PANEL)
    front_end_page.page.evaluate(TEXT_BOX)
    front_end_page.page.evaluate("() => { window.view = document.getElementById('view'); }")
    front_end_page.page.evaluate("() => { document.getElementById = () => window.view; }")
    front_end_page.page.locator("#outside").focus()
    page = caption(heading={"prompt": "V1: Four new variations"}, takes_focus=True)
    page.page.clock.run_for(100)
    expect(page.page.locator(".mj-panel textarea")).to_be_focused()
    return page


def test_a_panel_that_goes_gives_the_focus_back_to_the_button_that_has_opened_it(
    opened: FrontEnd,
) -> None:
    close(opened)
    expect(opened.page.locator("#outside")).to_be_focused()


def test_a_button_that_cannot_be_pressed_yet_gets_the_focus_back_when_it_can(
    opened: FrontEnd,
) -> None:
    button = opened.page.locator("#outside")
    button.evaluate("button => { button.disabled = true; }")
    close(opened)
    expect(button).not_to_be_focused()
    button.evaluate("button => { button.disabled = false; }")
    opened.page.clock.run_for(100)
    expect(button).to_be_focused()


def test_a_panel_that_goes_leaves_those_alone_who_have_moved_on(opened: FrontEnd) -> None:
    opened.page.evaluate("() => document.body.append(document.createElement('input'))")
    opened.page.locator("input").focus()
    close(opened)
    expect(opened.page.locator("input")).to_be_focused()


def test_a_panel_takes_nobody_away_from_another_text_of_the_card(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    front_end_page.page.evaluate(PANEL)
    front_end_page.page.evaluate(TEXT_BOX)
    front_end_page.page.evaluate(
        "() => document.querySelector('.mj-foot').prepend(document.createElement('textarea'))"
    )
    other = front_end_page.page.locator(".mj-foot > textarea")
    other.focus()
    caption(heading={"prompt": "Custom Zoom"}, takes_focus=True).page.clock.run_for(100)
    expect(other).to_be_focused()


def test_a_panel_in_a_followups_card_takes_the_focus_from_its_parents(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    front_end_page.page.evaluate(PANEL)
    front_end_page.page.evaluate(TEXT_BOX)
    front_end_page.page.evaluate(CHILD)
    front_end_page.page.evaluate("() => document.querySelector('.mj-body').prepend(outside)")
    front_end_page.page.locator("#outside").focus()
    caption(heading={"prompt": "Custom Zoom"}, takes_focus=True).page.clock.run_for(100)
    expect(front_end_page.page.locator(".mj-panel textarea")).to_be_focused()


def test_esc_is_told_once_with_the_text_and_only_from_inside_the_panel(
    panel: FrontEnd, box: Locator
) -> None:
    panel.page.locator("#outside").press("Escape")
    panel.page.clock.run_for(100)
    assert panel.sent == []
    box.press("a")
    box.press("Escape")
    panel.page.clock.run_for(100)
    assert [message["content"] for message in panel.sent] == [{"type": "escape", "text": "a"}]


FIELDS = """() => document.querySelector(".mj-panel").insertAdjacentHTML("beforeend", `
    <div class="mj-panel-prompt"><textarea>a fox</textarea></div>
    <div class="mj-choice"><select><option>low</option><option>high</option></select></div>
    <div class="mj-choice"><input type="checkbox"></div>
    <input type="range"><button class="jupyter-button mj-send">Send</button>`)"""


def test_a_press_in_a_panel_takes_along_what_is_written_and_chosen_there(panel: FrontEnd) -> None:
    panel.page.evaluate(FIELDS)
    panel.page.locator("textarea").fill("a red fox")
    panel.page.locator("select").select_option("high")
    panel.page.get_by_role("checkbox").check()
    panel.page.locator("#outside").click()
    assert panel.sent == []
    panel.page.get_by_role("button", name="Send").click()
    assert [message["content"] for message in panel.sent] == [
        {"type": "fields", "fields": ["a red fox", 1, True]}
    ]


def test_esc_that_ends_something_else_is_not_told(panel: FrontEnd, box: Locator) -> None:
    composed = {"key": "Escape", "isComposing": True, "bubbles": True}
    box.dispatch_event("keydown", composed)  # a word that an input method had begun
    box.evaluate("box => box.addEventListener('keydown', (event) => event.preventDefault())")
    box.press("Escape")
    panel.page.clock.run_for(100)
    assert panel.sent == []


def test_use_in_a_panel_leads_the_focus_into_its_text(panel: FrontEnd, box: Locator) -> None:
    panel.receive(heading={"warning": "Write “16:9” for “16:9,”", "mended": "a fox --ar 16:9"})
    panel.view.get_by_role("button", name="Use the mended prompt").press("Enter")
    panel.receive(heading={})
    expect(box).to_be_focused()


# What a stranger wrote


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_of_the_services_is_shown_as_text(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd, text: str
) -> None:
    dialogs: list[Dialog] = []
    front_end_page.page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    page = caption(
        heading={
            **dict.fromkeys(("prompt", "full", "sent", "known", "origin", "id", "seed"), text),
            "parameters": [text, text],
            "warning": text,
            "link": text,
        },
        state={"words": text, "tone": text, "aside": text, "notes": [text]},
        notice={"text": text, "tone": text},
    )
    more(page).click()
    assert part(page, "prompt").text_content() == text
    assert page.view.get_by_role("listitem").all_text_contents() == [text, text]
    assert part(page, "warning").text_content() == text
    assert part(page, "state").text_content() == f"{text} · {text}"
    assert part(page, "times").text_content() == f"{text}, {text}"
    assert part(page, "sent").text_content() == f"sent as: {text}"
    assert part(page, "known").text_content() == text
    assert part(page, "origin").text_content() == f"task {text}, {text}, seed {text}"
    assert part(page, "notice").text_content() == text
    page.receive(heading={"title": text})
    assert part(page, "prompt").text_content() == text
    expect(page.view.locator("script, img, svg, b")).to_have_count(0)
    assert dialogs == []


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_the_path_is_shown_as_text(
    inside: Callable[..., FrontEnd], front_end_page: FrontEnd, text: str
) -> None:
    dialogs: list[Dialog] = []
    front_end_page.page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    page = inside(2, path=[text, text], button=text, inherits=True, changed=[text])
    assert part(page, "step").all_text_contents() == [text, text]
    expect(part(page, "step").first).to_have_attribute("title", f"Back to {text}")
    assert part(page, "here").text_content() == text
    assert part(page, "chip").all_text_contents() == [text]
    expect(page.view.locator("script, img, svg, b")).to_have_count(0)
    assert dialogs == []


def test_direction_marks_turn_no_other_line_around(caption: Callable[..., FrontEnd]) -> None:
    page = caption(
        heading={"prompt": "\u202efox\u2067", "id": "17"}, state={"words": "in progress"}
    )
    more(page).click()
    for name in ("prompt", "origin", "times", "state"):
        assert part(page, name).evaluate("p => getComputedStyle(p).unicodeBidi") == "isolate"
    assert part(page, "state").evaluate("p => getComputedStyle(p).direction") == "ltr"


def test_a_word_without_end_does_not_widen_the_card(caption: Callable[..., FrontEnd]) -> None:
    long = "x" * 2000
    page = caption(
        heading={"prompt": long, "id": long, "parameters": [long]}, notice={"text": long}
    )
    page.view.evaluate("view => { view.style.width = '200px'; }")
    assert page.view.evaluate("view => view.scrollWidth <= view.clientWidth")
    assert part(page, "prompt").bounding_box()["height"] < 200
    more(page).click()
    assert page.view.evaluate("view => view.scrollWidth <= view.clientWidth")
    assert part(page, "prompt").bounding_box()["height"] < 200


def test_called_to_look_the_card_flashes(caption: Callable[..., FrontEnd]) -> None:
    page = caption(state={"words": "done"})
    page.view.evaluate("view => view.parentElement.classList.add('mj-card')")
    page.message({"type": "something else"})
    expect(page.page.locator(".mj-card.mj-flash")).to_have_count(0)
    page.message({"type": "look"})
    page.page.clock.run_for(100)
    expect(page.page.locator(".mj-card.mj-flash")).to_have_count(1)
