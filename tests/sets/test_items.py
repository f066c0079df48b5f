"""Tasks and single pictures of them as whole numbers."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libraries import FIRST, SERVICE, fill

from mj_widgets.archive import Library
from mj_widgets.archive.filter import Filter
from mj_widgets.archive.marks import Spot
from mj_widgets.sets.items import item_of, items_of, parts_of, possible
from mj_widgets.sets.members import MOST, Members


@given(st.integers(1, MOST), st.integers(0, 31))
def test_an_item_is_a_number_of_four_bytes_that_tells_both(number: int, quadrant: int) -> None:
    item = item_of(number, quadrant)
    assert item < 1 << 32
    assert parts_of(item) == (number, quadrant)


def test_single_pictures_are_filtered_one_by_one_in_the_order_of_the_tasks(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    fill(library, 3, side=64)
    library.marks.change([Spot(SERVICE, str(FIRST + 1), 4)], rating=5)
    library.marks.change([Spot(SERVICE, str(FIRST))], rating=4)
    members = Members(library, array("I", [3, 2, 1]))

    assert [*items_of(members, Filter(), "task")] == [item_of(n) for n in (3, 2, 1)]
    assert len(items_of(members, Filter(), "picture")) == 12
    rated = [parts_of(item) for item in items_of(members, Filter(rating=4), "picture")]
    assert rated == [(2, 4), (1, 1), (1, 2), (1, 3), (1, 4)]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "Give 0."),
        (1, "Give 1, or 0 for the whole."),
        (4, "Give 1 to 4, or 0 for the whole."),
    ],
)
def test_a_picture_that_is_not_there_is_answered_with_those_that_are(
    count: int, words: str
) -> None:
    assert possible(count) == words
