"""Where a task stands, whatever word a service has for it."""

from __future__ import annotations

from typing import Any

import bodies
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mj_widgets as mj
from mj_widgets.models import Status


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
    known = {*Status.__members__, "COMPLETED", "FAILED", "CANCELLED", "CANCELED"}
    task = mj.Task.parse({"id": "t", "status": word})
    assert not task.is_final or word.strip().upper() in known


def test_a_reason_is_no_failure_unless_the_status_says_so() -> None:
    task = mj.Task.parse(bodies.PLACEHOLDERS)
    assert (task.status, task.is_final, task.fail_reason) == ("NOT_START", False, "string")
    failed = mj.Task.parse(bodies.FAILED)
    assert (failed.is_final, failed.succeeded) == (True, False)
    assert (failed.progress, failed.fail_reason) == (None, "Invalid Form Body")
