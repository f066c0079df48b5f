"""A tree of tasks in a notebook: a picture beside each text, nothing that runs, never heavy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from libraries import FIRST, SERVICE, fill, look_at_all

import mj_widgets as mj
from card.page import SECONDS
from card.test_still import Page
from mj_widgets.archive import Library
from mj_widgets.archive.lineage import Branch
from mj_widgets.card.pictured_tree import PicturedTree


def test_a_card_shows_what_came_of_it_with_pictures(grid: mj.TaskWidget) -> None:
    upscaled = grid.upscale(2)
    upscaled.wait(SECONDS)
    tree = grid.tree()
    assert str(tree) == repr(tree) == str(grid.job.tree())
    page = Page(tree._repr_html_())
    assert [image["alt"] for image in page.all("img")] == [
        f"picture of task {grid.task_id}",
        f"picture of task {upscaled.task_id}",
    ]


def test_every_word_is_escaped_and_nothing_needs_a_library() -> None:
    branch = Branch("17", status="SUCCESS", prompt="<script>x</script>", children=(Branch(""),))
    html = PicturedTree(branch, None, "")._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "no task yet" in html


def test_of_very_many_only_as_many_have_a_picture_as_there_is_room_for(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    fill(library, 400, different=8, side=400)
    look_at_all(library)
    children = tuple(Branch(str(FIRST + n), "U1") for n in range(1, 400))
    html = PicturedTree(Branch(str(FIRST), children=children), library, SERVICE)._repr_html_()
    assert len(html) < 320_000
    pictures = re.findall(r'src="data:[^"]*"', html)
    assert 20 < len(pictures) < 400
    assert sum(map(len, pictures)) <= 250_000


@pytest.mark.parametrize("depth", [3_000])
def test_a_very_deep_one_is_shown_too(depth: int) -> None:
    branch = Branch("0")
    for number in range(1, depth):
        branch = Branch(str(number), children=(branch,))
    assert PicturedTree(branch, None, "")._repr_html_().count("<p ") == depth
