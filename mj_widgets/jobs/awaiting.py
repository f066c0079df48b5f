"""How a job and its card are awaited: with ``await``, and as tasks of asyncio's own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import TYPE_CHECKING, Any, NoReturn
from weakref import WeakKeyDictionary

from mj_widgets.errors import MjError

if TYPE_CHECKING:
    from mj_widgets.models import Task

_running: WeakKeyDictionary[asyncio.Task[Any], Coroutine[Any, Any, Task]] = WeakKeyDictionary()


class Awaited:
    """What can be awaited any number of times, and is alive: it is neither copied nor pickled.

    ``asyncio.create_task``, ``TaskGroup`` and ``asyncio.run`` take it as they take a coroutine.
    """

    __slots__ = ()

    async def reached(self) -> Task:
        """Wait without blocking; return the task, or raise its error."""
        raise NotImplementedError

    def __await__(self) -> Generator[Any, None, Task]:
        return self.reached().__await__()

    def send(self, value: Any, /) -> Any:
        """Go one step on; for asyncio alone, which does so in a task."""
        return self._in_this_task().send(value)

    def throw(self, error: BaseException, /) -> Any:
        """Go one step on with an error; for asyncio alone."""
        return self._in_this_task().throw(error)

    def _in_this_task(self) -> Coroutine[Any, Any, Task]:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task of asyncio goes on step by step")
        if task not in _running:
            _running[task] = self.reached()
        return _running[task]

    def __copy__(self) -> NoReturn:
        self._refuse_to_be_copied()

    def __deepcopy__(self, memo: object) -> NoReturn:
        self._refuse_to_be_copied()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self._refuse_to_be_copied()

    def _refuse_to_be_copied(self) -> NoReturn:
        raise MjError(
            f"{type(self).__name__} cannot be copied or pickled: it is followed in this process",
            advice="Keep its task_id; mj.TaskWidget(task_id) shows the task anywhere.",
        )


# Registered, not derived: a coroutine's close() would be a card's.
Coroutine.register(Awaited)
