"""The library in place of the service: what a card shows, and what it says where nothing is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sketches import sketching

import mj_widgets as mj
from card.page import SECONDS, Seen, until
from mj_widgets.archive import State
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.sandbox.buttons import grid_buttons
from mj_widgets.session import settings

if TYPE_CHECKING:
    from pathlib import Path

GRID = EXAMPLES["finished"]
UNKNOWN = {"description": "task_no_found ", "type": "upstream_error", "code": 4}


def in_a_new_kernel(*arguments: Any, **options: Any) -> mj.Session:
    """Forget what this process knows, and choose a service as a new kernel does."""
    settings.reset()
    return mj.configure(*arguments, **options)


def finished(task_id: str = GRID, **options: Any) -> mj.TaskWidget:
    """The card of a task, when it has ended."""
    card = mj.TaskWidget(task_id, **options)
    card.wait(SECONDS)
    return card


def notice(card: mj.TaskWidget) -> str:
    """The line below the state of a card."""
    said = Seen(card).notice
    assert "\n" not in said
    return said


def is_from_library(card: mj.TaskWidget) -> bool:
    return any("from the library" in note for note in Seen(card).notes)


def file_of(task_id: str = GRID) -> Path:
    record = mj.library().get(task_id)
    assert record is not None
    return record.files[0].path


# -- the service forgets ---------------------------------------------------------------------------


def test_a_task_that_the_service_forgot_is_shown_from_the_library(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    sandbox.put(GRID, UNKNOWN, 400)
    requests = len(sandbox.log)
    in_a_new_kernel(sandbox.url, "key")

    card = finished()

    assert is_from_library(card)
    assert len(card.quadrants) == 4
    assert notice(card) == ""
    assert len(sandbox.log) == requests


@pytest.mark.parametrize("trouble", ["forgotten", "500"])
def test_refresh_says_what_the_service_said_and_still_shows_the_picture(
    sandbox: Sandbox, trouble: str
) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    if trouble == "forgotten":
        sandbox.put(GRID, UNKNOWN, 400)
    else:
        sandbox.faults.next("500", path="/fetch")

    card = finished(refresh=True)

    assert is_from_library(card)
    assert len(card.quadrants) == 4
    said = {"forgotten": "does not know task", "500": "cannot answer now"}[trouble]
    assert notice(card).startswith("Shown from the library. The service")
    assert said in notice(card)


def test_a_forgotten_task_that_was_never_kept_is_one_line(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    sandbox.put(GRID, UNKNOWN, 400)
    card = mj.TaskWidget(GRID)
    with pytest.raises(mj.TaskNotFound, match="does not know task"):
        card.wait(SECONDS)
    assert "does not know task" in notice(card)


def test_a_dead_link_does_not_matter_to_a_task_that_was_kept(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    sandbox.faults.next("expired", count=100, path="/attachments")
    in_a_new_kernel(sandbox.url, "key")
    for refresh in (False, True):
        assert len(finished(refresh=refresh).quadrants) == 4


def test_for_a_dead_link_a_fresh_one_is_asked_once_and_then_one_line_says_so(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    old = sandbox.add_task("an old one", age=10_000)
    sandbox.faults.next("expired", count=100, path="/attachments")

    card = finished(old)

    assert sandbox.count("GET", f"{old}/fetch") == 2
    assert sandbox.count("GET", "/attachments") == 1
    assert "link has expired" in notice(card)


def test_a_task_is_kept_although_its_picture_cannot_be_had_and_gets_it_later(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    sandbox.faults.next("expired", count=100, path="/attachments")
    finished()
    record = mj.library().get(EXAMPLES["finished"])
    assert record is not None
    assert record.task.prompt
    assert record.files == ()

    sandbox.faults.clear()
    in_a_new_kernel(sandbox.url, "key")
    assert len(finished().quadrants) == 4
    assert len(mj.library().search()[0].files) == 1


# -- the library's file is gone --------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["is missing", "was changed"])
def test_a_file_that_was_harmed_is_downloaded_again(sandbox: Sandbox, harm: str) -> None:
    mj.configure(sandbox.url, "key")
    original = finished().image_bytes
    _harm(file_of(), harm)

    assert finished().image_bytes == original
    assert file_of().read_bytes() == original
    assert mj.library().verify() == []


@pytest.mark.parametrize("harm", ["is missing", "was changed"])
def test_offline_one_line_names_the_file_that_was_harmed(sandbox: Sandbox, harm: str) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    _harm(file_of(), harm)
    mj.configure(offline=True)

    card = finished()

    assert card.image is None
    assert notice(card).startswith(f"{file_of()} {harm}. You are offline")


def _harm(file: Path, harm: str) -> None:
    if harm == "is missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"?")


# -- offline ---------------------------------------------------------------------------------------


def test_offline_before_any_service_was_chosen_known_tasks_and_presses_are_shown(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    taken = finished().upscale(2)
    taken.wait(SECONDS)
    requests = len(sandbox.log)
    in_a_new_kernel(offline=True)

    card = finished()
    assert "pressed before" in card.buttons["U2"].tooltip
    again = card.upscale(2)
    again.wait(SECONDS)

    assert is_from_library(card)
    assert again.task_id == taken.task_id
    assert again.image_bytes == taken.image_bytes
    assert len(sandbox.log) == requests


def test_offline_before_any_service_was_chosen_a_prompt_that_was_sent_finds_its_task(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    first = mj.imagine("a red fox").wait(SECONDS)
    in_a_new_kernel(offline=True)
    assert mj.imagine("a red fox").wait(SECONDS).id == first.id
    with pytest.raises(mj.Offline):
        mj.imagine("a blue fox").wait(SECONDS)
    assert len(sandbox.posts) == 1


def test_offline_an_unknown_task_is_one_line(sandbox: Sandbox) -> None:
    mj.configure(offline=True)
    card = mj.TaskWidget("999999")
    with pytest.raises(mj.Offline, match="Task 999999 is not in the library"):
        card.wait(SECONDS)
    assert "mj.configure(offline=False)" in notice(card)


@pytest.mark.parametrize("service", ["the same", "none"])
def test_offline_a_new_press_is_refused_and_sent_when_there_is_a_service_again(
    sandbox: Sandbox, service: str
) -> None:
    mj.configure(sandbox.url, "key")
    finished()
    if service == "the same":
        mj.configure(offline=True)
    else:
        in_a_new_kernel(offline=True)
    card = finished()

    with pytest.raises(mj.Offline, match="no request leaves this machine"):
        card.upscale(4).wait(SECONDS)

    assert notice(card).startswith("U4 – You are offline")
    assert card.followups == ()
    assert [entry.state for entry in mj.library().journal.entries()] == [State.REFUSED]
    mj.configure(sandbox.url, "key", offline=False)
    assert finished().upscale(4).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_going_offline_holds_for_cards_that_are_there_until_it_ends(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    grid = finished()
    sandbox.put("77", {"id": "77", "action": "IMAGINE", "status": "IN_PROGRESS", "progress": "9%"})
    running = mj.TaskWidget("77", interval=60)
    until(running, "status", "IN_PROGRESS")
    requests = len(sandbox.log)

    mj.configure(offline=True)
    running.check_now()
    until(running, "error", lambda said: "you are offline" in said)
    with pytest.raises(mj.Offline):
        grid.upscale(1).wait(SECONDS)
    assert len(sandbox.log) == requests

    mj.configure(offline=False)
    until(running, "error", "")
    assert grid.upscale(1).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_two_services_may_call_different_tasks_the_same(sandbox: Sandbox) -> None:
    with sketching().in_thread() as other:
        for service, prompt in ((sandbox, "of the first"), (other, "of the second")):
            service.add_task(prompt, task_id="77", age=10_000)
            task = service.task("77")
            task.message_hash = f"00000000-0000-4000-8000-{len(prompt):012}"
            task.buttons = grid_buttons(task.message_hash)
            mj.configure(service.url, "key")
            assert finished("77").upscale(1).wait(SECONDS).succeeded
        assert (len(sandbox.posts), len(other.posts)) == (1, 1)
        for service, prompt in ((sandbox, "of the first"), (other, "of the second")):
            mj.configure(service.url, "key", offline=True)
            card = finished("77")
            assert card.task is not None
            assert card.task.prompt == prompt
            assert card.upscale(1).wait(SECONDS).succeeded


@pytest.mark.parametrize("kind", ["describe", "shorten"])
def test_the_texts_of_a_describe_or_shorten_are_kept(sandbox: Sandbox, kind: str) -> None:
    mj.configure(sandbox.url, "key")
    if kind == "describe":
        task_id = EXAMPLES["described"]
    else:
        lines = "1️⃣ a fox\n\n2️⃣ a red fox"
        body = {"id": "78", "action": "SHORTEN", "status": "SUCCESS", "prompt": "a long text"}
        task_id = sandbox.put("78", {**body, "properties": {"finalPrompt": lines}})
    texts = finished(task_id).texts
    in_a_new_kernel(offline=True)

    card = finished(task_id)

    assert is_from_library(card)
    assert len(texts) >= 2
    assert card.texts == texts


def test_a_task_that_has_not_ended_is_not_kept(sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key")
    sandbox.put("79", {"id": "79", "action": "ACTION", "status": "MODAL"})
    card = mj.TaskWidget("79")
    with pytest.raises(mj.StillRunning):
        card.wait(1)
    card.stop()
    assert mj.library().get("79") is None


def test_a_task_that_another_address_told_is_shown_where_this_one_does_not_know_it(
    sandbox: Sandbox,
) -> None:
    mj.configure(sandbox.url, "key")
    task_id = sandbox.add_task("kept under another name", age=10_000)
    finished(task_id)
    with sketching().in_thread() as other:
        mj.configure(other.url, "key")
        card = finished(task_id)
        assert len(card.quadrants) == 4
        assert notice(card).startswith("Shown from the library. ")
        assert other.count("GET", "/attachments") == 0


@pytest.mark.parametrize("harm", ["newer", "no database", "a folder"])
def test_where_the_library_cannot_be_opened_no_press_is_paid_twice(
    sandbox: Sandbox, harm: str
) -> None:
    mj.configure(sandbox.url, "key")
    assert finished().upscale(1).wait(SECONDS).succeeded
    mj.library().close()
    index = mj.library().folder / "library.db"
    if harm == "newer":
        with closing(sqlite3.connect(index)) as connection:
            connection.execute("PRAGMA user_version = 99")
    else:
        index.unlink()
        index.write_text("no database") if harm == "no database" else index.mkdir()

    in_a_new_kernel(sandbox.url, "key")
    card = finished()
    assert len(card.quadrants) == 4
    with pytest.raises(mj.LibraryError, match=r"as it may have been before: new=True submits it"):
        card.upscale(1).wait(SECONDS)
    assert len(sandbox.posts) == 1
    assert card.upscale(1, new=True).wait(SECONDS).succeeded
    assert card.upscale(1).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 2
