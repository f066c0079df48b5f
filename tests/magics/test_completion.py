"""What Tab offers in a line of ours, and that it offers nothing of ours in any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mj_widgets.magics.completion import PARAMETERS
from mj_widgets.models.prompt import parse_prompt
from mj_widgets.sandbox import EXAMPLES

if TYPE_CHECKING:
    from magics.conftest import Notebook

DONE = EXAMPLES["finished"]
FLAGS = ["--wait", "--timeout", "--interval", "--size", "--refresh", "--cards", "--no-static"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("%mjimagine --w", ["--wait", "--weird"]),
        ("w = %mjimagine --wait --b", ["--bot"]),
        ("%%mjimagine --re", ["--retry", "--repeat"]),
        ("%mjimagine --size 300 --mo", ["--mode"]),
        ("%mjimagine a fox --w", ["--weird"]),
        ("%mjimagine it's a fox --s", ["--seed", "--sref", "--stop", "--stylize", "--sv", "--sw"]),
        ("%mjimagine a fox --mo", []),
    ],
)
def test_tab_offers_options_before_the_prompt_and_parameters_in_it(
    notebook: Notebook, line: str, offered: list[str]
) -> None:
    assert notebook.offered(line) == offered


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("%mjfetch --w", ["--wait"]),
        ("%mjfetch 17 --", FLAGS),
        ("mjfetch --s", ["--size"]),
        ("w = %mjfetch --t", ["--timeout"]),
        ("a, b = %mjfetch --i", ["--interval"]),
        ("x = 1\n%mjfetch --w", ["--wait"]),
        ("%mjfetch --sizes", []),
    ],
)
def test_tab_offers_the_flags_that_fit(notebook: Notebook, line: str, offered: list[str]) -> None:
    assert notebook.offered(line) == offered


def test_tab_offers_the_ids_seen_newest_first(notebook: Notebook) -> None:
    assert notebook.offered("%mjfetch 17") == []
    notebook.mjfetch(f"{DONE} {EXAMPLES['described']}")
    seen = [EXAMPLES["described"], DONE]
    assert notebook.offered("%mjfetch 17") == seen
    assert notebook.offered("w = %mjfetch 17") == seen
    assert notebook.offered(f"%mjfetch {DONE[:-1]}") == [DONE]


def test_tab_offers_nothing_of_it_on_other_lines(notebook: Notebook) -> None:
    notebook.mjfetch(DONE)
    for line in ("%timeit --w", "mjfetches --w", "print('%mjfetch --w"):
        assert "--wait" not in notebook.offered(line)


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_parameter_that_is_offered_is_one_that_a_prompt_is_understood_with(
    parameter: str,
) -> None:
    prompt = parse_prompt(f"a fox {parameter}")
    assert prompt.parameters
    assert not prompt.unknown
