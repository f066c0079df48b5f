"""Following tasks to their end: what is told, what is survived, how many requests it takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import bodies
import pytest
from aiohttp import web
from services import Handler, Service, answering, run, serving

import mj_widgets as mj
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service import follower as following_module
from mj_widgets.service import transport
from mj_widgets.service.follower import Follower, Update
from mj_widgets.service.pace import Pace

SOON = 0.005


class Quick(Pace):
    """Asks again at once: when to ask is another module's matter."""

    def saw(self, *args: Any, **kwargs: Any) -> float:
        super().saw(*args, **kwargs)
        return SOON

    def missed(self, *args: Any, **kwargs: Any) -> float:
        super().missed(*args, **kwargs)
        return SOON


class Slow(Pace):
    """Does not ask again by itself."""

    def saw(self, *_: Any, **__: Any) -> float:
        return 1000

    def missed(self, *_: Any, **__: Any) -> float:
        return 1000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following_module, "Pace", Quick)


class Ear:
    """Listens to one task."""

    def __init__(self) -> None:
        self.heard: list[Update] = []
        self._queue: asyncio.Queue[Update] = asyncio.Queue()

    def __call__(self, update: Update) -> None:
        self.heard.append(update)
        self._queue.put_nowait(update)

    async def until(self, wanted: Callable[[Update], bool]) -> Update:
        while not wanted(update := await self._queue.get()):
            pass
        return update

    async def last(self) -> Update:
        return await self.until(lambda update: update.is_last)


@asynccontextmanager
async def following(sandbox: Sandbox, token: str = "key") -> AsyncIterator[Follower]:
    async with sandbox, mj.Client(sandbox.url, token) as client:
        yield Follower(client)


def state(status: str, progress: str = "", task_id: str = "t", **more: Any) -> dict[str, Any]:
    return {"id": task_id, "action": "IMAGINE", "status": status, "progress": progress, **more}


def story(tell: Callable[[Sandbox, Follower, Ear], Awaitable[None]], **options: Any) -> None:
    async def whole() -> None:
        sandbox = Sandbox(**options)
        async with following(sandbox) as follower:
            await tell(sandbox, follower, Ear())

    run(whole())


# -- to the end ------------------------------------------------------------------------------------


def test_every_change_is_told_once_from_the_queue_to_the_end() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        states = [
            state(""),
            state("NOT_START", "0%"),
            state("IN_PROGRESS", "31%"),
            state("IN_PROGRESS", "31%"),
            state("IN_PROGRESS", "62%"),
            state("SUCCESS", "100%", imageUrl=bodies.PICTURE),
        ]
        sandbox.play("t", *states)
        follower.follow("t", ear)
        last = await ear.last()
        assert [(u.task.status, u.task.progress) for u in ear.heard if u.task] == [
            ("", None),
            ("NOT_START", 0),
            ("IN_PROGRESS", 31),
            ("IN_PROGRESS", 62),
            ("SUCCESS", 100),
        ]
        assert [u.is_last for u in ear.heard] == [False] * 4 + [True]
        assert last.task is not None
        assert last.task.image_url == bodies.PICTURE
        assert sandbox.count() == 6

    story(tell)


@pytest.mark.parametrize(
    "word", ["SUCCESS", "FAILURE", "CANCEL", "success", "completed", "failed", "cancelled"]
)
def test_every_final_status_ends_it(word: str) -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.play("t", state("IN_PROGRESS"), state(word))
        followed = follower.follow("t", ear)
        assert (await ear.last()).error is None
        assert not followed.active
        assert sandbox.count() == 2

    story(tell)


def test_a_status_never_seen_does_not_end_it() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        words = ["PAINTING", "DONE?", "MODAL", "unknown", "FAILURE_MAYBE"]
        sandbox.play("t", *(state(word) for word in words), state("SUCCESS"))
        follower.follow("t", ear)
        await ear.last()
        assert [str(u.task.status) for u in ear.heard if u.task] == [*words, "SUCCESS"]

    story(tell)


def test_a_real_task_of_the_sandbox_is_followed_through_its_life() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        follower.follow(sandbox.add_task(), ear)
        last = await ear.last()
        assert last.task is not None
        assert last.task.succeeded
        progress = [u.task.progress for u in ear.heard if u.task and u.task.progress is not None]
        assert progress == sorted(progress)
        assert len(progress) > 3

    story(tell, speed=30)


