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
NOTHING: dict[str, Any] = {"heading": {}, "state": {}, "notice": {}, "folds": ""}
STATE_LINE = """async ([state, now]) =>
    (await import("/static/caption/state_line.js")).stateLine(state, now)"""

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


def test_the_line_counts_by_itself(caption: Callable[..., FrontEnd]) -> None:
    page = caption(state={"words": "in progress", "runningSince": ago(18), "changedAt": ago(3)})
    line = part(page, "state")
    expect(line).to_have_text("in progress, running 18 s, last change 3 s ago")
    page.page.clock.run_for(2000)
    expect(line).to_have_text("in progress, running 20 s, last change 5 s ago")
    page.receive(state={"words": "done", "ran": 21})
    expect(line).to_have_text("done, ran 21 s")
    page.page.clock.run_for(60_000)
    expect(line).to_have_text("done, ran 21 s")


def test_a_countdown_ends_with_trying_again(caption: Callable[..., FrontEnd]) -> None:
    page = caption(state={"words": "unreachable", "tone": "trouble", "retryAt": ago(-2)})
    expect(part(page, "state")).to_have_text("unreachable, trying again in 2 s")
    page.page.clock.run_for(2000)
    expect(part(page, "state")).to_have_text("unreachable, trying again")
    page.page.clock.run_for(10_000)
    expect(part(page, "state")).to_have_text("unreachable, trying again")


def test_nothing_counts_on_after_the_view_is_gone(caption: Callable[..., FrontEnd]) -> None:
    page = caption(state={"words": "in progress", "runningSince": ago(18)})
    line = part(page, "state").element_handle()
    page.unmount()
    page.page.clock.run_for(5000)
    page.receive(state={"words": "done"})
    assert line.text_content() == "in progress, running 18 s"


def test_the_tone_colours_the_line(caption: Callable[..., FrontEnd]) -> None:
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


def test_the_heading_says_what_was_asked_and_where_it_comes_from(
    caption: Callable[..., FrontEnd],
) -> None:
    page = caption(
        heading={
            "prompt": "一只狐狸",
            "sent": "a fox --fast",
            "origin": "U2 of task 17",
            "id": "18",
        }
    )
    expect(part(page, "prompt")).to_have_text("一只狐狸")
    expect(part(page, "sent")).to_have_text("sent as: a fox --fast")
    expect(part(page, "origin")).to_have_text("U2 of task 17, task 18")
    page.receive(heading={"prompt": "a fox", "sent": "", "origin": "", "id": "18"})
    expect(part(page, "sent")).to_be_hidden()
    expect(part(page, "origin")).to_have_text("task 18")


def test_that_nothing_was_submitted_is_a_line_of_its_own(caption: Callable[..., FrontEnd]) -> None:
    said = "submitted on 2026-11-24 09:12 – not again"
    page = caption(heading={"origin": "U2 of task 17", "id": "18", "known": said})
    expect(part(page, "known")).to_have_text(said)
    expect(part(page, "origin")).to_have_text("U2 of task 17, task 18")
    above, below = part(page, "origin").bounding_box(), part(page, "known").bounding_box()
    assert above
    assert below
    assert below["y"] >= above["y"] + above["height"]


