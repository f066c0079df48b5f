"""Variables in a prompt, and all the braces and dollars that are none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mj_widgets.magics.variables import filled

NAMES = {
    "fox": "a red fox",
    "n": 7,
    "red": "#f00",
    "blue": "#00f",
    "colours": ["red", "blue"],
    "look": SimpleNamespace(ratio="16:9", light=SimpleNamespace(at="dusk")),
    "größe": "large",
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("{fox} --seed {n}", "a red fox --seed 7"),
        ("$fox --seed $n", "a red fox --seed 7"),
        ("{ fox }", "a red fox"),
        ("{n * 2}", "14"),
        ("{look.ratio}, $look.ratio, $look.light.at", "16:9, 16:9, dusk"),
        ("$fox. And $fox, $fox's", "a red fox. And a red fox, a red fox's"),
        ("{colours[0]}", "red"),
        ("{', '.join(colours)}", "red, blue"),
        ("{größe} $größe", "large large"),
        ("it's {fox}, 'quoted $fox'", "it's a red fox, 'quoted a red fox'"),
    ],
)
def test_a_variable_is_filled_in(typed: str, expected: str) -> None:
    assert filled(typed, NAMES) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "{red, blue} fox",
        "{red,blue} fox --s {100, 200}",
        "{a red, a pale blue} fox",
        "{red\\, pale, blue} fox",
        "{red, {pale, dark} blue} fox",
        "{{red, blue}, {1, 2}}",
        "{red,}",
        "{it's, its} fox",
        "{}",
        "{ unbalanced",
        "unbalanced } and {",
        "$5, US$5, A$AP, $",
        "it's “quoted” \"so\" 'and so' \\ % ! ` -- – —",
        "a::2 b::-0.5 --no text, frame",
        "",
    ],
)
def test_what_is_no_variable_stays_as_it_is(typed: str) -> None:
    assert filled(typed, NAMES) == typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("{{fox}}", "{fox}"),
        ("{{red, blue}} {fox}", "{red, blue} a red fox"),
        ("$$fox", "$fox"),
    ],
)
def test_doubled_they_stand_for_themselves(typed: str, expected: str) -> None:
    assert filled(typed, NAMES) == expected


def test_a_permutation_stays_beside_a_variable() -> None:
    assert filled("{fox}, {day, night}", NAMES) == "a red fox, {day, night}"


def test_what_a_variable_holds_is_not_filled_in_again() -> None:
    assert filled("{x} $x", {"x": "{y} $y"}) == "{y} $y {y} $y"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("{hen}", "hen is not defined ({{hen}} is the text {hen} itself)"),
        ("$hen", "hen is not defined ($$hen is the text $hen itself)"),
        ("{', '.join(hens)}", "hens is not defined"),
        ("{n / 0}", "ZeroDivisionError: division by zero"),
        ("$fox.tail", "AttributeError: 'str' object has no attribute 'tail'"),
        ("{a fox}", "SyntaxError: "),
        ("{int('a\\nb')}", "ValueError: "),
    ],
)
def test_what_cannot_be_filled_in_is_said_on_one_line(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match="is not filled in") as caught:
        filled(f"{{n}} foxes and {typed}", NAMES)
    assert str(caught.value).startswith(f"{typed} is not filled in: {why}")
    assert "\n" not in str(caught.value)
