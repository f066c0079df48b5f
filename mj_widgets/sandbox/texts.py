"""Texts the service writes: descriptions of a picture, and shorter prompts."""

from __future__ import annotations

import random
import re

from mj_widgets.sandbox.buttons import MARKS

_LIGHT = (
    "in soft morning light",
    "under a low evening sun",
    "in cool blue moonlight",
    "with warm light behind thin mist",
    "in the clear air after rain",
)
_STYLE = (
    "flat shapes like a screen print",
    "a gouache picture from a travel poster",
    "quiet colours, layered paper cut",
    "wide and calm, like the first page of a picture book",
    "a minimal landscape with fine grain",
)
_PLACE = (
    "hills behind hills, each paler than the one before",
    "a valley that opens towards the sun",
    "dark trees in front, a bright sky behind them",
    "a broad view with a low horizon",
    "a path that leads the eye into the distance",
)
_SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "and",
        "or",
        "with",
        "from",
        "its",
        "it",
        "is",
        "are",
        "for",
        "by",
    ]
)


def described(subject: str, salt: str, parameters: str = "") -> str:
    """Four numbered texts that could be the prompt of a picture."""
    rng = random.Random(f"{subject}/{salt}")
    bare = subject.split(" --")[0].strip() or "a landscape"
    places, lights, styles = (rng.sample(words, 4) for words in (_PLACE, _LIGHT, _STYLE))
    texts = [
        f"{MARKS[i]} {bare}, {places[i]}, {lights[i]}, {styles[i]} {parameters}".rstrip()
        for i in range(4)
    ]
    return "\n\n".join(texts)


def shortened(prompt: str) -> str:
    """Markdown that marks which words of a prompt matter, and five shorter prompts."""
    words = prompt.split(" --")[0].split()
    weights = {w: _weight(w, n) for n, w in enumerate(words)}
    marked = [
        f"**{w}**" if weights[w] > 0.6 else f"~~{w}~~" if weights[w] < 0.25 else w for w in words
    ]
    shorter = []
    for keep in (0.8, 0.62, 0.47, 0.33, 0.2):
        count = max(1, round(len(words) * keep))
        best = sorted(range(len(words)), key=lambda n: -weights[words[n]])[:count]
        shorter.append(" ".join(words[n] for n in sorted(best)))
    listed = "\n\n".join(f"{MARKS[i]} {text}" for i, text in enumerate(shorter))
    return f"## Important tokens\n{' '.join(marked)}\n## Shortened prompts\n{listed}"


def weighed(prompt: str) -> str:
    """How much each word of a prompt counts, one a line."""
    words = dict.fromkeys(prompt.split(" --")[0].split())
    return "\n".join(f"{word} ({_weight(word, n):.2f})" for n, word in enumerate(words))


def numbered(text: str, index: int) -> str:
    """The text behind a number in `described` or `shortened`."""
    for block in text.split("\n\n"):
        line = block.rpartition("\n")[2]
        if line.startswith(MARKS[index - 1]):
            return line.removeprefix(MARKS[index - 1]).strip()
    return ""


def _weight(word: str, place: int) -> float:
    bare = re.sub(r"\W", "", word.lower())
    if bare in _SMALL_WORDS:
        return 0.1
    return random.Random(bare).uniform(0.2, 1.0) - min(0.2, place * 0.01)
