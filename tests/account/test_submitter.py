"""Orders are sent once in a lifetime, whatever happens to the disk, the answers and the windows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from services import named, run

import mj_widgets as mj
from account.support import GRID
from mj_widgets.account import Account
from mj_widgets.account.submitter import memory
from mj_widgets.archive import Library
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import orders


def story(
    tell: Callable[[Sandbox, Account, Library], Awaitable[None]], folder: Path, flavour: str = "dmx"
) -> None:
    async def whole() -> None:
        library = Library(folder)
        async with Sandbox(flavour) as sandbox:
            session = Account(sandbox.url, "key", library=library)
            await tell(sandbox, session, library)
            await session.client.close()

    run(whole())


def test_what_was_sent_is_known_while_nothing_can_be_written(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        known = await session.submit(orders.imagine("a red fox"))
        can_write(library, False)
        other = await session.submit(orders.imagine("a blue fox"))
        assert "cannot be written" in session.not_kept
        assert (await session.submit(orders.imagine("a red fox"))).task_ids == known.task_ids
        assert (await session.submit(orders.imagine("a blue fox"))).task_ids == other.task_ids
        assert len(sandbox.posts) == 2

    story(tell, tmp_path)


def can_write(library: Library, yes: bool) -> None:
    """Let the disk be full, or have room again."""
    library._database._connection.execute(f"PRAGMA query_only = {'OFF' if yes else 'ON'}")


def test_a_disk_that_has_recovered_is_not_complained_of(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        task = await session.client.fetch(GRID)

        async def submit() -> None:
            await session.submit(orders.imagine("a red fox"), new=True)

        async def keep() -> None:
            await session.keep(task)

        for fail, work in [(submit, submit), (submit, keep), (keep, keep)]:
            can_write(library, False)
            await fail()
            assert "cannot be written" in session.not_kept
            can_write(library, True)
            await work()
            assert session.not_kept == ""

    story(tell, tmp_path)


def test_a_task_without_room_on_the_disk_is_complained_of_though_a_submission_has_room(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        can_write(library, False)
        await session.keep(await session.client.fetch(GRID))
        can_write(library, True)
        await session.submit(orders.imagine("a red fox"))
        assert "cannot be written" in session.not_kept

    story(tell, tmp_path)


def test_a_journal_whose_answer_could_not_be_written_is_complained_of_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        def full(*_: object) -> None:
            raise mj.LibraryError("The disk is full")

        with monkeypatch.context() as patch:
            patch.setattr(library.journal, "accepted", full)
            patch.setattr(library.journal, "adopt", full)
            await session.submit(orders.imagine("a red fox"))
            assert "The disk is full" in session.not_kept
        known = await session.submit(orders.imagine("a red fox"))
        assert session.not_kept == ""
        entry = library.journal.entries()[0]
        assert entry.submission is not None
        assert entry.submission.task_ids == known.task_ids
        assert len(sandbox.posts) == 1

    story(tell, tmp_path)


def test_what_was_sent_while_the_disk_was_full_is_written_when_it_is_not(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        grid = await session.client.fetch(GRID)
        can_write(library, False)
        (child,) = (await session.press(grid, named(grid, "U1"))).task_ids
        assert "cannot be written" in session.not_kept
        can_write(library, True)
        await session.keep(grid)
        assert session.not_kept == ""
        assert await session.origin(child) == (GRID, "U1")

        memory.cache_clear()  # as in the next kernel
        assert (await session.press(grid, named(grid, "U1"))).task_ids == (child,)
        assert len(sandbox.posts) == 1

    story(tell, tmp_path)


def test_a_refusal_while_the_disk_is_full_does_not_hide_that_it_is(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        can_write(library, False)
        with pytest.raises(mj.PromptRejected):
            await session.submit(orders.imagine("a banned fox"))
        assert "cannot be written" in session.not_kept

    story(tell, tmp_path)


def test_a_press_made_without_a_library_is_known_in_the_one_that_comes_later(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        grid = await session.client.fetch(GRID)
        without = Account(sandbox.url, "key")
        first = await without.press(grid, named(grid, "V1"))
        assert (await session.press(grid, named(grid, "V1"))).task_ids == first.task_ids
        memory.cache_clear()
        assert (await session.press(grid, named(grid, "V1"))).task_ids == first.task_ids
        assert len(sandbox.posts) == 1
        await without.client.close()

    story(tell, tmp_path)


def test_a_press_is_known_under_every_address_of_a_service(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        grid = await session.client.fetch(GRID)
        first = await session.press(grid, named(grid, "V1"))
        other = Account(sandbox.url, "key", library=library, service="another.example")
        again = await other.press(grid, named(grid, "V1"))
        assert again.task_ids == first.task_ids
        assert again.known_since is not None
        assert len(sandbox.posts) == 1
        await other.client.close()

    story(tell, tmp_path)


def test_a_window_that_was_answered_makes_its_press_one_that_is_not_sent_again(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        sandbox.options.remix = True
        grid = await session.client.fetch(GRID)
        opened = await session.press(grid, named(grid, "V2"))
        assert opened.needs_modal
        (task_id,) = opened.task_ids
        window = ModalAnswer("a blue fox")
        answer = orders.answer(task_id, window, parent=GRID, button="V2")
        (answered,) = (await session.submit(answer)).task_ids

        again = await session.press(grid, named(grid, "V2"))
        assert again.task_ids == (answered,)
        assert not again.needs_modal
        assert again.known_since is not None
        assert len(sandbox.posts) == 2

    story(tell, tmp_path, "plus")


def test_where_the_journal_cannot_be_read_nothing_is_sent_unless_it_is_to_be_new(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        await session.submit(orders.imagine("a red fox"))
        library.close()
        with pytest.raises(mj.LibraryError, match="new=True submits it"):
            await session.submit(orders.imagine("a red fox"))
        assert len(sandbox.posts) == 1
        assert (await session.submit(orders.imagine("a red fox"), new=True)).task_ids

    story(tell, tmp_path)


def test_what_cannot_be_read_in_the_journal_any_more_is_not_sent_again(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        await session.submit(orders.imagine("a red fox"))
        for column, said in [("submission", "may have been submitted"), ("payload", "new=True")]:
            with library._database.writing() as connection:
                connection.execute(f"UPDATE submissions SET {column} = '?'")
            with pytest.raises(mj.MjError, match=said):
                await session.submit(orders.imagine("a red fox"))
        assert len(sandbox.posts) == 1

    story(tell, tmp_path)


def test_without_a_library_a_second_session_knows_what_the_first_one_sent() -> None:
    async def whole() -> None:
        async with Sandbox() as sandbox:
            first, second = Account(sandbox.url, "key"), Account(sandbox.url, "key")
            one = await first.submit(orders.imagine("a red fox"))
            assert (await second.submit(orders.imagine("a red fox"))).task_ids == one.task_ids
            assert len(sandbox.posts) == 1
            await first.client.close()
            await second.client.close()

    run(whole())


def test_a_lost_answer_to_a_window_keeps_the_task(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        sandbox.options.remix = True
        task = await session.client.fetch(GRID)
        sandbox.faults.next("cut", path="submit/modal")
        pressed = await session.press(task, named(task, "V2"), ModalAnswer("a blue fox"))
        (task_id,) = pressed.task_ids
        assert not pressed.needs_modal
        assert library.journal.origin(session.service, task_id) is not None
        again = await session.press(task, named(task, "V2"), ModalAnswer("a blue fox"))
        assert again.task_ids == (task_id,)
        assert [r.path.rpartition("/")[2] for r in sandbox.posts] == ["action", "modal"]

    story(tell, tmp_path, "plus")


def test_an_answer_that_was_given_is_not_given_again(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, _: Library) -> None:
        sandbox.options.remix = True
        task = await session.client.fetch(GRID)
        window = ModalAnswer("a blue fox")
        (task_id,) = (await session.press(task, named(task, "V2"), window)).task_ids
        # A gateway tells for a while that the task still waits.
        await session.submit(orders.answer(task_id, window, parent=GRID, button="V2"))
        assert [r.path.rpartition("/")[2] for r in sandbox.posts] == ["action", "modal"]

    story(tell, tmp_path, "plus")


def test_a_bookmark_does_not_make_a_task_its_own_parent(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, _: Library) -> None:
        grid = await session.client.fetch(GRID)
        (child,) = (await session.press(grid, named(grid, "U1"))).task_ids
        sandbox.clock = lambda start=sandbox.clock: start() + 600
        task = await session.client.fetch(child)
        heart = next(b for b in task.buttons if "BOOKMARK" in b.custom_id)
        await session.press(task, heart)
        assert await session.origin(child) == (GRID, "U1")

    story(tell, tmp_path, "dmx")


def test_a_lost_file_comes_back_although_the_service_says_less(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        task = await session.client.fetch(GRID)
        await session.result(task)
        record = library.get(GRID)
        assert record is not None
        record.files[0].path.unlink()
        less = {**task.raw, "buttons": [], "prompt": ""}
        await session.result(mj.Task.parse(less))
        assert library.verify() == []
        record = library.get(GRID)
        assert record is not None
        assert record.task.buttons == task.buttons

    story(tell, tmp_path)


def test_a_later_answer_that_says_less_takes_nothing_away(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        task = await session.client.fetch(GRID)
        await session.result(task)
        await session.result(mj.Task.parse({"id": GRID, "status": "SUCCESS"}))
        record = library.get(GRID)
        assert record is not None
        assert record.task.prompt == task.prompt
        assert record.task.buttons == task.buttons

    story(tell, tmp_path)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.dmxapi.cn", "dmxapi.cn"),
        ("http://dmxapi.cn./mj-fast/mj", "dmxapi.cn"),
        ("https://h.example/fast/mj", "h.example"),
        ("https://h.example/of-mine/mj", "h.example/of-mine"),
        ("http://127.0.0.1:8800", "127.0.0.1:8800"),
        ("http://localhost:8800/mj", "127.0.0.1:8800"),
        ("https://h.example:8443/mj", "h.example:8443"),
    ],
)
def test_a_service_is_known_by_its_host_and_what_is_unusual(url: str, name: str) -> None:
    assert Account(url, "key").service == name
