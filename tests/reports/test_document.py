"""A report: one file that has everything, asks nobody for anything, and can be read anywhere."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from card.page import SECONDS
from libraries import task_of
from PIL import Image

import mj_widgets as mj
from mj_widgets.reports import document
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.session.settings import library as the_library
from mj_widgets.sets.axes import Axis

from .support import BANNED, COLOURS, near

if TYPE_CHECKING:
    from mj_widgets.gallery.task_set import TaskSet


class _Read(HTMLParser):
    """Which elements a page has, and all that its attributes say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [(name, value or "") for name, value in attrs]


def written(tasks: TaskSet, tmp_path: Path, title: str | None = None) -> str:
    return tasks.to_html(tmp_path / "report.html", title).read_text("utf-8")


def test_it_has_each_picture_once_and_asks_for_nothing_else(swept: TaskSet, tmp_path: Path) -> None:
    page = _Read(written(swept, tmp_path))
    sources = [value for name, value in page.values if name == "src"]
    assert len(sources) == 5
    for place, source in enumerate(sources):
        kind, _, data = source.partition(",")
        assert kind == "data:image/jpeg;base64"
        image = Image.open(io.BytesIO(base64.b64decode(data)))
        assert near(image.convert("RGB").getpixel((90, 90)), COLOURS[place])
    assert not {"link", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    links = [value for name, value in page.values if name in ("href", "action", "srcset")]
    assert all(link.startswith("#t") for link in links)


def test_a_browser_is_told_to_let_nothing_in_or_out(swept: TaskSet, tmp_path: Path) -> None:
    values = _Read(written(swept, tmp_path)).values
    policy = values[values.index(("http-equiv", "Content-Security-Policy")) + 1][1]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy


def test_it_tells_prompt_parameters_rating_flag_and_id_of_each(
    swept: TaskSet, tmp_path: Path
) -> None:
    text = written(swept, tmp_path)
    for place in range(6):
        assert task_of(place).id in text
    assert "--s 50 --raw" in text
    assert '<span class="pick">picked</span>' in text
    assert 'aria-label="5 of 5 stars"' in text
    assert "(3: ★★)" in text
    assert "红 · s 250" in text
    assert "5 done, 1 failed" in text


def test_nothing_of_a_prompt_is_taken_for_markup(swept: TaskSet, tmp_path: Path) -> None:
    text = written(swept, tmp_path, title="<script>alert(1)</script>")
    assert "<b>" not in text
    assert BANNED not in text
    assert "banned word: &lt;b&gt;blood&lt;/b&gt;" in text
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>" in text
    assert _Read(text).tags.count("script") == 1


def test_the_table_has_a_column_for_each_brace_and_parameter(
    swept: TaskSet, tmp_path: Path
) -> None:
    text = written(swept, tmp_path)
    table = text[text.index('<table class="all">') :]
    heads = re.findall(r"<th scope=\"col\"[^>]*>([^<]*)</th>", table)
    assert heads[:5] == ["#", "red, blue, 红", "prompt", "--s", "--raw"]
    assert heads[5:8] == ["rating", "flag", "status"]
    assert table.count("<tr>") == 7


def test_it_says_which_words_were_liked(swept: TaskSet, tmp_path: Path) -> None:
    text = written(swept, tmp_path)
    ratings = text[text.index("<h2>Ratings</h2>") : text.index("<h2>Pictures</h2>")]
    rows = re.findall(r"<tr><td[^>]*>([^<]+)</td>.*?>([\d.]*)</td></tr>", ratings)
    assert rows[:2] == [("blue", "4.5"), ("red", "2.0")]


def test_what_nobody_has_rated_has_no_table_of_ratings(swept: TaskSet, tmp_path: Path) -> None:
    assert "<h2>Ratings</h2>" not in written(swept[4:], tmp_path)


def test_it_never_writes_over_a_file(swept: TaskSet, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("mine")
    path = swept.to_html(tmp_path / "report.html")
    assert path == tmp_path / "report (2).html"
    assert (tmp_path / "report.html").read_text() == "mine"


def test_a_folder_gets_a_report(swept: TaskSet, tmp_path: Path) -> None:
    assert swept.to_html(tmp_path) == tmp_path / "report.html"
    assert swept.to_html(f"{tmp_path}/new/") == tmp_path / "new" / "report.html"
    assert swept.to_html(tmp_path / "foxes") == tmp_path / "foxes.html"


def test_another_ending_is_one_line_and_nothing_is_written(swept: TaskSet, tmp_path: Path) -> None:
    with pytest.raises(mj.MjError, match=r"^report\.pdf has not the ending .+\.html"):
        swept.to_html(tmp_path / "report.pdf")
    assert not list(tmp_path.glob("report*"))


def test_a_place_that_cannot_be_written_is_one_line(swept: TaskSet, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(mj.MjError, match=r"^report\.html cannot be written"):
        swept.to_html(tmp_path / "file" / "report.html")


def test_a_set_without_a_task_and_one_with_too_many_is_one_line(
    swept: TaskSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(mj.MjError, match=r"^There is no task in this set, and a report of"):
        swept[:0].to_html(tmp_path / "report.html")
    monkeypatch.setattr(document, "MOST_TASKS", 5)
    with pytest.raises(mj.MjError, match=r"^A report has at most 5 tasks, and these are 6"):
        swept.to_html(tmp_path / "report.html")
    assert not list(tmp_path.glob("report*"))


def test_a_picture_that_is_gone_is_an_empty_place(swept: TaskSet, tmp_path: Path) -> None:
    for path in the_library().folder.rglob("*.png"):
        path.unlink()
    text = written(swept, tmp_path)
    assert "data:image/jpeg" not in text
    assert text.count("cannot be shown") == 5


def test_a_lone_surrogate_does_no_harm(swept: TaskSet, tmp_path: Path) -> None:
    members = swept._members
    broken = Axis("red", ("\ud83d",), dict.fromkeys(members.numbers, "\ud83d"))
    tasks = type(swept)(replace(members, braces=(broken,)))
    assert '<div class="labels" dir="auto">?</div>' in written(tasks, tmp_path)


@pytest.mark.usefixtures("session")
def test_tasks_that_are_followed_are_in_it(sandbox: Sandbox, tmp_path: Path) -> None:
    tasks = mj.fetch([slow := sandbox.add_task("a slow fox --stuck")])
    text = written(tasks, tmp_path)
    assert slow in text
    assert "1 task ·" in text
    tasks[0].stop()


def test_tasks_that_no_library_keeps_have_their_pictures(tmp_path: Path, sandbox: Sandbox) -> None:
    mj.configure(sandbox.url, "key", library=None)
    tasks = mj.fetch(EXAMPLES["finished"])
    tasks.wait(SECONDS)
    assert written(tasks, tmp_path).count("data:image/jpeg") == 1
