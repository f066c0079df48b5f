"""A service in a sandbox, and a story that is told with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from services import run

from mj_widgets.account import Account
from mj_widgets.sandbox import EXAMPLES, Sandbox

GRID = EXAMPLES["finished"]


@asynccontextmanager
async def at(sandbox: Sandbox, token: str = "key") -> AsyncIterator[Account]:
    async with sandbox:
        session = Account(sandbox.url, token)
        yield session
        await session.client.close()


def story(
    tell: Callable[[Sandbox, Account], Awaitable[None]], *flavour: str, strict: bool = False
) -> None:
    async def whole() -> None:
        sandbox = Sandbox(*flavour, strict=strict)
        async with at(sandbox) as session:
            await tell(sandbox, session)

    run(whole())
