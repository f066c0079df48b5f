"""What was submitted is known, whatever happens to the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from doors import door
from jobs.support import SECONDS
from services import run

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.account.ledger import Errand, Ledger, memory
from mj_widgets.archive import Library, State
from mj_widgets.models.button import Button
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.pictures.images import data_url
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import orders

from .support import GRID, can_write, counting, kept_story, named, noise


def test_what_was_sent_is_known_while_nothing_can_be_written(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        known = await session.submit(orders.imagine("a red fox"))
        can_write(library, False)
        with pytest.raises(mj.LibraryError, match=r"cannot be written.*Nothing was submitted"):
            await session.submit(orders.imagine("a blue fox"))
        assert len(sandbox.posts) == 1
        other = await session.submit(orders.imagine("a blue fox"), new=True)
        assert "cannot be written" in session.not_kept
        assert (await session.submit(orders.imagine("a red fox"))).task_ids == known.task_ids
        assert (await session.submit(orders.imagine("a blue fox"))).task_ids == other.task_ids
        assert len(sandbox.posts) == 2

    kept_story(tell, tmp_path)


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

    kept_story(tell, tmp_path)


def test_a_task_without_room_on_the_disk_is_complained_of_though_a_submission_has_room(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        can_write(library, False)
        await session.keep(await session.client.fetch(GRID))
        can_write(library, True)
        await session.submit(orders.imagine("a red fox"))
        assert "cannot be written" in session.not_kept

    kept_story(tell, tmp_path)


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

    kept_story(tell, tmp_path)


def test_what_was_sent_while_the_disk_was_full_is_written_when_it_is_not(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        grid = await session.client.fetch(GRID)
        can_write(library, False)
        (child,) = (await session.press(grid, named(grid, "U1"), new=True)).task_ids
        assert "cannot be written" in session.not_kept
        can_write(library, True)
        await session.keep(grid)
        assert session.not_kept == ""
        assert await session.origin(child) == (GRID, "U1")

        memory.cache_clear()  # as in the next kernel
        assert (await session.press(grid, named(grid, "U1"))).task_ids == (child,)
        assert len(sandbox.posts) == 1

    kept_story(tell, tmp_path)


def test_a_refusal_while_the_disk_is_full_does_not_hide_that_it_is(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        can_write(library, False)
        with pytest.raises(mj.PromptRejected):
            await session.submit(orders.imagine("a banned fox"), new=True)
        assert "cannot be written" in session.not_kept

    kept_story(tell, tmp_path)


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

    kept_story(tell, tmp_path)


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

    kept_story(tell, tmp_path)


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

    kept_story(tell, tmp_path)


def test_what_cannot_be_read_in_the_journal_any_more_is_not_sent_again(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        await session.submit(orders.imagine("a red fox"))
        for column, said in [("submission", "may have been submitted"), ("payload", "new=True")]:
            with library._database.writing() as connection:
                connection.execute(f"UPDATE submissions SET {column} = '?'")
            with pytest.raises(mj.MjError, match=said):
                await session.submit(orders.imagine("a red fox"))
        assert len(sandbox.posts) == 1

    kept_story(tell, tmp_path)


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


def test_a_bookmark_does_not_make_a_task_its_own_parent(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, _: Library) -> None:
        grid = await session.client.fetch(GRID)
        (child,) = (await session.press(grid, named(grid, "U1"))).task_ids
        sandbox.clock = lambda start=sandbox.clock: start() + 600
        task = await session.client.fetch(child)
        heart = next(b for b in task.buttons if "BOOKMARK" in b.custom_id)
        await session.press(task, heart)
        assert await session.origin(child) == (GRID, "U1")

    kept_story(tell, tmp_path, "dmx")


# -- once ------------------------------------------------------------------------------------------


def test_a_press_is_looked_up_once_in_each_journal_and_written_before_and_after(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        await session.submit(orders.imagine("a red fox"))  # the journal in memory is made by now
        grid = await session.client.fetch(GRID)
        work.statements.clear()
        await session.press(grid, named(grid, "V1"))
        assert work.look_ups() == {"memory": 1, "disk": 1}
        assert work.writes() == {"disk": 2}

        work.statements.clear()
        assert (await session.press(grid, named(grid, "V1"))).known_since is not None
        assert work.look_ups() == {"memory": 1, "disk": 1}
        assert work.writes() == {}

    with counting() as work:
        kept_story(tell, tmp_path)


def test_the_payload_of_a_press_is_written_out_for_its_digest_and_for_the_journal_alone(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        grid = await session.client.fetch(GRID)
        work.texts.clear()
        await session.press(grid, named(grid, "V1"))
        assert len(work.written("customId")) == 2
        work.texts.clear()
        await session.press(grid, named(grid, "V1"))
        assert len(work.written("customId")) == 1

    with counting() as work:
        kept_story(tell, tmp_path)


def test_the_pictures_of_a_blend_are_written_out_once(tmp_path: Path) -> None:
    pictures = [data_url("image/png", noise(side)) for side in (200, 201)]

    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        await session.submit(orders.blend(pictures))
        assert len(sandbox.posts) == 1
        assert sum(len(text) for text in work.written(pictures[0])) < 1.01 * sum(map(len, pictures))

    with counting() as work:
        kept_story(tell, tmp_path)


# -- as the ledger itself tells it -----------------------------------------------------------------


def test_what_may_be_in_a_journal_that_is_lost_is_not_begun() -> None:
    async def whole() -> None:
        lost = mj.LibraryError("The library cannot be opened", words="it is damaged")
        ledger, errand = Ledger(None, lost), Errand(orders.imagine("a red fox"), "h.example")
        with pytest.raises(mj.LibraryError, match=r"damaged.*new=True submits it"):
            await ledger.find(errand)
        assert (await ledger.begin(errand, new=True, anyhow=True)).entry.is_new
        found = await ledger.find(errand)
        assert found is not None
        assert found.entry.state is State.SENDING

    run(whole())


def test_of_two_kernels_that_have_found_nothing_one_is_told_to_send(tmp_path: Path) -> None:
    async def whole() -> None:
        here, there = (Ledger(Library(tmp_path).journal) for _ in range(2))
        order = orders.press("17", Button(custom_id="MJ::JOB::upsample::1::6dc7beb8", label="U1"))
        errands = Errand(order, "h.example"), Errand(order, "fast.h.example")
        assert await here.find(errands[0]) is await there.find(errands[1]) is None
        assert (await here.begin(errands[0])).entry.is_new
        assert not (await there.begin(errands[1])).entry.is_new

    run(whole())


@pytest.mark.parametrize("disk", ["stays full", "has room again"])
def test_an_answer_to_a_window_while_the_disk_is_full_makes_its_press_stand(
    tmp_path: Path, disk: str
) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        sandbox.options.remix = True
        grid = await session.client.fetch(GRID)
        (task_id,) = (await session.press(grid, named(grid, "V2"))).task_ids
        can_write(library, False)
        window = ModalAnswer("a blue fox")
        answer = orders.answer(task_id, window, parent=GRID, button="V2")
        with pytest.raises(mj.LibraryError, match="could not be written down first"):
            await session.submit(answer)
        answered = await session.submit(answer, anyhow=True)
        if disk == "has room again":
            can_write(library, True)
            await session.keep(grid)
            memory.cache_clear()  # as in the next kernel
        again = await session.press(grid, named(grid, "V2"))
        assert again.task_ids == answered.task_ids
        assert not again.needs_modal
        assert len(sandbox.posts) == 2

    kept_story(tell, tmp_path, "plus")


def refused_while_the_disk_was_full(session: mj.Session, sandbox: Sandbox) -> Library:
    """Let a submission be refused that was written down before; return the library, still full."""
    library = mj.library().kept
    sandbox.options.queue_full = True
    with door(sandbox, "submit/imagine") as held:
        job = session.imagine("a fox")
        held.until_knocked()
        can_write(library, False)
    with pytest.raises(mj.QueueFull):
        job.wait(SECONDS)
    return library


def test_what_was_refused_while_the_disk_was_full_is_not_said_to_be_sent_perhaps(
    session: mj.Session, sandbox: Sandbox
) -> None:
    library = refused_while_the_disk_was_full(session, sandbox)
    sandbox.options.queue_full = False
    with pytest.raises(mj.LibraryError, match="could not be written down first"):
        session.imagine("a fox").wait(SECONDS)
    assert len(sandbox.posts) == 1
    can_write(library, True)

    assert session.imagine("a fox").wait(SECONDS).succeeded

    assert len(sandbox.posts) == 2
    states = [entry.state for entry in library.journal.entries()]
    assert states == [State.ACCEPTED, State.REFUSED]


def test_the_next_kernel_knows_that_it_was_refused_once_the_disk_has_room_again(
    session: mj.Session, sandbox: Sandbox
) -> None:
    library = refused_while_the_disk_was_full(session, sandbox)
    can_write(library, True)
    with pytest.raises(mj.QueueFull):
        session.imagine("an owl").wait(SECONDS)  # whatever is written next
    states = [entry.state for entry in library.journal.entries()]
    assert states == [State.REFUSED, State.REFUSED]
