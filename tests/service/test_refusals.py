"""Which error an answer stands for that gives nothing, of a task asked for and of one submitted."""

from __future__ import annotations

from typing import Any

import pytest

import mj_widgets as mj
from mj_widgets.service.replies import read_seed, read_submission, read_task, read_tasks
from service.test_replies import gateway, reply, upstream

READS = [lambda r: read_task(r, "17"), read_submission]


def error_of(read: Any, answer: Any) -> mj.MjError:
    with pytest.raises(mj.MjError) as caught:
        read(answer)
    assert len(str(caught.value).splitlines()) == 1
    return caught.value


# -- a status word and a message -----------------------------------------------------------------

REFUSALS = [
    ({"status": "Unauthorized", "message": "who are you?", "data": None}, mj.Unauthorized),
    ({"status": "Fail", "message": "API key is invalid", "data": None}, mj.Unauthorized),
    ({"status": "fail", "msg": "余额不足"}, mj.QuotaExceeded),
    ({"status": "error", "message": "Task not found"}, mj.TaskNotFound),
    ({"status": "ERROR", "message": "too many requests", "data": {}}, mj.RateLimited),
    ({"status": "error", "message": "the queue is full", "data": []}, mj.QueueFull),
    ({"status": "Forbidden", "message": "sensitive word"}, mj.PromptRejected),
    ({"status": "closed", "message": "back on Monday"}, mj.MjError),
    ({"status": False, "message": "back on Monday"}, mj.MjError),
    ({"status": 500, "message": "back on Monday"}, mj.MjError),
    ({"status": "error", "error": "back on Monday"}, mj.MjError),
]


@pytest.mark.parametrize(("body", "kind"), REFUSALS)
@pytest.mark.parametrize("read", READS)
def test_a_status_with_a_message_and_no_task_is_a_refusal(
    read: Any, body: dict[str, Any], kind: type[mj.MjError]
) -> None:
    error = error_of(read, reply(200, body))
    assert type(error) is kind
    assert not error.maybe_sent
    assert error.words == (body.get("message") or body.get("msg") or body["error"])


@pytest.mark.parametrize(
    "body",
    [
        {"status": "FAILURE", "message": "x", "progress": "100%", "failReason": "no luck"},
        {"status": "PAINTING", "message": "x", "id": "17"},
        {"status": "IN_PROGRESS", "message": "soon"},
        {"status": "queued", "msg": "soon"},
        {"status": "error", "message": "x", "data": {"id": "17", "status": "FAILURE"}},
        {"status": "FAILURE"},
    ],
)
def test_a_message_beside_a_task_makes_no_refusal_of_it(body: dict[str, Any]) -> None:
    assert read_task(reply(200, body), "17").id == "17"


@pytest.mark.parametrize("read", READS)
def test_423_is_a_refusal_in_its_words(read: Any) -> None:
    body = {"code": "token_check", "message": "no entry", "data": None}
    error = error_of(read, reply(423, body))
    assert (type(error), error.words) == (mj.Unauthorized, "no entry")
    assert type(error_of(read, reply(423))) is mj.MjError


@pytest.mark.parametrize("read", READS)
def test_402_is_about_money(read: Any) -> None:
    assert type(error_of(read, reply(402, {"message": "pay first"}))) is mj.QuotaExceeded


# -- a page in the way ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<!DOCTYPE html><title>One moment</title>", "text/html"),
        (b"<html><h1>403</h1></html>", "text/html; charset=GBK"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "application/xml"),
        (b"error code: 1020", "text/plain"),
    ],
)
@pytest.mark.parametrize("read", [*READS, read_tasks])
def test_a_page_with_403_stands_in_the_way_and_says_nothing_of_the_token(
    read: Any, body: bytes, content_type: str
) -> None:
    error = error_of(read, reply(403, body, content_type))
    assert type(error) is mj.BadReply
    assert str(error).startswith("A web page stands in the way (HTTP 403")
    assert error.may_pass


# -- too large -----------------------------------------------------------------------------------

TOO_LARGE = [
    reply(413, b"<title>413 Request Entity Too Large</title>", "text/html"),
    reply(413, {"message": "Request size limit exceeded"}),
    reply(413, b"too big", "text/plain"),
    reply(413),
    reply(400, {"message": "Request body too large."}),
    reply(400, upstream("图片过大")),
    reply(200, {"code": 4, "description": "request entity too large"}),
    reply(200, {"status": "error", "message": "payload too large"}),
]


