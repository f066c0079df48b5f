"""Clicks in a card: what each of them does, and that none of them pays for what is here already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from card.page import SECONDS, Seen, click, until

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
