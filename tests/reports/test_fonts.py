"""Fonts: each letter in one that has it, whatever the computer has."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import ImageFont

from mj_widgets.reports import fonts
from mj_widgets.reports.fonts import Fonts, file_with


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What an earlier test found out of this computer is forgotten."""
    for remembered in (fonts._files_with, fonts._all_files):
        remembered.cache_clear()


def named(runs: list[fonts.Run]) -> list[tuple[str, str]]:
    return [
        (str(font.getname()[0]), text)
        for font, text in runs
        if isinstance(font, ImageFont.FreeTypeFont)
    ]


needs_chinese = pytest.mark.skipif(file_with("狐") is None, reason="no Chinese font here")


@needs_chinese
@pytest.mark.parametrize("asked", ["fontconfig", "folders"])
def test_each_part_of_a_text_has_a_font_of_its_script(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if asked == "folders":
        monkeypatch.setattr(shutil, "which", lambda _: None)
    some = Fonts(16)
    (latin, first), (chinese, second), (again, third) = named(some.runs("a fox 红狐, red"))
    assert (first, second.rstrip(), third) == ("a fox ", "红狐,", "red")
    assert latin == again != chinese
    assert not some.missing


@needs_chinese
def test_of_a_file_with_several_faces_the_chinese_one_is_taken() -> None:
    (family, _), *_ = named(Fonts(16).runs("狐"))
    if family.startswith("Noto Sans CJK"):
        assert family.endswith("SC")


def test_arabic_words_stay_together_so_that_they_are_joined() -> None:
    if file_with("کلب") is None:
        pytest.skip("no Arabic font here")
    assert len(Fonts(16).runs("کلب أحمر في")) == 1


def test_what_no_font_has_is_named_and_drawn_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_files_with", lambda _: ())
    some = Fonts(16)
    text = "fox 狐 한 ไ ✨"
    assert "".join(part for _, part in some.runs(text)) == text
    assert list(some.missing) == ["Chinese", "Korean", "Thai", "symbols"]
    assert some.length(text) > some.length("fox")


def test_files_that_are_no_fonts_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dejavusans.ttf", "noto.ttc"):
        (tmp_path / name).write_bytes(b"no font")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(fonts, "_folders", lambda: [tmp_path, tmp_path / "missing"])
    some = Fonts(16)
    assert some.length("fox") > 0
    assert not some.missing
