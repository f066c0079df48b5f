"""A task that waits in a modal until it is answered: by what was given with the press, or later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from sketches import sketching

import mj_widgets as mj
from jobs.support import SECONDS, Told, bodies, finished, listening, until
from mj_widgets import background
from mj_widgets.jobs import Phase
from mj_widgets.jobs.state import Question
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.masks import mask_png
from mj_widgets.service import orders
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.jobs import JobState
    from mj_widgets.sandbox import Sandbox

on = pytest.mark.parametrize
FLAVOURS = ("plus", "trueai", "dmx")
# trueai's servers open no window unless they are asked to.
by_itself = on("sandbox", ["plus", "dmx"], indirect=True)


@pytest.fixture(params=FLAVOURS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with sketching(request.param, remix=True).in_thread() as running:
        yield running


@pytest.fixture
def grid(session: mj.Session) -> mj.Job:
    return finished(session)


@pytest.fixture
def single(grid: mj.Job) -> mj.Job:
    job = grid.upscale(1)
    job.wait(SECONDS)
    return job


def asked(job: mj.Job, refusals: int = 0) -> Question:
    """Wait until a job asks, or asks again after so many refusals, and return what."""

    def is_asked(state: JobState) -> bool:
        return state.question is not None and state.question.refusals == refusals

    question = until(job, is_asked).question
    assert question is not None
    return question


def answer(job: mj.Job, prompt: str, mask: bytes | None = None) -> None:
    background.run(job.dialog.answer(ModalAnswer(prompt, mask)))


def waiting_for(job: mj.Job, name: str) -> str:
    """Press a button that opens a modal, answer nothing, and return the task that waits."""
    found = job.state.find(name)
    assert found is not None
    assert job.task is not None
    submission = background.run(job.account.press(job.task, found.button))
    return submission.task_ids[0]


def fetched(task_id: str) -> mj.Job:
    return settings.session().follow(task_id)


# -- answered with the press -----------------------------------------------------------------------


def test_a_prompt_that_is_given_with_a_press_is_the_answer_to_the_modal(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(2, prompt="a blue fox")
    told = Told(child)

    assert child.wait(SECONDS).succeeded
    told.end()
    assert child.task is not None
    assert "a blue fox" in child.task.prompt
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a blue fox"]
    assert grid.vary(2, prompt="a blue fox") is child
    assert len(sandbox.posts) == 2
    assert not any(state.question for state in told.states)


def test_a_factor_to_zoom_by_is_checked_before_anything_is_sent_and_then_goes_along(
    single: mj.Job, sandbox: Sandbox
) -> None:
    sent = len(sandbox.posts)
    with pytest.raises(mj.MjError, match="between 1 and 2"):
        single.press("Custom Zoom", prompt="a fox --zoom 3")
    with pytest.raises(mj.MjError, match=r"needs a prompt.*prompt=\.\.\."):
        single.press("Custom Zoom")
    assert len(sandbox.posts) == sent

    zoomed = single.press("Custom Zoom", prompt="a fox --zoom 1.7")

    assert zoomed.wait(SECONDS).succeeded
    assert bodies(sandbox, "modal")[-1]["prompt"] == "a fox --zoom 1.7"


def test_a_region_is_painted_anew(single: mj.Job, sandbox: Sandbox) -> None:
    assert single.image is not None
    width, height = single.image.size
    with pytest.raises(mj.MjError, match="Vary"):
        single.press("Vary (Region)")
    with pytest.raises(mj.MjError):
        single.vary_region(Image.new("L", (10, 10), 255))

    child = single.vary_region([(0, 0, width // 2, height)], prompt="a lake")

    assert child.wait(SECONDS).succeeded
    (body,) = bodies(sandbox, "modal")
    assert body["prompt"] == "a lake"
    assert str(body["maskBase64"]).startswith("data:image/png;base64,")


def test_without_another_prompt_a_region_is_painted_by_the_pictures_own(
    single: mj.Job, sandbox: Sandbox
) -> None:
    child = single.vary_region([(0, 0, 8, 8)])
    assert child.wait(SECONDS).succeeded
    assert single.task is not None
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == [single.task.final_prompt]


@on("sandbox", ["plus", "trueai"], indirect=True)
def test_a_banned_answer_that_was_given_with_a_press_is_refused_and_leaves_no_job(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(2, prompt="a banned fox")
    with pytest.raises(mj.PromptRejected):
        child.wait(SECONDS)
    assert grid.followups == ()
    assert "敏感词" in grid.error


@on("sandbox", ["dmx"], indirect=True)  # which tells of its modal only when it is asked
def test_a_banned_answer_to_a_modal_that_comes_later_is_a_draft_to_be_mended(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(2, prompt="a banned fox")
    with pytest.raises(mj.PromptRejected):
        child.wait(SECONDS)
    question = asked(child)
    assert question.prompt == "a banned fox"
    assert question.draft == ModalAnswer("a banned fox")

    answer(child, "a blue fox")

    state = until(child, lambda state: state.phase is Phase.ENDED)
    assert state.status == "SUCCESS"
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a banned fox", "a blue fox"]


# -- asked, and answered later ---------------------------------------------------------------------


@by_itself
def test_a_modal_that_the_service_opens_by_itself_is_a_question_with_what_is_known(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(3)
    question = asked(child)
    assert grid.task is not None
    assert child.status == "MODAL"
    assert (question.asks, question.prompt) == ("prompt", grid.task.final_prompt)
    assert question.button is not None
    assert question.button.name == "V3"
    assert (question.canvas, question.draft, question.refusal) == (None, None, "")

    answer(child, "a green fox")

    assert child.wait(SECONDS).succeeded
    assert child.state.question is None
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a green fox"]


@by_itself
def test_a_refused_answer_stands_with_its_words_until_it_is_mended(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(1)
    asked(child)
    for times in (1, 2):
        answer(child, f"a banned fox, {times}")
        question = asked(child, times)
        assert "敏感词" in question.refusal
        assert child.state.outcome is None

    answer(child, "a fox")

    assert child.wait(SECONDS).succeeded
    assert child.state.question is None
    assert len(bodies(sandbox, "modal")) == 3


@by_itself
def test_an_answer_that_was_lost_is_sent_again_as_one_that_is_meant(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(1)
    asked(child)
    sandbox.faults.next("500", path="submit/modal")
    answer(child, "a fox")
    assert "cannot answer now" in asked(child, 1).refusal

    answer(child, "a fox")

    assert child.wait(SECONDS).succeeded
    assert len(bodies(sandbox, "modal")) == 2


@by_itself
def test_who_waits_for_a_task_that_asks_is_told_when_it_was_answered_elsewhere(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(4)
    asked(child)
    other = fetched(child.task_id)
    question = asked(other)
    assert question.button is not None
    assert question.button.name == "V4"

    answer(other, "a purple fox")

    assert other.wait(SECONDS).succeeded
    child.check_now()
    assert child.wait(SECONDS).succeeded
    assert child.state.question is None


@by_itself
def test_a_stopped_job_can_still_be_answered_when_it_is_followed_again(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(1)
    asked(child)
    child.stop()
    assert child.state.question is not None  # what was written in it is not lost
    child.check_now()
    asked(child)
    answer(child, "a fox")
    assert child.wait(SECONDS).succeeded


@on("sandbox", ["dmx"], indirect=True)  # which tells of a modal only when it is asked
def test_a_refused_answer_that_was_mended_lets_the_job_end_as_its_task_does(grid: mj.Job) -> None:
    child = grid.vary(2, prompt="a banned fox")
    with pytest.raises(mj.PromptRejected):
        child.wait(SECONDS)
    asked(child)
    answer(child, "a blue fox")
    assert child.wait(SECONDS).succeeded


# -- where nobody can answer -----------------------------------------------------------------------


async def awaited(job: mj.Job) -> mj.Task:
    async with asyncio.timeout(SECONDS):
        return await job


WAITS: dict[str, Callable[[mj.Job], mj.Task]] = {
    "wait": lambda job: job.wait(SECONDS),
    "await": lambda job: asyncio.run(awaited(job)),
}


@by_itself
@on("name", WAITS)
def test_a_program_that_waits_for_a_job_that_asks_is_told_and_can_answer(
    grid: mj.Job, sandbox: Sandbox, name: str
) -> None:
    wait = WAITS[name]
    sandbox.faults.slow_seconds = 0.3
    sandbox.faults.next("slow", path="submit/action")
    child = grid.vary(1)
    with pytest.raises(mj.MjError, match="waits in a window for a prompt"):
        wait(child)  # since before it has asked
    asked(child)
    with pytest.raises(mj.MjError, match=r"waits in a window.*answer\(prompt\) gives it"):
        wait(child)

    child.answer("a green fox")

    assert wait(child).succeeded
    assert [body["prompt"] for body in bodies(sandbox, "modal")] == ["a green fox"]


@by_itself
def test_what_a_program_answers_is_looked_at_and_a_refusal_is_raised(
    grid: mj.Job, sandbox: Sandbox
) -> None:
    child = grid.vary(1)
    asked(child)
    with pytest.raises(mj.MjError, match="The prompt is empty"):
        child.answer(" ")
    assert bodies(sandbox, "modal") == []
    with pytest.raises(mj.MjError, match="敏感词"):
        child.answer("a banned fox")
    child.answer("a fox")
    assert child.wait(SECONDS).succeeded


def test_a_program_that_is_asked_for_a_mask_gives_one(single: mj.Job, sandbox: Sandbox) -> None:
    job = fetched(waiting_for(single, "Vary (Region)"))
    asked(job)
    with pytest.raises(mj.MjError, match="Mark the part"):
        job.answer("a lake")
    assert bodies(sandbox, "modal") == []

    job.answer("a lake", [(0, 0, 32, 32)])

    assert job.wait(SECONDS).succeeded
    (body,) = bodies(sandbox, "modal")
    assert str(body["maskBase64"]).startswith("data:image/png;base64,")


def test_a_job_that_asks_for_nothing_takes_no_answer(grid: mj.Job, sandbox: Sandbox) -> None:
    with pytest.raises(mj.MjError, match="asks for nothing"):
        grid.answer("a green fox")
    assert bodies(sandbox, "modal") == []


# -- declined --------------------------------------------------------------------------------------


@by_itself
def test_a_declined_modal_ends_the_task_at_the_service(grid: mj.Job, sandbox: Sandbox) -> None:
    child = grid.vary(1)
    asked(child)
    background.run(child.dialog.decline())
    with pytest.raises(mj.TaskFailed, match="was cancelled"):
        child.wait(SECONDS)
    assert child.state.question is None
    assert sandbox.count("POST", f"{child.task_id}/cancel") == 1
    assert bodies(sandbox, "modal") == []


@by_itself
@on(
    ("fault", "said"),
    [("403", "The service does not cancel it. "), ("500", "The service cannot answer now")],
)
def test_where_the_service_does_not_cancel_the_question_says_so_and_stands(
    grid: mj.Job, sandbox: Sandbox, fault: str, said: str
) -> None:
    sandbox.faults.next(fault, path="/cancel")
    child = grid.vary(1)
    asked(child)
    background.run(child.dialog.decline())
    assert asked(child, 1).refusal.startswith(said)
    answer(child, "a green fox")
    assert child.wait(SECONDS).succeeded


# -- what it is about ------------------------------------------------------------------------------


def test_a_region_that_is_fetched_while_it_waits_has_its_parents_picture_to_mark(
    single: mj.Job, sandbox: Sandbox
) -> None:
    job = fetched(waiting_for(single, "Vary (Region)"))
    question = asked(job)
    assert single.image is not None
    assert single.task is not None
    assert (question.asks, question.prompt) == ("mask", single.task.final_prompt)
    assert question.canvas is not None
    assert question.canvas.size == single.image.size
    assert Picture.from_bytes(question.canvas.image).format == "jpeg"

    answer(job, "a lake", mask_png([(0, 0, 32, 32)], question.canvas.size))

    assert job.wait(SECONDS).succeeded
    assert str(bodies(sandbox, "modal")[-1]["maskBase64"]).startswith("data:image/png;base64,")


def test_a_zoom_that_is_fetched_while_it_waits_has_a_factor_to_begin_with(
    single: mj.Job,
) -> None:
    question = asked(fetched(waiting_for(single, "Custom Zoom")))
    assert question.asks == "zoom"
    assert question.prompt.endswith(" --zoom 2")
    assert question.canvas is None


@on("sandbox", ["trueai"], indirect=True)
def test_the_parent_that_the_service_names_is_fetched_where_nothing_is_kept(
    single: mj.Job, sandbox: Sandbox
) -> None:
    task_id = waiting_for(single, "Vary (Region)")
    assert single.image is not None
    size = single.image.size
    settings.reset()
    mj.configure(sandbox.url, "any", library=None)

    question = asked(fetched(task_id))
    assert question.canvas is not None
    assert question.canvas.size == size
    assert question.button is not None
    assert question.button.meaning == "Repaint a part that you mark"


@by_itself
def test_what_cannot_be_known_of_a_modal_is_left_out(single: mj.Job, sandbox: Sandbox) -> None:
    task_id = waiting_for(single, "Vary (Region)")
    settings.reset()
    mj.configure(sandbox.url, "any", library=None)
    assert asked(fetched(task_id)).canvas is None


@on("sandbox", ["trueai"], indirect=True)
def test_a_picture_to_mark_that_cannot_be_downloaded_is_left_out(
    single: mj.Job, sandbox: Sandbox
) -> None:
    task_id = waiting_for(single, "Vary (Region)")
    settings.reset()
    mj.configure(sandbox.url, "any", library=None)
    sandbox.faults.next("expired", count=100, path="/attachments")
    question = asked(fetched(task_id))
    assert (question.asks, question.canvas) == ("mask", None)


@on("sandbox", ["trueai"], indirect=True)
def test_a_task_that_goes_on_while_its_parent_is_looked_up_asks_nothing(
    single: mj.Job, sandbox: Sandbox
) -> None:
    task_id = waiting_for(single, "Vary (Region)")
    assert single.image is not None
    given = ModalAnswer("a lake", mask_png([(0, 0, 32, 32)], single.image.size))
    settings.reset()
    session = mj.configure(sandbox.url, "any", library=None)
    # It is looked up for so long that the task has ended, and its file is on its way.
    sandbox.faults.slow_seconds = 1.0
    sandbox.faults.next("slow", path=f"{single.task_id}/fetch")
    sandbox.faults.next("slow", path="/attachments/")
    job = session.follow(task_id, interval=0.1)
    with listening(job) as told:
        told.until(lambda state: state.status == "MODAL")
        background.run(session.account.submit(orders.answer(task_id, given)))

        assert job.wait(SECONDS).succeeded

    assert job.state.question is None
    assert [state for state in told.states if state.question is not None] == []