def test_a_link_that_only_differs_in_its_random_part_is_no_change() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        link = "https://gateway.example/mj/image/t?rand="
        running = [state("IN_PROGRESS", "31%", imageUrl=f"{link}{n}") for n in range(4)]
        sandbox.play("t", *running, state("SUCCESS"))
        follower.follow("t", ear)
        await ear.last()
        assert len(ear.heard) == 2

    story(tell)


# -- lost polls ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["500", "503", "429", "html", "cut"])
def test_a_lost_poll_is_survived_and_what_was_known_is_kept(fault: str) -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.play("t", state("IN_PROGRESS", "31%"), state("SUCCESS"))
        sandbox.faults.retry_after = 0
        sandbox.faults.next(fault, count=7, skip=1)
        follower.follow("t", ear)
        await ear.last()
        lost = [u for u in ear.heard if u.error]
        assert lost
        for update in lost:
            assert update.task is not None
            assert update.task.progress == 31
            assert update.retry_in is not None
            assert update.retry_in > 0
            assert not update.is_last
        assert ear.heard[-1].error is None

    story(tell)


def test_it_never_gives_up_while_the_service_may_come_back() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.play("t", state("SUCCESS"))
        sandbox.faults.next("500", count=60)
        follower.follow("t", ear)
        await ear.last()
        assert sum(u.error is not None for u in ear.heard) == 60
        assert ear.heard[0].task is None

    story(tell)


def test_an_unreachable_service_is_told_and_asked_again() -> None:
    async def whole() -> None:
        sandbox = Sandbox()
        async with following(sandbox) as follower:
            ear = Ear()
            sandbox.put("t", state("IN_PROGRESS", "31%"))
            follower.follow("t", ear)
            await ear.until(lambda u: u.task is not None)
            port = sandbox.port
            await sandbox.stop()
            lost = await ear.until(lambda u: u.error is not None)
            assert isinstance(lost.error, mj.ServiceUnavailable)
            assert lost.task is not None
            sandbox.put("t", state("SUCCESS"))
            await sandbox.start(port=port)
            assert (await ear.last()).error is None

    run(whole())


def test_the_service_says_how_long_to_stay_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following_module, "Pace", Pace)

    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.faults.retry_after = 40
        sandbox.faults.next("429")
        followed = follower.follow("t", ear)
        update = await ear.until(lambda u: u.error is not None)
        assert isinstance(update.error, mj.RateLimited)
        assert update.retry_in == 40
        followed.stop()

    story(tell)


def test_a_followed_task_outlives_being_offline_for_however_long() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        new = Ear()
        sandbox.put("t", state("IN_PROGRESS", "31%"))
        follower.follow("t", ear)
        await ear.until(lambda u: u.task is not None)
        follower._client.offline = True
        follower.follow("u", new, is_new=True)
        for _ in range(10):
            assert (await new.until(lambda u: isinstance(u.error, mj.Offline))).retry_in
            assert (await ear.until(lambda u: isinstance(u.error, mj.Offline))).task
        for task_id in "tu":
            sandbox.put(task_id, state("SUCCESS", task_id=task_id))
        follower._client.offline = False
        assert (await ear.last()).error is None
        assert (await new.last()).error is None

    story(tell)


def test_what_was_not_asked_offline_is_asked_as_soon_as_requests_are_let_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following_module, "Pace", Slow)

    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.play("t", state("IN_PROGRESS"), state("SUCCESS"))
        followed = follower.follow("t", ear)
        await ear.until(lambda u: u.task is not None)
        follower._client.offline = True
        followed.check_now()
        await ear.until(lambda u: isinstance(u.error, mj.Offline))
        await asyncio.to_thread(setattr, follower._client, "offline", False)
        assert (await ear.last()).error is None

    story(tell)


def test_good_news_after_bad_is_told_even_if_nothing_has_changed() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.put("t", state("IN_PROGRESS", "31%"))
        sandbox.faults.next("500", skip=1)
        followed = follower.follow("t", ear)
        await ear.until(lambda u: u.error is not None)
        again = await ear.until(lambda u: u.error is None)
        assert again.task is not None
        assert [u.changed_at for u in ear.heard] == [again.changed_at] * 3
        followed.stop()

    story(tell)


