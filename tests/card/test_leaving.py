"""What a card leaves in a notebook's file: its part in the still copies around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image
from services import file_of

import mj_widgets as mj
from card.page import SECONDS, Publisher, Seen
from mj_widgets.card.still import UNFINISHED, Still
from mj_widgets.card.twin import Leaving, Twin

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox

FOX, HEN = Still(prompt="a red fox", task_id="17"), Still(prompt="a brown hen", task_id="18")


def test_what_a_card_leaves_is_brought_up_to_date(twin: Twin, publisher: Publisher) -> None:
    leaving = Leaving(twin, None)
    leaving.leave(FOX, ())
    publisher.until("a red fox")
    leaving.leave(HEN, ())
    publisher.until("a brown hen")
    assert "a red fox" not in publisher.sent[-1][0]


def test_what_has_not_changed_is_not_sent_again(twin: Twin, publisher: Publisher) -> None:
    leaving = Leaving(twin, None)
    leaving.leave(FOX, ())
    publisher.until("a red fox")
    count = len(publisher.sent)
    leaving.leave(Still(prompt="a red fox", task_id="17"), ())
    leaving.leave(HEN, ())
    publisher.until("a brown hen")
    assert len(publisher.sent) == count + 1


def test_what_came_of_a_card_is_left_in_all_that_it_stands_in(
    twin: Twin, publisher: Publisher
) -> None:
    top = Leaving(twin, None)
    middle = Leaving(None, top)
    inner = Leaving(None, middle)
    top.leave(FOX, [middle])
    middle.leave(Still(prompt="a blue fox"), [inner])
    inner.leave(HEN, ())
    publisher.until("a brown hen")
    last = publisher.sent[-1][0]
    assert last.index("a red fox") < last.index("a blue fox") < last.index("a brown hen")


def test_a_card_that_is_closed_leaves_nothing_at_once_and_whatever_comes(
    twin: Twin, publisher: Publisher
) -> None:
    leaving = Leaving(twin, None)
    leaving.leave(FOX, ())
    publisher.until("a red fox")
    leaving.close()
    assert "a red fox" not in publisher.sent[-1][0]
    count = len(publisher.sent)
    leaving.leave(HEN, ())
    twin.refill()
    assert len(publisher.sent) == count + 1
    assert "a brown hen" not in str(publisher.sent)


# -- with cards ------------------------------------------------------------------------------------


def test_what_a_person_has_closed_is_in_no_still_copy(grid: mj.TaskWidget) -> None:
    closed, kept = grid.press("U1"), grid.press("U2")
    for child in (closed, kept):
        child.wait(SECONDS)
        assert child.task_id in Seen(grid).saved()

    closed.close()

    saved = Seen(grid).saved()
    assert closed.task_id not in saved
    assert kept.task_id in saved
    assert saved.count("<figure") == 2


def test_a_describe_that_is_being_sent_leaves_what_it_is_and_that_it_has_not_ended(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.faults.slow_seconds = 0.5
    sandbox.faults.next("slow", path="submit/describe")
    card = mj.describe(file_of(Image.new("RGB", (48, 32), "orange")))
    saved = Seen(card).saved()
    assert card.task_id == ""
    assert ">describe<" in saved
    assert UNFINISHED in saved
    card.wait(SECONDS)
    card.close()
