"""Asking a service: who we are, what is tried again, what never is."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import bodies
import pytest
from aiohttp import web
from services import answering, run, serving, still_at_work

import mj_widgets as mj
from mj_widgets.models.button import Button, Change
from mj_widgets.models.modal import ModalAnswer
from mj_widgets.pictures.inputs import MOST_SENT_BYTES
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.service import orders
from mj_widgets.service import transport as transport_module
from mj_widgets.service.order import Order
from service.support import GRID, json_of, unused_port

U2 = "MJ::JOB::upsample::2::6dc7beb8-8310-4fd4-b46c-716b422ddffc"


def press(task_id: str, custom_id: str) -> Order:
    return orders.press(task_id, Button(custom_id=custom_id))


def change(task_id: str, action: str, quadrant: int | None = None) -> Order:
    return orders.press(task_id, Button(change=Change(action, quadrant)))


# -- one task --------------------------------------------------------------------------------------


def test_a_task_is_fetched() -> None:
    async def story() -> None:
        async with Sandbox(token="key") as sandbox, mj.Client(sandbox.url, "key") as client:
            task = await client.fetch(GRID)
            assert (task.id, task.kind, len(task.buttons)) == (GRID, "grid", 9)
            assert client.root == f"{sandbox.url}/mj"
            assert sandbox.log[0].headers["accept-encoding"].startswith("gzip")

    run(story())


def test_an_id_cannot_lead_out_of_its_place_in_the_path() -> None:
    async def story() -> None:
        async with serving(answering(json_of(bodies.RUNNING))) as service:
            async with mj.Client(service.url) as client:
                await client.fetch("../../x?y=1#z")
            assert service.paths == ["/mj/task/..%2F..%2Fx%3Fy%3D1%23z/fetch"]

    run(story())


# -- trying again ----------------------------------------------------------------------------------


def test_a_hundred_tasks_with_all_their_texts_are_read_and_megabytes_more_are_not() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        ids = (await request.json())["ids"]
        long = {"prompt": "x" * 6000, "promptEn": "y" * 6000, "buttons": bodies.DMX_GRID["buttons"]}
        extra = {} if len(ids) == 100 else {"state": "z" * 2_500_000}
        return web.json_response([bodies.DMX_GRID | long | extra | {"id": i} for i in ids])

    async def story() -> None:
        async with serving(handler) as service, mj.Client(service.url) as client:
            ids = [f"t{n}" for n in range(100)]
            assert list(await client.fetch_many(ids)) == ids
            with pytest.raises(mj.BadReply, match="far too long"):
                await client.fetch_many(ids[:2])

    run(story())


# -- a submission is sent once ---------------------------------------------------------------------


def test_a_submission_whose_answer_was_lost_is_never_sent_again() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            await client.fetch(GRID)
            before = len(sandbox.studio.tasks)
            sandbox.faults.next("cut", path="submit")
            with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
                await client.send(press(GRID, U2))
            assert caught.value.maybe_sent
            assert not caught.value.may_pass
            assert len(sandbox.posts) == 1
            assert len(sandbox.studio.tasks) == before + 1

    run(story())


@pytest.mark.parametrize("fault", ["500", "429", "html", "cut", "empty", "503"])
def test_no_answer_whatever_makes_a_submission_be_sent_twice(fault: str) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.next(fault, count=5, path="submit")
            with pytest.raises(mj.MjError):
                await client.send(orders.imagine("a tower"))
            assert len(sandbox.posts) == 1

    run(story())


def held_until(answer: asyncio.Event, body: Any) -> Any:
    """Answer polls never, and everything else when the event says so."""

    async def handler(request: web.Request) -> web.StreamResponse:
        await (answer.wait() if "fetch" not in request.path else asyncio.Event().wait())
        return web.json_response(body)

    return handler


@pytest.mark.parametrize("what", ["submission", "seed"])
def test_a_slow_answer_is_waited_for_longer_than_that_to_a_poll(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    short = aiohttp.ClientTimeout(sock_read=0.05)
    monkeypatch.setitem(transport_module._TIMEOUTS, "poll", short)

    async def story() -> None:
        answer = asyncio.Event()
        service = serving(held_until(answer, {"code": 1, "result": "17"}))
        async with service as running, mj.Client(running.url, "key") as client:
            ask = (
                client.send(orders.imagine("x")) if what == "submission" else client.image_seed("1")
            )
            asked = asyncio.ensure_future(ask)
            with pytest.raises(mj.ServiceUnavailable, match="no answer in time"):
                await client.fetch("17", attempts=1)
            assert not asked.done()
            answer.set()
            await asked
            assert len(running.paths) == 2

    run(story())


def test_the_largest_blend_has_time_to_arrive_over_a_slow_line() -> None:
    blend, half_a_megabit = 5 * MOST_SENT_BYTES * 4 / 3, 500_000 / 8
    waits = transport_module._TIMEOUTS["submission"]
    assert waits.total is not None
    assert waits.total > blend / half_a_megabit


def submitted(handler: Any) -> mj.MjError:
    """Return the error that a submission ends with; it is sent once."""

    async def story() -> mj.MjError:
        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.MjError) as caught:
                await client.send(orders.imagine("a tower"))
            assert len(service.paths) == 1
            return caught.value

    return run(story())


NO_CHANNEL = {"error": {"code": "model_not_found", "message": "模型 mj_imagine 无可用渠道"}}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, ""),
        (502, "<title>Bad gateway</title>"),
        (503, '{"description": "try later"}'),
        (504, ""),
        (524, ""),
        (408, ""),
        (200, '{"code": 5, "description": "empty_response_body"}'),
        (200, ""),
        (204, ""),
        (200, "<title>Hello</title>"),
        (200, '{"code": 1, "resu'),
        (200, "{}"),
        (200, "[]"),
    ],
)
def test_a_submission_that_may_have_been_taken_is_said_to_be(status: int, body: str) -> None:
    error = submitted(answering(lambda: web.Response(status=status, text=body)))
    assert isinstance(error, mj.ServiceUnavailable)
    assert error.maybe_sent
    assert not error.may_pass
    assert error.status == status
    assert "It may have been submitted: look at the service before you press again." in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, NO_CHANNEL),
        (503, {"error": {"code": "model_not_found", "message": "nobody for mj_imagine"}}),
        (200, {"code": 3, "description": "无可用的账号实例"}),
        (400, {"code": 4, "description": "base64 参数错误"}),
        (302, {}),
        (429, {}),
    ],
)
def test_a_submission_that_was_turned_away_is_not_said_to_be_taken(status: int, body: Any) -> None:
    error = submitted(answering(json_of(body, status)))
    assert not getattr(error, "maybe_sent", False)
    assert "may have been submitted" not in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {"code": 1, "result": None, "description": "taken"},
        {"code": 1, "result": "", "description": "taken"},
        {"code": 1, "description": "taken"},
        {"code": 200, "data": [], "message": "taken"},
        {"code": 22, "result": None, "description": "taken"},
    ],
)
def test_a_submission_that_was_taken_without_an_id_may_have_been_submitted(body: Any) -> None:
    error = submitted(answering(json_of(body)))
    assert isinstance(error, mj.ServiceUnavailable)
    assert (error.maybe_sent, error.words) == (True, "taken")


def test_a_bookmark_and_an_answer_to_a_modal_need_no_id() -> None:
    async def story() -> None:
        taken = answering(json_of({"code": 1, "result": None}))
        async with serving(taken) as service, mj.Client(service.url, "key") as client:
            for order in (
                press(GRID, "MJ::BOOKMARK::0f1e2d3c"),
                orders.answer(GRID, ModalAnswer(prompt="a tower")),
            ):
                assert (await client.send(order)).task_ids == ()

    run(story())


@pytest.mark.parametrize("status", [200, 204])
def test_an_empty_answer_to_a_cancel_means_that_it_is_done(status: int) -> None:
    async def story() -> None:
        done = answering(lambda: web.Response(status=status))
        async with serving(done) as service, mj.Client(service.url, "key") as client:
            await client.cancel("17")
            assert service.paths == ["/mj/task/17/cancel"]

    run(story())


@pytest.mark.parametrize(
    ("answer", "maybe"),
    [
        (lambda: web.Response(text="演示模式，禁止操作", status=400), False),
        (json_of({"code": 4, "description": "演示模式，禁止操作"}), False),
        (lambda: web.Response(text="<title>演示模式，禁止操作</title>"), True),
        (lambda: web.Response(text="演示模式，禁止操作", status=500), True),
    ],
)
def test_a_refused_cancel_is_told_in_the_services_words(answer: Any, maybe: bool) -> None:
    async def story() -> None:
        async with serving(answering(answer)) as service, mj.Client(service.url, "key") as client:
            with pytest.raises(mj.MjError, match="演示模式，禁止操作") as caught:
                await client.cancel("17")
            assert caught.value.maybe_sent is maybe
            assert len(service.paths) == 1

    run(story())


def test_a_page_with_403_has_taken_nothing_and_nothing_is_sent_again() -> None:
    page = lambda: web.Response(text="<title>x</title>", status=403, content_type="text/html")  # noqa: E731
    error = submitted(answering(page))
    assert isinstance(error, mj.BadReply)
    assert not error.maybe_sent
    assert "Nothing was submitted. It says nothing of the token" in str(error)


def test_how_much_was_too_large_is_said() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response({"message": "at most 1 MB"}, status=413)

    async def story() -> None:
        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            picture = "data:image/png;base64," + "A" * 5_000_000
            with pytest.raises(mj.MjError) as caught:
                await client.send(orders.imagine("a tower", [picture]))
            assert caught.value.what == (
                "The pictures are too large for the service: 4.8 MB were sent, it takes 1.0 MB"
            )

    run(story())


def test_a_server_that_says_so_before_it_has_read_everything_is_heard() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        while await reader.read(65_536):  # as nginx does, lest the answer be lost with the rest
            pass
        writer.close()

    async def story() -> None:
        async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            picture = "data:image/png;base64," + "A" * 20_000_000
            async with mj.Client(f"http://127.0.0.1:{port}", "key") as client:
                with pytest.raises(mj.MjError, match="pictures are too large") as caught:
                    await client.send(orders.imagine("a tower", [picture]))
            assert not caught.value.maybe_sent

    run(story())


@pytest.mark.parametrize("status", [301, 400, 404, 405])
def test_a_web_page_in_place_of_the_endpoint_has_taken_nothing(status: int) -> None:
    page = lambda: web.Response(status=status, text="<title>x</title>", content_type="text/html")  # noqa: E731
    error = submitted(answering(page))
    assert isinstance(error, mj.BadReply)
    assert "base_url" in str(error)


def test_a_submission_that_never_left_this_machine_is_known_not_to_be_sent() -> None:
    async def story() -> None:
        async with mj.Client(f"http://127.0.0.1:{unused_port()}", "key") as client:
            with pytest.raises(mj.ServiceUnavailable, match="connection refused") as caught:
                await client.send(orders.imagine("a tower"))
            assert not caught.value.maybe_sent
            assert caught.value.may_pass

    run(story())


def test_a_press_sends_the_task_and_the_custom_id_as_they_are() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            submission = await client.send(press(GRID, U2))
            assert (submission.code, len(submission.task_ids)) == (1, 1)
            assert sandbox.posts[0].body == {"taskId": GRID, "customId": U2}
            assert (await client.fetch(submission.task_ids[0])).id == submission.task_ids[0]

    run(story())


def test_a_server_without_buttons_is_told_the_change() -> None:
    async def story() -> None:
        async with Sandbox("novicezk") as sandbox, mj.Client(sandbox.url) as client:
            first = await client.send(change(GRID, "UPSCALE", 2))
            await client.send(change(GRID, "REROLL"))
            again = await client.send(change(GRID, "UPSCALE", 2))
            assert [r.body for r in sandbox.posts][:2] == [
                {"taskId": GRID, "action": "UPSCALE", "index": 2},
                {"taskId": GRID, "action": "REROLL", "index": 1},
            ]
            # the original knows the same press: its 21 is no window, even while the task runs
            assert (again.code, again.task_ids) == (21, first.task_ids)
            assert not again.needs_modal

    run(story())


@pytest.mark.parametrize("flavour", ["dmx", "plus", "trueai"])
@pytest.mark.parametrize("name", ["Custom Zoom", "Vary (Region)"])
def test_a_window_is_announced_on_every_server(flavour: str, name: str) -> None:
    async def story() -> None:
        async with (
            Sandbox(flavour, speed=1000) as sandbox,
            mj.Client(sandbox.url, "key", "secret") as client,
        ):
            task = await client.fetch(GRID)
            (single,) = (await client.send(press(GRID, task.buttons[0].custom_id))).task_ids
            while not (task := await client.fetch(single)).is_final:
                pass
            button = next(b for b in task.buttons if b.name == name)
            assert (await client.send(press(single, button.custom_id))).needs_modal

    run(story())


def test_a_window_that_a_gateway_hides_is_still_seen() -> None:
    async def story() -> None:
        stock = Sandbox("dmx", strict=True, remix=True)
        async with stock as sandbox, mj.Client(sandbox.url, "key") as client:
            submission = await client.send(press(GRID, U2.replace("upsample", "variation")))
            assert (submission.code, submission.needs_modal) == (1, True)

    run(story())


@pytest.mark.parametrize("flavour", ["dmx", "plus", "trueai", "novicezk"])
def test_refused_submissions_are_the_same_errors_everywhere(flavour: str) -> None:
    async def story() -> None:
        async with Sandbox(flavour) as sandbox, mj.Client(sandbox.url, "k", "secret") as client:
            with pytest.raises(mj.TaskNotFound):
                await client.fetch("unknown")
            with pytest.raises(mj.PromptRejected):
                await client.send(orders.imagine("something forbidden"))
            sandbox.options.queue_full = True
            with pytest.raises(mj.QueueFull):
                await client.send(orders.imagine("a tower"))
            if flavour != "trueai":
                with pytest.raises(mj.TaskNotFound):
                    await client.send(change("unknown", "UPSCALE", 1))
            if flavour != "novicezk":
                with pytest.raises(mj.TaskNotFound):
                    await client.send(press("unknown", U2))

    run(story())


def test_places_in_the_queue_are_told_though_a_gateway_changes_the_code() -> None:
    async def story() -> None:
        for flavour, code in (("dmx", 1), ("plus", 22)):
            async with Sandbox(flavour, slots=1) as sandbox, mj.Client(sandbox.url, "k") as client:
                assert not (await client.send(orders.imagine("a tower"))).queued
                second = await client.send(orders.imagine("a tower"))
                assert (second.code, second.queued, second.needs_modal) == (code, True, False)

    run(story())


# -- many tasks ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", ["429", "cut"])
def test_the_first_list_is_waited_for_as_a_single_task_is(fault: str) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.retry_after = 0
            sandbox.faults.next(fault, count=2, path="list-by-condition")
            assert list(await client.fetch_many([GRID, "unknown"])) == [GRID]
            assert client.can_list is True
            assert [r.path for r in sandbox.log] == ["/mj/task/list-by-condition"] * 3

    run(story())


def test_many_tasks_are_asked_for_at_once_and_unknown_ones_are_missing() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            assert client.can_list is None
            found = await client.fetch_many([GRID, "unknown", EXAMPLES["failed"], GRID])
            assert list(found) == [GRID, EXAMPLES["failed"]]
            assert found[GRID].kind == "grid"
            assert sandbox.count() == 1
            assert client.can_list is True
            assert await client.fetch_many([]) == {}
            assert sandbox.count() == 1

    run(story())


def test_250_tasks_take_three_requests() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            ids = [sandbox.put(f"t{n}", {"id": f"t{n}", "status": ""}) for n in range(250)]
            assert list(await client.fetch_many(ids)) == ids
            assert [len(r.body["ids"]) for r in sandbox.log] == [100, 100, 50]

    run(story())


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize(
    "refusal",
    [
        lambda: web.Response(status=404),
        lambda: web.json_response({"error": {"message": "Invalid URL"}}, status=404),
        lambda: web.Response(status=405),
        lambda: web.json_response({"description": "not allowed"}, status=403),
        lambda: web.Response(text="<html></html>", content_type="text/html", status=404),
        lambda: web.json_response({"code": 4, "description": "unknown"}),
    ],
)
def test_a_service_without_lists_is_asked_for_one_only_once(refusal: Any) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            return refusal()
        task_id = request.path.split("/")[-2]
        if task_id == "unknown":
            return web.Response(status=204)
        return web.json_response({"id": task_id, "status": ""})

    async def story() -> None:
        async with serving(handler) as service, mj.Client(service.url, "key") as client:
            for _ in range(3):
                assert list(await client.fetch_many(["a", "unknown", "b"])) == ["a", "b"]
            assert client.can_list is False
            assert sum("list" in path for path in service.paths) == 1
            assert len(service.paths) == 1 + 9

    run(story())


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", ["500", "html"])
def test_one_fault_is_no_proof_that_a_service_has_no_lists(fault: str) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.next(fault, path="list-by-condition")
            assert len(await client.fetch_many([GRID, "unknown"])) == 1
            assert client.can_list is None
            assert len(await client.fetch_many([GRID, "unknown"])) == 1
            assert client.can_list is True
            sandbox.faults.next(fault, path="list-by-condition", count=3)
            assert len(await client.fetch_many([GRID, "unknown"])) == 1
            assert client.can_list is True

    run(story())


@pytest.mark.parametrize("fault", ["500", "html"])
def test_two_faults_are_proof(fault: str) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.next(fault, path="list-by-condition", count=9)
            for _ in range(4):
                assert len(await client.fetch_many([GRID, "unknown"])) == 1
            assert sandbox.count("POST") == 2

    run(story())


@pytest.mark.parametrize("fault", ["503", "500", "html"])
def test_an_outage_proves_nothing_about_lists(fault: str) -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key") as client:
            sandbox.faults.next(fault, count=1000)
            for _ in range(3):
                with pytest.raises(mj.MjError):
                    await client.fetch_many([GRID, "unknown"], attempts=1)
            sandbox.faults.clear()
            assert len(await client.fetch_many([GRID, "unknown"])) == 1
            assert client.can_list is True

    run(story())


def test_a_list_that_alone_refuses_the_token_is_given_up_after_two_tries() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox, mj.Client(sandbox.url, "key", "bearer") as client:
            sandbox.faults.next("401", path="list-by-condition", count=9)
            for _ in range(4):
                assert len(await client.fetch_many([GRID, "unknown"])) == 1
            assert sandbox.count("POST") == 2

    run(story())


def test_a_service_that_cannot_be_reached_proves_nothing_about_lists() -> None:
    async def story() -> None:
        async with mj.Client(f"http://127.0.0.1:{unused_port()}", "key") as client:
            with pytest.raises(mj.ServiceUnavailable):
                await client.fetch_many(["a", "b"], attempts=1)
            assert client.can_list is None

    run(story())


def test_nothing_more_is_asked_after_the_error_that_ends_it() -> None:
    async def story() -> None:
        never = asyncio.Event()

        async def handler(request: web.Request) -> web.StreamResponse:
            if request.method == "POST":
                return web.Response(status=404)
            if "/private/" in request.path:
                return web.Response(status=403)
            await never.wait()
            return web.json_response(bodies.RUNNING)

        async with serving(handler) as service, mj.Client(service.url) as client:
            before = asyncio.all_tasks()
            with pytest.raises(mj.Forbidden):
                await client.fetch_many(["private", *(f"t{n}" for n in range(30))])
            assert still_at_work(before) == []
            assert len(service.paths) <= 1 + 8

    run(story())


def test_a_closed_client_asks_nothing_more() -> None:
    async def story() -> None:
        async with Sandbox() as sandbox:
            async with mj.Client(sandbox.url, "key") as client:
                await client.fetch(GRID)
            link = f"{sandbox.url}/a.png"
            for ask in (
                client.fetch(GRID),
                client.send(orders.imagine("x")),
                client.download(link),
            ):
                with pytest.raises(mj.MjError, match="This client was closed"):
                    await ask
            assert sandbox.count() == 1

    run(story())


def test_one_client_serves_a_script_that_runs_asyncio_twice() -> None:
    with Sandbox().in_thread() as sandbox:
        client = mj.Client(sandbox.url, "key")
        for _ in range(2):
            assert run(client.fetch(GRID)).id == GRID
        run(client.close())


@pytest.mark.parametrize(
    "arguments", [(17, "token"), (None, "token"), ("host", 17), ("host", "token", "nonsense")]
)
def test_arguments_of_the_wrong_kind_are_refused_on_one_line(arguments: tuple[object, ...]) -> None:
    with pytest.raises(mj.MjError) as caught:
        mj.Client(*arguments)  # type: ignore[arg-type]

    assert "token have to be text" in str(caught.value) or "auth is one of" in str(caught.value)


@pytest.mark.parametrize(
    ("base_url", "ending"),
    [
        ("https://host.example/v1/chat/completions", "/v1/chat/completions"),
        ("https://host.example/mj/submit/imagine?key=sk-canary", "/submit/imagine"),
        ("host.example/v1/", "/v1"),
    ],
)
def test_what_is_left_out_of_an_address_is_said_once(
    base_url: str, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    mj.Client(base_url, "key")
    (said,) = caplog.messages
    assert said == f"“{ending}” at the end of base_url is left out: it is https://host.example/mj."


def test_of_a_plain_address_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    for base_url in ("host.example", "https://host.example/mj", "host.example/mj-fast/mj/"):
        mj.Client(base_url, "key")
    assert caplog.messages == []