# -- what no waiting will mend ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind"), [("401", mj.Unauthorized), ("403", mj.Forbidden), ("404", mj.TaskNotFound)]
)
def test_what_no_waiting_will_mend_ends_it_with_the_reason(
    fault: str, kind: type[mj.MjError]
) -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.faults.next(fault, count=2)
        followed = follower.follow("t", ear)
        last = await ear.last()
        assert isinstance(last.error, kind)
        assert last.task is None
        assert not followed.active
        assert sandbox.count() == (2 if fault == "401" else 1)

    story(tell)


NO_SUCH_PATH = web.json_response, {"error": {"message": "Invalid URL (GET /mj/task/t/fetch)"}}, 404
PAGE = web.Response, "<title>Just a moment</title>", 403


def answers(*kinds: Any) -> Handler:
    """Answer with each kind in turn, and with the last one from then on."""

    def made(make: Any, body: Any, status: int) -> Callable[[], web.StreamResponse]:
        if make is web.json_response:
            return lambda: web.json_response(body, status=status)
        return lambda: web.Response(text=body, status=status, content_type="text/html")

    return answering(*(made(*kind) for kind in kinds))


def heard_from(handler: Handler, count: int, **how: Any) -> list[Update]:
    """Return the first so many updates about a task that a service of our own tells of."""

    async def whole() -> list[Update]:
        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            ear = Ear()
            followed = Follower(client).follow("t", ear, **how)
            await ear.until(lambda update: update.is_last or len(ear.heard) >= count)
            followed.stop()
            return ear.heard

    return run(whole())


def test_a_page_in_the_way_is_asked_again_until_it_has_passed() -> None:
    done = web.json_response, state("SUCCESS"), 200
    *lost, last = heard_from(answers(*[PAGE] * 7, done), 100)
    assert {(type(u.error), u.is_last) for u in lost} == {(mj.BadReply, False)}
    assert all(u.retry_in is not None for u in lost)
    assert last.error is None


def test_a_wrong_address_ends_it_where_the_task_was_never_seen() -> None:
    (last,) = heard_from(answers(NO_SUCH_PATH), 2)
    assert isinstance(last.error, mj.BadReply)
    assert last.is_last
    assert "base_url" in str(last.error)


@pytest.mark.parametrize("is_new", [True, False])
def test_what_exists_outlives_even_what_only_a_person_can_mend(is_new: bool) -> None:
    running = [] if is_new else [(web.json_response, state("IN_PROGRESS", "31%"), 200)]
    heard = heard_from(answers(*running, NO_SUCH_PATH), 10, is_new=is_new)
    assert not any(u.is_last for u in heard)
    assert all(u.retry_in for u in heard[len(running) :])


def test_a_good_envelope_without_a_task_ends_it_and_a_new_one_has_some_time() -> None:
    nothing = web.json_response, {"code": 1, "message": "ok", "data": None}, 200
    (last,) = heard_from(answers(nothing), 2)
    assert isinstance(last.error, mj.TaskNotFound)
    done = web.json_response, state("SUCCESS"), 200
    (last,) = heard_from(answers(*[nothing] * 4, done), 2, is_new=True)
    assert last.error is None


def test_a_refused_token_in_the_middle_keeps_what_was_known() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.put("t", state("IN_PROGRESS", "31%"))
        follower.follow("t", ear)
        await ear.until(lambda u: u.task is not None)
        sandbox.token = "another"
        last = await ear.last()
        assert isinstance(last.error, mj.Unauthorized)
        assert last.task is not None

    story(tell)


@pytest.mark.parametrize("fault", ["401", "403"])
def test_a_known_task_outlives_a_few_refusals(fault: str) -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.put("t", state("IN_PROGRESS", "31%"))
        follower.follow("t", ear)
        await ear.until(lambda u: u.task is not None)
        sandbox.faults.next("500", count=6)
        sandbox.faults.next(fault, count=4)
        sandbox.put("t", state("SUCCESS"))
        assert (await ear.last()).error is None
        lost = [u for u in ear.heard if isinstance(u.error, mj.Forbidden | mj.Unauthorized)]
        assert len(lost) == 4
        assert all(u.task is not None and u.retry_in is not None for u in lost)

    story(tell)


def test_a_refused_token_ends_a_new_submission_at_once() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.faults.next("403")
        follower.follow("t", ear, is_new=True)
        assert isinstance((await ear.last()).error, mj.Forbidden)
        assert sandbox.count() == 1

    story(tell)


