"""Windows in a card: opened by a click or by the service, answered once, from Python too."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from ipywidgets.widgets.widget import _instances
from PIL import Image

import mj_widgets as mj
from card.test_task_widget import SECONDS, click, until
from mj_widgets import background
from mj_widgets.account.ledger import memory
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAVOURS = ("plus", "trueai", "dmx")
# trueai's servers open no window unless they are asked to.
by_itself = pytest.mark.parametrize("sandbox", ["plus", "dmx"], indirect=True)


@pytest.fixture(params=FLAVOURS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(request.param, speed=200).in_thread() as running:
        running.options.remix = True
        yield running


@pytest.fixture
def grid(sandbox: Sandbox) -> Iterator[mj.TaskWidget]:
    mj.configure(sandbox.url, "any")
    card = mj.TaskWidget(EXAMPLES["finished"])
    card.wait(SECONDS)
    yield card
    card.close()


@pytest.fixture
def single(grid: mj.TaskWidget) -> mj.TaskWidget:
    card = grid.upscale(1)
    card.wait(SECONDS)
    return card


def bodies(sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    return [record.body for record in sandbox.posts if record.path.endswith(path)]


def open_panel(card: mj.TaskWidget) -> Any:
    until(card._face.asked, "children", lambda children: len(children) == 1)
    return card._face.panel


def test_a_prompt_from_python_is_the_answer_to_the_window(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    child = grid.vary(2, prompt="a blue fox")

    assert child.wait(SECONDS).succeeded
    assert child.task is not None
    assert "a blue fox" in child.task.prompt
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a blue fox"]
    assert grid.vary(2, prompt="a blue fox") is child
    assert len(sandbox.posts) == 2


def test_custom_zoom_is_checked_before_anything_is_sent(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sent = len(sandbox.posts)
    with pytest.raises(mj.MjError, match="between 1 and 2"):
        single.press("Custom Zoom", prompt="a fox --zoom 3")
    with pytest.raises(mj.MjError, match=r"needs a prompt.*prompt=\.\.\."):
        single.press("Custom Zoom")
    assert len(sandbox.posts) == sent

    zoomed = single.press("Custom Zoom", prompt="a fox --zoom 1.7")

    assert zoomed.wait(SECONDS).succeeded
    assert bodies(sandbox, "modal")[-1]["prompt"] == "a fox --zoom 1.7"


def test_a_click_opens_the_window_in_the_card_and_send_sends_it_once(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sent = len(sandbox.posts)
    click(single.buttons["Custom Zoom"])
    panel = open_panel(single)
    assert panel.prompt.value.endswith("--zoom 2")
    assert len(sandbox.posts) == sent

    panel.prompt.value = "a fox --zoom 5"
    click(panel.send)
    assert "between 1 and 2" in panel.caption.notice["text"]
    assert len(sandbox.posts) == sent

    panel.prompt.value = "a fox --zoom 1.5"
    click(panel.send)
    click(panel.send)

    (zoomed,) = single.followups
    assert zoomed.wait(SECONDS).succeeded
    assert single._face.panel is None
    assert len(bodies(sandbox, "modal")) == 1


def test_send_which_spends_money_looks_unlike_cancel(single: mj.TaskWidget) -> None:
    click(single.buttons["Custom Zoom"])
    panel = open_panel(single)
    assert "mj-send" in panel.send._dom_classes
    assert "mj-send" not in panel.cancel._dom_classes


def test_cancel_sends_nothing(single: mj.TaskWidget, sandbox: Sandbox) -> None:
    sent = len(sandbox.posts)
    click(single.buttons["Custom Zoom"])
    click(open_panel(single).cancel)

    assert single._face.panel is None
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
    click(open_panel(single).cancel)
    assert [_instances[model] for model in set(_instances) - before] == []

    click(single.buttons["Vary (Region)"])
    open_panel(single)
    card.close()
    assert [_instances[model] for model in set(_instances) - at_first] == []


def test_a_region_is_painted_anew(single: mj.TaskWidget, sandbox: Sandbox) -> None:
    assert single.image is not None
    width, height = single.image.size
    with pytest.raises(mj.MjError, match="Vary"):
        single.press("Vary (Region)")
    with pytest.raises(mj.MjError):
        single.vary_region(Image.new("L", (10, 10), 255))

    child = single.vary_region([(0, 0, width // 2, height)], prompt="a lake")

    assert child.wait(SECONDS).succeeded
    (body,) = bodies(sandbox, "modal")
    assert body["prompt"] == "a lake"
    assert body["maskBase64"].startswith("data:image/png;base64,")


@by_itself
def test_a_window_that_the_service_opens_by_itself_is_shown_in_the_new_card(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    child = grid.vary(3)
    panel = open_panel(child)
    assert child.status == "MODAL"
    assert child._face.caption.state["words"] == "waiting for input in a window"
    assert panel.heading.heading["prompt"] == "V3: Four new variations of picture 3"
    assert child._face.caption.notice == {}
    assert panel.prompt.value

    panel.prompt.value = "a green fox"
    click(panel.send)

    assert child.wait(SECONDS).succeeded
    assert child._face.panel is None
    assert bodies(sandbox, "modal")[-1]["prompt"] == "a green fox"


@by_itself
def test_the_window_of_the_service_takes_the_focus_of_a_person_who_has_pressed_and_of_nobody_else(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    assert not open_panel(grid.vary(3)).heading.takes_focus
    click(grid.buttons["V4"])
    assert open_panel(grid.followups[-1]).heading.takes_focus


@by_itself
def test_a_task_fetched_while_it_waits_opens_its_window(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    waiting = grid.vary(4)
    open_panel(waiting)
    other = mj.TaskWidget(waiting.task_id)

    panel = open_panel(other)
    assert panel.heading.heading["prompt"] == "V4: Four new variations of picture 4"
    panel.prompt.value = "a purple fox"
    click(panel.send)

    assert other.wait(SECONDS).succeeded
    assert waiting.wait(SECONDS).succeeded
    until(waiting._face.asked, "children", ())


def waiting_for(single: mj.TaskWidget, name: str) -> str:
    """Press a button that opens a window, answer nothing, and return the task that waits."""
    assert single.task is not None
    button = next(b for b in single.task.buttons if b.name == name)
    submission = background.run(single._session.press(single.task, button))
    return submission.task_ids[0]


def test_a_region_that_is_fetched_while_it_waits_is_marked_on_its_parents_picture(
    sandbox: Sandbox, single: mj.TaskWidget
) -> None:
    other = mj.TaskWidget(waiting_for(single, "Vary (Region)"))
    panel = open_panel(other)
    assert single.image is not None
    assert single.task is not None
    assert panel.painter.size == single.image.size
    assert panel.prompt.value == single.task.final_prompt

    panel.painter.show([(0, 0, 300, 300)])
    click(panel.send)

    assert other.wait(SECONDS).succeeded
    assert bodies(sandbox, "modal")[-1]["maskBase64"].startswith("data:image/png;base64,")


def test_a_custom_zoom_that_is_fetched_while_it_waits_has_its_factor_and_is_checked(
    sandbox: Sandbox, single: mj.TaskWidget
) -> None:
    other = mj.TaskWidget(waiting_for(single, "Custom Zoom"))
    panel = open_panel(other)
    assert panel.prompt.value.endswith(" --zoom 2")
    sent = len(sandbox.posts)

    panel.prompt.value = "a fox --zoom 7"
    click(panel.send)
    assert "between 1 and 2" in panel.caption.notice["text"]
    assert len(sandbox.posts) == sent

    panel.prompt.value = "a fox --zoom 1.7"
    click(panel.send)
    assert other.wait(SECONDS).succeeded


@pytest.mark.parametrize("sandbox", ["trueai"], indirect=True)
def test_the_parent_that_the_service_names_is_fetched_where_nothing_is_kept(
    sandbox: Sandbox, single: mj.TaskWidget
) -> None:
    task_id = waiting_for(single, "Vary (Region)")
    assert single.image is not None
    size = single.image.size
    mj.configure(sandbox.url, "any", library=None)
    memory.cache_clear()

    panel = open_panel(mj.TaskWidget(task_id))
    assert panel.painter.size == size
    assert panel.heading.heading["prompt"] == "Repaint a part that you mark"


@by_itself
def test_where_the_picture_to_mark_is_not_known_nobody_is_asked_for_a_mask(
    sandbox: Sandbox, single: mj.TaskWidget
) -> None:
    task_id = waiting_for(single, "Vary (Region)")
    mj.configure(sandbox.url, "any", library=None)
    memory.cache_clear()

    panel = open_panel(mj.TaskWidget(task_id))

    assert panel.painter is None
    assert "not known here" in panel.caption.notice["text"]
    assert panel._row.children == (panel.cancel,)


@by_itself
def test_while_an_answer_is_on_its_way_nobody_is_asked_for_another(
    sandbox: Sandbox, grid: mj.TaskWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = grid.vary(4)
    open_panel(waiting)
    monkeypatch.setattr("mj_widgets.card.waiting.is_headless", lambda: True)
    sandbox.faults.slow_seconds = 3
    sandbox.faults.next("slow", path="modal")
    child = grid._new_child("V4")
    asked: list[Any] = []
    child._face.asked.observe(lambda change: asked.append(change.new), "children")
    met_again = threading.Event()
    meet = child._waiting.meet

    async def look(*update: Any) -> None:
        await meet(*update)
        met_again.set()

    monkeypatch.setattr(child._waiting, "meet", look)
    child._begin(waiting.task_id, window=ModalAnswer("a purple fox"))
    until(child, "status", "MODAL")
    # After an answer that was lost the card hears once more that the task waits.
    sandbox.faults.next("500", path="/fetch")
    child.check_now()
    until(child, "error", bool)
    child.check_now()
    assert met_again.wait(SECONDS)
    modal = sandbox.log.select("POST", "/submit/modal")
    assert [post.status for post in modal] in ([], [0])  # not answered yet

    assert child.wait(SECONDS).succeeded
    assert asked == []
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a purple fox"]


@by_itself
def test_a_refused_answer_can_be_mended(sandbox: Sandbox, grid: mj.TaskWidget) -> None:
    child = grid.vary(1)
    panel = open_panel(child)
    panel.prompt.value = "a banned fox"
    click(panel.send)
    until(
        panel.caption,
        "notice",
        lambda said: "anned" in said.get("text", "") or "敏感" in said.get("text", ""),
    )

    panel.prompt.value = "a fox"
    click(panel.send)

    assert child.wait(SECONDS).succeeded


@by_itself
def test_a_declined_window_tells_the_service_where_it_can_be_told(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    child = grid.vary(1)
    click(open_panel(child).cancel)

    with pytest.raises(mj.TaskFailed):
        child.wait(SECONDS)
    assert sandbox.count("POST", f"{child.task_id}/cancel") == 1


@by_itself
def test_esc_leaves_a_window_that_the_task_waits_in_and_its_button_names_what_it_ends(
    sandbox: Sandbox, grid: mj.TaskWidget
) -> None:
    child = grid.vary(1)
    panel = open_panel(child)
    assert panel.cancel.description == "Cancel task"
    panel.heading._handle_custom_msg({"type": "escape"}, [])
    assert child._face.panel is panel
    click(panel.send)  # the task is still there to be answered
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
    click(panel.cancel)
    until(panel.caption, "notice", lambda notice: re.search(said, notice.get("text", "")))
    assert child._face.panel is panel
    assert sandbox.count("POST", f"{child.task_id}/cancel") == 1

    panel.prompt.value = "a green fox"
    click(panel.send)

    assert child.wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a green fox"]


def test_a_click_on_vary_region_opens_the_painter(single: mj.TaskWidget, sandbox: Sandbox) -> None:
    assert single.image is not None
    sent = len(sandbox.posts)
    click(single.buttons["Vary (Region)"])
    panel = open_panel(single)
    assert panel.painter.size == single.image.size

    click(panel.send)
    assert "Mark the part" in panel.caption.notice["text"]
    assert len(sandbox.posts) == sent

    panel.painter.show([(0, 0, 100, 100)])
    click(panel.send)

    (child,) = single.followups
    assert child.wait(SECONDS).succeeded
    assert bodies(sandbox, "modal")[-1]["maskBase64"].startswith("data:image/png;base64,")


# What a refusal, another click or another window leaves


def test_a_refused_answer_keeps_the_panel_with_its_prompt_and_its_mask(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    click(single.buttons["Vary (Region)"])
    panel = open_panel(single)
    panel.painter.show((0, 0, 200, 200))
    panel.prompt.value = "a banned lake"
    click(panel.send)
    until(panel.caption, "notice", lambda notice: "敏感词" in notice.get("text", ""))
    until(single._face.followups, "children", ())
    assert single._face.panel is panel
    assert panel.painter.marked > 0
    assert not panel.send.disabled

    panel.prompt.value = "a lake"
    click(panel.send)
    until(single._face.asked, "children", ())
    (child,) = single.followups
    assert child.wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a banned lake", "a lake"]


def test_what_is_marked_is_not_lost_to_another_window_or_to_esc(single: mj.TaskWidget) -> None:
    click(single.buttons["Vary (Region)"])
    panel = open_panel(single)
    panel.painter.show((0, 0, 200, 200))
    for other in (single.buttons["Custom Zoom"], single._face.tools.reuse):
        click(other)
        assert single._face.panel is panel
        assert "would be lost" in panel.caption.notice["text"]
    panel.heading._handle_custom_msg({"type": "escape"}, [])
    assert single._face.panel is panel
    panel.painter._take(None, 0.0)
    panel.heading._handle_custom_msg({"type": "escape"}, [])
    assert single._face.panel is None


def test_what_is_written_is_not_lost_to_another_window_or_to_esc(single: mj.TaskWidget) -> None:
    reuse = single._face.tools.reuse
    click(reuse)
    panel = open_panel(single)
    first = panel.prompt.value
    panel.prompt.value = "a red fox, running"
    for other in (reuse, single.buttons["Custom Zoom"]):
        click(other)
        assert single._face.panel is panel
        assert "what you have written would be lost" in panel.caption.notice["text"]
    panel.prompt.value = first
    # The page knows what the kernel does not have yet.
    panel.heading._handle_custom_msg({"type": "escape", "text": "a red fox, run"}, [])
    assert single._face.panel is panel
    panel.heading._handle_custom_msg({"type": "escape", "text": f" {first}\n"}, [])
    assert single._face.panel is None


def test_an_answer_whose_task_was_cancelled_can_be_sent_again_by_hand(
    single: mj.TaskWidget, sandbox: Sandbox
) -> None:
    def send() -> mj.TaskWidget:
        click(single.buttons["Custom Zoom"])
        panel = open_panel(single)
        panel.prompt.value = "a fox --zoom 1.5"
        click(panel.send)
        return single.followups[-1]

    sandbox.options.speed = 0.05
    first = send()
    until(first, "status", bool)
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
    assert child._face.panel is None


def test_a_key_says_what_it_did_and_no_window_opens_below_the_full_size_view(
    grid: mj.TaskWidget,
) -> None:
    sent: list[Any] = []
    grid._face.pictures.send = lambda content, **_: sent.append(content)
    remix = grid._face.offered._remix
    assert remix is not None
    remix.value = True
    grid._face.pictures._handle_custom_msg({"type": "vary", "index": 1}, [])
    assert sent == [{"type": "close"}]
    assert grid._face.panel is not None

    upscale = {"type": "upscale", "index": 1}
    grid._face.pictures._handle_custom_msg(upscale, [])
    assert sent[-1]["text"].startswith("U2 is pressed")
    (child,) = grid.followups
    child.wait(SECONDS)
    until(grid.buttons["U2"], "disabled", False)
    grid._face.pictures._handle_custom_msg(upscale, [])
    assert sent[-1]["text"].startswith("U2 was pressed before")
    assert grid.followups == (child,)
