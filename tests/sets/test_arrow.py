"""Tables: what a row says, and that every program sees the same columns of the same types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from mj_widgets.archive import Library
from mj_widgets.archive.marks import Spot
from mj_widgets.models.prompt import KNOWN, shortest_name
from mj_widgets.sets.arrow import (
    PICTURE_COLUMNS,
    TASK_COLUMNS,
    arrow_stream,
    arrow_table,
    picture_table,
)

from .support import HEIGHT, PARTS, SERVICE, SUBMITTED, WIDTH, numbers

ENDED = datetime.fromtimestamp(SUBMITTED / 1000, UTC)


class Streamed:
    """What has nothing but Arrow's stream, as a set of tasks does."""

    def __init__(self, library: Library, chosen: list[int]) -> None:
        self._library, self._chosen = library, chosen

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return arrow_stream(self._library, self._chosen, requested_schema)


def rows(library: Library) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in arrow_table(library, numbers(library)).to_pylist()}


# -- what a row says -----------------------------------------------------------------------------


def test_a_row_says_all_that_is_known_of_a_grid(library: Library) -> None:
    row = rows(library)["grid"]
    assert {name: value for name, value in row.items() if value not in (None, False, "")} == {
        "service": SERVICE,
        "id": "grid",
        "prompt": "a red fox",
        "full_prompt": "a red fox  --ar 16:9 --s 250 --raw --v 6.1 --no text, frame --odd 7",
        "ar": "16:9",
        "s": 250,
        "raw": True,
        "v": 6.1,
        "no": "text, frame",
        "unknown": "--odd 7",
        "status": "SUCCESS",
        "kind": "grid",
        "rating": 4,
        "flag": "pick",
        "pictures": 4,
        "path": str(library.search("grid")[0].files[0].path),
        "width": WIDTH,
        "height": HEIGHT,
        "submitted": ENDED - timedelta(seconds=5),
        "started": ENDED - timedelta(seconds=1),
        "finished": ENDED,
        "saved": row["saved"],
        "queue_seconds": 4.0,
        "run_seconds": 1.0,
        "seed": 42,
    }
    assert abs(row["saved"] - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_picture_of_a_grid_says_where_it_comes_from(library: Library) -> None:
    row = rows(library)["one"]
    assert (row["parent"], row["button"], row["kind"]) == ("grid", "U1", "image")
    assert (row["seed"], row["pictures"]) == (7, 1)


def test_a_failure_says_why_and_has_no_file(library: Library) -> None:
    row = rows(library)["failed"]
    assert (row["status"], row["reason"]) == ("FAILURE", "banned")
    unknown = ("path", "width", "height", "finished", "run_seconds", "seed", "ar", "s")
    assert [row[name] for name in unknown] == [None] * len(unknown)
    assert (row["rating"], row["flag"], row["raw"], row["unknown"]) == (0, "", False, "")


def test_a_parameter_without_a_value_is_not_one_that_was_not_given(library: Library) -> None:
    assert (rows(library)["parts"]["p"], rows(library)["grid"]["p"]) == ("", None)


def test_a_value_that_does_not_fit_its_column_is_not_lost(library: Library) -> None:
    row = rows(library)["parts"]
    assert (row["v"], row["unknown"]) == (None, "--v seven")


def test_every_documented_parameter_is_a_column_under_its_shortest_name() -> None:
    assert {shortest_name(name) for name in KNOWN} <= TASK_COLUMNS.keys()


def test_tasks_come_in_the_order_asked_for_and_deleted_ones_are_left_out(library: Library) -> None:
    chosen = numbers(library, "text", "grid", "one", "parts")
    library.delete("one")
    table = arrow_table(library, chosen)
    assert table["id"].to_pylist() == ["text", "grid", "parts"]


@pytest.mark.parametrize("column", ["submit_time", "saved_at", "parameters", "seed", "prompt"])
def test_a_harmed_row_is_a_row(library: Library, column: str) -> None:
    with library._database.writing() as connection:
        connection.execute(f"UPDATE tasks SET {column} = 'half {{'")
    assert arrow_table(library, numbers(library)).num_rows == 5


def test_a_flag_of_the_whole_and_of_all_its_pictures_is_the_same(library: Library) -> None:
    assert (rows(library)["parts"]["flag"], rows(library)["parts"]["rating"]) == ("reject", 2)
    library.marks.change([Spot(SERVICE, "grid", n) for n in (1, 2, 3, 4)], flag="reject")
    assert rows(library)["grid"]["flag"] == "reject"


# -- a row a picture -----------------------------------------------------------------------------


def test_a_picture_has_its_own_rating_else_that_of_the_whole(library: Library) -> None:
    table = picture_table(library, numbers(library, "grid", "parts")).to_pylist()
    said = [(row["id"], row["quadrant"], row["rating"], row["flag"]) for row in table]
    assert said[:4] == [
        ("grid", 1, 0, ""),
        ("grid", 2, 4, "pick"),
        ("grid", 3, 0, ""),
        ("grid", 4, 0, ""),
    ]
    assert said[4:] == [("parts", n, 2, "reject") for n in (1, 2, 3, 4)]


def test_a_picture_is_a_file_of_its_own_or_a_quarter_of_the_grid(library: Library) -> None:
    table = picture_table(library, numbers(library, "grid", "parts", "one")).to_pylist()
    grid, parts, one = table[:4], table[4:8], table[8:]
    sheet = str(library.search("grid")[0].files[0].path)
    assert [(row["path"], row["sheet"]) for row in grid] == [(None, sheet)] * 4
    assert {(row["width"], row["height"]) for row in grid} == {(WIDTH // 2, HEIGHT // 2)}
    files = library.search("parts")[0].files
    assert len(files) == len(PARTS)
    assert [row["path"] for row in parts] == [str(file.path) for file in files]
    assert [row["width"] for row in parts] == [20, 21, 22, 23]
    assert [(row["quadrant"], row["width"], row["sheet"]) for row in one] == [(1, WIDTH, None)]


def test_what_failed_has_no_pictures_and_a_text_has_none(library: Library) -> None:
    assert picture_table(library, numbers(library, "failed", "text")).num_rows == 0


# -- every program -------------------------------------------------------------------------------

FRAMES: dict[str, Callable[[Any], Any]] = {
    "pyarrow": lambda tasks: pa.table(tasks).schema,
    "polars": lambda tasks: pl.DataFrame(tasks).schema,
    "pandas": lambda tasks: pd.DataFrame.from_arrow(tasks).dtypes.to_dict(),
    "duckdb": lambda tasks: duckdb.from_arrow(pa.table(tasks)).dtypes,
}
CHOSEN = {"none": [], "one": ["grid"], "failures": ["failed"], "a text": ["text"]}


@pytest.mark.parametrize("chosen", CHOSEN)
@pytest.mark.parametrize("program", FRAMES)
def test_a_column_has_one_type_whatever_is_in_it(
    library: Library, program: str, chosen: str
) -> None:
    types = FRAMES[program]
    some = numbers(library, *CHOSEN[chosen]) if CHOSEN[chosen] else []
    assert types(Streamed(library, some)) == types(Streamed(library, numbers(library)))


def test_every_program_takes_the_stream(library: Library) -> None:
    tasks = Streamed(library, numbers(library))
    names = list(TASK_COLUMNS)
    assert pa.table(tasks).column_names == names
    assert pl.DataFrame(tasks).columns == names
    assert list(pd.DataFrame.from_arrow(tasks).columns) == names
    counted = duckdb.sql("SELECT kind, count(*) FROM tasks GROUP BY kind ORDER BY kind")
    assert counted.fetchall() == [("grid", 3), ("image", 1), ("text", 1)]


def test_a_stream_may_be_read_more_than_once(library: Library) -> None:
    tasks = Streamed(library, numbers(library))
    assert pl.DataFrame(tasks).equals(pl.DataFrame(tasks), null_equal=True)


def test_a_table_of_pictures_has_the_columns_of_its_tasks_too() -> None:
    assert TASK_COLUMNS.items() <= PICTURE_COLUMNS.items()
    assert PICTURE_COLUMNS.keys() - TASK_COLUMNS.keys() == {"quadrant", "sheet"}
