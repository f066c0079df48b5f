"""An id that is no id: whatever a service, a library or a file calls a task, nothing runs by it."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import bodies
import pytest
from card.page import SECONDS, Seen
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from services import file_of

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.archive import Library, State
from mj_widgets.models import Submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GRID = "1747132423020991"
ODD = [
    "1795000000001\n!touch x #",
    "17 --wait",
    "../../x",
    "\x1b]52;c;aGk=\x07",
    "17\u202e81",
    "x" * 1_000_000,
    '<img src=x onerror="alert(1)">',
]
EACH = pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
PICTURE = file_of(Image.new("RGB", (8, 8), "orange"))


class Hostile(ThreadingHTTPServer):
    """A service that calls every new task as it likes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.calls_it: object = ""
        self.posts = 0


class Answering(BaseHTTPRequestHandler):
    server: Hostile

    def do_GET(self) -> None:
        if self.path.endswith("/fetch"):
            body = bodies.DMX_GRID | {"imageUrl": f"{self.server.url}/p.png"}
            self._answer(json.dumps(body | {"id": GRID}).encode(), "application/json")
        else:
            self._answer(PICTURE, "image/png")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if "/submit/" not in self.path:
            self.send_error(404)
            return
        self.server.posts += 1
        said = {"code": 1, "description": "ok", "result": self.server.calls_it}
        self._answer(json.dumps(said).encode(), "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with Hostile() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        mj.configure(server.url, "key")
        yield server
        server.shutdown()


def offered() -> list[str]:
    """What Tab offers behind %mjfetch that is no option."""
    shell = InteractiveShell()
    mj.load_ipython_extension(shell)
    _, found = shell.complete("", "%mjfetch ", 9)
    mj.unload_ipython_extension(shell)
    return [text for text in found if not text.startswith("-")]


@EACH
def test_a_press_that_is_answered_with_no_id_may_have_been_submitted(
    hostile: Hostile, odd: str
) -> None:
    hostile.calls_it = odd
    card = mj.TaskWidget(GRID)
    card.wait(SECONDS)
    for _ in range(2):
        with pytest.raises(mj.ServiceUnavailable) as caught:
            card.press("V1").wait(SECONDS)
        assert caught.value.maybe_sent
        assert "may have been submitted" in str(caught.value)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 400
    assert hostile.posts == 1
    assert Seen(card).notice.isprintable()
    assert background.do(lambda: card.followups) == ()
    assert offered() == [GRID]
    assert str(card.tree()).splitlines()[1:] == []


@EACH
def test_a_prompt_that_is_answered_with_no_id_may_have_been_submitted(
    hostile: Hostile, odd: str
) -> None:
    hostile.calls_it = [odd, {"id": odd}]
    with pytest.raises(mj.ServiceUnavailable, match="may have been submitted") as caught:
        mj.imagine("a red fox").wait(SECONDS)
    assert caught.value.maybe_sent
    assert hostile.posts == 1
    assert offered() == []


def test_of_several_ids_those_that_are_none_are_left_out(hostile: Hostile) -> None:
    hostile.calls_it = [GRID, ODD[0]]
    card = mj.imagine("a red fox")
    assert card.wait(SECONDS).id == GRID
    assert offered() == [GRID]


@EACH
def test_a_task_that_calls_itself_something_else_has_the_id_it_was_asked_by(odd: str) -> None:
    assert mj.Task.parse(bodies.DMX_GRID | {"id": odd}).id == ""
    assert mj.Task.parse(bodies.DMX_GRID | {"parentId": odd}).parent_id == ""


@EACH
def test_what_a_library_calls_a_task_is_no_id_by_that(tmp_path: Path, odd: str) -> None:
    library = Library(tmp_path)
    task = mj.Task.parse(bodies.DMX_GRID | {"id": "17"})
    library.save(task, [PICTURE], service="h.example", parent="16", button="V1")
    entry = library.journal.begin("h.example", "submit/action", {}, parent="16", button="V1")
    library.journal.accepted(entry, Submission(code=1, task_ids=("17",)))
    with closing(sqlite3.connect(tmp_path / "library.db")) as disk, disk:
        disk.execute("UPDATE tasks SET id = ?, parent = ?", (odd, odd))
        disk.execute("UPDATE started SET task = ?", (odd,))
        named = json.dumps({"code": 1, "task_ids": [odd]})
        disk.execute("UPDATE submissions SET submission = ?", (named,))

    (record,) = library.search()
    assert (record.task.id, record.parent) == ("", "")
    assert record.read() == (PICTURE,)
    again = library.journal.begin("h.example", "submit/action", {}, parent="16", button="V1")
    assert (again.is_new, again.state) == (False, State.UNCLEAR)
    for source in (library, library.journal):
        assert source.children("h.example", "16") == []
        assert source.kin("h.example", odd) == []


@EACH
def test_what_a_file_calls_its_task_is_no_id_by_that(tmp_path: Path, odd: str) -> None:
    info = PngInfo()
    for word, text in (("Software", "mj-widgets 9"), ("Task", odd), ("Parent", odd)):
        info.add_itxt(word, text)
    info.add_itxt("Seed", "7")
    (tmp_path / "p.png").write_bytes(file_of(Image.new("L", (1, 1)), pnginfo=info))
    assert mj.read_metadata(tmp_path / "p.png") == {"seed": "7"}


@EACH
def test_what_a_person_types_or_pastes_is_refused_in_one_harmless_line(
    hostile: Hostile, odd: str
) -> None:
    with pytest.raises(ValueError, match="is no task id") as caught:
        mj.TaskWidget(odd)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200