def test_a_new_submission_may_be_unknown_for_a_moment() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        unknown = {"code": 4, "description": "task_no_found "}
        sandbox.play("t", unknown, unknown, unknown, state("SUCCESS"))
        follower.follow("t", ear, is_new=True)
        await ear.last()
        assert len(ear.heard) == 1
        assert ear.heard[0].error is None

    story(tell)


def test_a_new_submission_that_stays_unknown_is_given_up() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        follower.follow("t", ear, is_new=True)
        assert isinstance((await ear.last()).error, mj.TaskNotFound)
        assert len(ear.heard) == 1
        assert sandbox.count() == 5

    story(tell)


def test_an_empty_answer_about_a_known_task_is_only_a_lost_poll() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.play("t", state("IN_PROGRESS", "31%"), state("SUCCESS"))
        sandbox.faults.next("empty", count=2, skip=1)
        follower.follow("t", ear)
        await ear.last()
        assert [type(u.error) for u in ear.heard] == [
            type(None),
            mj.TaskNotFound,
            mj.TaskNotFound,
            type(None),
        ]
        assert all(u.task is not None for u in ear.heard)

    story(tell)


def test_a_known_task_that_is_gone_for_good_is_given_up() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.put("t", state("IN_PROGRESS", "31%"))
        follower.follow("t", ear)
        await ear.until(lambda u: u.task is not None)
        del sandbox.studio.canned["t"]
        last = await ear.last()
        assert isinstance(last.error, mj.TaskNotFound)
        assert last.task is not None

    story(tell)


def test_a_bug_is_told_instead_of_ending_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        async def broken(*_: Any, **__: Any) -> mj.Task:
            monkeypatch.undo()
            raise RuntimeError("a bug")

        sandbox.put("t", state("SUCCESS"))
        monkeypatch.setattr(mj.Client, "fetch", broken)
        follower.follow("t", ear)
        await ear.last()
        assert "mj-widgets itself" in str(ear.heard[0].error)
        assert ear.heard[0].error is not None
        assert "a bug" in ear.heard[0].error.words

    story(tell)


# -- many at once ----------------------------------------------------------------------------------


def test_one_request_asks_for_many_tasks() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, _: Ear) -> None:
        ears = {f"t{n}": Ear() for n in range(30)}
        for task_id, ear in ears.items():
            sandbox.put(task_id, state("SUCCESS", task_id=task_id))
            follower.follow(task_id, ear)
        for task_id, ear in ears.items():
            last = await ear.last()
            assert last.task is not None
            assert last.task.id == task_id
        assert [(r.method, len(r.body["ids"])) for r in sandbox.log] == [("POST", 30)]

    story(tell)


def test_a_bad_batch_of_a_hundred_loses_none_of_the_others() -> None:
    async def whole() -> None:
        sizes: list[int] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            ids = (await request.json())["ids"]
            sizes.append(len(ids))
            if "t150" in ids and len(sizes) < 4:
                return web.Response(status=500)
            return web.json_response([state("SUCCESS", task_id=i) for i in ids])

        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            follower, ears = Follower(client), [Ear() for _ in range(250)]
            for n, ear in enumerate(ears):
                follower.follow(f"t{n}", ear)
            for ear in ears:
                await ear.last()
            lost = [n for n, ear in enumerate(ears) if any(u.error for u in ear.heard)]
            assert lost == list(range(100, 200))
            assert sizes == [100, 100, 50, 100]

    run(whole())


def test_several_batches_are_asked_for_at_once_but_not_all() -> None:
    async def whole() -> None:
        now = most = 0

        async def handler(request: web.Request) -> web.StreamResponse:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.02)
            now -= 1
            ids = (await request.json())["ids"]
            return web.json_response([state("SUCCESS", task_id=i) for i in ids])

        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            await client.fetch_many(["a", "b"])
            follower, ears = Follower(client), [Ear() for _ in range(1200)]
            for n, ear in enumerate(ears):
                follower.follow(f"t{n}", ear)
            for ear in ears:
                await ear.last()
            assert 1 < most <= 8
            assert len(service.paths) == 1 + 12

    run(whole())


def test_a_task_that_the_list_leaves_out_is_asked_for_alone() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        other = Ear()
        sandbox.put("t", state("SUCCESS"))
        follower.follow("t", ear)
        follower.follow("unknown", other)
        await ear.last()
        assert isinstance((await other.last()).error, mj.TaskNotFound)
        assert [(r.method, r.path.split("/")[-2]) for r in sandbox.log] == [
            ("POST", "task"),
            ("GET", "unknown"),
        ]

    story(tell)


