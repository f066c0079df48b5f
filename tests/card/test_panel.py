"""Windows in a card: opened by a click or by the service, answered once, from Python too."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from ipywidgets.widgets.widget import _instances
from sketches import sketching

import mj_widgets as mj
from card.page import (
    SECONDS,
    PanelPage,
    Seen,
    browser_gets,
    browser_sends,
    card_with_answer,
    classes,
    click,
    until,
    with_nobody_to_ask,
)
from mj_widgets import background
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAVOURS = ("plus", "trueai", "dmx")
# trueai's servers open no window unless they are asked to.
by_itself = pytest.mark.parametrize("sandbox", ["plus", "dmx"], indirect=True)


@pytest.fixture(params=FLAVOURS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with sketching(request.param, remix=True).in_thread() as running:
        yield running


def bodies(sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    return [record.body for record in sandbox.posts if record.path.endswith(path)]


def open_panel(card: mj.TaskWidget) -> PanelPage:
    return Seen(card).until_panel()


def test_a_slip_in_a_window_is_said_below_it_use_mends_it_and_it_can_be_sent_as_it_stands(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    click(single.buttons["Custom Zoom"])
    panel = open_panel(single)
    assert panel.warning == ""
    panel.write("a fox ——ar 16：9 --zoom 1.5")
    assert panel.warning.startswith("Write “--ar” for “——ar”")
    panel.use_mended()
    assert panel.prompt == "a fox --ar 16:9 --zoom 1.5"
    assert panel.warning == ""
    panel.write("a fox --s 2000 --zoom 1.5")
    assert panel.warning == "--s takes 0 to 1000, not 2000"
    panel.use_mended()
    assert panel.prompt == "a fox --s 2000 --zoom 1.5"
    panel.send()
    Seen(single).until_followups(1)
    single.followups[0].wait(SECONDS)
    (answer,) = bodies(sandbox, "submit/modal")
    assert answer["prompt"] == "a fox --s 2000 --zoom 1.5"


def test_a_click_opens_the_window_in_the_card_and_send_sends_it_once(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sent = len(sandbox.posts)
    click(single.buttons["Custom Zoom"])
    panel = open_panel(single)
    assert panel.prompt.endswith("--zoom 2")
    assert len(sandbox.posts) == sent

    panel.write("a fox --zoom 5")
    panel.send()
    assert "between 1 and 2" in panel.notice
    assert len(sandbox.posts) == sent

    panel.write("a fox --zoom 1.5")
    panel.send()
    panel.send()

    (zoomed,) = single.followups
    assert zoomed.wait(SECONDS).succeeded
    assert Seen(single).panel is None
    assert len(bodies(sandbox, "modal")) == 1


def test_send_which_spends_money_looks_unlike_cancel(single: mj.TaskWidget) -> None:
    click(single.buttons["Custom Zoom"])
    panel = open_panel(single)
    assert "mj-send" in classes(panel.send_button)
    assert "mj-send" not in classes(panel.cancel_button)


def test_cancel_sends_nothing(single: mj.TaskWidget, sandbox: Sandbox) -> None:
    sent = len(sandbox.posts)
    click(single.buttons["Custom Zoom"])
    open_panel(single).cancel()

    assert Seen(single).panel is None
    assert single.followups == ()
    assert len(sandbox.posts) == sent


def test_a_window_leaves_no_model_behind_nor_does_a_card_that_is_closed_with_one(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "any")
    at_first = set(_instances)
    card = mj.TaskWidget(EXAMPLES["finished"])
    card.wait(SECONDS)
    single = card.upscale(1)
    single.wait(SECONDS)
    before = set(_instances)

    click(single.buttons["Vary (Region)"])
    open_panel(single).cancel()
    assert [_instances[model] for model in set(_instances) - before] == []

    click(single.buttons["Vary (Region)"])
    open_panel(single)
    card.close()
    assert [_instances[model] for model in set(_instances) - at_first] == []


@by_itself
def test_a_window_that_the_service_opens_by_itself_is_shown_in_the_new_card(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    child = grid.vary(3)
    panel = open_panel(child)
    assert child.status == "MODAL"
    assert Seen(child).words == "waiting for input in a window"
    assert panel.title == "V3: Four new variations of picture 3"
    assert Seen(child).notice == ""
    assert panel.prompt

    panel.write("a green fox")
    panel.send()

    assert child.wait(SECONDS).succeeded
    assert Seen(child).panel is None
    assert bodies(sandbox, "modal")[-1]["prompt"] == "a green fox"


@by_itself
def test_the_window_of_the_service_takes_the_focus_of_a_person_who_has_pressed_and_of_nobody_else(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    assert not open_panel(grid.vary(3)).takes_focus
    click(grid.buttons["V4"])
    assert open_panel(grid.followups[-1]).takes_focus


@by_itself
def test_a_task_fetched_while_it_waits_opens_its_window(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    waiting = grid.vary(4)
    open_panel(waiting)
    other = mj.TaskWidget(waiting.task_id)

    panel = open_panel(other)
    assert panel.title == "V4: Four new variations of picture 4"
    panel.write("a purple fox")
    panel.send()

    assert other.wait(SECONDS).succeeded
    assert waiting.wait(SECONDS).succeeded
    Seen(waiting).until_no_panel()


def waiting_for(single: mj.TaskWidget, name: str) -> str:
    """Press a button that opens a window, answer nothing, and return the task that waits."""
    assert single.task is not None
    button = next(b for b in single.task.buttons if b.name == name)
    submission = background.run(settings.session().account.press(single.task, button))
    return submission.task_ids[0]


def test_a_region_that_is_fetched_while_it_waits_is_marked_on_its_parents_picture(
    sandbox: Sandbox, single: mj.TaskWidget
) -> None:
    other = mj.TaskWidget(waiting_for(single, "Vary (Region)"))
    panel = open_panel(other)
    assert single.image is not None
    assert single.task is not None
    assert panel.painter.size == single.image.size
    assert panel.prompt == single.task.final_prompt

    panel.mark([(0, 0, 32, 32)])
    panel.send()

    assert other.wait(SECONDS).succeeded
    assert bodies(sandbox, "modal")[-1]["maskBase64"].startswith("data:image/png;base64,")


def test_a_custom_zoom_that_is_fetched_while_it_waits_has_its_factor_and_is_checked(
    sandbox: Sandbox, single: mj.TaskWidget
) -> None:
    other = mj.TaskWidget(waiting_for(single, "Custom Zoom"))
    panel = open_panel(other)
    assert panel.prompt.endswith(" --zoom 2")
    sent = len(sandbox.posts)

    panel.write("a fox --zoom 7")
    panel.send()
    assert "between 1 and 2" in panel.notice
    assert len(sandbox.posts) == sent

    panel.write("a fox --zoom 1.7")
    panel.send()
    assert other.wait(SECONDS).succeeded


@pytest.mark.parametrize("sandbox", ["trueai"], indirect=True)
def test_the_parent_that_the_service_names_is_fetched_where_nothing_is_kept(
    sandbox: Sandbox, single: mj.TaskWidget
) -> None:
    task_id = waiting_for(single, "Vary (Region)")
    assert single.image is not None
    size = single.image.size
    settings.reset()
    mj.configure(sandbox.url, "any", library=None)

    panel = open_panel(mj.TaskWidget(task_id))
    assert panel.painter.size == size
    assert panel.title == "Repaint a part that you mark"


@by_itself
def test_where_the_picture_to_mark_is_not_known_nobody_is_asked_for_a_mask(
    sandbox: Sandbox, single: mj.TaskWidget
) -> None:
    task_id = waiting_for(single, "Vary (Region)")
    settings.reset()
    mj.configure(sandbox.url, "any", library=None)

    panel = open_panel(mj.TaskWidget(task_id))

    assert panel.painter is None
    assert "not known here" in panel.notice
    assert panel.labels == ["Cancel task"]


@by_itself
def test_while_an_answer_is_on_its_way_nobody_is_asked_for_another(
    sandbox: Sandbox, grid: mj.TaskWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = grid.vary(4)
    open_panel(waiting)
    with_nobody_to_ask(monkeypatch)
    sandbox.faults.slow_seconds = 3
    sandbox.faults.next("slow", path="modal")
    child = card_with_answer(grid, "V4", waiting.task_id, ModalAnswer("a purple fox"))
    asked = Seen(child).panels_from_now_on()
    until(child, "status", "MODAL")
    # After an answer that was lost the card hears once more that the task waits.
    sandbox.faults.next("500", path="/fetch")
    child.check_now()
    until(child, "error", bool)
    child.check_now()
    until(child, "error", "")
    background.run(asyncio.sleep(0))  # what it makes of that is done
    modal = sandbox.log.select("POST", "/submit/modal")
    assert [post.status for post in modal] in ([], [0])  # not answered yet

    until(child, "status", "SUCCESS")
    monkeypatch.undo()
    assert child.wait(SECONDS).succeeded
    assert asked == []
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a purple fox"]


@by_itself
def test_a_task_that_waits_in_two_cards_is_answered_once(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    card = grid.vary(1)
    one = open_panel(card)
    twin = mj.TaskWidget(card.job)
    other = open_panel(twin)
    one.write("a red fox")
    other.write("a blue fox")

    one.send()
    other.send()

    assert card.wait(SECONDS).succeeded
    assert twin.wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a red fox"]
    twin.close()


@by_itself
def test_a_refused_answer_can_be_mended(sandbox: Sandbox, grid: mj.TaskWidget) -> None:
    child = grid.vary(1)
    panel = open_panel(child)
    panel.write("a banned fox")
    panel.send()
    panel.until_notice("anned|敏感")

    panel.write("a fox")
    panel.send()

    assert child.wait(SECONDS).succeeded


@by_itself
def test_a_declined_window_tells_the_service_where_it_can_be_told(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    child = grid.vary(1)
    open_panel(child).cancel()

    with pytest.raises(mj.TaskFailed):
        child.wait(SECONDS)
    assert sandbox.count("POST", f"{child.task_id}/cancel") == 1


@by_itself
def test_esc_leaves_a_window_that_the_task_waits_in_and_its_button_names_what_it_ends(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    child = grid.vary(1)
    panel = open_panel(child)
    assert panel.cancel_button.description == "Cancel task"
    panel.escape()
    assert Seen(child).panel == panel
    panel.send()  # the task is still there to be answered
    assert child.wait(SECONDS).succeeded
    assert sandbox.count("POST", f"{child.task_id}/cancel") == 0


@by_itself
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("403", r"^The service does not cancel it\."),
        ("500", r"^The service cannot answer now.*It may have been cancelled\.$"),
    ],
)
def test_where_the_service_does_not_cancel_the_window_says_so_and_can_still_be_answered(
    sandbox: Sandbox, grid: mj.TaskWidget, fault: str, said: str
) -> None:
    sandbox.faults.next(fault, path="/cancel")
    child = grid.vary(1)
    panel = open_panel(child)
    panel.cancel()
    panel.until_notice(said)
    assert Seen(child).panel == panel
    assert sandbox.count("POST", f"{child.task_id}/cancel") == 1

    panel.write("a green fox")
    panel.send()

    assert child.wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a green fox"]


def test_a_click_on_vary_region_opens_the_painter(single: mj.TaskWidget, sandbox: Sandbox) -> None:
    assert single.image is not None
    sent = len(sandbox.posts)
    click(single.buttons["Vary (Region)"])
    panel = open_panel(single)
    assert panel.painter.size == single.image.size

    panel.send()
    assert "Mark the part" in panel.notice
    assert len(sandbox.posts) == sent

    panel.mark([(0, 0, 32, 32)])
    panel.send()

    (child,) = single.followups
    assert child.wait(SECONDS).succeeded
    assert bodies(sandbox, "modal")[-1]["maskBase64"].startswith("data:image/png;base64,")


# What a refusal, another click or another window leaves


def test_a_refused_answer_keeps_the_panel_with_its_prompt_and_its_mask(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    click(single.buttons["Vary (Region)"])
    panel = open_panel(single)
    panel.mark((0, 0, 32, 32))
    panel.write("a banned lake")
    panel.send()
    panel.until_notice("敏感词")
    Seen(single).until_followups(0)
    assert Seen(single).panel == panel
    assert panel.painter.marked > 0
    assert not panel.send_button.disabled

    panel.write("a lake")
    panel.send()
    Seen(single).until_no_panel()
    (child,) = single.followups
    assert child.wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a banned lake", "a lake"]


def test_what_is_marked_is_not_lost_to_another_window_or_to_esc(single: mj.TaskWidget) -> None:
    click(single.buttons["Vary (Region)"])
    panel = open_panel(single)
    panel.mark((0, 0, 32, 32))
    for other in (single.buttons["Custom Zoom"], Seen(single).tool("Use prompt")):
        click(other)
        assert Seen(single).panel == panel
        assert "would be lost" in panel.notice
    panel.escape()
    assert Seen(single).panel == panel
    panel.unmark()
    panel.escape()
    assert Seen(single).panel is None


def test_what_is_written_is_not_lost_to_another_window_or_to_esc(single: mj.TaskWidget) -> None:
    reuse = Seen(single).tool("Use prompt")
    click(reuse)
    panel = open_panel(single)
    first = panel.prompt
    panel.write("a red fox, running")
    for other in (reuse, single.buttons["Custom Zoom"]):
        click(other)
        assert Seen(single).panel == panel
        assert "what you have written would be lost" in panel.notice
    panel.write(first)
    # The page knows what the kernel does not have yet.
    panel.escape("a red fox, run")
    assert Seen(single).panel == panel
    panel.escape(f" {first}\n")
    assert Seen(single).panel is None


def test_an_answer_whose_task_was_cancelled_can_be_sent_again_by_hand(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    def send() -> mj.TaskWidget:
        click(single.buttons["Custom Zoom"])
        panel = open_panel(single)
        panel.write("a fox --zoom 1.5")
        panel.send()
        return single.followups[-1]

    sandbox.options.speed = 0.05
    first = send()
    until(first, "task", bool)
    first.cancel()
    with pytest.raises(mj.TaskFailed):
        first.wait(SECONDS)
    sandbox.options.speed = 200
    until(single.buttons["Custom Zoom"], "disabled", False)
    again = send()
    assert again is not first
    assert again.wait(SECONDS).succeeded
    assert len(bodies(sandbox, "modal")) == 2


@by_itself
def test_the_window_of_a_task_goes_with_the_task(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    child = grid.vary(3)
    open_panel(child)
    child.cancel()
    with pytest.raises(mj.TaskFailed, match="was cancelled"):
        child.wait(SECONDS)
    assert Seen(child).panel is None


def test_a_key_says_what_it_did_and_no_window_opens_below_the_full_size_view(
    grid: mj.TaskWidget,
) -> None:
    sent = browser_gets(Seen(grid).tiles)
    Seen(grid).ask_for_prompts()
    browser_sends(Seen(grid).tiles, {"type": "vary", "index": 1})
    assert sent.contents == [{"type": "close"}]
    assert Seen(grid).panel is not None

    upscale = {"type": "upscale", "index": 1}
    browser_sends(Seen(grid).tiles, upscale)
    assert sent.contents[-1]["text"].startswith("U2 is pressed")
    (child,) = grid.followups
    child.wait(SECONDS)
    until(grid.buttons["U2"], "disabled", False)
    browser_sends(Seen(grid).tiles, upscale)
    assert sent.contents[-1]["text"].startswith("U2 was pressed before")
    assert grid.followups == (child,)


@by_itself
def test_stop_leaves_the_window_and_what_was_written_in_it(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    child = grid.vary(3)
    panel = open_panel(child)
    panel.write("a green fox")

    child.stop()
    assert Seen(child).words == "not watched any more"
    assert Seen(child).open_panel.widget is panel.widget
    assert panel.prompt == "a green fox"

    child.check_now()
    Seen(child).open_panel.send()
    assert child.wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a green fox"]
    assert Seen(child).panel is None


@by_itself
def test_the_window_closes_when_the_task_has_gone_on_though_nobody_watched_it(
    grid: mj.TaskWidget,
) -> None:
    child = grid.vary(3)
    open_panel(child)
    child.stop()
    elsewhere = mj.TaskWidget(child.task_id)
    open_panel(elsewhere).send()
    assert elsewhere.wait(SECONDS).succeeded

    child.check_now()

    assert child.wait(SECONDS).succeeded
    assert Seen(child).panel is None
    elsewhere.close()


def test_a_window_that_is_closed_is_garbage(single: mj.TaskWidget) -> None:
    click(single.buttons["Custom Zoom"])
    panel = open_panel(single)
    panel.write("a fox --zoom 1.5")
    panel.send()
    (child,) = single.followups
    assert child.wait(SECONDS).succeeded
    Seen(single).until_no_panel()
    gone = weakref.ref(panel.widget)
    del panel
    background.do(gc.collect)
    assert gone() is None
