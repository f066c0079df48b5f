"""Pressing a job's buttons: by which names, once, and once more only where that is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from doors import door

import mj_widgets as mj
from jobs.support import FAILED, GRID, SECONDS, bodies, finished, listening, until
from mj_widgets import background
from mj_widgets.jobs import JobState, Phase
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.sandbox import EXAMPLES

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox

on = pytest.mark.parametrize

BUTTONS = [
    {"customId": "MJ::JOB::low_variation::1::x::SOLO", "label": "Vary (Subtle)", "emoji": "🪄"},
    {"customId": "MJ::JOB::pan_left::1::x::SOLO", "emoji": "⬅️"},
    {"customId": "MJ::BOOKMARK::x", "emoji": "❤️"},
    {"customId": "MJ::JOB::animate_high::1::x::SOLO", "label": "Animate", "emoji": "🎞️"},
    {"customId": "MJ::JOB::animate_low::1::x::SOLO", "label": "Animate", "emoji": "🎬"},
    {"customId": "MJ::Unknown::1", "label": "SWAP", "emoji": ""},
    {"customId": "MJ::Unknown::2", "label": "swap", "emoji": ""},
    {"label": "Web", "style": 5},
]


@pytest.fixture
def grid(session: mj.Session) -> mj.Job:
    return finished(session)


@pytest.fixture
def single(grid: mj.Job) -> mj.Job:
    job = grid.upscale(1)
    job.wait(SECONDS)
    return job


@pytest.fixture
def odd(session: mj.Session, sandbox: Sandbox) -> mj.Job:
    """A job whose buttons are called much the same."""
    body = {"id": "88", "action": "UPSCALE", "status": "SUCCESS", "buttons": BUTTONS}
    sandbox.put("88", {**body, "prompt": "a fox"})
    job = session.follow("88")
    with pytest.raises(mj.ImageError, match="names no picture"):
        job.wait(SECONDS)
    return job


def named(job: mj.Job, name: str) -> str:
    """The name of the button that is pressed by a name, though the service takes no press."""
    return job.press(name).state.button


def is_busy(job: mj.Job, name: str) -> bool:
    found = job.state.find(name)
    return found is not None and found.is_busy


def until_free(job: mj.Job, name: str) -> None:
    """Wait until a click on a button is one of its own."""

    def is_free(state: JobState) -> bool:
        found = state.find(name)
        return found is not None and not found.is_busy

    until(job, is_free)


def is_meant_anew(job: mj.Job, name: str, answer: ModalAnswer | None = None) -> bool:
    return background.do(lambda: job.presses.is_meant_anew(name, answer))


# -- names -----------------------------------------------------------------------------------------


@on(
    ("said", "name"),
    [
        ("Vary (Subtle)", "Vary (Subtle)"),
        ("vary (subtle)", "Vary (Subtle)"),
        ("🪄 Vary (Subtle)", "Vary (Subtle)"),
        ("  🪄  VARY   (subtle) ", "Vary (Subtle)"),
        ("⬅️", "⬅️"),
        ("⬅", "⬅️"),  # without the mark that asks for colour
        ("❤", "❤️"),
        ("Animate", "Animate"),
        ("Animate (2)", "Animate (2)"),
        ("animate (2)", "Animate (2)"),
        ("🎬 Animate", "Animate (2)"),
        ("swap", "swap"),
        ("SWAP", "SWAP"),
    ],
)
def test_a_button_is_pressed_by_its_name_or_as_it_stands_on_the_screen(
    odd: mj.Job, said: str, name: str
) -> None:
    assert named(odd, said) == name


def test_a_name_that_stands_for_several_is_refused_with_all_of_them(
    odd: mj.Job, sandbox: Sandbox
) -> None:
    with pytest.raises(mj.MjError) as caught:
        odd.press("Swap")
    assert str(caught.value) == "There are 2 buttons “Swap”. Take one of: SWAP, swap."
    assert sandbox.posts == []


def test_a_link_cannot_be_pressed(odd: mj.Job, sandbox: Sandbox) -> None:
    with pytest.raises(mj.MjError, match="“Web” only opens a web page"):
        odd.press("Web")
    assert sandbox.posts == []


def test_where_no_button_is_there_it_says_whether_one_may_still_come(session: mj.Session) -> None:
    failed = session.follow(FAILED)
    with pytest.raises(mj.TaskFailed):
        failed.wait(SECONDS)
    with pytest.raises(mj.MjError, match=r"There is no button “U1”\. This task has none\."):
        failed.press("U1")
    unknown = session.follow(EXAMPLES["running"])
    unknown.stop()
    with pytest.raises(mj.MjError, match=r"None is there yet: call wait"):
        unknown.press("U1")


# -- what goes along -------------------------------------------------------------------------------


def test_a_button_that_takes_no_prompt_says_so_and_nothing_is_sent(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    with pytest.raises(mj.MjError, match="“U1” takes no prompt"):
        grid.press("U1", prompt="a blue fox")
    assert sandbox.posts == []


@on(
    ("name", "prompt", "said"),
    [
        ("Custom Zoom", None, "“Custom Zoom” needs a prompt. press("),
        ("Custom Zoom", "a fox --zoom 3", "“Custom Zoom” was not sent. --zoom has to be between"),
        ("Custom Zoom", "a fox", "“Custom Zoom” was not sent. --zoom has to be between"),
        ("Vary (Subtle)", "  ", "“Vary (Subtle)” was not sent. The prompt is empty."),
        ("Vary (Region)", None, "“Vary (Region)” needs a mask. vary_region("),
        ("Vary (Region)", "a lake", "“Vary (Region)” was not sent. Mark the part"),
    ],
)
def test_what_a_button_asks_for_is_looked_at_before_anything_is_sent(
    single: mj.Job, sandbox: Sandbox, name: str, prompt: str | None, said: str
) -> None:
    sent = len(sandbox.posts)
    with pytest.raises(mj.MjError, match=f"^{re.escape(said)}"):
        single.press(name, prompt=prompt)
    assert len(sandbox.posts) == sent
    assert single.followups == ()
    assert not is_busy(single, name)


def test_a_mask_has_to_fit_the_picture_and_there_has_to_be_one(
    single: mj.Job, session: mj.Session, sandbox: Sandbox
) -> None:
    sent = len(sandbox.posts)
    with pytest.raises(mj.MjError, match="There is no picture to mark yet"):
        session.follow("999999").vary_region([(0, 0, 1, 1)])
    with pytest.raises(mj.MjError, match="mask"):
        single.vary_region("no mask")
    assert len(sandbox.posts) == sent


# -- once ------------------------------------------------------------------------------------------


def test_the_same_press_is_the_same_job_and_another_prompt_another_one(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    plain, blue = grid.press("V1"), grid.press("V1", prompt="a blue fox")
    assert blue is not plain
    assert grid.press("v1") is plain
    assert grid.press("V1", prompt="a blue fox") is blue
    assert {plain.wait(SECONDS).id, blue.wait(SECONDS).id} == {plain.task_id, blue.task_id}
    assert grid.press("V1") is plain
    assert grid.followups == (plain, blue)
    assert len(bodies(sandbox, "submit/action")) == 2


def test_new_is_not_new_while_the_same_button_is_being_sent(grid: mj.Job, sandbox: Sandbox) -> None:
    sandbox.faults.slow_seconds = 0.5
    sandbox.faults.next("slow", path="submit/action")
    first = grid.press("V1")
    assert is_busy(grid, "V1")
    assert grid.press("V1", new=True) is first
    first.wait(SECONDS)
    anew = grid.press("V1", new=True)
    assert anew is not first
    assert anew.wait(SECONDS).id != first.task_id
    assert len(bodies(sandbox, "submit/action")) == 2


def test_a_press_whose_job_was_stopped_is_followed_again_and_not_sent_again(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    with door(sandbox, "submit/action") as held:
        first = grid.press("U3")
        held.until_knocked()
        first.stop()
    with pytest.raises(mj.MjError, match="not watched any more"):
        first.wait(SECONDS)
    again = grid.press("U3")
    assert again is first
    assert again.wait(SECONDS).id == first.task_id
    assert len(bodies(sandbox, "submit/action")) == 1


def test_a_button_is_free_again_a_moment_after_its_press(grid: mj.Job) -> None:
    child = grid.press("U1")
    assert is_busy(grid, "U1")
    assert not is_busy(grid, "U2")
    child.wait(SECONDS)
    until_free(grid, "U1")
    found = grid.state.find("U1")
    assert found is not None
    assert found.used == "here"


# -- what came to nothing --------------------------------------------------------------------------


def test_a_bookmark_is_said_to_be_done_and_its_job_has_nothing_to_follow(
    single: mj.Job, sandbox: Sandbox
) -> None:
    marked = single.press("❤️")
    with pytest.raises(mj.MjError, match="“❤️” starts no task"):
        marked.wait(SECONDS)
    assert marked.state.phase is Phase.NOTHING
    assert single.followups == ()
    assert (single.error, single.state.notice.tone) == ("", "done")
    assert single.state.notice.text.startswith("❤️: ")


def test_a_refused_press_is_said_and_the_next_one_takes_it_back(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    sandbox.faults.next("403", path="submit/")
    with pytest.raises(mj.Forbidden):
        grid.press("V1").wait(SECONDS)
    assert grid.error.startswith("V1 – ")
    assert grid.state.notice.text == grid.error
    found = grid.state.find("V1")
    assert found is not None
    assert found.used == ""
    assert grid.press("V1").wait(SECONDS).succeeded
    assert (grid.error, grid.state.notice.text) == ("", "")


def test_a_press_whose_answer_was_lost_is_sent_once_more_only_if_that_is_meant(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    sandbox.faults.next("cut", path="submit/action")
    for _ in range(2):
        with pytest.raises(mj.ServiceUnavailable) as caught:
            grid.press("V1").wait(SECONDS)
        assert caught.value.maybe_sent
        assert is_meant_anew(grid, "V1")
        assert not is_meant_anew(grid, "V2")
        assert not is_meant_anew(grid, "V1", ModalAnswer("a blue fox"))
        assert len(bodies(sandbox, "submit/action")) == 1
    anew = grid.press("V1", new=True)
    assert anew.wait(SECONDS).succeeded
    assert len(bodies(sandbox, "submit/action")) == 2


def test_who_sees_what_came_of_a_press_means_another_one_but_not_of_a_picture_to_take(
    grid: mj.Job,
) -> None:
    assert not is_meant_anew(grid, "V1")
    varied, taken = grid.press("V1"), grid.press("U1")
    varied.wait(SECONDS)
    taken.wait(SECONDS)
    assert is_meant_anew(grid, "V1")
    assert not is_meant_anew(grid, "U1")


def test_who_sees_that_what_came_of_a_press_has_failed_means_another_one(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    sandbox.options.speed = 1  # it does not end by itself
    for name in ("U1", "V1"):
        child = grid.press(name)
        until(child, lambda state: state.task)
        assert not is_meant_anew(grid, name)
        ended = {"id": child.task_id, "status": "FAILURE", "failReason": "tired"}
        sandbox.put(child.task_id, ended)
        child.check_now()
        with pytest.raises(mj.TaskFailed):
            child.wait(SECONDS)
        assert is_meant_anew(grid, name)


def test_all_tasks_of_one_press_are_followed_each_by_a_job_of_its_own(
    session: mj.Session, sandbox: Sandbox
) -> None:
    described = finished(session, EXAMPLES["described"])
    first = described.press("Imagine all")
    with listening(described) as told:
        told.until(lambda state: len(state.followups) == 4)
    assert described.followups[0] is first
    ids = [job.wait(SECONDS).id for job in described.followups]
    assert len(set(ids)) == 4
    assert {job.button for job in described.followups} == {"Imagine all"}
    assert len(sandbox.posts) == 1
    assert GRID not in ids


# -- a prompt that nobody asked for ----------------------------------------------------------------


@on("sandbox", ["plus", "dmx"], indirect=True)
def test_a_prompt_that_nobody_asked_for_is_not_taken_for_used(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    assert not sandbox.options.remix
    child = grid.vary(2, prompt="a blue fox")
    child.wait(SECONDS)
    assert "did not ask for your prompt" in child.state.notice.text
    assert "is Remix on" in child.state.notice.text