@pytest.mark.parametrize("listing", ["none", "without the hanging one"])
def test_a_task_whose_answer_hangs_holds_up_none_of_the_others(listing: str) -> None:
    async def whole() -> None:
        never, asked = asyncio.Event(), dict.fromkeys("abc", 0)

        def next_state(task_id: str) -> dict[str, Any]:
            asked[task_id] += 1
            word = "SUCCESS" if asked[task_id] == 5 else "IN_PROGRESS"
            return state(word, f"{asked[task_id]}%", task_id)

        async def handler(request: web.Request) -> web.StreamResponse:
            if request.method == "POST":
                if listing == "none":
                    return web.Response(status=404)
                ids = (await request.json())["ids"]
                return web.json_response([next_state(i) for i in ids if i != "a"])
            task_id = request.path.split("/")[-2]
            if task_id == "a":
                await never.wait()
            return web.json_response(next_state(task_id))

        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            follower, hanging, ears = Follower(client), Ear(), [Ear(), Ear()]
            follower.follow("a", hanging)
            for task_id, ear in zip("bc", ears, strict=True):
                follower.follow(task_id, ear)
            for ear in ears:
                await ear.last()
                assert [u.task.progress for u in ear.heard if u.task] == [1, 2, 3, 4, 5]
            assert hanging.heard == []
            assert sum("/a/" in path for path in service.paths) == 1
            never.set()
            await hanging.until(lambda u: u.task is not None)

    run(whole())


def without_lists(refuse: Callable[[str], web.Response | None]) -> Any:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return web.Response(status=404)
        task_id = request.path.split("/")[-2]
        return refuse(task_id) or web.json_response(state("SUCCESS", task_id=task_id))

    return handler


def follow_without_lists(
    refuse: Callable[[str], web.Response | None],
    tell: Callable[[Service, Follower], Awaitable[None]],
) -> None:
    async def whole() -> None:
        handler = without_lists(refuse)
        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            await tell(service, Follower(client))

    run(whole())


def test_a_service_without_lists_is_asked_singly_and_that_is_found_out_once() -> None:
    async def tell(service: Service, follower: Follower) -> None:
        for _ in range(3):
            ears = {f"t{n}": Ear() for n in range(120)}
            for task_id, ear in ears.items():
                follower.follow(task_id, ear)
            for ear in ears.values():
                await ear.last()
        assert sum("list" in path for path in service.paths) == 1
        assert len(service.paths) == 1 + 360

    follow_without_lists(lambda _: None, tell)


def test_one_forbidden_task_does_not_end_the_others() -> None:
    def refuse(task_id: str) -> web.Response | None:
        return web.Response(status=403) if task_id == "private" else None

    async def tell(_: Service, follower: Follower) -> None:
        mine, private = Ear(), Ear()
        follower.follow("private", private)
        follower.follow("mine", mine)
        assert (await mine.last()).error is None
        assert isinstance((await private.last()).error, mj.Forbidden)

    follow_without_lists(refuse, tell)


@pytest.mark.parametrize("fault", ["401", "403", "404"])
def test_a_refused_list_ends_no_task(fault: str) -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        other = Ear()
        sandbox.play("t", *[state("IN_PROGRESS", f"{n}%") for n in range(6)], state("SUCCESS"))
        sandbox.play("u", *[state("IN_PROGRESS", f"{n}%") for n in range(6)], state("SUCCESS"))
        sandbox.faults.next(fault, path="list", skip=2)
        follower.follow("t", ear)
        follower.follow("u", other)
        assert (await ear.last()).error is None
        assert (await other.last()).error is None
        assert not any(u.error for u in ear.heard + other.heard)

    story(tell)


def test_where_a_list_becomes_too_long_its_tasks_are_asked_for_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "_MOST_REPLY_BYTES", 20_000)
    lists = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal lists
        if request.method == "GET":
            return web.json_response(state("SUCCESS", task_id=request.path.split("/")[-2]))
        lists += 1
        prompt = "x" * 10_000 * (lists - 1)
        ids = (await request.json())["ids"]
        return web.json_response([state("IN_PROGRESS", "", i, prompt=prompt) for i in ids])

    async def whole() -> None:
        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            follower, ears = Follower(client), [Ear(), Ear()]
            for task_id, ear in zip("ab", ears, strict=True):
                follower.follow(task_id, ear)
            for ear in ears:
                await ear.last()
                assert not any(u.error for u in ear.heard)

    run(whole())


