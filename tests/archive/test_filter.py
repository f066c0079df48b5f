"""Which tasks a person wants, as it is said, and what is no such wish."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mj_widgets.archive import Library
from mj_widgets.archive.filter import Filter
from mj_widgets.archive.marks import Spot
from mj_widgets.errors import MjError

from .support import FINISHED, PNG, SERVICE, task

DAY = 24 * 3600 * 1000


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    """Five tasks, of which two are marked."""
    library = Library(tmp_path / "library")
    told: list[dict[str, Any]] = [
        {"task_id": "1", "prompt": "a red fox --ar 16:9 --s 250"},
        {"task_id": "2", "prompt": "a blue fox --aspect 3:2", "finishTime": FINISHED + DAY},
        {"task_id": "3", "prompt": "an owl --no snow, ice --raw --mystery 7"},
        {"task_id": "4", "prompt": "a fox", "status": "FAILURE", "failReason": "out of credit"},
        {"task_id": "5", "prompt": "1. a fox", "action": "DESCRIBE"},
    ]
    for fields in told:
        library.save(task(**fields), [PNG], service=SERVICE)
    library.marks.change([Spot(SERVICE, "1", 2)], rating=4)
    library.marks.change([Spot(SERVICE, "2")], rating=2, flag="pick")
    library.marks.change([Spot(SERVICE, "3", number) for number in (1, 2, 3, 4)], flag="reject")
    library.marks.change([Spot(SERVICE, "4", 1)], flag="reject")
    return library


def ids(library: Library, **wanted: Any) -> str:
    numbers = library.catalogue.numbers(Filter.of(**wanted), "time")
    spots = library.catalogue.spots(numbers)
    return " ".join(sorted(spots[number].task_id for number in numbers))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "1 2 3 4 5"),
        ({"text": "fox"}, "1 2 4 5"),
        ({"text": "fox", "status": "success", "kind": "grid"}, "1 2"),
        ({"status": ["FAILURE", "CANCEL"]}, "4"),
        ({"kind": ("text", "video")}, "5"),
        ({"rating": 2}, "1 2"),
        ({"rating": 4}, "1"),
        ({"rating": 0}, "3 4 5"),
        ({"flag": "pick"}, "2"),
        ({"flag": "reject"}, "3"),
        ({"flag": ""}, "1 4 5"),
        ({"since": "2025-10-10"}, "2"),
        ({"until": "2025-10-09"}, "1 3 4 5"),
        ({"since": date(2025, 10, 9), "until": date(2025, 10, 10)}, "1 2 3 4 5"),
        ({"since": datetime.fromtimestamp(FINISHED / 1000 + 1, UTC)}, "2"),
        ({"parameters": {"ar": "16:9"}}, "1"),
        ({"parameters": {"aspect": ["16:9", "3:2"]}}, "1 2"),
        ({"parameters": {"s": 250}}, "1"),
        ({"parameters": {"--no": "ice"}}, "3"),
        ({"parameters": {"raw": True}}, "3"),
        ({"parameters": {"raw": False}}, "1 2 4 5"),
        ({"parameters": {"mystery": 7}}, "3"),
        ({"parameters": {"s": 250.0}}, "1"),
        ({"parameters": {"s": np.int64(250)}}, "1"),
        ({"parameters": {"s": np.array([50, 250])}}, "1"),
        ({"parameters": {"mystery": [np.float64(7.0), "9"]}}, "3"),
        ({"parameters": {"raw": np.bool_(True)}}, "3"),
        ({"parameters": {"ar": 16}}, ""),
        ({"rating": np.int64(4)}, "1"),
        ({"parameters": {"ar": None}, "text": "fox"}, "4 5"),
    ],
)
def test_a_wish_finds_its_tasks(shelf: Library, wanted: dict[str, Any], found: str) -> None:
    assert ids(shelf, **wanted) == found


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"kind": "grids"}, "'grids' is no kind. Give one of: grid, image, text, video."),
        ({"rating": 9}, "9 is no rating. Give 1 to 5, or 0 for none."),
        ({"flag": "best"}, "'best' is no flag. Give"),
        ({"since": "tomorrow"}, "'tomorrow' is no day. Give a day such as"),
        ({"until": 7}, "7 is no day"),
        ({"text": 7}, "7 is no text to look for"),
        ({"status": 7}, "7 is no status"),
        (
            {"status": "done"},
            "'DONE' is no status, and no task here has it. Give one of: NOT_START",
        ),
        ({"status": ["SUCCESS", "FAILED"]}, "'FAILED' is no status"),
        ({"parameters": {"colour": "red"}}, "Nobody knows the filter colour, and no prompt here"),
        ({"parameters": {"s": {}}}, "{} is no value of --s"),
        ({"parameters": {"s": math.nan}}, "nan is no value of --s. Give a text or number, or None"),
    ],
)
def test_what_is_no_wish_is_refused_in_one_line(
    shelf: Library, wanted: dict[str, Any], said: str
) -> None:
    with pytest.raises(MjError) as caught:
        ids(shelf, **wanted)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_row_that_was_harmed_has_no_parameters(shelf: Library) -> None:
    with shelf._database.writing() as connection:
        connection.execute("UPDATE tasks SET parameters = '{' WHERE id = '1'")
    assert ids(shelf, parameters={"ar": "3:2"}) == "2"
