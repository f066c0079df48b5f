"""What a task is, whoever of the family describes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import bodies
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import mj_widgets as mj
from mj_widgets.models import task_id_from
from mj_widgets.models.button import Button
from models.shapes import json_values, task_likes


def parsed_or_none(reply: Any) -> mj.Task | None:
    try:
        return mj.Task.parse(reply)
    except mj.BadReply:
        return None


def assert_sound(task: mj.Task) -> None:
    assert task.progress is None or 0 <= task.progress <= 100
    assert isinstance(task.buttons, tuple)
    assert all(isinstance(button, Button) for button in task.buttons)
    for moment in (task.submit_time, task.start_time, task.finish_time):
        assert moment is None or moment.tzinfo is UTC
    for seconds in (task.queue_seconds, task.run_seconds):
        assert seconds is None or seconds >= 0
    assert task.kind in ("grid", "image", "text", "video")
    assert task.is_final == (task.status in ("SUCCESS", "FAILURE", "CANCEL"))
    assert task.succeeded == (task.status == "SUCCESS")
    assert all(isinstance(t, str) for t in (task.id, task.prompt, task.fail_reason, *task.texts))
    f"{task!r} {task.final_prompt}".encode()


@given(json_values | task_likes)
@example({"status": "x", "submitTime": 1e308, "finishTime": "9999-12-31T23:59:59-23:00"})
@example({"status": "x", "buttons": [None, 1, "[", {"customId": 5, "style": "a", "type": 1e300}]})
def test_no_field_of_a_service_can_make_parsing_fail(reply: Any) -> None:
    task = parsed_or_none(reply)
    if task is not None:
        assert_sound(task)


@given(st.text() | st.binary() | task_likes.map(json.dumps))
@example('{"status": "\\ud800", "\\ud800": 1, "properties": {"\\udfff": "\\ud800"}}')
@example("[" * 100_000)
@example('{"id": ' + "9" * 5000 + "}")
def test_no_text_can_make_parsing_fail(reply: str | bytes) -> None:
    task = parsed_or_none(reply)
    if task is not None:
        assert_sound(task)


@pytest.mark.parametrize(
    "reply", [{}, [], "", "null", "17", "[1]", b"\xff", {"a": 1}, {"data": {}}, [{"id": "1"}] * 2]
)
def test_where_there_is_no_task_it_is_a_bad_reply(reply: Any) -> None:
    with pytest.raises(mj.BadReply):
        mj.Task.parse(reply)


def test_a_gateways_grid_is_read_whole() -> None:
    task = mj.Task.parse(bodies.DMX_GRID)
    assert (task.id, task.action, task.status) == ("1747132423020991", "IMAGINE", "SUCCESS")
    assert (task.progress, task.is_final, task.succeeded, task.kind) == (100, True, True, "grid")
    assert (task.prompt, task.prompt_en) == ("海边的灯塔", "a lighthouse by the sea")
    assert task.description == "提交成功"
    assert task.image_url == bodies.PICTURE
    assert [b.name for b in task.buttons] == ["U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"]
    assert task.submit_time == datetime(2025, 5, 13, 10, 33, 43, 20_000, tzinfo=UTC)
    assert task.queue_seconds == pytest.approx(1.462)
    assert task.run_seconds == pytest.approx(39.219)
    assert task.fail_reason == ""
    assert task.final_prompt == "a lighthouse by the sea --fast"
    assert task.raw == bodies.DMX_GRID


def test_text_bytes_and_a_list_of_one_are_read_like_the_mapping() -> None:
    task = mj.Task.parse(bodies.DMX_GRID)
    text = json.dumps(bodies.DMX_GRID)
    assert task == mj.Task.parse(text) == mj.Task.parse(text.encode())
    assert task == mj.Task.parse([bodies.DMX_GRID])


def test_a_consoles_answer_is_read_like_any_other() -> None:
    task = mj.Task.parse(bodies.CONSOLE)
    assert task.id == "1711217942120991"
    assert task.submit_time == datetime.fromtimestamp(1711217942, UTC)
    assert (task.queue_seconds, task.run_seconds) == (2, 36)
    assert task.image_urls == ("https://cdn.example/a.png", "https://cdn.example/b.png")
    assert task.image_url == "https://cdn.example/a.png"
    assert task.video_urls == ()
    assert [b.name for b in task.buttons] == ["U1"]
    assert task.properties == {"finalPrompt": "a tower --v 7"}
    assert task.prompt_en == "a tower"


@pytest.mark.parametrize(
    "wrapped",
    [
        {"data": {"taskId": "t", "imageUrl": "https://x/y.png", "status": "completed"}},
        {"code": 200, "data": [{"task_id": "t", "status": "completed"}]},
        {"success": True, "message": "ok", "data": {"id": "t", "status": "SUCCESS"}},
        {"status": "success", "data": {"id": "t", "status": "SUCCESS"}},
        {"status": "success", "data": {"taskId": "t", "progress": "100%", "status": "Success"}},
        {"code": 1, "result": {"id": "t", "status": "SUCCESS"}},
        {"task": {"id": "t", "status": "success"}},
    ],
)
def test_a_task_is_found_in_its_wrappers(wrapped: dict[str, Any]) -> None:
    task = mj.Task.parse(wrapped)
    assert (task.id, task.succeeded) == ("t", True)


def test_a_clock_that_went_back_gives_no_negative_seconds() -> None:
    task = mj.Task.parse({"id": "t", "submitTime": 1747132424000, "startTime": 1747132423000})
    assert task.queue_seconds == 0


def test_right_after_submission_a_gateway_knows_next_to_nothing() -> None:
    task = mj.Task.parse(bodies.JUST_SUBMITTED)
    assert (task.status, task.progress, task.image_url, task.buttons) == ("", None, None, ())
    assert (task.start_time, task.finish_time, task.fail_reason) == (None, None, "")
    assert task.properties == {}


def test_an_id_is_never_a_number() -> None:
    assert mj.Task.parse({"id": 1747132423020537}).id == "1747132423020537"
    assert mj.Task.parse({"id": "0741798445574458"}).id == "0741798445574458"


def test_fields_that_nobody_knows_stay_in_raw() -> None:
    task = mj.Task.parse({"data": {"id": "t", "frameCount": 125, "seedError": None}})
    assert task.raw == {"id": "t", "frameCount": 125, "seedError": None}


def test_a_button_that_is_nothing_is_left_out_and_a_bare_one_stays() -> None:
    task = mj.Task.parse({"id": "t", "buttons": [None, {}, {"label": "Go"}, {"customId": "x::y"}]})
    assert [(b.name, b.custom_id, b.type, b.style) for b in task.buttons] == [
        ("Go", "", 2, 2),
        ("x::y", "x::y", 2, 2),
    ]


def test_the_numbered_texts_of_a_description_are_found() -> None:
    texts = ("one tower --ar 5:4", "two [towers](https://x.example)", "three", "four")
    described = bodies.DESCRIBED
    text = described["properties"]["finalPrompt"]
    assert mj.Task.parse(described).texts == texts
    assert mj.Task.parse(described | {"properties": None, "promptEn": text}).texts == texts
    assert mj.Task.parse(described | {"properties": {}, "prompt": text}).texts == texts
    assert mj.Task.parse(bodies.SHORTENED).texts == ("tall tower", "tower")
    assert mj.Task.parse(bodies.DMX_GRID).texts == ()


def test_a_description_without_numbers_is_one_text_once_it_is_there() -> None:
    described = bodies.DESCRIBED | {"properties": {"finalPrompt": " a tower\n\na lake "}}
    assert mj.Task.parse(described).texts == ("a tower\n\na lake",)
    assert mj.Task.parse(described | {"status": "IN_PROGRESS"}).texts == ()
    assert mj.Task.parse(described | {"properties": {}}).texts == ()


def test_the_row_of_a_gateways_database_is_not_the_tasks_id() -> None:
    body = bodies.CONSOLE | {"data": bodies.CONSOLE["data"] | {"id": 42}}
    assert mj.Task.parse(body).id == bodies.CONSOLE["data"]["mj_id"]


def test_a_task_is_one_short_line_when_printed() -> None:
    task = mj.Task.parse(bodies.RUNNING | {"prompt": "a\nlong \u202e" + "story " * 50})
    assert "46 %" in repr(task)
    assert "IN_PROGRESS" in repr(task)
    assert "\n" not in repr(task)
    assert "\u202e" not in repr(task)
    assert len(str(task)) < 160


def test_a_task_does_not_change() -> None:
    task = mj.Task.parse(bodies.RUNNING)
    with pytest.raises(ValueError, match="frozen"):
        task.progress = 50


# -- what a person types ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["17", " 17 ", '"17"', "'17'", "“17”", "‘17’", "`17`", '" 17 "', "\t17\n"]
)
def test_quotes_and_blanks_around_an_id_are_dropped(typed: str) -> None:
    assert task_id_from(typed) == "17"


@pytest.mark.parametrize("typed", ["task_01K-x.y:z~", "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"])
def test_an_id_need_not_be_a_number(typed: str) -> None:
    assert task_id_from(typed) == typed


@pytest.mark.parametrize("typed", ["", "''", "../x", "a b", "x/y", "a" * 300, "<b>", "17?", "-"])
def test_what_cannot_be_an_id_is_told_in_one_short_line(typed: str) -> None:
    with pytest.raises(ValueError, match="task id") as caught:
        task_id_from(typed)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("number", [1747132423020537, np.int64(1747132423020537)])
def test_digits_may_be_an_int(number: int) -> None:
    assert task_id_from(number) == "1747132423020537"


@pytest.mark.parametrize("given", [None, True, 17.0, b"17", ["17"]])
def test_what_is_neither_a_text_nor_an_int_is_told_in_one_short_line(given: object) -> None:
    with pytest.raises(TypeError, match=r"A task id is a text such as .*, not ") as caught:
        task_id_from(given)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("typed", ["{task_id}", "$task_id"])
def test_a_name_that_is_not_defined_is_told_so(typed: str) -> None:
    with pytest.raises(ValueError, match="not defined"):
        task_id_from(typed)
