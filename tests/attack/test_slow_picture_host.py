"""A picture host that never answers: little is under way, and what is closed is gone at once."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from card.page import until
from jobs.support import until as until_job

import mj_widgets as mj
from mj_widgets import background
from mj_widgets.account import results
from mj_widgets.jobs.state import JobState, Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from mj_widgets.sandbox import Sandbox

on = pytest.mark.parametrize
MANY = 100
AT_ONCE = 4


class Host:
    """Tasks whose pictures lie at a host that takes requests and says nothing."""

    def __init__(self, sandbox: Sandbox, session: mj.Session) -> None:
        self.sandbox, self._account = sandbox, session.account
        self.asked_for: list[str] = []
        """The pictures, in order."""
        self._news = threading.Condition()
        sandbox.faults.slow_seconds = 3600
        sandbox.faults.next("slow", count=1_000_000, path="/attachments/")
        draw = sandbox.faults.draw

        def drawn(method: str, path: str) -> str:
            if "/attachments/" in path:
                with self._news:
                    self.asked_for.append(path.rpartition("/")[2].removesuffix(".png"))
                    self._news.notify_all()
            return draw(method, path)

        sandbox.faults.draw = drawn  # type: ignore[method-assign]

    def put(self, name: str, progress: int, **more: Any) -> str:
        """Let a task stand like this, with a picture of its own; returns its id."""
        link = self.sandbox.put_file(f"{name}-{progress}.png", b"", "image/png")
        body = {"id": name, "action": "IMAGINE", "status": "IN_PROGRESS", "imageUrl": link}
        self.sandbox.put(name, {**body, "progress": f"{progress}%", **more})
        return name

    def finish(self, name: str) -> str:
        return self.put(name, 100, status="SUCCESS")

    def under_way(self) -> Counter[str]:
        """What goes on in the background for these tasks, by the name of what does it."""

        async def look() -> Counter[str]:
            for _ in range(5):  # what was cancelled has ended
                await asyncio.sleep(0)
            coroutines: list[Any] = [task.get_coro() for task in asyncio.all_tasks()]
            return Counter(each.__qualname__ for each in coroutines if self._causes(each))

        return background.run(look())

    def _causes(self, coroutine: Any) -> bool:
        """Tell whether it is for this service: other tests have left theirs at work."""
        frame = coroutine.cr_frame
        doer = frame.f_locals.get("self") if frame else None
        account = getattr(getattr(doer, "_job", doer), "account", None)
        return doer is self._account.results or account is self._account

    def when_asked(self, count: int) -> None:
        """Wait until so many pictures were asked for."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.asked_for) >= count, 30), self.asked_for


@pytest.fixture
def host(session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setattr(results, "_PREVIEW_SECONDS", 600)
    return Host(sandbox, session)


def test_of_many_tasks_a_few_previews_are_under_way_and_one_a_task_waits(host: Host) -> None:
    names = [host.put(f"task-{number}", 5) for number in range(MANY)]
    cards = [mj.TaskWidget(name, interval=60) for name in names]
    for card in cards:
        until(card, "progress", 5)
    host.when_asked(AT_ONCE)
    for progress in (10, 20, 30):
        for card in cards:
            host.put(card.task_id, progress)
            card.check_now()
        for card in cards:
            until(card, "progress", progress)

    assert len(host.asked_for) == AT_ONCE
    assert host.under_way() == {"Album._get_previews": MANY}
    first = {name.rpartition("-")[0] for name in host.asked_for}
    for card in cards:
        if card.task_id in first:
            card.close()
    host.when_asked(2 * AT_ONCE)

    newest = [name.rpartition("-")[2] for name in host.asked_for[AT_ONCE:]]
    assert newest == ["30"] * AT_ONCE
    for card in cards:
        card.close()
    assert host.under_way() == {}


@on("state", ["running", "succeeded"])
@on("end", [mj.TaskWidget.close, mj.TaskWidget.stop])
def test_what_is_closed_or_stopped_ends_its_own_at_once_and_is_let_go(
    host: Host, state: str, end: Callable[[mj.TaskWidget], None]
) -> None:
    put = host.finish if state == "succeeded" else lambda name: host.put(name, 5)
    names = [f"{end.__name__}-{state}-{number}" for number in range(10)]
    cards = [mj.TaskWidget(put(name), interval=60) for name in names]
    for card in cards:
        until_job(card.job, lambda now: now.task or now.phase is Phase.FETCHING)
    host.when_asked(4)
    assert host.under_way()

    for card in cards:
        end(card)
    assert host.under_way() == {}

    left = [weakref.ref(thing) for card in cards for thing in (card, card.job)]
    for card in cards:
        card.close()
    del card, cards
    assert host.under_way() == {}  # the thread has let go of what it was told last
    gc.collect()
    assert [thing() for thing in left] == [None] * len(left)
    states = (known for known in gc.get_objects() if isinstance(known, JobState))
    assert [state.task_id for state in states if state.task_id in names] == []


def test_a_job_that_is_stopped_while_its_picture_comes_says_so_and_gets_it_later(
    host: Host, session: mj.Session, sandbox: Sandbox
) -> None:
    job = session.follow(host.finish("task"))
    until_job(job, lambda state: state.phase is Phase.FETCHING)
    host.when_asked(1)
    job.stop()
    with pytest.raises(mj.MjError, match="not watched any more"):
        job.wait(30)
    assert host.under_way() == {}

    sandbox.faults.clear()
    link = sandbox.put_file("whole.gif", GIF, "image/gif")
    host.put("task", 100, status="SUCCESS", imageUrl=link)
    job.check_now()
    assert job.wait(30).succeeded
    assert job.image_bytes == GIF


GIF = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")
