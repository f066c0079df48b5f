"""Answers that were lost: looked up in the service's own list of tasks, and nothing sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from services import CANARY, run, serving

import mj_widgets as mj
from mj_widgets.account import Account, lost_answers
from mj_widgets.archive import Library, State
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import orders
from mj_widgets.service.orders import Order

from .support import GRID, named, story

on = pytest.mark.parametrize
FOX = orders.imagine("a red fox")
LISTING, LISTLESS = ("plus", "trueai", "novicezk", "octopusx"), ("dmx", "webman")

Tell = Callable[[Sandbox, Account, Library], Awaitable[None]]


def kept(tell: Tell, folder: Path, flavour: str = "trueai") -> None:
    """Tell a story of a service and a library, which outlives the account."""

    async def whole() -> None:
        async with Sandbox(flavour) as sandbox:
            library = Library(folder)
            account = Account(sandbox.url, "key", "secret", library=library)
            await tell(sandbox, account, library)
            await account.client.close()

    run(whole())


def lists_asked(sandbox: Sandbox) -> int:
    return sum(request.path.endswith("/task/list") for request in sandbox.log)


@on("flavour", LISTING)
def test_a_lost_answer_is_found_in_the_list_and_is_the_same_as_if_it_had_come(
    flavour: str, tmp_path: Path
) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        sandbox.faults.next("cut", path="submit/imagine")
        found = await account.submit(FOX)
        (made,) = [t for t in sandbox.studio.tasks.values() if t.prompt == "a red fox"]
        assert found.task_ids == (made.id,)
        assert found.known_since is None
        (entry,) = library.journal.entries()
        assert (entry.state, entry.echo) == (State.ACCEPTED, made.state)
        again = await account.submit(FOX)
        assert again.task_ids == (made.id,)
        assert again.known_since is not None
        assert len(sandbox.posts) == 1

    kept(tell, tmp_path, flavour)


@on("flavour", LISTLESS)
def test_without_a_list_it_is_for_a_person_to_look_and_the_list_is_asked_for_once(
    flavour: str,
) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        for prompt in ("a red fox", "a blue fox"):
            sandbox.faults.next("cut", path="submit/imagine")
            with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
                await account.submit(orders.imagine(prompt))
            assert caught.value.maybe_sent
            assert "does not list it" not in str(caught.value)
        assert lists_asked(sandbox) == 1
        assert len(sandbox.posts) == 2

    story(tell, flavour)


@on("name", ["U2", "V3", "🔄"])
def test_a_lost_press_is_found_too(name: str) -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        task = await account.client.fetch(GRID)
        sandbox.faults.next("cut", path="submit/action")
        pressed = await account.press(task, named(task, name))
        assert pressed.task_ids == (await account.press(task, named(task, name))).task_ids
        assert len(sandbox.posts) == 1

    story(tell, "plus")


def test_a_lost_press_that_opened_a_modal_is_found_and_answered() -> None:
    async def tell(sandbox: Sandbox, account: Account) -> None:
        sandbox.options.remix = True
        task = await account.client.fetch(GRID)
        sandbox.faults.next("cut", path="submit/action")
        await account.press(task, named(task, "V2"), ModalAnswer("a blue fox"))
        sent = [request.path.rpartition("/")[2] for request in sandbox.posts]
        assert sent == ["action", "modal"]

    story(tell, "plus")


@on("flavour", LISTING)
def test_what_an_earlier_kernel_left_unanswered_is_found_when_it_is_run_again(
    flavour: str, tmp_path: Path
) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        begun, echo = left_behind(library, account, FOX)
        taken = await account.client.send(FOX, echo=echo)
        found = await account.submit(FOX)
        assert found.task_ids == taken.task_ids
        assert found.known_since == begun
        assert library.journal.entries()[0].state is State.ACCEPTED
        assert len(sandbox.posts) == 1

    kept(tell, tmp_path, flavour)


def test_what_a_sweep_left_unanswered_is_known_before_it_asks_and_one_look_is_enough(
    tmp_path: Path,
) -> None:
    cells = [orders.imagine(f"a fox {n}") for n in range(5)]

    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        taken = []
        for cell in cells[:4]:
            _, echo = left_behind(library, account, cell)
            if cell is not cells[3]:  # that one never left the kernel
                taken.append((await account.client.send(cell, echo=echo)).task_ids)
        *found, unsent, new = await account.sent_before(cells)
        assert [e.submission.task_ids for e in found if e and e.submission] == taken
        assert unsent is not None
        assert unsent.state is State.SENDING
        assert new is None
        assert lists_asked(sandbox) == 1
        assert len(sandbox.posts) == 3

    kept(tell, tmp_path)


def left_behind(library: Library, account: Account, order: Order) -> tuple[Any, str]:
    """Write an order down as a kernel did that died an hour ago, before it had an answer."""
    entry = library.journal.begin(account.service, order.path, order.identity)
    begun = entry.sent_at - timedelta(hours=1)
    with library._database.writing() as connection:
        connection.execute(
            "UPDATE submissions SET sent_at = ? WHERE number = ?",
            (begun.isoformat(), entry.number),
        )
    return begun, entry.echo


def test_a_press_once_more_shows_what_the_list_has_and_sends_nothing(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        _, echo = left_behind(library, account, FOX)
        taken = await account.client.send(FOX, echo=echo)
        found = await account.submit(FOX, anyhow=True)
        assert found.task_ids == taken.task_ids
        assert len(sandbox.posts) == 1
        assert (await account.submit(FOX, new=True)).task_ids != taken.task_ids

    kept(tell, tmp_path)


def test_a_list_that_is_older_than_what_was_sent_says_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_answers, "_SETTLED", timedelta(0))
    hen = orders.imagine("a hen")

    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        left_behind(library, account, hen)
        await account.sent_before([hen])
        entry = library.journal.begin(account.service, FOX.path, FOX.identity)
        taken = await account.client.send(FOX, echo=entry.echo)
        library.journal.unclear(entry, "lost")
        assert (await account.submit(FOX)).task_ids == taken.task_ids
        assert lists_asked(sandbox) == 2

    kept(tell, tmp_path)


def test_it_is_found_though_the_disk_was_full_when_its_answer_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_answers, "_LOOKS", (0.0,))

    def full(*_: object) -> None:
        raise mj.LibraryError("The disk is full")

    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        sandbox.faults.next("cut", path="submit/imagine")
        sandbox.faults.next("500", count=9, path="task/list")
        with monkeypatch.context() as patch:
            for name in ("unclear", "adopt"):
                patch.setattr(library.journal, name, full)
            with pytest.raises(mj.ServiceUnavailable, match="may have been submitted"):
                await account.submit(FOX)
        sandbox.faults.clear()
        found = await account.submit(FOX)
        assert len(sandbox.posts) == 1
        (entry,) = library.journal.entries()
        assert entry.submission is not None
        assert entry.submission.task_ids == found.task_ids

    kept(tell, tmp_path)


def test_one_of_an_earlier_release_is_not_looked_for(tmp_path: Path) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        left_behind(library, account, FOX)
        with library._database.writing() as connection:
            connection.execute("UPDATE submissions SET echo = ''")
        with pytest.raises(mj.ServiceUnavailable, match="no answer is known yet"):
            await account.submit(FOX)
        assert lists_asked(sandbox) == 0
        assert sandbox.posts == []

    kept(tell, tmp_path)


# -- services that behave oddly ------------------------------------------------------------------


class Odd:
    """A service that hangs up on each submission, and lists what a test says."""

    def __init__(self, *lists: Callable[[str], web.StreamResponse]) -> None:
        self.lists = list(lists)
        self.echoes: list[str] = []
        self.asked = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            self.echoes.append((await request.json())["state"])
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        if not request.path.endswith("/task/list"):
            return web.Response(status=404)
        self.asked += 1
        say = self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]
        return say(self.echoes[-1])


def tasks(*found: object) -> web.Response:
    return web.json_response(list(found))


@on(
    ("lists", "found", "asked"),
    [
        ([lambda _: tasks(), lambda e: tasks({"id": "17", "state": e})], ("17",), 2),
        ([lambda _: web.Response(status=502), lambda e: tasks({"id": 17, "state": e})], ("17",), 2),
        (
            [lambda e: tasks({"id": "18", "state": e, "submitTime": 2}, {"id": "3", "state": "x"})],
            ("18",),
            1,
        ),
        ([lambda e: web.json_response({"code": 1, "result": [{"id": "17", "state": e}]})], "17", 1),
    ],
    ids=["a moment later", "after an outage", "among others", "in an envelope"],
)
def test_it_is_looked_for_a_few_times(lists: list[Any], found: tuple[str, ...], asked: int) -> None:
    odd = Odd(*lists)

    async def tell() -> None:
        async with serving(odd.answer) as service:
            account = Account(service.url, CANARY)
            assert (await account.submit(FOX)).task_ids == tuple(
                [found] if found == "17" else found
            )
            await account.client.close()
        assert odd.asked == asked
        assert len(odd.echoes) == 1
        assert CANARY not in odd.echoes[0]

    run(tell())


@on(
    ("answer", "asked"),
    [
        (lambda _: tasks(), 3),
        (lambda e: tasks(e, None, [e], {"state": e}, {"id": "", "state": e}), 3),
        (lambda e: tasks({"id": "../x", "state": e}), 3),
        (lambda e: tasks({"id": "17", "state": [e]}, {"id": "18", "state": f"{e} "}), 3),
    ],
    ids=["not there", "no tasks", "no id", "not quite"],
)
def test_what_the_list_does_not_have_may_have_been_submitted_all_the_same(
    answer: Any, asked: int
) -> None:
    odd = Odd(answer)

    async def tell() -> None:
        async with serving(odd.answer) as service:
            account = Account(service.url, CANARY)
            with pytest.raises(mj.ServiceUnavailable) as caught:
                await account.submit(FOX)
            assert caught.value.maybe_sent
            assert "The service does not list it. It may have been submitted" in str(caught.value)
            await account.client.close()
        assert (odd.asked, len(odd.echoes)) == (asked, 1)

    run(tell())


@on(
    "answer",
    [
        lambda _: tasks({"id": "17"}, {"id": "18", "state": None}, {"id": "19", "state": ""}),
        lambda _: tasks({"id": "17", "status": "SUCCESS"}),
    ],
)
def test_a_list_that_does_not_repeat_what_was_sent_proves_nothing(answer: Any) -> None:
    odd = Odd(answer)

    async def tell() -> None:
        async with serving(odd.answer) as service:
            account = Account(service.url, CANARY)
            with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
                await account.submit(FOX)
            assert "does not list it" not in str(caught.value)
            await account.client.close()

    run(tell())


@on(("count", "is_told"), [(99, True), (100, False)])
def test_a_list_of_the_latest_proves_nothing_of_what_was_sent_long_ago(
    count: int, is_told: bool, tmp_path: Path
) -> None:
    odd = Odd(lambda _: tasks(*({"id": f"{n}", "state": f"other {n}"} for n in range(count))))
    odd.echoes.append("")

    async def tell() -> None:
        async with serving(odd.answer) as service:
            library = Library(tmp_path)
            account = Account(service.url, CANARY, library=library)
            left_behind(library, account, FOX)
            with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
                await account.submit(FOX)
            assert ("does not list it" in str(caught.value)) == is_told
            await account.client.close()
        assert odd.echoes == [""]

    run(tell())


def test_a_list_that_does_not_come_holds_a_sweep_up_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_answers, "_PATIENCE", 0.2)
    cells = [orders.imagine(f"a fox {n}") for n in range(20)]
    asked: list[str] = []

    async def hang(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        await asyncio.Event().wait()
        raise AssertionError

    async def tell() -> None:
        async with serving(hang) as service:
            library = Library(tmp_path)
            account = Account(service.url, CANARY, library=library)
            for cell in cells:
                left_behind(library, account, cell)
            found = await account.sent_before(cells)
            assert all(entry and entry.state is State.SENDING for entry in found)
            await account.client.close()
        assert asked == ["/mj/task/list"]

    run(tell())


def test_before_it_is_sent_once_more_a_list_that_was_slow_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_answers, "_PATIENCE", 0.2)
    echoes: list[str] = []
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(f"{request.method} {request.path}")
        if len(asked) == 1:
            await asyncio.Event().wait()
        return tasks({"id": "17", "state": echoes[0]})

    async def tell() -> None:
        async with serving(answer) as service:
            library = Library(tmp_path)
            account = Account(service.url, CANARY, library=library)
            echoes.append(left_behind(library, account, FOX)[1])
            with pytest.raises(mj.ServiceUnavailable, match="may have been submitted"):
                await account.submit(FOX)
            monkeypatch.setattr(lost_answers, "_PATIENCE", 30)
            assert (await account.submit(FOX, anyhow=True)).task_ids == ("17",)
            await account.client.close()
        assert asked == ["GET /mj/task/list"] * 2

    run(tell())


def test_an_answer_to_a_modal_is_never_said_to_be_missing_as_it_is_listed_by_no_name(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        left_behind(library, account, orders.answer("17", ModalAnswer("a blue fox")))
        with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
            await account.submit(orders.answer("17", ModalAnswer("a blue fox")))
        assert "does not list it" not in str(caught.value)
        assert lists_asked(sandbox) == 0

    kept(tell, tmp_path)


@on(
    "answer",
    [
        lambda _: web.Response(text="<html>", content_type="text/html"),
        lambda _: web.json_response({"error": {"message": "Invalid URL"}}, status=404),
        lambda _: web.json_response({"tasks": 3}),
    ],
    ids=["a page", "no such address", "no list"],
)
def test_a_service_that_has_no_list_is_not_asked_for_it_again(answer: Any) -> None:
    odd = Odd(answer)

    async def tell() -> None:
        async with serving(odd.answer) as service:
            account = Account(service.url, CANARY)
            for prompt in "abc":
                with pytest.raises(mj.ServiceUnavailable):
                    await account.submit(orders.imagine(prompt))
            await account.client.close()
        assert (odd.asked, len(odd.echoes)) == (1, 3)

    run(tell())


def test_each_submission_has_an_echo_of_its_own_that_tells_nothing_and_is_no_part_of_the_order(
    tmp_path: Path,
) -> None:
    async def tell(sandbox: Sandbox, account: Account, library: Library) -> None:
        await asyncio.gather(*(account.submit(FOX, new=True) for _ in range(3)))
        sent = [request.state for request in sandbox.posts]
        assert len(set(sent)) == 3
        assert all(
            len(echo) == 22 and echo.replace("-", "").replace("_", "").isalnum() for echo in sent
        )
        entries = library.journal.entries()
        assert {entry.echo for entry in entries} == set(sent)
        assert len({entry.digest for entry in entries}) == 1
        assert all("state" not in entry.payload for entry in entries)

    kept(tell, tmp_path)
