"""What a sweep would send: how many jobs, and when it wants their number."""

from __future__ import annotations

import time

import pytest
from services import CANARY

import mj_widgets as mj
from mj_widgets.sandbox import Sandbox
from mj_widgets.sweeps.plan import starts_of

on = pytest.mark.parametrize
MANY = f"a {{{', '.join(map(str, range(101)))}}} fox"


@pytest.mark.usefixtures("session")
@on(
    ("line", "options", "said"),
    [
        ("", {}, "The prompt is empty"),
        ("{,}", {}, "nothing between these braces"),
        ("{, a}", {}, "The prompt is empty"),
        ("a {} fox", {}, "nothing between these braces: “a {} fox”, character 3"),
        ("a {red, blue fox", {}, "character 3"),
        ("a { , } fox", {}, "nothing between these braces: “a { , } fox”, character 3"),
        ("{" * 10 + "a" + "}" * 10, {}, "deep"),
        ("a fox --r 0", {}, "--r 0"),
        ("a fox --r many", {}, "--r many"),
        ("a fox", {"repeat": 0}, "repeat=0"),
        ("a fox", {"repeat": True}, "repeat=True"),
        ("a fox --r 2", {"repeat": 3}, "--r 2, and there is repeat=3"),
        ("a fox", {"at_once": 0}, "0 jobs at once"),
        ("a fox", {"at_once": 2.5}, "2.5 jobs at once"),
        (MANY, {}, "101 jobs, and more than 100 want their number"),
        (MANY, {"confirm": True}, "confirm=101"),
        (MANY, {"confirm": 100}, "101 jobs, and confirm says 100"),
        ("a {red, blue} fox", {"confirm": 3}, "2 jobs, and confirm says 3"),
        ("a {red, blue} fox", {"mode": "warp"}, "mode is one of"),
        ("a {red, blue} fox", {"bot": "none"}, "bot is one of"),
    ],
)
def test_a_sweep_that_cannot_be_is_one_line_and_nothing_is_sent(
    sandbox: Sandbox, line: str, options: dict[str, object], said: str
) -> None:
    with pytest.raises(mj.MjError) as caught:
        mj.sweep(line, **{"confirm": False, **options})  # type: ignore[arg-type]
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not sandbox.posts


@pytest.mark.usefixtures("session")
@on("confirm", [True, False, 7])
def test_thousands_of_jobs_are_refused_about_as_soon_as_they_are_counted(confirm: object) -> None:
    many = ", ".join(map(str, range(100)))
    line = f"{{{many}}} foxes and {{{many}}} owls"

    begun = time.process_time()
    starts_of(line)
    counted = time.process_time()
    with pytest.raises(mj.MjError, match="That is 10,000 jobs"):
        mj.sweep(line, confirm=confirm)  # type: ignore[arg-type]
    assert time.process_time() - counted < 3 * (counted - begun)


def test_a_line_that_was_sent_whole_wants_no_number_again() -> None:
    with Sandbox(speed=1e6).in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        line = f"a {{{', '.join(map(str, range(3)))}}} fox"
        mj.sweep(line, confirm=3).wait(60)
        again = mj.sweep(line)
        again.wait(60)
        assert again.standing.words == "3 of 3 done, 3 known from before"
