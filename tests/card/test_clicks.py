"""Clicks in a card: what each of them does, and that none of them pays for what is here already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from card.page import SECONDS, Seen, browser_gets, browser_sends, click, until
from mj_widgets.jobs import originals

if TYPE_CHECKING:
    import mj_widgets as mj
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
