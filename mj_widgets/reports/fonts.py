"""Fonts of this computer for texts in any script, as Pillow's own has no more than Latin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Run = tuple[Font, str]
"""Letters that one font draws."""

_PREFERRED = (
    "notosans-regular", "dejavusans", "liberationsans-regular", "segoeui", "helveticaneue",
    "arial", "notosanssc-regular", "notosanscjksc-regular", "notosanscjk-regular",
    "sourcehansanssc-regular", "pingfang", "msyh", "hiragino sans gb", "wqy-microhei",
    "wqy-zenhei", "droidsansfallback", "stheiti light", "simhei", "simsun", "meiryo", "yugothr",
    "malgun", "arial unicode", "arialuni",
)  # fmt: skip
_STYLED = ("bold", "italic", "oblique", "black", "thin", "light", "mono", "condensed", "serif")
_ENDINGS = {".ttf", ".otf", ".ttc"}
_FACES = 10
_MOST_TRIED = 400
_PATIENCE = 10.0
_NO_CHARACTER = "\U0010ffff"
_UNDRAWN = "CZ"
"""Classes of characters that leave no ink: controls and blanks."""
_SCRIPTS = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


class Fonts:
    """Gives for each letter a font that has it.

    Args:
        size: of the letters, in pixels.

    Attributes:
        missing: the scripts for which this computer has no font, in words, as far as asked.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._usual: Font = ImageFont.load_default(size)
        self._chosen: list[Font] = []
        self._of: dict[str, Font | None] = {}
        self.missing: dict[str, None] = {}
        self.usual = self._font_of("x") or self._usual
        """That of most texts."""

    def runs(self, text: str) -> list[Run]:
        """Return *text* in parts, each of which one font draws; what none has is a box."""
        parts: list[tuple[Font, list[str]]] = []
        for letter in text:
            before = parts[-1][0] if parts else None
            font = self._fitting(letter, before)
            if before is font:
                parts[-1][1].append(letter)
            else:
                parts.append((font, [letter]))
        return [(font, "".join(letters)) for font, letters in parts]

    def length(self, text: str) -> float:
        """Return how wide *text* is, in pixels."""
        return sum(font.getlength(part) for font, part in self.runs(text))

    def _fitting(self, letter: str, before: Font | None) -> Font:
        kind = unicodedata.category(letter)[0]
        # Blanks, points and accents go on in the font of the word that they belong to.
        if before is not None and kind != "L" and (kind in _UNDRAWN or _has(before, letter)):
            return before
        if kind in _UNDRAWN:
            return self.usual
        if letter not in self._of:
            self._of[letter] = self._font_of(letter)
            if self._of[letter] is None:
                self.missing[_script(letter)] = None
        return self._of[letter] or before or self.usual

    def _font_of(self, letter: str) -> Font | None:
        known = next((font for font in self._chosen if _has(font, letter)), None)
        if known is not None:
            return known
        for path in _files_with(letter):
            font = _opened(path, self._size)
            if font is not None and _has(font, letter):
                self._chosen.append(font)
                return font
        return self._usual if _has(self._usual, letter) else None


def file_with(text: str) -> Path | None:
    """Return a font's file that has all letters of *text*, None where there is none."""
    letters = dict.fromkeys(c for c in text if unicodedata.category(c)[0] == "L")
    rare = max(letters, default="x")
    for path in _files_with(rare):
        font = _opened(path, 12)
        if font is not None and all(_has(font, letter) for letter in letters):
            return path
    return None


@lru_cache(maxsize=20_000)
def _has(font: Font, letter: str) -> bool:
    """Tell whether a font draws a letter, and not what it draws for one that it has not."""
    if not isinstance(font, ImageFont.FreeTypeFont):
        return letter.isascii()
    drawn, nothing = font.getmask(letter), _nothing(font)
    return bool(drawn.getbbox()) and (drawn.size, bytes(drawn)) != nothing


@lru_cache(maxsize=200)
def _nothing(font: ImageFont.FreeTypeFont) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(_NO_CHARACTER)
    return mask.size, bytes(mask)


def _opened(path: Path, size: int) -> Font | None:
    """Return a font; of a file with several the one for Simplified Chinese, else its first."""
    first: ImageFont.FreeTypeFont | None = None
    for index in range(_FACES if path.suffix.lower() == ".ttc" else 1):
        try:
            font = ImageFont.truetype(path, size, index=index)
            family = font.getname()[0] or ""
        except (OSError, ValueError):  # not a font, or no such face in it
            break
        if " SC" in family or "GB" in family:
            return font
        first = first or font
    return first


@cache
def _files_with(letter: str) -> tuple[Path, ...]:
    """Return the files of fonts that may have a letter, those for plain text first."""
    files = _told_by_fontconfig(letter)
    if files is None:
        files = _all_files()
    return tuple(sorted(files, key=_rank)[:_MOST_TRIED])


def _told_by_fontconfig(letter: str) -> tuple[Path, ...] | None:
    """Return what fontconfig says has a letter, None where it cannot be asked."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    try:
        said = subprocess.run(  # noqa: S603 - nothing in it is from outside
            [program, f":charset={ord(letter):x}", "--format", "%{file}\\n"],
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    paths = {Path(os.fsdecode(line)) for line in said.stdout.splitlines() if line}
    return tuple(path for path in paths if path.suffix.lower() in _ENDINGS)


@cache
def _all_files() -> tuple[Path, ...]:
    return tuple(_walked())


def _walked() -> Iterator[Path]:
    for folder in _folders():
        for where, _, names in os.walk(folder):
            for name in names:
                path = Path(where, name)
                if path.suffix.lower() in _ENDINGS:
                    yield path


def _folders() -> list[Path]:
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - raises nothing where there is none
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home))
        windows = Path(os.environ.get("WINDIR", "C:/Windows"))
        return [windows / "Fonts", local / "Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        system = Path("/System/Library/Fonts")
        return [home / "Library/Fonts", Path("/Library/Fonts"), system]
    shared = [Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]
    return [home / ".fonts", home / ".local/share/fonts", *shared]


def _rank(path: Path) -> tuple[int, int, str]:
    name = path.stem.lower()
    known = _PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED)
    return known, sum(style in name for style in _STYLED), str(path)


def _script(letter: str) -> str:
    """Return what the letters of a script are called: "Chinese", "Thai"."""
    first = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
    if unicodedata.category(letter)[0] == "S" or not first:
        return "symbols"
    return _SCRIPTS.get(first, first.capitalize())
