"""Marks one after the other, and the way back."""

from __future__ import annotations

from pathlib import Path

from mj_widgets.archive import Library
from mj_widgets.archive.marks import Mark, Spot
from mj_widgets.sets.marking import Marking


def test_undo_takes_back_the_last_mark_whole_and_then_the_one_before(tmp_path: Path) -> None:
    marks = Library(tmp_path / "library").marks
    marking = Marking(marks)
    spots = [Spot("host.example", str(number)) for number in range(1_000)]
    marking.mark(spots[:1], rating=5)
    marking.mark(spots, flag="pick")

    assert len(marking.undo()) == 1_000
    assert marks.since(0)[1][spots[0]] == Mark(5)
    assert marking.undo() == {spots[0]: Mark()}
    assert marking.undo() == {}
    assert set(marks.since(0)[1].values()) == {Mark()}
