"""Looks that are missing: made in the background, what was asked for last first."""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from services import file_of, film_of

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.archive import KeptFile, Library
from mj_widgets.errors import LibraryError, MjError
from mj_widgets.pictures.images import Picture
from mj_widgets.pictures.looks import PictureLook, look_of
from mj_widgets.sets import looking
from mj_widgets.sets.looking import LookMaker

SECONDS = 30
NOISE = [file_of(Image.effect_noise((20 + n, 20), 90)) for n in range(8)]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "library")
    yield library
    library.close()


def kept(library: Library, *pictures: bytes) -> list[KeptFile]:
    """Files that the library has no looks of, as it has of those of older versions."""
    fields = {"action": "IMAGINE", "status": "SUCCESS"}
    files: list[KeptFile] = []
    for n, data in enumerate(pictures):
        task = mj.Task.parse({"id": f"{len(library)}-{n}", **fields})
        files += library.save(task, [data], service="host.example").files
    return files


class Heard:
    """What one who asked was told, in order."""

    def __init__(self) -> None:
        self._news: queue.SimpleQueue[tuple[str, PictureLook | MjError]] = queue.SimpleQueue()

    def __call__(self, digest: str, found: PictureLook | MjError) -> None:
        self._news.put((digest, found))

    def next(self, count: int = 1) -> list[tuple[str, PictureLook | MjError]]:
        return [self._news.get(timeout=SECONDS) for _ in range(count)]

    @property
    def is_silent(self) -> bool:
        background.do(lambda: None)
        return self._news.empty()


class Gate:
    """Lets the pictures that are looked at through one by one."""

    def __init__(self) -> None:
        self.began: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._may_go = threading.Semaphore(0)

    def look_of(self, picture: Picture) -> PictureLook:
        self.began.put(picture.data)
        assert self._may_go.acquire(timeout=SECONDS)
        return look_of(picture)

    def next(self) -> bytes:
        return self.began.get(timeout=SECONDS)

    def let(self, count: int = 1) -> None:
        self._may_go.release(count)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(looking, "look_of", gate.look_of)
    yield gate
    gate.let(100)


def test_each_file_is_looked_at_and_its_look_kept(library: Library) -> None:
    files, heard = kept(library, *NOISE), Heard()
    LookMaker(library).ask(files, heard)
    found = dict(heard.next(len(files)))
    expected = [look_of(Picture.from_bytes(data)) for data in NOISE]
    assert [found[file.sha256] for file in files] == expected
    assert [library.looks.get(file.sha256) for file in files] == expected


def test_a_look_that_is_there_is_told_and_not_made(library: Library, gate: Gate) -> None:
    (file,), heard = kept(library, NOISE[0]), Heard()
    look = look_of(Picture.from_bytes(NOISE[0]))
    library.looks.put(file.sha256, look)
    LookMaker(library).ask([file], heard)
    assert heard.next() == [(file.sha256, look)]
    assert gate.began.empty()


def test_two_are_made_at_once_and_what_was_asked_for_last_is_next(
    library: Library, gate: Gate
) -> None:
    files, heard, maker = kept(library, *NOISE), Heard(), LookMaker(library)
    maker.ask(files[:4], heard)
    assert {gate.next(), gate.next()} == {NOISE[0], NOISE[1]}
    maker.ask(files[4:6], heard)
    assert heard.is_silent
    assert gate.began.empty()
    order = []
    for _ in range(4):
        gate.let()
        order.append(gate.next())
    assert order == [NOISE[n] for n in (4, 5, 2, 3)]
    gate.let(2)
    assert {digest for digest, _ in heard.next(6)} == {file.sha256 for file in files[:6]}


def test_what_waits_comes_to_the_front_when_it_is_asked_for_again(
    library: Library, gate: Gate
) -> None:
    files, first, second, maker = kept(library, *NOISE), Heard(), Heard(), LookMaker(library)
    maker.ask(files[:5], first)
    gate.next(), gate.next()
    maker.ask([files[4], files[0]], second)  # one waits, one is at work
    second.is_silent  # noqa: B018 - it was heard by now
    gate.let()
    assert gate.next() == NOISE[4]
    gate.let(10)
    assert len(first.next(5)) == 5
    assert {digest for digest, _ in second.next(2)} == {files[4].sha256, files[0].sha256}
    assert {gate.next(), gate.next()} == {NOISE[2], NOISE[3]}
    assert gate.began.empty()  # none was made twice


def test_what_is_taken_back_is_neither_made_nor_told(library: Library, gate: Gate) -> None:
    files, gone, other = kept(library, *NOISE), Heard(), Heard()
    maker = LookMaker(library)
    take_back = maker.ask(files[:6], gone)
    gate.next(), gate.next()
    maker.ask([files[5]], other)
    take_back()
    gate.let(10)
    assert [digest for digest, _ in other.next()] == [files[5].sha256]
    assert gate.next() == NOISE[5]
    assert gone.is_silent
    maker.ask([files[7]], other)
    other.next()
    assert gate.next() == NOISE[7]
    assert gate.began.empty()


def missing(file: KeptFile) -> None:
    file.path.unlink()


def changed(file: KeptFile) -> None:
    file.path.write_bytes(bytes(file.size))


@pytest.mark.parametrize(
    ("data", "harm", "said"),
    [
        (NOISE[0], missing, "is missing"),
        (NOISE[0], changed, "was changed"),
        (NOISE[0][:300], None, "truncated or damaged"),
        (b"no picture", None, "not a picture"),
        (film_of(), None, "video"),
    ],
)
def test_a_file_that_cannot_be_looked_at_is_one_line_and_the_rest_is_there(
    library: Library, data: bytes, harm: Callable[[KeptFile], None] | None, said: str
) -> None:
    files, heard = kept(library, data, NOISE[1]), Heard()
    if harm:
        harm(files[0])
    LookMaker(library).ask(files, heard)
    found = dict(heard.next(2))
    error = found[files[0].sha256]
    assert isinstance(error, MjError)
    assert said in str(error)
    assert "\n" not in str(error)
    assert isinstance(found[files[1].sha256], PictureLook)


def test_who_fails_when_told_holds_up_nobody(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    files, heard, maker = kept(library, *NOISE[:4]), Heard(), LookMaker(library)

    def fail(*_: object) -> None:
        raise RuntimeError("the tile is gone")

    with caplog.at_level(logging.ERROR):
        maker.ask(files, fail)
        maker.ask(files, heard)
        assert len(heard.next(4)) == 4
        maker.ask(files[:1], heard)
        heard.next()
    assert "the tile is gone" in caplog.text


def test_a_library_that_was_closed_still_has_its_looks(library: Library) -> None:
    files, heard = kept(library, NOISE[0]), Heard()
    library.close()
    with pytest.raises(LibraryError):
        library.search()
    LookMaker(library).ask(files, heard)
    assert isinstance(heard.next()[0][1], PictureLook)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_a_forked_process_begins_anew(library: Library, gate: Gate) -> None:
    files, heard, maker = kept(library, *NOISE), Heard(), LookMaker(library)
    maker.ask(files[:4], heard)
    gate.next(), gate.next()
    if not (child := os.fork()):
        signal.alarm(SECONDS)
        looking.look_of = look_of
        maker.ask([files[6]], heard)
        os._exit(7 if heard.next()[0][0] == files[6].sha256 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    gate.let(10)
    assert len(heard.next(4)) == 4
