"""A gallery in a kernel: answered while a cell runs, and kept where a program runs the notebook."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from cells import BUSY
from libraries import FIRST, SERVICE, fill
from nbclient import NotebookClient

from kernel.raw import RawKernel
from mj_widgets.archive import Library
from mj_widgets.archive.marks import Mark, Spot
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.sets.items import item_of

if TYPE_CHECKING:
    from pathlib import Path

SHOW = """import mj_widgets as mj
mj.configure(library={folder!r}, offline=True)
g = mj.tasks().gallery()
g"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    library = Library(tmp_path / "kept")
    fill(library, 8, side=64)
    library.close()
    return str(tmp_path / "kept")


def of_wall(kernel: RawKernel, kind: str) -> Any:
    """Wait for a message of the wall of one type that is not empty; return what it brings."""

    def brought(message: Any) -> Any:
        data = message["content"].get("data", {})
        is_own = message["msg_type"] == "comm_msg" and data.get("method") == "custom"
        content = data["content"] if is_own else {}
        return content.get("type") == kind and content[kind]

    return brought(kernel.until(brought))


def test_tiles_and_marks_are_answered_while_a_cell_runs_and_kept_when_the_kernel_is_killed(
    kernel: RawKernel, folder: str, ipykernel_major: int
) -> None:
    kernel.run(SHOW.format(folder=folder))
    wall = kernel.run("print(g.wall.model_id)").text.strip()
    subshell = kernel.new_subshell() if ipykernel_major == 7 else None
    busy = kernel.start(BUSY)
    kernel.until(lambda message: message["content"].get("text") == "busy\n")
    if subshell is None:  # ipykernel 6 takes no message while a cell runs
        kernel.interrupt()
        kernel.wait(busy)
    kernel.send_comm(
        wall,
        {"method": "custom", "content": {"type": "want", "request": 1, "numbers": [1, 2, 3]}},
        subshell=subshell,
    )
    assert [tile[0] for tile in of_wall(kernel, "tiles")]
    told = {"type": "mark", "items": [item_of(1, 2)], "rating": 4}
    kernel.send_comm(wall, {"method": "custom", "content": told}, subshell=subshell)
    assert of_wall(kernel, "marks") == [[1, [[2, 4, ""]]]]
    kernel.kill()
    again = Library(folder)
    assert again.marks.since(0)[1] == {Spot(SERVICE, str(FIRST), 2): Mark(4)}
    again.close()


def run_by_a_program(cells: list[str], tmp_path: Path, environment: dict[str, str]) -> Any:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(made, kernel_name="python3", resources=resources).execute(env=environment)
    return made


def copies(made: Any) -> list[str]:
    """The still copies in a notebook's file."""
    htmls = [
        output["data"]["text/html"]
        for cell in made.cells
        for output in cell.outputs
        if "data-mj-static" in output.get("data", {}).get("text/html", "")
    ]
    return [str(html) for html in htmls]


def test_a_program_that_runs_it_keeps_the_sheet_of_what_is_kept_and_of_what_was_waited_for(
    folder: str, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    with Sandbox().in_thread() as sandbox:
        ids = [EXAMPLES["finished"], sandbox.add_task("a slow fox")]
        service = f"base_url={sandbox.url!r}, token='k'"
        made = run_by_a_program(
            [
                SHOW.format(folder=folder).replace("offline=True", service),
                f"tasks = mj.fetch({ids!r})\ntasks",
                "tasks.wait(60);",
            ],
            tmp_path,
            clean_environment,
        )
        assert sandbox.posts == []
    kept, fetched = copies(made)
    assert 'alt="contact sheet: 8 of 8 tasks"' in kept
    assert 'alt="contact sheet: 2 of 2 tasks"' in fetched
    with sqlite3.connect(f"{folder}/library.db") as disk:
        assert disk.execute("SELECT count(*) FROM tasks").fetchone()[0] == 10
    assert len(re.findall("<img", kept + fetched)) == 2
