"""What a task is, whoever of the family describes it."""

from __future__ import annotations

import copy
import gc
import json
import pickle
import re
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import bodies
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import mj_widgets as mj
from mj_widgets.models import Status, task_id_from
from mj_widgets.models import task as task_module
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


@pytest.mark.parametrize(
    ("word", "status", "final"),
    [
        ("NOT_START", Status.NOT_START, False),
        ("submitted", Status.SUBMITTED, False),
        ("MODAL", Status.MODAL, False),
        ("in_progress", Status.IN_PROGRESS, False),
        ("processing", Status.IN_PROGRESS, False),
        ("RUNNING", Status.IN_PROGRESS, False),
        ("QUEUED", Status.NOT_START, False),
        ("PENDING", Status.NOT_START, False),
        ("Success", Status.SUCCESS, True),
        ("completed", Status.SUCCESS, True),
        ("FAILURE", Status.FAILURE, True),
        ("failed", Status.FAILURE, True),
        ("CANCEL", Status.CANCEL, True),
        ("cancelled", Status.CANCEL, True),
        ("", "", False),
        (None, "", False),
        ("PAINTING_THE_SKY", "PAINTING_THE_SKY", False),
        (7, "7", False),
    ],
)
def test_a_status_is_known_in_any_case_and_else_stays_the_services_own(
    word: Any, status: str, final: bool
) -> None:
    task = mj.Task.parse({"id": "t", "status": word})
    assert task.status == status
    assert task.is_final is final


@given(st.text())
def test_a_status_never_seen_is_never_final(word: str) -> None:
    task = mj.Task.parse({"id": "t", "status": word})
    plain = re.sub(r"[\s_-]", "", word).upper()
    assert not task.is_final or plain.startswith(("SUCCE", "COMPLETE", "DONE", "FIN", "FAIL"))
    assert task.is_final is (task.status in ("SUCCESS", "FAILURE", "CANCEL"))


def test_right_after_submission_a_gateway_knows_next_to_nothing() -> None:
    task = mj.Task.parse(bodies.JUST_SUBMITTED)
    assert (task.status, task.progress, task.image_url, task.buttons) == ("", None, None, ())
    assert (task.start_time, task.finish_time, task.fail_reason) == (None, None, "")
    assert task.properties == {}


def test_a_reason_is_no_failure_unless_the_status_says_so() -> None:
    task = mj.Task.parse(bodies.PLACEHOLDERS)
    assert (task.status, task.is_final, task.fail_reason) == ("NOT_START", False, "string")
    failed = mj.Task.parse(bodies.FAILED)
    assert (failed.is_final, failed.succeeded) == (True, False)
    assert (failed.progress, failed.fail_reason) == (None, "Invalid Form Body")


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


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("grid", bodies.DMX_GRID),
        ("grid", bodies.NOVICEZK_GRID),
        ("grid", bodies.TRUEAI_GRID),
        ("grid", bodies.RUNNING),
        # the grid of a press is ACTION at one server, VARIATION at another
        ("grid", bodies.DMX_GRID | {"action": "ACTION"}),
        ("grid", bodies.DMX_GRID | {"action": "UPSCALE"}),
        ("grid", bodies.NOVICEZK_GRID | {"action": "variation"}),
        ("grid", {"id": "t", "action": "PIC_READER", "status": "IN_PROGRESS"}),
        ("image", bodies.NOVICEZK_UPSCALE),
        ("image", bodies.PLUS_HD_UPSCALE),
        ("image", bodies.PLUS_HD_UPSCALE | {"buttons": []}),
        ("image", bodies.DMX_GRID | {"action": "UPSCALE", "buttons": []}),
        ("image", bodies.DMX_GRID | {"action": "SWAP_FACE", "buttons": None}),
        # the reroll of one picture is an IMAGINE at trueai's
        ("image", bodies.DMX_GRID | {"buttons": bodies.single_buttons("v5")}),
        ("image", bodies.DMX_GRID | {"buttons": bodies.single_buttons("v6r1")}),
        ("image", bodies.DMX_GRID | {"buttons": bodies.single_buttons("v8")}),
        ("image", {"id": "t", "action": "SOMETHING_NEW"}),
        ("text", bodies.DESCRIBED),
        ("text", bodies.DESCRIBED | {"action": "ACTION"}),
        ("text", bodies.SHORTENED),
        ("text", {"id": "t", "action": "describe"}),
        ("video", bodies.FILM),
        ("video", bodies.FILM | {"videoUrl": None, "videoUrls": None}),
        ("video", {"id": "t", "action": "VIDEO", "imageUrl": "https://x/animated.webp"}),
        ("video", {"id": "t", "action": "ACTION", "imageUrl": "https://x/a.MP4?ex=1&"}),
        ("video", {"id": "t", "action": "SWAP_VIDEO_FACE", "imageUrl": "https://x/a"}),
        ("video", bodies.FILM | {"imageUrl": "https://x/a", "videoUrl": "", "videoUrls": None}),
    ],
)
def test_the_kind_is_told_by_files_and_buttons_before_the_action(
    kind: str, body: dict[str, Any]
) -> None:
    assert mj.Task.parse(body).kind == kind


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
    with pytest.raises(ValueError, match="frozen"):
        task.raw = {}


