"""One press is one POST, whatever happens to the library, the kernels and their clocks."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from account.support import can_write
from card.page import SECONDS, PanelPage, Seen, browser_sends, click, until
from jobs.support import until as until_job
from services import CANARY

import mj_widgets as mj
from mj_widgets.account import ledger
from mj_widgets.archive import Entry, Journal, Payload, database
from mj_widgets.jobs import making
from mj_widgets.models import Submission
from mj_widgets.sandbox import EXAMPLES
from mj_widgets.service import orders
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mj_widgets.sandbox import Sandbox

GRID = EXAMPLES["finished"]
ROOM = (16, 0, 0, 0)
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
    can_write(mj.library().kept, False)
    yield
    can_write(mj.library().kept, True)


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


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("harm", [locked, full, removed])
def test_a_button_that_is_clicked_for_another_one_is_as_careful(
    grid: mj.TaskWidget, sandbox: Sandbox, harm: Harm
) -> None:
    button = grid.buttons["V1"]

    def clicked() -> None:
        click(button)
        until(button, "disabled", False)

    clicked()
    first = grid.followups[0].wait(SECONDS)
    with harm():
        clicked()
        Seen(grid).until_notice("so does pressing once more")
        Seen(grid).until_followups(1)
        assert len(sandbox.posts) == 1
        clicked()
        Seen(grid).until_followups(2)
        assert grid.followups[1].wait(SECONDS).id != first.id
    assert len(sandbox.posts) == 2


def edit(card: mj.TaskWidget) -> PanelPage:
    panel = deed(card, "edit")
    assert panel.painter is not None
    panel.painter.pad = ROOM
    return panel


def deed(card: mj.TaskWidget, what: str) -> PanelPage:
    browser_sends(Seen(card).tiles, {"type": what, "index": 1})
    return Seen(card).until_panel()


PANELS: dict[str, Callable[[mj.TaskWidget], PanelPage]] = {
    "edit": edit,
    "film": lambda card: deed(card, "animate"),
    "style": lambda card: deed(card, "style"),
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("harm", [locked, full, removed])
@pytest.mark.parametrize("what", PANELS)
def test_what_a_panel_sends_is_written_down_first_or_sent_by_the_second_press_as_buttons_are(
    grid: mj.TaskWidget, sandbox: Sandbox, harm: Harm, what: str
) -> None:
    with harm():
        panel = PANELS[what](grid)
        panel.send()
        panel.until_notice("Nothing was submitted.*so does pressing once more")
        assert sandbox.posts == []

        panel.send()

        Seen(grid).until_no_panel()
        assert grid.followups[0].wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


@pytest.mark.usefixtures("impatient")
def test_that_it_could_not_be_written_down_counts_for_the_next_send_alone(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    with full():
        for count in (1, 2):
            panel = edit(grid)
            panel.send()
            panel.until_notice("Nothing was submitted.*so does pressing once more")
            panel.send()
            Seen(grid).until_no_panel()
            assert grid.followups[-1].wait(SECONDS).succeeded
            assert len(sandbox.posts) == count


@pytest.fixture
def another(grid: mj.TaskWidget) -> Iterator[mj.TaskWidget]:
    """A card of the same task that knows nothing of the first, as one of another kernel."""
    card = mj.TaskWidget(GRID)
    card.wait(SECONDS)
    yield card
    card.close()


@pytest.mark.parametrize("what", PANELS)
def test_what_may_have_been_sent_from_another_kernel_is_said_before_a_panel_sends_it(
    grid: mj.TaskWidget, another: mj.TaskWidget, sandbox: Sandbox, what: str
) -> None:
    sandbox.faults.next("cut", path="/submit/imagine" if what == "style" else "/submit/")
    lost = PANELS[what](grid)
    lost.send()
    lost.until_notice("may have been submitted")
    panel = PANELS[what](another)
    panel.send()
    panel.until_notice("It may have been submitted on")
    assert len(sandbox.posts) == 1

    panel.send()

    Seen(another).until_no_panel()
    assert another.followups[0].wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2


def test_what_another_kernel_is_sending_just_now_is_not_sent_from_a_panel_too(
    grid: mj.TaskWidget, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "OTHERS_TAKE", timedelta(seconds=1))
    panel = edit(grid)
    order = making.edit_of(grid.job.state, panel.prompt, None, ROOM, 2).order
    service = grid.job.account.service
    payload = Payload(order.identity)
    mj.library().journal.begin(service, order.path, payload, parent=GRID, button="Edit 2")
    panel.send()
    panel.until_notice("no answer is known yet")
    assert sandbox.posts == []


def test_who_has_seen_what_came_of_a_panel_means_another_one(
    grid: mj.TaskWidget, another: mj.TaskWidget, sandbox: Sandbox
) -> None:
    ids = []
    for card in (grid, another, another):
        before = len(card.followups)
        edit(card).send()
        Seen(card).until_followups(before + 1)
        Seen(card).until_no_panel()
        ids.append(card.followups[-1].wait(SECONDS).id)
    assert len(set(ids)) == len(sandbox.posts) == 3


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("harm", [locked, full, removed])
def test_a_prompt_that_is_used_once_more_is_written_down_first_or_sent_by_the_second_press(
    grid: mj.TaskWidget, sandbox: Sandbox, harm: Harm
) -> None:
    with harm():
        Seen(grid).click_tool("Use prompt")
        Seen(grid).open_panel.write("a blue fox")
        Seen(grid).open_panel.send()
        (refused,) = grid.followups
        with pytest.raises(mj.LibraryError, match="so does pressing once more"):
            refused.wait(SECONDS)
        assert sandbox.posts == []

        Seen(refused).click_tool("Use prompt")
        Seen(refused).open_panel.send()

        assert refused.followups[0].wait(SECONDS).succeeded
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


def test_presses_from_two_views_before_and_after_a_restart_send_one(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    def in_both_views(card: mj.TaskWidget) -> mj.TaskWidget:
        """Each view of one card sends its click to the same button, whatever the other does."""
        button = card.buttons["U1"]
        click(button)
        click(button)
        until(button, "disabled", False)
        (child,) = card.followups
        assert child.wait(SECONDS).succeeded
        return child

    first = in_both_views(grid)
    settings.reset()
    mj.configure(sandbox.url, CANARY)
    cards = [mj.TaskWidget(GRID) for _ in range(2)]  # run again, and displayed twice
    for card in cards:
        card.wait(SECONDS)
    assert {in_both_views(card).task_id for card in cards} == {first.task_id}
    assert len(sandbox.posts) == 1


# -- many at once, and kills -----------------------------------------------------------------------


def test_thirty_threads_and_ten_cards_that_press_at_once_send_one(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    cards = [grid, *(mj.TaskWidget(GRID) for _ in range(9))]
    for card in cards:
        card.wait(SECONDS)
    together = threading.Barrier(30)

    def press(number: int) -> str:
        together.wait(SECONDS)
        return cards[number % 10].press("V1").wait(SECONDS).id

    with ThreadPoolExecutor(30) as threads:
        ids = set(threads.map(press, range(30)))
    assert len(ids) == 1
    assert len(sandbox.posts) == 1


IN_A_PROCESS = """
import os, random, signal, sys, time
from datetime import datetime, timedelta
import mj_widgets as mj
from mj_widgets.account import ledger
from mj_widgets.archive import journal
from mj_widgets.card import TaskWidget

