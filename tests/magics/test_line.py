"""A line of a magic, parted into its options and a prompt that stays just as it is typed."""

from __future__ import annotations

import pytest

from mj_widgets.magics import MjMagics
from mj_widgets.magics.line import options_of, parted, refuse_slips

IMAGINE = options_of(MjMagics.mjimagine.parser)


def test_the_options_are_read_from_the_parser_and_whether_a_value_follows() -> None:
    assert options_of(MjMagics.mjfetch.parser) == {
        "--wait": False,
        "--timeout": True,
        "--interval": True,
        "--size": True,
        "--refresh": False,
        "--cards": False,
        "--no-static": False,
    }


@pytest.mark.parametrize(
    ("line", "options", "prompt"),
    [
        ("", "", ""),
        ("a fox", "", "a fox"),
        ("--new a fox", "--new", "a fox"),
        ("--size 300  --new   it's  a fox --ar 1:1", "--size 300 --new", "it's  a fox --ar 1:1"),
        ("--size=300 400 foxes", "--size=300", "400 foxes"),
        ("--wait --mode fast", "--wait --mode fast", ""),
        ("--size", "--size", ""),
        ("a fox --new", "", "a fox --new"),
        ("--ar 1:1 --new", "", "--ar 1:1 --new"),
    ],
)
def test_options_are_what_a_line_begins_with(line: str, options: str, prompt: str) -> None:
    assert parted(line, IMAGINE) == (options, prompt)


@pytest.mark.parametrize(
    "prompt", ["", "a fox", "--ar 1:1 a fox", "a fox --sise 300", "--", "-new"]
)
def test_a_prompt_without_a_slip_is_let_through(prompt: str) -> None:
    refuse_slips(prompt, IMAGINE, "mjimagine")


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        ("a fox --WAIT", "--wait is an option: write it before the prompt"),
        ("a fox --size=9", "--size is an option: write it before the prompt"),
        ("--retyr a fox", "--retyr is no option, .* did you mean --retry?"),
        ("--mystery a fox", "--mystery is no option, .* begin with the words of the prompt"),
    ],
)
def test_a_slip_is_refused_in_words_that_help(prompt: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("?", r"\?")):
        refuse_slips(prompt, IMAGINE, "mjimagine")