def test_two_listeners_of_one_task_cost_one_request() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        other = Ear()
        sandbox.play("t", *[state("IN_PROGRESS", f"{n}%") for n in range(20)], state("SUCCESS"))
        follower.follow("t", ear)
        follower.follow("t", other)
        await ear.last()
        await other.last()
        assert [u.task for u in ear.heard] == [u.task for u in other.heard]
        assert sandbox.count() == 21

    story(tell)


def test_what_is_asked_for_one_listener_is_told_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following_module, "Pace", Slow)

    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        other = Ear()
        sandbox.play("t", state("IN_PROGRESS"), state("SUCCESS"))
        follower.follow("t", ear)
        await ear.until(lambda _: True)
        await asyncio.gather(*follower._asks)
        follower.follow("t", other)
        await ear.last()
        await other.last()
        assert sandbox.count() == 2

    story(tell)


def test_a_listener_that_raises_keeps_no_news_from_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        def broken(_: Update) -> None:
            raise RuntimeError("a listener's bug")

        other = Ear()
        for task_id in ("t", "u"):
            sandbox.play(
                task_id, state("IN_PROGRESS", "31%", task_id), state("SUCCESS", "", task_id)
            )
        follower.follow("t", broken)
        follower.follow("t", ear)
        follower.follow("u", other)
        await ear.last()
        await other.last()
        assert [u.error for u in ear.heard + other.heard] == [None] * 4

    story(tell)
    assert "a listener's bug" in caplog.text


# -- stopping and asking now -----------------------------------------------------------------------


def test_stopping_while_a_request_is_on_its_way_tells_nothing_more() -> None:
    async def whole() -> None:
        asked, answer = asyncio.Event(), asyncio.Event()

        async def handler(_: web.Request) -> web.StreamResponse:
            asked.set()
            await answer.wait()
            return web.json_response(state("SUCCESS"))

        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            follower, ear = Follower(client), Ear()
            followed = follower.follow("t", ear)
            await asked.wait()
            followed.stop()
            answer.set()
            await asyncio.gather(*follower._asks)
            assert ear.heard == []
            assert len(service.paths) == 1

    run(whole())


def test_after_the_last_one_has_stopped_nothing_is_asked() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.put("t", state("IN_PROGRESS"))
        followed = follower.follow("t", ear)
        await ear.until(lambda _: True)
        followed.stop()
        assert follower._runner is not None
        await follower._runner
        await asyncio.gather(*follower._asks)
        before = sandbox.count()
        sandbox.put("t", state("SUCCESS"))
        follower.follow("t", ear)
        await ear.last()
        assert sandbox.count() == before + 1

    story(tell)


def test_stopping_twice_is_harmless() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        followed = follower.follow("t", ear)
        followed.stop()
        followed.stop()
        assert not followed.active

    story(tell)


def test_check_now_asks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following_module, "Pace", Slow)

    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        sandbox.play("t", state("IN_PROGRESS"), state("SUCCESS"))
        followed = follower.follow("t", ear)
        await ear.until(lambda _: True)
        await asyncio.gather(*follower._asks)
        followed.check_now()
        assert (await ear.last()).error is None

    story(tell)


def test_a_task_in_which_nothing_happens_is_told_once_as_stalled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = 0

    class Bored(Quick):
        def is_stalled(self, _: float) -> bool:
            nonlocal asked
            asked += 1
            return asked > 3

    monkeypatch.setattr(following_module, "Pace", Bored)

    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        running = state("IN_PROGRESS", "93%")
        sandbox.play("t", *[running] * 8, state("SUCCESS"))
        before = time.time()
        follower.follow("t", ear)
        await ear.last()
        assert [u.stalled for u in ear.heard] == [False, True, False]
        first, stalled, ended = (u.changed_at for u in ear.heard)
        assert first == stalled
        assert ended is not None
        assert before < ended < time.time()
        assert ended != first

    story(tell)


def test_the_finished_example_takes_one_request() -> None:
    async def tell(sandbox: Sandbox, follower: Follower, ear: Ear) -> None:
        follower.follow(EXAMPLES["finished"], ear)
        await ear.last()
        assert sandbox.count() == 1

    story(tell)
