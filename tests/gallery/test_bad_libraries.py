"""A gallery whose library is not as it should be: what is there is seen, what is not is said."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest
from archive.support import other_process
from card.page import until
from libraries import FIRST, SERVICE, fill

import mj_widgets as mj
from mj_widgets.archive import Library
from mj_widgets.archive.marks import Mark, Spot
from mj_widgets.session.settings import library as the_library
from mj_widgets.sets.items import item_of

from .wall_page import Page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def library() -> Library:
    made = the_library()
    fill(made, 3, side=64)
    return made


def spoil(file: Path) -> None:
    file.write_bytes(b"no picture any more")


@pytest.mark.parametrize(
    ("harm", "said"),
    [(lambda file: file.unlink(), "is missing"), (spoil, "was changed")],
    ids=["deleted", "changed"],
)
def test_a_picture_that_is_gone_or_another_has_a_tile_that_says_so(
    library: Library, harm: Callable[[Path], None], said: str
) -> None:
    record = library.get(str(FIRST + 1))
    assert record is not None
    harm(record.files[0].path)
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    page.looks_at(1, 2, 3)
    assert said in page.tiles[2]["words"]
    assert (page.tiles[2]["tone"], page.tiles[2]["image"]) == ("trouble", b"")
    assert all(page.tiles[n]["image"] and not page.tiles[n]["words"] for n in (1, 3))
    gallery.close()


def test_a_picture_that_went_after_it_was_looked_at_is_seen_and_its_tile_says_so(
    library: Library,
) -> None:
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    page.looks_at(1, 2, 3)
    one, two = (library.get(str(FIRST + at)) for at in (0, 1))
    assert one is not None
    assert two is not None
    one.files[0].path.unlink()
    spoil(two.files[0].path)
    page.looks_at(1, 2, 3)
    assert [(page.tiles[n]["tone"], bool(page.tiles[n]["image"])) for n in (1, 2, 3)] == [
        ("trouble", True),
        ("trouble", True),
        ("", True),
    ]
    assert page.tiles[1]["words"] == f"{one.files[0].path} is missing"
    assert page.tiles[2]["words"] == f"{two.files[0].path} was changed"
    gallery.close()


def test_looks_that_are_deleted_while_they_are_shown_are_made_again(library: Library) -> None:
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    page.looks_at(1, 2, 3)
    for file in library.folder.glob("looks.db*"):
        file.unlink()
    page.messages.clear()
    page.looks_at(1, 2, 3)
    assert all(tile["image"] and not tile["words"] for tile in page.tiles.values())
    assert len(page.tiles) == 3
    gallery.close()


def test_of_a_newer_library_one_line_is_said(library: Library) -> None:
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    with sqlite3.connect(library.folder / "library.db") as disk:
        disk.execute("PRAGMA user_version = 99")
    page.says("mark", items=[item_of(1)], rating=1)
    page.until(lambda: "was made by a newer mj-widgets" in page.said)
    page.looks_at(1)
    with pytest.raises(mj.LibraryError, match="newer mj-widgets"):
        mj.tasks()
    gallery.close()


def test_a_library_that_cannot_be_written_is_seen_and_marks_stay_in_the_gallery(
    library: Library, tmp_path: Path
) -> None:
    # What cannot be written even by root: a database that was opened as one that never changes.
    folder = tmp_path / "copy"
    shutil.copytree(library.folder, folder)
    mj.configure(library=folder, offline=True)
    kept = the_library()
    kept._database._connection.execute("PRAGMA query_only = ON")
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    page.looks_at(1, 2, 3)
    assert all(tile["image"] for tile in page.tiles.values())
    with pytest.raises(mj.LibraryError, match="1 mark is kept in this gallery alone") as caught:
        gallery.rate(5, str(FIRST))
    assert "\n" not in str(caught.value)
    page.until(lambda: page.marks == {1: [[0, 5, ""]]})
    page.says("undo")
    page.until(lambda: page.marks == {1: [[0, 0, ""]]})
    gallery.close()


def test_a_kernel_that_was_killed_after_a_rating_has_kept_it_and_it_is_seen(
    library: Library,
) -> None:
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    page.looks_at(1, 2, 3)
    with sqlite3.connect(library.folder / "library.db") as disk:
        disk.execute("UPDATE tasks SET service = 'host.example' WHERE number = 2")
    assert other_process("rate_and_be_killed", library.folder, str(FIRST + 1)) == ["rated"]
    page.until(lambda: 2 in page.marks)
    assert page.marks == {2: [[2, 5, ""]]}
    gallery.close()


def test_three_that_mark_the_same_library_all_see_all_of_it(library: Library) -> None:
    others = [Library(library.folder) for _ in range(2)]
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    page.looks_at(1, 2, 3)
    gallery.rate(3, str(FIRST))
    others[0].marks.change([Spot(SERVICE, str(FIRST), 1)], flag="pick")
    others[1].marks.change([Spot(SERVICE, str(FIRST + 1))], rating=1)
    page.until(lambda: page.marks.get(1) == [[0, 3, ""], [1, 0, "pick"]] and 2 in page.marks)
    assert others[0].marks.since(0)[1][Spot(SERVICE, str(FIRST))] == Mark(3)
    for other in others:
        other.close()
    gallery.close()


def test_a_filter_that_fails_leaves_what_was_seen(library: Library) -> None:
    gallery = mj.tasks().gallery()
    page = Page(gallery)
    page.wall.query = {"text": 7}
    page.until(lambda: "7 is no text to look for" in page.said)
    page.wall.query = {"parameters": {"nonsense": 1}}
    page.until(lambda: "Nobody knows the filter nonsense" in page.said)
    assert page.order == [3, 2, 1]
    page.wall.query = {"by": "picture"}
    until(page.wall, "order", lambda _: len(page.order) == 12)
    gallery.close()