# -- what a task costs -----------------------------------------------------------------------------


def test_a_finished_task_with_all_it_was_told_is_small() -> None:
    texts = [json.dumps({**bodies.DMX_GRID, "id": f"17{n:014}"}) for n in range(200)]
    for button in mj.Task.parse(texts[0]).buttons:
        assert button.meaning  # the patterns' shared meanings count once
    tracemalloc.start()
    try:
        tasks = [mj.Task.parse(text) for text in texts]
        for task in tasks:
            assert task.kind == "grid"
            assert [button.picks_quadrant for button in task.buttons].count(True) == 4
        gc.collect()
        size = tracemalloc.get_traced_memory()[0] / len(tasks)
    finally:
        tracemalloc.stop()
    assert size < 5_000


def test_what_a_task_is_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(task_module, "kind_of", lambda **_: calls.append("kind") or "grid")
    task = mj.Task.parse(bodies.DMX_GRID)
    assert (task.kind, task.kind, calls) == ("grid", "grid", ["kind"])


def test_what_was_worked_out_is_no_part_of_the_task() -> None:
    fresh, used = mj.Task.parse(bodies.DMX_GRID), mj.Task.parse(bodies.DMX_GRID)
    assert used.kind == "grid"
    assert used.buttons[0].meaning
    assert used == fresh
    assert used.buttons == fresh.buttons
    assert hash(used.buttons) == hash(fresh.buttons)
    assert repr(used.buttons) == repr(fresh.buttons)
    assert used.model_dump() == fresh.model_dump()
    assert used.model_dump_json() == fresh.model_dump_json()
    assert "kind" not in used.model_dump()
    for copied in (copy.copy(used), copy.deepcopy(used), pickle.loads(pickle.dumps(used))):
        assert copied == fresh
        assert copied.kind == "grid"


def test_the_variables_of_a_task_are_a_row_of_a_table() -> None:
    task = mj.Task.parse(bodies.DMX_GRID)
    assert task.kind == "grid"
    row = vars(task)
    assert list(row) == list(mj.Task.model_fields)
    assert row["raw"] == bodies.DMX_GRID
    assert row["properties"]["finalPrompt"] == task.final_prompt
    assert repr(row["properties"]) == repr(task.properties)
    assert dict(row["raw"]) == bodies.DMX_GRID


def test_a_changed_copy_is_looked_at_again() -> None:
    task = mj.Task.parse(bodies.DMX_GRID)
    assert task.kind == "grid"
    assert task.model_copy(update={"video_urls": ("https://x/1.mp4",)}).kind == "video"
    assert task.model_copy(update={"raw": {"parentId": "16"}}).parent_id == "16"


def test_a_dump_tells_all_in_plain_values() -> None:
    task = mj.Task.parse(bodies.DMX_GRID)
    dump = task.model_dump()
    assert dump["raw"] == bodies.DMX_GRID
    assert dump["properties"] == bodies.DMX_GRID["properties"]
    assert dump["buttons"][0] == {
        "custom_id": f"MJ::JOB::upsample::1::{bodies.HASH}",
        "label": "U1",
        "emoji": "",
        "type": 2,
        "style": 2,
        "change": None,
    }
    assert task.model_fields_set == set(mj.Task.model_fields)
    assert mj.Task.model_json_schema()["properties"]["raw"]["type"] == "object"
    read = json.loads(task.model_dump_json(exclude={"raw"}))
    assert "raw" not in read
    assert [button["label"] for button in read["buttons"]] == [b.label for b in task.buttons]


def test_what_is_done_to_what_was_told_does_not_change_the_task() -> None:
    task = mj.Task.parse(bodies.DMX_GRID)
    task.raw["buttons"].clear()
    task.properties.clear()
    assert task.raw == bodies.DMX_GRID
    assert task.properties == bodies.DMX_GRID["properties"]


def test_a_mapping_that_is_no_json_stays_as_it_is() -> None:
    told = {
        "id": "17",
        "status": "SUCCESS",
        "size": (4, 3),
        "at": datetime(2025, 5, 13, tzinfo=UTC),
    }
    assert mj.Task.parse(told).raw == told


def test_the_order_of_what_was_told_makes_no_other_task() -> None:
    turned = dict(reversed(bodies.DMX_GRID.items()))
    assert mj.Task.parse(turned) == mj.Task.parse(bodies.DMX_GRID)
    assert mj.Task.parse(bodies.DMX_GRID | {"seed": 1}) != mj.Task.parse(bodies.DMX_GRID)


# -- submissions ---------------------------------------------------------------------------------


# -- the link's end ------------------------------------------------------------------------------


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
