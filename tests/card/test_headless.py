"""Notebooks that a program runs: which cells they are, and what such a cell has to be told."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace

import pytest

from mj_widgets.card import headless
from mj_widgets.card.headless import Unsent, is_headless


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
