"""Data frames: the same types from one library to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd
import pytest

from mj_widgets.archive import Library
from mj_widgets.sets.frames import quadrants_frame, to_frame

from .support import SERVICE, numbers, task

MAKERS = [to_frame, quadrants_frame]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("chosen", [[], ["grid"], ["failed"], ["failed", "text"]])
def test_a_column_has_one_type_whatever_is_in_it(
    library: Library,
    make: Callable[[Library, Iterable[int]], pd.DataFrame],
    chosen: list[str],
) -> None:
    some = make(library, numbers(library, *chosen) if chosen else [])
    every = make(library, numbers(library))
    assert some.dtypes.to_dict() == every.dtypes.to_dict()
    assert pd.concat([some, every]).dtypes.to_dict() == every.dtypes.to_dict()


def test_types_are_those_that_know_what_is_missing(library: Library) -> None:
    types = to_frame(library, numbers(library)).dtypes.astype(str)
    assert types["submitted"] == types["saved"] == "datetime64[us, UTC]"
    assert (types["width"], types["s"], types["seed"]) == ("Int64", "Int64", "Int64")
    assert (types["v"], types["queue_seconds"]) == ("Float64", "Float64")
    assert (types["raw"], types["ar"], types["path"]) == ("boolean", "string", "string")
    assert {types["status"], types["kind"], types["flag"]} == {"category"}


def test_a_frame_answers_questions(library: Library) -> None:
    frame = to_frame(library, numbers(library))
    assert list(frame[frame["rating"] >= 4]["id"]) == ["grid"]
    assert list(frame[frame["raw"] & (frame["v"] > 6)]["id"]) == ["grid"]
    pictures = quadrants_frame(library, numbers(library))
    assert list(pictures[pictures["flag"] == "pick"]["quadrant"]) == [2]


def test_a_status_of_the_services_own_is_a_category_too(library: Library) -> None:
    library.save(task("odd", "a fox", status="MOULTING"), service=SERVICE)
    frame = to_frame(library, numbers(library, "odd"))
    assert list(frame["status"]) == ["MOULTING"]
