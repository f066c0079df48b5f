"""A notebook run again: it submits nothing, asks nothing, and shows every picture."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from archive.support import FILES
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter
from sketches import sketching

import mj_widgets as mj
from card.page import Seen
from mj_widgets.archive import database
from mj_widgets.sandbox import EXAMPLES, Sandbox
from mj_widgets.session import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

CANARY = "sk-canary-2f60a9d8c3b14e57"
LASTING = Path(__file__).parents[2] / "notebooks" / "lasting.ipynb"
SECONDS = 60
CELLS = (
    "%load_ext mj_widgets",
    f"grid = %mjfetch {EXAMPLES['finished']} --wait\ngrid",
    "varied = grid.vary(2)\nassert (await varied).succeeded\nvaried",
    "taken = grid.upscale(3)\nassert taken.wait().succeeded\ntaken",
    "subtle = taken.press('Vary (Subtle)')\nassert subtle.wait().succeeded\nsubtle",
)
PICTURE = re.compile(r'<img [^>]*src="data:image/jpeg;base64,[A-Za-z0-9+/=]{300,}"')


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
    with sketching().in_thread() as sandbox:
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


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    """All that the cells put out, in order."""
    return [output for cell in notebook.cells for output in cell.outputs]


def printed(notebook: NotebookNode) -> list[str]:
    """The lines that the cells print."""
    texts = [output.text for output in outputs(notebook) if output.get("name") == "stdout"]
    return "".join(texts).splitlines()


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
    with sketching().in_thread() as sandbox:
        author = Author(tmp_path, clean_environment, sandbox)
        author.run_all()

    again = author.run_all()
    offline = author.run_all(MJ_OFFLINE="1", MJ_API_TOKEN="")

    for notebook in (again, offline):
        assert [pictures(notebook, number) > 0 for number in range(1, 5)] == [True] * 4


def test_no_token_is_in_any_file_that_was_written(author: Author) -> None:
    notebook = author.run_all()
    page, _ = HTMLExporter().from_notebook_node(notebook)

    assert CANARY not in said(notebook)
    assert CANARY not in page
    written = [file for file in author.home.rglob("*") if file.is_file()]
    assert len([file for file in written if file.suffix in (".png", ".webp", ".jpg")]) == 4
    assert not [file for file in written if CANARY.encode() in file.read_bytes()]


# -- a run that was broken off ---------------------------------------------------------------------


def broken_off(author: Author, *cells: str, **variables: str) -> None:
    """Run the cells in a kernel that is killed at the end of the last one."""
    with pytest.raises(DeadKernelError):
        author.run_all(
            *cells, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", **variables
        )


def test_run_again_after_it_broke_off_it_follows_the_press_to_its_end(author: Author) -> None:
    author.sandbox.studio.options.speed = 2
    broken_off(author, *CELLS[:2], "varied = grid.vary(2)\nwhile not varied.task_id:\n    pass")
    assert len(author.sandbox.posts) == 1

    second = author.run_all(*CELLS[:3])

    assert len(author.sandbox.posts) == 1
    assert pictures(second, 2) == 1
    assert "not again" in said(second)


def test_a_press_whose_kernel_died_before_the_answer_is_for_a_person_to_look_after(
    author: Author,
) -> None:
    author.sandbox.faults.slow_seconds = 30
    author.sandbox.faults.next("slow", path="/submit")
    arrived = author.home / "arrived"

    def note_arrival() -> None:
        while not author.sandbox.posts:
            time.sleep(0.01)
        arrived.touch()

    threading.Thread(target=note_arrival, daemon=True).start()
    press = f"import os\ngrid.upscale(3)\nwhile not os.path.exists({str(arrived)!r}):\n    pass"
    broken_off(author, *CELLS[:2], press)
    assert len(author.sandbox.posts) == 1

    with pytest.raises(CellExecutionError, match=r"It may have been submitted on .* new=True"):
        author.run_all(*CELLS[:2], CELLS[3])
    assert len(author.sandbox.posts) == 1

    author.run_all(*CELLS[:2], CELLS[3].replace("upscale(3)", "upscale(3, new=True)"))
    assert len(author.sandbox.posts) == 2


@pytest.mark.parametrize("picture", ["failed", "is gone"])
def test_a_press_that_came_to_nothing_says_how_to_send_it_anew(
    author: Author, picture: str
) -> None:
    clock = author.sandbox.clock
    now = clock()
    author.sandbox.clock = lambda: now  # else the task could have ended before the kernel has
    broken_off(author, *CELLS[:2], "varied = grid.vary(2)\nwhile not varied.task_id:\n    pass")
    author.sandbox.clock = clock
    (task_id,) = (i for i in author.sandbox.studio.tasks if i not in EXAMPLES.values())
    if picture == "failed":
        body = {"id": task_id, "action": "VARIATION", "status": "FAILURE", "failReason": "tired"}
        author.sandbox.put(task_id, body)
    else:
        del author.sandbox.studio.tasks[task_id]

    with pytest.raises(CellExecutionError, match="new=True, submits it anew"):
        author.run_all(*CELLS[:3])
    assert len(author.sandbox.posts) == 1

    author.run_all(*CELLS[:2], CELLS[2].replace("vary(2)", "vary(2, new=True)"))
    assert len(author.sandbox.posts) == 2
    author.run_all(*CELLS[:3])
    assert len(author.sandbox.posts) == 2


def test_the_sandbox_of_a_kernel_that_died_took_its_tasks_along(author: Author) -> None:
    its_own = {"MJ_API_URL": "sandbox", "MJ_API_TOKEN": ""}
    broken_off(
        author, *CELLS[:2], "varied = grid.vary(2)\nwhile not varied.task_id:\n    pass", **its_own
    )

    quick = "from mj_widgets.session import settings\nsettings.sandbox().options.speed = 50\n"
    cells = (*CELLS[:2], quick + CELLS[2])
    second = author.run_all(*cells, **its_own)
    third = author.run_all(*cells, **its_own)

    assert pictures(second, 2) == pictures(third, 2) == 1
    assert "not again" not in said(second)
    assert "not again" in said(third)


# -- the notebook that shows it --------------------------------------------------------------------


def test_the_notebook_about_it_is_as_pleasant_the_second_time(author: Author) -> None:
    cells = [
        cell.source
        for cell in nbformat.read(LASTING, as_version=4).cells
        if cell.cell_type == "code"
    ]
    own = {"MJ_API_URL": "sandbox", "MJ_API_TOKEN": ""}

    first, second = (author.run_all(*cells, **own) for _ in range(2))

    assert printed(first)[-1] == "submissions in this kernel: 1"
    assert printed(second)[-1] == "submissions in this kernel: 0"
    for notebook in (first, second):
        assert "requests: 0" in printed(notebook)
        assert "the same task: True, submissions: 0" in printed(notebook)
        cards = [number for number in range(len(cells)) if shown(notebook, number)]
        assert len(cards) == 4
        assert all(pictures(notebook, number) for number in cards)
        assert [output.get("name") for output in outputs(notebook)].count("stderr") == 0


# -- what is kept ----------------------------------------------------------------------------------


KINDS = ["png", "webp", "jpeg", "animated webp", "mp4"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_kept_byte_for_byte_as_it_was_served(tmp_path: Path, kind: str) -> None:
    data = FILES[kind]
    with sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        link = sandbox.put_file(f"p.{kind.split()[-1]}", data, "application/octet-stream")
        body = {"id": "77", "action": "UPSCALE", "status": "SUCCESS", "imageUrl": link}
        sandbox.put("77", body | ({"videoUrl": link} if kind == "mp4" else {}))
        card = mj.TaskWidget("77")
        card.wait(SECONDS)
        saved = card.save(tmp_path / "saved")

    record = mj.library().get("77")
    assert record is not None
    (file,) = record.files
    assert hashlib.sha256(file.path.read_bytes()).hexdigest() == hashlib.sha256(data).hexdigest()
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert mj.read_metadata(saved)["task_id"] == "77"
    # With the newest of the index in a file of its own, as the library is still open.
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "library.db-wal" in [path.name for path in files]
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]


def test_no_name_that_a_service_gives_a_task_leads_out_of_the_library(tmp_path: Path) -> None:
    with sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY)
        link = sandbox.put_file("p.png", FILES["png"])
        body = {"id": "../../x", "action": "UPSCALE", "status": "SUCCESS", "imageUrl": link}
        sandbox.put("77", body)
        card = mj.TaskWidget("77")
        card.wait(SECONDS)
        saved = card.save(tmp_path / "saved")

    (kept,) = mj.library().search(limit=None)
    kept.wait(SECONDS)
    assert kept.files[0].resolve().is_relative_to(mj.library().folder)
    assert saved.resolve().parent == tmp_path / "saved"
    assert len(list(tmp_path.rglob("*.png"))) == 2


def test_a_cell_that_did_not_wait_shows_its_end_when_a_later_one_has_waited(
    author: Author,
) -> None:
    notebook = author.run_all(
        CELLS[0],
        f"first = %mjfetch {EXAMPLES['running']}\nfirst",
        "import time\nwhile first.status != 'SUCCESS': time.sleep(0.1)",
        f"second = %mjfetch {EXAMPLES['finished']}\nsecond.wait();",
    )
    [html] = [output for output in shown(notebook, 1) if "figure" in output]
    assert PICTURE.search(html)
    assert "Not finished" not in html


@pytest.mark.parametrize("place", ["a file", "below a file", "no library"])
def test_where_nothing_can_be_kept_the_card_shows_and_one_line_says_so(
    tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("no folder")
    folders = {"a file": tmp_path / "file", "below a file": tmp_path / "file" / "below"}
    with sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, CANARY, library=folders.get(place))
        grid = mj.TaskWidget(EXAMPLES["finished"])
        grid.wait(SECONDS)
        lines = [Seen(grid).notice]
        if place != "no library":
            with pytest.raises(
                mj.LibraryError, match=r"Nothing was submitted.*new=True submits it"
            ):
                grid.upscale(2).wait(SECONDS)
        assert sandbox.posts == []
        taken = grid.upscale(2, new=place != "no library")
        assert taken.wait(SECONDS).succeeded
        assert grid.upscale(2) is taken
        lines.append(Seen(taken).notice)
        assert mj.TaskWidget(EXAMPLES["finished"]).wait(SECONDS).succeeded
        assert len(sandbox.posts) == 1

    assert len(grid.quadrants) == 4
    for line in lines:
        assert "\n" not in line
        if place == "no library":
            assert line == ""
        else:
            assert line.startswith(f"Nothing is kept. The library {folders[place]} cannot be made")
            assert "mj.configure(library=...)" in line


FULL_DISK = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
mj.configure(library={library!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
grid = mj.TaskWidget({grid!r})
grid.wait({seconds})
print(Seen(grid).notice)
print(len(grid.quadrants), grid.upscale(2).wait({seconds}).succeeded)
"""
ONLY_TO_READ = """
import os
mj.TaskWidget({other!r}).wait({seconds})  # imports what only the owner may read
if os.geteuid() == 0:
    os.setuid(65534)
mj.configure(library={library!r})
grid = mj.TaskWidget({grid!r})
grid.wait({seconds})
print(grid.upscale(2).wait({seconds}).succeeded)
grid = mj.TaskWidget({other!r})
grid.wait({seconds})
print(Seen(grid).notice)
try:
    grid.upscale(2).wait({seconds})
except mj.LibraryError as error:
    print(error)
print(len(grid.quadrants), grid.upscale(2, new=True).wait({seconds}).succeeded)
"""


