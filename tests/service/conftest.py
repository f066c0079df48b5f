"""Tries that follow each other at once."""

from __future__ import annotations

import pytest
from tenacity import wait_none

from mj_widgets.service import retry as retrying


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "_back_off", wait_none())
