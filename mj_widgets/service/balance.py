"""What is left to spend and what the key may do, as far as the key itself may ask for it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mj_widgets.errors import LONGEST_LINE, MjError, Offline, ServiceUnavailable, one_line
from mj_widgets.models.speed import SPEEDS
from mj_widgets.service.replies import read_json

if TYPE_CHECKING:
    from mj_widgets.service.transport import Transport

_PATIENCE = 5.0
"""Seconds for an answer that is a kindness: a person waits for the question behind it."""
_UNIT = 500_000
"""QuantumNous/new-api: so many points are one unit of money ("QuotaPerUnit")."""
_NO_SUM = 1e18
_NO_LIMIT = 100_000_000
"""songquanpeng/one-api and its forks: the limit of a key that has none (GetSubscription)."""
_MOST_ACTIONS = 200
_SHOWN_ACTIONS = 12
_SILENT = "This service does not tell what is left"

_Ask = Callable[[str], Awaitable[Any]]


@dataclass(frozen=True)
class Balance:
    """What a service says that is left, and what its key may do.

    >>> Balance(money=12.5).words, Balance(fast=40, relax=-1).words
    ('12.50 left', '40 fast pictures left, relaxed ones without limit')
    """

    money: float | None = None
    """In the service's own unit, mostly dollars."""
    fast: int | None = None
    """Pictures at full speed; -1 for no limit."""
    relax: int | None = None
    """Pictures that may take longer; -1 for no limit."""
    used: float | None = None
    """What this key has used, in the same unit as ``money``."""
    unlimited: bool = False
    """True where the key itself has no limit; what its account has left is not told then."""
    expires_at: datetime | None = None
    """When the key ends; None for never, or where that is not told."""
    actions: tuple[str, ...] = ()
    """The only actions that the key allows, such as ``mj_imagine``; () where all are, or where
    that is not told."""
    silence: str = ""
    """Why nothing is told, "" where something is."""

    @property
    def words(self) -> str:
        """What is left, on one line, "" for nothing."""
        said = [] if self.money is None else [f"{self.money:,.2f} left"]
        for name, count in (("fast pictures", self.fast), ("relaxed ones", self.relax)):
            if count is not None:
                said.append(f"{name} without limit" if count < 0 else f"{count:,} {name} left")
        if self.unlimited:
            said.append("no limit on this key")
        return ", ".join(said)

    def __repr__(self) -> str:
        return f"<Balance: {self}>"

    def __str__(self) -> str:
        """Return all of it on one line."""
        said = [self.words or self.silence or _SILENT]
        if self.used is not None:
            said[0] += f", {self.used:,.2f} used"
        if self.expires_at is not None:
            over = self.expires_at <= datetime.now(UTC)
            day = self.expires_at.astimezone().strftime("%Y-%m-%d")
            said.append(f"the key {'ended' if over else 'is good until'} {day}")
        if self.actions:
            shown = ", ".join(self.actions[:_SHOWN_ACTIONS])
            more = len(self.actions) - _SHOWN_ACTIONS
            rest = f" and {more:,} more" if more > 0 else ""
            said.append(f"it allows only {shown}{rest}")
        return one_line("; ".join(said), LONGEST_LINE)

    def forbids(self, action: str) -> bool:
        """Tell whether an action is not among those that the key allows, as far as that is told.

        Forks put a speed in the name (``mj_fast_imagine``); a list that names nothing of
        Midjourney's says nothing of it.

        >>> Balance(actions=("mj_imagine", "gpt-5")).forbids("mj_video")
        True
        """
        return bool(action and self._verbs) and _verb(action) not in self._verbs

    @property
    def _verbs(self) -> set[str]:
        return {verb for action in self.actions if (verb := _verb(action))}


def _verb(action: str) -> str:
    """Return what an action does: ``video`` for ``mj_video`` and ``mj_turbo_video``, else ""."""
    name = action.strip().lower()
    if name in [f"mj-{speed}" for speed in SPEEDS]:  # a fork's names for imagine, by speed
        return "imagine"
    if name == "swap_face":
        return name
    if not name.startswith("mj_"):
        return ""
    verb = name.removeprefix("mj_")
    for speed in SPEEDS:
        verb = verb.removeprefix(f"{speed}_")
    return verb


