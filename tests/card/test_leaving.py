"""What a card leaves in a notebook's file: its part in the still copies around it."""

from __future__ import annotations

import pytest

from card.page import Publisher
from mj_widgets.card import still
from mj_widgets.card.still import Leaving, Still, Twin

FOX, HEN = Still(prompt="a red fox", task_id="17"), Still(prompt="a brown hen", task_id="18")


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A kernel's publisher."""
    made = Publisher()
    monkeypatch.setattr(still, "get_ipython", made.shell)
    monkeypatch.setattr(still, "_PAUSE", 0.0)
    return made


@pytest.fixture
def twin(publisher: Publisher) -> Twin:
    """A twin that is in the notebook already."""
    made = Twin(640)
    made.show()
    return made


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
