"""A speed is known wherever it is met, as one place names them all."""

from __future__ import annotations

from typing import Any

import pytest

from mj_widgets.magics.commands import MjMagics
from mj_widgets.models.prompt import SWITCHES
from mj_widgets.models.speed import SPEEDS, Mode
from mj_widgets.service import orders
from mj_widgets.service.balance import Balance


@pytest.mark.parametrize("speed", SPEEDS)
def test_each_speed_can_be_typed_and_sent_and_stands_in_a_keys_actions(speed: Mode) -> None:
    assert speed in SWITCHES
    assert orders.imagine("a fox", mode=speed).payload["mode"] == speed.upper()
    for actions in ([f"mj_{speed}_imagine"], [f"mj-{speed}"]):
        key = Balance(actions=tuple(actions))
        assert not key.forbids("mj_imagine")
        assert key.forbids("mj_video")


@pytest.mark.parametrize("magic", [MjMagics.mjimagine, MjMagics.mjsweep])
def test_the_magics_offer_them_all(magic: Any) -> None:
    """Written there once more: the extension loads without all that a task needs."""
    (mode,) = (action for action in magic.parser._actions if action.dest == "mode")
    assert mode.choices == SPEEDS
