"""Every notebook runs to its end on the sandbox, with no key and no network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from mj_widgets.sandbox import Sandbox, Sketches

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
PRINTED = (
    re.compile(r"Serving notebooks from local directory: (.*)").search,
    re.compile(r"http://127\.0\.0\.1:\d+/lab(?:/tree/)?([^?]*)\?token=").search,
)
QUICK = """
from mj_widgets.sandbox import Sketches
from mj_widgets.session import sandbox
sandbox().options.speed = 50  # what the notebook does is the same, sooner
sandbox().kitchen = Sketches(1)
"""


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_to_its_end(path: Path, clean_environment: dict[str, str]) -> None:
    notebook = nbformat.read(path, as_version=4)
    chosen = next(n for n, cell in enumerate(notebook.cells) if "mj.configure" in cell.source)
    notebook.cells.insert(chosen + 1, nbformat.v4.new_code_cell(QUICK))

    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute(
        env=clean_environment
    )

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    # Nothing may be written to stderr: a newcomer would take it for a fault.
    assert not [output for output in outputs if output.get("name") == "stderr"]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)

    assert all(not cell.get("outputs") for cell in notebook.cells)


def make_environment(folder: Path, *, jupyter: str) -> None:
    """Put there what looks as if all were installed."""
    programs = folder / "bin"
    programs.mkdir()
    for name, script in (("python", ""), ("pip", "exit 1"), ("jupyter", jupyter)):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)


def test_the_command_of_the_readme_opens_the_quickstart_in_an_environment_of_its_own(
    tmp_path: Path,
) -> None:
    make_environment(tmp_path, jupyter='echo "$@"')

    done = subprocess.run(
        [NOTEBOOKS / "open", "--no-browser"],
        env={**os.environ, "VENV": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    words = done.stdout.split()
    assert words[0] == "lab"
    assert "--LabApp.default_url=/lab/tree/quickstart.ipynb" in words
    assert words[-1] == "--no-browser"
    assert ("--allow-root" in words) == (os.geteuid() == 0)


def test_where_no_browser_is_the_address_that_is_printed_leads_to_the_quickstart(
    tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    make_environment(tmp_path, jupyter=f'exec "{sys.executable}" -m jupyter "$@"')
    with subprocess.Popen(
        [NOTEBOOKS / "open", "--no-browser", "--port=0"],
        env=clean_environment | {"VENV": str(tmp_path)},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    ) as lab:
        assert lab.stderr is not None
        folder, file = (next(filter(None, map(seek, lab.stderr))).group(1) for seek in PRINTED)
        lab.terminate()

    assert Path(folder) / file == NOTEBOOKS / "quickstart.ipynb"


def test_a_saved_notebook_holds_no_token(clean_environment: dict[str, str]) -> None:
    token = "sk-canary-5d1c77e0b94f4a12"
    with Sandbox(speed=20, kitchen=Sketches()).in_thread() as sandbox:
        service = {"MJ_API_URL": sandbox.url, "MJ_API_TOKEN": token}
        cells = [
            "%load_ext mj_widgets\nimport mj_widgets as mj\nmj.configure()",
            "w = %mjfetch 1747132423020537 --wait\nw",
            "w.upscale(1).wait(), vars(w), mj.configure().client",
            "mj.TaskWidget('123456').wait()",
        ]
        notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
        NotebookClient(notebook, timeout=120, allow_errors=True).execute(
            env=clean_environment | service
        )
        assert {record.auth for record in sandbox.log if "/mj/" in record.path} == {"bearer"}

    saved = nbformat.writes(notebook)
    assert "TaskNotFound" in saved
    assert "application/vnd.jupyter.widget-state+json" in saved
    assert token not in saved
