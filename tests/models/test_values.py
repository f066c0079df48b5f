"""Times, numbers and links, however a service writes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import bodies
import pytest

import mj_widgets as mj


@pytest.mark.parametrize("key", ["imageUrl", "image_url", "grid_image_url", "imageUrls"])
@pytest.mark.parametrize("shape", [lambda u: u, lambda u: [u], lambda u: [{"url": u}]])
def test_the_picture_is_found_under_every_spelling(key: str, shape: Any) -> None:
    task = mj.Task.parse({"id": "t", key: shape(bodies.PICTURE)})
    assert task.image_url == bodies.PICTURE


def test_an_empty_link_is_no_link_and_the_next_spelling_counts() -> None:
    assert mj.Task.parse({"status": "SUCCESS", "imageUrl": ""}).image_url is None
    task = mj.Task.parse({"imageUrl": "", "image_url": None, "image_urls": ["https://x/1.png"]})
    assert task.image_url == "https://x/1.png"


def test_seconds_and_milliseconds_are_the_same_time() -> None:
    in_seconds = mj.Task.parse({"id": "t", "submit_time": 1747132423})
    in_millis = mj.Task.parse({"id": "t", "submitTime": 1747132423000})
    as_text = mj.Task.parse({"id": "t", "submitTime": "1747132423000"})
    as_iso = mj.Task.parse({"id": "t", "submitTime": "2025-05-13T18:33:43+08:00"})
    assert in_seconds.submit_time == datetime(2025, 5, 13, 10, 33, 43, tzinfo=UTC)
    assert in_seconds.submit_time == in_millis.submit_time
    assert in_seconds.submit_time == as_text.submit_time == as_iso.submit_time


@pytest.mark.parametrize("value", [0, "", None, -5, "soon", [], {}, True, 1e300, "NaN"])
def test_a_time_that_is_none_is_none(value: Any) -> None:
    task = mj.Task.parse({"status": "x", "submitTime": value, "startTime": value})
    assert (task.submit_time, task.queue_seconds) == (None, None)


@pytest.mark.parametrize(
    ("value", "progress"),
    [
        ("0%", 0),
        ("46%", 46),
        (" 46 % ", 46),
        (46, 46),
        (46.4, 46),
        ("100%", 100),
        ("250%", 100),
        (-3, 0),
        ("", None),
        (None, None),
        ("Waiting to start", None),
        ("paused", None),
        ("string", None),
        ("nan", None),
        ("46% (fast)", 46),
        ("(46%)", 46),
        ("46％", 46),
        ("４６％", 46),
        ("46,5 %", 46),
        ("46 (relaxed)", 46),
        ("46/100", 46),
        ("12 of 24", 50),
        ("about 46 percent", 46),
        ("已完成46%", 46),
        ("-5%", 0),
        (0.46, 46),
        ("0.4%", 0),
        ("3 minutes", None),
        (True, None),
        ([46], None),
    ],
)
def test_progress_is_0_to_100_or_unknown(value: Any, progress: int | None) -> None:
    assert mj.Task.parse({"id": "t", "progress": value}).progress == progress


@pytest.mark.parametrize("name", ["url", "imageDcUrl"])
def test_an_unusual_name_of_the_picture_is_a_last_resort(name: str) -> None:
    other = "https://other.example/a.png"
    assert mj.Task.parse(bodies.RUNNING | {name: other}).image_url == other
    assert mj.Task.parse(bodies.DMX_GRID | {name: other}).image_url == bodies.PICTURE


@pytest.mark.parametrize(
    ("query", "until"),
    [
        ("?ex=f4865700&is=5e0be100&hm=ab&", datetime(2100, 1, 1, tzinfo=UTC)),
        ("?is=5e0be100&ex=f4865700", datetime(2100, 1, 1, tzinfo=UTC)),
        ("?ex=tomorrow", None),
        ("?ex=f48657001", None),
        ("?index=f4865700", None),
        ("", None),
    ],
)
def test_a_signed_link_says_until_when_it_works(query: str, until: datetime | None) -> None:
    url = f"https://cdn.example/a.png{query}"
    assert mj.Task.parse({"id": "17", "imageUrl": url}).link_expires == until


@pytest.mark.parametrize(
    ("told", "task_id"),
    [
        ("17", "17"),
        (17, "17"),
        (1.747132423020537e15, "1747132423020537"),
        ("1.747132423020537e15", "1747132423020537"),
        ("1.747E+15", "1747000000000000"),
        (17.0, "17"),
        ("0017", "0017"),
        ("12e4567890abcdef", "12e4567890abcdef"),
        ("1e5", "1e5"),
        ("1.5e0", "1.5e0"),
        (True, ""),
    ],
)
def test_an_id_is_written_out_as_a_person_would(told: Any, task_id: str) -> None:
    assert mj.Task.parse({"id": told, "status": "SUCCESS"}).id == task_id
    assert mj.Task.parse({"taskId": told, "status": "SUCCESS"}).id == task_id


SENTENCE = "The prompt is too long"


@pytest.mark.parametrize(
    "reason",
    [
        SENTENCE,
        {"message": SENTENCE},
        {"code": "invalid_parameter", "message": SENTENCE},
        {"code": 4, "description": SENTENCE, "result": None},
        {"error": {"message": SENTENCE, "type": "upstream_error"}},
        {"data": {"errors": [{"msg": SENTENCE}]}},
        {"error_message": SENTENCE},
        {"Detail": SENTENCE},
        [{"message": SENTENCE}],
        [SENTENCE, SENTENCE],
        {"code": 4, "what": {"so": SENTENCE}},
    ],
)
def test_a_reason_is_its_sentence_whatever_it_is_packed_in(reason: Any) -> None:
    for told in (reason, json.dumps(reason) if not isinstance(reason, str) else reason):
        task = mj.Task.parse({"id": "17", "status": "FAILURE", "failReason": told})
        assert task.fail_reason == SENTENCE
        assert str(mj.TaskFailed(task)) == f"Task 17 failed (“{SENTENCE}”)."


def test_a_reason_that_says_nothing_is_none_and_half_a_json_stays() -> None:
    for reason, said in (({}, ""), ([], ""), ({"code": 4}, ""), ('{"half', '{"half')):
        assert mj.Task.parse({"id": "17", "failReason": reason}).fail_reason == said
