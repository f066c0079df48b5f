"""What is stopped before it was sent is not sent: nobody pays for what he has taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from card.page import Seen, browser_sends
from doors import door
from jobs.support import FOX, GRID, SECONDS, finished

import mj_widgets as mj
from mj_widgets.archive import Payload
from mj_widgets.jobs import Phase
from mj_widgets.jobs.words import state_words
from mj_widgets.service import orders

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox

on = pytest.mark.parametrize
UPLOAD = "upload-discord-images"
STOPPED = "Stopped: nothing was submitted."
Begin = Callable[[mj.Session], mj.Job]

WITH_PICTURES: dict[str, Begin] = {
    "style": lambda session: session.imagine("an owl", style=FOX),
    "omni": lambda session: session.imagine("an owl --v 7", omni=FOX),
    "edit": lambda session: session.imagine("an owl", edit=[FOX]),
}


def paths(sandbox: Sandbox) -> list[str]:
    return [post.path.rpartition("submit/")[2] for post in sandbox.posts]


def is_not_sent(job: mj.Job, said: str = STOPPED) -> None:
    """Whoever waits is told, and so is whoever looks."""
    with pytest.raises(mj.MjError) as caught:
        job.wait(SECONDS)
    assert str(caught.value) == job.error == said
    assert not caught.value.maybe_sent
    assert job.state.phase is Phase.UNSENT
    assert state_words(job.state) == ("not submitted", "failed")


@on("what", WITH_PICTURES)
def test_a_job_that_is_stopped_while_its_picture_is_uploaded_is_not_sent(
    session: mj.Session, sandbox: Sandbox, what: str
) -> None:
    with door(sandbox, UPLOAD) as held:
        job = WITH_PICTURES[what](session)
        held.until_knocked()
        job.stop()
        is_not_sent(job)  # at once, not when the upload is done
    assert session.imagine("a hen", style=FOX).wait(SECONDS).succeeded
    again = WITH_PICTURES[what](session)
    assert again.wait(SECONDS).succeeded
    assert again.state.known_since is None
    assert paths(sandbox) == ["imagine", "imagine"]
    assert sandbox.count("POST", UPLOAD) == 1


def test_what_is_begun_again_while_the_stopped_one_still_uploads_is_sent_once(
    session: mj.Session, sandbox: Sandbox
) -> None:
    with door(sandbox, UPLOAD) as held:
        stopped = session.imagine("an owl", style=FOX)
        held.until_knocked()
        stopped.stop()
        again = session.imagine("an owl", style=FOX)
    assert again.wait(SECONDS).succeeded
    is_not_sent(stopped)
    assert paths(sandbox) == ["imagine"]


def test_of_two_jobs_of_the_same_prompt_one_may_be_stopped(
    session: mj.Session, sandbox: Sandbox
) -> None:
    with door(sandbox, UPLOAD) as held:
        stopped, other = (session.imagine("an owl", style=FOX) for _ in range(2))
        held.until_knocked()
        stopped.stop()
        is_not_sent(stopped)
    assert other.wait(SECONDS).succeeded
    assert paths(sandbox) == ["imagine"]
    assert stopped.task_id == ""


@on("sandbox", ["plus"], indirect=True)
def test_films_that_are_asked_for_in_a_prompt_are_not_where_they_are_stopped_before(
    session: mj.Session, sandbox: Sandbox
) -> None:
    with door(sandbox, UPLOAD) as held:
        job = session.animate(FOX, "it yawns")
        held.until_knocked()
        job.stop()
    is_not_sent(job)
    assert session.animate(FOX, "it yawns").wait(SECONDS).succeeded
    assert paths(sandbox).count("imagine") == 1


@on(
    "begin",
    [
        lambda session, address: session.edit(address, "a lake", pad=(16, 0, 0, 0)),
        lambda session, address: session.describe(address),
    ],
)
def test_what_is_stopped_while_its_picture_is_downloaded_is_not_sent(
    session: mj.Session, sandbox: Sandbox, begin: Callable[[mj.Session, str], mj.Job]
) -> None:
    address = sandbox.put_file("fox.png", FOX)
    with door(sandbox, "fox.png") as held:
        stopped = begin(session, address)
        held.until_knocked()
        stopped.stop()
        is_not_sent(stopped)
    assert begin(session, address).wait(SECONDS).succeeded
    assert len(sandbox.posts) == 1


def test_what_the_service_has_got_is_not_said_to_be_withdrawn(
    session: mj.Session, sandbox: Sandbox
) -> None:
    with door(sandbox, "submit/imagine") as held:
        job = session.imagine("an owl", style=FOX)
        held.until_knocked()
        job.stop()
    with pytest.raises(mj.MjError, match=r"Task \d+ is not watched any more"):
        job.wait(SECONDS)
    job.check_now()
    assert job.wait(SECONDS).succeeded
    assert paths(sandbox) == ["imagine"]


def test_a_press_that_waits_for_another_kernel_is_not_sent_where_it_is_stopped_before(
    session: mj.Session, sandbox: Sandbox
) -> None:
    grid = finished(session)
    found = grid.state.find("V1")
    assert found is not None
    order, journal = orders.press(GRID, found.button), mj.library().journal
    payload = Payload(order.identity)
    other = journal.begin(session.account.service, order.path, payload, parent=GRID, button="V1")
    stopped = grid.press("V1")
    stopped.stop()
    is_not_sent(stopped)
    assert grid.followups == ()
    found = grid.state.find("V1")
    assert found is not None
    assert not found.is_busy
    journal.refused(other, "no")
    assert grid.press("V1").wait(SECONDS).succeeded
    assert paths(sandbox) == ["action"]


@on("sandbox", ["plus"], indirect=True)
def test_a_press_that_is_stopped_before_its_modal_was_answered_leaves_nothing_submitted(
    session: mj.Session, sandbox: Sandbox
) -> None:
    sandbox.options.remix = True
    grid = finished(session)
    with door(sandbox, "submit/action") as held:
        stopped = grid.press("V1", prompt="a blue fox")
        held.until_knocked()
        stopped.stop()
    with pytest.raises(mj.MjError, match="nothing was submitted"):
        stopped.wait(SECONDS)
    assert grid.press("V1", prompt="a blue fox").wait(SECONDS).succeeded
    assert paths(sandbox).count("modal") == 1


# -- in cards --------------------------------------------------------------------------------------


@on("how", ["Stop", "close"])
def test_a_card_that_is_stopped_or_closed_while_its_picture_is_uploaded_sends_nothing(
    session: mj.Session, sandbox: Sandbox, how: str
) -> None:
    with door(sandbox, UPLOAD) as held:
        card = mj.imagine("an owl", style=FOX)
        held.until_knocked()
        if how == "Stop":
            Seen(card).until_tool("Stop")
            Seen(card).click_tool("Stop")
            Seen(card).until_notice(STOPPED)
            assert Seen(card).words == "not submitted"
        else:
            card.close()
            with pytest.raises(mj.MjError, match="nothing was submitted"):
                card.wait(SECONDS)
        is_not_sent(card.job)
    assert session.imagine("a hen", style=FOX).wait(SECONDS).succeeded
    assert session.imagine("an owl", style=FOX).wait(SECONDS).succeeded
    assert paths(sandbox) == ["imagine", "imagine"]


@on("how", ["Cancel", "Stop", "close"])
def test_a_panel_whose_picture_is_being_uploaded_sends_nothing_once_it_is_taken_back(
    grid: mj.TaskWidget, sandbox: Sandbox, how: str
) -> None:
    with door(sandbox, UPLOAD) as held:
        browser_sends(Seen(grid).tiles, {"type": "style", "index": 1})
        panel = Seen(grid).until_panel()
        panel.write("an owl")
        panel.send()
        held.until_knocked()
        (child,) = grid.followups
        if how == "Cancel":
            panel.cancel()
            Seen(grid).until_no_panel()
        elif how == "Stop":
            child.stop()
            panel.until_notice(STOPPED)
        else:
            grid.close()
        said = STOPPED.replace("Stopped", "Cancelled") if how == "Cancel" else STOPPED
        is_not_sent(child.job, said)
        assert grid.job.followups == ()
    session = mj.Session(sandbox.url, "any", library=mj.library())
    assert session.imagine("a hen", style=FOX).wait(SECONDS).succeeded
    if how == "Stop":  # the panel is still there, with what was written
        panel.send()
        Seen(grid).until_no_panel()
        assert grid.followups[0].wait(SECONDS).succeeded
    assert paths(sandbox) == ["imagine"] * (2 if how == "Stop" else 1)
