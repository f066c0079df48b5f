"""The one background thread on which all requests live, with its own event loop.

A coroutine on the kernel's own loop stands still for as long as a cell runs. Here it goes on, in a
notebook, a terminal and a script alike. Neither the thread nor those that work for it keep a
process alive, and no fault of what is called on it ends it.

Whoever waits for it may be interrupted at any moment. What the standard library waits with, such as
``concurrent.futures.Future``, has locks in Python that an interrupt can leave taken for ever; a
``SimpleQueue`` has none.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import ctypes
import logging
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from mj_widgets.errors import MjError

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
SECONDS_TO_LEAVE = 2.0
"""How long the end of the process waits for what is at work."""
_MOST_WORKERS = 8


class _Workers(ThreadPoolExecutor):
    """Threads for what would block the loop; the process does not wait for them when it ends.

    Those of the standard library are waited for, whatever they are stuck in, before anybody can
    do something about it.
    """

    def __init__(self) -> None:
        super().__init__(_MOST_WORKERS)
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._count = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._jobs.put((future, partial(fn, *args, **kwargs)))
        if not self._idle.acquire(blocking=False) and self._count < _MOST_WORKERS:
            self._count += 1
            threading.Thread(target=self._work, name="mj-widgets worker", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing is to be ended: they die with the process."""

    def _work(self) -> None:
        while True:
            future, call = self._jobs.get()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                    future.set_exception(error)
            del future, call  # they may hold a picture
            self._idle.release()


class _Thread:
    """The thread, its loop, and what is to be done before it ends."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(_Workers())
        self.tasks: set[asyncio.Task[None]] = set()
        self.closing: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._thread = threading.Thread(target=self._work, name="mj-widgets", daemon=True)
        self._turns = iter([self])
        self._is_leaving = False

    def begin(self) -> None:
        """Let it run, unless it does; from any thread, and also where that was interrupted."""
        if self._thread.ident is None:
            try:
                self._thread.start()
            except RuntimeError as error:
                if "can't start new thread" in str(error):
                    raise _no_thread() from None
                # else another thread has just done it

    def call(self, work: Callable[[], object]) -> None:
        """Have *work* called on it soon; an interrupt comes before that, or after."""
        try:
            self.loop.call_soon_threadsafe(work)
        except KeyboardInterrupt:
            self.loop.call_soon_threadsafe(int)  # it may not have been woken for it
            raise

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run *coroutine* soon; on the thread itself."""
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)  # the loop itself would let it be collected
        task.add_done_callback(self.tasks.discard)

    def leave(self) -> None:
        """End it, as far as that is done at once."""
        if self._thread.ident is None:  # there can be none
            self.loop.close()
            return
        self.loop.call_soon_threadsafe(lambda: self.spawn(self._close()))
        self._thread.join(SECONDS_TO_LEAVE)
        if self._thread.is_alive():  # an observer sleeps, say
            self.loop.set_exception_handler(lambda *_: None)
            self.abandon()

    def abandon(self) -> None:
        """Never forget it: what it holds would come to life, and complain or wait for it."""
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self))

    async def _close(self) -> None:
        end = self.loop.time() + SECONDS_TO_LEAVE / 2
        for close in reversed(self.closing):
            with contextlib.suppress(Exception):
                async with asyncio.timeout_at(end):
                    await close()
        self._is_leaving = True
        self.loop.stop()

    def _work(self) -> None:
        if next(self._turns, None) is None:  # two have let it run at once
            return
        asyncio.set_event_loop(self.loop)
        while not self._is_leaving:
            try:
                self.loop.run_forever()
            except (KeyboardInterrupt, SystemExit):  # such as asyncio lets through
                _log.exception("What was called on the background thread failed")
        left = asyncio.all_tasks(self.loop)
        for task in left:
            task.cancel()
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


_made: dict[str, _Thread] = {}
"""The one thread, once it is there. No lock: an interrupt could leave it taken."""
_is_over = False


