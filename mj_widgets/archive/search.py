"""What a text is found by: folded words, and single characters where no blanks part the words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Chinese, Japanese and Korean are found by any of their characters, and so are emoji.
_ALONE = (
    "\u1100-\u11ff\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"[{_ALONE}]+|[^\W_{_ALONE}]+")
_IS_ALONE = re.compile(rf"[{_ALONE}]")
_LONGEST = 100_000
"""Characters of a text that it is found by."""
# Accents are put in order one by one: of a word that is all accents, each passes all the others.
_LONGEST_WORD = 1_000
_ACCENT = re.compile("[\u0300-\u036f]")


def indexed(*texts: str) -> str:
    """Return *texts* as words with blanks between them, to be put into the index.

    >>> indexed("Café, 红狐!")
    'cafe 红 狐'
    """
    return " ".join(_spaced(run) for text in dict.fromkeys(texts) for run in _runs(text))


def query(text: str) -> str:
    """Return what to ask the index, so that each word of *text* begins a word there.

    Characters that stand alone have to stand together; "" where *text* has no words.

    >>> query("Fox! 雪 红狐")
    '"fox"* "雪"* "红 狐"*'
    """
    return " ".join(f'"{_spaced(run)}"*' for run in dict.fromkeys(_runs(text)))


def _runs(text: str) -> Iterator[str]:
    for word in text[:_LONGEST].split():
        for begin in range(0, len(word), _LONGEST_WORD):
            decomposed = unicodedata.normalize(
                "NFKD", word[begin : begin + _LONGEST_WORD].casefold()
            )
            yield from _RUN.findall(unicodedata.normalize("NFC", _ACCENT.sub("", decomposed)))


def _spaced(run: str) -> str:
    return " ".join(run) if _IS_ALONE.match(run) else run
