"""The panel behind Edit…: what it says first, what it sends, and what it refuses."""

from __future__ import annotations

import base64
import io
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from doors import door
from PIL import Image
from services import CANARY, file_of
from sketches import sketching

import mj_widgets as mj
from card.page import SECONDS, PanelPage, Seen, browser_gets, browser_sends, click
from mj_widgets.account import lost_answers
from mj_widgets.jobs import making
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

on = pytest.mark.parametrize
BOX = (0, 0, 8, 8)
ROOM = (16, 0, 0, 4)


def opened(card: mj.TaskWidget, picture: int = 2) -> PanelPage:
    click(Seen(card).button("Edit…", picture))
    return Seen(card).until_panel()


def painter_of(panel: PanelPage) -> Any:
    assert panel.painter is not None
    return panel.painter


def sent(sandbox: Sandbox) -> list[Any]:
    return [(post.path.rpartition("/mj/")[2], post.body) for post in sandbox.posts]


def pixels(url: str) -> np.ndarray:
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        return np.asarray(image)


# -- opened --------------------------------------------------------------------------------------


@on("sandbox", ["dmx", "trueai", "novicezk", "webman"], indirect=True)
def test_every_picture_of_a_grid_can_be_edited_whatever_the_service_offers(
    grid: mj.TaskWidget,
) -> None:
    size = grid.quadrants[0].size
    for number in range(1, 5):
        assert "By edits" in Seen(grid).button("Edit…", number).tooltip
        panel = opened(grid, number)
        assert panel.title.startswith(f"Edit {number}, by edits: ")
        assert painter_of(panel).has_frame
        assert painter_of(panel).size == size
        assert painter_of(panel).name.startswith(f"picture {number} of 4")
        assert panel.labels == ["Send", "Retexture", "Cancel"]
        assert panel.takes_focus
        panel.cancel()
        Seen(grid).until_no_panel()


def test_a_single_picture_has_the_panel_too(grid: mj.TaskWidget) -> None:
    single = grid.upscale(1)
    single.wait(SECONDS)
    click(Seen(single).button("Edit…"))
    panel = Seen(single).until_panel()
    assert panel.title.startswith("Edit, by edits: ")
    assert painter_of(panel).name.startswith("picture: ")


def test_of_a_grid_with_an_odd_size_each_picture_is_marked_in_its_own(
    session: mj.Session, sandbox: Sandbox
) -> None:
    link = sandbox.put_file("odd.png", file_of(Image.effect_noise((33, 25), 90).convert("RGB")))
    finished = {"action": "IMAGINE", "status": "SUCCESS", "prompt": "a fox", "imageUrl": link}
    card = mj.TaskWidget(sandbox.put("1700000000000001", {"id": "1700000000000001", **finished}))
    card.wait(SECONDS)
    panel = opened(card, 4)
    assert painter_of(panel).size == card.quadrants[3].size == (17, 13)
    panel.mark((0, 0, 17, 12))
    panel.send()
    Seen(card).until_followups(1)
    card.followups[0].wait(SECONDS)
    ((_, body),) = sent(sandbox)
    assert (pixels(body["maskBase64"])[:, 0] == [*[255] * 12, 0]).all()


def test_the_prompt_is_the_tasks_own_without_what_the_frame_decides(session: mj.Session) -> None:
    card = mj.imagine("a red fox --ar 3:2 --s 250 --no text", session=session)
    card.wait(SECONDS)
    assert opened(card).prompt == "a red fox --s 250 --no text"


def test_vary_region_has_no_frame_and_sends_as_before(grid: mj.TaskWidget) -> None:
    single = grid.upscale(1)
    single.wait(SECONDS)
    click(Seen(single).button("🖌️ Vary (Region)"))
    panel = Seen(single).until_panel()
    assert not painter_of(panel).has_frame
    assert panel.labels == ["Send", "Cancel"]


# -- sent ----------------------------------------------------------------------------------------