def in_another_process(story: str, sandbox: Sandbox, library: Path) -> list[str]:
    """Run a story that is to use the library, and return the lines that it prints."""
    begin = f"""import mj_widgets as mj
from card.page import Seen
mj.configure({sandbox.url!r}, 'key', library=None)
"""
    lines = story.format(
        grid=EXAMPLES["finished"],
        other=EXAMPLES["running"],
        library=str(library),
        seconds=SECONDS,
    )
    done = subprocess.run(
        [sys.executable, "-c", begin + lines],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, Path(__file__).parents[1:3]))},
    )
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def test_on_a_full_disk_the_card_works_and_one_line_says_that_nothing_is_kept(
    tmp_path: Path,
) -> None:
    with Sandbox(speed=20).in_thread() as sandbox:  # whose pictures need room
        line, result = in_another_process(FULL_DISK, sandbox, tmp_path / "library")

    assert line.startswith("Nothing is kept. Task 1747132423020537 cannot be kept in ")
    assert "Make room on the disk" in line
    assert result == "4 True"
    assert not list(tmp_path.rglob("*.part"))


def test_who_may_only_read_the_library_pays_nothing_twice() -> None:
    with (
        sketching().in_thread() as sandbox,
        tempfile.TemporaryDirectory() as name,
    ):
        Path(name).chmod(0o755)
        mj.configure(sandbox.url, "key", library=Path(name) / "library")
        grid = mj.TaskWidget(EXAMPLES["finished"])
        grid.wait(SECONDS)
        assert grid.upscale(2).wait(SECONDS).succeeded
        folders = [path for path in Path(name).rglob("*") if path.is_dir()]
        for path in Path(name).rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)

        known, line, refusal, result = in_another_process(
            ONLY_TO_READ, sandbox, Path(name) / "library"
        )

        for folder in folders:
            folder.chmod(0o755)
        assert known == "True"
        assert line.startswith("Nothing is kept. Task ")
        assert "could not be written down first: new=True submits it" in refusal
        assert result == "4 True"
        assert len(sandbox.posts) == 2  # the known one, and another's


def test_a_press_is_known_although_another_program_is_writing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with sketching().in_thread() as sandbox:
        mj.configure(sandbox.url, "key")
        first, second = (mj.TaskWidget(EXAMPLES["finished"]) for _ in range(2))
        for card in (first, second):
            card.wait(SECONDS)
        taken = first.upscale(2)
        taken.wait(SECONDS)
        with database.Database(mj.library().folder / "library.db").writing():
            again = second.upscale(2)
            again.wait(SECONDS)
        assert again.task_id == taken.task_id
        assert len(sandbox.posts) == 1


def test_only_what_is_not_kept_is_said_to_be_so(tmp_path: Path) -> None:
    with sketching().in_thread() as sandbox:
        session = mj.configure(sandbox.url, "key")
        mj.TaskWidget(EXAMPLES["finished"]).wait(SECONDS)
        session.account.not_saved = "Another task cannot be kept."
        card = mj.TaskWidget(EXAMPLES["finished"])
        card.wait(SECONDS)
    assert Seen(card).notice == ""


def test_without_a_sandbox_one_line_says_how_to_start_one() -> None:
    with pytest.raises(mj.MjError, match=r'mj.configure\("sandbox"\)'):
        settings.Settings().sandbox()
