"""What a card offers beside following and pressing: Remix, cancel, seed, the prompt once more."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sandbox.support import Clock
from sketches import sketching

import mj_widgets as mj
from card.page import SECONDS, Seen, browser_sends, click, until
from mj_widgets.account import lost_answers
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


on = pytest.mark.parametrize


pytestmark = pytest.mark.usefixtures("session")


def offered(card: mj.TaskWidget) -> list[str]:
    return Seen(card).tools


def notice(card: mj.TaskWidget) -> str:
    return Seen(card).notice


def bodies(sandbox: Sandbox, path: str) -> list[Any]:
    return [record.body for record in sandbox.posts if record.path.endswith(path)]


# Buttons and texts


def test_the_buttons_of_one_picture_stand_in_groups_and_unknown_ones_with_the_others(
    grid: mj.TaskWidget,
) -> None:
    single = grid.upscale(1)
    single.wait(SECONDS)
    assert Seen(single).rows == {
        "mj-group-upscale": ["Upscale (Subtle)", "Upscale (Creative)"],
        "mj-group-vary": ["🪄 Vary (Subtle)", "🪄 Vary (Strong)", "🖌️ Vary (Region)", "Edit…"],
        "mj-group-zoom": [
            "🔍 Zoom Out 2x",
            "🔍 Zoom Out 1.5x",
            "🔍 Custom Zoom",
            *("⬅️", "➡️", "⬆️", "⬇️"),
        ],
        "mj-group-animate": ["🎞️ Animate (High motion)", "🎞️ Animate (Low motion)", "Animate…"],
        "mj-group-other": ["❤️", "Web"],
    }
    assert single.buttons["Web"].disabled


def test_each_text_has_its_button_beside_it() -> None:
    card = mj.TaskWidget(EXAMPLES["described"])
    card.wait(SECONDS)
    assert tuple(Seen(card).texts) == card.texts
    assert len(card.texts) == 4
    beside = Seen(card).beside
    assert list(beside) == [f"mj-text-{n}" for n in range(1, 5)]
    assert Seen(card).rows == {"mj-group-other": ["🔄", "🎉 Imagine all"]}

    click(beside["mj-text-3"])
    assert Seen(card).until_panel().prompt == card.texts[2]


def test_a_video_gives_its_file_and_a_picture_none(grid: mj.TaskWidget) -> None:
    animated = grid.upscale(1)
    animated.wait(SECONDS)
    film = animated.press("Animate (Low motion)")
    film.wait(SECONDS)
    assert grid.video_bytes is None
    assert grid.videos == ()
    assert film.video_bytes is not None
    assert film.video_bytes[8:12] == b"WEBP"
    assert film.videos == (film.image_bytes,)
    one = film.press("U1")
    one.wait(SECONDS)
    assert one.video_bytes is not None
    assert one.video_bytes[4:8] == b"ftyp"


# Remix


@on("sandbox", ["plus", "trueai", "dmx"], indirect=True)
def test_with_remix_on_a_click_asks_for_the_prompt_first(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.options.remix = True
    Seen(grid).ask_for_prompts()
    click(grid.buttons["V2"])
    assert sandbox.posts == []
    panel = Seen(grid).open_panel
    assert grid.task is not None
    assert panel.prompt == grid.task.final_prompt

    panel.write("a blue fox")
    panel.send()
    panel.send()
    (child,) = grid.followups
    assert "a blue fox" in child.wait(SECONDS).final_prompt
    assert notice(child) == ""
    assert len(bodies(sandbox, "action")) == 1
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a blue fox"]

    click(grid.buttons["U2"])  # takes no prompt: nothing is asked
    assert Seen(grid).panel is None
    assert len(grid.followups) == 2


# Cancel


@contextmanager
def running(**how: Any) -> Iterator[tuple[Sandbox, Clock, mj.TaskWidget]]:
    """A card of a task that has begun and goes on when the clock does."""
    clock = Clock(time.time())
    with sketching(speed=1, clock=clock, **how).in_thread() as still:
        mj.configure(still.url, "any")
        card = mj.TaskWidget(EXAMPLES["running"])
        until(card, "task", bool)
        clock.forward(5)
        card.check_now()
        until(card, "status", "IN_PROGRESS")
        yield still, clock, card
        card.close()


@on("flavour", ["plus", "trueai"])
@on("by", ["python", "click"])
def test_a_cancelled_task_reads_cancelled_whatever_the_service_calls_it(
    flavour: str, by: str
) -> None:
    with running(flavour=flavour) as (_, _, card):
        assert offered(card) == ["Stop", "Cancel task", "Check now"]
        if by == "python":
            card.cancel()
        else:
            Seen(card).click_tool("Cancel task")
        with pytest.raises(mj.TaskFailed) as caught:
            card.wait(SECONDS)
        assert str(caught.value) == f"Task {card.task_id} was cancelled."
        assert Seen(card).words == "cancelled"
        assert offered(card) == ["Use prompt"]


def test_where_the_service_does_not_cancel_the_task_goes_on_and_the_card_says_so() -> None:
    with running(flavour="dmx", strict=True) as (sandbox, clock, card):
        with pytest.raises(mj.MjError, match=r"The task goes on\."):
            card.cancel()
        Seen(card).click_tool("Cancel task")
        Seen(card).until_notice("^Not cance")
        assert sum(record.path.endswith("/cancel") for record in sandbox.log) == 2
        assert card.task is not None
        assert not card.task.is_final
        assert offered(card) == ["Stop", "Cancel task", "Check now"]
        said, before = notice(card), card.task
        clock.forward(3)  # it moves on
        card.check_now()
        until(card, "task", lambda task: task != before)
        assert notice(card) == said


def test_a_double_click_cancels_once() -> None:
    with running(flavour="plus") as (sandbox, _, card):
        sandbox.faults.slow_seconds = 0.5
        sandbox.faults.next("slow", path="/cancel")
        cancel = Seen(card).tool("Cancel task")
        click(cancel)
        click(cancel)
        with pytest.raises(mj.TaskFailed):
            card.wait(SECONDS)
        until(cancel, "disabled", False)
        assert sandbox.count("POST", "/cancel") == 1


# Seed


def test_the_seed_is_asked_for_once_shown_and_kept_in_what_is_saved(
    grid: mj.TaskWidget, sandbox: Sandbox, tmp_path: Path
) -> None:
    assert offered(grid) == ["Save", "Seed", "Use prompt"]
    seed = grid.seed()
    assert seed.isdigit()
    assert grid.seed() == seed
    assert sum(record.path.endswith("image-seed") for record in sandbox.log) == 1
    assert Seen(grid).heading["seed"] == seed
    assert mj.read_metadata(grid.save(tmp_path))["seed"] == seed


def test_a_seed_that_was_asked_for_once_is_in_the_library_for_good(
    grid: mj.TaskWidget, sandbox: Sandbox, tmp_path: Path
) -> None:
    seed = grid.seed()
    library = mj.library()
    assert library is not None
    record = library.get(grid.task_id)
    assert record is not None
    assert record.seed == seed

    again = mj.TaskWidget(grid.task_id)
    again.wait(SECONDS)
    assert Seen(again).heading["seed"] == seed
    assert mj.read_metadata(again.save(tmp_path))["seed"] == seed
    assert again.seed() == seed
    assert sum(record.path.endswith("image-seed") for record in sandbox.log) == 1


def test_a_double_click_asks_for_the_seed_once(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    sandbox.faults.slow_seconds = 0.5
    sandbox.faults.next("slow", path="image-seed")
    Seen(grid).click_tool("Seed")
    Seen(grid).click_tool("Seed")
    Seen(grid).until_heading(lambda heading: heading.get("seed"))
    until(Seen(grid).tool("Seed"), "disabled", False)
    assert sandbox.count("GET", "/image-seed") == 1


def test_the_seed_button_says_what_the_service_refuses(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.next("500", count=9, path="image-seed")
    Seen(grid).click_tool("Seed")
    Seen(grid).until_notice("^No seed")
    until(Seen(grid).tool("Seed"), "disabled", False)


def test_an_observer_that_would_wait_for_ever_is_told_so(session: mj.Session) -> None:
    raised: list[Exception] = []
    asked = threading.Event()
    card = mj.TaskWidget(EXAMPLES["finished"])

    def ask(_: Any) -> None:
        for wait in (card.seed, card.wait, card.cancel):
            try:
                wait()
            except mj.MjError as error:
                raised.append(error)
        asked.set()

    card.observe(ask, "status")
    assert asked.wait(SECONDS)
    assert ["An observer cannot wait" in str(error) for error in raised] == [True] * 3
    assert card.wait(SECONDS).succeeded


# The prompt once more


def test_use_prompt_begins_a_new_picture_in_the_same_output_once(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    Seen(grid).click_tool("Use prompt")
    panel = Seen(grid).open_panel
    assert grid.task is not None
    assert panel.prompt == grid.task.final_prompt
    panel.write("")
    panel.send()
    assert panel.notice == "The prompt is empty."

    panel.write("a blue fox --ar 3:2")
    panel.send()
    assert Seen(grid).panel is None
    panel.send()
    (card,) = grid.followups
    assert card.wait(SECONDS).prompt == "a blue fox --ar 3:2"
    assert Seen(card).heading["origin"] == "imagine"
    assert len(bodies(sandbox, "imagine")) == 1

    Seen(grid).click_tool("Use prompt")
    Seen(grid).open_panel.write("a blue fox --ar 3:2")
    Seen(grid).open_panel.send()
    again = grid.followups[1]
    assert again.wait(SECONDS).id != card.task_id  # a person who writes it again means it
    assert len(bodies(sandbox, "imagine")) == 2


def test_a_refused_prompt_can_be_mended_where_it_stands(sandbox: Sandbox) -> None:
    refused = mj.imagine("a banned fox")
    with pytest.raises(mj.PromptRejected):
        refused.wait(SECONDS)
    assert offered(refused) == ["Use prompt"]
    Seen(refused).click_tool("Use prompt")
    panel = Seen(refused).open_panel
    assert panel.prompt == "a banned fox"
    panel.write("a fox")
    panel.send()
    (mended,) = refused.followups
    assert mended.wait(SECONDS).succeeded


def test_what_is_mended_keeps_its_pictures_its_speed_and_its_bot(sandbox: Sandbox) -> None:
    sketch = Image.new("RGB", (64, 64), "red")
    refused = mj.imagine("a banned fox", [sketch], mode="relax", bot="niji")
    with pytest.raises(mj.PromptRejected):
        refused.wait(SECONDS)
    Seen(refused).click_tool("Use prompt")
    panel = Seen(refused).open_panel
    assert panel.title.startswith("imagine · 1 picture · relax · niji")
    panel.write("a fox")
    panel.send()
    assert refused.followups[0].wait(SECONDS).succeeded
    first, second = bodies(sandbox, "imagine")
    assert second == first | {"prompt": "a fox"}


SKETCH = Image.new("RGB", (64, 64), "red")
MAKERS: dict[str, Callable[[str], mj.TaskWidget]] = {
    "edit": lambda prompt: mj.edit(SKETCH, prompt, pad=(0, 0, 16, 0)),
    "retexture": lambda prompt: mj.retexture(SKETCH, prompt),
    "animate": lambda prompt: mj.animate(SKETCH, prompt),
}


@on("what", MAKERS)
def test_what_is_made_with_other_words_is_known_by_those_when_all_is_run_again(
    sandbox: Sandbox, what: str
) -> None:
    card = MAKERS[what]("a hat")
    hat = card.wait(SECONDS)
    Seen(card).click_tool("Use prompt")
    panel = Seen(card).open_panel
    panel.write("a crown")
    panel.send()
    crown = card.followups[0].wait(SECONDS)
    assert MAKERS[what]("a hat").wait(SECONDS).id == hat.id
    assert MAKERS[what]("a crown").wait(SECONDS).id == crown.id
    assert [post.body["prompt"] for post in sandbox.posts] == ["a hat", "a crown"]


@on("sandbox", ["plus"], indirect=True)
def test_a_prompt_whose_answer_was_lost_is_looked_for_before_it_is_sent_once_more(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_answers, "_LOOKS", (0.0,))
    sandbox.faults.next("cut", path="submit/imagine")
    sandbox.faults.next("500", count=9, path="task/list")
    lost = mj.imagine("a red fox")
    with pytest.raises(mj.ServiceUnavailable, match="may have been submitted"):
        lost.wait(SECONDS)
    sandbox.faults.clear()
    Seen(lost).click_tool("Use prompt")
    Seen(lost).open_panel.send()
    assert lost.followups[0].wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "imagine")] == ["a red fox"]
    Seen(lost).click_tool("Use prompt")
    Seen(lost).open_panel.write("a red hen")
    Seen(lost).open_panel.send()
    assert lost.followups[1].wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "imagine")] == ["a red fox", "a red hen"]


def test_the_prompt_of_a_blend_begins_a_picture_of_its_own(sandbox: Sandbox) -> None:
    pictures = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    card = mj.blend(pictures)
    task = sandbox.studio.tasks[card.wait(SECONDS).id]
    task.prompt = task.final_prompt = "two foxes"
    card.check_now()
    until(card, "task", lambda task: task.prompt == "two foxes")
    Seen(card).until_tool("Use prompt")
    Seen(card).click_tool("Use prompt")
    panel = Seen(card).open_panel
    assert panel.prompt == "two foxes"
    panel.send()
    assert card.followups[0].wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "imagine")] == ["two foxes"]
    assert len(bodies(sandbox, "blend")) == 1


# Keys


def test_u_and_v_press_the_buttons_of_the_picture_that_has_the_focus(grid: mj.TaskWidget) -> None:
    for message in ({"type": "upscale", "index": 1}, {"type": "vary", "index": 2}):
        browser_sends(Seen(grid).tiles, message)
    u2, v3 = grid.followups
    assert (u2.parent_id, u2.button) == (grid.task_id, "U2")
    assert (v3.parent_id, v3.button) == (grid.task_id, "V3")
    browser_sends(Seen(grid).tiles, {"type": "upscale", "index": 9})
    assert len(grid.followups) == 2
