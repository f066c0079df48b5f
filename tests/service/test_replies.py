"""What each answer of the family means: a task, a submission, or the right error."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import bodies
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mj_widgets as mj
from mj_widgets.service.replies import (
    Reply,
    read_submission,
    read_task,
    read_tasks,
    read_upload,
)

PAGE = b"<!DOCTYPE html><html><head><title>\n Bad gateway &amp; more </title></head></html>"


def reply(
    status: int, body: Any = b"", content_type: str = "application/json", **more: Any
) -> Reply:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Reply(status, data, content_type, **more)


def upstream(description: str, code: int = 4) -> dict[str, Any]:
    return {"description": description, "type": "upstream_error", "code": code}


def gateway(message: str, **more: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "new_api_error", **more}}


UNKNOWN_TASK = [
    reply(200, b"", ""),
    reply(200, b" \n"),
    reply(204),
    reply(400, upstream("task_no_found ")),
    reply(200, upstream("task_no_found ")),
    reply(200, {"code": 4, "description": "任务不存在", "result": None}),
    reply(404, {"code": 3, "description": "关联任务不存在或已失效", "result": None}),
    reply(404, b"", "text/plain"),
    reply(400, {"error": "midjourney_task_not_found"}),
]
ON_ANY_REQUEST = [
    (reply(401, b"", ""), mj.Unauthorized, ""),
    (reply(401, b"Authorization header missing.", "text/plain"), mj.Unauthorized, "header missing"),
    (reply(401, gateway("无效的令牌 (request id: 2025)")), mj.Unauthorized, "无效的令牌"),
    (reply(401, {"error": True, "msg": "empty access code"}), mj.Unauthorized, "empty access code"),
    (reply(200, {"code": 401, "description": "who are you"}), mj.Unauthorized, "who are you"),
    (reply(403, gateway("用户已被封禁")), mj.Forbidden, "用户已被封禁"),
    (reply(403, b""), mj.Forbidden, ""),
    (reply(429, b""), mj.RateLimited, ""),
    (reply(429, upstream(" 当前分组负载已饱和，请稍后再试", 30)), mj.RateLimited, "负载已饱和"),
    (reply(400, upstream("当前分组负载已饱和", 30)), mj.RateLimited, "负载已饱和"),
    (reply(200, upstream("slow down", 30)), mj.RateLimited, "slow down"),
    (reply(400, upstream("quota_not_enough ")), mj.QuotaExceeded, "quota_not_enough"),
    (reply(401, gateway("该令牌额度已用尽")), mj.QuotaExceeded, "额度已用尽"),
    (
        reply(403, gateway("user quota is not enough", code="insufficient_user_quota")),
        mj.QuotaExceeded,
        "user quota is not enough",
    ),
    (reply(500, upstream("do_request_failed ", 5)), mj.ServiceUnavailable, "do_request_failed"),
    (reply(200, upstream("empty_response_body", 5)), mj.ServiceUnavailable, "empty_response"),
    (
        reply(503, {"error": {"code": "model_not_found", "message": "模型 mj_upload 无可用渠道"}}),
        mj.ServiceUnavailable,
        "无可用渠道",
    ),
    (reply(502, PAGE, "text/html"), mj.ServiceUnavailable, "Bad gateway & more"),
    (reply(524, b""), mj.ServiceUnavailable, ""),
    (reply(408, b""), mj.ServiceUnavailable, ""),
    (reply(200, PAGE, "text/html"), mj.BadReply, "Bad gateway & more"),
    (reply(200, PAGE, "application/json"), mj.BadReply, "Bad gateway & more"),
    (reply(404, PAGE, "text/html"), mj.BadReply, "Bad gateway & more"),
    (reply(200, b"\xef\xbb\xbf  <html></html>", ""), mj.BadReply, ""),
    (reply(200, b"hello", "text/html"), mj.BadReply, ""),
    (reply(302, b"", "text/html"), mj.BadReply, ""),
    (reply(200, b'{"id": "17", "sta'), mj.BadReply, '"id": "17"'),
    (reply(200, b"\xff\xfe\x00"), mj.BadReply, ""),
    (reply(200, b"[" * 100_000), mj.BadReply, ""),
    (reply(200, gateway("something odd")), mj.MjError, "something odd"),
    (reply(400, b"plain words", "text/plain"), mj.MjError, "plain words"),
]


@pytest.mark.parametrize("answer", UNKNOWN_TASK)
def test_every_servers_way_of_not_knowing_a_task_is_understood(answer: Reply) -> None:
    with pytest.raises(mj.TaskNotFound):
        read_task(answer, "17")


@pytest.mark.parametrize(("answer", "kind", "words"), ON_ANY_REQUEST)
@pytest.mark.parametrize("read", [lambda r: read_task(r, "17"), read_tasks, read_submission])
def test_every_refusal_is_the_right_error_with_the_services_words(
    answer: Reply, kind: type[mj.MjError], words: str, read: Any
) -> None:
    with pytest.raises(mj.MjError) as caught:
        read(answer)
    assert type(caught.value) is kind
    assert words in caught.value.words
    assert caught.value.status == answer.status
    assert len(str(caught.value).splitlines()) == 1
    assert "<" not in str(caught.value)


def test_the_http_status_counts_before_everything_else() -> None:
    with pytest.raises(mj.Unauthorized):
        read_task(reply(401, bodies.DMX_GRID), "17")
    with pytest.raises(mj.ServiceUnavailable):
        read_task(reply(500, upstream("task_no_found")), "17")


def test_an_error_field_counts_before_the_task_beside_it() -> None:
    with pytest.raises(mj.MjError, match="broken"):
        read_task(reply(200, {"error": "broken", "id": "17", "progress": "3%"}), "17")
    with pytest.raises(mj.MjError, match="Not Found"):
        read_task(reply(200, {"status": 404, "error": "Not Found", "path": "/mj"}), "17")
    with pytest.raises(mj.QueueFull):
        read_task(reply(200, {"success": False, "code": -1, "message": "队列数已达上限"}), "17")


def test_a_task_with_an_empty_error_field_is_a_task() -> None:
    body = bodies.RUNNING | {"error": None, "success": True}
    assert read_task(reply(200, body), "17").progress == 46
    assert read_task(reply(200, bodies.RUNNING | {"error": "x"}), "17").progress == 46


def test_an_envelope_with_a_task_in_it_is_a_task() -> None:
    assert read_task(reply(200, {"code": 200, "data": [{"task_id": "a", "status": "x"}]}), "17")
    assert read_task(reply(200, {"code": 1, "result": bodies.RUNNING}), "17").progress == 46
    assert read_task(reply(200, bodies.CONSOLE), "17").id == bodies.CONSOLE["data"]["mj_id"]


def test_a_task_without_an_id_is_the_one_that_was_asked_for() -> None:
    assert read_task(reply(200, {"status": "IN_PROGRESS"}), "17").id == "17"


def test_json_under_the_name_of_html_is_read() -> None:
    assert read_task(reply(200, bodies.RUNNING, "text/html"), "17").progress == 46


def test_a_list_where_one_task_was_asked_for_is_a_bad_reply() -> None:
    with pytest.raises(mj.BadReply, match="list"):
        read_task(reply(200, [bodies.RUNNING, bodies.RUNNING]), "17")
    assert read_task(reply(200, [bodies.RUNNING]), "17").progress == 46


def test_the_words_of_a_page_are_its_title() -> None:
    assert reply(502, PAGE, "text/html").words.strip() == "Bad gateway & more"
    assert reply(502, b"<html><body>no title</body></html>", "text/html").words == ""


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3), ("0.5", 0.5), ("-1", 0), ("", None), ("soon", None), ("Wed, 99 Foo", None)],
)
def test_retry_after_is_seconds(header: str, seconds: float | None) -> None:
    with pytest.raises(mj.RateLimited) as caught:
        read_task(reply(429, retry_after=header), "17")
    assert caught.value.retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    with pytest.raises(mj.ServiceUnavailable) as caught:
        read_task(reply(503, retry_after=later), "17")
    assert 3000 < (caught.value.retry_after or 0) <= 3600


# -- many tasks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [lambda t: t, lambda t: {"data": t}, lambda t: {"result": t}])
def test_a_list_of_tasks_is_read_and_what_is_none_is_left_out(wrap: Any) -> None:
    tasks = read_tasks(reply(200, wrap([bodies.DMX_GRID, None, 7, {}, bodies.RUNNING])))
    assert [t.id for t in tasks] == [bodies.DMX_GRID["id"], bodies.RUNNING["id"]]
    assert read_tasks(reply(200, wrap([]))) == []


@pytest.mark.parametrize("body", [{}, {"data": None}, "x", 7])
def test_a_service_that_answers_no_list_is_a_bad_reply(body: Any) -> None:
    with pytest.raises(mj.BadReply, match="list"):
        read_tasks(reply(200, body))


# -- submissions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [1, 21, 22, 0, 200, "1", 2, 6, 100, 20000])
def test_a_submission_that_was_taken_is_returned(code: Any) -> None:
    assert read_submission(reply(200, {"code": code, "result": "17"})).task_ids == ("17",)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(200, {"code": 23, "description": "队列已满", "result": "17"}), mj.QueueFull),
        (reply(200, {"code": 9, "description": "提交失败，队列已满，请稍后重试"}), mj.QueueFull),
        (reply(200, {"success": False, "code": -1, "message": "并发数已达上限"}), mj.QueueFull),
        (
            reply(200, {"success": False, "code": -1, "message": "用户今日绘图次数已达上限"}),
            mj.QuotaExceeded,
        ),
        (reply(200, {"code": 24, "description": "可能包含敏感词"}), mj.PromptRejected),
        (
            reply(400, {"code": 24, "properties": {"bannedWord": "x"}}),
            mj.PromptRejected,
        ),
        (reply(200, {"code": 4, "description": "Banned prompt detected"}), mj.PromptRejected),
        (reply(200, {"code": 3, "description": "关联任务不存在或已失效"}), mj.TaskNotFound),
        (reply(404, {"code": 3, "description": "关联任务不存在或已失效"}), mj.TaskNotFound),
        (reply(400, upstream("task_not_found ")), mj.TaskNotFound),
        (reply(200, {"code": 3, "description": "无可用的账号实例"}), mj.ServiceUnavailable),
        (reply(200, {"code": 9, "description": "no luck"}), mj.MjError),
        (reply(200, {"code": "quota_x", "description": "x"}), mj.MjError),
        (reply(200, {"code": "x", "description": "quota_not_enough"}), mj.QuotaExceeded),
        (
            reply(200, {"success": True, "data": {"code": 4, "description": "quota_not_enough"}}),
            mj.QuotaExceeded,
        ),
        (reply(200, {"success": False, "data": {}}), mj.MjError),
        (reply(200, {"success": True}), mj.BadReply),
        (
            reply(404, {"error": {"code": "task_not_exist", "message": "task_not_exist"}}),
            mj.TaskNotFound,
        ),
        (reply(200, {"code": 4, "description": "base64 参数错误"}), mj.MjError),
        (reply(200, {"code": -1, "description": "no luck"}), mj.MjError),
        (reply(400, upstream("task_status_not_success ")), mj.MjError),
        (reply(200, b""), mj.BadReply),
        (reply(204), mj.BadReply),
        (reply(200, {}), mj.BadReply),
        (reply(200, {"message": "hello"}), mj.BadReply),
        (reply(200, []), mj.BadReply),
    ],
)
def test_a_submission_that_was_not_taken_is_the_right_error(
    answer: Reply, kind: type[mj.MjError]
) -> None:
    with pytest.raises(mj.MjError) as caught:
        read_submission(answer)
    assert type(caught.value) is kind


@pytest.mark.parametrize("words", ["unknown_action:MJ::Job::PicReader::1 ", "未知的 Action 类型"])
def test_a_button_that_the_service_does_not_offer_is_told_so(words: str) -> None:
    with pytest.raises(mj.MjError, match="does not offer that button"):
        read_submission(reply(400, upstream(words)))


@pytest.mark.parametrize(
    "body",
    [
        {"status": 404, "error": "Not Found", "path": "/mj/submit/video"},
        gateway("Invalid URL (POST /mj/submit/video)"),
        b"",
    ],
)
def test_an_endpoint_that_the_service_does_not_have_is_told_so(body: Any) -> None:
    with pytest.raises(mj.MjError, match="does not offer that") as caught:
        read_submission(reply(404, body))
    assert type(caught.value) is mj.MjError
    assert "id" not in str(caught.value).split()


@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["code", "status", "error", "message", "success", "data", "id"]),
                inner,
            )
        ),
    ).map(lambda value: json.dumps(value).encode()),
    content_type=st.sampled_from(["application/json", "text/html", "text/plain", ""]),
    retry_after=st.text(max_size=9),
)
def test_whatever_a_service_answers_is_a_result_or_an_mj_error(
    status: int, body: bytes, content_type: str, retry_after: str
) -> None:
    answer = Reply(status, body, content_type, retry_after)
    reads = (lambda: read_task(answer, "17"), lambda: read_tasks(answer))
    told = []
    for read in (*reads, lambda: read_submission(answer)):
        try:
            read()
        except mj.MjError as error:
            told.append(str(error))
    assert all(len(line.splitlines()) == 1 for line in told)


def test_a_list_of_all_there_is_is_read_so_far_as_a_hundred_need_it() -> None:
    tasks = read_tasks(reply(200, [{"id": f"t{n}"} for n in range(50_000)]))
    assert 100 <= len(tasks) <= 1000


def test_of_a_sentence_of_megabytes_the_beginning_is_enough() -> None:
    assert len(reply(400, {"code": 4, "description": "x" * 1_000_000}).words) <= 20_000


@pytest.mark.parametrize(
    ("link", "is_one"),
    [
        ("https://cdn.example/fox.png?ex=6b0aad61&hm=f1e4,%20a", True),
        ("https://cdn.example/a fox.png --repeat 4", False),
        ("https://cdn.example/{a,b}.png", False),
        ("https://cdn.example/fox.png\n--v 7", False),
        ("https://cdn.example/fox.png\u2028--v", False),
        ("https://cdn.example/\x1b]52;c;AA\x07", False),
        ("https://cdn.example/<script>", False),
        ("javascript:alert(1)", False),
        ("https://cdn.example/" + "a" * 9000, False),
        (["https://cdn.example/fox.png"], False),
    ],
)
def test_what_is_put_into_a_prompt_as_an_address_is_one(link: object, is_one: bool) -> None:
    assert read_upload(reply(200, {"code": 1, "result": [link]})) == [link if is_one else ""]
