"""A press that is answered with thousands of tasks: a few get cards, none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as ipw
import pytest
from card.page import SECONDS, Seen, until
from jobs.support import until as until_job

import mj_widgets as mj
from mj_widgets.jobs.state import MOST_JOBS
from mj_widgets.sandbox.flavours.flavour import envelope

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox

IDS = [f"1795{number:012}" for number in range(3000)]


@pytest.fixture
def answered_with_3000(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    """Every submission is answered with 3,000 tasks, all of them running."""
    for task_id in IDS[:MOST_JOBS]:
        sandbox.put(task_id, {"id": task_id, "status": "IN_PROGRESS", "progress": "5%"})
    answer = envelope(1, "提交成功", ",".join(IDS))
    monkeypatch.setattr(sandbox.flavour, "answer", lambda _: answer)


def listed(card: mj.TaskWidget) -> list[str]:
    """The ids below the cards inside."""
    (below,) = (w for w in card.presenter.view.followups.children if isinstance(w, ipw.Textarea))
    return list(below.value.split("\n"))


@pytest.mark.usefixtures("answered_with_3000")
def test_the_first_few_get_cards_and_the_ids_of_the_rest_are_listed(
    grid: mj.TaskWidget, session: mj.Session
) -> None:
    pressed = grid.press("V1")
    until_job(grid.job, lambda state: state.further_ids)

    assert [job.task_id for job in grid.job.followups] == IDS[:MOST_JOBS]
    assert [card.task_id for card in grid.followups] == IDS[:MOST_JOBS]
    assert grid.further_ids == grid.job.further_ids == tuple(IDS[MOST_JOBS:])
    assert listed(grid) == IDS[MOST_JOBS:]
    assert "3,000 tasks were started. 24 are shown" in Seen(grid).notice
    until(pressed, "progress", 5)
    assert [branch.task_id for branch in grid.tree().children] == IDS

    again = session.follow(grid.task_id)
    again.wait(SECONDS)
    again.press("V1")
    assert until_job(again, lambda state: state.further_ids).further_ids == grid.further_ids


@pytest.mark.usefixtures("answered_with_3000")
def test_other_cards_go_on_meanwhile(
    grid: mj.TaskWidget, session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.put("other", {"id": "other", "status": "IN_PROGRESS", "progress": "1%"})
    other = mj.TaskWidget("other", interval=0.05)
    until(other, "progress", 1)

    grid.press("V1")
    sandbox.put("other", {"id": "other", "status": "IN_PROGRESS", "progress": "2%"})

    until(other, "progress", 2)
    assert len(grid.followups) <= MOST_JOBS
    other.close()


@pytest.mark.usefixtures("answered_with_3000")
def test_a_prompt_that_starts_as_many_names_a_few_and_lists_the_rest(
    session: mj.Session,
) -> None:
    card = mj.imagine("a fox", interval=60)
    until_job(card.job, lambda state: state.task_id)

    assert card.task_id == IDS[0]
    origin = card.job.state.origin
    assert f"also started: {', '.join(IDS[1 : MOST_JOBS + 1])} and 2,975 more" in origin
    assert card.further_ids == tuple(IDS[MOST_JOBS + 1 :])
    assert listed(card)[-1] == IDS[-1]
    card.close()
