"""One budget of memory for all pictures that are open at once, from any thread."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image
from services import file_of

from mj_widgets.pictures import budget, images
from mj_widgets.pictures.budget import LARGE, MOST_MEMORY, Room
from mj_widgets.pictures.images import Picture, previews

SECONDS = 20


class Visitor:
    """Somebody in a thread of their own who has room until they are told to go."""

    def __init__(self, room: Room, need: int) -> None:
        self.is_in, self._may_go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._stay, args=(room, need), daemon=True)
        self._thread.start()

    def _stay(self, room: Room, need: int) -> None:
        with room.of(need):
            self.is_in.set()
            self._may_go.wait(SECONDS)

    def go(self) -> None:
        self._may_go.set()
        self._thread.join(SECONDS)


def test_who_finds_no_room_waits_until_there_is_some() -> None:
    room = Room(100, large=1000)
    first, second = Visitor(room, 60), Visitor(room, 40)
    assert first.is_in.wait(SECONDS)
    assert second.is_in.wait(SECONDS)
    third = Visitor(room, 1)
    assert not third.is_in.is_set()
    second.go()
    assert third.is_in.wait(SECONDS)
    first.go()
    third.go()


def test_large_ones_come_one_after_the_other_and_small_ones_beside_them() -> None:
    room = Room(100, large=30)
    first = Visitor(room, 30)
    assert first.is_in.wait(SECONDS)
    second, small = Visitor(room, 30), Visitor(room, 20)
    assert small.is_in.wait(SECONDS)
    assert not second.is_in.is_set()
    first.go()
    assert second.is_in.wait(SECONDS)
    second.go()
    small.go()


def test_room_is_free_again_after_an_error() -> None:
    room = Room(100, large=50)
    with pytest.raises(KeyError), room.of(100):
        raise KeyError
    with room.of(100):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
def test_a_forked_process_has_all_the_room() -> None:
    visitor = Visitor(budget.ROOM, LARGE)
    assert visitor.is_in.wait(SECONDS)
    if not (child := os.fork()):
        signal.alarm(SECONDS)  # it would wait for ever for a thread that is not here
        with budget.ROOM.of(MOST_MEMORY):
            os._exit(7)
    visitor.go()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_all_that_is_open_stays_below_a_gigabyte(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve cards at once of one picture that takes a third of the room."""
    picture = file_of(Image.new("RGB", (600, 500), "red"))
    room = Room(3 * 600 * 500 * 4, large=600 * 500 * 4)
    taken: list[int] = []
    together = threading.Lock()
    is_open = 0
    monkeypatch.setattr(images, "ROOM", room)
    monkeypatch.setattr(images, "_REMEMBERED", 0)
    load = images.pixels_of

    def watched(data: bytes, kind: images.Format, side: int = 0) -> Image.Image:
        nonlocal is_open
        with together:
            is_open += 1
            taken.append(is_open)
        image = load(data, kind, side)
        with together:
            is_open -= 1
        return image

    monkeypatch.setattr(images, "pixels_of", watched)
    with ThreadPoolExecutor(12) as pool:
        shown = list(
            pool.map(lambda _: previews(Picture.from_bytes(picture), split=True), range(12))
        )
    assert [len(one) for one in shown] == [4] * 12
    assert taken == [1] * 12
    assert LARGE * 2 < MOST_MEMORY < 1_000_000_000


def test_what_is_free_is_given_back_after_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []
    monkeypatch.setattr(budget, "give_back", lambda: given.append("back"))
    room = Room(100, large=50)
    with room.of(49):
        pass
    assert given == []
    with room.of(50):
        assert given == []
    assert given == ["back"]


def test_memory_can_be_given_back_on_any_system() -> None:
    budget.give_back()


def test_a_picture_that_weighs_much_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_REMEMBERED", 100)
    images._decoded.cache_clear()
    picture = Picture.from_bytes(file_of(Image.new("RGB", (20, 20), "red")))
    picture.decode().putpixel((0, 0), (0, 0, 0))
    assert images._decoded.cache_info().currsize == 0
    assert picture.decode().getpixel((0, 0)) == (255, 0, 0)
