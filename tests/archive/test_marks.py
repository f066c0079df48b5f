"""Ratings and flags: kept at once, all or none, and seen by others."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mj_widgets.archive import Library
from mj_widgets.archive.marks import Mark, Spot, flag_of, rating_of
from mj_widgets.errors import LibraryError, MjError

from .support import SERVICE, other_process, task


def spot(quadrant: int = 0, task_id: str = "17") -> Spot:
    return Spot(SERVICE, task_id, quadrant)


def test_a_rating_leaves_the_flag_and_a_flag_the_rating(library: Library) -> None:
    library.marks.change([spot(2)], rating=4)
    library.marks.change([spot(2)], flag="pick")
    assert library.marks.since(0)[1] == {spot(2): Mark(4, "pick")}


def test_what_was_there_before_is_given_back_and_can_be_put_back(library: Library) -> None:
    library.marks.change([spot(1)], rating=5, flag="reject")
    before = library.marks.change([spot(1), spot(2)], rating=1)
    assert before == {spot(1): Mark(5, "reject"), spot(2): Mark()}
    library.marks.put(before)
    assert library.marks.since(0)[1] == before


def test_a_mark_can_be_given_before_its_task_is_kept(library: Library) -> None:
    library.marks.change([spot(0, "99")], rating=3)
    library.save(task("99"), service=SERVICE)
    (listing,) = library.catalogue.listings(library.catalogue.numbers()).values()
    assert listing.mark() == Mark(3)


def test_all_of_a_thousand_are_marked_or_none(library: Library) -> None:
    spots = [spot(0, str(number)) for number in range(1_000)]
    with sqlite3.connect(library.folder / "library.db") as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON marks WHEN new.task = '999'"
            " BEGIN SELECT raise(ABORT, 'the disk is full'); END"
        )
    with pytest.raises(LibraryError, match="the disk is full"):
        library.marks.change(spots, flag="pick")
    assert library.marks.since(0) == (0, {})


def test_what_was_marked_after_a_revision_is_told_once(library: Library) -> None:
    library.marks.change([spot(1)], rating=1)
    seen = library.marks.revision
    library.marks.change([spot(2), spot(3)], rating=2)
    newest, marks = library.marks.since(seen)
    assert marks == {spot(2): Mark(2), spot(3): Mark(2)}
    assert library.marks.since(newest) == (newest, {})


def test_a_mark_that_was_taken_back_is_news_too(library: Library) -> None:
    library.marks.change([spot(1)], rating=1)
    seen = library.marks.revision
    library.marks.change([spot(1)], rating=0)
    assert library.marks.since(seen)[1] == {spot(1): Mark()}


def test_another_process_sees_it_at_once_and_after_a_kill(library: Library, tmp_path: Path) -> None:
    killed = other_process("rate_and_be_killed", library.folder, "17")
    assert killed == ["rated"]
    assert library.marks.since(0)[1] == {spot(2): Mark(5)}


@pytest.mark.parametrize("given", [6, -1, True, 2.5, "4", None])
def test_what_is_no_rating_is_refused_in_one_line(given: object) -> None:
    with pytest.raises(MjError, match=r"is no rating\. Give 1 to 5, or 0 for none") as caught:
        rating_of(given)
    assert "\n" not in str(caught.value)


def test_what_is_no_flag_is_refused_in_one_line() -> None:
    assert [flag_of(each) for each in ("pick", "reject", "", None)] == ["pick", "reject", "", ""]
    with pytest.raises(MjError, match="'maybe' is no flag"):
        flag_of("maybe")
