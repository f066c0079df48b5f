"""A hostile service, and a session with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import mj_widgets as mj
from attack.hostile import KEY, Hostile, hostile

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(name="hostile")
def hostile_service() -> Iterator[Hostile]:
    with hostile() as service:
        yield service


@pytest.fixture
def attacked(hostile: Hostile) -> mj.Session:
    return mj.configure(hostile.url, KEY)