def test_inside_its_parents_card_the_button_leads_and_the_parents_id_is_left_out(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    heading = {"prompt": "a fox", "button": "U2", "origin": "U2 of task 17", "id": "18"}
    front_end_page.page.evaluate(CARD)
    page = caption(heading=heading)
    page.page.evaluate(PLACED)
    expect(part(page, "prompt")).to_have_text("a fox")
    expect(part(page, "origin")).to_have_text("U2 of task 17, task 18")

    page.page.evaluate(CHILD)
    page = caption(heading=heading)
    page.page.evaluate(PLACED)
    expect(part(page, "prompt")).to_have_text("U2 · a fox")
    expect(part(page, "origin")).to_have_text("task 18")
    page.receive(heading=heading | {"origin": "U2 of task 17, submitted on Monday"})
    expect(part(page, "origin")).to_have_text("submitted on Monday, task 18")


def test_what_is_empty_takes_no_room(caption: Callable[..., FrontEnd]) -> None:
    page = caption()
    for name in ("prompt", "sent", "parameters", "warning", "origin", "known", "state", "notice"):
        expect(part(page, name)).to_be_hidden()
    expect(page.view.get_by_role("button")).to_have_count(0)


def test_how_the_prompt_is_understood_is_said_below_it(caption: Callable[..., FrontEnd]) -> None:
    warning = "Midjourney documents no --bogus"
    page = caption(heading={"parameters": ["ar 16:9", "s 250"], "warning": warning})
    expect(part(page, "parameters")).to_have_text("ar 16:9 · s 250")
    expect(part(page, "warning")).to_have_text(warning)
    page.receive(heading={"prompt": "a fox", "parameters": [], "warning": ""})
    expect(part(page, "parameters")).to_be_hidden()
    expect(part(page, "warning")).to_be_hidden()


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
    expect(page.view.get_by_role("button", name="copy")).to_have_text(["copy id"])


def test_prompt_and_reason_can_be_selected(caption: Callable[..., FrontEnd]) -> None:
    page = caption(heading={"prompt": "a red fox"}, notice={"text": "no reason"})
    for name in ("prompt", "notice"):
        part(page, name).click(click_count=3)
        assert page.page.evaluate("getSelection().toString().trim()") in ("a red fox", "no reason")


# Copies

WHOLE = {
    "prompt": "a red fox\n--ar 16:9",
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
    page.page.evaluate("() => { window.clipboard = navigator.clipboard; }")
    return page


def test_prompt_id_link_and_seed_are_copied_as_they_are_and_it_is_said(whole: FrontEnd) -> None:
    spoken = whole.view.get_by_role("status")
    for what in ("prompt", "id", "link", "seed"):
        button = whole.view.get_by_role("button", name=f"copy {what}")
        label = button.element_handle()
        button.click()
        expect(spoken).to_have_text(f"{what} copied")
        assert label.text_content() == "copied"
        assert whole.page.evaluate(COPIED) == WHOLE[what]
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
    assert whole.page.evaluate(COPIED) == WHOLE["prompt"]
    expect(button).to_be_focused()
    expect(whole.view.locator("textarea")).to_have_count(0)


def test_where_copying_is_forbidden_it_says_what_else_can_be_done(whole: FrontEnd) -> None:
    whole.page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    whole.view.get_by_role("button", name="copy id").click()
    expect(whole.view.get_by_role("status")).to_have_text("id select it and press Ctrl+C")


def test_nothing_is_copied_that_is_not_there(caption: Callable[..., FrontEnd]) -> None:
    page = caption(heading={"prompt": "a fox", "id": "18", "link": "", "seed": ""})
    copies = page.view.get_by_role("button", name="copy")
    expect(copies).to_have_text(["copy prompt", "copy id"])
    page.receive(heading={"prompt": "V2: Four new variations"})  # the head of a panel
    expect(copies).to_have_count(0)


# Folding


def test_a_card_that_nothing_follows_cannot_be_folded(caption: Callable[..., FrontEnd]) -> None:
    page = caption(heading=WHOLE)
    expect(page.view.locator(".mj-fold")).to_be_hidden()
    page.receive(folds="open")
    expect(page.view.get_by_role("button", name="Fold this card")).to_be_visible()


def test_a_card_is_folded_by_hand_and_from_the_kernel(caption: Callable[..., FrontEnd]) -> None:
    page = caption(heading=WHOLE, folds="open")
    fold = page.view.locator(".mj-fold")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.click()
    assert page.saved == [{"folds": "folded"}]
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(fold).to_have_accessible_name("Unfold this card")
    page.receive(folds="open")
    expect(fold).to_have_attribute("aria-expanded", "true")
    page.receive(folds="folded")
    fold.click()
    assert page.saved == [{"folds": "folded"}, {"folds": "open"}]


def test_a_folded_card_is_its_words_and_what_came_of_it(caption: Callable[..., FrontEnd]) -> None:
    page = caption(heading=WHOLE, state={"words": "done"}, folds="open")
    page.page.evaluate(
        """() => {
            const card = document.createElement("section");
            card.className = "mj-card";
            document.body.append(card);
            card.append(document.getElementById("view"));
            card.insertAdjacentHTML("beforeend",
                '<div class="mj-row"><b>tools</b></div><div class="mj-groups"><b>U1</b></div>' +
                '<div class="mj-followups"><b>cards</b></div>');
        }"""
    )
    gone = page.page.locator(".mj-row, .mj-groups, .mj-copy, .mj-parameters")
    for one in gone.all():
        expect(one).to_be_visible()
    page.receive(folds="folded")
    for one in gone.all():
        expect(one).to_be_hidden()
    for name in ("prompt", "state"):
        expect(part(page, name)).to_be_visible()
    expect(page.page.locator(".mj-followups")).to_be_visible()


# Keys

CARD = """() => {
    const card = document.createElement("section");
    card.className = "mj-card";
    card.innerHTML = "<button>U1</button><textarea></textarea>";
    document.body.append(card);
    card.prepend(document.getElementById("view"));
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
    const card = document.querySelector(".mj-card");
    card.replaceWith(parent);
    parent.append(card);
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
        self.box = page.page.locator(".mj-card > textarea")
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
            const card = view.parentElement;
            const find = document.getElementById;
            document.getElementById = () => view;
            view.remove();
            window.place = () => { card.prepend(view); document.getElementById = find; };
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
    dead = page.page.locator(".mj-card > .mj-caption > .mj-dead")
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
    card.innerHTML = '<button id="outside">V1</button><div class="mj-panel"></div>';
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
        "() => document.querySelector('.mj-card').prepend(document.createElement('textarea'))"
    )
    other = front_end_page.page.locator(".mj-card > textarea")
    other.focus()
    caption(heading={"prompt": "Custom Zoom"}, takes_focus=True).page.clock.run_for(100)
    expect(other).to_be_focused()


def test_a_panel_in_a_followups_card_takes_the_focus_from_its_parents(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd
) -> None:
    front_end_page.page.evaluate(PANEL)
    front_end_page.page.evaluate(TEXT_BOX)
    front_end_page.page.evaluate(CHILD)
    front_end_page.page.evaluate("() => document.querySelector('.mj-card').prepend(outside)")
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


def test_esc_that_ends_something_else_is_not_told(panel: FrontEnd, box: Locator) -> None:
    composed = {"key": "Escape", "isComposing": True, "bubbles": True}
    box.dispatch_event("keydown", composed)  # a word that an input method had begun
    box.evaluate("box => box.addEventListener('keydown', (event) => event.preventDefault())")
    box.press("Escape")
    panel.page.clock.run_for(100)
    assert panel.sent == []


# What a stranger wrote


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_of_the_services_is_shown_as_text(
    caption: Callable[..., FrontEnd], front_end_page: FrontEnd, text: str
) -> None:
    dialogs: list[Dialog] = []
    front_end_page.page.on("dialog", lambda dialog: (dialogs.append(dialog), dialog.dismiss()))
    page = caption(
        heading={"prompt": text, "sent": text, "origin": text, "id": text}
        | {"parameters": [text], "warning": text},
        state={"words": text, "tone": text},
        notice={"text": text, "tone": text},
    )
    assert part(page, "prompt").text_content() == text
    assert part(page, "sent").text_content() == f"sent as: {text}"
    assert part(page, "parameters").text_content() == text
    assert part(page, "warning").text_content() == text
    assert part(page, "origin").text_content() == f"{text}, task {text}"
    assert part(page, "state").text_content() == text
    assert part(page, "notice").text_content() == text
    expect(page.view.locator("script, img, svg, b")).to_have_count(0)
    assert dialogs == []


def test_direction_marks_turn_no_other_line_around(caption: Callable[..., FrontEnd]) -> None:
    page = caption(
        heading={"prompt": "\u202efox\u2067", "id": "17"}, state={"words": "in progress"}
    )
    for name in ("prompt", "origin", "state"):
        assert part(page, name).evaluate("p => getComputedStyle(p).unicodeBidi") == "isolate"
    assert part(page, "state").evaluate("p => getComputedStyle(p).direction") == "ltr"


def test_a_word_without_end_does_not_widen_the_card(caption: Callable[..., FrontEnd]) -> None:
    long = "x" * 2000
    page = caption(heading={"prompt": long, "id": long}, notice={"text": long})
    page.view.evaluate("view => { view.style.width = '200px'; }")
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
