"""A bar for a person who waits, and nothing for a file."""

from __future__ import annotations

import pytest

from mj_widgets.archive import progress
from mj_widgets.archive.progress import with_bar


class Screen:
    """What a terminal shows."""

    def __init__(self, is_terminal: bool) -> None:
        self._is_terminal, self.text = is_terminal, ""

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None: ...


@pytest.mark.parametrize("is_terminal", [True, False])
def test_only_a_person_sees_a_bar(monkeypatch: pytest.MonkeyPatch, is_terminal: bool) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr("sys.stderr", screen := Screen(is_terminal))
    assert list(with_bar("fox", 3, "exporting")) == ["f", "o", "x"]
    assert ("exporting" in screen.text) == is_terminal


def test_who_waits_for_a_moment_only_sees_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", screen := Screen(True))
    assert list(with_bar("fox", 3, "exporting")) == ["f", "o", "x"]
    assert screen.text == ""
