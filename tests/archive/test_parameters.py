"""Parameters as columns: what is read, and what is left."""

from __future__ import annotations

import json

import pytest

from mj_widgets.archive.parameters import TYPES, columns_of, seed_of
from mj_widgets.models.prompt import parse_prompt


def columns(prompt: str) -> dict[str, object]:
    """What a prompt's parameters are as columns, without those that are not there."""
    kept = json.dumps(parse_prompt(prompt).parameters)
    return {
        name: value
        for name, (value,) in columns_of([kept]).items()
        if value not in (None, False) and (name, value) != ("unknown", "")
    }


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("a fox", {}),
        ("a fox --chaos 20 --v 6.1 --q .5", {"c": 20, "v": 6.1, "q": 0.5}),
        ("a fox --sref 123 456 --no text, frame", {"sref": "123 456", "no": "text, frame"}),
        ("a fox --tile --p", {"tile": True, "p": ""}),
        ("a fox --s 50.0 --w 1.5", {"s": 50, "unknown": "--w 1.5"}),
        ("a fox --c high --seed", {"unknown": "--c high --seed"}),
        ("a fox --s 99999999999999999999", {"unknown": "--s 99999999999999999999"}),
        ("a fox --s nan --v inf", {"unknown": "--s nan --v inf"}),
        ("a fox --s ٢٥", {"unknown": "--s ٢٥"}),
        ("a fox --mystery 7 --odd", {"unknown": "--mystery 7 --odd"}),
    ],
)
def test_a_value_stands_in_its_column_or_as_it_was_given(
    prompt: str, said: dict[str, object]
) -> None:
    assert columns(prompt) == said


@pytest.mark.parametrize("harmed", ["", "half {", "[]", "7", "null", None, "[" * 100_000])
def test_harmed_parameters_are_none(harmed: str | None) -> None:
    said = columns_of([harmed])
    assert all(not value for (value,) in said.values())
    assert said.keys() == {*TYPES, "unknown"}


@pytest.mark.parametrize("value", [None, 7, 7.5, {"a": 1}, ["a", 1], False])
def test_what_the_library_never_writes_raises_nothing(value: object) -> None:
    for name in ("s", "raw", "no", "v"):
        columns_of([json.dumps({name: value})])


def test_the_seed_that_the_service_told_counts() -> None:
    assert (seed_of("42", {"seed": 7}), seed_of("", {"seed": 7})) == (42, 7)
    assert (seed_of("none", {}), seed_of("9" * 30, {})) == (None, None)
