"""What a saved notebook shows of a task: the HTML, the text, and when they are sent."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import bodies
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from recorded import FILM_MP4
from services import file_of

import mj_widgets as mj
from mj_widgets.account.result import Result
from mj_widgets.card.still import Still, still_of, to_html
from mj_widgets.pictures.images import Picture, encode_jpeg

SECONDS = 20
JPEG = encode_jpeg(Image.new("RGB", (64, 48), "teal"))
FOX = Still(
    prompt="a red fox",
    task_id="17",
    when=datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
    picture=JPEG,
    size=(64, 48),
    alt="picture: a red fox",
)


class Page(HTMLParser):
    """The elements and words of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]


def page_of(still: Still, width: int = 640) -> Page:
    return Page(to_html(still, "abc", width))


def chain(length: int) -> Still:
    still = Still(task_id=f"{length}")
    for number in range(length - 1, 0, -1):
        still = Still(task_id=f"{number}", children=(still,))
    return still


# -- what is left of a task ---------------------------------------------------------------------

ENDED = mj.Task.parse(bodies.DMX_GRID)
GIF = Picture.from_bytes(
    file_of(Image.new("L", (9, 9)), "GIF", save_all=True, append_images=[Image.new("L", (9, 9), 9)])
)
MP4 = Picture.from_bytes(FILM_MP4)


def test_a_finished_task_leaves_its_picture_prompt_origin_and_date() -> None:
    small = Picture.from_bytes(JPEG)
    still = still_of(ENDED, "U2 of task 12", result=Result(ENDED, (small,)), picture=small)
    assert still.prompt == "海边的灯塔"
    assert (still.task_id, still.origin) == (ENDED.id, "U2 of task 12")
    assert still.when == ENDED.finish_time
    assert (still.picture, still.size) == (JPEG, (64, 48))
    assert still.alt == "picture: 海边的灯塔"
    assert (still.failure, still.note, still.texts) == ("", "", ())


def test_a_failed_task_leaves_the_reason() -> None:
    still = still_of(ENDED, "", failure="Banned words")
    assert (still.failure, still.picture) == ("Banned words", None)


def test_texts_are_left_once_and_not_as_a_prompt_too() -> None:
    described = mj.Task.parse(bodies.DESCRIBED)
    assert len(described.texts) > 1
    still = still_of(described, "")
    assert still.texts == described.texts
    assert still.prompt == described.description
    assert not any(text in still.alt for text in described.texts)


@pytest.mark.parametrize(
    ("pictures", "small", "note"),
    [
        ((GIF,), JPEG, "The first picture of an animation: run the cell again to play it."),
        ((MP4,), None, "A video: run the cell again to play it."),
        ((MP4,) * 4, None, "4 videos: run the cell again to play them."),
    ],
    ids=["animation", "video", "videos"],
)
def test_what_moves_says_that_it_does(
    pictures: tuple[Picture, ...], small: bytes | None, note: str
) -> None:
    left = Picture.from_bytes(small) if small else None
    still = still_of(ENDED, "", result=Result(ENDED, pictures), picture=left)
    assert (still.note, still.picture) == (note, small)


# -- the html -----------------------------------------------------------------------------------


def test_a_task_is_a_figure_with_its_picture_and_a_caption() -> None:
    page = page_of(replace(FOX, origin="U2 of task 12", note="A note."))
    assert [attributes.get("data-mj-static") for attributes in page.all("figure")] == ["abc"]
    (image,) = page.all("img")
    assert image["alt"] == "picture: a red fox"
    assert image["src"] == "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
    assert image["width"] == "640"
    words = page.words
    assert words[0] == "a red fox"
    assert re.fullmatch(r"task 17, U2 of task 12, 2026-03-0\d \d\d:\d6 \S+", words[1])
    assert words[2] == "A note."


@pytest.mark.parametrize(("size", "shown"), [((64, 48), 600), ((48, 64), 450), ((50, 50), 600)])
def test_the_picture_is_as_wide_as_the_cards_and_never_wider_than_the_page(
    size: tuple[int, int], shown: int
) -> None:
    style = page_of(replace(FOX, size=size), 600).all("img")[0]["style"] or ""
    assert f"width:{shown}px" in style
    assert "max-width:100%" in style


@pytest.mark.parametrize(
    ("size", "shown"), [((64, 48), "600"), ((48, 64), "450"), ((1, 9999), "1")]
)
def test_where_styles_are_dropped_it_is_as_wide_and_not_stretched(
    size: tuple[int, int], shown: str
) -> None:
    (image,) = page_of(replace(FOX, size=size), 600).all("img")
    # A page makes a picture narrower that does not fit, and leaves a height that is said.
    assert (image["width"], "height" in image) == (shown, False)


