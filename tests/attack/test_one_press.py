"""One press is one POST, whatever happens to the library, the kernels and their clocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from account.support import can_write
from card.page import SECONDS, Seen, click, until
from jobs.support import until as until_job

import mj_widgets as mj
from mj_widgets.archive import Entry, Journal, Payload, database
from mj_widgets.models import Submission
from mj_widgets.sandbox import EXAMPLES
from mj_widgets.service import orders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.sandbox import Sandbox

GRID = EXAMPLES["finished"]
Harm = Callable[[], AbstractContextManager[None]]
NOT_SENT = r"cannot be written.*Nothing was submitted, as it could not be written down first"


def library_file() -> Path:
    return mj.library().folder / "library.db"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for another program for long."""
    assert database.BUSY_SECONDS <= 2
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)


@contextmanager
def locked() -> Iterator[None]:
    """Another program writes to the library, and does not end."""
    with closing(sqlite3.connect(library_file(), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full() -> Iterator[None]:
    """The disk has no room for another line."""
    can_write(mj.library(), False)
    yield
    can_write(mj.library(), True)


@contextmanager
def removed() -> Iterator[None]:
    """The folder was thrown away while it was open."""
    for file in library_file().parent.glob("library.db*"):
        file.rename(file.with_name(f"away-{file.name}"))
    yield


# -- what cannot be written down first -------------------------------------------------------------


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("harm", [locked, full, removed])
def test_a_press_that_cannot_be_written_down_is_not_sent_and_says_what_to_do(
    grid: mj.TaskWidget, sandbox: Sandbox, harm: Harm
) -> None:
    with harm():
        for _ in range(2):
            with pytest.raises(mj.LibraryError, match="could not be written down first") as caught:
                grid.press("V1").wait(SECONDS)
            assert "new=True submits it" in str(caught.value)
            assert not caught.value.maybe_sent
        assert sandbox.posts == []
        assert Seen(grid).notice.startswith("V1 – The library ")
        assert grid.press("V1", new=True).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("harm", [locked, full, removed])
def test_a_second_click_sends_what_could_not_be_written_down(
    grid: mj.TaskWidget, sandbox: Sandbox, harm: Harm
) -> None:
    button = grid.buttons["U2"]
    with harm():
        click(button)
        Seen(grid).until_notice("so does pressing once more")
        until(button, "disabled", False)
        assert sandbox.posts == []

        click(button)

        until(grid, "status", "SUCCESS")
        assert grid.followups[0].wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1
    assert grid.press("U2").task_id == grid.followups[0].task_id
    assert len(sandbox.posts) == 1


def test_a_prompt_that_cannot_be_written_down_is_not_sent(
    session: mj.Session, sandbox: Sandbox
) -> None:
    with full():
        with pytest.raises(mj.LibraryError, match=NOT_SENT):
            mj.imagine("a red fox").wait(SECONDS)
        assert sandbox.posts == []
        assert mj.imagine("a red fox", new=True).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


@pytest.mark.parametrize("sandbox", ["plus"], indirect=True)
def test_an_answer_to_a_modal_that_cannot_be_written_down_stays_with_its_question(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    sandbox.options.remix = True
    card = grid.press("V2")
    job = card.job
    until_job(job, lambda state: state.question)
    with full():
        with pytest.raises(mj.MjError, match="could not be written down first"):
            job.answer("a blue fox")
        assert [post.path.rpartition("/")[2] for post in sandbox.posts] == ["action"]
        job.answer("a blue fox")
        assert card.wait(SECONDS).succeeded
    assert [post.path.rpartition("/")[2] for post in sandbox.posts] == ["action", "modal"]


@pytest.mark.usefixtures("impatient")
def test_a_library_that_another_program_has_locked_is_said_to_be_so_and_the_card_shows(
    session: mj.Session,
) -> None:
    mj.library()
    with locked():
        card = mj.TaskWidget(GRID)
        assert card.wait(SECONDS).succeeded
        assert len(card.quadrants) == 4
        assert "Another program is using it" in Seen(card).notice


# -- what another kernel has done meanwhile --------------------------------------------------------


def begun_elsewhere(card: mj.TaskWidget, name: str) -> tuple[Journal, Entry]:
    """Another kernel has begun a press a minute ago, and knows no answer yet."""
    found = card.job.state.find(name)
    assert found is not None
    order = orders.press(GRID, found.button)
    journal, service = mj.library().journal, card.job.account.service
    entry = journal.begin(service, order.path, Payload(order.identity), parent=GRID, button=name)
    earlier = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    with closing(sqlite3.connect(library_file())) as disk, disk:
        disk.execute("UPDATE submissions SET sent_at = ?", (earlier,))
    return journal, entry


def test_a_click_shows_the_answer_that_another_kernel_has_got_meanwhile(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    journal, entry = begun_elsewhere(grid, "V1")
    button = grid.buttons["V1"]
    click(button)
    Seen(grid).until_notice("no answer is known yet")
    until(button, "disabled", False)
    taken = Submission(code=1, task_ids=(EXAMPLES["running"],))
    journal.accepted(entry, taken)

    click(button)

    until(button, "disabled", False)
    (child,) = grid.followups
    assert child.task_id == EXAMPLES["running"]
    assert sandbox.posts == []


def test_a_second_click_sends_what_no_kernel_knows_an_answer_to(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    begun_elsewhere(grid, "V1")
    button = grid.buttons["V1"]
    click(button)
    Seen(grid).until_notice("pressing once more, submits it anew")
    until(button, "disabled", False)
    assert sandbox.posts == []

    click(button)

    until(button, "disabled", False)
    assert grid.followups[0].wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1
