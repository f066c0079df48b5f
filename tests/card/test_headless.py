"""Notebooks that a program runs: which cells they are, and what such a cell has to be told."""

from __future__ import annotations

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

import mj_widgets as mj
from card.page import SECONDS, Seen, until, with_nobody_to_ask
from mj_widgets.card import headless
from mj_widgets.card.headless import Unsent, is_headless

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox


@pytest.mark.parametrize(
    ("shell", "is_one"),
    [
        (None, False),  # a script
        (SimpleNamespace(), False),  # IPython in a terminal
        (SimpleNamespace(kernel=None), False),
        (SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=True)), False),
        (SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=False)), True),
        (SimpleNamespace(kernel=SimpleNamespace()), True),
    ],
)
def test_a_cell_that_nobody_can_answer_is_one_of_a_kernel_that_takes_no_input(
    monkeypatch: pytest.MonkeyPatch, shell: object, is_one: bool
) -> None:
    monkeypatch.setattr(headless, "get_ipython", lambda: shell)
    assert is_headless() is is_one


class Card:
    """A card in no other, as far as its end is concerned."""

    def __init__(self) -> None:
        self.is_told, self.sent = False, 0

    def send_family(self) -> None:
        self.sent += 1


def test_a_card_that_has_ended_is_sent_once_more_and_one_that_goes_on_when_it_has() -> None:
    unsent, waited, ended, running = Unsent(), Card(), Card(), Card()
    ended.is_told = True
    for card in (ended, running):
        unsent.add(card)
    for _ in range(2):
        unsent.send(waited)
        assert (ended.sent, running.sent) == (1, 0)
    running.is_told = True
    for _ in range(2):
        unsent.send(waited)
        assert (ended.sent, running.sent) == (1, 1)


def test_a_card_that_nobody_has_any_more_is_not_kept_for_its_end() -> None:
    unsent, card = Unsent(), Card()
    unsent.add(card)
    gone = weakref.ref(card)
    del card
    gc.collect()
    assert gone() is None
    unsent.send(Card())


def test_the_card_that_was_waited_for_is_sent_once() -> None:
    unsent, waited = Unsent(), Card()
    unsent.add(waited)
    waited.is_told = True
    unsent.send(waited)
    assert waited.sent == 1


# -- with cards ------------------------------------------------------------------------------------


def test_a_cell_that_waits_tells_nothing_of_a_card_that_was_closed(
    grid: mj.TaskWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, kept = grid.press("U1"), grid.press("U2")
    for child in (closed, kept):
        child.wait(SECONDS)
    closed.close()
    with_nobody_to_ask(monkeypatch)
    assert grid.wait(SECONDS).succeeded
    assert kept.wait(SECONDS).succeeded
    grid.send_family()


def test_a_press_that_is_refused_while_a_cell_is_told_disturbs_nobody(
    grid: mj.TaskWidget, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_nobody_to_ask(monkeypatch)
    is_over = threading.Event()

    def tell(_: int) -> None:
        while not is_over.is_set():
            grid.wait(SECONDS)

    with ThreadPoolExecutor(2) as cells:
        told = [cells.submit(tell, number) for number in range(2)]
        for _ in range(20):
            sandbox.faults.next("403", path="submit/")
            with pytest.raises(mj.Forbidden):
                grid.job.press("V1").wait(SECONDS)
            Seen(grid).until_followups(0)
        is_over.set()
    assert [each.exception() for each in told] == [None, None]


def test_one_wait_tells_of_a_card_and_all_in_it_once(
    session: mj.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_nobody_to_ask(monkeypatch)
    card = mj.imagine("a red fox")
    sent: list[object] = []
    send_state = card.send_state
    until(card, "status", "SUCCESS")
    monkeypatch.setattr(card, "send_state", lambda: sent.append(send_state()))
    card.wait(SECONDS)
    assert len(sent) == 1
    card.close()
