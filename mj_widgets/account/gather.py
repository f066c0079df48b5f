"""Getting the several files of one task: one that cannot be had costs itself alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from mj_widgets.errors import MjError
from mj_widgets.service.retry import together

_L = TypeVar("_L")
_T = TypeVar("_T")
_AT_ONCE = 4


async def gathered(
    get: Callable[[_L], Awaitable[_T]], links: Mapping[int, _L]
) -> tuple[dict[int, _T], dict[int, MjError]]:
    """Return what *get* makes of each of *links*, and why the others of them cannot be had."""
    gate = asyncio.Semaphore(_AT_ONCE)
    found, troubles = dict[int, _T](), dict[int, MjError]()

    async def get_one(place: int, link: _L) -> None:
        try:
            async with gate:
                found[place] = await get(link)
        except MjError as error:
            troubles[place] = error

    await together(get_one(place, link) for place, link in links.items())
    return found, troubles
