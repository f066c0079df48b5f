"""Several cards in one output, waited for together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from card.page import SECONDS
from IPython.core.interactiveshell import InteractiveShell

import mj_widgets as mj
from mj_widgets.card import notebook
from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    pass


pytestmark = pytest.mark.usefixtures("session")


def test_many_prompts_are_one_output_and_are_waited_for_together(sandbox: Sandbox) -> None:
    prompts = [f"a {colour} fox" for colour in ("red", "blue", "green")]
    cards = mj.TaskCards(mj.imagine(prompt) for prompt in prompts)
    assert [task.prompt for task in cards.wait(SECONDS)] == prompts
    assert [len(card.quadrants) for card in cards] == [4, 4, 4]
    assert len(cards) == 3
    first, *_ = cards
    assert first is cards[0]
    assert repr(cards).startswith(f"TaskCards([TaskWidget('{first.task_id}', SUCCESS), ")


def test_a_job_gets_a_card(sandbox: Sandbox) -> None:
    job = mj.fetch(sandbox.add_task("--slow"))[0]
    (card,) = mj.TaskCards([job])
    assert isinstance(card, mj.TaskWidget)
    assert card.job is job


def test_one_that_fails_is_raised_when_the_others_have_ended(sandbox: Sandbox) -> None:
    ids = [EXAMPLES["failed"], sandbox.add_task("a slow one")]
    cards = mj.TaskCards(map(mj.TaskWidget, ids))
    with pytest.raises(mj.TaskFailed, match=ids[0]):
        cards.wait(SECONDS)
    assert cards[1].status == "SUCCESS"


def test_the_time_is_for_all_together(sandbox: Sandbox) -> None:
    ids = [sandbox.add_task("--stuck"), sandbox.add_task("--stuck")]
    cards = mj.TaskCards(map(mj.TaskWidget, ids))
    with pytest.raises(mj.StillRunning, match=ids[0]):
        cards.wait(0)
    cards.close()


def test_what_a_card_came_to_is_said_where_there_is_no_card_to_show(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = mj.imagine("a banned fox")
    with pytest.raises(mj.PromptRejected):
        refused.wait(SECONDS)
    assert repr(refused).startswith("TaskWidget('', not submitted): The prompt is rejected (")

    unknown = mj.TaskWidget("1700000000000000")
    with pytest.raises(mj.TaskNotFound):
        unknown.wait(SECONDS)
    assert repr(unknown).startswith("TaskWidget('1700000000000000', no such task): The service")
    unknown.close()
    InteractiveShell.instance().display_formatter.format(unknown)
    assert "no such task" in capsys.readouterr().out


def test_more_than_24_are_shown_as_a_gallery_of_their_jobs(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(notebook, "display", lambda bundle, **_: shown.append(bundle["text/plain"]))
    few = mj.TaskCards(mj.TaskWidget(EXAMPLES["running"]) for _ in range(24))
    few._ipython_display_()
    assert shown[-1].startswith("TaskCards([")
    few.close()

    ids = [EXAMPLES["finished"], *(sandbox.add_task("--stuck") for _ in range(24))]
    many = mj.TaskCards(map(mj.TaskWidget, ids))
    many._ipython_display_()
    assert shown[-1] == "<Gallery, 25 tasks>"
    assert [card.task_id for card in many] == ids
    many.close()