def test_where_the_card_cannot_hide_it_all_of_it_is_folded() -> None:
    page = Page(to_html(replace(FOX, children=(FOX,)), "abc", 640, is_folded=True))
    assert [tag for tag, _ in page.elements[:3]] == ["figure", "details", "summary"]
    assert page.words[0] == "Still copy"
    assert len(page.all("img")) == 2


def test_a_picture_beside_texts_is_half_as_wide() -> None:
    style = page_of(replace(FOX, size=(50, 50), texts=("one",)), 600).all("img")[0]["style"] or ""
    assert "width:300px" in style


def test_there_is_room_below_a_task_and_none_for_nothing() -> None:
    assert "padding-bottom" in (page_of(FOX).all("figure")[0]["style"] or "")
    assert "padding-bottom" not in (page_of(Still()).all("figure")[0]["style"] or "")


def test_texts_are_a_list_and_a_failure_is_said() -> None:
    page = page_of(Still(task_id="9", texts=("one", "two\nlines"), failure="Banned words"))
    assert len(page.all("ol")) == 1
    assert len(page.all("li")) == 2
    assert page.words == ["task 9", "Banned words", "one", "two\nlines"]
    assert not page.all("img")


def test_nothing_known_is_an_empty_figure() -> None:
    assert [tag for tag, _ in page_of(Still()).elements] == ["figure"]
    assert Still().plain() == ""


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'></p></figure><style>*{}</style>&amp;"
)


def test_nothing_of_the_services_is_ever_html() -> None:
    hostile = Still(
        HOSTILE, HOSTILE, HOSTILE, None, JPEG, (64, 48), HOSTILE, (HOSTILE,), HOSTILE, HOSTILE
    )
    plain = Still("x", "x", "x", None, JPEG, (64, 48), "x", ("x",), "x", "x")
    page = page_of(replace(hostile, children=(hostile,)))
    expected = page_of(replace(plain, children=(plain,)))
    assert [(t, list(a)) for t, a in page.elements] == [(t, list(a)) for t, a in expected.elements]
    assert page.all("img")[0]["alt"] == HOSTILE
    line = f"task {HOSTILE}, {HOSTILE}"
    assert page.words == [HOSTILE, line, HOSTILE, HOSTILE, HOSTILE] * 2


@given(st.text())
def test_every_text_is_read_as_it_was_written(text: str) -> None:
    escaped = html.escape(text)
    assert escaped in to_html(Still(prompt=text), "abc", 640)
    assert [tag for tag, _ in page_of(Still(texts=(text,))).elements] == ["figure", "ol", "li"]


def test_no_script_no_style_sheet_and_no_address_but_the_pictures_own() -> None:
    made = to_html(replace(FOX, children=(FOX,)), "abc", 640)
    assert not re.search(r"<(script|style|link|iframe)|https?:|url\(|\bid=", made)
    # Which MathJax looks for, and nobody else.
    assert set(re.findall(r'class="(.*?)"', made)) == {"tex2jax_ignore mathjax_ignore"}


def test_followups_are_inside_in_order_each_before_its_own() -> None:
    still = Still(
        task_id="1", children=(Still(task_id="2", children=(Still(task_id="3"),)), Still("4"))
    )
    page = page_of(still)
    assert page.words == ["task 1", "task 2", "task 3", "4"]
    assert len([f for f in page.all("figure") if "data-mj-static" in f]) == 1


def test_a_deep_chain_stays_readable() -> None:
    page = page_of(chain(2000))
    assert page.words == [f"task {number}" for number in range(1, 2001)]
    indents = [int(i) for i in re.findall(r"margin:12px 0 0 (\d+)px", to_html(chain(9), "u", 9))]
    assert indents == sorted(indents)
    assert max(indents) < 60
    assert max(len(line) - len(line.lstrip()) for line in chain(99).plain().splitlines()) < 20


@pytest.mark.parametrize("when", [datetime.min, datetime.max.replace(tzinfo=UTC), None])
def test_any_moment_can_be_said(when: datetime | None) -> None:
    assert "task 17" in to_html(replace(FOX, when=when), "abc", 640)


def test_without_html_there_is_a_line_for_each_task() -> None:
    still = replace(
        FOX, prompt="fox " * 100, children=(Still(task_id="8", origin="U2 of task 17"),)
    )
    first, second = still.plain().splitlines()
    assert first.startswith("fox fox")
    assert "task 17" in first
    assert len(first) < 160
    assert second == "  task 8, U2 of task 17"
