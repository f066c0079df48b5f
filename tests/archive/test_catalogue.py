"""Tasks by their numbers: in order, single pictures of them, and at a glance."""

from __future__ import annotations

from pathlib import Path

import pytest

from mj_widgets.archive import Library
from mj_widgets.archive.filter import Filter
from mj_widgets.archive.marks import Mark, Spot
from mj_widgets.errors import MjError

from .support import FINISHED, PNG, SERVICE, make_older, task


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    times = {"submitTime": FINISHED - 40_000}
    for number, prompt in enumerate(("owl", "Fox", "ape")):
        moment = {name: value - number * 60_000 for name, value in times.items()}
        library.save(task(str(number), prompt, **moment), [PNG], service=SERVICE)
    library.marks.change([Spot(SERVICE, "0", 3)], rating=2)
    library.marks.change([Spot(SERVICE, "1")], rating=5, flag="pick")
    return library


@pytest.mark.parametrize(
    ("order", "found"),
    [("", "2 1 0"), ("time", "2 1 0"), ("prompt", "2 1 0"), ("rating", "2 0 1")],
)
def test_each_order_has_its_first_and_its_last(shelf: Library, order: str, found: str) -> None:
    spots = shelf.catalogue.spots(shelf.catalogue.numbers())

    def said(*, reverse: bool) -> str:
        numbers = shelf.catalogue.numbers(order=order, reverse=reverse)
        return " ".join(spots[number].task_id for number in numbers)

    assert said(reverse=False) == found
    assert said(reverse=True) == found[::-1]


def test_an_order_that_nobody_knows_is_refused_in_one_line(shelf: Library) -> None:
    with pytest.raises(MjError, match="time, prompt, rating, colour"):
        shelf.catalogue.numbers(order="beauty")


def test_only_some_are_looked_through(shelf: Library) -> None:
    first, second, _ = shelf.catalogue.numbers()
    assert [*shelf.catalogue.numbers(Filter(), "time", within=[second, first])] == [first, second]


def test_a_picture_without_a_mark_counts_as_its_task(shelf: Library) -> None:
    by_id = shelf.catalogue.numbers_of(["0", "1", "2"])
    rated = shelf.catalogue.pictures(Filter(rating=2))
    assert rated == {by_id["0"]: [3], by_id["1"]: [1, 2, 3, 4]}
    assert shelf.catalogue.pictures(Filter(flag="pick")) == {by_id["1"]: [1, 2, 3, 4]}


def test_a_glance_tells_what_sql_tells(shelf: Library) -> None:
    listings = shelf.catalogue.listings(shelf.catalogue.numbers())
    for number, listing in listings.items():
        for rating in range(1, 6):
            found = number in shelf.catalogue.numbers(Filter(rating=rating))
            assert found == (listing.mark().rating >= rating)
    by_id = {listing.task_id: listing for listing in listings.values()}
    assert by_id["0"].mark(3) == Mark(2)
    assert by_id["0"].mark(1) == Mark()
    assert by_id["1"].mark(4) == Mark(5, "pick")
    (file,) = by_id["0"].files
    assert file.read() == PNG
    assert (by_id["0"].pictures, by_id["0"].has_sheet) == (4, True)


def test_a_library_of_an_older_version_has_the_same_columns(tmp_path: Path) -> None:
    links = {"imageUrls": [f"https://cdn.example/{n}.png" for n in range(4)]}
    library = Library(tmp_path / "library")
    library.save(task("1"), [PNG], service=SERVICE)
    library.save(task("2", **links), [PNG + b"%d" % n for n in range(4)], service=SERVICE)
    library.save(task("3", action="UPSCALE"), [PNG], service=SERVICE)
    library.save(task("4", status="FAILURE", failReason="no credit"), service=SERVICE)
    library.save(task("5", "1. a fox", action="DESCRIBE"), [PNG], service=SERVICE)
    before = library.catalogue.listings(library.catalogue.numbers())
    library.close()
    make_older(library.folder / "library.db")
    again = Library(library.folder)
    assert again.catalogue.listings(again.catalogue.numbers()) == before
    assert [each.reason for each in before.values()].count("no credit") == 1
