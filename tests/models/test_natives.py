"""What tables give, as Python's own numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mj_widgets.models.natives import native


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (np.int64(50), 50),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (7, 7),
        ("7", "7"),
        (None, None),
    ],
)
def test_a_number_of_a_table_is_one_of_pythons(given: Any, same: object) -> None:
    found = native(given)
    assert found == same
    assert type(found) is type(same) or isinstance(found, type(same))


def test_what_is_many_stays_as_it_is() -> None:
    many = np.array([50])
    assert native(many) is many
