"""What the id of a task looks like, and what is never taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_widgets.models import is_task_id, task_id_from
from mj_widgets.models.ids import id_of

REAL = [
    "1747132423020537",
    "0741798445574458",
    "5f0c1d3e-8f0b-4b52-a1c8-0d7f6f3a9e10",
    "5f0c1d3e8f0b4b52a1c80d7f6f3a9e10",
    "task_01K5ZQ0XN7",
    "task-mj-abc123",
]


@pytest.mark.parametrize("task_id", REAL)
def test_the_ids_of_all_services_are_ids(task_id: str) -> None:
    assert is_task_id(task_id)
    assert id_of(task_id) == task_id_from(task_id) == task_id


NO_IDS = [
    "1795000000001\n!touch x #",
    "17 18",
    "-x",
    "--wait",
    "../17",
    "~/17",
    "$HOME",
    "{17}",
    "17;ls",
    "`ls`",
    "17\x1b",
    "\u0661\u0667",
    "",
    "https://x.example/17",
    "x" * 129,
]


@pytest.mark.parametrize("text", NO_IDS)
def test_what_is_no_word_of_its_own_is_no_id(text: str) -> None:
    assert not is_task_id(text)
    assert id_of(text) == ""


@pytest.mark.parametrize("value", [1747132423020537, 1.747132423020537e15, " 1747132423020537 "])
def test_a_number_is_read_as_a_person_would(value: object) -> None:
    assert id_of(value) == "1747132423020537"


@pytest.mark.parametrize("value", [None, True, [17], {"id": 17}, 1.5, float("inf"), float("nan")])
def test_what_is_no_text_and_no_whole_number_is_none(value: object) -> None:
    assert id_of(value) == ""


@pytest.mark.parametrize("typed", ["1.747132423020537e15", "'1.747132423020537E+15'"])
def test_an_id_that_a_spreadsheet_has_made_a_float_of_can_be_pasted(typed: str) -> None:
    assert task_id_from(typed) == "1747132423020537"


@given(st.text())
def test_an_id_needs_no_quoting_anywhere(text: str) -> None:
    if is_task_id(text):
        assert text.isascii()
        assert not set(text) & set(" \n\r\t\0/\\\"'`$;&|<>(){}[]*?!#%,=")
        assert text[0] not in "-~."
