"""What a card offers beside following and pressing: Remix, cancel, seed, the prompt once more."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

import mj_widgets as mj
from card.test_task_widget import SECONDS, click, until
from mj_widgets.card.words import prompt_note
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["dmx"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(request.param, speed=200).in_thread() as running:
        yield running


on = pytest.mark.parametrize


@pytest.fixture(autouse=True)
def session(sandbox: Sandbox) -> mj.Session:
    return mj.configure(sandbox.url, "any")


@pytest.fixture
def grid(session: mj.Session) -> Iterator[mj.TaskWidget]:
    card = mj.TaskWidget(EXAMPLES["finished"])
    card.wait(SECONDS)
    yield card
    card.close()


def offered(card: mj.TaskWidget) -> list[str]:
    return [tool.description for tool in card._face.tools.offered]


def notice(card: mj.TaskWidget) -> str:
    text: str = card._face.caption.notice.get("text", "")
    return text


def groups(card: mj.TaskWidget) -> dict[str, list[str]]:
    """The rows of buttons below the pictures, by the class that has their heading."""
    return {
        row._dom_classes[-1]: [
            button.description
            for part in row.children
            for button in getattr(part, "children", (part,))  # some stay on one line
        ]
        for row in card._face.offered.groups.children
        if "mj-row" in row._dom_classes
    }


def bodies(sandbox: Sandbox, path: str) -> list[Any]:
    return [record.body for record in sandbox.posts if record.path.endswith(path)]


# Buttons and texts


def test_the_buttons_of_one_picture_stand_in_groups_and_unknown_ones_with_the_others(
    grid: mj.TaskWidget,
) -> None:
    single = grid.upscale(1)
    single.wait(SECONDS)
    assert groups(single) == {
        "mj-group-upscale": ["Upscale (Subtle)", "Upscale (Creative)"],
        "mj-group-vary": ["🪄 Vary (Subtle)", "🪄 Vary (Strong)", "🖌️ Vary (Region)"],
        "mj-group-zoom": [
            "🔍 Zoom Out 2x",
            "🔍 Zoom Out 1.5x",
            "🔍 Custom Zoom",
            *("⬅️", "➡️", "⬆️", "⬇️"),
        ],
        "mj-group-animate": ["🎞️ Animate (High motion)", "🎞️ Animate (Low motion)"],
        "mj-group-other": ["❤️", "Web"],
    }
    assert single.buttons["Web"].disabled


def test_each_text_has_its_button_beside_it() -> None:
    card = mj.TaskWidget(EXAMPLES["described"])
    card.wait(SECONDS)
    texts, *beside = card._face.listed.children
    assert tuple(texts.texts) == card.texts
    assert len(card.texts) == 4
    assert [button._dom_classes[0] for button in beside] == [f"mj-text-{n}" for n in range(1, 5)]
    assert groups(card) == {"mj-group-other": ["🔄", "🎉 Imagine all"]}

    click(beside[2])
    until(card._face.asked, "children", lambda children: len(children) == 1)
    assert card._face.panel is not None
    assert card._face.panel.prompt.value == card.texts[2]


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
    remix = grid._face.offered._remix
    assert remix is not None
    remix.value = True
    click(grid.buttons["V2"])
    assert sandbox.posts == []
    panel = grid._face.panel
    assert panel is not None
    assert grid.task is not None
    assert panel.prompt.value == grid.task.final_prompt

    panel.prompt.value = "a blue fox"
    click(panel.send)
    click(panel.send)
    (child,) = grid.followups
    assert "a blue fox" in child.wait(SECONDS).final_prompt
    assert notice(child) == ""
    assert len(bodies(sandbox, "action")) == 1
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a blue fox"]

    click(grid.buttons["U2"])  # takes no prompt: nothing is asked
    assert grid._face.panel is None
    assert len(grid.followups) == 2


@on("sandbox", ["plus", "dmx"], indirect=True)
def test_a_prompt_that_nobody_asked_for_is_not_taken_for_used(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    assert not sandbox.options.remix
    child = grid.vary(2, prompt="a blue fox")
    child.wait(SECONDS)
    assert "did not ask for your prompt" in notice(child)
    assert "is Remix on" in notice(child)


def test_a_button_that_takes_no_prompt_says_so_and_nothing_is_sent(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    with pytest.raises(mj.MjError, match="“U1” takes no prompt"):
        grid.press("U1", prompt="a blue fox")
    assert sandbox.posts == []


SAME = mj.Task(id="1", prompt="a red fox in the snow --s 50")


@on(
    ("asked", "got", "is_said"),
    [
        ("a blue fox", SAME, True),
        ("a red fox", SAME, True),  # a part of the old one is another one
        ("a red fox in the snow --s 900", SAME, True),
        ("a  red fox in the snow --s 50", SAME, False),
        ("一只蓝狐", mj.Task(id="2", prompt="a blue fox"), False),  # translated
        ("a blue fox", mj.Task(id="2"), False),  # nothing is told
        ("a blue fox", mj.Task(id="2", prompt=SAME.prompt, prompt_en="a blue fox"), False),
    ],
)
def test_only_the_old_prompt_told_again_is_a_warning(
    asked: str, got: mj.Task, is_said: bool
) -> None:
    assert bool(prompt_note(asked, got, SAME)) is is_said


# Cancel


@contextmanager
def running(**how: Any) -> Iterator[tuple[Sandbox, mj.TaskWidget]]:
    """A card of a task that will not end by itself for minutes."""
    with Sandbox(speed=0.05, **how).in_thread() as slow:
        mj.configure(slow.url, "any")
        card = mj.TaskWidget(EXAMPLES["running"])
        until(card, "status", bool)
        yield slow, card
        card.close()


@on("flavour", ["plus", "trueai"])
@on("by", ["python", "click"])
def test_a_cancelled_task_reads_cancelled_whatever_the_service_calls_it(
    flavour: str, by: str
) -> None:
    with running(flavour=flavour) as (_, card):
        assert offered(card) == ["Stop", "Cancel task", "Check now"]
        if by == "python":
            card.cancel()
        else:
            click(card._face.tools.cancel)
        with pytest.raises(mj.TaskFailed) as caught:
            card.wait(SECONDS)
        assert str(caught.value) == f"Task {card.task_id} was cancelled."
        assert card._face.caption.state["words"] == "cancelled"
        assert offered(card) == ["Use prompt"]


def test_where_the_service_does_not_cancel_the_task_goes_on_and_the_card_says_so() -> None:
    with running(flavour="dmx", strict=True) as (sandbox, card):
        with pytest.raises(mj.MjError, match=r"The task goes on\."):
            card.cancel()
        click(card._face.tools.cancel)
        until(
            card._face.caption, "notice", lambda said: said.get("text", "").startswith("Not cance")
        )
        assert sum(record.path.endswith("/cancel") for record in sandbox.log) == 2
        assert card.task is not None
        assert not card.task.is_final
        assert offered(card) == ["Stop", "Cancel task", "Check now"]
        said, before = notice(card), card.task
        sandbox.studio.tasks[card.task_id].submitted -= 200  # it moves on
        card.check_now()
        until(card, "task", lambda task: task != before)
        assert notice(card) == said


@on("fault", ["cut", "500", "html", "empty"])
def test_a_cancel_whose_answer_was_lost_is_sent_once_and_nobody_claims_that_the_task_goes_on(
    fault: str,
) -> None:
    with running(flavour="plus") as (sandbox, card):
        sandbox.faults.next(fault, path="/cancel")
        with pytest.raises(mj.MjError, match=r"may have been cancelled: Check now tells\.") as lost:
            card.cancel()
        assert "goes on" not in str(lost.value)
        assert sandbox.count("POST", "/cancel") == 1


def test_a_double_click_cancels_once() -> None:
    with running(flavour="plus") as (sandbox, card):
        sandbox.faults.slow_seconds = 0.5
        sandbox.faults.next("slow", path="/cancel")
        click(card._face.tools.cancel)
        click(card._face.tools.cancel)
        with pytest.raises(mj.TaskFailed):
            card.wait(SECONDS)
        until(card._face.tools.cancel, "disabled", False)
        assert sandbox.count("POST", "/cancel") == 1


@on("fault", ["403", "429"])
def test_a_cancel_that_was_turned_away_has_not_ended_the_task(fault: str) -> None:
    with running(flavour="plus") as (sandbox, card):
        sandbox.faults.next(fault, path="/cancel")
        with pytest.raises(mj.MjError, match=r"The task goes on\."):
            card.cancel()


def test_before_there_is_a_task_cancel_and_seed_say_so_and_ask_nobody(sandbox: Sandbox) -> None:
    sandbox.faults.next("slow", path="submit/imagine")
    card = mj.imagine("a red fox")
    for ask in (card.cancel, card.seed):
        with pytest.raises(mj.MjError, match="There is no task yet"):
            ask()
    assert card.wait(SECONDS).succeeded
    assert sandbox.count("POST", "/cancel") == sandbox.count("GET", "/image-seed") == 0


# Seed


def test_the_seed_is_asked_for_once_shown_and_kept_in_what_is_saved(
    grid: mj.TaskWidget, sandbox: Sandbox, tmp_path: Path
) -> None:
    assert offered(grid) == ["Save", "Seed", "Use prompt"]
    seed = grid.seed()
    assert seed.isdigit()
    assert grid.seed() == seed
    assert sum(record.path.endswith("image-seed") for record in sandbox.log) == 1
    assert grid._face.caption.heading["seed"] == seed
    assert mj.read_metadata(grid.save(tmp_path))["seed"] == seed


def test_a_seed_that_was_asked_for_once_is_in_the_library_for_good(
    grid: mj.TaskWidget, sandbox: Sandbox, tmp_path: Path
) -> None:
    seed = grid.seed()
    library = mj.library()
    assert library is not None
    [record] = library.search()
    assert record.seed == seed

    again = mj.TaskWidget(grid.task_id)
    again.wait(SECONDS)
    assert again._face.caption.heading["seed"] == seed
    assert mj.read_metadata(again.save(tmp_path))["seed"] == seed
    assert again.seed() == seed
    assert sum(record.path.endswith("image-seed") for record in sandbox.log) == 1


def test_a_double_click_asks_for_the_seed_once(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    sandbox.faults.slow_seconds = 0.5
    sandbox.faults.next("slow", path="image-seed")
    click(grid._face.tools.seed)
    click(grid._face.tools.seed)
    until(grid._face.caption, "heading", lambda heading: heading.get("seed"))
    until(grid._face.tools.seed, "disabled", False)
    assert sandbox.count("GET", "/image-seed") == 1


def test_the_seed_button_says_what_the_service_refuses(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.next("500", count=9, path="image-seed")
    click(grid._face.tools.seed)
    until(grid._face.caption, "notice", lambda notice: notice.get("text", "").startswith("No seed"))
    assert not grid._face.tools.seed.disabled


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
    click(grid._face.tools.reuse)
    panel = grid._face.panel
    assert panel is not None
    assert grid.task is not None
    assert panel.prompt.value == grid.task.final_prompt
    panel.prompt.value = ""
    click(panel.send)
    assert panel.caption.notice["text"] == "The prompt is empty."

    panel.prompt.value = "a blue fox --ar 3:2"
    click(panel.send)
    assert grid._face.panel is None
    click(panel.send)
    (card,) = grid.followups
    assert card.wait(SECONDS).prompt == "a blue fox --ar 3:2"
    assert card._face.caption.heading["origin"] == "imagine"
    assert len(bodies(sandbox, "imagine")) == 1

    click(grid._face.tools.reuse)
    assert grid._face.panel is not None
    grid._face.panel.prompt.value = "a blue fox --ar 3:2"
    click(grid._face.panel.send)
    again = grid.followups[1]
    assert again.wait(SECONDS).id != card.task_id  # a person who writes it again means it
    assert len(bodies(sandbox, "imagine")) == 2


def test_a_refused_prompt_can_be_mended_where_it_stands(sandbox: Sandbox) -> None:
    refused = mj.imagine("a banned fox")
    with pytest.raises(mj.PromptRejected):
        refused.wait(SECONDS)
    assert offered(refused) == ["Use prompt"]
    click(refused._face.tools.reuse)
    panel = refused._face.panel
    assert panel is not None
    assert panel.prompt.value == "a banned fox"
    panel.prompt.value = "a fox"
    click(panel.send)
    (mended,) = refused.followups
    assert mended.wait(SECONDS).succeeded


def test_what_is_mended_keeps_its_pictures_its_speed_and_its_bot(sandbox: Sandbox) -> None:
    sketch = Image.new("RGB", (64, 64), "red")
    refused = mj.imagine("a banned fox", [sketch], mode="relax", bot="niji")
    with pytest.raises(mj.PromptRejected):
        refused.wait(SECONDS)
    click(refused._face.tools.reuse)
    panel = refused._face.panel
    assert panel is not None
    assert panel.heading.heading["prompt"].startswith("imagine · 1 picture · relax · niji")
    panel.prompt.value = "a fox"
    click(panel.send)
    assert refused.followups[0].wait(SECONDS).succeeded
    first, second = bodies(sandbox, "imagine")
    assert second == first | {"prompt": "a fox"}


def test_the_prompt_of_a_blend_begins_a_picture_of_its_own(sandbox: Sandbox) -> None:
    pictures = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    card = mj.blend(pictures)
    task = sandbox.studio.tasks[card.wait(SECONDS).id]
    task.prompt = task.final_prompt = "two foxes"
    card.check_now()
    until(card, "task", lambda task: task.prompt == "two foxes")
    until(card._face.tools.reuse, "_dom_classes", lambda classes: "mj-gone" not in classes)
    click(card._face.tools.reuse)
    panel = card._face.panel
    assert panel is not None
    assert panel.prompt.value == "two foxes"
    click(panel.send)
    assert card.followups[0].wait(SECONDS).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "imagine")] == ["two foxes"]
    assert len(bodies(sandbox, "blend")) == 1


# Chains


def test_the_older_cards_of_a_long_chain_fold(grid: mj.TaskWidget) -> None:
    chain = [grid]
    for name in ("V2", "U3", "Vary (Subtle)", "U1"):
        child = chain[-1].press(name)
        child.wait(SECONDS)
        chain.append(child)
    folds = [card._face.caption.folds for card in chain]
    assert folds == ["folded", "folded", "open", "open", ""]


def test_a_card_without_followups_offers_no_folding(grid: mj.TaskWidget) -> None:
    child = grid.upscale(1)
    assert grid._face.caption.folds == "open"
    child.close()
    grid.upscale(2).wait(SECONDS)
    assert grid._face.caption.folds == "open"
    assert grid.followups[0]._face.caption.folds == ""


# Keys


def test_u_and_v_press_the_buttons_of_the_picture_that_has_the_focus(grid: mj.TaskWidget) -> None:
    for message in ({"type": "upscale", "index": 1}, {"type": "vary", "index": 2}):
        grid._face.pictures._handle_custom_msg(message, [])
    u2, v3 = grid.followups
    assert u2._made_by == (grid.task_id, "U2")
    assert v3._made_by == (grid.task_id, "V3")
    grid._face.pictures._handle_custom_msg({"type": "upscale", "index": 9}, [])
    assert len(grid.followups) == 2
