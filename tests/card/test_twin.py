"""The output beside a card: when it is sent, as what, and to whom."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from card.page import Publisher, give_twin
from card.test_still import FOX, Page
from mj_widgets.card import notebook
from mj_widgets.card import twin as twins
from mj_widgets.card.notebook import Shown
from mj_widgets.card.still import Still
from mj_widgets.card.twin import Twin


@pytest.fixture
def publisher(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A kernel's publisher; in its kernel a second is a fifth of one."""
    monkeypatch.setattr(twins, "_PAUSE", 0.2)
    return publisher


def test_it_is_shown_empty_and_filled_under_the_same_name(publisher: Publisher) -> None:
    made = Twin(640)
    made.show()
    ((empty, is_update),) = publisher.sent
    assert f'data-mj-static="{made.uid}"' in empty
    assert "<img" not in empty
    assert not is_update

    made.fill(FOX)
    publisher.until("a red fox")
    assert publisher.sent[-1][1]
    assert publisher.ids == {made.uid}


def test_each_fill_is_a_new_revision_which_is_told_when_it_is_sent(publisher: Publisher) -> None:
    told: list[int] = []
    made = Twin(640, told.append)
    made.fill(FOX)
    assert told == []
    made.show()
    made.show()
    made.refill()
    assert told == [1, 1, 1]
    made.fill(replace(FOX, note="one more"))
    made.refill()
    assert told[-1] == 2
    revisions = [Page(text).all("figure")[0]["data-mj-rev"] for text, _ in publisher.sent]
    assert revisions == [str(revision) for revision in told]


def test_what_was_known_before_is_shown_at_once(publisher: Publisher) -> None:
    made = Twin(640)
    made.fill(FOX)
    made.show()
    assert [("a red fox" in text, is_update) for text, is_update in publisher.sent] == [
        (True, False)
    ]


def test_of_many_fills_only_the_last_is_sent(publisher: Publisher) -> None:
    made = Twin(640)
    made.show()
    for number in range(50):
        made.fill(Still(note=f"number {number}."))
    publisher.until("number 49.")
    assert len(publisher.sent) == 2

    for number in range(50, 100):
        made.fill(Still(note=f"number {number}."))
    publisher.until("number 99.")
    assert len(publisher.sent) == 3


def test_refilling_sends_it_now_and_from_the_calling_thread(publisher: Publisher) -> None:
    made = Twin(640)
    made.show()
    made.fill(FOX)
    made.refill()
    assert "a red fox" in publisher.sent[1][0]
    made.refill()
    assert len(publisher.sent) == 3

    made.fill(Still(note="later"))
    publisher.until("later")
    assert len(publisher.sent) == 4, "what was refilled is not sent a second time"


def test_what_was_never_shown_sends_nothing(publisher: Publisher) -> None:
    made = Twin(640)
    made.fill(FOX)
    made.refill()
    other = Twin(640)
    other.show()
    other.fill(Still(note="the other one"))
    publisher.until("the other one")
    assert publisher.ids == {other.uid}


def test_an_empty_one_is_not_refilled(publisher: Publisher) -> None:
    made = Twin(640)
    made.show()
    made.refill()
    assert len(publisher.sent) == 1


def test_fills_from_many_threads_end_with_the_last_state(publisher: Publisher) -> None:
    made = Twin(640)
    made.show()
    threads = [
        threading.Thread(target=lambda n=n: [made.fill(Still(note=f"{n}")), made.refill()])
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.fill(Still(note="the last one"))
    publisher.until("the last one")
    assert "the last one" in publisher.sent[-1][0]


def test_two_have_two_names() -> None:
    assert Twin(640).uid != Twin(640).uid


@pytest.mark.parametrize("shell", [None, InteractiveShell], ids=["python", "terminal"])
def test_without_a_kernel_nothing_is_shown(
    shell: type[InteractiveShell] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = shell() if shell else None
    monkeypatch.setattr(twins, "get_ipython", lambda: running)
    made = Twin(640)
    with capture_output() as captured:
        made.show()
        made.fill(FOX)
        made.refill()
    assert (captured.stdout, captured.stderr, captured.outputs) == ("", "", [])


class Box(Shown, ipywidgets.VBox):  # type: ignore[misc]
    """A widget with a twin."""


def test_a_widget_shows_itself_and_then_its_twin(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(notebook, "display", lambda bundle, **_: shown.append(bundle))
    box = Box()
    box._ipython_display_()
    assert not publisher.sent
    assert "text/html" not in shown[0]

    twin = Twin(640)
    give_twin(box, twin)
    box._ipython_display_()
    assert publisher.ids == {twin.uid}
    # An untrusted notebook shows this in the widget's place: nothing, since the twin is below.
    assert shown[1]["text/html"] == ""
    assert "application/vnd.jupyter.widget-view+json" in shown[1]
    box.close()
