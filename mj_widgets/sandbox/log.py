"""A list of the requests a sandbox got, for tests that count them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

_MOST_BYTES = 64 * 1024 * 1024


@dataclass
class LoggedRequest:
    """One request. Tokens are not kept: `auth` says only how one was sent."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    auth: str
    body: object
    time: float
    state: str = ""
    """What a submission is to be known by in the list of tasks; no part of `body`."""
    status: int = 0
    fault: str = ""

    @property
    def is_submission(self) -> bool:
        """Whether this request may have made a task."""
        if self.path.endswith("/submit/upload-discord-images"):
            return False
        return self.method == "POST" and ("/submit/" in self.path or "/insight-face/" in self.path)


@dataclass
class RequestLog:
    """The last 100,000 requests, oldest first, with the last 64 MB of their bodies."""

    records: deque[LoggedRequest] = field(default_factory=lambda: deque(maxlen=100_000))

    _weights: deque[tuple[LoggedRequest, int]] = field(default_factory=deque, repr=False)
    _weight: int = 0

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(list(self.records))

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, place: int) -> LoggedRequest:
        return self.records[place]

    def add(self, record: LoggedRequest, weight: int = 0) -> None:
        """Keep a record, whose body came as so many bytes."""
        self.records.append(record)
        if not weight:
            return
        self._weights.append((record, weight))
        self._weight += weight
        while self._weight > _MOST_BYTES:
            oldest, freed = self._weights.popleft()
            oldest.body = None
            self._weight -= freed

    def clear(self) -> None:
        """Forget everything so far."""
        self.records.clear()
        self._weights.clear()
        self._weight = 0

    def select(self, method: str = "", contains: str = "") -> list[LoggedRequest]:
        """The records with this method whose path contains a text; "" matches all."""
        return [
            r for r in self if (not method or r.method == method.upper()) and contains in r.path
        ]


def auth_kind(headers: dict[str, str]) -> str:
    """How a token was sent: "bearer", "bare", "secret", "both" or "none". Names in lower case."""
    authorization = headers.get("authorization", "")
    if authorization and headers.get("mj-api-secret"):
        return "both"
    if authorization:
        return "bearer" if authorization.lower().startswith("bearer ") else "bare"
    return "secret" if headers.get("mj-api-secret") else "none"
