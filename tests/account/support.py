"""What the tests of one account share: an account at the offline service, and its tasks."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from services import file_of, run

import mj_widgets as mj
from mj_widgets.account import Account
from mj_widgets.archive import Library
from mj_widgets.models.button import Button
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


def kept_story(
    tell: Callable[[Sandbox, Account, Library], Awaitable[None]], folder: Path, flavour: str = "dmx"
) -> None:
    async def whole() -> None:
        library = Library(folder)
        async with Sandbox(flavour) as sandbox:
            session = Account(sandbox.url, "key", library=library)
            await tell(sandbox, session, library)
            await session.client.close()

    run(whole())


def named(task: mj.Task, name: str) -> Button:
    return next(button for button in task.buttons if button.name == name)


def noise(width: int = 200, height: int = 200) -> bytes:
    return file_of(Image.effect_noise((width, height), 90).convert("RGB"))


def can_write(library: Library, yes: bool) -> None:
    """Let the disk be full, or have room again."""
    library._database._connection.execute(f"PRAGMA query_only = {'OFF' if yes else 'ON'}")


@dataclass
class Work:
    """What was asked of the journals and written as JSON, by whomever in this process."""

    statements: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def look_ups(self) -> dict[str, int]:
        """How often each journal was searched."""
        reads = ((where, sql) for where, sql in self.statements if sql.startswith("SELECT"))
        return Counter(where for where, sql in reads if "FROM submissions" in sql)

    def writes(self) -> dict[str, int]:
        """How often each file was written."""
        return Counter(where for where, sql in self.statements if sql == "BEGIN IMMEDIATE")

    def written(self, part: str) -> list[str]:
        """The texts with something in them."""
        return [text for text in self.texts if part in text]


@contextmanager
def counting() -> Iterator[Work]:
    """Count the work at every database that is opened meanwhile."""
    work, connect, dumps = Work(), sqlite3.connect, json.dumps

    def counted(address: str, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(address, **options)
        where = "memory" if address == ":memory:" else "disk"
        connection.set_trace_callback(lambda sql: work.statements.append((where, sql)))
        return connection

    def written(value: object, **options: Any) -> str:
        work.texts.append(dumps(value, **options))
        return work.texts[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", counted)
        patch.setattr(json, "dumps", written)
        yield work
