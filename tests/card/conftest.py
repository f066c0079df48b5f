"""Fixtures: a kernel's publisher, and a still copy that is in the notebook already."""

from __future__ import annotations

import pytest

from card.page import Publisher
from mj_widgets.card import twin as twins
from mj_widgets.card.twin import Twin


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A kernel's publisher."""
    made = Publisher()
    monkeypatch.setattr(twins, "get_ipython", made.shell)
    monkeypatch.setattr(twins, "_PAUSE", 0.0)
    return made


@pytest.fixture
def twin(publisher: Publisher) -> Twin:
    """A twin that is in the notebook already."""
    made = Twin(640)
    made.show()
    return made
