"""Clicks in a card: what each of them does, and that none of them pays for what is here already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import mj_widgets as mj
from card.page import SECONDS, Seen, browser_gets, browser_sends, click, until
from mj_widgets.jobs import originals

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox


def until_free(card: mj.TaskWidget, name: str) -> None:
    """Wait until a click on a button is one of its own, and not the second of a double click."""
    until(card.buttons[name], "disabled", False)


def test_a_click_on_the_button_of_a_closed_card_shows_its_task_again_and_pays_nothing(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    closed = grid.press("V1")
    closed.wait(SECONDS)
    until_free(grid, "V1")
    closed.close()

    click(grid.buttons["V1"])

    (again,) = grid.followups
    assert Seen(grid).followups == (again,)
    assert again.job is closed.job
    assert again.wait(SECONDS).id == closed.task_id
    assert len(sandbox.posts) == 1


def test_a_picture_that_cannot_be_opened_whyever_is_no_picture_to_wait_for(
    grid: mj.TaskWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no room for it")

    monkeypatch.setattr(originals, "full_size_of", fail)
    sent = browser_gets(Seen(grid).tiles)

    browser_sends(Seen(grid).tiles, {"type": "open", "index": 2})

    content, _ = sent.one()
    assert (content["type"], content["index"]) == ("failure", 2)
    assert "no room for it" in content["text"]
    Seen(grid).until_notice("no room for it")


def jobs_that_came(card: mj.TaskWidget) -> list[int]:
    """Return a list that grows with each change by how many jobs have come of a card's."""
    came: list[int] = []
    card.job.on_change(lambda state: came.append(len(state.followups)))
    return came


def test_a_click_that_is_refused_without_asking_opens_no_card(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    came = jobs_that_came(grid)
    mj.configure(offline=True)

    click(grid.buttons["U4"])

    Seen(grid).until_notice("You are offline: no request leaves this machine")
    assert not any(came)
    assert not grid.buttons["U4"].disabled
    mj.configure(offline=False)
    click(grid.buttons["U4"])
    Seen(grid).until_followups(1)
    assert grid.followups[0].wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_a_new_prompt_that_is_refused_without_asking_stays_in_its_panel(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    mj.configure(offline=True)
    Seen(grid).click_tool("Use prompt")
    panel = Seen(grid).open_panel

    panel.send()

    panel.until_notice("You are offline")
    assert Seen(grid).panel is not None
    assert grid.followups == ()
    assert sandbox.posts == []


MENDED = "a red fox --ar 16:9 --v 8.1"


def test_a_slip_is_said_and_use_opens_the_mended_prompt_of_which_nothing_is_sent_before_send(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    typed = "a red fox --ar 16：9, --v 8.1。"
    card = mj.imagine(typed)
    heading = Seen(card).heading
    assert heading["warning"].startswith("Write “16:9” for “16：9,”")
    assert heading["mended"] == MENDED
    card.wait(SECONDS)
    assert Seen(card).heading["mended"] == MENDED

    browser_sends(Seen(card).caption, {"type": "use"})

    panel = Seen(card).until_panel()
    assert panel.prompt == MENDED
    assert panel.warning == ""
    assert [post.body["prompt"] for post in sandbox.posts] == [typed]
    panel.send()
    Seen(card).until_followups(1)
    assert card.followups[0].wait(SECONDS).prompt == MENDED
    assert [post.body["prompt"] for post in sandbox.posts] == [typed, MENDED]


def test_a_mended_prompt_that_stands_for_several_is_refused_where_one_would_be_sent(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    card = mj.imagine("a red fox --repeat=3")
    card.wait(SECONDS)
    browser_sends(Seen(card).caption, {"type": "use"})
    panel = Seen(card).until_panel()
    assert panel.prompt == "a red fox --repeat 3"

    panel.send()

    panel.until_notice("stand for several jobs.*mj.sweep")
    assert len(sandbox.posts) == 1


def test_a_slip_that_has_no_mended_form_is_said_and_submitted_as_it_stands(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    card = mj.imagine("a red fox --s 2000")
    assert Seen(card).heading["warning"] == "--s takes 0 to 1000, not 2000"
    assert "mended" not in Seen(card).heading
    card.wait(SECONDS)
    assert len(sandbox.posts) == 1


def test_the_page_is_told_that_a_click_was_heard(grid: mj.TaskWidget) -> None:
    caption = Seen(grid).caption
    sent = browser_gets(caption)

    browser_sends(caption, {"type": "click", "press": "k3"})

    content, _ = sent.one()
    assert content == {"type": "heard", "press": "k3"}