def test_what_is_marked_and_added_is_sent_with_the_original_and_its_card_is_below(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    panel = opened(grid)
    panel.write("a straw hat")
    panel.mark(BOX)
    browser_sends_pad(panel, ROOM)
    panel.send()
    Seen(grid).until_followups(1)
    Seen(grid).until_no_panel()
    grid.followups[0].wait(SECONDS)
    ((path, body),) = sent(sandbox)
    assert path == "submit/edits"
    assert body["prompt"] == "a straw hat"
    width, height = grid.quadrants[1].size
    image, white = pixels(body["image"]), pixels(body["maskBase64"])
    assert white.shape == (height + 4, width + 16)
    assert (image[8:height, 16:, :3] == np.asarray(grid.quadrants[1].convert("RGB"))[8:]).all()
    expected = np.full(white.shape, 255)
    expected[:height, 16:] = 0
    expected[:8, 16:24] = 255
    assert (white == expected).all()
    assert Seen(grid).thumbs == ["Edit 2"]


def browser_sends_pad(panel: PanelPage, pad: tuple[int, int, int, int]) -> None:
    browser_sends(painter_of(panel), {"type": "pad", "pad": list(pad)})


def test_the_browser_is_not_told_of_a_pad_that_it_has_sent(grid: mj.TaskWidget) -> None:
    painter = painter_of(opened(grid))
    told: list[Any] = []
    painter.send_state = lambda key: told.append(key)
    browser_sends(painter, {"type": "pad", "pad": list(ROOM)})
    assert painter.pad == ROOM
    assert told == []
    painter.pad = (0, 0, 0, 0)
    assert told == ["pad"]


def test_a_pad_alone_can_be_sent(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    panel = opened(grid, 1)
    painter_of(panel).pad = (0, 0, 10, 0)
    panel.send()
    Seen(grid).until_followups(1)
    grid.followups[0].wait(SECONDS)
    ((_, body),) = sent(sandbox)
    width, height = grid.quadrants[0].size
    assert pixels(body["maskBase64"]).shape == (height, width + 10)


def test_retexture_sends_the_whole_picture_whatever_is_marked(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    panel = opened(grid, 3)
    panel.write("made of glass")
    panel.mark(BOX)
    panel.retexture()
    Seen(grid).until_followups(1)
    grid.followups[0].wait(SECONDS)
    ((path, body),) = sent(sandbox)
    assert path == "submit/retexture"
    assert set(body) == {"prompt", "image"}
    assert (pixels(body["image"]) == np.asarray(grid.quadrants[2])).all()
    assert Seen(grid).thumbs == ["Retexture 3"]


def test_a_double_click_sends_one(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    panel = opened(grid)
    painter_of(panel).pad = ROOM
    panel.send()
    panel.send()
    panel.retexture()
    Seen(grid).until_followups(1)
    grid.followups[0].wait(SECONDS)
    assert len(sandbox.posts) == 1


@on("what", ["esc", "another panel"])
def test_while_it_is_being_sent_nothing_lets_it_be_sent_again(
    grid: mj.TaskWidget, sandbox: Sandbox, what: str
) -> None:
    sandbox.faults.slow_seconds = 2
    sandbox.faults.next("slow", path="submit/edits")
    panel = opened(grid)
    panel.write("a hat")
    painter_of(panel).pad = ROOM
    panel.send()
    Seen(grid).until_followups(1)
    if what == "esc":
        panel.escape("a hat")
    else:
        click(Seen(grid).button("Edit…", 1))
    panel.until_notice("^This is being sent: wait until it is taken.$")
    panel.send()
    panel.retexture()
    grid.followups[0].wait(SECONDS)
    Seen(grid).until_no_panel()
    assert len(sandbox.posts) == 1
    assert len(grid.followups) == 1


def test_what_is_cancelled_before_it_was_made_is_not_sent(
    grid: mj.TaskWidget, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled, made, make = Event(), Event(), making.edit_of

    def slowly(*given: Any, **named: Any) -> Any:  # a large picture takes seconds
        assert cancelled.wait(SECONDS)
        try:
            return make(*given, **named)
        finally:
            made.set()

    monkeypatch.setattr(making, "edit_of", slowly)
    panel = opened(grid)
    painter_of(panel).pad = ROOM
    panel.send()
    panel.cancel()
    Seen(grid).until_no_panel()
    cancelled.set()
    assert made.wait(SECONDS)
    monkeypatch.undo()
    panel = opened(grid, 1)
    painter_of(panel).pad = ROOM
    panel.send()
    Seen(grid).until_followups(1)
    grid.followups[0].wait(SECONDS)
    assert Seen(grid).thumbs == ["Edit 1"]
    assert len(sandbox.posts) == 1


def test_what_is_on_its_way_is_not_sent_twice_by_cancel_and_send(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:

    def send() -> PanelPage:
        panel = opened(grid)
        painter_of(panel).pad = ROOM
        panel.send()
        return panel

    with door(sandbox, "submit/edits") as held:
        panel = send()
        held.until_knocked()
        (made,) = grid.followups
        panel.cancel()
        Seen(grid).until_no_panel()
        shown = browser_gets(Seen(made).caption)
        send()
        shown.one()  # the card that is there already
        assert grid.followups == (made,)
    assert made.wait(SECONDS).succeeded
    assert sandbox.count("POST", "submit/edits") == 1


def test_a_lost_answer_that_was_found_does_not_keep_the_same_from_being_made_anew(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    def send(followups: int) -> str:
        panel = Seen(grid).panel or opened(grid)
        painter_of(panel).pad = ROOM
        panel.send()
        Seen(grid).until_followups(followups)
        Seen(grid).until_no_panel()
        return grid.followups[-1].wait(SECONDS).id

    sandbox.faults.next("cut", path="submit/edits")
    panel = opened(grid)
    painter_of(panel).pad = ROOM
    panel.send()
    panel.until_notice("may have been submitted")
    assert send(1) != send(2)
    assert sandbox.count("POST", "submit/edits") == 3


# -- not sent ------------------------------------------------------------------------------------


def test_with_neither_mask_nor_frame_it_says_what_to_do(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    panel = opened(grid)
    panel.send()
    panel.until_notice(
        r"^Mark what is to be painted anew, or pull the frame to add more around it; "
        r"Retexture changes the whole picture\.$"
    )
    assert sandbox.posts == []


def test_with_everything_marked_it_says_so(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    panel = opened(grid)
    painter_of(panel).pad = ROOM
    browser_sends(painter_of(panel), {"type": "mask", "marked": 1})
    panel.send()
    panel.until_notice("^Everything is marked: leave something that shall stay.$")
    assert sandbox.posts == []


@on("how", ["send", "retexture"])
def test_without_a_prompt_nothing_is_sent(grid: mj.TaskWidget, sandbox: Sandbox, how: str) -> None:
    panel = opened(grid)
    panel.mark(BOX)
    panel.write("  ")
    getattr(panel, how)()
    panel.until_notice("^The prompt is empty: say what ")
    assert sandbox.posts == []


@on("how", ["send", "retexture"])
@on("prompt", ["a {red, blue} hat", "a hat －－repeat 2"])
def test_a_prompt_that_stands_for_several_is_not_sent(
    grid: mj.TaskWidget, sandbox: Sandbox, prompt: str, how: str
) -> None:
    panel = opened(grid)
    panel.mark(BOX)
    panel.write(prompt)
    getattr(panel, how)()
    panel.until_notice("stand for several jobs.*Nothing was submitted")
    assert sandbox.posts == []


def test_a_pulled_frame_is_not_lost_by_another_panel_or_esc(grid: mj.TaskWidget) -> None:
    panel = opened(grid)
    painter_of(panel).pad = ROOM
    panel.escape(panel.prompt)
    panel.until_notice("^Send or Cancel this first: what you have marked would be lost.$")
    click(Seen(grid).button("Edit…", 1))
    assert Seen(grid).open_panel.widget is panel.widget
    painter_of(panel).pad = (0, 0, 0, 0)
    panel.escape(panel.prompt)
    Seen(grid).until_no_panel()


def test_at_full_size_a_panel_that_stays_is_not_left_behind_the_picture(
    grid: mj.TaskWidget,
) -> None:
    panel = opened(grid)
    painter_of(panel).pad = ROOM
    told = browser_gets(Seen(grid).tiles)
    browser_sends(Seen(grid).tiles, {"type": "animate", "index": 2})
    panel.until_notice("^Send or Cancel this first: what you have marked would be lost.$")
    assert told.one()[0] == {"type": "close"}


@on("fault", ["413", "cut"])
def test_what_is_not_taken_stays_in_the_panel(
    grid: mj.TaskWidget, sandbox: Sandbox, fault: str
) -> None:
    sandbox.faults.next(fault, path="submit/edits")
    panel = opened(grid)
    panel.write("a hat")
    painter_of(panel).pad = ROOM
    panel.send()
    panel.until_notice("too large for the service" if fault == "413" else "may have been")
    assert not panel.send_button.disabled
    assert painter_of(panel).pad == ROOM
    assert len(sandbox.posts) == 1
    panel.send()
    Seen(grid).until_no_panel()
    assert len(sandbox.posts) == 2


# -- what the account cannot do ------------------------------------------------------------------


@pytest.fixture
def refused() -> Iterator[mj.TaskWidget]:
    """A card of a service whose account cannot edit."""
    with sketching("trueai", edits=False).in_thread() as running:
        card = mj.TaskWidget(EXAMPLES["finished"], session=mj.configure(running.url, CANARY))
        card.wait(SECONDS)
        yield card


def test_that_the_account_cannot_is_said_before_it_is_tried_again(refused: mj.TaskWidget) -> None:
    panel = opened(refused)
    assert panel.notice == ""
    painter_of(panel).pad = ROOM
    panel.send()
    panel.until_notice("当前账号不支持")
    panel.cancel()
    panel = opened(refused, 1)
    said = "The service says that its account cannot: “当前账号不支持编辑/重绘任务”"
    assert panel.notice == f"{said}; Send tries it all the same."
    assert said in Seen(refused).button("Edit…", 1).tooltip


# -- the painter ---------------------------------------------------------------------------------


@on("pad", [(0, 0, 0, -1), (10**6, 0, 0, 0)])
def test_a_pad_that_is_none_is_refused_by_the_painter(grid: mj.TaskWidget, pad: Any) -> None:
    painter = painter_of(opened(grid))
    with pytest.raises(mj.MjError):
        painter.pad = pad
    assert painter.pad == (0, 0, 0, 0)


# -- an answer that was lost ---------------------------------------------------------------------


@on("sandbox", ["trueai"], indirect=True)
def test_a_lost_answer_is_looked_for_before_send_is_taken_once_more(
    grid: mj.TaskWidget, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_answers, "_LOOKS", (0.0,))
    sandbox.faults.next("cut", path="submit/edits")
    sandbox.faults.next("500", count=9, path="task/list")
    panel = opened(grid)
    panel.mark(BOX)
    panel.send()
    panel.until_notice("may have been submitted")
    sandbox.faults.clear()

    panel.send()

    Seen(grid).until_followups(1)
    (edited,) = grid.followups
    assert edited.wait(SECONDS).succeeded
    assert len([path for path, _ in sent(sandbox) if path == "submit/edits"]) == 1
