"""Prompts, as people write them and as services send them back."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_widgets.models.prompt import Value, aspect_of, parse_prompt

FOX = "https://cdn.example/fox.png"
DEN = "https://s.mj.run/den"


@pytest.mark.parametrize(
    ("written", "parameters"),
    [
        ("--ar 16:9", {"ar": "16:9"}),
        ("--aspect 16:9", {"ar": "16:9"}),
        ("--AR 3:2 --V 6.1", {"ar": "3:2", "v": "6.1"}),
        ("--version 7 --stylize 250", {"v": "7", "s": "250"}),
        ("--chaos 10 --quality .5", {"c": "10", "q": ".5"}),
        ("--weird 300 --repeat 4", {"w": "300", "r": "4"}),
        ("--w 300 --r 4", {"w": "300", "r": "4"}),
        ("--niji 6 --tile", {"niji": "6", "tile": True}),
        ("--niji", {"niji": True}),
        ("--raw", {"raw": True}),
        ("--style raw --s 50", {"raw": True, "s": "50"}),
        ("--style cute", {"style": "cute"}),
        ("--no text", {"no": "text"}),
        ("--no hard shadows, red text", {"no": ("hard shadows", "red text")}),
        ("--no 文字，水印", {"no": ("文字", "水印")}),
        ("--no a --no b, c", {"no": ("a", "b", "c")}),
        ("--sref 1234", {"sref": "1234"}),
        (f"--sref {FOX} <{DEN}> --sw 200 --sv 6", {"sref": (FOX, DEN), "sw": "200", "sv": "6"}),
        (f"--sref {FOX}::2 random", {"sref": (f"{FOX}::2", "random")}),
        (f"--cref {FOX} --cw 0", {"cref": FOX, "cw": "0"}),
        (f"--oref {FOX} --ow 400", {"oref": FOX, "ow": "400"}),
        ("--p", {"p": True}),
        ("--profile abc m123 --exp 25", {"p": ("abc", "m123"), "exp": "25"}),
        ("--personalize abc", {"p": "abc"}),
        ("--video 1 --motion high", {"video": True, "motion": "high"}),
        (f"--edit {FOX} <{DEN}>", {"edit": (FOX, DEN)}),
        ("－－ar 2:3 ——v 7", {"ar": "2:3", "v": "7"}),
        ("--video --motion high --bs 1", {"video": True, "motion": "high", "bs": "1"}),
        (f"--loop --end <{FOX}>", {"loop": True, "end": FOX}),
        ("--fast --hd --stealth", {"fast": True, "hd": True, "stealth": True}),
        ("—ar 2:3 –v 7 —tile", {"ar": "2:3", "v": "7", "tile": True}),
        ("--ar 1:1 --ar 16:9", {"ar": "16:9"}),
        ("--zoom 1.5 --stop 80 --iw 2", {"zoom": "1.5", "stop": "80", "iw": "2"}),
        ("--seed", {"seed": True}),
    ],
)
def test_documented_parameters_have_one_name(written: str, parameters: dict[str, Value]) -> None:
    prompt = parse_prompt(f"a red fox {written}")
    assert prompt.parameters == parameters
    assert prompt.text == "a red fox"
    assert prompt.unknown == ()


def test_parameters_nobody_knows_are_kept() -> None:
    prompt = parse_prompt("a fox --fail policy --Mystery --ar16:9 --ar 3:2 --depth a b")
    assert prompt.unknown == ("fail", "mystery", "ar16:9", "depth")
    assert prompt.parameters == {
        "fail": "policy",
        "mystery": True,
        "ar16:9": True,
        "ar": "3:2",
        "depth": "a b",
    }


def test_pictures_stand_in_front() -> None:
    prompt = parse_prompt(f"<{DEN}> {FOX}, a fox like {FOX} --iw 2")
    assert prompt.images == (DEN, FOX)
    assert prompt.text == f"a fox like {FOX}"


def test_a_prompt_may_be_pictures_only() -> None:
    prompt = parse_prompt(f"{FOX} {DEN} --ar 1:1")
    assert (prompt.images, prompt.text) == ((FOX, DEN), "")


@pytest.mark.parametrize(
    "text",
    [
        "a fox — beautiful",
        "a fox —beautiful, quick",
        "semi-detached - house",
        "from -- to",
        "word--ar",
        "--- 5 --7",
    ],
)
def test_dashes_that_begin_no_parameter_are_text(text: str) -> None:
    assert parse_prompt(text).text == text
    assert parse_prompt(text).parameters == {}


def test_words_between_parameters_belong_to_the_text() -> None:
    prompt = parse_prompt("a fox --ar 16:9 in the snow --tile at night")
    assert prompt.text == "a fox in the snow at night"


def test_lines_and_wide_blanks_become_single_blanks() -> None:
    assert parse_prompt("一只\u3000狐狸\n  in\tsnow\n--v 7").text == "一只 狐狸 in snow"


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("hot dog", ()),
        ("hot:: dog", (("hot", 1.0), ("dog", 1.0))),
        ("hot::2 dog::-.5", (("hot", 2.0), ("dog", -0.5))),
        ("hot::1.5 dog, cat:: --v 7", (("hot", 1.5), ("dog, cat", 1.0))),
        ("hot::2d dog", (("hot", 1.0), ("2d dog", 1.0))),
        ("hot::2, dog", (("hot", 2.0), ("dog", 1.0))),
        ("::", ()),
    ],
)
def test_weights_are_read(text: str, weights: tuple[tuple[str, float], ...]) -> None:
    assert parse_prompt(text).weights == weights


def test_a_1_that_does_not_stand_behind_video_is_text() -> None:
    prompt = parse_prompt("a fox --video --raw 1 --video 1 1")
    assert prompt.text == "a fox 1 1"
    assert prompt.parameters == {"video": True, "raw": True}


def test_an_empty_prompt_is_a_prompt() -> None:
    assert parse_prompt("") == parse_prompt(" \n ")
    assert parse_prompt("").text == ""


pieces = st.sampled_from(
    [
        "--ar",
        "--no",
        "—v",
        "--style",
        "raw",
        "::",
        "::2",
        "::-",
        ",",
        FOX,
        f"<{DEN}>",
        "--",
        "\ud800",
    ]
)
texts = st.lists(pieces | st.text(max_size=8)).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda blank: blank.join(parts))
)


@given(st.text() | texts)
def test_any_text_is_a_prompt(text: str) -> None:
    prompt = parse_prompt(text)
    assert set(prompt.unknown) <= set(prompt.parameters)
    assert parse_prompt(f"x {prompt.text}").parameters == {}


words = st.text("abcdefgh狐狸", min_size=1, max_size=6)


@given(
    st.lists(words, min_size=1),
    st.lists(st.sampled_from([FOX, DEN])),
    st.dictionaries(st.sampled_from(["ar", "seed", "q", "exp"]), words),
    st.lists(words, min_size=2),
)
def test_what_was_put_together_comes_apart_again(
    text: list[str], images: list[str], given: dict[str, str], unwanted: list[str]
) -> None:
    behind = [f"--{name} {value}" for name, value in given.items()]
    written = " ".join([*images, *text, *behind, "--no", ", ".join(unwanted)])
    prompt = parse_prompt(written)
    assert prompt.text.split() == text
    assert list(prompt.images) == images
    assert prompt.parameters == {**given, "no": tuple(unwanted)}


@pytest.mark.parametrize(
    "piece",
    ["-", "—", ":", "::", "::1", "1", "a ", "--no ", "--ar 1 ", "<https://a", ",", "--x ", "\n"],
)
def test_long_texts_are_quick(piece: str) -> None:
    begin = time.process_time()
    for start in ("", "::", "--no ", "--", "http://"):
        parse_prompt(f"{start}{piece * (100_000 // len(piece))}x")
    assert time.process_time() - begin < 2.5


@pytest.mark.parametrize(
    ("prompt", "aspect"),
    [
        ("a fox", 1.0),
        ("a fox --ar 16:9", 16 / 9),
        ("a fox --aspect 3:2", 1.5),
        ("a fox --ar 2.5:1", 2.5),
        ("a fox --ar 0:9", 1.0),
        ("a fox --ar 9:0", 1.0),
        ("a fox --ar 100:1", 8.0),
        ("a fox --ar 1:100", 0.125),
        ("a fox --arch 16:9", 1.0),
    ],
)
def test_the_shape_is_the_one_that_is_asked_for_as_far_as_it_can_be_shown(
    prompt: str, aspect: float
) -> None:
    assert aspect_of(prompt) == pytest.approx(aspect)
