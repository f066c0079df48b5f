"""From a job to its cards: each shows what the job is, and does what the job does."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from account.support import counting
from doors import door
from jobs.support import listening
from services import CANARY
from sketches import sketching

import mj_widgets as mj
from card.page import SECONDS, Seen, click, until
from mj_widgets.card import presenter
from mj_widgets.jobs import Phase
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GRID = EXAMPLES["finished"]


@pytest.fixture
def slow() -> Iterator[Sandbox]:
    """A service whose tasks take as long as real ones: they do not end in a test."""
    with sketching(speed=1).in_thread() as running:
        yield running


@pytest.fixture
def job(session: mj.Session) -> mj.Job:
    made = session.follow(GRID)
    made.wait(SECONDS)
    return made


@pytest.fixture
def card(job: mj.Job) -> Iterator[mj.TaskWidget]:
    made = mj.TaskWidget(job)
    made.wait(SECONDS)
    yield made
    made.close()


def jobs_in(card: mj.TaskWidget) -> list[mj.Job]:
    """The jobs of the cards inside a card, each with its thumbnail."""
    assert Seen(card).thumbs == [inner.button for inner in card.followups]
    return [inner.job for inner in card.followups]


# -- a card of a job -------------------------------------------------------------------------------


def test_a_card_of_a_job_shows_it_and_does_what_it_does(
    session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.imagine("a red fox")
    one, other = mj.TaskWidget(job), mj.TaskWidget(job)
    assert one.job is other.job is job
    assert one.wait(SECONDS) == other.wait(SECONDS) == job.task
    child = one.press("U2")
    assert child.job is job.followups[0]
    child.wait(SECONDS)
    assert [card.job for card in other.followups] == [child.job]
    assert sandbox.count("POST", "submit/action") == 1
    for card in (one, other):
        card.close()


def test_a_card_of_a_job_that_is_over_shows_it_as_any_other(job: mj.Job, sandbox: Sandbox) -> None:
    asked = len(sandbox.log)
    card = mj.TaskWidget(job)
    assert card.wait(SECONDS) is job.task
    seen = Seen(card)
    assert (seen.words, len(seen.tiles.previews)) == ("done", 4)
    assert list(card.buttons) == [each.name for each in job.state.buttons]
    assert (card.status, card.progress, card.error) == ("SUCCESS", 100, "")
    assert len(sandbox.log) == asked
    card.close()


def test_a_job_that_cannot_be_followed_ends_the_waiting_for_each_of_its_cards(
    session: mj.Session,
) -> None:
    job = session.follow("999999")
    for card in (mj.TaskWidget(job), mj.TaskWidget(job)):
        with pytest.raises(mj.TaskNotFound):
            card.wait(SECONDS)
        assert card.has_failed
        assert Seen(card).notice == card.error == job.error
        card.close()


def test_a_card_that_is_closed_leaves_a_job_that_somebody_else_has_begun(slow: Sandbox) -> None:
    session = mj.configure(slow.url, CANARY)
    job = session.imagine("a red fox")
    mj.TaskWidget(job).close()
    assert job.state.outcome is None
    job.stop()
    own = mj.imagine("a blue fox")
    own.close()
    assert own.job.life.is_to_stop or own.job.state.phase is Phase.STOPPED


def test_what_a_finished_card_shows_is_read_from_the_library_once(session: mj.Session) -> None:
    session.follow(GRID).wait(SECONDS)
    settings.reset()  # a new kernel: the library is opened anew, and counted
    with counting() as work:
        card = mj.TaskWidget(GRID, session=mj.configure(session.client.root, CANARY))
        card.wait(SECONDS)
    read = [sql for _, sql in work.statements if sql.startswith("SELECT * FROM tasks")]
    assert len(read) == 1
    card.close()


# -- the cards inside ------------------------------------------------------------------------------


def test_what_is_pressed_at_a_job_gets_a_card_inside_each_of_its_cards(job: mj.Job) -> None:
    one, other = mj.TaskWidget(job), mj.TaskWidget(job)
    children = [job.press("U1"), job.press("V2")]
    for card in (one, other):
        assert jobs_in(card) == children
        assert Seen(card).open_thumb == "V2"
        assert Seen(card).followups == card.followups[1:]
        assert [inner.parent for inner in card.followups] == [card, card]
    assert one.followups[0] is not other.followups[0]
    for child in children:
        child.wait(SECONDS)
    for card in (one, other):
        card.close()


def test_a_card_of_a_job_that_was_pressed_before_has_its_cards_from_the_first_moment(
    job: mj.Job,
) -> None:
    child = job.press("U1")
    grandchild = child.wait(SECONDS) and child.press("Vary (Subtle)")
    card = mj.TaskWidget(job)
    assert jobs_in(card) == [child]
    assert jobs_in(card.followups[0]) == [grandchild]
    grandchild.wait(SECONDS)
    card.close()


def test_the_card_of_a_press_that_was_refused_is_taken_away_everywhere(
    job: mj.Job, sandbox: Sandbox
) -> None:
    one, other = mj.TaskWidget(job), mj.TaskWidget(job)
    sandbox.faults.next("403", path="submit/")
    refused = one.press("V1")
    assert refused.job in jobs_in(other)
    with pytest.raises(mj.Forbidden):
        refused.wait(SECONDS)
    for card in (one, other):
        Seen(card).until_followups(0)
        assert Seen(card).notice.startswith("V1 – ")
        assert Seen(card).thumbs == []
        assert Seen(card).followups == ()
    assert refused.is_closed
    for card in (one, other):
        card.close()


def test_a_card_that_a_person_has_closed_comes_back_only_when_it_is_asked_for(
    card: mj.TaskWidget, job: mj.Job, sandbox: Sandbox
) -> None:
    first = card.press("U1")
    first.wait(SECONDS)
    first.close()
    second = card.press("U2")
    assert jobs_in(card) == [second.job]
    again = card.press("U1")
    assert again is not first
    assert again.job is first.job
    assert set(jobs_in(card)) == {first.job, second.job}
    second.wait(SECONDS)
    assert len(sandbox.posts) == 2


def test_a_card_that_is_closed_while_its_press_is_sent_is_followed_when_it_is_pressed_again(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    with door(sandbox, "submit/action") as held:
        closed = grid.press("V2")
        held.until_knocked()
        closed.close()

        again = grid.press("V2")

    assert again.job is closed.job
    assert again.wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_a_card_that_is_stopped_is_the_same_card_when_it_is_pressed_again(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.options.speed = 1  # it does not end by itself
    stopped = grid.press("V2")
    until(stopped, "task", bool)
    stopped.stop()

    assert grid.press("V2") is stopped

    assert jobs_in(grid) == [stopped.job]
    assert stopped.job.state.phase is Phase.FOLLOWED
    assert len(sandbox.posts) == 1


def test_with_its_card_all_cards_inside_are_closed_and_their_jobs_go_on(job: mj.Job) -> None:
    card = mj.TaskWidget(job)
    inner = card.press("U1")
    inner.wait(SECONDS)
    innermost = inner.press("Vary (Subtle)")
    card.close()
    assert inner.is_closed
    assert innermost.is_closed
    assert innermost.job.wait(SECONDS).succeeded


# -- what a card says ------------------------------------------------------------------------------


def test_what_a_card_says_of_itself_stands_until_the_job_says_something_else(
    card: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.faults.next("500", count=9, path="image-seed")
    Seen(card).click_tool("Seed")
    Seen(card).until_notice("^No seed")
    other = mj.TaskWidget(card.job)
    assert Seen(other).notice == ""  # it was asked there, not here
    sandbox.faults.clear()
    sandbox.faults.next("403", path="submit/")
    click(card.buttons["V1"])
    Seen(card).until_notice("^V1 – ")
    Seen(other).until_notice("^V1 – ")
    other.close()


def test_the_same_refusal_is_said_again_after_something_else_was_said(
    grid: mj.TaskWidget, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        sandbox.faults.next("403", path="submit/")
        until(grid.buttons["V1"], "disabled", False)
        click(grid.buttons["V1"])
        Seen(grid).until_notice("^V1 – ")
        Seen(grid).click_tool("Save")
        Seen(grid).until_notice("^Saved as ")


def test_a_press_that_is_taken_ends_what_was_said_before(
    grid: mj.TaskWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Seen(grid).click_tool("Save")
    Seen(grid).until_notice("^Saved as ")
    click(grid.buttons["V1"])
    Seen(grid).until_no_notice()
    (child,) = grid.followups
    assert child.wait(SECONDS).succeeded


def test_a_task_is_done_when_its_pictures_are_seen(session: mj.Session) -> None:
    card = mj.TaskWidget(GRID)
    done = threading.Event()
    seen: list[tuple[int, int]] = []

    def look(change: Any) -> None:
        if change.new == "SUCCESS":
            seen.append((len(Seen(card).tiles.previews), len(card.buttons)))
            done.set()

    card.observe(look, "status")
    card.wait(SECONDS)
    assert done.wait(SECONDS)
    assert seen == [(4, 9)]
    card.close()


def test_an_observer_of_a_card_may_press_and_what_it_raises_stops_nothing(
    session: mj.Session, sandbox: Sandbox
) -> None:
    card = mj.TaskWidget(GRID)

    def press(change: Any) -> None:
        if change.new == "SUCCESS":
            card.press("U1")
            raise LookupError

    card.observe(press, "status")
    card.wait(SECONDS)
    (child,) = card.followups
    assert child.wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1
    card.close()


def test_a_stopped_job_is_said_to_be_so_in_each_card_and_goes_on_from_any_of_them(
    slow: Sandbox,
) -> None:
    job = mj.configure(slow.url, CANARY).imagine("a red fox")
    one, other = mj.TaskWidget(job), mj.TaskWidget(job)
    until(one, "task", bool)
    Seen(one).click_tool("Stop")
    for card in (one, other):
        with pytest.raises(mj.MjError, match="is not watched any more"):
            card.wait(SECONDS)
        assert Seen(card).words == "not watched any more"
    Seen(other).click_tool("Check now")
    assert job.state.phase is Phase.FOLLOWED
    assert Seen(one).words != "not watched any more"
    job.stop()
    for card in (one, other):
        card.close()


# -- what goes wrong, and what an observer does ----------------------------------------------------


@pytest.fixture
def running(session: mj.Session, sandbox: Sandbox) -> mj.Job:
    """A job that a test brings on with ``progress``."""
    progress(sandbox, 5)
    made = session.follow("77", interval=60)
    with listening(made) as told:
        told.until(lambda state: state.progress == 5)
    return made


def progress(sandbox: Sandbox, percent: int) -> None:
    body = {"id": "77", "action": "IMAGINE", "prompt": "a fox", "progress": f"{percent}%"}
    sandbox.put("77", body | {"status": "IN_PROGRESS"})


def test_a_fault_while_a_card_is_painted_is_said_there_and_ends_the_waiting(
    running: mj.Job, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = mj.TaskWidget(running)

    def fail(*_: object) -> None:
        raise OverflowError("date value out of range")

    monkeypatch.setattr(presenter, "look_of", fail)
    progress(sandbox, 10)
    running.check_now()
    with pytest.raises(mj.MjError, match="date value out of range"):
        card.wait(SECONDS)
    assert "date value out of range" in Seen(card).notice
    card.close()
    running.stop()


def test_a_card_that_an_observer_closes_while_it_is_painted_ends_the_waiting(
    running: mj.Job, sandbox: Sandbox
) -> None:
    card = mj.TaskWidget(running)
    card.observe(lambda _: card.close(), "progress")
    progress(sandbox, 10)
    running.check_now()
    with pytest.raises(mj.MjError, match="is not watched any more"):
        card.wait(SECONDS)
    with listening(running) as told:
        told.until(lambda state: state.progress == 10)
    with pytest.raises(mj.MjError, match="is not watched any more"):
        card.wait(SECONDS)
    assert running.state.outcome is None
    running.stop()


def test_a_card_that_an_observer_stops_says_so(running: mj.Job, sandbox: Sandbox) -> None:
    card = mj.TaskWidget(running)
    card.observe(lambda _: card.stop(), "progress")
    progress(sandbox, 10)
    running.check_now()
    with pytest.raises(mj.MjError, match="is not watched any more"):
        card.wait(SECONDS)
    assert Seen(card).words == "not watched any more"
    assert Seen(card).tools == ["Check now"]
    card.close()
