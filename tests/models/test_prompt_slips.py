"""Slips in a prompt: said in one line, with the mended prompt where that is sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_widgets.models.prompt_slips import Slips, slips_of

on = pytest.mark.parametrize
LINK = "https://a.example/b.png"


@on(
    ("typed", "mended"),
    [
        ("--ar 16:9,", "--ar 16:9"),
        ("--ar 16:9, --raw", "--ar 16:9 --raw"),
        ("--v 8.1。", "--v 8.1"),
        ("--v 8.1.", "--v 8.1"),
        ("--raw, --tile.", "--raw --tile"),
        ("--ar, 16:9", "--ar 16:9"),
        ("--ar 16：9", "--ar 16:9"),
        ("--ar １６:９", "--ar 16:9"),
        ("--ar 16x9", "--ar 16:9"),
        ("——ar 16:9", "--ar 16:9"),
        ("－－ar 16:9", "--ar 16:9"),
        ("—-ar 16:9", "--ar 16:9"),
        ("---ar 16:9", "--ar 16:9"),
        ("－－ar 16：9，", "--ar 16:9"),
        ("--ar16:9", "--ar 16:9"),
        ("--s=250, --v8.1", "--s 250 --v 8.1"),
        ("--style raw, --s 50", "--style raw --s 50"),
        (f"--sref {LINK}, {LINK}, --sw 50", f"--sref {LINK} {LINK} --sw 50"),
        (f"--edit {LINK}, {LINK}", f"--edit {LINK} {LINK}"),
        ("--video 1, --motion low", "--video 1 --motion low"),
        ("——repeat 3", "--repeat 3"),
        ("－ar 16:9 ―v 7 −raw", "--ar 16:9 --v 7 --raw"),
        ("--v 8.1．", "--v 8.1"),
        ("--v 8.1｡", "--v 8.1"),
        ("--ar 16:9…", "--ar 16:9"),
        ("--raw．", "--raw"),
        ("--ar 16∶9", "--ar 16:9"),
        ("--ar 3：2，--s 250，——raw", "--ar 3:2 --s 250 --raw"),
        ("‑‑ar 16:9 ‐‐raw ーーtile", "--ar 16:9 --raw --tile"),
        ("--sref 123, 456, --raw", "--sref 123 456 --raw"),
    ],
)
def test_what_is_written_wrongly_is_said_and_mended(typed: str, mended: str) -> None:
    slips = slips_of(f"a fox, quick\n{typed}")
    assert slips.mended == f"a fox, quick\n{mended}"
    assert slips.words.startswith("Write “")
    assert slips_of(slips.mended) == Slips()


@on("typed", ["/imagine prompt: ", "/imagine ", " /Imagine\tprompt：", "/imagine prompt:"])
def test_a_command_of_discord_is_no_part_of_a_prompt(typed: str) -> None:
    slips = slips_of(f"{typed}prompt engineers --ar 3:2")
    assert slips.words == "Leave out /imagine, which is Discord's command"
    assert slips.mended == "prompt engineers --ar 3:2"
    assert slips_of(f"{typed}a fox --ar 16:9,").mended == "a fox --ar 16:9"


@on(
    "prompt",
    [
        "/imagined foxes",
        "imagine prompt: a fox",
        "/imagine/fox.png a fox",
        "",
        "a fox",
        "a fox, quick; in the snow. --ar 16:9 --v 8.1 --raw",
        "a fox —ar 16:9 –v 7",  # editors' dashes, which Midjourney takes
        "a fox — beautiful, —quick, semi-detached: yes",
        "a fox --ar 3:2 in the snow, at night.",
        "a fox --no hard shadows, red text.",
        "a fox --s 0 --c 100 --w 3000 --iw 2.5 --sw 1000 --ow 1000 --exp 100 --stop 10",
        "a fox --seed 4294967295 --repeat 40 --sv 7 --bs 4 --motion high --ar 14:1",
        "a fox --ar 4:1 --hd",
        f"a fox --sref {LINK}?a=1,2 123 random --p abc --q .5 --v 7",
        "a fox --oref x --ow 100 --v 7 --turbo",
        "a fox --video 1 --turbo --v 8.1",
        "狐狸，雪。 --ar 1:1",
        "a \\{red, odd\\} fox --ar 16:9",
        "a fox --no 2 cats, 3, hens",
        "a fox,--well--lit, a スーーtile, ーー",
        f"a fox --edit {LINK} {LINK} {LINK} {LINK}",
    ],
)
def test_what_is_right_has_no_slips(prompt: str) -> None:
    assert slips_of(prompt) == Slips()


@on(
    ("typed", "words"),
    [
        ("--s 1001", "--s takes 0 to 1000, not 1001"),
        ("--stylize -5", "--s takes 0 to 1000, not -5"),
        ("--c 101", "--c takes 0 to 100, not 101"),
        ("--weird 3001", "--w takes 0 to 3000, not 3001"),
        ("--iw 3.5", "--iw takes 0 to 3, not 3.5"),
        ("--s 2.5", "--s takes 0 to 1000, not 2.5"),
        ("--stop 9", "--stop takes 10 to 100, not 9"),
        ("--sv 8", "--sv takes 1 to 7, not 8"),
        ("--repeat 41", "--r takes 1 to 40, not 41"),
        ("--seed 4294967296", "--seed takes 0 to 4294967295, not 4294967296"),
        ("--seed", "--seed takes 0 to 4294967295: say which"),
        ("--bs 3", "--bs takes 1, 2 or 4, not 3"),
        ("--motion fast", "--motion takes low or high, not fast"),
        ("--ar 15:1", "--ar takes up to 14:1, not 15:1"),
        ("--ar 1:15", "--ar takes up to 14:1, not 1:15"),
        ("--ar 5:1 --hd", "--ar takes up to 4:1 in HD, not 5:1"),
        ("--ar wide", "--ar takes two sides, as in 16:9, not wide"),
        ("--ar 0:9", "--ar takes two sides, as in 16:9, not 0:9"),
        (f"--edit {LINK} {LINK} {LINK} {LINK} {LINK}", "--edit takes up to 4 pictures, not 5"),
        (f"--oref {LINK} {LINK} --ow 9", "--oref takes one picture, not 2"),
        ("--q 2 --v 8.1", "V8.1 has no --q: leave it out, or take --v 7"),
        (
            "--oref x --ow 5 --v 8.2",
            "V8.2 has no --oref, --ow: leave them out, or take --v 7",
        ),
        ("--cref x --cw 5 --v 9", "V9 has no --cref, --cw: leave them out, or take --v 6"),
        ("--oref x --cref y --v 8.1", "V8.1 has no --oref, --cref: leave them out"),
        ("--turbo --v 8.1", "V8.1 has no --turbo: leave it out, or take --v 7"),
        ("--mystery 7", "Midjourney documents no --mystery"),
    ],
)
def test_what_cannot_be_is_said_and_left_to_the_person(typed: str, words: str) -> None:
    assert slips_of(f"a fox {typed}") == Slips(words)


def test_several_slips_are_one_line() -> None:
    assert slips_of("a fox --ar 16:9, --s 2000 --odd") == Slips(
        "Write “16:9” for “16:9,”: no punctuation follows a parameter; "
        "--s takes 0 to 1000, not 2000; Midjourney documents no --odd",
        "a fox --ar 16:9 --s 2000 --odd",
    )


def test_braces_that_are_themselves_are_words() -> None:
    assert slips_of("a \\{red, odd\\} fox --ar 16:9,").mended == "a \\{red, odd\\} fox --ar 16:9"


def test_what_stands_in_braces_is_several_values_and_is_left_alone() -> None:
    assert slips_of("a {red, blue} fox --ar {16:9, 3:2} --s {50, 2000}") == Slips()


pieces = st.sampled_from(
    [
        "--ar",
        "16:9,",
        "9．",
        "7…",
        "--v｡",
        "3，--s",
        "ーーraw，－－ar",
        "——v",
        "8.1。",
        "--no",
        "a,",
        "--sref",
        f"{LINK},",
        "--raw,",
        "—",
        "１",
        "{",
    ]
)


@given(st.text() | st.lists(pieces | st.text(max_size=5)).map(" ".join))
def test_any_text_can_be_looked_at_and_what_is_mended_is_right(text: str) -> None:
    slips = slips_of(text)
    assert "\n" not in slips.words
    if slips.mended:
        assert slips.words
        assert slips_of(slips.mended).mended == ""