def start(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run *coroutine* on the background thread; callable from any thread, returns at once.

    Interrupted, it is run, or not and closed.
    """
    _hand_over(coroutine, spawn, _require_time)


def spawn(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run *coroutine* soon; on the background thread alone, which need not be woken for it.

    Raises:
        MjError: the process ends, and the thread has.
    """
    thread = _running()
    if thread.loop.is_closed():
        coroutine.close()
        raise MjError("The process ends")
    thread.spawn(coroutine)


def run(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Run *coroutine* on the background thread and wait for what it returns.

    Raises:
        MjError: this is the background thread, which would wait for itself for ever; or the
            process ends.
    """
    answers: SimpleQueue[Callable[[], _T]] = SimpleQueue()

    async def answer(coroutine: Coroutine[Any, Any, _T]) -> None:
        try:
            value = await coroutine
        except BaseException as error:
            answers.put(partial(_raise, error))
            if isinstance(error, asyncio.CancelledError):
                raise
        else:
            answers.put(lambda: value)

    _hand_over(coroutine, lambda given: spawn(answer(given)), refuse_to_wait_here, _require_time)
    return answers.get()()


def do(function: Callable[[], _T]) -> _T:
    """Call *function* on the background thread and return what it returns; from any thread.

    What is done there is done one after the other: state that is changed nowhere else needs no
    lock. An interrupt ends the waiting alone, and *function* is done all the same, unless it comes
    before the thread was told of it.
    """
    # At the process's end widgets still close themselves.
    if _is_over or _is_here():
        return function()
    answers: SimpleQueue[Callable[[], _T]] = SimpleQueue()

    def work() -> None:
        try:
            value = function()
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            answers.put(partial(_raise, error))
        else:
            answers.put(lambda: value)

    _running().call(work)
    return answers.get()()


def refuse_to_wait_here() -> None:
    """Raise MjError on the background thread: what is waited for could never happen."""
    if _is_here():
        raise MjError(
            "An observer cannot wait: it runs on the thread that does the work",
            advice="Wait in the cell, or observe what is to be waited for.",
        )


def is_cancelled(error: BaseException) -> bool:
    """Tell whether *error* is that of the task that runs now being cancelled, by the thread's end.

    User code may raise ``CancelledError`` as well.
    """
    task = asyncio.current_task()
    is_cancelled = isinstance(error, asyncio.CancelledError)
    return is_cancelled and task is not None and task.cancelling() > 0


def at_end(close: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run *close* on the background thread when the process ends, as far as there is time."""
    _running().closing.append(close)


def _hand_over(
    coroutine: Coroutine[Any, Any, _T],
    begin: Callable[[Coroutine[Any, Any, _T]], object],
    *requirements: Callable[[], None],
) -> None:
    """Have *begin* called with *coroutine* on the background thread.

    Interrupted, or where a requirement is not met, it is begun, or not and closed.
    """
    given = [coroutine]

    def work() -> None:
        if given:
            begin(given.pop())

    try:
        for require in requirements:
            require()
        _running().call(work)
    except BaseException:
        while given:
            given.pop().close()
        raise


def _no_thread() -> MjError:
    if sys.platform == "emscripten":  # Pyodide: JupyterLite, marimo in the browser
        return MjError(
            "mj-widgets does not work in a Python that runs in the browser: it has no threads and "
            "no connections of its own",
            advice="Open the notebook with a Jupyter on a computer or a server.",
        )
    return MjError(
        "This computer gives no further thread", advice="End what is not needed, and try again."
    )


def _raise(error: BaseException) -> Any:
    raise error


def _is_here() -> bool:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return False
    return any(thread.loop is loop for thread in _made.values())


def _require_time() -> None:
    if _is_over:
        raise MjError("The process ends")


def _running() -> _Thread:
    thread = _made.get("thread")
    if thread is None:
        thread = _made.setdefault("thread", new := _Thread())
        if thread is not new:
            new.loop.close()
    thread.begin()
    return thread


def _leave() -> None:
    """End the thread with the process; what its widgets still do is done where they are."""
    global _is_over
    _is_over = True
    for thread in _made.values():
        thread.leave()


def _begin_anew() -> None:
    """Forget the thread of the process that this one was forked from."""
    for thread in _made.values():
        thread.abandon()
    _made.clear()


atexit.register(_leave)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