async def balance_of(transport: Transport) -> Balance:
    """Return what is left, or why that is not told; nothing is raised.

    QuantumNous/new-api tells of a key at ``/api/usage/token``, trueai-org/midjourney-proxy of its
    accounts at ``/mj/home``, MartialBE/one-hub and all forks of one-api at
    ``/v1/dashboard/billing``. No other kind of key is ever asked for.
    """
    trouble = ""

    async def ask(path: str) -> Any:
        async with asyncio.timeout(_PATIENCE):
            return read_json(await transport.get(path), "The balance")

    for read in (_by_usage, _by_home, _by_billing):
        try:
            found = await read(ask)
        except Offline as error:
            return Balance(silence=error.what)
        except ServiceUnavailable as error:
            trouble = trouble or (error.what if error.status is None else "")
        except TimeoutError:
            trouble = trouble or "The service does not answer in time"
        except MjError:
            continue
        else:
            if found is not None:
                return found
    return Balance(silence=trouble or _SILENT)


async def _by_usage(ask: _Ask) -> Balance | None:
    said = await ask("/api/usage/token")
    usage = said.get("data") if isinstance(said, Mapping) else None
    if not isinstance(usage, Mapping):
        return None
    left, used = (_sum_of(usage.get(key)) for key in ("total_available", "total_used"))
    unlimited = usage.get("unlimited_quota") is True
    if left is None and not unlimited:
        return None
    return Balance(
        money=None if unlimited or left is None else left / _UNIT,
        used=None if used is None else used / _UNIT,
        unlimited=unlimited,
        expires_at=_moment(usage.get("expires_at")),
        # Older ones leave the second out; a list that is switched off is not kept to.
        actions=()
        if usage.get("model_limits_enabled") is False
        else _actions(usage.get("model_limits")),
    )


async def _by_home(ask: _Ask) -> Balance | None:
    said = await ask("home")
    if not isinstance(said, Mapping):
        return None
    fast, relax = (_count(said.get(name)) for name in ("fastAvailableCount", "relaxAvailableCount"))
    return None if fast is None and relax is None else Balance(fast=fast, relax=relax)


async def _by_billing(ask: _Ask) -> Balance | None:
    subscription = await ask("/v1/dashboard/billing/subscription")
    limit = _sum_of(_of(subscription, "hard_limit_usd"))
    if limit is None:
        return None
    # In hundredths of the same unit (one-hub and one-api: GetUsage).
    hundredths = _sum_of(_of(await ask("/v1/dashboard/billing/usage"), "total_usage"))
    if hundredths is None:
        return None
    unlimited = limit >= _NO_LIMIT
    used = hundredths / 100
    return Balance(
        money=None if unlimited else limit - used,
        used=used,
        unlimited=unlimited,
        expires_at=_moment(_of(subscription, "access_until")),
    )


def _of(said: Any, key: str) -> Any:
    return said.get(key) if isinstance(said, Mapping) else None


def _sum_of(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if is_number and abs(value) < _NO_SUM else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: Any) -> datetime | None:
    """Return a moment in seconds since 1970; 0 and below stand for never."""
    seconds = _sum_of(value)
    if seconds is None or not 0 < seconds < 1e11 or math.isnan(seconds):
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _actions(value: Any) -> tuple[str, ...]:
    """Return names in a map of switches (new-api's), a list, or a text with commas."""
    if isinstance(value, Mapping):
        names: list[Any] = [name for name, is_on in value.items() if is_on is True]
    elif isinstance(value, str):
        names = value.split(",")
    else:
        names = value if isinstance(value, list) else []
    told = [name.strip() for name in names if isinstance(name, str)]
    # Midjourney's first: a key that allows hundreds of models names them among these.
    told.sort(key=lambda name: not _verb(name))
    said = [one_line(name, 40) for name in told[:_MOST_ACTIONS]]
    return tuple(dict.fromkeys(filter(None, said)))
