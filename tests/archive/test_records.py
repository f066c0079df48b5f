"""What is known of a kept task: all of it, and what is left where something was harmed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mj_widgets.archive import Library
from mj_widgets.models import Task

from .support import FINISHED, PNG, SERVICE, task


def test_a_task_comes_back_whole(library: Library) -> None:
    before = datetime.now(UTC)
    sent = task(
        prompt="a red fox --ar 16:9 --no text, frame --tile",
        submitTime=FINISHED - 60_000,
        buttons=[{"customId": "MJ::JOB::upsample::1", "label": "U1"}],
        ofTheService={"deep": [1, None, "狐", "\ud800", 10**30]},
    )
    saved = library.save(sent, [PNG], service=SERVICE, parent="16", button="V2")
    record = library.get("17", SERVICE)
    assert record == saved
    assert record.task == sent
    assert record.task.raw == sent.raw
    assert (record.service, record.parent, record.button) == (SERVICE, "16", "V2")
    assert record.parameters == {"ar": "16:9", "no": ("text", "frame"), "tile": True}
    assert before <= record.saved_at <= datetime.now(UTC)
    assert record.saved_at.utcoffset() == timedelta(0)


def test_a_record_is_told_on_a_short_line(library: Library) -> None:
    saved = library.save(
        task(prompt="a red\nfox " * 30), [PNG], service=SERVICE, parent="16", button="V2"
    )
    assert repr(saved).startswith("<Record 17: grid, SUCCESS, 'a red fox a red fox ")
    assert repr(saved).endswith("…', V2 of 16, 17.png>")
    assert len(repr(saved)) < 120


@pytest.mark.parametrize("raw", [{}, {"foo": 1}])
def test_a_task_that_no_service_described_comes_back(library: Library, raw: dict[str, int]) -> None:
    made = Task(id="17", prompt="a fox", status="SUCCESS", finish_time=FINISHED, raw=raw)
    library.save(made, service=SERVICE)
    record = library.get("17")
    assert record
    assert record.task.model_copy(update={"raw": raw}) == made


@pytest.mark.parametrize("raw", ["", '{"id": "17"', "[1, 2]"])
def test_of_a_task_whose_answer_was_harmed_the_prompt_and_the_files_are_left(
    library: Library, raw: str
) -> None:
    library.save(task(), [PNG], service=SERVICE)
    with library._database.writing() as connection:
        connection.execute("UPDATE tasks SET raw = ?", (raw,))
    record = library.get("17")
    assert record
    assert (record.task.id, record.task.prompt) == ("17", "a red fox")
    assert record.task.succeeded
    assert record.read() == (PNG,)
    assert library.search("fox") == [record]


@pytest.mark.parametrize("column", ["parameters", "saved_at"])
def test_a_harmed_column_costs_no_more_than_itself(library: Library, column: str) -> None:
    library.save(task(prompt="a red fox --ar 16:9"), [PNG], service=SERVICE)
    with library._database.writing() as connection:
        connection.execute(f"UPDATE tasks SET {column} = 'harmed'")
    [record] = library.search("fox")
    assert record.read() == (PNG,)
    assert record.parameters == ({} if column == "parameters" else {"ar": "16:9"})
    assert record.saved_at.tzinfo is not None