@pytest.mark.parametrize("answer", TOO_LARGE)
def test_413_says_that_the_pictures_are_too_large_and_what_to_do(answer: Any) -> None:
    error = error_of(read_submission, answer)
    assert str(error).startswith("The pictures are too large for the service")
    assert "give smaller ones, or fewer" in str(error)
    assert "base_url" not in str(error)
    assert not error.maybe_sent


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("Maximum request body size 1048576 exceeded.", "it takes 1.0 MB"),
        ("the limit is 4 MB", "it takes 4.0 MB"),
        ("max size: 500KB", "it takes 0.5 MB"),
        ("上传文件不能超过10M", "it takes 10.0 MB"),
        ("limit: 30,000,000 bytes", ""),  # more than was sent
        ("limit: 12 requests", ""),
        ("too large, max. 1.2.3", ""),
    ],
)
def test_by_how_much_is_said_as_far_as_it_is_known(words: str, limit: str) -> None:
    answer = reply(413, {"message": words}, sent=21_000_000)
    error = error_of(read_submission, answer)
    assert "20.0 MB were sent" in error.what
    assert limit in error.what
    assert bool(limit) == ("it takes" in error.what)


# -- no such path --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        reply(404, gateway("Invalid URL (GET /v1/mj/task/17/fetch)")),
        reply(404, b"404 page not found", "text/plain"),
        reply(404, b"404: Not Found", "text/plain"),
        reply(404, {"detail": "Not Found"}),
        reply(404, {"status": 404, "error": "Not Found", "path": "/mj/task/17/fetch"}),
        reply(404, {"message": "Cannot GET /mj/task/17/fetch", "statusCode": 404}),
        reply(404, {"message": "no Route matched with those values"}),
        reply(404, {"error_msg": "404 Route Not Found"}),
        reply(404, b"default backend - 404", "text/plain"),
        reply(404, b"<title>404 Not Found</title>", "text/html"),
    ],
)
def test_a_web_servers_404_says_to_check_base_url(answer: Any) -> None:
    error = error_of(READS[0], answer)
    assert type(error) is mj.BadReply
    assert "base_url" in str(error)
    assert error.lasting


@pytest.mark.parametrize(
    "answer",
    [
        reply(404, {"message": "task not found"}),
        reply(404, {"code": 3, "description": "not found"}),
        reply(404, upstream("任务不存在")),
        reply(404, {"message": "The job has been deleted"}),
        reply(404),
    ],
)
def test_a_services_own_404_is_that_of_a_task(answer: Any) -> None:
    assert type(error_of(READS[0], answer)) is mj.TaskNotFound


# -- all is well, and nothing in it --------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        *(
            {"code": code, "message": "ok", "data": data}
            for code in (0, 1, "1")
            for data in (None, [], {})
        ),
        {"code": 200, "msg": "success", "data": [None]},
        {"code": "success", "data": {"task": None}},
        {"code": 1, "description": "ok", "result": ""},
        {"code": 1, "description": "ok"},
        {"success": True, "message": "ok", "data": None},
        {"status": "success", "message": "ok", "data": None},
        {"data": None},
        [],
        {},
        None,
    ],
)
def test_a_good_envelope_without_a_task_is_no_such_task(body: Any) -> None:
    error = error_of(READS[0], reply(200, body))
    assert str(error).startswith("The service does not know task 17.")
    assert type(error) is mj.TaskNotFound


@pytest.mark.parametrize(
    "body", [{"code": 4, "description": "x", "data": None}, {"code": 22, "result": "17"}]
)
def test_an_envelope_that_is_not_good_is_none(body: Any) -> None:
    assert type(error_of(READS[0], reply(200, body))) is mj.MjError


@pytest.mark.parametrize("status", [203, 206])
def test_an_answer_that_a_proxy_has_touched_is_an_answer(status: int) -> None:
    assert read_task(reply(status, {"id": "17", "progress": "3%"}), "17").progress == 3
    assert read_submission(reply(status, {"code": 1, "result": "17"})).task_ids == ("17",)
    assert type(error_of(READS[0], reply(status))) is mj.TaskNotFound


def test_a_service_that_has_no_seeds_is_not_a_wrong_address() -> None:
    error = error_of(read_seed, reply(404, gateway("Invalid URL (GET /mj/task/17/image-seed)")))
    assert str(error).startswith("This service does not tell seeds")
    assert "base_url" not in str(error)
