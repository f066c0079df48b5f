"""A picture host that first gives half a file, a page, or nothing: nobody has to click."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from card.page import Seen
from jobs.support import SECONDS, listening, until
from PIL import Image
from services import file_of, film_of, run
from tenacity import wait_fixed

import mj_widgets as mj
from mj_widgets.jobs.state import Phase
from mj_widgets.sandbox import Sandbox
from mj_widgets.service import retry as retrying

on = pytest.mark.parametrize
SPOILED = ("truncated-clean", "truncated-short", "html", "empty", "503", "cut")
LONG_AGO = datetime(2020, 1, 2, tzinfo=UTC)


def noise() -> bytes:
    return file_of(Image.effect_noise((64, 64), 60).convert("RGB"))


def put(sandbox: Sandbox, name: str, data: bytes, ended: datetime = LONG_AGO) -> str:
    """Let a task have ended with a picture; returns its id."""
    link = sandbox.put_file(f"{name}.png", data, "image/png")
    body = {"id": name, "action": "IMAGINE", "status": "SUCCESS", "progress": "100%"}
    sandbox.put(name, {**body, "imageUrl": link, "finishTime": int(ended.timestamp() * 1000)})
    return name


def test_of_300_tasks_200_of_which_are_spoiled_at_first_all_have_their_pictures(
    session: mj.Session, sandbox: Sandbox
) -> None:
    data = noise()
    names = [put(sandbox, f"picture-{number}", data) for number in range(300)]
    for number, name in enumerate(names[:200]):
        fault = SPOILED[number % len(SPOILED)]
        sandbox.faults.next(fault, count=1 + number % 4, path=f"/{name}.png")

    jobs = [session.follow(name) for name in names]

    for job in jobs:
        assert job.wait(SECONDS).succeeded
        assert (job.error, job.image_bytes) == ("", data)


@on("fault", ["truncated-clean", "html"])
def test_what_never_becomes_a_picture_ends_with_a_click_to_try_again(
    session: mj.Session, sandbox: Sandbox, fault: str
) -> None:
    name = put(sandbox, "spoiled", noise())
    sandbox.faults.next(fault, count=99, path="/spoiled.png")

    card = mj.TaskWidget(name)
    with pytest.raises(mj.ImageError) as caught:
        card.wait(SECONDS)

    assert caught.value.task.id == name
    assert sandbox.count("GET", "/spoiled.png") == 6
    assert Seen(card).tools == ["Try again"]
    sandbox.faults.clear()
    Seen(card).click_tool("Try again")
    assert card.wait(SECONDS).succeeded
    assert isinstance(card.image, Image.Image)
    card.close()


def test_awaiting_it_raises_the_same(session: mj.Session, sandbox: Sandbox) -> None:
    sandbox.faults.next("html", count=99, path="/spoiled.png")
    card = mj.TaskWidget(put(sandbox, "spoiled", noise()))

    async def reached(awaited: mj.TaskWidget | mj.Job) -> object:
        return await awaited

    for awaited in (card, card.job):
        with pytest.raises(mj.ImageError) as caught:
            run(reached(awaited))
        assert caught.value.task.succeeded
    card.close()


def test_the_card_says_that_it_asks_again_and_when(
    session: mj.Session, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "_growing", wait_fixed(50))
    sandbox.faults.next("truncated-clean", path="/half.png")
    card = mj.TaskWidget(put(sandbox, "half", noise()))

    state = until(card.job, lambda state: state.retry_at is not None)

    assert state.phase is Phase.FETCHING
    assert state.outcome is None
    seen = Seen(card)
    assert seen.words == "getting the picture again"
    assert "truncated or damaged" in seen.notice
    assert "Try again" not in seen.notice
    assert seen.tools == ["Stop"]
    seen.click_tool("Stop")
    assert until(card.job, lambda state: state.phase is Phase.STOPPED).retry_at is None
    card.check_now()
    assert card.wait(SECONDS).succeeded
    assert (card.error, Seen(card).notice) == ("", "")
    card.close()


# -- not there yet ---------------------------------------------------------------------------------


def test_a_picture_that_comes_a_little_after_its_task_is_waited_for(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.put("late", {"id": "late", "action": "IMAGINE", "status": "IN_PROGRESS"})
    job = session.follow("late", interval=60)
    until(job, lambda state: state.status == "IN_PROGRESS")
    sandbox.faults.next("expired", count=4, path="/late.png")
    put(sandbox, "late", noise())

    with listening(job) as told:
        job.check_now()
        assert job.wait(SECONDS).succeeded

    assert sandbox.count("GET", "/late.png") == 5
    assert any("link has expired" in state.error for state in told.states)
    assert job.error == ""


@on(("ago", "asked"), [(timedelta(seconds=3), 2), (timedelta(hours=1), 1)])
def test_of_a_task_that_is_only_fetched_its_end_tells_whether_the_picture_may_still_come(
    session: mj.Session, sandbox: Sandbox, ago: timedelta, asked: int
) -> None:
    sandbox.faults.next("expired", path="/fetched.png")
    job = session.follow(put(sandbox, "fetched", noise(), datetime.now(UTC) - ago))
    if asked == 2:
        assert job.wait(SECONDS).succeeded
    else:
        with pytest.raises(mj.ImageError, match="link has expired"):
            job.wait(SECONDS)
    assert sandbox.count("GET", "/fetched.png") == asked


def test_one_of_several_films_is_asked_for_again_alone(
    session: mj.Session, sandbox: Sandbox
) -> None:
    films = [film_of(bytes(99) + bytes([n])) for n in range(3)]
    links = [sandbox.put_file(f"{n}.mp4", film, "video/mp4") for n, film in enumerate(films)]
    body = {"id": "films", "action": "VIDEO", "status": "SUCCESS", "progress": "100%"}
    sandbox.put("films", body | {"videoUrls": links})
    sandbox.faults.next("html", count=2, path="/1.mp4")

    job = session.follow("films")

    assert job.wait(SECONDS).succeeded
    assert list(job.videos) == films
    assert [sandbox.count("GET", f"/{n}.mp4") for n in range(3)] == [1, 3, 1]
