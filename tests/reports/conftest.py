"""A library of a sweep, partly marked, with a failure; a set of it that knows its braces."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from libraries import SERVICE, task_of
from services import file_of

import mj_widgets as mj
from mj_widgets.archive.marks import Spot
from mj_widgets.session.settings import library as the_library
from mj_widgets.sets.axes import Axis

from .support import BANNED, CELLS, picture

if TYPE_CHECKING:
    from mj_widgets.gallery.task_set import TaskSet


@pytest.fixture
def swept() -> TaskSet:
    """Six tasks, of which the last failed: red, blue and 红, each with --s 50 and --s 250.

    The two blue ones have 5 and 4 stars, the first red one 2, by one of its pictures.
    """
    library = the_library()
    for place, (word, stylize) in enumerate(CELLS):
        prompt = f"a {word} <b>fox</b> & “owl” --s {stylize} --raw"
        if place == len(CELLS) - 1:
            failed = task_of(place, prompt=prompt, status="FAILURE", failReason=BANNED)
            library.save(failed, service=SERVICE)
            continue
        seconds = {"finishTime": 1_760_000_005_000 + place * 70_000}
        library.save(
            task_of(place, prompt=prompt, **seconds), [file_of(picture(place))], service=SERVICE
        )
    ids = [task_of(place).id for place in range(len(CELLS))]
    library.marks.change([Spot(SERVICE, ids[0], 3)], rating=2)
    library.marks.change([Spot(SERVICE, ids[2])], rating=5, flag="pick")
    library.marks.change([Spot(SERVICE, ids[3])], rating=4, flag="reject")
    tasks = mj.tasks().sort("time")
    members = tasks._members
    words = dict(zip(members.numbers, (word for word, _ in CELLS), strict=True))
    values = dict(zip(members.numbers, (stylize for _, stylize in CELLS), strict=True))
    braces = (
        Axis("red, blue, 红", ("red", "blue", "红"), words),
        Axis("s", ("50", "250"), values),
    )
    return type(tasks)(replace(members, braces=braces))
