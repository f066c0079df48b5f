"""What came of a card: a strip of thumbnails, one of them open, and the way back."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

import mj_widgets as mj
from mj_widgets.sandbox import Sandbox, photo_like

from .page import SECONDS, Seen, browser_sends, click, until


def chain_of(card: mj.TaskWidget, *names: str) -> list[mj.TaskWidget]:
    """A card and what came of it, each of the one before."""
    chain = [card]
    for name in names:
        child = chain[-1].press(name)
        child.wait(SECONDS)
        chain.append(child)
    return chain


def test_a_card_of_which_nothing_came_has_no_strip(grid: mj.TaskWidget) -> None:
    assert Seen(grid).strip is None
    assert Seen(grid).followups == ()


def test_of_all_that_came_of_a_card_the_newest_is_open(grid: mj.TaskWidget) -> None:
    first, second = grid.upscale(2), grid.vary(3)
    assert grid.followups == (first, second)
    assert Seen(grid).thumbs == ["U2", "V3"]
    assert Seen(grid).open_thumb == "V3"
    assert Seen(grid).followups == (second,)


def test_a_thumbnail_opens_its_card_and_closes_it_again(grid: mj.TaskWidget) -> None:
    first, second = grid.upscale(2), grid.vary(3)
    Seen(grid).press_thumb("U2")
    assert Seen(grid).followups == (first,)
    assert Seen(grid).open_thumb == "U2"
    Seen(grid).press_thumb("U2")
    assert Seen(grid).followups == ()
    assert Seen(grid).open_thumb == ""
    Seen(grid).press_thumb("V3")
    assert Seen(grid).followups == (second,)


@pytest.mark.parametrize("index", [-1, 1, "0", None, 1.5])
def test_a_thumbnail_that_is_not_there_opens_nothing(grid: mj.TaskWidget, index: object) -> None:
    child = grid.upscale(2)
    browser_sends(Seen(grid).strip, {"type": "press", "index": index})
    assert Seen(grid).followups == (child,)


def test_a_used_button_leads_to_its_card(grid: mj.TaskWidget) -> None:
    first = grid.upscale(2)
    first.wait(SECONDS)
    grid.vary(3).wait(SECONDS)
    assert Seen(grid).open_thumb == "V3"
    until(grid.buttons["U2"], "disabled", False)
    click(grid.buttons["U2"])
    assert Seen(grid).followups == (first,)
    assert len(grid.followups) == 2


def test_a_thumbnail_is_the_picture_small_and_says_how_the_task_stands(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    child = grid.upscale(2)
    child.wait(SECONDS)
    (thumb,) = Seen(grid).strip.thumbs
    assert (thumb["name"], thumb["words"], thumb["tone"]) == ("U2", "done", "done")
    (data,) = Seen(grid).strip.images
    assert len(data) < 10_000
    small = Image.open(BytesIO(data))
    assert max(small.size) <= 208
    whole = Image.open(BytesIO(child.image_bytes or b""))
    assert small.width / small.height == pytest.approx(whole.width / whole.height, rel=0.02)


def test_a_closed_card_has_no_thumbnail(grid: mj.TaskWidget) -> None:
    first, second = grid.upscale(2), grid.vary(3)
    second.close()
    assert Seen(grid).thumbs == ["U2"]
    assert Seen(grid).followups == ()
    assert grid.followups == (first,)


def test_the_path_leads_from_the_root_to_each_card_of_a_chain(grid: mj.TaskWidget) -> None:
    chain = chain_of(grid, "V2", "U3", "Vary (Subtle)")
    root = Seen(grid).heading["prompt"]
    assert [Seen(card).heading.get("path", []) for card in chain] == [
        [],
        [root],
        [root, "V2"],
        [root, "V2", "U3"],
    ]
    assert all(Seen(card).heading["inherits"] for card in chain[1:])
    assert [Seen(card).followups for card in chain] == [*((card,) for card in chain[1:]), ()]


def test_going_back_closes_what_is_open_in_the_card_that_is_gone_back_to(
    grid: mj.TaskWidget,
) -> None:
    chain = chain_of(grid, "V2", "U3", "Vary (Subtle)")
    Seen(chain[3]).go_back("V2")
    assert [Seen(card).followups for card in chain] == [(chain[1],), (), (chain[3],), ()]
    Seen(chain[3]).go_back(Seen(grid).heading["prompt"])
    assert Seen(grid).followups == ()
    Seen(grid).press_thumb("V2")
    assert Seen(grid).followups == (chain[1],)


@pytest.mark.parametrize("to", [-1, 1, 7, "0", None])
def test_there_is_no_way_back_to_what_is_not_above(grid: mj.TaskWidget, to: object) -> None:
    child = grid.upscale(2)
    browser_sends(Seen(child).caption, {"type": "back", "to": to})
    assert Seen(grid).followups == (child,)


def test_a_press_far_inside_opens_all_that_it_stands_in(grid: mj.TaskWidget) -> None:
    chain = chain_of(grid, "V2", "U3")
    Seen(grid).press_thumb("V2")  # closes it
    assert Seen(grid).followups == ()
    deep = chain[2].press("Vary (Subtle)")
    assert [Seen(card).followups for card in chain] == [(chain[1],), (chain[2],), (deep,)]


def test_another_prompt_than_the_one_above_is_said(grid: mj.TaskWidget, sandbox: Sandbox) -> None:
    sandbox.options.remix = True
    child = grid.vary(2, prompt="a blue fox")
    child.wait(SECONDS)
    heading = Seen(child).heading
    assert heading["path"] == [Seen(grid).heading["prompt"]]
    assert not heading["inherits"]
    assert heading["prompt"] == "a blue fox"


def test_all_that_came_of_a_card_is_in_the_still_copy_whatever_is_open(
    grid: mj.TaskWidget,
) -> None:
    chain_of(grid, "V2", "U3")
    grid.upscale(1).wait(SECONDS)
    Seen(grid).press_thumb("U1")  # closes it
    html = Seen(grid).saved()
    assert html.count("<img") == 4
    assert [name in html for name in ("V2 of", "U3 of", "U1 of")] == [True] * 3


def test_state_and_per_cent_are_said_in_the_picture_until_it_is_there(
    sandbox: Sandbox, session: mj.Session
) -> None:
    told = {"id": "17", "action": "IMAGINE", "prompt": "a red fox --ar 3:2"}
    sandbox.put("17", told | {"status": "IN_PROGRESS", "progress": "46%"})
    card = mj.TaskWidget("17")
    until(Seen(card).tiles, "inside", ["46 %", "in progress"])
    assert Seen(card).bar is not None
    link = sandbox.put_file("fox.png", photo_like("a red fox", (96, 64)))
    sandbox.put("17", told | {"status": "SUCCESS", "progress": "100%", "imageUrl": link})
    card.check_now()
    card.wait(SECONDS)
    assert Seen(card).inside == []
    assert Seen(card).bar is None


def test_a_follow_up_that_fails_after_a_preview_says_why_and_has_no_picture(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.options.speed = 0.01
    child = grid.vary(2)
    Seen(child).until_heading(lambda heading: heading["id"])
    told = {"id": child.task_id, "action": "VARIATION", "prompt": "a red fox"}
    link = sandbox.put_file("half.png", photo_like("a red fox", (96, 64)))
    running = {"status": "IN_PROGRESS", "progress": "46%", "imageUrl": link}
    sandbox.put(child.task_id, told | running)
    child.check_now()
    until(Seen(grid).strip, "images", lambda images: images[0])
    sandbox.put(child.task_id, told | {"status": "FAILURE", "failReason": "policy"})
    child.check_now()
    with pytest.raises(mj.TaskFailed):
        child.wait(SECONDS)
    until(Seen(grid).strip, "images", [b""])
    assert Seen(child).notice == "policy"
    assert Seen(grid).strip.thumbs[0]["tone"] == "failed"
