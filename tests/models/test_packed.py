"""Mappings that are kept small: whatever goes in comes out."""

from __future__ import annotations

import sys
from typing import Any

import bodies
from hypothesis import example, given
from hypothesis import strategies as st

from mj_widgets.models.packed import Packed, packed, unpacked

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text() | st.integers(), values, max_size=4))
@example({"a": float("nan")})
@example({"\ud800": "\udfff"})
@example({1: "whole numbers are no names in JSON"})
@example({"a": (1, 2)})
def test_every_mapping_comes_back_as_it_was(mapping: dict[Any, Any]) -> None:
    before = repr(mapping)  # which tells NaN from NaN, 1 from 1.0 and a tuple from a list
    assert repr(unpacked(packed(mapping))) == before


def test_a_number_that_python_does_not_write_stays_as_it_is() -> None:
    huge = {"a": 10**5000}
    assert packed(huge) is huge


def test_what_has_no_end_stays_as_it_is() -> None:
    round_in_circles: dict[str, Any] = {}
    round_in_circles["a"] = round_in_circles
    assert packed(round_in_circles) is round_in_circles


def test_what_is_packed_is_small_and_each_look_is_a_copy() -> None:
    small = packed(bodies.DMX_GRID)
    assert isinstance(small, Packed)
    assert sys.getsizeof(small._data) < 1000
    small.unpacked()["buttons"].clear()
    assert small == bodies.DMX_GRID
    assert len(small) == len(bodies.DMX_GRID)
    assert list(small) == list(bodies.DMX_GRID)
    assert small["status"] == "SUCCESS"
    assert small.get("nothing") is None


def test_two_are_equal_whatever_the_order_of_their_keys() -> None:
    assert packed({"a": 1, "b": 2}) == packed({"b": 2, "a": 1})
    assert packed({"a": 1}) != packed({"a": 2})
    assert packed({"a": 1}) != "a"