def child(work):
    if not (process := os.fork()):
        try:
            mj.configure({url!r}, "key", library={library!r})
            work()
        finally:
            os._exit(0)
    return process

def pressed(name="V1"):
    card = mj.TaskWidget({grid!r})
    card.wait(30)
    return card.press(name)
"""
DAYS_APART = """
def at(days):
    class Shifted(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=days)
    ledger.datetime = journal.datetime = Shifted
    try:
        said = pressed().wait(30).id
    except mj.ServiceUnavailable as error:
        said = str(error.maybe_sent)
    os.write(1, (said + "\\n").encode())

for process in [child(lambda days=days: at(days)) for days in range(-4, 4)]:
    os.waitpid(process, 0)
"""
KILLED = """
dice = random.Random(7)
for _ in range(40):
    name = dice.choice(("V1", "V2", "U1", "U2"))
    process = child(lambda: pressed(name).wait(30))
    time.sleep(dice.uniform(0, 0.4))
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
os.waitpid(child(lambda: pressed("V4").wait(30)), 0)
"""


def in_processes(story: str, sandbox: Sandbox) -> list[str]:
    """Run a story in a process of its own, and return the lines that it prints."""
    begin = IN_A_PROCESS.format(url=sandbox.url, library=str(mj.library().folder), grid=GRID)
    done = subprocess.run(
        [sys.executable, "-c", begin + story],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def test_eight_kernels_with_clocks_a_day_apart_that_press_at_once_send_one(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    said = in_processes(DAYS_APART, sandbox)
    assert len(said) == 8
    assert len({line for line in said if line != "True"}) == 1
    assert len(sandbox.posts) == 1


def test_kernels_that_are_killed_around_a_press_send_none_twice(
    grid: mj.TaskWidget, sandbox: Sandbox
) -> None:
    in_processes(KILLED, sandbox)
    sent = [str(post.body) for post in sandbox.posts]
    assert len(sent) == len(set(sent)) >= 1
