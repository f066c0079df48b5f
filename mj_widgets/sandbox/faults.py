"""Trouble on demand: errors, cut connections and broken pictures, by chance or by order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

KINDS: dict[str, str] = {
    "html": "200 with a web page instead of JSON",
    "empty": "200 with nothing in it",
    "cut": "the request is handled, then the connection closes without an answer",
    "slow": "the answer comes late",
    "truncated": "half of a picture, either ending cleanly or short of its Content-Length",
    "truncated-clean": "half of a picture in chunks that end cleanly",
    "truncated-short": "half of a picture, short of its Content-Length",
    "expired": "a picture's link has run out: 404",
    "403-page": "a web page that looks for robots, or a web server's own",
    "404-page": "404 of a web server that knows no such address, as text or a page",
    "refused": "200 with a status word and a message, as of a front that wants a login",
    "redirect": "302 to a page for logging in",
    "no-task": "a fetch says success, and the task is null, [] or {}",
    "no-id": "a submission is taken, but its id is null, empty, or under another name",
    "brotli": "the answer is packed with brotli, which nobody asked for",
    "zstd": "the answer is packed with zstd, which nobody asked for",
}
"""Kinds of faults besides the HTTP statuses 400 to 599 given as numbers.

Where one has several forms, they come in turn; so do those of 413, which are a page, JSON and text.
"""

_PICTURES_ONLY = frozenset({"truncated", "truncated-clean", "truncated-short", "expired"})
_API_ONLY = frozenset({"html", "empty", "404-page", "refused", "redirect", "no-task", "no-id"})
_Form = TypeVar("_Form")


@dataclass
class _Order:
    kind: str
    left: int
    path: str
    method: str
    skip: int


@dataclass
class Faults:
    """Decides which requests go wrong, and how.

    `chances` gives each kind a probability per request; `next` queues faults for requests to
    come, which go before chance. `slow` waits `slow_seconds`; 429 asks for `retry_after` seconds.
    """

    chances: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    slow_seconds: float = 2.0
    retry_after: float = 1.0

    def __post_init__(self) -> None:
        for kind in self.chances:
            _check(kind)
        self._rng = random.Random(self.seed)
        self._orders: list[_Order] = []
        self._turns: Counter[str] = Counter()

    @classmethod
    def parse(cls, text: str, seed: int = 0) -> Faults:
        """Faults from a text such as `500=0.1,429=0.05,cut=0.02`."""
        chances: dict[str, float] = {}
        for part in filter(None, (p.strip() for p in text.split(","))):
            kind, given, share = part.partition("=")
            try:
                chances[kind.strip()] = float(share)
            except ValueError:
                given = ""
            if not given or not 0 <= chances[kind.strip()] <= 1:
                msg = f"a fault is written kind=probability with 0 to 1, not {part!r}"
                raise ValueError(msg)
        return cls(chances, seed)

    def next(
        self, kind: str, count: int = 1, path: str = "", *, method: str = "", skip: int = 0
    ) -> None:
        """Spoil the next `count` requests whose path contains `path`, after `skip` good ones."""
        _check(kind)
        self._orders.append(_Order(kind, count, path, method.upper(), skip))

    def clear(self) -> None:
        """No more faults, ordered or by chance."""
        self._orders.clear()
        self.chances.clear()

    def draw(self, method: str, path: str) -> str:
        """The fault for a request, or "". An ordered fault is used up."""
        for order in self._orders:
            if order.path not in path or order.method not in ("", method):
                continue
            if order.skip:
                order.skip -= 1
                continue
            order.left -= 1
            if order.left <= 0:
                self._orders.remove(order)
            return self._variant(order.kind)
        is_picture = "/attachments/" in path
        for kind, share in self.chances.items():
            if kind in (_API_ONLY if is_picture else _PICTURES_ONLY):
                continue
            if self._rng.random() < share:
                return self._variant(kind)
        return ""

    def coin(self) -> bool:
        """Heads or tails, from the same seed."""
        return self._rng.random() < 0.5

    def in_turn(self, kind: str, forms: Sequence[_Form]) -> _Form:
        """The next of the forms that a fault has."""
        self._turns[kind] += 1
        return forms[(self._turns[kind] - 1) % len(forms)]

    def _variant(self, kind: str) -> str:
        if kind != "truncated":
            return kind
        return "truncated-clean" if self.coin() else "truncated-short"


def _check(kind: str) -> None:
    if kind not in KINDS and not (kind.isdigit() and 400 <= int(kind) <= 599):
        msg = f"unknown fault {kind!r}: use a status 400 to 599 or one of {', '.join(KINDS)}"
        raise ValueError(msg)
