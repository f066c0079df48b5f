"""What a step is called that is no button of the service."""

from __future__ import annotations

from typing import get_args

import pytest

from mj_widgets.models.step import Step, number_in, numbered


@pytest.mark.parametrize("step", get_args(Step))
def test_a_step_tells_the_picture_that_it_goes_on_from(step: Step) -> None:
    assert numbered(step, 12) == f"{step} 12"
    assert number_in(numbered(step, 12)) == 12
    assert number_in(step) is None


@pytest.mark.parametrize(
    "name", ["", "U2", "Edit 0", "Edit 123", "Edit  2", "Animate (2)", "edit 2"]
)
def test_what_is_no_step_has_no_number(name: str) -> None:
    assert number_in(name) is None
