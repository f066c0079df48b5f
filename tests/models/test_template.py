"""Braces in a prompt: which prompts they stand for, in which order, and what is refused."""

from __future__ import annotations

import pytest

import mj_widgets as mj
from mj_widgets.models.template import MOST_DEEP, Template

on = pytest.mark.parametrize


@on(
    ("typed", "meant"),
    [
        ("plain", ["plain"]),
        ("a {red, blue} fox", ["a red fox", "a blue fox"]),
        ("a {red} fox", ["a red fox"]),
        ("a {} fox", ["a fox"]),
        ("{day, night} over {sea, hills}", None),
        ("a {cat {asleep, awake}, dog}", ["a cat asleep", "a cat awake", "a dog"]),
        ("{pale \\, grey, blue} sky", ["pale, grey sky", "blue sky"]),
        ("a lake\\, at dawn", ["a lake\\, at dawn"]),
        ("a \\{b\\} c", ["a {b} c"]),
        ("fox{, in snow}", ["fox", "foxin snow"]),
        ("x --ar {3:2, 1:1}", ["x --ar 3:2", "x --ar 1:1"]),
        ("x --{v 7, niji, tile}", ["x --v 7", "x --niji", "x --tile"]),
        ("x --v {6 {, --raw}, 7}", ["x --v 6", "x --v 6 --raw", "x --v 7"]),
        ("x --no {cars\\, trees, people}", ["x --no cars, trees", "x --no people"]),
        ("sky:: hill::{2, -0.5}", ["sky:: hill::2", "sky:: hill::-0.5"]),
        ("{https://a.example/1.png, https://a.example/2.png} x", None),
        ("x --sref {12, 34 56}", ["x --sref 12", "x --sref 34 56"]),
        ("红{狐,兔}", ["红狐", "红兔"]),
    ],
)
def test_braces_stand_for_these_prompts(typed: str, meant: list[str] | None) -> None:
    if typed.startswith("{day"):
        meant = ["day over sea", "day over hills", "night over sea", "night over hills"]
    if typed.startswith("{https"):
        meant = ["https://a.example/1.png x", "https://a.example/2.png x"]
    assert mj.expand(typed) == meant


def test_the_last_group_turns_fastest() -> None:
    prompts = mj.expand("{a, b} {c, d} {e, f}")
    assert prompts == ["a c e", "a c f", "a d e", "a d f", "b c e", "b c f", "b d e", "b d f"]


@on("typed", ["x --r 3", "x --repeat 3", "--r 3 x", "x —repeat 3", "x --R 3"])
def test_a_repeat_is_jobs_of_their_own_and_leaves_the_prompt(typed: str) -> None:
    assert mj.expand(typed) == ["x", "x", "x"]


def test_a_repeat_may_be_in_braces() -> None:
    assert mj.expand("{a, b} --r {1, 2}") == ["a", "a", "a", "b", "b", "b"]
    assert mj.expand("a {fox --r 2, hen} x") == ["a fox x", "a fox x", "a hen x"]


def test_each_copy_of_a_prompt_has_a_number_wherever_it_stands() -> None:
    cells = list(Template("{a, b, a} x --r 2").cells())
    assert [(cell.prompt, cell.copy) for cell in cells] == [
        ("a x", 1),
        ("a x", 2),
        ("b x", 1),
        ("b x", 2),
        ("a x", 3),
        ("a x", 4),
    ]


def test_braces_are_named_by_their_parameter_or_as_they_were_typed() -> None:
    template = Template(
        "a {red, blue} {red, blue} fox --stylize {50, 250} --{tile, raw} --ar 1:{1, 2}"
    )
    names = [group.name for group in template.groups]
    assert names == ["{red, blue}", "{red, blue} #2", "s", "{tile, raw}", "{1, 2}"]
    assert template.groups[2].values == ("50", "250")


def test_a_group_has_what_is_nested_in_it_spelled_out() -> None:
    (group,) = Template("a {cat {asleep, awake}, dog}").groups
    assert group.values == ("cat asleep", "cat awake", "dog")
    values = [cell.values for cell in Template("a {cat {asleep, awake}, dog}").cells()]
    assert values == [("cat asleep",), ("cat awake",), ("dog",)]


@on(
    ("typed", "said"),
    [
        ("a {red, blue fox", "A { is never closed: “a {red, blue fox”, character 3"),
        ("a red, blue} fox", "A } closes nothing: “a red, blue} fox”, character 12"),
        ("a {red, {blue} fox", "character 3"),
        ("{" * (MOST_DEEP + 1) + "a" + "}" * (MOST_DEEP + 1), f"more than {MOST_DEEP} deep"),
        ("x --r 0", "--r 0"),
        ("x --r many", "--r many"),
        ("x --r", "--r"),
        ("x --r 41", "--r 41"),
        ("x --repeat 2.5", "--repeat 2.5"),
        ("x --r 2 --repeat 3", "two repeats"),
        ("{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}" * 6, "1,000,000 prompts"),
    ],
)
def test_what_is_wrong_is_one_line_with_the_place_or_the_number(typed: str, said: str) -> None:
    with pytest.raises(mj.MjError) as caught:
        mj.expand(typed)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@on("given", [None, 7, b"a {b, c}", ["a"]])
def test_what_is_no_text_is_refused(given: object) -> None:
    with pytest.raises(mj.MjError, match="has to be a text"):
        mj.expand(given)  # type: ignore[arg-type]


def test_deep_braces_within_the_limit_are_fine() -> None:
    assert mj.expand("{" * MOST_DEEP + "a, b" + "}" * MOST_DEEP) == ["a", "b"]
