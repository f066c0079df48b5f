"""The one background thread on which all requests live, with its own event loop.

A coroutine on the kernel's own loop stands still for as long as a cell runs. Here it goes on, in a
notebook, a terminal and a script alike. The thread is a daemon: it never keeps a process alive.
"""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from anyio.from_thread import start_blocking_portal

from mj_widgets.errors import MjError

_T = TypeVar("_T")
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_leave: Callable[..., object] | None = None
"""What ends the thread."""
_spawned: set[asyncio.Task[None]] = set()


def start(coroutine: Coroutine[Any, Any, _T]) -> Future[_T]:
    """Run *coroutine* on the background thread; callable from any thread, returns at once."""
    return asyncio.run_coroutine_threadsafe(coroutine, _running_loop())


def spawn(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run *coroutine* soon; on the background thread alone, which need not be woken for it."""
    task = asyncio.get_running_loop().create_task(coroutine)
    _spawned.add(task)  # the loop itself would let it be collected
    task.add_done_callback(_spawned.discard)


def run(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Run *coroutine* on the background thread and wait for what it returns.

    Raises:
        MjError: this is the background thread, which would wait for itself for ever.
    """
    try:
        refuse_to_wait_here()
    except MjError:
        coroutine.close()
        raise
    return start(coroutine).result()


def do(function: Callable[[], _T]) -> _T:
    """Call *function* on the background thread and return what it returns; from any thread.

    What is done there is done one after the other: state that is changed nowhere else needs no
    lock. An interrupt ends the waiting alone, and *function* is done all the same.
    """
    loop = _running_loop()
    # At the process's end widgets still close themselves.
    if _is_here() or loop.is_closed():
        return function()
    done: Future[_T] = Future()

    def work() -> None:
        try:
            done.set_result(function())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            done.set_exception(error)

    loop.call_soon_threadsafe(work)
    return done.result()


def _is_here() -> bool:
    try:
        return asyncio.get_running_loop() is _loop
    except RuntimeError:
        return False


def refuse_to_wait_here() -> None:
    """Raise MjError on the background thread: what is waited for could never happen."""
    if _is_here():
        raise MjError(
            "An observer cannot wait: it runs on the thread that does the work",
            advice="Wait in the cell, or observe what is to be waited for.",
        )


def at_end(close: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run *close* on the background thread when the process ends."""
    _running_loop()
    here = os.getpid()
    atexit.register(lambda: run(close()) if os.getpid() == here else None)


def _running_loop() -> asyncio.AbstractEventLoop:
    global _leave, _loop
    with _lock:
        if _loop is None:
            context = start_blocking_portal("asyncio", name="mj-widgets")
            _loop = context.__enter__().call(_current_loop)
            # Left to the interpreter's end, the portal would wait for a thread that is frozen.
            _leave = context.__exit__
            atexit.register(_leave, None, None, None)
        return _loop


def _begin_anew() -> None:
    """Forget the thread of the process that this one was forked from."""
    global _lock, _loop, _spawned
    # Both would come to life when they are forgotten, and wait for a thread that is not here.
    for abandoned in filter(None, (_leave, _spawned)):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(abandoned))
    if _leave is not None:
        atexit.unregister(_leave)
    _lock, _loop, _spawned = threading.Lock(), None, set()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


async def _current_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()
