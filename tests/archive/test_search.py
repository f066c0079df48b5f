"""Search: by the beginnings of words, by any characters of Chinese, by id; never an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mj_widgets.archive import Library

from .support import SERVICE, task

PROMPTS = {
    "1": "A red FOX in the snow, sci-fi --ar 16:9",
    "2": "Café in Zürich, naïve painting",
    "3": "一只红色的狐狸在雪地里奔跑",
    "4": "雪の中の赤いキツネ、ガラス",
    "5": "눈 속의 붉은 여우",
    "6": "neon 城市 at night 🌃",
    "7": "snow leopard",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("library"))
    for task_id, prompt in PROMPTS.items():
        library.save(task(task_id, prompt), service=SERVICE)
    library.save(
        task(
            "uuid-5f0c",
            "https://a.example/b.png",
            action="DESCRIBE",
            properties={"finalPrompt": "1️⃣ an owl at dawn\n\n2️⃣ a barn owl"},
        ),
        service=SERVICE,
    )
    library.save(task("9", "大象", promptEn="an elephant"), service=SERVICE)
    yield library
    library.close()


def found(library: Library, words: str) -> list[str]:
    return [record.task.id for record in library.search(words)]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("fox", ["1"]),
        ("fo", ["1"]),
        ("FO", ["1"]),
        ("ox", []),
        ("snow", ["7", "1"]),
        ("snow red", ["1"]),
        ("snow blue", []),
        ("sci-fi", ["1"]),
        ("16:9", ["1"]),
        ("--ar 16:9", ["1"]),
    ],
)
def test_each_word_is_the_beginning_of_one_in_the_prompt(
    library: Library, words: str, ids: list[str]
) -> None:
    assert found(library, words) == ids


@pytest.mark.parametrize("words", ["cafe", "CAFÉ", "cafe\u0301", "zurich", "Ｃａｆé", "naive"])
def test_accents_and_forms_of_letters_do_not_matter(library: Library, words: str) -> None:
    assert found(library, words) == ["2"]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("狐狸", ["3"]),
        ("色的狐", ["3"]),
        ("雪", ["4", "3"]),
        ("狐雪", []),
        ("雪 狐", ["3"]),
        ("キツ", ["4"]),
        ("ｷﾂﾈ", ["4"]),
        ("ガラ", ["4"]),
        ("カラ", []),
        ("여우", ["5"]),
        ("우", ["5"]),
        ("城市 neo", ["6"]),
        ("neon城", ["6"]),
        ("🌃", ["6"]),
    ],
)
def test_any_characters_that_stand_together_find_their_text(
    library: Library, words: str, ids: list[str]
) -> None:
    assert found(library, words) == ids


@pytest.mark.parametrize(
    ("words", "ids"), [("owl", ["uuid-5f0c"]), ("elephant", ["9"]), ("大象", ["9"])]
)
def test_texts_of_a_describe_and_translations_are_searched_too(
    library: Library, words: str, ids: list[str]
) -> None:
    assert found(library, words) == ids


@pytest.mark.parametrize("task_id", ["1", "9", "uuid-5f0c", "  uuid-5f0c "])
def test_an_id_finds_its_task(library: Library, task_id: str) -> None:
    assert task_id.strip() in found(library, task_id)


@pytest.mark.parametrize(
    "words",
    ['fox"', "(fox", "fox*", "fo*", "fox^", "-fox", "fox, snow!", '"fox', "text:fox", "'fox';--"],
)
def test_punctuation_means_nothing(library: Library, words: str) -> None:
    assert found(library, words.replace("text:", "")) == ["1"]
    assert found(library, f"{words} AND") == []  # a word like any other


@pytest.mark.parametrize("words", ["", "   ", "--", '"*"'])
def test_nothing_asked_lists_everything_newest_first(library: Library, words: str) -> None:
    assert found(library, words) == ["9", "uuid-5f0c", *"7654321"]


@given(st.text())
@settings(deadline=None)
def test_no_text_is_an_error(library: Library, words: str) -> None:
    library.search(words, limit=1)


@pytest.mark.parametrize("words", ["\ud800", "a\0b", "fox " * 3000])
def test_no_odd_text_is_an_error(library: Library, words: str) -> None:
    library.search(words)


def test_a_limit_cuts_what_is_older(library: Library) -> None:
    assert [record.task.id for record in library.search("snow", limit=1)] == ["7"]
    assert [record.task.id for record in library.search(limit=2)] == ["9", "uuid-5f0c"]
    assert library.search(limit=0) == []
    assert len(library.search(limit=None)) == len(library) == 9


def test_a_hundred_are_listed_unless_more_are_asked_for(library: Library) -> None:
    many = Library(library.folder / "many")
    for number in range(101):
        many.save(task(str(number)), service=SERVICE)
    assert len(many.search()) == len(many.search("fox")) == 100
    assert len(many.search("fox", limit=None)) == 101
