"""A notebook to type into, and a service that nobody waits for."""

from __future__ import annotations

import atexit
import gc
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import mj_widgets as mj
from mj_widgets.sandbox import Sandbox, Sketches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "canary-4711-secret"


@dataclass(frozen=True)
class Ran:
    """What came of a cell: its value, its exception, and all that the user can read."""

    value: Any
    error: BaseException | None
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@dataclass
class Notebook:
    """A shell, one cell after the other."""

    shell: InteractiveShell
    capture: pytest.CaptureFixture[str]

    def run(self, code: str) -> Ran:
        self.capture.readouterr()
        result = self.shell.run_cell(code, store_history=True)
        said = self.capture.readouterr()
        return Ran(
            result.result, result.error_in_exec or result.error_before_exec, said.out + said.err
        )

    def mjfetch(self, line: str) -> Ran:
        return self.run(f"%mjfetch {line}")

    def offered(self, line: str) -> list[str]:
        """What Tab offers at the end of a line."""
        with provisionalcompleter():
            return [c.text for c in self.shell.Completer.completions(line, len(line))]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A service whose tasks are finished at once, each picture a few pixels."""
    with Sandbox(speed=1e6, kitchen=Sketches()).in_thread() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def little_garbage() -> None:
    """Each shell collects garbage as it ends; what was there before is not searched again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def fresh(
    little_garbage: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Notebook]:
    """A shell that knows nothing of the package, in an environment that names no service."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(sys, "path", sys.path.copy())
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.IPCompleter.use_jedi = True  # what it offers beside ours is not wanted
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=config)
    yield Notebook(shell, capsys)
    shell.atexit_operations()
    atexit.unregister(shell.atexit_operations)
    InteractiveShell.clear_instance()
    ipywidgets.Widget.close_all()


@pytest.fixture
def notebook(fresh: Notebook, sandbox: Sandbox) -> Notebook:
    """A shell with the extension loaded and a service to ask."""
    mj.configure(sandbox.url, TOKEN)
    fresh.run("%load_ext mj_widgets")
    return fresh
