"""A notebook run again: it submits nothing, asks nothing, and shows every picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbclient import NotebookClient

from mj_widgets.sandbox import EXAMPLES, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbformat import NotebookNode

CANARY = "sk-canary-2f60a9d8c3b14e57"
CELLS = (
    "%load_ext mj_widgets",
    f"grid = %mjfetch {EXAMPLES['finished']} --wait\ngrid",
    "varied = grid.vary(2)\nassert (await varied).succeeded\nvaried",
    "taken = grid.upscale(3)\nassert taken.wait().succeeded\ntaken",
    "subtle = taken.press('Vary (Subtle)')\nassert subtle.wait().succeeded\nsubtle",
)
PICTURE = re.compile(r'<img [^>]*src="data:image/jpeg;base64,[A-Za-z0-9+/=]{1000,}"')


@dataclass
class Author:
    """Someone with a notebook, a service and a library, who runs the notebook again and again."""

    home: Path
    environment: dict[str, str]
    sandbox: Sandbox

    def run_all(self, *cells: str, **variables: str) -> NotebookNode:
        """Run the cells in a new kernel, and return the notebook as it is saved."""
        made = [nbformat.v4.new_code_cell(cell) for cell in cells or CELLS]
        notebook = nbformat.v4.new_notebook(cells=made)
        own = {
            "MJ_API_URL": self.sandbox.url,
            "MJ_API_TOKEN": CANARY,
            "MJ_LIBRARY": str(self.home / "library"),
        }
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": self.home}}).execute(
            env=self.environment | own | variables
        )
        return notebook


@pytest.fixture
def author(clean_environment: dict[str, str], tmp_path: Path) -> Iterator[Author]:
    with Sandbox(speed=20).in_thread() as sandbox:
        yield Author(tmp_path, clean_environment, sandbox)


def shown(notebook: NotebookNode, number: int) -> list[str]:
    """The HTML outputs of a cell."""
    return [
        output.data["text/html"]
        for output in notebook.cells[number].outputs
        if "text/html" in output.get("data", {})
    ]


def pictures(notebook: NotebookNode, number: int) -> int:
    """How many pictures the saved output of a cell has."""
    return sum(len(PICTURE.findall(html)) for html in shown(notebook, number))


def said(notebook: NotebookNode) -> str:
    """Everything that the saved notebook says, in outputs and in the state of its widgets."""
    return nbformat.writes(notebook)


def test_run_again_it_submits_and_asks_nothing_and_shows_every_picture(author: Author) -> None:
    first = author.run_all()
    assert len(author.sandbox.posts) == 3
    requests = len(author.sandbox.log)

    second = author.run_all()

    assert len(author.sandbox.log) == requests
    for notebook in (first, second):
        assert [pictures(notebook, number) > 0 for number in range(1, 5)] == [True] * 4
    assert said(second).count("not again") >= 3
    assert "not again" not in said(first)


def test_without_the_service_it_still_runs_to_its_end(
    clean_environment: dict[str, str], tmp_path: Path
) -> None:
    with Sandbox(speed=20).in_thread() as sandbox:
        author = Author(tmp_path, clean_environment, sandbox)
        author.run_all()

    again = author.run_all()
    offline = author.run_all(MJ_OFFLINE="1", MJ_API_TOKEN="")

    for notebook in (again, offline):
        assert [pictures(notebook, number) > 0 for number in range(1, 5)] == [True] * 4


def test_no_token_is_in_any_file_that_was_written(author: Author) -> None:
    notebook = author.run_all()

    assert CANARY not in said(notebook)
    written = [file for file in author.home.rglob("*") if file.is_file()]
    assert len([file for file in written if file.suffix in (".png", ".webp", ".jpg")]) == 4
    assert not [file for file in written if CANARY.encode() in file.read_bytes()]
