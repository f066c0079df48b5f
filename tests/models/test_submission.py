"""What a service answers to what is sent: what to follow, what to wait for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mj_widgets as mj
from models.shapes import json_values, task_likes


@pytest.mark.parametrize(
    ("reply", "ids", "needs_modal", "queued"),
    [
        ({"code": 1, "result": "17"}, ("17",), False, False),
        ({"code": "1", "result": "17"}, ("17",), False, False),
        ({"code": 1, "result": "0741798445574458"}, ("0741798445574458",), False, False),
        ({"code": 1, "result": 1762501146700502}, ("1762501146700502",), False, False),
        ({"code": 1, "result": "17, 18,19,17"}, ("17", "18", "19"), False, False),
        (
            {"code": 1, "result": ["https://x/1", "https://x/2"]},  # of an upload: no tasks
            (),
            0,
            0,
        ),
        ({"code": 1, "result": None, "properties": None}, (), False, False),
        ({"code": 1}, (), False, False),
        ({"code": 22, "result": "17", "properties": {"numberOfQueues": 1}}, ("17",), False, True),
        ({"code": 1, "result": "17", "properties": {"numberOfQueues": 3}}, ("17",), False, True),
        ({"code": 1, "result": "17", "properties": {"numberOfQueues": 0}}, ("17",), False, False),
        ({"code": 1, "description": "In queue, there are 9 ahead", "result": "17"}, ("17",), 0, 1),
        ({"code": 1, "description": "排队中，前面还有2个任务", "result": "17"}, ("17",), 0, 1),
        ({"code": 21, "description": "窗口等待", "result": "17"}, ("17",), True, False),
        ({"code": 21, "result": "17", "properties": {"finalPrompt": ""}}, ("17",), True, False),
        # a gateway makes 1 of 21: the words are left
        ({"code": 1, "description": "Waiting for window confirm", "result": "17"}, ("17",), 1, 0),
        # the Java original's 21: it was pressed before, and may still be running
        (
            {
                "code": 21,
                "result": "17",
                "properties": {"status": "SUCCESS", "imageUrl": "https://x"},
            },
            ("17",),
            False,
            False,
        ),
        (
            {
                "code": 21,
                "description": "任务已存在",
                "result": "17",
                "properties": {"status": "IN_PROGRESS", "imageUrl": None},
            },
            ("17",),
            False,
            False,
        ),
    ],
)
def test_a_submission_tells_what_to_follow_and_what_it_waits_for(
    reply: dict[str, Any], ids: tuple[str, ...], needs_modal: bool, queued: bool
) -> None:
    submission = mj.Submission.parse(reply)
    assert submission.task_ids == ids
    assert submission.needs_modal == needs_modal
    assert submission.queued == queued
    assert submission.code == int(reply["code"])


@pytest.mark.parametrize(
    ("reply", "ahead"),
    [
        ({"code": 22, "result": "17", "properties": {"numberOfQueues": 2}}, 2),
        ({"code": 22, "result": "17", "description": "排队中，前面还有3个任务"}, 3),
        ({"code": 1, "result": "17", "description": "In queue, there are 67 tasks ahead"}, 67),
        ({"code": 22, "result": "17", "description": "排队中"}, None),
        ({"code": 1, "result": "17", "description": "提交成功 2025"}, None),
    ],
)
def test_a_queued_task_knows_how_many_are_ahead(reply: dict[str, Any], ahead: int | None) -> None:
    assert mj.Submission.parse(reply).ahead == ahead


@pytest.mark.parametrize(
    ("reply", "ids", "code"),
    [
        (
            {"code": 200, "data": [{"status": "submitted", "task_id": "task_01K"}]},
            ("task_01K",),
            200,
        ),
        ({"success": True, "data": {"code": 1, "result": "171"}}, ("171",), 1),
        ({"success": True, "data": {"code": 22, "result": "171"}}, ("171",), 22),
        ({"code": 1, "result": {"taskId": "12"}}, ("12",), 1),
        ({"code": 1, "result": [{"id": 12}, {"id": 13}]}, ("12", "13"), 1),
        ({"success": True, "data": {"task_id": "12"}}, ("12",), 1),
        ({"code": "success", "data": "12"}, ("12",), 1),
        ({"task_id": "12"}, ("12",), 1),
        ({"code": 1, "result": None, "taskid": "12"}, ("12",), 1),
        ({"code": 1, "result": "", "task_ids": ["12", "13"]}, ("12", "13"), 1),
        ({"code": 1, "TaskID": 12}, ("12",), 1),
        ({"code": 1, "mj_id": "12"}, ("12",), 1),
        ({"code": 1, "data": {"jobId": "12"}}, ("12",), 1),
        ({"code": 1, "id": "12"}, ("12",), 1),
        ({"code": 1, "result": '{"task_id": "12"}'}, ("12",), 1),
        ({"code": 1, "result": {"task": {"id": "12"}}}, ("12",), 1),
        ({"code": 1, "data": "提交成功", "taskId": "12"}, ("12",), 1),
        ({"code": 1, "data": "it was submitted", "id": "12"}, ("12",), 1),
        ({"code": 1, "result": "null"}, (), 1),
        ({"code": 1, "result": 0}, (), 1),
        ({"code": 1, "result": [None, {}]}, (), 1),
        ({"code": "quota", "description": "x"}, (), -1),
        ({}, (), -1),
    ],
)
def test_the_id_of_a_task_that_was_paid_for_is_found_wherever_it_is(
    reply: dict[str, Any], ids: tuple[str, ...], code: int
) -> None:
    submission = mj.Submission.parse(reply)
    assert (submission.task_ids, submission.code) == (ids, code)


@given(
    task_likes
    | st.dictionaries(st.sampled_from(["code", "result", "data", "properties"]), json_values)
)
def test_no_answer_to_a_submission_can_make_parsing_fail(reply: dict[str, Any]) -> None:
    submission = mj.Submission.parse(reply)
    assert all(isinstance(task_id, str) and task_id for task_id in submission.task_ids)


@pytest.mark.parametrize("told", [1.747132423020537e15, "1.747132423020537e15", 1747132423020537])
def test_an_id_that_came_as_a_number_is_written_out(told: object) -> None:
    assert mj.Submission.parse({"code": 1, "result": told}).task_ids == ("1747132423020537",)
