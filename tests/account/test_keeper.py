"""What is kept of an account's tasks, and what a later answer takes away from it: nothing."""

from __future__ import annotations

from pathlib import Path

from services import run

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.account.keeper import Keeper
from mj_widgets.account.ledger import Ledger
from mj_widgets.archive import Library
from mj_widgets.sandbox import Sandbox

from .support import GRID, kept_story


def test_a_lost_file_comes_back_although_the_service_says_less(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        task = await session.client.fetch(GRID)
        await session.results.result(task)
        record = library.get(GRID)
        assert record is not None
        record.files[0].path.unlink()
        less = {**task.raw, "buttons": [], "prompt": ""}
        await session.results.result(mj.Task.parse(less))
        assert library.verify() == []
        record = library.get(GRID)
        assert record is not None
        assert record.task.buttons == task.buttons

    kept_story(tell, tmp_path)


def test_a_later_answer_that_says_less_takes_nothing_away(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        task = await session.client.fetch(GRID)
        await session.results.result(task)
        await session.results.result(mj.Task.parse({"id": GRID, "status": "SUCCESS"}))
        record = library.get(GRID)
        assert record is not None
        assert record.task.prompt == task.prompt
        assert record.task.buttons == task.buttons

    kept_story(tell, tmp_path)


def test_a_seed_is_asked_for_once_and_kept(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, session: Account, library: Library) -> None:
        await session.keep(await session.client.fetch(GRID))
        seed = await session.seed(GRID)
        assert seed.isdigit()
        assert await session.seed(GRID) == seed
        assert sandbox.count("GET", "image-seed") == 1
        record = library.get(GRID)
        assert record is not None
        assert record.seed == seed

    kept_story(tell, tmp_path, "plus")


def test_a_keeper_without_a_library_keeps_nothing_and_complains_of_nothing() -> None:
    async def whole() -> None:
        keeper = Keeper(None, Ledger(), "h.example")
        task = mj.Task.parse({"id": "17", "status": "SUCCESS"})
        assert await keeper.keep(task) is await keeper.kept("17") is None
        assert await keeper.service_of("17") == "h.example"
        assert keeper.not_saved == ""

    run(whole())


def test_where_any_service_may_have_told_a_task_belongs_to_the_one_that_has(
    tmp_path: Path,
) -> None:
    async def whole() -> None:
        library = Library(tmp_path)
        task = mj.Task.parse({"id": "17", "status": "SUCCESS"})
        await Keeper(library, Ledger(library.journal), "h.example").keep(task)
        anywhere = Keeper(library, Ledger(library.journal), "")
        assert await anywhere.service_of("17") == "h.example"
        assert await anywhere.service_of("18") == ""
        assert list(anywhere.ids_seen) == ["17"]

    run(whole())
