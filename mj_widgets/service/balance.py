"""What is left to spend, as far as the key itself may ask for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mj_widgets.errors import MjError
from mj_widgets.service.replies import read_json

if TYPE_CHECKING:
    from mj_widgets.service.transport import Transport

_PATIENCE = 5.0
"""Seconds for an answer that is a kindness: a person waits for the question behind it."""
_UNIT = 500_000
"""QuantumNous/new-api: so many points are one unit of money ("QuotaPerUnit")."""
_NO_SUM = 1e18


@dataclass(frozen=True)
class Balance:
    """What a service says that is left.

    >>> Balance(money=12.5).words, Balance(fast=40, relax=-1).words
    ('12.50 left', '40 fast pictures left, relaxed ones without limit')
    """

    money: float | None = None
    """In the service's own unit, mostly dollars."""
    fast: int | None = None
    """Pictures at full speed; -1 for no limit."""
    relax: int | None = None
    """Pictures that may take longer; -1 for no limit."""

    @property
    def words(self) -> str:
        """All of it on one line, "" for nothing."""
        said = [] if self.money is None else [f"{self.money:,.2f} left"]
        for name, count in (("fast pictures", self.fast), ("relaxed ones", self.relax)):
            if count is not None:
                said.append(f"{name} without limit" if count < 0 else f"{count:,} {name} left")
        return ", ".join(said)


async def balance_of(transport: Transport) -> Balance | None:
    """Return what is left, None where the service does not tell.

    QuantumNous/new-api tells of a key at ``/api/usage/token``, trueai-org/midjourney-proxy of its
    accounts at ``/mj/home``. No other kind of key is ever asked for.
    """
    for path, read in (("/api/usage/token", _of_usage), ("home", _of_home)):
        try:
            async with asyncio.timeout(_PATIENCE):
                data = read_json(await transport.get(path), "The balance")
        except (MjError, TimeoutError):
            continue
        if isinstance(data, Mapping) and (found := read(data)) is not None:
            return found
    return None


def _of_usage(data: Mapping[str, Any]) -> Balance | None:
    usage = data.get("data")
    if not isinstance(usage, Mapping) or usage.get("unlimited_quota") is True:
        return None
    left = usage.get("total_available")
    if isinstance(left, bool) or not isinstance(left, (int, float)) or not abs(left) < _NO_SUM:
        return None
    return Balance(money=left / _UNIT)


def _of_home(data: Mapping[str, Any]) -> Balance | None:
    fast, relax = (_count(data.get(name)) for name in ("fastAvailableCount", "relaxAvailableCount"))
    return None if fast is None and relax is None else Balance(fast=fast, relax=relax)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
