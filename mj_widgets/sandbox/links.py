"""Links to pictures that work for a day and only as they were given."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

from mj_widgets.sandbox.painting.recipes import Recipe

DAY = 86_400
_SIGNED = re.compile(
    r"(?P<path>/[^?]+)\?ex=(?P<ex>[0-9a-f]+)&is=(?P<issued>[0-9a-f]+)&hm=[0-9a-f]{64}&"
)


class Verdict(Enum):
    """What a signed link is worth."""

    GOOD = "good"
    FORGED = "forged"
    EXPIRED = "expired"


@dataclass
class Links:
    """Signs links as Discord's file server does, and knows what lies behind them.

    `ex` and `is` are unix seconds in hexadecimal, `hm` a MAC over path and times. The whole
    query, with the "&" at its end, has to come back byte for byte.
    """

    key: bytes = b"mj-widgets sandbox"
    life: int = DAY
    room: int = 20_000

    def __post_init__(self) -> None:
        self._behind: OrderedDict[str, Recipe] = OrderedDict()

    def link(self, path: str, recipe: Recipe, issued: float) -> str:
        """The signed path and query for a file, good for `life` seconds from `issued`."""
        self._behind[path] = recipe
        self._behind.move_to_end(path)
        while len(self._behind) > self.room:
            self._behind.popitem(last=False)
        return path + self._query(path, int(issued) + self.life, int(issued))

    def judge(self, target: str, now: float) -> Verdict:
        """Whether a request target (path and query as sent) may be served at `now`."""
        found = _SIGNED.fullmatch(target)
        if found is None:
            return Verdict.FORGED
        ex, issued = int(found["ex"], 16), int(found["issued"], 16)
        if not hmac.compare_digest(found["path"] + self._query(found["path"], ex, issued), target):
            return Verdict.FORGED
        return Verdict.EXPIRED if now >= ex else Verdict.GOOD

    def recipe(self, target: str) -> Recipe | None:
        """What lies behind a link, signed or not."""
        return self._behind.get(target.partition("?")[0])

    def file_at(self, url: str, now: float) -> Recipe | None:
        """What lies behind a whole address; None where it is not one of these, or has run out."""
        target = f"/{url.partition('://')[2].partition('/')[2]}"
        return self.recipe(target) if self.judge(target, now) is Verdict.GOOD else None

    def _query(self, path: str, ex: int, issued: int) -> str:
        mac = hmac.new(self.key, f"{path}|{ex:x}|{issued:x}".encode(), hashlib.sha256).hexdigest()
        return f"?ex={ex:x}&is={issued:x}&hm={mac}&"
